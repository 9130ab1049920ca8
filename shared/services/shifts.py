"""Shifts: which officer serves at which desk on which weekdays and hours."""

from dataclasses import replace
from datetime import time

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from shared.domain import entry
from shared.domain.entry import Cells
from shared.domain.errors import N_, Invalid
from shared.domain.faults import Faults
from shared.models.organisation import Desk, Officer, Shift, Unit
from shared.services import desks, officers, shift_clashes
from shared.services.registers import (
    VALID_FROM,
    VALID_TO,
    Column,
    Entry,
    Register,
    Setup,
    is_closed,
    iso,
    set_all,
    to_change,
)

COLUMNS = (
    Column("desk", N_("Mã quầy"), "reference", example="SH-Q1", named=N_("Quầy")),
    Column("officer", N_("Mã cán bộ"), "reference", example="SH-01", named=N_("Cán bộ")),
    Column(
        "weekdays",
        N_("Ngày trong tuần"),
        "weekdays",
        example="T2-T6",
        hint=N_("Viết như T2-T6 hoặc T2 T4 CN."),
    ),
    Column("starts", N_("Từ giờ"), "time", example="07:30"),
    Column("ends", N_("Đến giờ"), "time", example="11:30"),
    VALID_FROM,
    replace(VALID_TO, hint=N_("Để trống khi ca còn kéo dài; trực thay ít ngày thì ghi ngày cuối.")),
)


def entries(session: Session, setup: Setup) -> list[Entry]:
    """List the shifts at desks within reach."""
    query = _within(setup).add_columns(Desk, Officer)
    query = query.order_by(Desk.code, Shift.valid_from, Shift.starts, Officer.code)
    return [_entry(shift, desk, officer, setup) for shift, desk, officer in session.execute(query)]


def save(session: Session, setup: Setup, cells: Cells, key: int | None) -> int:
    """Add or change a shift; give its key.

    Raises Invalid naming the column, NotFound for one out of reach. A shift that shares moments
    with another of its officer or desk is refused, but for a stand-in (see shift_clashes).
    """
    shift = to_change(session, _within(setup), Shift, key)
    with Faults() as faults:
        desk = faults.read(desks.by_code, session, setup, cells, "desk")
        officer = faults.read(officers.by_code, session, setup, cells, "officer")
        weekdays = faults.read(entry.weekdays, cells, "weekdays")
        hours = faults.read(_hours, cells)
        period = faults.read(entry.period, cells)
    (starts, ends), (first, last) = hours, period
    values = {
        "desk_id": desk.id,
        "officer_id": officer.id,
        "weekdays": weekdays,
        "starts": starts,
        "ends": ends,
        "valid_from": first,
        "valid_to": last,
    }
    if shift is None:  # a form sent twice is one shift
        shift = session.scalar(select(Shift).filter_by(**values))
    planned = Shift(**values)
    shift_clashes.check(session, desk, officer, planned, shift)
    if shift is None:
        shift = planned
        session.add(shift)
    else:
        set_all(shift, values)
    session.flush()
    return shift.id


def _hours(cells: Cells) -> tuple[time, time]:
    with Faults() as faults:
        starts = faults.read(entry.clock, cells, "starts")
        ends = faults.read(entry.clock, cells, "ends")
    if ends <= starts:
        raise Invalid("hours_crossed", N_("Giờ kết thúc phải sau giờ bắt đầu."), field="ends")
    return starts, ends


def _within(setup: Setup) -> Select[Shift]:
    return (
        select(Shift)
        .join(Desk, Shift.desk_id == Desk.id)
        .join(Officer, Shift.officer_id == Officer.id)
        .join(Unit, Desk.unit_id == Unit.id)
        .where(Unit.organisation_id == setup.organisation.id, Unit.id.in_(setup.units))
    )


def _entry(shift: Shift, desk: Desk, officer: Officer, setup: Setup) -> Entry:
    cells = {
        "desk": desk.code,
        "officer": officer.code,
        "weekdays": entry.weekdays_in_words(shift.weekdays),
        "starts": f"{shift.starts:%H:%M}",
        "ends": f"{shift.ends:%H:%M}",
        "valid_from": iso(shift.valid_from),
        "valid_to": iso(shift.valid_to),
    }
    never = shift.valid_to is not None and shift.valid_to < shift.valid_from
    closed = never or is_closed(shift.valid_to, setup)
    return Entry(shift.id, f"{officer.name}, {desk.name}", cells, closed)


def _key_of(session: Session, setup: Setup, cells: Cells) -> int | None:
    """A shift has no code: desk, officer, hour and first day say which one is meant."""
    return session.scalar(
        _within(setup)
        .with_only_columns(Shift.id)
        .where(
            Desk.code == entry.raw(cells, "desk"),
            Officer.code == entry.raw(cells, "officer"),
            Shift.starts == entry.clock(cells, "starts"),
            Shift.valid_from == entry.day(cells, "valid_from"),
        )
    )


REGISTER = Register(
    key="shifts",
    title=N_("Ca trực"),
    one=N_("ca trực"),
    lead=N_("Ai ngồi ở quầy nào, ngày nào, giờ nào; đánh giá được ghi cho người đang trực."),
    columns=COLUMNS,
    entries=entries,
    key_of=_key_of,
    save=save,
    references=lambda session, setup: {
        "desk": desks.choices(session, setup),
        "officer": officers.choices(session, setup),
    },
)
