"""Published results of PAR INDEX, SIPAS and PAPI by criterion and year, entered or imported."""

from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from shared.domain import entry, improvement
from shared.domain.entry import Cells
from shared.domain.errors import N_, NotFound, RuleBroken
from shared.domain.faults import Faults
from shared.models.improvement import IndexResult
from shared.models.organisation import Unit
from shared.services import units
from shared.services.registers import (
    UNIT,
    Choices,
    Column,
    Entry,
    Register,
    Setup,
    iso,
    read_choice,
    set_all,
)
from shared.services.weakness_rules import INDEX, INDEXES, read_year

MOST_POINTS = Decimal(1000)
COLUMNS = (
    UNIT,
    INDEX,
    Column("year", N_("Kết quả của năm"), "number", example="2025"),
    Column("code", N_("Mã tiêu chí"), "code", example="2.1.3"),
    Column("name", N_("Tên tiêu chí"), example="Giải quyết thủ tục đúng hạn"),
    Column("points", N_("Điểm đạt"), "number", example="1,75"),
    Column("most_points", N_("Điểm tối đa"), "number", example="2"),
    Column(
        "document",
        N_("Văn bản công bố"),
        example="Quyết định 412/QĐ-BNV",
        hint=N_("Số, ký hiệu của văn bản công bố kết quả."),
        listed=False,
    ),
    Column("published_on", N_("Ngày công bố"), "date", example="15/04/2026"),
)


def entries(session: Session, setup: Setup) -> list[Entry]:
    """List the results of the units within reach, the newest years first."""
    query = (
        _within(setup)
        .with_only_columns(IndexResult, Unit)
        .order_by(IndexResult.year.desc(), IndexResult.index, Unit.name, IndexResult.code)
    )
    return [_entry(row, unit) for row, unit in session.execute(query)]


def count(session: Session, setup: Setup) -> int:
    """Count the results of the units within reach."""
    return session.scalar(_within(setup).with_only_columns(func.count())) or 0


def _entry(row: IndexResult, unit: Unit) -> Entry:
    return Entry(
        row.id,
        f"{INDEXES[row.index]} {row.year}, {row.code} {row.name}",
        {
            "unit": unit.code,
            "index": row.index,
            "year": str(row.year),
            "code": row.code,
            "name": row.name,
            "points": entry.number_in_words(row.points),
            "most_points": entry.number_in_words(row.most_points),
            "document": row.document,
            "published_on": iso(row.published_on),
        },
    )


def save(session: Session, setup: Setup, cells: Cells, key: int | None) -> int:
    """Add or change a result; give its key.

    Raises Invalid naming the column, RuleBroken where the criterion of that year is there already,
    NotFound for a result out of reach.
    """
    with Faults() as faults:
        unit = faults.read(units.by_code, session, setup, cells, "unit")
        values: dict[str, Any] = {
            "index": faults.read(read_choice, cells, INDEX),
            "year": faults.read(read_year, cells, "year"),
            "code": faults.read(entry.code, cells, "code"),
            "name": faults.read(entry.text, cells, "name", 300),
            "points": faults.read(entry.number, cells, "points", MOST_POINTS),
            "most_points": faults.read(entry.number, cells, "most_points", MOST_POINTS),
            "document": faults.read(entry.text, cells, "document", 300),
            "published_on": faults.read(entry.day, cells, "published_on"),
        }
    improvement.percent(values["points"], values["most_points"])
    values["unit_id"] = unit.id
    known = key_of(session, setup, cells)
    if known is not None and known != key:
        raise RuleBroken("result_twice", N_("Tiêu chí này của năm này đã có kết quả."))
    if key is None:
        row = IndexResult(**values)
        session.add(row)
    else:
        row = result(session, setup.units, key)
        set_all(row, values)
    session.flush()
    return row.id


def result(session: Session, unit_ids: frozenset[int], key: int) -> IndexResult:
    """Find a result of the given units; NotFound for any other."""
    row = session.get(IndexResult, key)
    if row is None or row.unit_id not in unit_ids:
        raise NotFound
    return row


def key_of(session: Session, setup: Setup, cells: Cells) -> int | None:
    """Find the result of the unit, index, year and criterion that the cells hold."""
    year = entry.raw(cells, "year")
    if not year.isdecimal() or len(year) > 4:
        return None
    return session.scalar(
        _within(setup)
        .with_only_columns(IndexResult.id)
        .where(
            Unit.code == entry.raw(cells, "unit"),
            IndexResult.index == read_choice(cells, INDEX),
            IndexResult.year == int(year),
            IndexResult.code == entry.raw(cells, "code"),
        )
    )


def _within(setup: Setup) -> Select[IndexResult]:
    return (
        select(IndexResult)
        .join(Unit, IndexResult.unit_id == Unit.id)
        .where(Unit.organisation_id == setup.organisation.id, Unit.id.in_(setup.units))
    )


def _references(session: Session, setup: Setup) -> dict[str, Choices]:
    return {"unit": units.choices(session, setup)}


REGISTER = Register(
    key="index-results",
    title=N_("Kết quả chỉ số công bố"),
    one=N_("kết quả"),
    lead=N_("PAR INDEX, SIPAS, PAPI của từng đơn vị, theo tiêu chí và năm, kèm văn bản công bố."),
    columns=COLUMNS,
    entries=entries,
    key_of=key_of,
    save=save,
    references=_references,
    fixed=frozenset({"unit", "index", "year", "code"}),
)
