"""Nothing but the fields of a form counts; and sending it twice does no more than once."""

from typing import Any

import pytest

from shared.db import Base
from tests.infrastructure.peopled import Peopled
from tests.infrastructure.rows import TABLES
from tests.web.every_form import Place, send

COLUMNS = sorted(
    {column.name for table in Base.metadata.tables.values() for column in table.columns}
)
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
TEMPTING = ("1", "2000-01-01", "admin")
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
    for place in (place for place in places if place.form.method == "post"):
        send(peopled, place, {}, keep=True)
        plain = written(peopled)
        peopled.put_back()
        offered = {name for other in places if _alike(place, other) for name in other.form.types}
        for value in TEMPTING:
            more = {name: value for name in COLUMNS if name not in offered}
            send(peopled, place, more, keep=True)
            if written(peopled) != plain:
                problems.append((str(place), value, plain, written(peopled)))
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
        peopled.forget()
    assert problems == []
