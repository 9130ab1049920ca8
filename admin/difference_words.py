"""What differs between two frozen standings, written in the reader's language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from flask_babel import format_decimal
from flask_babel import gettext as _

from shared.domain.canonical import NOTHING
from shared.domain.review_difference import Told, Value, Whose
from shared.domain.scoring import Note
from shared.web.filters import day, moment


@dataclass(frozen=True)
class Line:
    """A row of the page: whose, of which criterion, what of it, on either side."""

    whose: Whose | None
    criterion: tuple[str, str] | None  # code and name
    what: str
    before: str
    after: str
    path: str


def lines(found: Sequence[Told]) -> list[Line]:
    """Write differences as rows, in their order."""
    return [
        Line(
            one.whose,
            one.criterion,
            _(one.what),
            written(one.before),
            written(one.after),
            one.path,
        )
        for one in found
    ]


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
