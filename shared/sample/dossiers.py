"""The sample's dossiers, as the one-stop software would have exported them, and paper registers."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from random import Random
from typing import Any, cast

from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from shared.domain.calendar import monday_of
from shared.domain.dossier import Channel
from shared.models.dossier import Dossier, DossierImport, PaperRegister
from shared.models.organisation import Procedure
from shared.sample.office import Office, Procedures
from shared.sample.rhythm import Span
from shared.services import dossier_totals

AGENCY = "H99"  # no agency has it
# How often each field is asked for, the rest once.
DEMAND = {"Chứng thực": 5.0, "Hộ tịch": 4.0, "Cư trú": 3.0, "Liên thông": 3.0, "Xây dựng": 7.0}
SUPPLEMENTED = 0.04
SUPPLEMENTED_TWICE = 0.003
WEEK = timedelta(days=7)
DONE, WORKING = "Đã trả kết quả", "Đang xử lý"

Row = dict[str, Any]


@dataclass(frozen=True)
class Filed:
    """A dossier as stored, for the ratings that follow it."""

    id: int
    code: str
    office: Office
    procedure_id: int
    desk: int
    finished_on: date


def add_dossiers(
    session: Session, rng: Random, offices: Sequence[Office], procedures: Procedures, span: Span
) -> list[Filed]:
    """Add the dossiers and the imports they came by; give the finished ones."""
    weights = [DEMAND.get(procedure.field, 1.0) for procedure in procedures.rows]
    filed: list[Filed] = []
    for number, office in enumerate(offices, 1):
        agency = f"{AGENCY}.{number:03}.01"
        rows: list[Row] = []
        for on, count in span.spread(rng, office.plan.dossiers).items():
            chosen = rng.choices(procedures.rows, weights, k=count)
            rows += [
                _row(rng, office, procedure, procedures.limits[procedure.id], on, span)
                | {"code": f"{agency}-{on:%y%m%d}-{position:04}"}
                for position, procedure in enumerate(chosen, 1)
            ]
        session.execute(insert(cast(Table, Dossier.__table__)), rows)
        dossier_totals.recount(session, office.unit.id, {row["received_on"] for row in rows})
        filed += _finished(session, office, procedures)
        _add_imports(session, office, rows, span)
    return filed


def _row(
    rng: Random, office: Office, procedure: Procedure, limit: int, on: date, span: Span
) -> Row:
    clock = rng.choice((time(8, 30), time(9, 30), time(10), time(14), time(15)))
    officer = office.officer_at(office.desk_of(procedure), on, clock)
    due_on = span.after_working_days(on, limit)
    supplements = _supplements(rng)
    finished_on = _finish(rng, office, on, limit, supplements, span)
    finished = finished_on if finished_on <= span.today else None
    online = office.plan.online is not None and rng.random() < office.plan.online
    return {
        "unit_id": office.unit.id,
        "procedure_id": procedure.id,
        "procedure_code": procedure.code,
        "officer_id": None if officer is None else officer.id,
        "received_on": on,
        "due_on": due_on,
        "finished_on": finished,
        "status": DONE if finished else WORKING,
        "online": online,
        "channel": str(Channel.ONLINE if online else Channel.DESK),
        "level": 2 if office.plan.online is None else rng.choice((3, 4, 4)),
        "one_stop": rng.random() < 0.999 or office.plan.late < 0.01,
        "supplements": supplements,
        "imported_at": span.at(on + WEEK, time(17)) if on + WEEK <= span.today else span.now,
    }


def _supplements(rng: Random) -> int:
    chance = rng.random()
    if chance < SUPPLEMENTED_TWICE:
        return 2
    return 1 if chance < SUPPLEMENTED else 0


def _finish(
    rng: Random, office: Office, on: date, limit: int, supplements: int, span: Span
) -> date:
    if rng.random() < office.plan.late:
        return span.after_working_days(on, limit + rng.randint(1, 4))
    least = limit // 2 if supplements else limit // 3
    return span.after_working_days(on, rng.randint(least, limit))


def _finished(session: Session, office: Office, procedures: Procedures) -> list[Filed]:
    desks = {procedure.id: office.desk_of(procedure) for procedure in procedures.rows}
    found = session.execute(
        select(Dossier.id, Dossier.code, Dossier.procedure_id, Dossier.finished_on)
        .where(Dossier.unit_id == office.unit.id, Dossier.finished_on.is_not(None))
        .order_by(Dossier.id)
    )
    return [
        Filed(key, code, office, procedure_id, desks[procedure_id], finished_on)
        for key, code, procedure_id, finished_on in found
        if procedure_id is not None and finished_on is not None
    ]


def _add_imports(session: Session, office: Office, rows: Sequence[Row], span: Span) -> None:
    """Note one import a week, and the months' paper registers where they are reported."""
    by_week: dict[date, int] = {}
    for row in rows:
        monday = monday_of(row["received_on"])
        by_week[monday] = by_week.get(monday, 0) + 1
    for monday, count in sorted(by_week.items()):
        name = f"mot-cua-{office.plan.code}-{monday:%Y-%m-%d}.xlsx"
        session.add(
            DossierImport(
                unit_id=office.unit.id,
                file_name=name,
                file_digest=hashlib.sha256(name.encode()).hexdigest(),
                imported_by="mau.giamdoc",
                imported_at=min(span.at(monday + WEEK, time(8)), span.now),
                added=count,
                changed=0,
                unchanged=0,
                refused=0,
            )
        )
    months = sorted({row["received_on"].replace(day=1) for row in rows})
    for month, count in zip(months, office.plan.paper_only or (), strict=False):
        session.add(PaperRegister(unit_id=office.unit.id, month=month, paper_only=count))
