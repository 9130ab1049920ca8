"""Accounts as an administrator sees them: only those within the administrator's own units."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from shared.domain.access import GRANTED, Actor, Permission, Role
from shared.domain.entry import text
from shared.domain.errors import N_, Invalid, NotFound
from shared.domain.faults import Faults
from shared.models.account import Account, Grant
from shared.models.organisation import Officer, Unit
from shared.services import accounts

EVERY_UNIT = "all"
ROLE_NAMES: Mapping[Role, str] = {
    Role.ADMIN: N_("Quản trị"),
    Role.OFFICER: N_("Cán bộ"),
    Role.HEAD: N_("Lãnh đạo trung tâm"),
    Role.REVIEWER: N_("Người được xem từng đánh giá"),
    Role.ORGANISER: N_("Tổ chức phong trào thi đua"),
    Role.INSPECTOR: N_("Người được giao đọc tin báo kín"),
}

_OPENING_CASES = {Permission.COMPLAINTS, Permission.INSPECT}


@dataclass(frozen=True)
class Filled:
    """What the account form held; all as typed."""

    name: str
    full_name: str
    officer_id: str
    grants: tuple[str, ...]  # kept ones, as grant keys
    role: str
    unit_id: str  # a unit key, `all`, or nothing


@dataclass(frozen=True)
class Entry:
    """An account with its roles and the officer it belongs to."""

    account: Account
    grants: tuple[tuple[Grant, Unit | None], ...]
    officer: Officer | None

    @property
    def unlinked(self) -> bool:
        """Whether it opens cases while nothing keeps it from those that name its own person."""
        if self.account.closed_at is not None or self.account.officer_id is not None:
            return False
        return any(GRANTED[Role(grant.role)] & _OPENING_CASES for grant, _unit in self.grants)


def may_grant_everywhere(actor: Actor) -> bool:
    """Say whether the actor may hand out roles over every unit."""
    return Permission.ACCOUNTS in actor.everywhere


def roles_within(actor: Actor) -> list[Role]:
    """List the roles the actor may hand out.

    Who reads confidential reports is named from above: the administrators of a unit, whom its
    head may lean on, could otherwise read what accuses its officers through an account of theirs.
    """
    return [role for role in Role if may_grant_everywhere(actor) or role is not Role.INSPECTOR]


def units_within(session: Session, actor: Actor) -> list[Unit]:
    """List the units the actor may give roles over."""
    reach = actor.units(Permission.ACCOUNTS)
    return list(session.scalars(select(Unit).where(Unit.id.in_(reach)).order_by(Unit.name)))


def officers_within(session: Session, actor: Actor, kept: int | None = None) -> list[Officer]:
    """List the officers an account may belong to, and the one it belongs to already (`kept`).

    Who has left or went to another unit stays that officer: complaints may name them still.
    """
    serving = and_(
        Officer.unit_id.in_(actor.units(Permission.ACCOUNTS)), Officer.valid_to.is_(None)
    )
    found = select(Officer).where(or_(serving, Officer.id == kept)).order_by(Officer.name)
    return list(session.scalars(found))


def entries(session: Session, actor: Actor) -> list[Entry]:
    """List the accounts within the actor's units, open ones first."""
    wanted = select(Account.id)
    if not may_grant_everywhere(actor):
        reach = actor.units(Permission.ACCOUNTS)
        wanted = select(Grant.account_id).where(Grant.unit_id.in_(reach))
    return [entry for entry in _entries(session, wanted) if _within(actor, entry)]


def entry(session: Session, actor: Actor, account_id: int) -> Entry:
    """Find one account; NotFound when it is out of the actor's reach."""
    found = _entries(session, select(Account.id).where(Account.id == account_id))
    if not found or not _within(actor, found[0]):
        raise NotFound
    return found[0]


def added_before(session: Session, actor: Actor, wanted: Mapping[str, str]) -> list[Entry]:
    """Find accounts by sign-in name and full name: all of them, or none when one is not there.

    So a form that a page loaded again sends once more is told from a name somebody else has.
    """
    found = [
        entry
        for entry in entries(session, actor)
        if wanted.get(entry.account.name) == entry.account.full_name
    ]
    return found if len(found) == len(wanted) else []


def add(session: Session, actor: Actor, filled: Filled, now: datetime) -> tuple[Account, str]:
    """Add an account with one role; give it and its one-time password."""
    with Faults() as faults:
        name = faults.read(accounts.free_name, session, filled.name)
        full_name = faults.read(_full_name, filled)
        grant = faults.read(_grant, actor, filled)
        officer_id = faults.read(_officer, session, actor, filled, None)
    return accounts.add(session, name, full_name, [grant], now, officer_id=officer_id)


