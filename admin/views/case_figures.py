"""Complaints in figures: a table by what one chooses, the cases behind a line, a file of it."""

from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from admin.auth import actor
from admin.views.organisation import csv_file
from shared.adapters.csv_text import write_rows
from shared.domain.access import Permission
from shared.domain.campaign import Window
from shared.domain.case_figures import CaseFigures
from shared.services import case_figures as service
from shared.services import jobs
from shared.services.case_figures import By, Counted, Part
from shared.services.local_days import today_in
from shared.statistics import opinions
from shared.web import current
from shared.web.numbers import whole

routes = Blueprint("case_figures", __name__)
PERIODS = ("this_year", "last_year", "this_quarter", "last_quarter")
COLUMNS = (
    "key",
    "name",
    "received",
    "judged",
    "on_time",
    "on_time_percent",
    "overdue_unanswered",
    "median_office_hours",
    "ninetieth_percentile_office_hours",
    "refused",
    "transferred",
    "withdrawn",
    "reopened",
    "appealed",
    "rated",
    "satisfied",
)

CASE_COLUMNS = (
    "number",
    "state",
    "due_on",
    "answered_on",
    "counted_as",
    "late_before_reopening",
    "office_hours",
    "reopened",
    "appealed",
    "satisfied",
)

HALF_DAY_HOURS = 4  # of office time
HALF_DAY = timedelta(hours=HALF_DAY_HOURS)


@dataclass(frozen=True)
class Chosen:
    """What the address asks for, made sound."""

    unit: int | None
    units: frozenset[int]
    period: str
    window: Window
    by: By

    @property
    def kept(self) -> dict[str, str]:
        """Give it as parts of an address."""
        unit = {"unit": str(self.unit)} if self.unit else {}
        return {**unit, "period": self.period, "by": str(self.by)}


@routes.get("/complaints/figures")
def table() -> str:
    """Show the figures of a period by unit, officer, procedure, way in or kind."""
    chosen = _chosen()
    return render_template(
        "complaints/figures.html",
        chosen=chosen,
        table=_table(chosen),
        choices=opinions.units_named(current.session(), actor().units(Permission.COMPLAINTS)),
        periods=PERIODS,
        ways=list(By),
    )


@routes.get("/complaints/figures/cases")
def cases() -> str:
    """List the cases behind one line, or a part of it."""
    chosen, key, part = _chosen(), request.args.get("key", ""), _part()
    return render_template(
        "complaints/figure_cases.html",
        chosen=chosen,
        key=key,
        part=part,
        parts=list(Part),
        cases=_cases(chosen, key, part),
    )


@routes.get("/complaints/figures/cases.csv")
def download_cases() -> Response:
    """Give exactly the cases listed as a file."""
    found = _cases(_chosen(), request.args.get("key", ""), _part())
    rows = [_case_cells(one) for one in found]
    return csv_file(write_rows([CASE_COLUMNS, *rows]), "cases")


@routes.post("/complaints/figures/workbook")
def workbook() -> AnyResponse:
    """Have the table made as a workbook, with the cases behind it."""
    chosen = _chosen()
    arguments = {
        "units": sorted(chosen.units),
        "first": chosen.window.first.isoformat(),
        "last": chosen.window.last.isoformat(),
        "by": str(chosen.by),
    }
    job = jobs.request(
        current.session(), "case_figures", arguments, actor().account_id, current.now()
    )
    return redirect(url_for("admin.jobs.job", job_id=job.id), 303)


@routes.get("/complaints/figures.csv")
def download() -> Response:
    """Give the table as a file."""
    found = _table(_chosen())
    rows = [_cells(row.key, row.name, row.figures) for row in found.rows]
    return csv_file(write_rows([COLUMNS, *rows, _cells("", "*", found.whole)]), "complaints")


def _cells(key: str, name: str, of: CaseFigures) -> tuple[str | float | None, ...]:
    shares = (of.on_time_share, of.median_hours, of.ninetieth_hours)
    share, middle, ninetieth = (None if it is None else round(float(it), 1) for it in shares)
    counts = (of.refused, of.transferred, of.withdrawn, of.reopened, of.appealed)
    judged = (of.received, of.judged, of.on_time, share, of.overdue, middle, ninetieth)
    return (key, name, *judged, *counts, of.rated, of.satisfied)


def _case_cells(one: Counted) -> tuple[str | float | None, ...]:
    fact = one.fact
    # Counted back from the answer, whose moment staff know, it would tell who was there then.
    hours = None if fact.worked is None else round(fact.worked / HALF_DAY) * HALF_DAY_HOURS
    days = ("" if on is None else on.isoformat() for on in (fact.due_on, fact.answered_on))
    said = {None: "", True: "yes", False: "no"}
    return (
        fact.number,
        str(fact.state),
        *days,
        str(one.standing),
        said[fact.late_before],
        hours,
        said[fact.reopened],
        said[fact.appealed],
        said[fact.satisfied],
    )


def _part() -> Part:
    asked = request.args.get("part", "")
    return Part(asked) if asked in set(Part) else Part.ALL


def _cases(chosen: Chosen, key: str, part: Part) -> list[Counted]:
    return service.cases(
        current.session(),
        actor(),
        chosen.units,
        chosen.window,
        chosen.by,
        key,
        current.now(),
        part,
    )


def _table(chosen: Chosen) -> service.Table:
    return service.table(
        current.session(), actor(), chosen.units, chosen.window, chosen.by, current.now()
    )


def _chosen() -> Chosen:
    units, args = actor().units(Permission.COMPLAINTS), request.args
    asked = args.get("unit", type=whole)
    unit = asked if asked in units else None
    within = frozenset({unit}) if unit else units
    period = args.get("period", "") if args.get("period") in PERIODS else PERIODS[0]
    by = By(args["by"]) if args.get("by") in set(By) else By.UNIT if len(within) > 1 else By.KIND
    today = today_in(current.session(), within, current.now())
    return Chosen(unit, within, period, window_of(period, today), by)


def window_of(period: str, today: date) -> Window:
    """Give the local days of a period around `today`, both ends included."""
    if period.endswith("year"):
        year = today.year - (period == "last_year")
        return Window(date(year, 1, 1), date(year, 12, 31))
    quarter = today.year * 4 + (today.month - 1) // 3 - (period == "last_quarter")
    return Window(_first_day(quarter), date.fromordinal(_first_day(quarter + 1).toordinal() - 1))


def _first_day(quarter: int) -> date:
    return date(quarter // 4, quarter % 4 * 3 + 1, 1)
