"""The two forms of an answer over Open311."""

import json
from xml.etree.ElementTree import fromstring

from shared.adapters.open311 import Value, written

VALUE: dict[str, Value] = {
    "service_code": "report",
    "attributes": [{"variable": True, "order": 1, "values": [{"key": "a<b", "name": None}]}],
}


def test_json_is_the_value_itself() -> None:
    assert json.loads(written("service_definition", VALUE, "json")) == VALUE


def test_xml_names_each_part_of_a_list_as_the_standard_does() -> None:
    root = fromstring(written("service_definition", VALUE, "xml"))
    assert root.tag == "service_definition"
    attribute = root.find("attributes/attribute")
    assert attribute is not None
    assert (attribute.findtext("variable"), attribute.findtext("order")) == ("true", "1")
    assert attribute.findtext("values/value/key") == "a<b"
    assert attribute.findtext("values/value/name") == ""


def test_xml_begins_with_its_declaration_and_keeps_vietnamese() -> None:
    text = written("errors", [{"code": 404, "description": "Không có"}], "xml").decode()
    assert text.startswith("<?xml version='1.0' encoding='utf-8'?>")
    assert "<error><code>404</code><description>Không có</description></error>" in text


def test_a_sign_that_xml_has_not_is_left_out() -> None:
    value: Value = {"status_notes": "một\x00hai\x0bba\uffff"}
    assert fromstring(written("x", value, "xml")).findtext("status_notes") == "mộthaiba"
