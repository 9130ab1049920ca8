"""The rows of the files about figures: those to fill in, and those that could not be taken."""

from collections.abc import Iterable, Iterator, Sequence

from flask_babel import gettext as _

from shared.domain.errors import N_
from shared.domain.scoring import TargetUnit
from shared.services.csv_import import Line, Outlook
from shared.services.figure_import import ANSWERS, COLUMNS, KINDS, UNITS, Owed, review_name
from shared.web.refusals import problems_of

REASON = N_("Lý do chưa nhận")


def rows_to_fill(found: Iterable[Owed]) -> Iterator[Sequence[str]]:
    """Give a heading and a row for each place, with the figure that stands there now, if any."""
    yield [_(column.label) for column in COLUMNS]
    for one in found:
        cells = _cells(one)
        yield [cells[column.name] for column in COLUMNS]


def refused_rows(outlook: Outlook) -> Iterator[Sequence[str]]:
    """Give a heading and the rows that cannot be taken as they were typed, with the reason."""
    yield [*(_(column.label) for column in COLUMNS), _(REASON)]
    for line in outlook.bad:
        yield [*(line.cells.get(column.name, "") for column in COLUMNS), _reason(line)]


def _reason(line: Line) -> str:
    """Say what is wrong with a row in one cell, each wrong column by its heading."""
    headings = {column.name: _(column.label) for column in COLUMNS}
    return " ".join(
        f"{headings[name]}: {words}" if name in headings else words
        for name, words in problems_of(line.refusal).items()
    )


def _cells(one: Owed) -> dict[str, str]:
    place, rule = one.place, one.place.rule
    figure, cases = _figure(one)
    return {
        "competitor": place.competitor.code,
        "kind": _(KINDS[rule.kind]),
        "name": place.competitor.name,
        "criterion": rule.code,
        "title": rule.name,
        "review": "" if one.review is None else _(review_name(one.review)),
        "unit": _(UNITS[rule.target.unit]),
        "figure": figure,
        "cases": cases,
        "evidence": "" if one.kept is None else one.kept.row.evidence,
    }


def _figure(one: Owed) -> tuple[str, str]:
    """Write a figure over its two columns: hits and cases, or a number, or a word."""
    if one.kept is None:
        return "", ""
    figure = one.kept.course.entered
    if figure.hits is not None and figure.cases is not None:
        return str(figure.hits), str(figure.cases)
    value = f"{int(figure.value or 0)}"
    yes_no = one.place.rule.target.unit is TargetUnit.YES_NO
    return (_(ANSWERS[value]) if yes_no else value), ""
