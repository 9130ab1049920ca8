"""Open311 as another program meets it: both forms, the standard's fields and errors, no person."""

from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from shared.models.public_case import PublishedCase
from tests import records
from tests.infrastructure.peopled import Peopled
from tests.sent_records import key_of_sender

V2 = "/open311/v2"
FIELDS = {
    "service_request_id",
    "status",
    "status_notes",
    "service_name",
    "service_code",
    "description",
    "agency_responsible",
    "service_notice",
    "requested_datetime",
    "updated_datetime",
    "expected_datetime",
    "address",
    "address_id",
    "zipcode",
    "lat",
    "long",
    "media_url",
}
REPORT = {
    "api_key": key_of_sender("sen"),
    "service_code": "report",
    "description": "Đèn ở sảnh hỏng ba ngày nay.",
    "lat": "9.77",
    "long": "105.47",
}


def got(peopled: Peopled, path: str) -> Any:
    return peopled.get(f"{V2}/{path}").get_json()


def sent(peopled: Peopled, **fields: str) -> Any:
    return peopled.post(f"{V2}/requests.json", {**REPORT, **fields})


def show_days(peopled: Peopled) -> None:
    with Session(peopled.engine) as session:
        rows = update(PublishedCase).values(whole_months=False, due_on=PublishedCase.answered_on)
        session.execute(rows)
        session.commit()


def test_discovery_names_the_address_and_both_forms(peopled: Peopled) -> None:
    (endpoint,) = got(peopled, "discovery.json")["endpoints"]
    assert endpoint["url"] == "http://127.0.0.1:8000/open311/v2"
    assert endpoint["formats"] == ["text/xml", "application/json"]
    xml = fromstring(peopled.get(f"{V2}/discovery.xml").get_data())
    assert [one.text for one in xml.iter("format")] == endpoint["formats"]


def test_services_are_the_kinds_of_the_phone(peopled: Peopled) -> None:
    codes = [one["service_code"] for one in got(peopled, "services.json?jurisdiction_id=SEN")]
    assert codes == ["report", "petition", "suggestion", "praise"]
    xml = peopled.get(f"{V2}/services.xml")
    assert xml.content_type == "text/xml; charset=utf-8"
    assert [one.text for one in fromstring(xml.get_data()).iter("service_code")] == codes


def test_a_definition_offers_the_procedures_in_force(peopled: Peopled) -> None:
    found = got(peopled, "services/report.json?jurisdiction_id=SEN")
    procedure, consent = found["attributes"]
    assert {"key": "1.001193", "name": "Đăng ký khai sinh"} in procedure["values"]
    assert (procedure["required"], consent["code"]) == (False, "consent")


def test_what_is_public_is_given_with_the_fields_of_the_standard(peopled: Peopled) -> None:
    show_days(peopled)
    (case,) = got(peopled, "requests.json?jurisdiction_id=SEN")
    assert set(case) == FIELDS
    assert case["status"] == "closed"
    assert case["status_notes"] == "Máy đã được sửa."
    assert case["description"] == "Máy gọi số hỏng."
    assert case["requested_datetime"] == "2026-11-18T00:00:00+07:00"
    assert case["expected_datetime"] == "2026-11-18T23:59:59+07:00"
    (one,) = got(peopled, f"requests/{case['service_request_id']}.json")
    assert one == case
    xml = fromstring(peopled.get(f"{V2}/requests.xml?jurisdiction_id=SEN").get_data())
    assert {part.tag: part.text or "" for part in xml[0]} == case


def test_days_that_tell_too_much_are_not_given_nor_found_by_asking(peopled: Peopled) -> None:
    (case,) = got(peopled, "requests.json?jurisdiction_id=SEN")
    times = ("requested_datetime", "updated_datetime", "expected_datetime")
    assert [case[name] for name in times] == ["", "", ""]
    on_the_day = "start_date=2026-11-18T00:00:00%2B07:00&end_date=2026-11-18T23:00:00%2B07:00"
    assert got(peopled, f"requests.json?{on_the_day}") == []