def change(session: Session, actor: Actor, account_id: int, filled: Filled) -> Account:
    """Change an account's name, officer and roles; kept roles are named by their keys.

    Raises Invalid naming the field, also for another officer, or none, of one's own account.
    """
    known = entry(session, actor, account_id)
    kept = [
        (Role(grant.role), grant.unit_id)
        for grant, _unit in known.grants
        if str(grant.id) in filled.grants
    ]
    with Faults() as faults:
        full_name = faults.read(_full_name, filled)
        officer_id = faults.read(_own_officer, session, actor, filled, known.account)
        added = [faults.read(_grant, actor, filled)] if filled.role else []
        if not kept and not added:
            faults.add(_missing("role"))
    known.account.full_name = full_name
    known.account.officer_id = officer_id
    accounts.set_grants(session, known.account, kept + added)
    return known.account


def close(session: Session, actor: Actor, account_id: int, now: datetime) -> None:
    """Close an account within reach; nobody closes their own."""
    known = entry(session, actor, account_id)
    if known.account.id == actor.account_id:
        raise Invalid("own_account", N_("Không thể tự đóng tài khoản đang dùng."))
    accounts.close(session, account_id, now)


def _entries(session: Session, wanted: Select[int]) -> list[Entry]:
    """Give accounts with what belongs to them, each kind read once for all, open ones first."""
    rows = session.execute(
        select(Grant, Unit)
        .outerjoin(Unit, Grant.unit_id == Unit.id)
        .where(Grant.account_id.in_(wanted))
        .order_by(Grant.id)
    )
    grants: dict[int, list[tuple[Grant, Unit | None]]] = defaultdict(list)
    for grant, unit in rows:
        grants[grant.account_id].append((grant, unit))
    found = session.execute(
        select(Account, Officer)
        .outerjoin(Officer, Account.officer_id == Officer.id)
        .where(Account.id.in_(wanted))
        .order_by(Account.closed_at.is_not(None), Account.name)
    )
    return [Entry(account, tuple(grants[account.id]), officer) for account, officer in found]


def _within(actor: Actor, entry: Entry) -> bool:
    """All of an account's roles must lie within reach, or its password could open more."""
    if may_grant_everywhere(actor):
        return True
    if not {grant.role for grant, _ in entry.grants} <= {str(one) for one in roles_within(actor)}:
        return False
    return bool(entry.grants) and _all_within(actor, (grant.unit_id for grant, _ in entry.grants))


def _all_within(actor: Actor, units: Iterable[int | None]) -> bool:
    reach = actor.units(Permission.ACCOUNTS)
    return all(unit is not None and unit in reach for unit in units)


def _grant(actor: Actor, filled: Filled) -> tuple[Role, int | None]:
    with Faults() as faults:
        if filled.role not in roles_within(actor):
            faults.add(_missing("role"))
        unit_id = faults.read(_unit, actor, filled)
    return Role(filled.role), unit_id


def _unit(actor: Actor, filled: Filled) -> int | None:
    if filled.unit_id == EVERY_UNIT and may_grant_everywhere(actor):
        return None
    known = {str(key): key for key in actor.units(Permission.ACCOUNTS)}
    if filled.unit_id not in known:
        raise _missing("unit_id")
    return known[filled.unit_id]


def _full_name(filled: Filled) -> str:
    return text({"full_name": filled.full_name}, "full_name")


def _officer(session: Session, actor: Actor, filled: Filled, kept: int | None) -> int | None:
    if not filled.officer_id:
        return None
    known = {str(officer.id): officer.id for officer in officers_within(session, actor, kept)}
    if filled.officer_id not in known:
        raise _missing("officer_id")
    return known[filled.officer_id]


def _own_officer(session: Session, actor: Actor, filled: Filled, account: Account) -> int | None:
    """Read the officer of an account that is changed.

    Nobody ends by oneself that one's own account is kept from cases that name one.
    """
    officer_id = _officer(session, actor, filled, account.officer_id)
    own = account.id == actor.account_id
    if own and account.officer_id is not None and account.officer_id != officer_id:
        raise Invalid(
            "own_officer",
            N_("Không thể tự bỏ hoặc đổi mục này của tài khoản đang dùng. Xin nhờ người khác."),
            field="officer_id",
        )
    return officer_id


def _missing(field: str) -> Invalid:
    return Invalid("missing", N_("Xin chọn hoặc nhập mục này."), field=field)
