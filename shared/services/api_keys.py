"""Keys by which other programs are let in: given once, kept as a hash, ended for good."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from shared.domain.access import Actor, Permission
from shared.domain.errors import N_, Invalid, NotFound
from shared.domain.faults import Faults
from shared.domain.rating import clean_text
from shared.models.api_key import ApiKey as ApiKey  # the doors name it by this module
from shared.models.organisation import Unit
from shared.services.channels import hash_token
from shared.services.row_turns import take_turn_of

LONGEST_NAME = 120


class Purpose(StrEnum):
    """What a key opens, and nothing else."""

    DOSSIERS = "dossiers"  # handing in exports of the one-stop software


@dataclass(frozen=True)
class Granted:
    """A key as it is shown, once."""

    row: ApiKey
    key: str


@dataclass(frozen=True)
class Listed:
    """A key with the name of its unit."""

    row: ApiKey
    unit: str


def grant(
    session: Session, purpose: Purpose, unit_id: int, name: str, actor: Actor, now: datetime
) -> Granted:
    """Give another program a key to a unit and those below it.

    Raises Invalid naming the field, for a unit out of the actor's reach and for a second key in
    force under one name: a form sent twice gives one key.
    """
    words = clean_text(name)[:LONGEST_NAME]
    with Faults() as faults:
        if not words:
            faults.add(Invalid("name_missing", N_("Xin ghi tên hệ thống."), field="name"))
        if unit_id not in actor.units(Permission.ORGANISATION):
            faults.add(Invalid("unit_unknown", N_("Xin chọn đơn vị nhận."), field="unit"))
    take_turn_of(session, Unit, unit_id)
    if _has_one(session, purpose, unit_id, words):
        raise Invalid("name_taken", N_("Hệ thống tên này đã có khoá đang dùng."), field="name")
    key = f"nn_{secrets.token_urlsafe(32)}"
    row = ApiKey(
        organisation_id=session.get_one(Unit, unit_id).organisation_id,
        unit_id=unit_id,
        purpose=purpose.value,
        name=words,
        key_hash=hash_token(key),
        created_at=now,
        created_by=actor.name,
    )
    session.add(row)
    session.flush()
    return Granted(row, key)


def _has_one(session: Session, purpose: Purpose, unit_id: int, name: str) -> bool:
    return session.scalars(
        select(
            exists().where(
                ApiKey.purpose == purpose.value,
                ApiKey.unit_id == unit_id,
                ApiKey.name == name,
                ApiKey.revoked_at.is_(None),
            )
        )
    ).one()


def revoke(session: Session, key_id: int, actor: Actor, now: datetime) -> None:
    """End a key for good; twice is once. Raises NotFound for one out of reach."""
    row = session.get(ApiKey, key_id)
    if row is None or not actor.reaches(Permission.ORGANISATION, row.unit_id or 0):
        raise NotFound
    row.revoked_at = row.revoked_at or now
    session.flush()


def keys(session: Session, purpose: Purpose, actor: Actor) -> list[Listed]:
    """List the keys of a purpose within an administrator's reach, those still in force first."""
    found = session.execute(
        select(ApiKey, Unit.name)
        .join(Unit, Unit.id == ApiKey.unit_id)
        .where(
            ApiKey.purpose == purpose.value,
            ApiKey.unit_id.in_(actor.units(Permission.ORGANISATION)),
        )
        .order_by(ApiKey.revoked_at.is_not(None), ApiKey.name, ApiKey.id)
    )
    return [Listed(row, unit) for row, unit in found]


def of(session: Session, purpose: Purpose, key: str) -> ApiKey | None:
    """Find whose key it is; None for an unknown one, an ended one, or one for something else."""
    return session.scalar(
        select(ApiKey).where(
            ApiKey.key_hash == hash_token(key),
            ApiKey.purpose == purpose.value,
            ApiKey.revoked_at.is_(None),
        )
    )
