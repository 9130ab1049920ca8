"""Levels of units as data: those that ship, and what an organisation made of them."""

import csv
from collections.abc import Collection, Mapping
from datetime import date
from functools import cache
from importlib.resources import files

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from shared.domain import entry
from shared.domain.entry import Cells
from shared.domain.errors import N_, Invalid, NotFound
from shared.domain.faults import Faults
from shared.domain.search import fold
from shared.domain.unit_history import Level
from shared.models.organisation import Unit
from shared.models.unit_history import UnitLevel
from shared.services.registers import (
    Choices,
    Column,
    Entry,
    Register,
    Setup,
    is_closed,
    iso,
    set_all,
)

SHIPPED_KEYS = 900_000_000  # of levels that have no row yet: this and more, in their order
COLUMNS = (
    Column("code", N_("Mã cấp"), "code", example="commune"),
    Column("name", N_("Tên cấp"), example="Xã, phường, đặc khu"),
    Column("name_en", N_("Tên tiếng Anh"), required=False, example="Commune, ward"),
    Column(
        "partner",
        N_("Là đơn vị phối hợp"),
        "yes_no",
        required=False,
        hint=N_("Như bưu điện, chi nhánh văn phòng đăng ký đất đai."),
        listed=False,
    ),
    Column("valid_from", N_("Từ ngày"), "date", required=False, hint=N_("Để trống: từ trước.")),
    Column("valid_to", N_("Đến hết ngày"), "date", required=False, example="30/06/2025"),
    Column("basis", N_("Căn cứ"), required=False, listed=False),
)


@cache
def shipped() -> tuple[Level, ...]:
    """Read the levels that ship, the highest first."""
    text = files("shared.reference").joinpath("unit_levels.csv").read_text("utf-8")
    return tuple(
        Level(
            code=row["code"],
            name=row["name"],
            name_en=row["name_en"],
            partner=row["partner"] == "yes",
            valid_from=date.fromisoformat(row["valid_from"]) if row["valid_from"] else None,
            valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            basis=row["basis"],
        )
        for row in csv.DictReader(text.splitlines())
    )


def known(session: Session, organisation_id: int) -> dict[str, Level]:
    """Give an organisation's levels by code: the shipped ones as it changed them, then its own."""
    query = select(UnitLevel).where(UnitLevel.organisation_id == organisation_id)
    own = {row.code: _level(row) for row in session.scalars(query.order_by(UnitLevel.id))}
    return {**{level.code: level for level in shipped()}, **own}


def words(session: Session, setup: Setup, language: str = "vi") -> Choices:
    """Give the levels' names by code in a language."""
    levels = known(session, setup.organisation.id).values()
    return {level.code: level.words(language) for level in levels}


def read(levels: Mapping[str, Level], cells: Cells, field: str = "level") -> Level:
    """Read a level by its code or its name; raises Invalid naming the field."""
    typed = entry.text(cells, field)
    for level in levels.values():
        if typed == level.code or fold(typed) in map(fold, (level.name, level.name_en)):
            return level
    raise Invalid(
        "not_a_choice",
        N_("“%(value)s” không phải là một lựa chọn. Có thể dùng: %(allowed)s."),
        field=field,
        value=typed[:60],
        allowed=", ".join(level.name for level in levels.values()),
    )


def entries(session: Session, setup: Setup) -> list[Entry]:
    """List the organisation's levels."""
    keys = _keys(session, setup)
    levels = known(session, setup.organisation.id)
    return [
        Entry(
            keys[level.code],
            level.name,
            {
                "code": level.code,
                "name": level.name,
                "name_en": level.name_en,
                "partner": entry.yes_in_words(level.partner),
                "valid_from": iso(level.valid_from),
                "valid_to": iso(level.valid_to),
                "basis": level.basis,
            },
            is_closed(level.valid_to, setup),
        )
        for level in levels.values()
    ]


def save(session: Session, setup: Setup, cells: Cells, key: int | None) -> int:
    """Add or change a level; give its key.

    Raises Invalid naming the column, also where a unit of it would lie outside its days; NotFound
    for a level of another organisation.
    """
    codes = {number: code for code, number in _keys(session, setup).items()}
    if key is not None and key not in codes:
        raise NotFound
    with Faults() as faults:
        code = codes[key] if key is not None else faults.read(_new_code, codes.values(), cells)
        values: dict[str, object] = {
            "name": faults.read(entry.text, cells, "name", 100),
            "name_en": faults.read(entry.text, cells, "name_en", 100, required=False),
            "partner": faults.read(entry.yes, cells, "partner"),
        }
        period = faults.read(entry.optional_period, cells)
        values["basis"] = faults.read(entry.text, cells, "basis", 200, required=False)
    first, last = period
    _check_units(session, setup, code, last)
    values |= {"valid_from": first, "valid_to": last}
    row = session.scalar(_rows(setup).where(UnitLevel.code == code))
    if row is None:
        row = UnitLevel(organisation_id=setup.organisation.id, code=code, **values)
        session.add(row)
    else:
        set_all(row, values)
    session.flush()
    return _keys(session, setup)[code]


def _new_code(taken: Collection[str], cells: Cells) -> str:
    code = entry.code(cells, "code")
    if code in taken:
        raise Invalid("code_taken", N_("Mã này đã được dùng."), field="code")
    if len(code) > 20:
        raise Invalid("too_long", N_("Dài quá %(most)s ký tự."), field="code", most=20)
    return code


def _check_units(session: Session, setup: Setup, code: str, last: date | None) -> None:
    """Refuse to end a level while units of it go on."""
    if last is None:
        return
    going_on = or_(Unit.valid_to.is_(None), Unit.valid_to > last)
    query = select(func.count()).where(
        Unit.organisation_id == setup.organisation.id, Unit.level == code, going_on
    )
    count = session.scalar(query)
    if count:
        raise Invalid(
            "still_used",
            N_("Còn %(count)s đơn vị của cấp này hoạt động sau ngày này. Xin đóng trước."),
            field="valid_to",
            count=count,
        )


def _rows(setup: Setup) -> Select[UnitLevel]:
    return select(UnitLevel).where(UnitLevel.organisation_id == setup.organisation.id)


def _keys(session: Session, setup: Setup) -> dict[str, int]:
    """Give the keys of the levels by code; the shipped ones keep theirs once they have a row."""
    rows = {row.code: row.id for row in session.scalars(_rows(setup).order_by(UnitLevel.id))}
    return rows | {level.code: SHIPPED_KEYS + place for place, level in enumerate(shipped())}


def _key_of(session: Session, setup: Setup, cells: Cells) -> int | None:
    return _keys(session, setup).get(entry.raw(cells, "code"))


def _level(row: UnitLevel) -> Level:
    return Level(
        row.code, row.name, row.name_en, row.partner, row.valid_from, row.valid_to, row.basis
    )


REGISTER = Register(
    key="levels",
    title=N_("Cấp đơn vị"),
    one=N_("cấp"),
    lead=N_("Các cấp của đơn vị, cấp nào có từ ngày nào đến ngày nào."),
    columns=COLUMNS,
    entries=entries,
    key_of=_key_of,
    save=save,
    whole_organisation=True,
    fixed=frozenset({"code"}),
)