def test_nothing_that_leads_to_a_person_stands_there(peopled: Peopled) -> None:
    text = peopled.get(f"{V2}/requests.json").get_data(as_text=True)
    assert "Máy gọi số hỏng." in text
    for hidden in ("PA-2026", "Lê Thu Hà", records.PHONE, records.secret("sen"), "head-sen"):
        assert hidden not in text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("service_request_id=PUBLICSEN,PUBLICLUA", 2),
        ("service_request_id=PUBLICLUA", 1),
        ("service_code=praise", 0),
        ("status=open", 0),
        ("status=open,closed", 2),
        ("start_date=2026-12-01T00:00:00Z", 0),
        ("start_date=2026-11-01T00:00:00 07:00&end_date=2026-11-30T00:00:00Z", 2),
    ],
)
def test_the_list_is_narrowed(peopled: Peopled, query: str, found: int) -> None:
    assert len(got(peopled, f"requests.json?{query}")) == found


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("services.json?jurisdiction_id=NONE", 404),
        ("requests.json?jurisdiction_id=NONE", 404),
        ("services/denunciation.json", 404),
        ("requests/NOTHING.json", 404),
        ("tokens/NOTHING.json", 404),
        ("requests.json?start_date=yesterday", 400),
        ("requests/PUBLICSEN.json?api_key=wrong", 403),
    ],
)
def test_an_error_has_its_code_and_words_in_both_forms(
    peopled: Peopled, path: str, status: int
) -> None:
    answer = peopled.get(f"{V2}/{path}")
    assert answer.status_code == status
    (error,) = answer.get_json()
    assert error["code"] == status
    assert error["description"]
    xml = peopled.get(f"{V2}/{path}".replace(".json", ".xml"))
    assert fromstring(xml.get_data()).findtext("error/code") == str(status)


def test_a_case_is_sent_and_its_resident_can_follow_it(peopled: Peopled) -> None:
    answer = sent(peopled)
    assert answer.status_code == 201
    (taken,) = answer.get_json()
    assert "Hạn trả lời: " in taken["service_notice"]
    link = taken["service_notice"].partition("http://127.0.0.1:8000")[2].partition(".")[0]
    page = peopled.get(link).get_data(as_text=True)
    assert REPORT["description"] in page
    assert "9.77, 105.47" in page
    reference = taken["service_request_id"]
    assert got(peopled, f"tokens/{reference}.json")[0]["service_request_id"] == reference
    assert peopled.get(f"{V2}/requests/{reference}.json").status_code == 404
    (own,) = got(peopled, f"requests/{reference}.json?api_key={key_of_sender('sen')}")
    assert (own["status"], own["description"]) == ("open", "")
    assert own["status_notes"] == "Đã nhận, đang chờ xử lý"
    assert own["expected_datetime"].endswith("T23:59:59+07:00")


def test_sent_twice_it_is_one_case(peopled: Peopled) -> None:
    person = peopled.person()
    head = {"Idempotency-Key": "A-1"}
    answers = [person.post(f"{V2}/requests.json", data=REPORT, headers=head) for _ in range(2)]
    assert answers[0].get_json() == answers[1].get_json()


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"api_key": ""}, 403),
        ({"api_key": "nn311_wrong"}, 403),
        ({"service_code": "denunciation"}, 400),
        ({"description": "ngắn"}, 400),
        ({"first_name": "Mai"}, 400),
        ({"jurisdiction_id": "LUA"}, 404),
    ],
)
def test_what_cannot_be_taken_is_refused_and_nothing_is_written(
    peopled: Peopled, fields: dict[str, str], status: int
) -> None:
    answer = sent(peopled, **fields)
    assert answer.status_code == status
    assert answer.get_json()[0]["code"] == status
    assert peopled.changed() == {}


def test_above_the_limit_it_asks_to_come_back(peopled: Peopled) -> None:
    assert [sent(peopled).status_code for _time in range(3)] == [201, 201, 429]
    assert sent(peopled).headers["Retry-After"] == "600"
