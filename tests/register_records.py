"""Entries of the registers that units keep, for tests of every page."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from shared.domain.register import CHOICES, RegisterKind
from shared.models.improvement import ImprovementAction, ImprovementStep, IndexResult
from shared.models.register import PublicationSheet, RegisterEntry
from tests.cast import Place
from tests.conftest import ORDINARY_MOMENT


def fill(session: Session, place: Place, words: str) -> dict[str, int]:
    """Keep one entry of each register in a unit; give the keys."""
    kept = {str(kind): keep(session, place.unit_id, kind, words) for kind in RegisterKind}
    return {"index-results": publish(session, place.unit_id, words), **kept}


def post_sheet(session: Session, place: Place, key: str) -> str:
    """Print the sheet of a unit's procedure; give its code."""
    token = f"sheet-of-{key}"
    session.add(
        PublicationSheet(
            unit_id=place.unit_id,
            procedure_id=place.procedure_id,
            token=token,
            printed_at=ORDINARY_MOMENT,
        )
    )
    session.flush()
    return token


def keep(session: Session, unit_id: int, kind: RegisterKind, words: str, **columns: Any) -> int:
    """Write an entry of a kind into a unit's register; give its key."""
    choice = next(iter(CHOICES.get(kind, ())), None)
    plain = {"due_on": date(2026, 11, 2), "planned": 10, "done": 8, "choice": choice}
    title = f"{kind} {words}"
    row = RegisterEntry(kind=kind, unit_id=unit_id, title=title, **{**plain, **columns})
    row.code = row.code or "1"
    session.add(row)
    session.flush()
    return row.id


def publish(session: Session, unit_id: int, words: str) -> int:
    """Give a unit two years of one criterion, the later one weak and acted upon; give its key."""
    rows = [
        IndexResult(
            unit_id=unit_id,
            index="sipas",
            year=year,
            code="2.1",
            name=f"Thái độ {words}",
            points=points,
            most_points=Decimal(2),
            document="QĐ 412/QĐ-BNV",
            published_on=date(year + 1, 4, 15),
        )
        for year, points in ((2024, Decimal("1.8")), (2025, Decimal("1.5")))
    ]
    session.add_all(rows)
    session.flush()
    action = ImprovementAction(
        result_id=rows[1].id,
        cause=f"Thiếu người {words}",
        remedy="Bố trí lại quầy",
        owner="Trưởng trung tâm",
        due_on=date(2026, 11, 1),
        state="open",
    )
    session.add(action)
    session.flush()
    session.add(
        ImprovementStep(
            action_id=action.id,
            state="open",
            due_on=action.due_on,
            note=words,
            noted_by="head",
            noted_at=ORDINARY_MOMENT,
        )
    )
    session.flush()
    return rows[1].id
