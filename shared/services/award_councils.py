"""Emulation and commendation councils: members with accounts or from outside, chair, quorum."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain import award, entry
from shared.domain.access import Role
from shared.domain.award import Interests
from shared.domain.campaign_template import is_head
from shared.domain.entry import Cells
from shared.domain.errors import N_, Invalid, NotFound, RuleBroken
from shared.domain.faults import Faults
from shared.domain.organisation import in_force
from shared.models.account import Account, Grant
from shared.models.award import AwardCouncil as AwardCouncil  # the doors name it by this
from shared.models.award import AwardMember, AwardSession
from shared.models.organisation import Officer
from shared.services.registers import set_all
from shared.services.unit_tree import line_up

USUAL_QUORUM = "2/3"


@dataclass(frozen=True)
class Listed:
    """A council with its members of a day."""

    council: AwardCouncil
    members: list[AwardMember]


def listed(session: Session, unit_ids: Collection[int], on: date) -> list[Listed]:
    """List the councils of the units with their members on a local day."""
    query = select(AwardCouncil).where(AwardCouncil.unit_id.in_(unit_ids))
    councils = session.scalars(query.order_by(AwardCouncil.name, AwardCouncil.id))
    return [Listed(council, members(session, council, on)) for council in councils]


def find(session: Session, unit_ids: Collection[int], key: int | None) -> AwardCouncil:
    """Give a council of one of the units; NotFound otherwise."""
    council = None if key is None else session.get(AwardCouncil, key)
    if council is None or council.unit_id not in unit_ids:
        raise NotFound
    return council


def members(session: Session, council: AwardCouncil, on: date) -> list[AwardMember]:
    """List the members on a local day, the chair first."""
    query = select(AwardMember).where(AwardMember.council_id == council.id)
    ordered = query.order_by(AwardMember.chair.desc(), AwardMember.name, AwardMember.id)
    return [one for one in session.scalars(ordered) if in_force(one.valid_from, one.valid_to, on)]


def candidates(session: Session, unit_ids: Collection[int]) -> list[Account]:
    """List the accounts that could sit in a council: those with a role in one of the units."""
    query = (
        select(Account)
        .where(
            Account.closed_at.is_(None),
            Account.id.in_(select(Grant.account_id).where(Grant.unit_id.in_(unit_ids))),
        )
        .order_by(Account.full_name, Account.id)
    )
    return list(session.scalars(query))


def save(
    session: Session,
    unit_ids: Collection[int],
    unit_id: int,
    key: int | None,
    cells: Cells,
    today: date,
) -> AwardCouncil:
    """Found a council of a unit, or change one: name, document, quorum.

    Sessions already planned keep the quorum they were planned with. Raises Invalid naming the
    column, RuleBroken for a name the unit has already, NotFound out of reach.
    """
    with Faults() as faults:
        values: dict[str, Any] = {
            "name": faults.read(entry.text, cells, "name"),
            "document": faults.read(entry.text, cells, "document", 300, required=False),
            "quorum": faults.read(award.written_share, cells, "quorum"),
        }
    if key is None:
        if unit_id not in unit_ids:
            raise NotFound
        _check_new(session, unit_id, values["name"], today)
        council = AwardCouncil(unit_id=unit_id, valid_from=today, **values)
        session.add(council)
    else:
        council = find(session, unit_ids, key)
        set_all(council, values)
    session.flush()
    return council


def add_member(
    session: Session,
    council: AwardCouncil,
    cells: Cells,
    unit_ids: Collection[int],
    today: date,
) -> AwardMember:
    """Seat an account within reach, or a person from outside by name, from today on.

    Raises Invalid naming the column; RuleBroken for an account that sits there already and for a
    second chair.
    """
    with Faults() as faults:
        account = faults.read(_account, session, cells, unit_ids)
        invited = not entry.raw(cells, "account_id")
        name = faults.read(entry.text, cells, "name", required=invited)
        post = faults.read(entry.text, cells, "post", required=False)
        unit = entry.raw(cells, "unit_id")
        if unit and unit not in {str(one) for one in unit_ids}:
            faults.add(Invalid("unit_unknown", N_("Xin chọn đơn vị."), field="unit_id"))
        chair = faults.read(entry.yes, cells, "chair")
    seated = members(session, council, today)
    if account is not None and account.id in {one.account_id for one in seated}:
        raise RuleBroken("member_already", N_("Người này đã là thành viên Hội đồng."))
    if chair and any(one.chair for one in seated):
        raise RuleBroken("chair_already", N_("Hội đồng đã có Chủ tịch."))
    member = AwardMember(
        council_id=council.id,
        account_id=None if account is None else account.id,
        name=name if account is None else account.full_name,
        post=post,
        unit_id=int(unit) if unit else None,
        chair=chair,
        valid_from=today,
    )
    session.add(member)
    session.flush()
    return member


def end_member(session: Session, council: AwardCouncil, key: int, today: date) -> None:
    """Let a member leave at the end of the day before today; sessions before keep the seat."""
    member = session.get(AwardMember, key)
    if member is None or member.council_id != council.id or member.valid_to is not None:
        raise NotFound
    seated = session.scalar(select(AwardSession.id).where(AwardSession.council_id == council.id))
    if member.valid_from >= today and seated is None:
        session.delete(member)
    else:
        member.valid_to = max(member.valid_from, today)
    session.flush()


def interests(session: Session, member: AwardMember) -> Interests:
    """Say what ties a member to units: the officer it is, where it serves, what it heads."""
    account = None if member.account_id is None else session.get(Account, member.account_id)
    officer_id = None if account is None else account.officer_id
    officer = None if officer_id is None else session.get(Officer, officer_id)
    places = {
        unit_id
        for unit_id in (member.unit_id, None if officer is None else officer.unit_id)
        if unit_id is not None
    }
    leads = set() if account is None else _led_by(session, account)
    if officer is not None and is_head(officer.post):
        leads.add(officer.unit_id)
    return Interests(
        officer_id,
        leads=frozenset(leads),
        serves=frozenset(one for unit_id in places for one in line_up(session, unit_id)),
    )


def _check_new(session: Session, unit_id: int, name: str, today: date) -> None:
    """Refuse a second council of the same name in a unit: a form sent twice founds one."""
    if any(one.council.name == name for one in listed(session, [unit_id], today)):
        raise RuleBroken("council_exists", N_("Đơn vị đã có Hội đồng mang tên này."))


def _led_by(session: Session, account: Account) -> set[int]:
    query = select(Grant.unit_id).where(
        Grant.account_id == account.id, Grant.role == str(Role.HEAD), Grant.unit_id.is_not(None)
    )
    return {unit_id for unit_id in session.scalars(query) if unit_id is not None}


def _account(session: Session, cells: Cells, unit_ids: Collection[int]) -> Account | None:
    chosen = entry.raw(cells, "account_id")
    if not chosen:
        return None
    for account in candidates(session, unit_ids):
        if str(account.id) == chosen:
            return account
    raise Invalid("account_unknown", N_("Xin chọn tài khoản trong danh sách."), field="account_id")
