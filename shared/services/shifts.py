"""Shifts: which officer serves at which desk on which weekdays and hours."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from shared.domain import entry
from shared.domain.entry import Cells
from shared.domain.errors import N_, Invalid
from shared.models.organisation import Desk, Officer, Shift, Unit
from shared.services import desks, officers
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
    VALID_TO,
)


def entries(session: Session, setup: Setup) -> list[Entry]:
    """List the shifts at desks within reach."""
    query = _within(setup).add_columns(Desk, Officer)
    query = query.order_by(Desk.code, Shift.valid_from, Shift.starts, Officer.code)
    return [_entry(shift, desk, officer, setup) for shift, desk, officer in session.execute(query)]


def save(session: Session, setup: Setup, cells: Cells, key: int | None) -> int:
    """Add or change a shift; give its key.

    Raises Invalid naming the column, NotFound for one out of reach. Where two shifts of a desk
    overlap, the one that began later is on duty.
    """
    shift = to_change(session, _within(setup), Shift, key)
    first, last = entry.period(cells)
    starts, ends = entry.clock(cells, "starts"), entry.clock(cells, "ends")
    if ends <= starts:
        raise Invalid("hours_crossed", N_("Giờ kết thúc phải sau giờ bắt đầu."), field="ends")
    values = {
        "desk_id": desks.by_code(session, setup, cells, "desk").id,
        "officer_id": officers.by_code(session, setup, cells, "officer").id,
        "weekdays": entry.weekdays(cells, "weekdays"),
        "starts": starts,
        "ends": ends,
        "valid_from": first,
        "valid_to": last,
    }
    if shift is None:  # a form sent twice is one shift
        shift = session.scalar(select(Shift).filter_by(**values)) or Shift(**values)
        session.add(shift)
    else:
        set_all(shift, values)
    session.flush()
    return shift.id


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
    return Entry(shift.id, f"{officer.name}, {desk.name}", cells, is_closed(shift.valid_to, setup))


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
