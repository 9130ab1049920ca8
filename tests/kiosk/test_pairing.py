"""Pairing a screen, in the manner of RFC 8628, and what a paired one is told to show."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.errors import NotFound, RuleBroken
from shared.models.channel import Kiosk, Pairing
from shared.services import channels, pairings
from tests import cast
from tests.cast import Place
from tests.conftest import Clock


@pytest.fixture
def sen(session: Session, clock: Clock) -> Place:
    """The unit the screen stands in."""
    places = cast.build(session, clock())
    session.commit()
    return places["sen"]


def ask(client: FlaskClient) -> dict[str, str]:
    """Ask for a pairing code as a new screen does."""
    answer = client.post("/api/v1/pairings")
    assert answer.status_code == 201
    asked: dict[str, str] = answer.get_json()
    return asked


def fetch(client: FlaskClient, device_code: str) -> tuple[int, dict[str, str]]:
    """Ask whether staff have confirmed the code."""
    answer = client.post("/api/v1/pairings/token", json={"device_code": device_code})
    return answer.status_code, answer.get_json()


def approve(session: Session, asked: dict[str, str], place: Place, clock: Clock) -> None:
    """Let staff confirm the code for the unit's desk, typed carelessly."""
    typed = asked["user_code"].lower().replace("-", " ")
    units = frozenset({place.unit_id})
    pairings.approve(session, typed, place.desk_id, "Màn hình", units, clock())
    session.commit()


def test_an_approved_screen_is_given_a_token_that_works(
    client: FlaskClient, session: Session, sen: Place, clock: Clock
) -> None:
    asked = ask(client)
    assert fetch(client, asked["device_code"]) == (400, {"error": "authorization_pending"})
    approve(session, asked, sen, clock)
    status, paired = fetch(client, asked["device_code"])
    assert status == 200
    screen = client.get(
        "/api/v1/screen", headers={"Authorization": f"Bearer {paired['token']}"}
    ).get_json()
    assert screen["desk"]["code"] == "Q-sen"
    assert screen["officer"]["name"] == "Lê Thu Hà"
    assert screen["phone_url"].startswith("http://127.0.0.1:8000/q/")


def test_the_token_is_given_once_and_only_its_hash_is_kept(
    client: FlaskClient, session: Session, sen: Place, clock: Clock
) -> None:
    asked = ask(client)
    approve(session, asked, sen, clock)
    _status, paired = fetch(client, asked["device_code"])
    assert fetch(client, asked["device_code"]) == (400, {"error": "expired_token"})
    kiosk = session.scalars(select(Kiosk)).one()
    assert paired["token"] not in {str(value) for value in vars(kiosk).values()}


def test_a_code_nobody_confirmed_ends_after_fifteen_minutes(
    client: FlaskClient, session: Session, sen: Place, clock: Clock
) -> None:
    asked = ask(client)
    clock.advance(timedelta(minutes=15))
    assert fetch(client, asked["device_code"]) == (400, {"error": "expired_token"})
    with pytest.raises(RuleBroken):
        approve(session, asked, sen, clock)


def test_nobody_pairs_a_screen_with_a_desk_of_another_unit(
    client: FlaskClient, session: Session, sen: Place, clock: Clock
) -> None:
    asked = ask(client)
    with pytest.raises(NotFound):
        pairings.approve(
            session, asked["user_code"], sen.desk_id, "M", frozenset({sen.unit_id + 1}), clock()
        )
    assert session.scalars(select(Pairing.approved_at)).one() is None


@pytest.mark.parametrize("body", [{}, {"device_code": 7}, [], "x", None])
def test_a_request_of_the_wrong_form_is_refused(client: FlaskClient, body: object) -> None:
    assert client.post("/api/v1/pairings/token", json=body).status_code == 400


def test_a_screen_that_only_asks_is_heard_of_at_most_every_five_minutes(
    app: Flask, session: Session, sen: Place, clock: Clock
) -> None:
    _kiosk, token = channels.pair(session, "Q-sen", None, clock())
    session.commit()
    heard = []
    for minutes in (0, 4, 2):
        clock.advance(timedelta(minutes=minutes))
        app.test_client().get("/api/v1/screen", headers={"Authorization": f"Bearer {token}"})
        session.expire_all()
        heard.append(session.scalars(select(Kiosk.seen_at)).one())
    began = clock() - timedelta(minutes=6)
    assert heard == [began, began, clock()]
