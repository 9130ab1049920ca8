"""The days of an organisation's calendar that differ from their weekday."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from shared.domain import entry
from shared.domain.calendar import DayKind
from shared.domain.entry import Cells
from shared.domain.errors import N_, RuleBroken
from shared.models.calendar import CalendarDay
from shared.services.organisations import check_may_change_whole
from shared.services.registers import (
    Column,
    Entry,
    Register,
    Setup,
    iso,
    reached,
    read_choice,
    set_all,
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
            },
        )
        for row in ordered
    ]


def save(session: Session, setup: Setup, cells: Cells, key: int | None) -> int:
    """Add or change a day; give its key. Due days that were set before stay as they were judged.

    Raises Invalid naming the column, NotFound for a day of another organisation, NotAllowed for
    whoever reaches only some units of the organisation.
    """
    check_may_change_whole(session, setup)
    row = to_change(session, _within(setup), CalendarDay, key)
    on = entry.day(cells, "on")
    values = {
        "on": on,
        "kind": read_choice(cells, KIND),
        "name": entry.text(cells, "name"),
        "document": entry.text(cells, "document", 300),
        "provisional": entry.yes(cells, "provisional"),
    }
    known = session.scalar(_within(setup).where(CalendarDay.on == on))
    if known is not None and known is not row:
        raise taken("on")
    if row is None:
        row = CalendarDay(organisation_id=setup.organisation.id, **values)
        session.add(row)
    else:
        set_all(row, values)
    session.flush()
    return row.id


def remove(session: Session, setup: Setup, key: int) -> None:
    """Take back a day that has not come yet; RuleBroken for one of the past, which is history."""
    check_may_change_whole(session, setup)
    row = reached(session, _within(setup), CalendarDay, key)
    if row.on <= setup.today:
        raise RuleBroken("day_past", N_("Ngày đã qua được giữ lại; chỉ sửa được loại ngày."))
    session.delete(row)
    session.flush()


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
        "Sửa lịch không đổi hạn của vụ việc đã nhận."
    ),
    columns=COLUMNS,
    entries=entries,
    key_of=_key_of,
    save=save,
    whole_organisation=True,
)
