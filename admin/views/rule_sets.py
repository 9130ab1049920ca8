"""Quản trị, Thời hạn: every version of the rule set with its document, and new versions."""

from collections.abc import Callable, Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin.opened import opened
from admin.views.organisation import frame, setup
from shared.domain.complaint import Kind, Tier
from shared.domain.deadline import Limit, Receipt, Stage, Unit
from shared.domain.errors import Invalid, RuleBroken
from shared.domain.handling import Handling
from shared.services import organisations, rule_sets, units
from shared.services.opened_forms import OpenedForm
from shared.services.registers import Setup
from shared.web import current
from shared.web.errors import in_words
from shared.web.refusals import problems_of, status_of

routes = Blueprint("rule_sets", __name__)
Page = str | Response | tuple[str, int]
VERSION = ("in_force_from", "document", "legal_basis")
LIMIT = ("amount", "unit", *VERSION)
HANDLING = (
    "receipt",
    "cut_off",
    "pauses_max",
    "pause_cap",
    "extensions_max",
    "extension_max",
    "ceiling",
    "second_person",
    "fresh_on_transfer",
    *VERSION,
)


@routes.get("/organisation/limits")
def limits() -> str:
    """Show the limits and what is allowed besides, each version with its document."""
    return _page(setup())


@routes.route("/organisation/limits/new", methods=("GET", "POST"))
def new_limit() -> Page:
    """Add a version of a limit, or a first one."""
    known, code = setup(), request.args.get("of", "")
    form = _opened(known, LIMIT, rule_sets.latest_limit, code)
    if request.method == "GET":
        old = rule_sets.limit_of(current.session(), known, code) if code else None
        return _form("organisation/limit.html", known, old, _begun(old), form)
    return _save(
        known,
        form,
        lambda: rule_sets.add_limit(current.session(), known, code, request.form),
        lambda problems: _form(
            "organisation/limit.html",
            known,
            rule_sets.limit_of(current.session(), known, code) if code else None,
            request.form.to_dict(),
            form,
            problems,
        ),
    )


@routes.route("/organisation/limits/allowance", methods=("GET", "POST"))
def new_handling() -> Page:
    """Add a version of what is allowed besides a limit."""
    known, code = setup(), request.args.get("of", "")
    old = rule_sets.handling_of(current.session(), known, code)
    form = _opened(known, HANDLING, rule_sets.latest_handling, code)
    if request.method == "GET":
        return _form("organisation/handling.html", known, old, _begun(old), form)
    return _save(
        known,
        form,
        lambda: rule_sets.add_handling(current.session(), known, code, request.form),
        lambda problems: _form(
            "organisation/handling.html", known, old, request.form.to_dict(), form, problems
        ),
    )


@routes.post("/organisation/limits/withdrawal")
def withdraw() -> Page:
    """Take back a version that judged nothing."""
    known = setup()
    code = request.form.get("code", "")
    return _acted(known, lambda: rule_sets.withdraw(current.session(), known, code))


@routes.post("/organisation/limits/shipped")
def take_shipped() -> Page:
    """Add the shipped rules that are missing."""
    known = setup()
    return _acted(known, lambda: rule_sets.take_shipped(current.session(), known))


@routes.post("/organisation/limits/remote")
def mark_remote() -> Page:
    """Say which unit's area is remote."""
    known = setup()
    chosen = request.form.get("unit", "")
    unit_id = int(chosen) if chosen in {str(key) for key in _units(known)} else 0
    return _acted(
        known,
        lambda: rule_sets.mark_remote(current.session(), known, unit_id, request.form),
    )


def _opened(
    known: Setup, names: tuple[str, ...], latest: Callable[..., Limit | Handling], code: str
) -> OpenedForm:
    """Give the form of a further version, which follows the latest; a first one follows none."""

    def shown() -> dict[str, object]:
        found = latest(current.session(), known, code) if code else None
        return {name: getattr(found, name) for name in names if found is not None}

    return opened(known.organisation, shown)


def _begun(old: Limit | Handling | None) -> dict[str, object]:
    """Fill a form from the version before, but for its document: the new one has another."""
    return {**vars(old), "document": "", "legal_basis": ""} if old else {}


def _units(known: Setup) -> dict[int, str]:
    return dict(units.ids(current.session(), known))


def _page(known: Setup, refusal: RuleBroken | None = None) -> str:
    return render_template(
        "organisation/limits.html",
        versions=rule_sets.versions(current.session(), known),
        units=_units(known),
        changeable=organisations.may_change_whole(current.session(), known),
        refusal=in_words(refusal) if refusal else "",
        problems=problems_of(refusal) if isinstance(refusal, Invalid) else {},
        typed=request.form,
        today=known.today,
        **frame(known),
    )


def _form(
    template: str,
    known: Setup,
    old: object,
    values: Mapping[str, object],
    form: OpenedForm,
    problems: dict[str, str] | None = None,
) -> str:
    return render_template(
        template,
        old=old,
        mark=form.mark,
        values=values,
        problems=problems or {},
        kinds=list(Kind),
        tiers=list(Tier),
        stages=[stage for stage in Stage if stage is not Stage.APOLOGISE],
        amounts=list(Unit),
        receipts=list(Receipt),
        **frame(known),
    )


def _save(
    known: Setup,
    form: OpenedForm,
    act: Callable[[], object],
    again: Callable[[dict[str, str]], str],
) -> Page:
    try:
        with form.saving():
            act()
    except Invalid as refusal:
        return again(problems_of(refusal)), status_of(refusal)
    return _back(known)


def _acted(known: Setup, act: Callable[[], object]) -> Page:
    try:
        act()
    except RuleBroken as refusal:
        return _page(known, refusal), status_of(refusal)
    return _back(known)


def _back(known: Setup) -> Response:
    return redirect(url_for("admin.rule_sets.limits", org=known.organisation.code), 303)
