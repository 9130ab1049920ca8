"""What differs between two frozen standings, written in the reader's language."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from operator import attrgetter

from flask_babel import format_decimal
from flask_babel import gettext as _

from shared.domain.canonical import NOTHING
from shared.domain.frozen_words import Value
from shared.domain.review_difference import Told, Whose
from shared.domain.scoring import Note
from shared.web.filters import day, moment


@dataclass(frozen=True)
class Line:
    """A row of the page: what differs, and on either side; names of its way in the JSON."""

    what: str
    before: str
    after: str
    way: list[str]


@dataclass(frozen=True)
class Part:
    """What differs of a competitor or of all, by a criterion (its code and name) or by none."""

    whose: Whose | None
    criterion: tuple[str, str] | None
    lines: list[Line]


def parts(found: Iterable[Told]) -> list[Part]:
    """Write differences in their order, gathered by competitor and criterion."""
    return [
        Part(whose, criterion, [_line(one) for one in of_part])
        for (whose, criterion), of_part in groupby(found, attrgetter("whose", "criterion"))
    ]


def _line(one: Told) -> Line:
    return Line(_(one.what), written(one.before), written(one.after), one.path.split("."))


def written(value: Value) -> str:
    """Write a value in the reader's language."""
    match value:
        case None | bool():
            return NOTHING if value is None else _("có") if value else _("không")
        case int() | Decimal():
            return str(format_decimal(value, format="#,##0.##"))
        case Note():
            return _filled(value)
        case tuple():
            return ", ".join(map(written, value))
        case date():
            return moment(value) if isinstance(value, datetime) else day(value)
        case _:
            return value


def _filled(note: Note) -> str:
    values = {
        name: written(value) if isinstance(value, Decimal) else value
        for name, value in note.values.items()
    }
    return _(note.text, **values) if values else _(note.text)
