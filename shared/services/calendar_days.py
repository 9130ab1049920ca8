"""The days of an organisation's calendar that differ from their weekday."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from shared.domain import entry
from shared.domain.calendar import CalendarDay as Day
from shared.domain.calendar import DayKind
from shared.domain.calendar_change import CalendarChange
from shared.domain.entry import Cells
from shared.domain.errors import N_, Invalid
from shared.domain.faults import Faults
from shared.domain.office_hours import read_spans
from shared.models.calendar import CalendarDay
from shared.services import calendar_changes, csv_import
from shared.services.calendar_changes import Origin
from shared.services.csv_import import Said
from shared.services.organisations import check_may_change_whole
from shared.services.registers import (
    Column,
    Entry,
    Register,
    Setup,
    iso,
    reached,
    read_choice,
    taken,
    to_change,
)

KINDS = {
    DayKind.HOLIDAY.value: N_("Nghỉ lễ, Tết"),
    DayKind.COMPENSATION.value: N_("Nghỉ bù"),
    DayKind.SWAPPED_OFF.value: N_("Nghỉ hoán đổi"),
    DayKind.MAKE_UP_WORKING.value: N_("Làm bù"),
}
KIND = Column("kind", N_("Loại ngày"), "choice", example="holiday", choices=KINDS)
COLUMNS = (
    Column("on", N_("Ngày"), "date", example="02/09/2026"),
    KIND,
    Column("name", N_("Tên"), example="Quốc khánh"),
    Column(
        "document",
        N_("Văn bản"),
        example="Thông báo 9441/TB-BNV",
        hint=N_("Số và ngày của văn bản cho nghỉ hoặc làm bù."),
    ),
    Column(
        "provisional",
        N_("Tạm tính"),
        "yes_no",
        required=False,
        example="không",
        hint=N_("Chọn khi văn bản chính thức chưa có."),
        listed=False,
    ),
    Column(
        "hours",
        N_("Giờ làm bù"),
        required=False,
        example="07:30-11:30, 13:30-17:00",
        hint=N_(
            "Chỉ của ngày làm bù, ví dụ 07:30-11:30, 13:30-17:00; để trống là như ngày thường."
        ),
        listed=False,
    ),
)


def entries(session: Session, setup: Setup) -> list[Entry]:
    """List the organisation's days, the latest year first, each year in its order."""
    rows = session.scalars(_within(setup)).all()
    ordered = sorted(rows, key=lambda row: (-row.on.year, row.on))
    return [
        Entry(
            row.id,
            row.name,
            {
                "on": iso(row.on),
                "kind": row.kind,
                "name": row.name,
                "document": row.document,
                "provisional": entry.yes_in_words(row.provisional),
                "hours": row.hours or "",
            },
        )
        for row in ordered
    ]


def save(session: Session, setup: Setup, cells: Cells, key: int | None) -> int:
    """Add or change a day, as a version of the calendar of its own; give its key.

    Open deadlines do not follow by this alone; the page looks at what they do first. Raises
    Invalid naming the column, NotFound for a day of another organisation, NotAllowed for whoever
    reaches only some units of the organisation, RuleBroken `day_past`.
    """
    change = change_of(session, setup, cells, key)
    calendar_changes.apply(session, setup, change, Origin.FORM)
    return session.scalars(_within(setup).where(CalendarDay.on == change.days[0].on)).one().id


def change_of(session: Session, setup: Setup, cells: Cells, key: int | None) -> CalendarChange:
    """Read what was typed of a day as a change of the calendar; raises as `save` does."""
    check_may_change_whole(session, setup)
    row = to_change(session, _within(setup), CalendarDay, key)
    day = read_day(cells)
    known = session.scalar(_within(setup).where(CalendarDay.on == day.on))
    if known is not None and known is not row:
        raise taken("on")
    moved = row is not None and row.on != day.on
    return CalendarChange((day,), (row.on,) if row is not None and moved else ())


def read_day(cells: Cells) -> Day:
    """Read a day as it was typed; raises Invalid naming the column."""
    with Faults() as faults:
        day = Day(
            on=faults.read(entry.day, cells, "on"),
            kind=faults.read(_kind, cells),
            name=faults.read(entry.text, cells, "name"),
            document=faults.read(entry.text, cells, "document", 300),
            provisional=faults.read(entry.yes, cells, "provisional"),
            hours=faults.read(read_spans, entry.raw(cells, "hours"), "hours"),
        )
    if day.hours and day.kind is not DayKind.MAKE_UP_WORKING:
        raise Invalid("hours_off", N_("Chỉ ngày làm bù mới có giờ làm riêng."), field="hours")
    return day


def _kind(cells: Cells) -> DayKind:
    return DayKind(read_choice(cells, KIND))


def removal(session: Session, setup: Setup, key: int) -> CalendarChange:
    """Give the change that takes a day back; NotFound for a day of another organisation."""
    return CalendarChange(removed=(reached(session, _within(setup), CalendarDay, key).on,))


def remove(session: Session, setup: Setup, key: int) -> None:
    """Take back a day that has not come yet; RuleBroken for one of the past, which is history."""
    calendar_changes.apply(session, setup, removal(session, setup, key), Origin.FORM)


def imported(
    session: Session, setup: Setup, text: str, said: Said = str, *, without_bad: bool
) -> CalendarChange:
    """Read a CSV file as one change of the calendar; days it does not name stay.

    Raises RuleBroken `bad_rows` when it holds bad rows and they were not to be left out, Invalid
    for a file that is no such table.
    """
    outlook = csv_import.preview(session, setup, REGISTER, text, said)
    if outlook.bad and not without_bad:
        raise csv_import.bad_rows(len(outlook.bad))
    good = [line for line in outlook.lines if line.outcome in {"add", "change"}]
    return CalendarChange(tuple(read_day(line.cells) for line in good))


def _within(setup: Setup) -> Select[CalendarDay]:
    return select(CalendarDay).where(CalendarDay.organisation_id == setup.organisation.id)


def _key_of(session: Session, setup: Setup, cells: Cells) -> int | None:
    on = entry.day(cells, "on")
    return session.scalar(
        _within(setup).with_only_columns(CalendarDay.id).where(CalendarDay.on == on)
    )


REGISTER = Register(
    key="days",
    title=N_("Ngày nghỉ, ngày làm bù"),
    one=N_("ngày"),
    lead=N_(
        "Hạn trả lời được tính theo lịch này; thứ Bảy, Chủ nhật không cần ghi. "
        "Trước khi ghi, xem được những hạn nào sẽ đổi."
    ),
    columns=COLUMNS,
    entries=entries,
    key_of=_key_of,
    save=save,
    whole_organisation=True,
)
