"""Who may read confidential reports: named inspectors with a key, level by level up the units."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from shared.domain.access import Actor, Permission, Role
from shared.domain.errors import N_, Invalid
from shared.models.account import Account, Grant
from shared.models.organisation import Unit
from shared.models.sealed import SealedKey
from shared.services import reach
from shared.services.unit_tree import line_up


@dataclass(frozen=True)
class Keyholder:
    """An inspector's key with the unit they were named for; no name means every unit."""

    place: str
    full_name: str
    key: SealedKey


@dataclass(frozen=True)
class Reader:
    """An inspector's key, and how many units above the report's own the inspector stands."""

    level: int
    place: str  # the unit's name; nothing for who inspects every unit
    full_name: str
    key: SealedKey


def readers(session: Session, unit_id: int, officer_id: int | None) -> list[Reader]:
    """List who could read a report of a unit about an officer, the nearest level first.

    The accused is none of them, nor whoever serves in, leads or administers the unit
    (`shared.domain.access.apart`).
    """
    line = line_up(session, unit_id)
    names = dict(iter(session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(line)))))
    found: dict[int, Reader] = {}
    for key, account, granted_id in session.execute(
        _keys_granted()
        .where(or_(Grant.unit_id.in_(line), Grant.unit_id.is_(None)))
        .order_by(SealedKey.id)
    ):
        level = _level(line, granted_id)
        known = found.get(key.id)
        if level is None or (known is not None and known.level <= level):
            continue
        if may_read(session, account, unit_id, officer_id):
            place = names.get(granted_id, "") if granted_id is not None else ""
            found[key.id] = Reader(level, place, account.full_name, key)
    return sorted(found.values(), key=lambda one: (one.level, one.key.id))


def may_read(session: Session, account: Account, unit_id: int, officer_id: int | None) -> bool:
    """Say whether an account may read reports of a unit, and is not the one they accuse."""
    if account.closed_at is not None or is_accused(account.officer_id, officer_id):
        return False
    return reach.actor_with(session, account).reaches(Permission.INSPECT, unit_id)


def is_accused(own: int | None, accused: int | None) -> bool:
    """Say whether somebody who is that officer is the accused one."""
    return own is not None and own == accused


def _level(line: Sequence[int], granted_id: int | None) -> int | None:
    if granted_id is None:
        return len(line)
    return line.index(granted_id) if granted_id in line else None


def keys_of(session: Session, actor: Actor) -> list[SealedKey]:
    """List an inspector's own keys, the one in use first."""
    return list(
        session.scalars(
            select(SealedKey)
            .where(SealedKey.account_id == actor.account_id)
            .order_by(SealedKey.id.desc())
        )
    )


def others(session: Session, actor: Actor) -> list[Keyholder]:
    """List who else holds keys for the units the actor inspects, from above or below, by name.

    So a reader or a key that nobody named is seen by those who know each other.
    """
    units = actor.units(Permission.INSPECT)
    above = {one for unit_id in _tops(session, units) for one in line_up(session, unit_id)}
    rows = session.execute(
        _keys_granted()
        .outerjoin(Unit, Unit.id == Grant.unit_id)
        .add_columns(Unit.name)
        .where(
            or_(Grant.unit_id.in_(units | above), Grant.unit_id.is_(None)),
            Account.id != actor.account_id,
        )
        .order_by(Account.full_name, SealedKey.id, Grant.id)
    )
    return [Keyholder(place or "", account.full_name, key) for key, account, _, place in rows]


def _tops(session: Session, units: frozenset[int]) -> list[int]:
    """Give the units that none of the others stands above."""
    tops = select(Unit.id).where(
        Unit.id.in_(units), or_(Unit.parent_id.is_(None), Unit.parent_id.not_in(units))
    )
    return list(session.scalars(tops.order_by(Unit.id)))


def _keys_granted() -> Select[SealedKey, Account, int | None]:
    """Give the query for the keys in use of inspectors, with each unit they were named for."""
    return (
        select(SealedKey, Account, Grant.unit_id)
        .join(Account, Account.id == SealedKey.account_id)
        .join(Grant, Grant.account_id == Account.id)
        .where(
            Grant.role == str(Role.INSPECTOR),
            SealedKey.retired_at.is_(None),
            Account.closed_at.is_(None),
        )
    )


def register_key(
    session: Session, actor: Actor, public_key: str, fingerprint: str, now: datetime
) -> SealedKey:
    """Let reports from now on be sealed to an inspector's new key, and no more to the old one.

    What was sealed to a lost key opens for nobody with the new one; while unopened it goes up.
    Raises NotAllowed for who inspects nowhere, Invalid for a key that is registered already.
    """
    actor.units(Permission.INSPECT)
    if session.scalar(select(SealedKey.id).where(SealedKey.fingerprint == fingerprint)) is not None:
        raise Invalid("key_known", N_("Khoá này đã được đăng ký."), field="public_key")
    for old in keys_of(session, actor):
        old.retired_at = old.retired_at or now
    key = SealedKey(
        account_id=actor.account_id, public_key=public_key, fingerprint=fingerprint, created_at=now
    )
    session.add(key)
    session.flush()
    return key


def places(found: Iterable[Reader]) -> list[tuple[int, str, list[str]]]:
    """Give the levels with the unit each stands in and the names of who reads there."""
    by_level: dict[tuple[int, str], list[str]] = {}
    for one in found:
        by_level.setdefault((one.level, one.place), []).append(one.full_name)
    return [(level, place, names) for (level, place), names in by_level.items()]
