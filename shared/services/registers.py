"""What the registers of an office have in common: columns, entries, and who sets up what."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from shared.domain import entry
from shared.domain.access import Actor, Permission
from shared.domain.calendar import local_date
from shared.domain.entry import Cells
from shared.domain.errors import N_, Invalid, NotFound
from shared.domain.search import fold
from shared.models.calendar import CalendarDay
from shared.models.organisation import Desk, Officer, Organisation, Procedure, Shift, Unit

Kind = Literal[
    "code", "text", "long", "number", "date", "time", "weekdays", "choice", "reference", "yes_no"
]
Choices = Mapping[str, str]  # value: words
Row = TypeVar("Row", Unit, Desk, Officer, Shift, Procedure, CalendarDay)
Coded = TypeVar("Coded", Unit, Desk, Officer)  # whose codes are taken in every organisation


@dataclass(frozen=True)
class Setup:
    """Who sets up which organisation, and when (UTC)."""

    actor: Actor
    organisation: Organisation
    now: datetime
    added: set[int] = field(default_factory=set)  # units added meanwhile, below those within reach
    permission: Permission = Permission.ORGANISATION  # what says which units are within reach

    @property
    def units(self) -> frozenset[int]:
        """The keys of the units within reach, of whatever organisation."""
        return self.actor.units(self.permission) | self.added

    @property
    def everywhere(self) -> bool:
        """Whether the reach has no bounds, so that a first unit can be added."""
        return self.permission in self.actor.everywhere

    @property
    def today(self) -> date:
        """The organisation's local date."""
        return local_date(self.now, ZoneInfo(self.organisation.zone))


@dataclass(frozen=True)
class Column:
    """A column of a register: its field in the form, its heading in the table and in a CSV file."""

    name: str
    label: str
    kind: Kind = "text"
    required: bool = True
    example: str = ""
    hint: str = ""
    listed: bool = True
    choices: Choices = field(default_factory=dict)  # of kind choice: words to be translated
    named: str = ""  # what it is called where names are chosen and shown, not codes as in a file

    @property
    def title(self) -> str:
        """What pages call it; a file calls it by its label."""
        return self.named or self.label


@dataclass(frozen=True)
class Entry:
    """A row of a register: its cells as they would be typed (dates as 2026-12-31)."""

    key: int
    title: str
    cells: Cells
    closed: bool = False


@dataclass(frozen=True)
class Register:
    """One noun that Quản trị lists, adds, edits, closes and imports.

    `save` checks everything before it changes anything, so a refusal leaves nothing behind.
    """

    key: str
    title: str
    one: str
    lead: str
    columns: tuple[Column, ...]
    entries: Callable[[Session, Setup], list[Entry]]
    key_of: Callable[[Session, Setup, Cells], int | None]
    save: Callable[[Session, Setup, Cells, int | None], int]
    references: Callable[[Session, Setup], Mapping[str, Choices]] = lambda _session, _setup: {}
    whole_organisation: bool = False  # changing it needs the whole organisation within reach
    fixed: frozenset[str] = frozenset()  # columns that never change once saved

    def column(self, name: str) -> Column:
        """Find a column by its name."""
        return next(column for column in self.columns if column.name == name)


UNIT = Column("unit", N_("Mã đơn vị"), "reference", example="P-SENHONG", named=N_("Đơn vị"))
PROCEDURE = Column(
    "procedure", N_("Mã thủ tục"), "reference", example="1.001193", named=N_("Thủ tục")
)
VALID_FROM = Column(
    "valid_from", N_("Từ ngày"), "date", example="01/07/2025", hint=N_("Ngày này có tính.")
)
VALID_TO = Column(
    "valid_to",
    N_("Đến hết ngày"),
    "date",
    required=False,
    hint=N_("Để trống khi còn hoạt động. Đóng không xoá gì của quá khứ."),
)


def matching(entries: Iterable[Entry], wanted: str, *, closed: bool) -> list[Entry]:
    """Keep the entries that hold every wanted word (accents ignored), closed ones only if asked.

    The title is read with the cells: a shift has codes only, and is looked for by names.
    """
    words = fold(wanted).split()
    return [entry for entry in entries if (closed or not entry.closed) and _holds(entry, words)]


def _holds(entry: Entry, words: Iterable[str]) -> bool:
    known = fold(" ".join((entry.title, *entry.cells.values())))
    return all(word in known for word in words)


def is_closed(valid_to: date | None, setup: Setup) -> bool:
    """Say whether a period is over today."""
    return valid_to is not None and valid_to < setup.today


def read_choice(cells: Cells, column: Column) -> str:
    """Read a choice by its value or its words; raises Invalid naming the column."""
    typed = entry.text(cells, column.name)
    for value, words in column.choices.items():
        if typed == value or fold(typed) == fold(words):
            return value
    raise Invalid(
        "not_a_choice",
        N_("“%(value)s” không phải là một lựa chọn. Có thể dùng: %(allowed)s."),
        field=column.name,
        value=typed[:60],
        allowed=", ".join(column.choices.values()),
    )


def unknown(field_name: str, code: str) -> Invalid:
    """Give the refusal of a code that names nothing within reach."""
    return Invalid(
        "unknown_code",
        N_("Không có mã “%(code)s” trong phạm vi của Ông/Bà."),
        field=field_name,
        code=code[:60],
    )


def taken(field_name: str = "code") -> Invalid:
    """Give the refusal of a code that is used already."""
    return Invalid("code_taken", N_("Mã này đã được dùng."), field=field_name)


def to_change(
    session: Session, within: Select[Row], table: type[Row], key: int | None
) -> Row | None:
    """Find the row to be changed among those `within` reach; None, a new one, without a key.

    Raises NotFound for a row out of reach.
    """
    return None if key is None else reached(session, within, table, key)


def reached(session: Session, within: Select[Row], table: type[Row], key: int) -> Row:
    """Find a row among those `within` reach; raises NotFound for any other."""
    row = session.scalar(within.where(table.id == key))
    if row is None:
        raise NotFound
    return row


def of_code(
    session: Session, within: Select[Coded], table: type[Coded], cells: Cells, field_name: str
) -> Coded:
    """Read the code of a row `within` reach; raises Invalid naming the field."""
    code = entry.text(cells, field_name)
    row = session.scalar(within.where(table.code == code))
    if row is None:
        raise unknown(field_name, code)
    return row


def own_code(session: Session, table: type[Coded], cells: Cells, row: Coded | None) -> str:
    """Read the code of a new or changed row; raises Invalid when another row has it."""
    code = entry.code(cells, "code")
    if row is not None and code == row.code:
        return code
    if session.scalar(select(table.id).where(table.code == code)) is not None:
        raise taken()
    return code


def set_all(row: Any, values: Mapping[str, Any]) -> None:
    """Set what differs, so that an unchanged row leaves no trace in the log."""
    for name, value in values.items():
        if getattr(row, name) != value:
            setattr(row, name, value)


def iso(on: date | None) -> str:
    """Write a date as a form's field holds it."""
    return "" if on is None else on.isoformat()
