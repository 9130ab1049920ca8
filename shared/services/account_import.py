"""Accounts from a CSV file: every line of it, or none."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from shared.domain.access import Actor
from shared.domain.errors import N_, Invalid
from shared.models.account import Account
from shared.services.account_directory import (
    EVERY_UNIT,
    Filled,
    add,
    officers_within,
    units_within,
)
from shared.services.csv_import import SEPARATORS

COLUMNS = ("name", "full_name", "role", "unit", "officer")
MOST_ROWS = 200  # each password is hashed, which takes its time on purpose


@dataclass(frozen=True)
class Added:
    """A new account and its one-time password, which is not kept."""

    account: Account
    password: str


@dataclass(frozen=True)
class _Codes:
    units: Mapping[str, int]
    officers: Mapping[str, int]


def add_from_csv(session: Session, actor: Actor, text: str, now: datetime) -> list[Added]:
    """Add the accounts of a file with the columns name, full_name, role, unit, officer.

    Units and officers are named by their codes; `all` is every unit. Raises Invalid naming the
    first line that cannot be taken, after which nothing may be committed.
    """
    codes = _Codes(
        {unit.code: unit.id for unit in units_within(session, actor)},
        {officer.code: officer.id for officer in officers_within(session, actor)},
    )
    added = []
    for number, row in _rows(text):
        try:
            account, password = add(session, actor, _filled(row, codes), now)
        except Invalid as refusal:
            raise Invalid(
                "line_refused",
                N_("Dòng %(line)s, cột %(column)s: %(reason)s"),
                field="file",
                line=number,
                column={"unit_id": "unit", "officer_id": "officer"}.get(
                    refusal.field or "", refusal.field
                ),
                reason=refusal,
            ) from None
        added.append(Added(account, password))
    return added


def _rows(text: str) -> list[tuple[int, dict[str, str]]]:
    heading = text.partition("\n")[0]
    separator = max(SEPARATORS, key=heading.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator)
    if not set(COLUMNS[:4]) <= set(reader.fieldnames or ()):
        raise Invalid(
            "no_such_table",
            N_("Dòng đầu phải có các cột name, full_name, role, unit (và officer nếu cần)."),
            field="file",
        )
    rows = [(reader.line_num, {key: row.get(key) or "" for key in COLUMNS}) for row in reader]
    if not 0 < len(rows) <= MOST_ROWS:
        raise Invalid(
            "wrong_size",
            N_("Tệp cần từ 1 đến %(most)s dòng tài khoản."),
            field="file",
            most=MOST_ROWS,
        )
    return rows


def _filled(row: Mapping[str, str], codes: _Codes) -> Filled:
    unit, officer = row["unit"].strip(), row["officer"].strip()
    return Filled(
        name=row["name"],
        full_name=row["full_name"],
        officer_id=str(codes.officers.get(officer, officer)),
        grants=(),
        role=row["role"].strip(),
        unit_id=unit if unit == EVERY_UNIT else str(codes.units.get(unit, "")),
    )
