"""Cases for tests: the cast of two units, with the shipped calendar and limits."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.access import Actor, Role
from shared.domain.complaint import Kind
from shared.models.account import Account, Grant
from shared.models.complaint import Complaint
from shared.services import calendars, complaints, reach
from shared.services.complaints import Filing
from shared.services.inbox import Waiting
from tests import cast
from tests.cast import Place

SECRET = "khoá chỉ dùng khi thử"
WORDS = "Sáng nay tôi chờ hai giờ ở quầy dù đã lấy số đường hoàng."
ANSWER = "Kính gửi Ông/Bà, máy gọi số hỏng, chúng tôi đã sửa và xin lỗi."


def build(session: Session, now: datetime) -> dict[str, Place]:
    """Make the cast in an organisation that has its legal clock; commit it.

    The people have no password yet, which saves each test a second; `cast.enter` gives one.
    """
    places = cast.build_places(session, now)
    calendars.install_reference(session, places["sen"].organisation_id)
    for key, place in places.items():
        for role in Role:
            officer_id = place.officer_id if role is Role.OFFICER else None
            _person(session, f"{role}-{key}", {role: place.unit_id}, officer_id, now)
    _person(session, "root", dict.fromkeys(Role), None, now)
    session.commit()
    return places


def _person(
    session: Session,
    name: str,
    grants: Mapping[Role, int | None],
    officer_id: int | None,
    now: datetime,
) -> None:
    account = Account(
        name=name,
        full_name=name,
        password_hash="none yet",
        officer_id=officer_id,
        created_at=now,
    )
    session.add(account)
    session.flush()
    for role, unit_id in grants.items():
        session.add(Grant(account_id=account.id, role=str(role), unit_id=unit_id))


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
    code = complaints.code_of(filed.form_id, SECRET)
    complaint = complaints.receive(session, filed, code, now)
    session.commit()
    return complaint


def code_of(complaint: Complaint) -> str:
    """Give the tracking code of a case that `file` opened."""
    return complaints.code_of(UUID(complaint.form_id), SECRET)


def person(session: Session, name: str) -> Actor:
    """Give a person of the cast as the services know one."""
    account = session.scalars(select(Account).where(Account.name == name)).one()
    return reach.actor_with(session, account)


def numbers(found: Iterable[Waiting]) -> list[str]:
    """Give the numbers of listed cases."""
    return [one.complaint.number for one in found]
