"""One cast of people and places: Sen Hồng and Lúa Vàng, two units that must not see each other."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from secrets import token_urlsafe
from weakref import WeakKeyDictionary

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.audit import sign_session
from shared.domain.access import Role
from shared.models.account import Account, StaffSession
from shared.models.organisation import Desk, Officer, Organisation, Procedure, Shift, Unit
from shared.services import accounts
from shared.services.channels import hash_token
from tests.infrastructure.worlds import lay

_tokens: WeakKeyDictionary[FlaskClient, str] = WeakKeyDictionary()
OWN_PASSWORD = "bốn từ dễ nhớ"
FOUNDED = date(2025, 7, 1)


@dataclass(frozen=True)
class Place:
    """A unit with a desk, an officer always on duty there, and who works in it."""

    organisation_id: int
    unit_id: int
    desk_id: int
    officer_id: int
    procedure_id: int


def build(session: Session, now: datetime) -> dict[str, Place]:
    """Make the two units and their people, whose names are role and unit, such as head-sen."""
    return lay(_build, session, now)


def build_places(session: Session, now: datetime) -> dict[str, Place]:
    """Make the two units, each with its desk, its officer and nobody who signs in."""
    return lay(_build_places, session, now)


def _build(session: Session, now: datetime) -> dict[str, Place]:
    places = _build_places(session, now)
    for key, place in places.items():
        for role in Role:
            _person(session, f"{role}-{key}", role, place, now)
    accounts.add(session, "root", "Quản Trị", [(role, None) for role in Role], now)
    return places


def _build_places(session: Session, now: datetime) -> dict[str, Place]:
    sign_session(session, "system", now)
    organisation = Organisation(code="O", name="Tỉnh thử")
    session.add(organisation)
    session.flush()
    procedure = Procedure(
        organisation_id=organisation.id,
        code="1.001193",
        name="Đăng ký khai sinh",
        valid_from=FOUNDED,
    )
    session.add(procedure)
    session.flush()
    return {
        key: _place(session, organisation.id, procedure.id, key, name, officer)
        for key, name, officer in (
            ("sen", "Phường Sen Hồng", "Lê Thu Hà"),
            ("lua", "Xã Lúa Vàng", "Trần Minh Khôi"),
        )
    }


def _place(
    session: Session,
    organisation_id: int,
    procedure_id: int,
    key: str,
    name: str,
    officer_name: str,
) -> Place:
    unit = Unit(
        organisation_id=organisation_id,
        code=key.upper(),
        name=name,
        level="commune",
        valid_from=FOUNDED,
    )
    session.add(unit)
    session.flush()
    desk = Desk(unit_id=unit.id, code=f"Q-{key}", name="Quầy 1", valid_from=FOUNDED)
    officer = Officer(unit_id=unit.id, code=f"CB-{key}", name=officer_name, valid_from=FOUNDED)
    session.add_all((desk, officer))
    session.flush()
    shift = Shift(
        desk_id=desk.id,
        officer_id=officer.id,
        weekdays="1234567",
        starts=time(0),
        ends=time(23, 59),
        valid_from=FOUNDED,
    )
    session.add(shift)
    session.flush()
    return Place(organisation_id, unit.id, desk.id, officer.id, procedure_id)


def _person(session: Session, name: str, role: Role, place: Place, now: datetime) -> None:
    officer_id = place.officer_id if role is Role.OFFICER else None
    accounts.add(session, name, name, [(role, place.unit_id)], now, officer_id=officer_id)


def enter(app: Flask, session: Session, name: str, now: datetime) -> FlaskClient:
    """Open a browser in which this person has signed in; doing so has tests of its own."""
    token = token_urlsafe()
    account = session.scalars(select(Account).where(Account.name == name)).one()
    account.must_change_password, account.password_expires_at = False, None
    entered = {"account_id": account.id, "created_at": now, "seen_at": now}
    session.add(StaffSession(token_hash=hash_token(token), **entered))
    session.commit()
    person = app.test_client()
    person.set_cookie("niemno", token)
    return person


def sign_in(app: Flask, session: Session, name: str, now: datetime) -> FlaskClient:
    """Open a browser in which this person signs in with a password of their own."""
    person = app.test_client()
    first = password_of(session, name, now)
    send(person, "/admin/sign-in", {"name": name, "password": first})
    send(
        person,
        "/admin/password",
        {"old": first, "password": OWN_PASSWORD, "again": OWN_PASSWORD},
    )
    send(person, "/admin/sign-in", {"name": name, "password": OWN_PASSWORD})
    return person


def password_of(session: Session, name: str, now: datetime) -> str:
    """Give this person a new one-time password."""
    account = session.scalars(select(Account).where(Account.name == name)).one()
    password = accounts.reset_password(session, account.id, now)
    session.commit()
    return password


def send(client: FlaskClient, path: str, fields: dict[str, str]) -> tuple[int, str]:
    """Send the form at a page; give the status and the text answered."""
    answer = client.post(path, data={"csrf_token": csrf(client)} | fields)
    return answer.status_code, answer.get_data(as_text=True)


def csrf(client: FlaskClient) -> str:
    """Give the token that every form carries in this browser, read from the smallest page once."""
    if client not in _tokens:
        page = client.get("/admin/sign-in").get_data(as_text=True)
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        assert found is not None, page
        _tokens[client] = found.group(1)
    return _tokens[client]
