"""Answers of Open311 GeoReport v2 in its two forms: XML as the standard names it, and JSON."""

import json
import re
from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

Value = str | int | bool | None | Sequence["Value"] | Mapping[str, "Value"]
TYPES = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}
# What the parts of a list are called in XML; in JSON a list is only a list.
_PARTS = {
    "attributes": "attribute",
    "endpoints": "endpoint",
    "errors": "error",
    "formats": "format",
    "service_requests": "request",
    "services": "service",
    "values": "value",
}
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def written(root: str, value: Value, form: str) -> bytes:
    """Give a value in a form, `json` or `xml`; in XML it stands in an element named `root`."""
    if form == "json":
        return json.dumps(value, ensure_ascii=False).encode()
    element = Element(root)
    _fill(element, value)
    return bytes(tostring(element, encoding="utf-8", xml_declaration=True))


def _fill(element: Element, value: Value) -> None:
    if isinstance(value, Mapping):
        for name, part in value.items():
            _fill(SubElement(element, name), part)
    elif isinstance(value, bool):
        element.text = "true" if value else "false"
    elif isinstance(value, str):
        element.text = _NOT_IN_XML.sub("", value)
    elif isinstance(value, Sequence):
        for part in value:
            _fill(SubElement(element, _PARTS[element.tag]), part)
    elif value is not None:
        element.text = str(value)
