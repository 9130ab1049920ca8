"""What a screen says of itself with POST /api/v1/screen: kept, checked, never in the way."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from shared.models.channel import Kiosk
from tests.conftest import Clock
from tests.rating_office import RatingOffice, kiosk_of, rating_office

WHOLE = {
    "device_time": "2026-11-18T09:29:00+07:00",  # a minute behind
    "boot": "7b6f3a52-1d0e-4a7e-9c1f-0a4b8f1d2c3e",
    "uptime_ms": 3_600_000,
    "waiting": 12,
    "quarantined": 1,
    "oldest_waiting_at": "2026-11-17T16:00:00+07:00",
    "persisted": True,
    "version": "3f2a9c",
    "storage": "ok",
}


@pytest.fixture
def office(session: Session, clock: Clock) -> RatingOffice:
    """An office with a paired screen."""
    return rating_office(session, clock())


def say(client: FlaskClient, office: RatingOffice, body: Any) -> TestResponse:
    """Report as the office's screen."""
    headers = {"Authorization": f"Bearer {office.token}"}
    return client.post("/api/v1/screen", json=body, headers=headers)


def kept(session: Session, office: RatingOffice) -> Kiosk:
    """Give the screen as it stands in the database."""
    session.rollback()
    return kiosk_of(session, office.token)


def test_what_a_screen_says_is_kept_with_its_times_on_the_servers_clock(
    client: FlaskClient, session: Session, office: RatingOffice, clock: Clock
) -> None:
    assert say(client, office, WHOLE).status_code == 200
    kiosk = kept(session, office)
    assert (kiosk.seen_at, kiosk.reported_at) == (clock(), clock())
    assert kiosk.clock_offset_ms == 60_000
    assert kiosk.oldest_waiting_at == datetime(2026, 11, 17, 9, 1, tzinfo=UTC)
    assert (kiosk.waiting, kiosk.quarantined, kiosk.persisted) == (12, 1, True)
    assert (kiosk.version, kiosk.storage) == ("3f2a9c", "ok")
    assert (kiosk.boot, kiosk.uptime_ms) == (WHOLE["boot"], WHOLE["uptime_ms"])


def test_telling_and_asking_are_answered_alike(client: FlaskClient, office: RatingOffice) -> None:
    told = say(client, office, WHOLE).get_json()
    headers = {"Authorization": f"Bearer {office.token}"}
    assert told == client.get("/api/v1/screen", headers=headers).get_json()


def test_only_the_clock_must_be_told_and_what_is_left_out_stays(
    client: FlaskClient, session: Session, office: RatingOffice, clock: Clock
) -> None:
    say(client, office, WHOLE)
    clock.advance(timedelta(minutes=6))
    later = {"device_time": clock().isoformat(), "waiting": 0, "of_tomorrow": [1]}
    assert say(client, office, {**later, "oldest_waiting_at": None}).status_code == 200
    kiosk = kept(session, office)
    assert (kiosk.waiting, kiosk.oldest_waiting_at, kiosk.version) == (0, None, "3f2a9c")
    assert kiosk.clock_offset_ms == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("device_time", None),
        ("device_time", "2026-11-18T09:29:00"),
        ("device_time", 7),
        ("boot", "x"),
        ("boot", 7),
        ("uptime_ms", -1),
        ("uptime_ms", 2**53),
        ("uptime_ms", 1.5),
        ("waiting", -1),
        ("waiting", True),
        ("waiting", 2**31),
        ("waiting", None),
        ("quarantined", "3"),
        ("oldest_waiting_at", "yesterday"),
        ("oldest_waiting_at", "0001-01-01T00:00:00+14:00"),
        ("persisted", "yes"),
        ("version", "v" * 41),
        ("version", "a\x00b"),
        ("storage", "floppy"),
        ("storage", ["ok"]),
    ],
)
def test_a_field_of_the_wrong_form_is_named_and_nothing_is_kept(
    client: FlaskClient, session: Session, office: RatingOffice, field: str, value: object
) -> None:
    answer = say(client, office, {**WHOLE, field: value})
    assert answer.status_code == 422
    assert field in answer.get_json()["message"]
    assert kept(session, office).reported_at is None


def test_a_screen_that_knows_no_version_of_its_own_may_say_so(
    client: FlaskClient, session: Session, office: RatingOffice
) -> None:
    assert say(client, office, {**WHOLE, "version": ""}).status_code == 200
    assert kept(session, office).version is None


@pytest.mark.parametrize("body", [[], "x", 7])
def test_what_is_no_report_is_refused(
    client: FlaskClient, office: RatingOffice, body: object
) -> None:
    assert say(client, office, body).status_code == 422


@pytest.mark.parametrize("data", [b"", b"{", b"[" * 100_000])
def test_what_is_no_json_is_refused(client: FlaskClient, office: RatingOffice, data: bytes) -> None:
    headers = {"Authorization": f"Bearer {office.token}", "Content-Type": "application/json"}
    assert client.post("/api/v1/screen", data=data, headers=headers).status_code == 400


@pytest.mark.parametrize(
    "device_time",
    [
        "1969-12-31T23:59:00+07:00",
        "2038-01-20T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "0001-01-02T00:00Z",
    ],
)
def test_a_clock_however_wrong_is_measured(
    client: FlaskClient, session: Session, office: RatingOffice, clock: Clock, device_time: str
) -> None:
    assert say(client, office, {**WHOLE, "device_time": device_time}).status_code == 200
    kiosk = kept(session, office)
    offset = clock() - datetime.fromisoformat(device_time)
    assert kiosk.clock_offset_ms == offset // timedelta(milliseconds=1)
    assert kiosk.oldest_waiting_at is not None
    assert kiosk.oldest_waiting_at <= clock()


def test_no_news_is_written_every_five_minutes_and_news_at_once(
    client: FlaskClient, session: Session, office: RatingOffice, clock: Clock
) -> None:
    began, heard = clock(), []
    for minutes, waiting in ((0, 1), (1, 1), (1, 2), (1, 2), (5, 2)):
        clock.advance(timedelta(minutes=minutes))
        report = {**WHOLE, "device_time": clock().isoformat(), "waiting": waiting}
        say(client, office, report)
        reported_at = kept(session, office).reported_at
        assert reported_at is not None
        heard.append((reported_at - began) // timedelta(minutes=1))
    assert heard == [0, 0, 2, 2, 8]


def test_an_unknown_and_a_revoked_screen_are_turned_away(
    client: FlaskClient, session: Session, office: RatingOffice, clock: Clock
) -> None:
    assert client.post("/api/v1/screen", json=WHOLE).status_code == 401
    kept(session, office).revoked_at = clock()
    session.commit()
    assert say(client, office, WHOLE).status_code == 403
