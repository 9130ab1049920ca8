"""Quản trị: questionnaires and their versions, and for whom each is in use from which day."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin import questionnaire_forms as forms
from admin.opened import opened
from admin.views.organisation import frame, setup
from shared.domain.errors import Invalid
from shared.domain.faults import Faults
from shared.domain.questionnaire import Group, Kind, in_headings
from shared.services import organisations, questionnaires, units
from shared.services.opened_forms import OpenedForm
from shared.services.registers import Setup
from shared.web import current
from shared.web.refusals import problems_of, status_of

routes = Blueprint("questionnaires", __name__)
Page = str | Response | tuple[str, int]


@routes.get("/questionnaires")
def index() -> str:
    """List the versions and where they are in use."""
    return _index(setup(), {})


@routes.post("/questionnaires")
def add() -> Page:
    """Add the first version of a series, with the items of the campaigns."""
    known, typed = setup(), request.form
    try:
        row = questionnaires.found(
            current.session(), known, typed.get("series", "").strip(), typed.get("name", "")
        )
    except Invalid as refusal:
        return _index(known, problems_of(refusal)), 422
    return _to_version(known, row.id)


@routes.get("/questionnaires/<int:key>")
def version(key: int) -> str:
    """Show one version as it is asked, and while unused the form to change it."""
    return _version(setup(), key, {})


@routes.post("/questionnaires/<int:key>")
def edit(key: int) -> Page:
    """Change an unused version."""
    known, typed = setup(), request.form
    form = _opened(known, key)
    try:
        with form.saving():
            items = forms.items_of(typed)
            questionnaires.edit(current.session(), known, key, typed.get("name", ""), items)
    except Invalid as refusal:
        return _version(known, key, problems_of(refusal), form), status_of(refusal)
    org = known.organisation.code
    return redirect(url_for("admin.questionnaires.version", key=key, org=org, saved=1), 303)


@routes.post("/questionnaires/<int:key>/copy")
def copy(key: int) -> Page:
    """Make the next version, with the same items."""
    known = setup()
    return _to_version(known, questionnaires.copy(current.session(), known, key).id)


@routes.post("/questionnaires/uses")
def put_to_use() -> Page:
    """Let a version be asked from a day."""
    known, typed = setup(), request.form
    try:
        with Faults() as faults:
            version_id = faults.read(forms.version_of, typed)
            whom = faults.read(forms.whom_of, typed)
            first = faults.read(forms.day_of, typed, "valid_from") or known.today
            last = faults.read(forms.day_of, typed, "valid_to")
        questionnaires.put_to_use(current.session(), known, version_id, whom, first, last)
    except Invalid as refusal:
        return _index(known, problems_of(refusal)), 422
    return _to_index(known)


@routes.post("/questionnaires/uses/<int:key>/end")
def end(key: int) -> Page:
    """Let a use end with today, or take it back before it begins."""
    known = setup()
    questionnaires.end(current.session(), known, key)
    return _to_index(known)


def _to_index(known: Setup) -> Response:
    place = url_for("admin.questionnaires.index", org=known.organisation.code, saved=1)
    return redirect(place, 303)


def _to_version(known: Setup, key: int) -> Response:
    org = known.organisation.code
    return redirect(url_for("admin.questionnaires.version", key=key, org=org), 303)


def _index(known: Setup, problems: dict[str, str]) -> str:
    session = current.session()
    return render_template(
        "questionnaires/index.html",
        versions=questionnaires.listed(session, known),
        uses=questionnaires.uses(session, known),
        whole=organisations.may_change_whole(session, known),
        units=units.ids(session, known),
        campaigns=questionnaires.campaigns(session, known),
        today=known.today,
        typed=request.form,
        problems=problems,
        **frame(known),
    )


def _opened(known: Setup, key: int) -> OpenedForm:
    row = questionnaires.one(current.session(), known, key)
    return opened(row, lambda: {"name": row.name, "items": row.items})


def _version(
    known: Setup, key: int, problems: dict[str, str], form: OpenedForm | None = None
) -> str:
    session = current.session()
    row = questionnaires.one(session, known, key)
    content = questionnaires.content(row)
    return render_template(
        "questionnaires/version.html",
        row=row,
        mark=(form or _opened(known, key)).mark,
        asked=content,
        groups_asked=in_headings(content.items),
        editable=questionnaires.may_edit(session, known, row),
        rows=min(len(content.items) + 3, forms.ROWS),
        groups=list(Group),
        kinds=list(Kind),
        typed=request.form,
        problems=problems,
        **frame(known),
    )
