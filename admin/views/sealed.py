"""Confidential reports as a named inspector sees them; for everybody else there are none."""

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin.auth import actor
from shared.adapters import sealing
from shared.domain.access import Permission
from shared.domain.errors import Invalid
from shared.domain.sealed import CONCLUDED, CONCLUSIONS, NEXT_STATE, Action, State
from shared.services import local_days, sealed_inbox, sealed_readers, sealed_reports
from shared.services.sealed_reports import Opened
from shared.web import current
from shared.web.filters import moment
from shared.web.numbers import whole
from shared.web.refusals import problems_of

routes = Blueprint("sealed", __name__)
Page = str | tuple[str, int] | Response


@routes.get("/sealed")
def inbox() -> str:
    """List what waits, or what is concluded."""
    concluded = request.args.get("state") == "concluded"
    session, person = current.session(), actor()
    return render_template(
        "sealed/index.html",
        entries=sealed_inbox.listed(session, person, concluded=concluded),
        concluded=concluded,
        has_key=any(key.retired_at is None for key in sealed_readers.keys_of(session, person)),
        today=_today(),
    )


@routes.get("/sealed/reports/<number>")
def report(number: str) -> str:
    """Show a report, still sealed, and who opened it."""
    return _report(number, {})


@routes.post("/sealed/reports/<number>/texts")
def texts(number: str) -> Response:
    """Hand out the sealed texts to the inspector's browser; that is written down."""
    found = sealed_reports.open_texts(current.session(), number, actor(), current.now())
    entry = sealed_inbox.entry(current.session(), number, actor())
    return jsonify(texts=[_as_json(one) for one in found], version=entry.report.version)


@routes.post("/sealed/reports/<number>/verification")
def verify(number: str) -> Response:
    """Begin to verify."""
    sealed_reports.verify(current.session(), number, _version(), actor(), current.now())
    return _back(number)


@routes.post("/sealed/reports/<number>/conclusion")
def conclude(number: str) -> Page:
    """Conclude with words the sender reads; a refusal shows the form with what was typed."""
    chosen = request.form.get("conclusion", "")
    try:
        if chosen not in {str(action) for action in CONCLUSIONS}:
            chosen = str(Action.ADD)  # no conclusion: refused with the field named
        sealed_reports.conclude(
            current.session(),
            number,
            Action(chosen),
            request.form.get("answer", ""),
            _version(),
            actor(),
            current.now(),
        )
    except Invalid as refusal:
        return _report(number, problems_of(refusal)), 422
    return _back(number)


@routes.post("/sealed/reports/<number>/rise")
def pass_up(number: str) -> Response:
    """Hand a report to the level above; it leaves this list."""
    sealed_reports.pass_up(current.session(), number, _version(), actor(), current.now())
    return redirect(url_for("admin.sealed.inbox", passed=1), 303)


@routes.route("/sealed/key", methods=("GET", "POST"))
def key() -> Page:
    """Show the inspector's keys, or register a new one; the private half stays with them."""
    problems: dict[str, str] = {}
    if request.method == "POST":
        try:
            public = sealing.read_public_key(request.form.get("public_key", ""))
            sealed_readers.register_key(
                current.session(), actor(), public.text, public.fingerprint, current.now()
            )
            return redirect(url_for("admin.sealed.key", registered=1), 303)
        except Invalid as refusal:
            problems = problems_of(refusal)
    page = render_template(
        "sealed/key.html",
        keys=sealed_readers.keys_of(current.session(), actor()),
        others=sealed_readers.others(current.session(), actor()),
        problems=problems,
    )
    return (page, 422) if problems else page


def _report(number: str, problems: dict[str, str]) -> str:
    session = current.session()
    entry = sealed_inbox.entry(session, number, actor())
    state = State(entry.report.state)
    levels = sealed_inbox.levels_of(session, entry.report)
    return render_template(
        "sealed/report.html",
        entry=entry,
        report=entry.report,
        steps=sealed_inbox.steps(session, entry.report),
        openings=sealed_inbox.openings(session, entry.report),
        fingerprints=sealed_inbox.fingerprints(session, entry.report, actor()),
        # What opening leads to stands in the page at once, shown when it was opened.
        actions=set(NEXT_STATE[state]) | set(NEXT_STATE[State.OPENED] if _unopened(state) else ()),
        unopened=_unopened(state),
        concluded=state in CONCLUDED,
        may_rise=Action.RISE in NEXT_STATE[state] and levels[-1] > entry.report.level,
        conclusions=[action for action in CONCLUSIONS if action in NEXT_STATE[state]]
        or [Action.GIVE_UP],
        problems=problems,
        typed=request.form,
        today=_today(),
    )


def _unopened(state: State) -> bool:
    return state is State.RECEIVED


def _today() -> object:
    units = actor().units(Permission.INSPECT)
    return local_days.today_in(current.session(), units, current.now())


def _version() -> int:
    return request.form.get("version", -1, type=whole)


def _back(number: str) -> Response:
    return redirect(url_for("admin.sealed.report", number=number), 303)


def _as_json(one: Opened) -> dict[str, object]:
    return {
        "at": moment(one.at),
        "sealed_in": one.sealed_in,
        "binding": one.binding,
        "iv": one.iv,
        "data": one.data,
        "keys": dict(one.keys),
    }
