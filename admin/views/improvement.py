"""Improvement plans: published results year on year, the weak ones, and what is done about them."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from admin.auth import actor
from admin.opened import opened
from admin.views.registers import frame, keeping
from shared.domain.access import Permission
from shared.domain.entry import Cells
from shared.domain.errors import Invalid
from shared.domain.improvement import OPEN_STATES, State, shown
from shared.services import improvement as service
from shared.services import index_results, units, weakness_rules
from shared.services.local_days import today_in
from shared.services.opened_forms import OpenedForm
from shared.web import current
from shared.web.numbers import whole
from shared.web.refusals import problems_of, status_of

routes = Blueprint("improvement", __name__)
Page = str | tuple[str, int] | AnyResponse
COLUMNS = ("cause", "remedy", "owner", "due_on")


@routes.get("/improvement")
def plan() -> str:
    """Show an index of one year by criterion beside the year before, and the actions."""
    known, session = keeping(), current.session()
    choices = units.ids(session, known)
    asked = request.args.get("unit", type=whole)
    unit_id = asked if asked in choices else None
    reach = frozenset(choices) if unit_id is None else frozenset({unit_id})
    years = service.years(session, frozenset(choices))
    index, year = _chosen(years)
    lines = service.lines(session, reach, index, year, current.now())
    only_weak = bool(request.args.get("weak"))
    return render_template(
        "improvement/plan.html",
        years=years,
        index=index,
        year=year,
        units=choices,
        unit_id=unit_id,
        only_weak=only_weak,
        lines=[line for line in lines if line.weak] if only_weak else lines,
        weak=[line for line in lines if line.weak],
        rule=weakness_rules.in_use(session, known.organisation.id, index, year),
        decided=weakness_rules.rule_of(session, known.organisation.id, index, year) is not None,
        shown=shown,
        indexes=weakness_rules.INDEXES,
        **frame(known),
    )


@routes.get("/improvement/<int:key>")
def action(key: int) -> str:
    """Show one result with its action and every step so far."""
    return _action(key)


@routes.post("/improvement/<int:key>")
def act(key: int) -> Page:
    """Say what is done about a result, by whom and until when."""
    cells = {name: request.form.get(name, "") for name in COLUMNS}
    form = _opened(key)
    try:
        with form.saving():
            service.plan(current.session(), _reach(), key, cells, actor().name, current.now())
    except Invalid as refusal:
        return _action(key, cells, problems_of(refusal), form), status_of(refusal)
    return redirect(url_for("admin.improvement.action", key=key, saved=1))


@routes.post("/improvement/<int:key>/step")
def step(key: int) -> Page:
    """Note how far an action has come."""
    cells = {name: request.form.get(name, "") for name in ("state", "note")}
    try:
        service.step(current.session(), _reach(), key, cells, actor().name, current.now())
    except Invalid as refusal:
        return _action(key, cells, problems_of(refusal)), 422
    return redirect(url_for("admin.improvement.action", key=key, saved=1))


def _reach() -> frozenset[int]:
    return actor().units(Permission.ENTER_FIGURES)


def _chosen(years: list[tuple[str, int]]) -> tuple[str, int]:
    """Give the index and year asked for, else the newest; something even where nothing is known."""
    asked = (request.args.get("index", ""), request.args.get("year", type=whole))
    usual = years[0] if years else (next(iter(weakness_rules.INDEXES)), current.now().year - 1)
    return next((one for one in years if one == asked), usual)


def _opened(key: int) -> OpenedForm:
    """Give the form of a plan; a result without one shows nothing."""

    def shown() -> dict[str, object]:
        found = service.line(current.session(), _reach(), key, current.now()).action
        return {} if found is None else {name: getattr(found, name) for name in COLUMNS}

    return opened(index_results.result(current.session(), _reach(), key), shown)


def _action(
    key: int,
    typed: Cells | None = None,
    problems: dict[str, str] | None = None,
    form: OpenedForm | None = None,
) -> str:
    session, reach = current.session(), _reach()
    line = service.line(session, reach, key, current.now())
    found = line.action
    known = {} if found is None else {name: str(getattr(found, name)) for name in COLUMNS}
    return render_template(
        "improvement/action.html",
        line=line,
        mark=(form or _opened(key)).mark,
        cells={**known, **(typed or {})},
        problems=problems or {},
        steps=[] if found is None else service.steps(session, found.id),
        over=found is not None and found.state not in OPEN_STATES,
        states=State,
        today=today_in(session, reach, current.now()),
        shown=shown,
        indexes=weakness_rules.INDEXES,
    )
