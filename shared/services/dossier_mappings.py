"""By which columns an organisation reads exports, remembered for every shape of file."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.models.dossier import DossierMapping
from shared.models.organisation import Unit
from shared.services.dossier_plans import key_of


@dataclass(frozen=True)
class Remembered:
    """A choice of columns, `mapping` from field to heading, with who made it and when."""

    mapping: Mapping[str, str]
    chosen_by: str
    chosen_at: datetime


def shape_of(headings: Iterable[str]) -> str:
    """Give the SHA-256 of a file's headings, whatever their order, capitals and spaces."""
    known = "\n".join(sorted(key_of(heading) for heading in headings))
    return hashlib.sha256(known.encode()).hexdigest()


def remembered(session: Session, unit_id: int, headings: Iterable[str]) -> Remembered | None:
    """Find how the unit's organisation last read files of these headings; None at first."""
    found = _find(session, unit_id, shape_of(headings))
    if found is None:
        return None
    return Remembered(dict(found.mapping), found.chosen_by, found.chosen_at)


def remember(
    session: Session,
    unit_id: int,
    headings: Iterable[str],
    mapping: Mapping[str, str],
    by: str,
    now: datetime,
) -> None:
    """Keep a choice of columns for the next file of these headings."""
    shape = shape_of(headings)
    known = _find(session, unit_id, shape)
    if known is None:
        organisation_id = session.get_one(Unit, unit_id).organisation_id
        known = DossierMapping(organisation_id=organisation_id, shape=shape)
        session.add(known)
    elif known.mapping == dict(mapping):
        return
    known.mapping, known.chosen_by, known.chosen_at = dict(mapping), by, now
    session.flush()


def _find(session: Session, unit_id: int, shape: str) -> DossierMapping | None:
    organisation = select(Unit.organisation_id).where(Unit.id == unit_id)
    return session.scalar(
        select(DossierMapping).where(
            DossierMapping.organisation_id.in_(organisation), DossierMapping.shape == shape
        )
    )
