"""Cases for tests: the cast of two units, with the shipped calendar and limits."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain import tracking_code
from shared.domain.access import Actor, Role
from shared.domain.complaint import Kind
from shared.models.account import Account, Grant
from shared.models.complaint import Complaint
from shared.models.organisation import Unit
from shared.services import calendars, complaints, reach
from shared.services.complaints import Filing
from shared.services.inbox import Waiting
from tests import cast
from tests.cast import Place
from tests.conftest import SECRET as SECRET  # the key of the applications that tests serve
from tests.infrastructure.worlds import lay

WORDS = "Sáng nay tôi chờ hai giờ ở quầy dù đã lấy số đường hoàng."
ANSWER = "Kính gửi Ông/Bà, máy gọi số hỏng, chúng tôi đã sửa và xin lỗi."


def build(session: Session, now: datetime) -> dict[str, Place]:
    """Make the cast in an organisation that has its legal clock; commit it.

    The people have no password yet; `cast.enter` gives one.
    """
    places = lay(_build, session, now)
    session.commit()
    return places


def build_in_line(session: Session, now: datetime) -> dict[str, Place]:
    """Make the same, with Lúa Vàng standing above Sen Hồng."""
    places = lay(_build_in_line, session, now)
    session.commit()
    return places


def _build(session: Session, now: datetime) -> dict[str, Place]:
    places = cast.build_places(session, now)
    calendars.install_reference(session, places["sen"].organisation_id)
    people = {
        (f"{role}-{key}", place.officer_id if role is Role.OFFICER else None): {role: place.unit_id}
        for key, place in places.items()
        for role in Role
    }
    _add_people(session, {**people, ("root", None): dict.fromkeys(Role)}, now)
    return places


def _build_in_line(session: Session, now: datetime) -> dict[str, Place]:
    places = _build(session, now)
    session.get_one(Unit, places["sen"].unit_id).parent_id = places["lua"].unit_id
    return places


def _add_people(
    session: Session,
    people: Mapping[tuple[str, int | None], Mapping[Role, int | None]],
    now: datetime,
) -> None:
    """Add accounts by their names and officers, each with the roles it has in units."""
    accounts = {
        name: Account(
            name=name,
            full_name=name,
            password_hash="none yet",
            officer_id=officer_id,
            created_at=now,
        )
        for name, officer_id in people
    }
    session.add_all(accounts.values())
    session.flush()  # once for all: each takes as long as what it writes
    for (name, _officer_id), grants in people.items():
        for role, unit_id in grants.items():
            grant = Grant(account_id=accounts[name].id, role=str(role), unit_id=unit_id)
            session.add(grant)


def filing(place: Place, **fields: Any) -> Filing:
    """Write a report to a unit; `fields` replace or add."""
    plain = Filing(
        form_id=uuid4(),
        unit_id=place.unit_id,
        kind=Kind.REPORT,
        body=WORDS,
        language="vi",
        channel="phone",
    )
    return replace(plain, **fields)


def file(session: Session, place: Place, now: datetime, **fields: Any) -> Complaint:
    """Open a case and commit it."""
    filed = filing(place, **fields)
    code = tracking_code.code_of(filed.form_id, SECRET)
    complaint = complaints.receive(session, filed, code, now)
    session.commit()
    return complaint


def code_of(complaint: Complaint) -> str:
    """Give the link of a case that `file` opened, which opens it as its digits do."""
    return tracking_code.code_of(UUID(complaint.form_id), SECRET).link


def person(session: Session, name: str) -> Actor:
    """Give a person of the cast as the services know one."""
    account = session.scalars(select(Account).where(Account.name == name)).one()
    return reach.actor_with(session, account)


def numbers(found: Iterable[Waiting]) -> list[str]:
    """Give the numbers of listed cases."""
    return [one.complaint.number for one in found]
