"""POST /api/v1/ratings: the interface a kiosk relies on, kept to the letter."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from shared.models.rating import Rating, RatingQuarantine
from shared.services.rating_totals import differences
from tests.conftest import Clock
from tests.rating_office import ADDRESS, RatingOffice, a_rating, kiosk_of, rating_office, send

BODY = {"device_time": "2026-11-18T09:30:00+07:00", "ratings": [a_rating()]}

WRONG_PARTS: tuple[dict[str, Any], ...] = (
    {"ratings": None},
    {"ratings": []},
    {"ratings": {}},
    {"ratings": "text"},
    {"ratings": 1},
    {"device_time": None},
    {"device_time": 0},
    {"device_time": True},
    {"device_time": []},
    {"device_time": ""},
    {"device_time": "yesterday"},
    {"device_time": "2026-11-18"},
    {"device_time": "2026-11-18T09:30:00"},
    {"device_time": "2026-02-30T09:30:00Z"},
    {"device_time": "2026-11-18T09:30:00+99:00"},
    {"device_time": "2026-11-18T09:30:00+07:00" + "0" * 3_000},
    {"device_time": "\u0000"},
    {"device_time": "\ud800"},
)


@pytest.fixture
def office(session: Session, now: datetime) -> RatingOffice:
    """The office, committed."""
    return rating_office(session, now)


def results(answer: TestResponse) -> list[tuple[Any, Any]]:
    """Give what became of each rating; the answer must be the agreed one."""
    assert answer.status_code == 201, answer.get_data(as_text=True)
    assert answer.json is not None
    assert set(answer.json) == {"results", "next_sequence", "server_time"}
    for entry in answer.json["results"]:
        assert set(entry) == {"id", "result", "reason"}
        assert (entry["reason"] is None) == (entry["result"] in {"stored", "duplicate"})
    return [(entry["id"], entry["result"]) for entry in answer.json["results"]]


def stored(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(Rating)) or 0


def test_a_new_rating_is_stored_and_answered_with_the_next_number_and_the_time(
    client: FlaskClient, office: RatingOffice, session: Session, clock: Clock
) -> None:
    rating = a_rating(sequence=1)
    answer = send(client, office.token, rating)
    assert results(answer) == [(rating["id"], "stored")]
    assert answer.json is not None
    assert answer.json["next_sequence"] == 2
    assert datetime.fromisoformat(answer.json["server_time"]) == clock()
    assert stored(session) == 1


def test_the_same_rating_again_is_a_duplicate_and_changes_nothing(
    client: FlaskClient, office: RatingOffice, session: Session
) -> None:
    rating = a_rating(sequence=1)
    send(client, office.token, rating)
    for _ in range(3):
        answer = send(client, office.token, rating)
        assert results(answer) == [(rating["id"], "duplicate")]
    assert stored(session) == 1
    assert differences(session) == []


def test_the_same_id_with_other_content_keeps_the_first_and_quarantines_the_second(
    client: FlaskClient, office: RatingOffice, session: Session
) -> None:
    first = a_rating(sequence=1, score=1)
    send(client, office.token, first)
    for _ in range(2):
        answer = send(client, office.token, first | {"score": 5})
        assert results(answer) == [(first["id"], "conflict")]
    kept = session.scalars(select(Rating)).one()
    assert kept.score == 1
    held = session.scalars(select(RatingQuarantine)).one()
    assert (held.result, held.reason) == (
        "conflict",
        "Mã này đã có nội dung khác; bản đầu được giữ.",
    )
    assert held.content["score"] == 5
    assert differences(session) == []


def test_twice_in_one_batch_is_stored_once_and_a_changed_third_is_in_conflict(
    client: FlaskClient, office: RatingOffice, session: Session
) -> None:
    first = a_rating(sequence=1, score=2)
    answer = send(client, office.token, first, first, first | {"score": 3})
    assert [result for _, result in results(answer)] == ["stored", "duplicate", "conflict"]
    assert stored(session) == 1
    assert differences(session) == []


def test_results_come_in_the_order_sent_and_a_bad_one_blocks_no_other(
    client: FlaskClient, office: RatingOffice, session: Session
) -> None:
    known = a_rating(sequence=1)
    send(client, office.token, known)
    batch = [
        a_rating(sequence=4),
        {"id": "no uuid"},
        known,
        "no object",
        known | {"score": 1},
        a_rating(sequence=2),
        a_rating(sequence=3, questionnaire="never-heard-of"),
    ]
    answer = send(client, office.token, *batch)
    assert results(answer) == [
        (batch[0]["id"], "stored"),
        ("no uuid", "refused"),
        (known["id"], "duplicate"),
        (None, "refused"),
        (known["id"], "conflict"),
        (batch[5]["id"], "stored"),
        (batch[6]["id"], "refused"),
    ]
    assert answer.json is not None
    assert answer.json["next_sequence"] == 5  # a refused number has arrived as well
    assert stored(session) == 3
    assert session.scalar(select(func.count()).select_from(RatingQuarantine)) == 4


def test_the_same_rating_from_another_kiosk_is_a_duplicate_too(
    client: FlaskClient, office: RatingOffice, session: Session
) -> None:
    rating = a_rating(sequence=1)
    send(client, office.token, rating)
    assert results(send(client, office.second_token, rating)) == [(rating["id"], "duplicate")]
    assert stored(session) == 1


def test_a_gap_holds_the_next_number_until_it_is_filled(
    client: FlaskClient, office: RatingOffice
) -> None:
    expected = {1: 2, 5: 2, 3: 2, 2: 4, 4: 6, 6: 7}
    for sequence, after in expected.items():
        answer = send(client, office.token, a_rating(sequence=sequence))
        assert answer.json is not None
        assert answer.json["next_sequence"] == after, sequence


def test_every_optional_field_is_kept(
    client: FlaskClient, office: RatingOffice, session: Session
) -> None:
    rating = a_rating(
        sequence=1,
        procedure="1.000894",
        dossier="000.00.01.H01-261118-0001",
        officer="NV-SANG",
        boot="0b4c1b52-3b9f-4c53-9a3e-0b6c1ad4b9aa",
        uptime_ms=2**40,
        reasons=["waiting", "attitude"],
        comment="Cán bộ nhiệt tình",
        closed_by="idle",
        answers={"waiting": 3},
        language="en",
        unheard_of={"ignored": True},
    )
    assert results(send(client, office.token, rating)) == [(rating["id"], "stored")]
    kept = session.scalars(select(Rating)).one()
    assert kept.procedure_id == office.procedure_id
    assert kept.officer_id == office.officers["NV-SANG"]
    asked_nothing = ["answers_outside", "answers_outside:waiting"]
    assert (kept.lane, kept.desk_id, kept.marks) == ("desk", office.desk_id, asked_nothing)
    for name in ("boot", "uptime_ms", "reasons", "comment", "closed_by", "answers", "language"):
        assert getattr(kept, name) == rating[name], name
    assert kept.dossier_code == rating["dossier"]


def test_500_are_taken_and_501_are_too_many(
    client: FlaskClient, office: RatingOffice, session: Session
) -> None:
    batch = [a_rating(sequence=number) for number in range(1, 502)]
    assert send(client, office.token, *batch).status_code == 413
    assert stored(session) == 0
    answer = send(client, office.token, *batch[:500])
    assert {result for _, result in results(answer)} == {"stored"}
    assert answer.json is not None
    assert answer.json["next_sequence"] == 501
    assert stored(session) == 500
    assert differences(session) == []


@pytest.mark.parametrize(
    "head",
    [
        {},
        {"Authorization": ""},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer never-given"},
        {"Authorization": "Basic YTpi"},
        {"Authorization": "Bearer mã-lạ".encode().decode("latin-1")},
        {"Authorization": "Bearer " + "x" * 5_000},
    ],
)
def test_without_a_known_token_it_is_401(
    client: FlaskClient, office: RatingOffice, session: Session, head: dict[str, str]
) -> None:
    answer = client.post(ADDRESS, json=BODY, headers=head)
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert stored(session) == 0


def test_a_revoked_token_is_403_and_the_other_kiosk_goes_on(
    client: FlaskClient, office: RatingOffice, session: Session, clock: Clock
) -> None:
    kiosk_of(session, office.token).revoked_at = clock()
    session.commit()
    assert send(client, office.token, a_rating()).status_code == 403
    assert stored(session) == 0
    assert send(client, office.second_token, a_rating()).status_code == 201


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no json",
        b'{"device_time": "2026-11-18T09:30:00+07:00", "ratings": [',
        b"\xff\xfe\x00",
        b"\x00",
        "{}".encode("utf-16"),
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"ratings": [' + b"9" * 5_000 + b"]}",
        json.dumps(BODY).encode()[:-1] + b', "more": NaN}',
        json.dumps(BODY).encode()[:-1] + b', "more": -Infinity}',
        json.dumps(BODY).encode()[:-1] + b', "more": 1e999}',
        b"null",
        b"true",
        b"7",
        b'"text"',
        b"[]",
        b"{}",
        *(json.dumps(BODY | change).encode() for change in WRONG_PARTS),
    ],
)
def test_a_body_that_is_not_of_the_form_is_400_or_422_and_writes_nothing(
    client: FlaskClient, office: RatingOffice, session: Session, body: bytes
) -> None:
    answer = client.post(
        ADDRESS,
        data=body,
        headers={"Authorization": f"Bearer {office.token}", "Content-Type": "application/json"},
    )
    assert answer.status_code in {400, 422}
    assert answer.json is not None
    assert answer.json["message"]
    assert stored(session) == 0
    assert session.scalar(select(func.count()).select_from(RatingQuarantine)) == 0
    assert kiosk_of(session, office.token).seen_at is None


@pytest.mark.parametrize("kind", ["text/plain", "", "multipart/form-data"])
def test_a_body_not_said_to_be_json_is_400(
    client: FlaskClient, office: RatingOffice, session: Session, kind: str
) -> None:
    head = {"Authorization": f"Bearer {office.token}", "Content-Type": kind}
    answer = client.post(ADDRESS, data=json.dumps(BODY), headers=head)
    assert answer.status_code == 400
    assert stored(session) == 0


def test_the_address_takes_posts_only(client: FlaskClient, office: RatingOffice) -> None:
    head = {"Authorization": f"Bearer {office.token}"}
    assert client.get(ADDRESS, headers=head).status_code == 405


def test_too_many_posts_of_one_kiosk_are_asked_to_come_back(
    client: FlaskClient, office: RatingOffice, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.advance(timedelta(minutes=7))  # a minute in which nobody has posted yet
    # The real limit lies far above what a test can send, so a lower one takes its place.
    monkeypatch.setattr("kiosk.channel.REQUESTS_PER_MINUTE", 1)
    assert send(client, office.token, a_rating()).status_code == 201
    late = send(client, office.token, a_rating())
    assert late.status_code == 429
    assert int(late.headers["Retry-After"]) > 0
    assert send(client, office.second_token, a_rating()).status_code == 201


@pytest.mark.parametrize(
    "device_time",
    [
        "1969-12-31T23:59:59+00:00",
        "2038-01-19T03:14:08+00:00",
        "0001-01-01T00:00:00+00:00",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
    ],
)
def test_a_clock_that_is_wrong_marks_and_never_refuses(
    client: FlaskClient, office: RatingOffice, session: Session, clock: Clock, device_time: str
) -> None:
    rating = a_rating(sequence=1) | {"rated_at": device_time}
    answer = send(client, office.token, rating, device_time=device_time)
    assert results(answer) == [(rating["id"], "stored")]
    kept = session.scalars(select(Rating)).one()
    assert "clock_off" in kept.marks
    assert kept.device_rated_at == device_time
    assert abs(kept.rated_at - clock()) < timedelta(minutes=1)
    assert kept.rated_on == clock().date()
