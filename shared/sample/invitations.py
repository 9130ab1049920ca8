"""Printed codes of the sample's desks, officers and procedures, and some unused dossier codes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from sqlalchemy.orm import Session

from shared.sample.dossiers import Filed
from shared.sample.office import Office, Procedures
from shared.services import invitations
from shared.services.invitations import Target

UNUSED = 5


@dataclass(frozen=True)
class Code:
    """A printed code and the desk (position) it hangs at or whose officer it names."""

    token: str = field(repr=False)
    desk: int


def add_printed(
    session: Session, offices: Sequence[Office], procedures: Procedures, printed_at: datetime
) -> dict[int, list[Code]]:
    """Print a code for every desk, officer and procedure of each commune; give them by unit."""
    return {
        office.unit.id: [
            Code(invitations.printed(session, office.unit.id, target, key, printed_at), desk)
            for target, key, desk in _targets(office, procedures)
        ]
        for office in offices
    }


def _targets(office: Office, procedures: Procedures) -> list[tuple[Target, int, int]]:
    desks = [(Target.DESK, desk.id, number) for number, desk in enumerate(office.desks)]
    officers = [
        (Target.OFFICER, officer.id, plan.desk)
        for officer, plan in zip(office.officers, office.plan.officers, strict=True)
    ]
    catalogue = [(Target.PROCEDURE, row.id, office.desk_of(row)) for row in procedures.rows]
    return desks + officers + catalogue


def add_unused(
    session: Session, rng: Random, filed: Sequence[Filed], used: Collection[int], now: datetime
) -> tuple[str, ...]:
    """Issue codes nobody has used yet; give their tokens, which are not kept."""
    free = [dossier for dossier in filed if dossier.id not in used]
    chosen = rng.sample(free, min(UNUSED, len(free)))
    return tuple(invitations.issue_for_dossier(session, dossier.id, now) for dossier in chosen)
