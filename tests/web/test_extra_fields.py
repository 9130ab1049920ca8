"""Nothing but the fields of a form counts; and sending it twice does no more than once."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from shared.db import Base
from tests.infrastructure.peopled import Peopled
from tests.infrastructure.rows import TABLES
from tests.web.every_form import Place, send

COLUMNS = [
    (column.name, column.type.python_type)
    for table in Base.metadata.sorted_tables
    for column in table.columns
]
# What differs from one sending to the next, whatever was sent.
MADE_ANEW = {
    "id",
    "key_hash",
    "salt",
    "password_hash",
    "token",
    "token_hash",
    "subject_key",
    "change",
    "arguments",
}
# What a column of a type might take from a form that lets it in; words for any other type.
TEMPTING: dict[type, str] = {
    bool: "1",
    int: "1",
    float: "1",
    Decimal: "1",
    date: "2000-01-01",
    datetime: "2000-01-01",
}


def _baits() -> list[dict[str, str]]:
    """Give every column a value of its type; a name of two types has another in the second."""
    values: dict[str, list[str]] = {}
    for name, kind in COLUMNS:
        value = TEMPTING.get(kind, "admin")
        if value not in values.setdefault(name, []):
            values[name].append(value)
    most = max(map(len, values.values()))
    return [
        {name: found[turn] for name, found in values.items() if turn < len(found)}
        for turn in range(most)
    ]


# Each sending of these is an act of its own.
REPEATED = {
    "admin.complaints.note": "a note may be added twice",
    "admin.complaints.classify": "a class that stays is noted, too",
    "admin.complaints.contact": "each look is noted",
    "admin.accounts.reset": "each gives a new password",
    "admin.dossiers.slip": "each gives a new code and ends the one before",
    "admin.dossiers.take": "reads the file again",
    "admin.reports.file": "makes the file again",
    "admin.case_figures.workbook": "makes the file again",
    "admin.channels.poster": "draws it again",
    "admin.channels.poster_pdf": "draws it again",
    "admin.figures.enter": "a newer figure counts",
    "admin.sign_in.form": "each failure is counted",
}


def written(peopled: Peopled) -> list[Any]:
    """Give what was written, without what is made anew each time."""
    tables = {table.name: [column.name for column in table.columns] for table in TABLES}
    return [
        (table, sorted(_kept(tables[table], row) for row in rows))
        for table, rows in sorted(peopled.changed().items())
    ]


def _kept(names: list[str], row: tuple[Any, ...]) -> str:
    return str(
        [(name, cell) for name, cell in zip(names, row, strict=True) if name not in MADE_ANEW]
    )


def _alike(one: Place, other: Place) -> bool:
    """Tell whether two forms are of one module, such as adding and editing."""
    return one.endpoint.rpartition(".")[0] == other.endpoint.rpartition(".")[0]


@pytest.mark.once
def test_fields_that_a_form_does_not_have_change_nothing(
    peopled: Peopled, places: list[Place]
) -> None:
    problems: list[object] = []
    baits = _baits()
    for place in (place for place in places if place.form.method == "post"):
        send(peopled, place, {}, keep=True)
        plain = written(peopled)
        peopled.put_back()
        offered = {name for other in places if _alike(place, other) for name in other.form.types}
        for bait in baits:
            more = {name: value for name, value in bait.items() if name not in offered}
            send(peopled, place, more, keep=True)
            if written(peopled) != plain:
                problems.append((str(place), plain, written(peopled)))
            peopled.put_back()
    assert problems == []


def test_a_form_sent_twice_does_no_more_than_once(peopled: Peopled, places: list[Place]) -> None:
    problems: list[object] = []
    for place in (place for place in places if place.form.method == "post"):
        send(peopled, place, {}, keep=True)
        once = written(peopled)
        again = send(peopled, place, {}, keep=True)
        if again.status_code >= 500:
            problems.append((str(place), again.status_code))
        elif place.endpoint not in REPEATED and written(peopled) != once:
            problems.append((str(place), once, written(peopled)))
        peopled.put_back()
        if "Set-Cookie" in again.headers:
            peopled.forget()
    assert problems == []
