"""Accounts from a CSV file: looked at first, then every line of it is taken, or none."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.orm import Session

from shared.domain import entry
from shared.domain.access import Actor, Role
from shared.domain.entry import Cells
from shared.domain.errors import N_, Invalid
from shared.domain.faults import Faults
from shared.domain.search import fold
from shared.models.account import Account
from shared.services import accounts, csv_import
from shared.services.account_directory import (
    EVERY_UNIT,
    ROLE_NAMES,
    Entry,
    added_before,
    may_grant_everywhere,
    officers_within,
    roles_within,
    units_within,
)
from shared.services.csv_import import Line, Outlook, Said
from shared.services.registers import UNIT, Column

MOST_ROWS = 200  # each password is hashed, which takes its time on purpose


@dataclass(frozen=True)
class Added:
    """A new account and its one-time password, which is not kept."""

    account: Account
    password: str


def columns(actor: Actor) -> tuple[Column, ...]:
    """Give the columns of the file, with the roles that the actor may hand out."""
    roles = {str(role): ROLE_NAMES[role] for role in roles_within(actor)}
    every_unit = N_("Ghi “all” nếu là mọi đơn vị.") if may_grant_everywhere(actor) else ""
    return (
        Column(
            "name",
            N_("Tên đăng nhập"),
            example="thuha",
            hint=N_("Không dấu, không khoảng trắng."),
        ),
        Column("full_name", N_("Họ tên"), example="Lê Thu Hà"),
        Column("role", N_("Vai trò"), "choice", example=str(Role.OFFICER), choices=roles),
        replace(UNIT, hint=every_unit),
        Column(
            "officer",
            N_("Mã cán bộ"),
            "reference",
            required=False,
            example="SH-01",
            hint=N_("Để trống nếu không phục vụ ở quầy."),
        ),
    )


def preview(session: Session, actor: Actor, text: str, said: Said = str) -> Outlook:
    """Say of every row whether it could be taken, and why not; nothing is written.

    Raises Invalid for a file that is no such table.
    """
    outlook, _ = _read(session, actor, text, said)
    return outlook


def apply(
    session: Session, actor: Actor, text: str, now: datetime, said: Said = str
) -> tuple[Outlook, list[Added]]:
    """Add the accounts of a file and give their one-time passwords; nobody while a row is bad.

    Raises Invalid for a file that is no such table.
    """
    outlook, found = _read(session, actor, text, said)
    return outlook, [] if outlook.bad else [_added(session, one, now) for one in found]


def taken_before(session: Session, actor: Actor, outlook: Outlook) -> list[Entry]:
    """Give the accounts of a file whose every row was taken already; nobody otherwise."""
    wanted = {
        entry.raw(line.cells, "name").lower(): entry.raw(line.cells, "full_name")
        for line in outlook.lines
    }
    return added_before(session, actor, wanted) if len(wanted) == len(outlook.lines) else []


@dataclass(frozen=True)
class _Wanted:
    """A row that can be taken."""

    name: str
    full_name: str
    role: Role
    unit_id: int | None  # none is every unit
    officer_id: int | None


def _added(session: Session, wanted: _Wanted, now: datetime) -> Added:
    account, password = accounts.add(
        session,
        wanted.name,
        wanted.full_name,
        [(wanted.role, wanted.unit_id)],
        now,
        officer_id=wanted.officer_id,
    )
    return Added(account, password)


def _read(session: Session, actor: Actor, text: str, said: Said) -> tuple[Outlook, list[_Wanted]]:
    table = csv_import.read_columns(columns(actor), text, said, most=MOST_ROWS)
    reading = _Reading(
        session,
        said,
        roles_within(actor),
        {unit.code: unit.id for unit in units_within(session, actor)},
        {officer.code: officer.id for officer in officers_within(session, actor)},
        may_grant_everywhere(actor),
    )
    lines, found = [], []
    for number, cells in table.rows:
        try:
            found.append(reading.row(number, cells))
            lines.append(Line(number, cells, "add"))
        except Invalid as refusal:
            lines.append(Line(number, cells, "bad", refusal))
    return Outlook(tuple(lines), table.unused), found


@dataclass(frozen=True)
class _Reading:
    """The reading of one file, with what is within the actor's reach, fetched once."""

    session: Session
    said: Said
    roles: list[Role]
    units: Mapping[str, int]  # by code
    officers: Mapping[str, int]  # by code
    everywhere: bool
    seen: dict[str, int] = field(default_factory=dict)  # name: line that named it first

    def row(self, number: int, cells: Cells) -> _Wanted:
        """Read a row; raises Invalid naming every column that cannot be taken."""
        with Faults() as faults:
            return _Wanted(
                name=faults.read(self._name, number, cells),
                full_name=faults.read(entry.text, cells, "full_name"),
                role=faults.read(self._role, cells),
                unit_id=faults.read(self._unit, cells),
                officer_id=faults.read(self._officer, cells),
            )

    def _name(self, number: int, cells: Cells) -> str:
        typed = entry.text(cells, "name")
        first = self.seen.setdefault(typed.lower(), number)
        if first != number:
            raise Invalid(
                "row_twice",
                N_("Tên đăng nhập này đã ghi ở dòng %(line)s. Mỗi tài khoản cần một tên riêng."),
                field="name",
                line=first,
            )
        return accounts.free_name(self.session, typed)

    def _role(self, cells: Cells) -> Role:
        typed = entry.text(cells, "role")
        for role in self.roles:
            if fold(typed) in {role, fold(ROLE_NAMES[role])}:
                return role
        raise Invalid(
            "unknown_role",
            N_("Không có vai trò “%(role)s” để giao. Có thể dùng: %(allowed)s."),
            field="role",
            role=typed[:60],
            allowed=", ".join(self.said(ROLE_NAMES[role]) for role in self.roles),
        )

    def _unit(self, cells: Cells) -> int | None:
        code = entry.text(cells, "unit")
        if code == EVERY_UNIT and self.everywhere:
            return None
        if code not in self.units:
            raise Invalid(
                "unknown_unit",
                N_(
                    "Không có đơn vị mang mã “%(code)s” trong phạm vi của Ông/Bà. "
                    "Xin xem mã ở mục Đơn vị."
                ),
                field="unit",
                code=code[:60],
            )
        return self.units[code]

    def _officer(self, cells: Cells) -> int | None:
        code = entry.raw(cells, "officer")
        if not code:
            return None
        if code not in self.officers:
            raise Invalid(
                "unknown_officer",
                N_(
                    "Không có cán bộ đang làm việc mang mã “%(code)s” trong phạm vi của Ông/Bà. "
                    "Xin xem mã ở mục Cán bộ, hoặc để trống."
                ),
                field="officer",
                code=code[:60],
            )
        return self.officers[code]
