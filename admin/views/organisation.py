"""Quản trị: the registers of an office, listed, added to, changed and closed."""

from collections.abc import Collection, Mapping

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import get_locale
from werkzeug.wrappers import Response as AnyResponse

from admin import office_forms as forms
from admin.auth import actor
from admin.calendar_page import propose
from admin.opened import opened, opened_entry
from shared.domain.access import Permission
from shared.domain.backup import Alarm
from shared.domain.entry import WEEKDAYS, Cells
from shared.domain.errors import Invalid, NotAllowed
from shared.services import (
    backup_notes,
    calendar_changes,
    calendar_days,
    jobs,
    kiosk_health,
    office_setup,
    organisations,
    outbox,
    publications,
    successions,
    uncopied,
    unit_levels,
    units,
    webhooks,
)
from shared.services.calendar_changes import Origin
from shared.services.opened_forms import OpenedForm
from shared.services.registers import Choices, Entry, Register, Setup, matching
from shared.web import current
from shared.web.numbers import whole
from shared.web.refusals import problems_of, status_of

routes = Blueprint("organisation", __name__)
Page = str | tuple[str, int] | AnyResponse


def setup() -> Setup:
    """Say which organisation is set up: the one named in the address, else the first."""
    code = request.args.get("org", "")
    return organisations.setup_of(current.session(), actor(), code, current.now())


def may_change(register: Register, known: Setup) -> bool:
    """Say whether the person may change this register."""
    return not register.whole_organisation or organisations.may_change_whole(
        current.session(), known
    )


def frame(known: Setup) -> dict[str, object]:
    """Give what every page of Quản trị shows around its content."""
    others = organisations.within(current.session(), actor())
    return {
        "organisation": known.organisation,
        "organisations": others,
        "org": known.organisation.code,
    }


@routes.get("/organisation")
def index() -> str:
    """Show what there is to set up, in the order a new office does it."""
    known = setup()
    return render_template(
        "organisation/index.html",
        registers=office_setup.REGISTERS,
        counts=office_setup.counts(current.session(), known),
        alarmed=_kiosks_alarmed(),
        undelivered=outbox.stuck(current.session(), actor(), current.now()),
        untold=webhooks.undelivered(current.session(), actor()),
        proof=jobs.last_ended(current.session(), "totals"),
        backup_alarm=backup_alarm(),
        uncopied=_is_uncopied(),
        missing_year=_missing_year(calendar_days.REGISTER, known),
        **frame(known),
    )


def backup_alarm() -> Alarm | None:
    """Say what is wrong with the nightly copies, to those who set the installation up."""
    if not actor().may(Permission.ACCOUNTS):
        return None
    return backup_notes.alarm_of(current.settings().data_directory, current.now())


def _is_uncopied() -> bool:
    """Say whether those who set the installation up are to be told how nightly copies are made."""
    if not actor().may(Permission.ACCOUNTS):
        return False
    folder = current.settings().data_directory
    return uncopied.is_uncopied(current.session(), folder, current.now())


def _missing_year(register: Register, known: Setup) -> int | None:
    """Give the year whose calendar must be entered now; nothing beside other registers."""
    if register is not calendar_days.REGISTER:
        return None
    return calendar_changes.missing_year(current.session(), known.organisation.id, known.today)


def _kiosks_alarmed() -> int:
    """Count the kiosks that ask to be looked at, for those who may see kiosks."""
    if not actor().may(Permission.CHANNELS):
        return 0
    reach = actor().units(Permission.CHANNELS)
    return len(kiosk_health.alarmed(current.session(), reach, current.now()))


@routes.get("/organisation/<noun>")
def listing(noun: str) -> str:
    """List one register: search without accents, closed ones on demand."""
    register, known = office_setup.register_of(noun), setup()
    found = _filtered(register, known)
    return render_template(
        "organisation/list.html",
        register=register,
        sheet=forms.sheet(found, request.args.get("page", "")),
        references=_references(register, known),
        shown=forms.shown,
        q=request.args.get("q", ""),
        closed=request.args.get("closed", ""),
        saved=saved(register, known),
        today=known.today,
        changeable=may_change(register, known),
        missing_year=_missing_year(register, known),
        **frame(known),
    )


@routes.get("/organisation/<noun>/export.csv")
def export(noun: str) -> Response:
    """Hand out exactly what the list shows, over all its pages."""
    register = office_setup.register_of(noun)
    return csv_file(forms.csv_of(register, _filtered(register, setup())), noun)


@routes.route("/organisation/<noun>/new", methods=("GET", "POST"))
def new(noun: str) -> Page:
    """Add an entry."""
    register, known = office_setup.register_of(noun), setup()
    if not may_change(register, known):
        raise NotAllowed
    if request.method == "GET":
        cells = {column.name: request.args.get(column.name, "") for column in register.columns}
        if "valid_from" in cells:
            cells["valid_from"] = known.today.isoformat()
        return _form(register, known, cells, None)
    return _save(register, known, forms.typed(register, request.form), None)


@routes.route("/organisation/<noun>/<int:key>", methods=("GET", "POST"))
def edit(noun: str, key: int) -> Page:
    """Show or change an entry."""
    register, known = office_setup.register_of(noun), setup()
    entry = office_setup.entry_of(current.session(), known, register, key)
    if request.method == "GET":
        return _form(register, known, entry.cells, entry)
    return _save(register, known, forms.typed(register, request.form), entry)


@routes.post("/organisation/<noun>/<int:key>/close")
def close(noun: str, key: int) -> Page:
    """Close an entry with its last day; nothing of the past is removed."""
    register, known = office_setup.register_of(noun), setup()
    entry = office_setup.entry_of(current.session(), known, register, key)
    cells = {**entry.cells, "valid_to": request.form.get("valid_to", "")}
    if register is units.REGISTER:  # who goes on as it, where somebody does
        asked = ("successor", "kind", "document")
        cells |= {name: request.form.get(name, "") for name in asked}
    return _save(register, known, cells, entry)


@routes.post("/organisation/days/<int:key>/remove")
def remove_day(key: int) -> Page:
    """Take back a day of the calendar that has not come yet."""
    known = setup()
    change = calendar_days.removal(current.session(), known, key)
    return propose(known, change, Origin.FORM, frame(known))


@routes.route("/organisation/posted", methods=("GET", "POST"))
def posted() -> Page:
    """Show or note what one unit has posted of the procedures."""
    known = setup()
    choices = dict(units.ids(current.session(), known))
    asked = request.args.get("unit", type=whole)
    unit_id = asked if asked in choices else next(iter(choices), 0)
    form = opened(known.organisation, lambda: _shown_posted(known, unit_id))
    if request.method == "GET":
        return _posted_page(known, choices, unit_id, form, {})
    paper, code = _ticked("on_paper"), _ticked("by_qr")
    try:
        with form.saving():
            publications.post(current.session(), known, unit_id, paper, code)
    except Invalid as refusal:
        page = _posted_page(known, choices, unit_id, form, problems_of(refusal), (paper, code))
        return page, status_of(refusal)
    return redirect(
        url_for("admin.organisation.posted", org=known.organisation.code, unit=unit_id, saved=1)
    )


def _shown_posted(known: Setup, unit_id: int) -> dict[str, object]:
    lines = publications.posted(current.session(), known, unit_id) if unit_id else []
    return {f"posted-{one.procedure.id}": (one.on_paper, one.by_qr) for one in lines}


def _posted_page(
    known: Setup,
    choices: Mapping[int, str],
    unit_id: int,
    form: OpenedForm,
    problems: Mapping[str, str],
    ticked: tuple[Collection[int], Collection[int]] | None = None,
) -> str:
    """Show what a unit has posted; `ticked` is what was ticked, on paper and by QR, in vain."""
    return render_template(
        "organisation/posted.html",
        register=publications.REGISTER,
        lines=publications.posted(current.session(), known, unit_id) if unit_id else [],
        mark=form.mark,
        problems=problems,
        ticked=ticked,
        units=choices,
        unit_id=unit_id,
        saved=request.args.get("saved"),
        **frame(known),
    )


def csv_file(content: bytes, name: str) -> Response:
    """Answer with a CSV file."""
    response = Response(content, mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _filtered(register: Register, known: Setup) -> list[Entry]:
    return matching(
        register.entries(current.session(), known),
        request.args.get("q", ""),
        closed=bool(request.args.get("closed")),
    )


def saved(register: Register, known: Setup) -> Entry | None:
    """Find the entry that was saved just before, to name it."""
    key = request.args.get("saved", "")
    entries = register.entries(current.session(), known) if key.isdecimal() else []
    return next((entry for entry in entries if str(entry.key) == key), None)


def _form(
    register: Register,
    known: Setup,
    cells: Cells,
    entry: Entry | None,
    problems: dict[str, str] | None = None,
    form: OpenedForm | None = None,
) -> str:
    return render_template(
        "organisation/form.html",
        register=register,
        cells=cells,
        entry=entry,
        mark=(form or _opened(register, known, entry)).mark,
        problems=problems or {},
        shown=forms.shown,
        references=_references(register, known),
        weekdays=WEEKDAYS,
        today=known.today,
        changeable=may_change(register, known),
        story=_story(register, entry),
        succession_kinds=successions.KIND_WORDS,
        **frame(known),
    )


def _opened(register: Register, known: Setup, entry: Entry | None) -> OpenedForm:
    return opened_entry(register, known, entry, _references(register, known))


def _references(register: Register, known: Setup) -> dict[str, Choices]:
    """Give what codes of a register stand for; levels in the language of the page."""
    found = dict(register.references(current.session(), known))
    if "level" in found:
        found["level"] = unit_levels.words(current.session(), known, str(get_locale()))
    return found


def _story(register: Register, entry: Entry | None) -> successions.Story | None:
    """Tell a unit's story beside its form."""
    if entry is None or register is not units.REGISTER:
        return None
    return successions.story(current.session(), entry.key)


def _save(register: Register, known: Setup, cells: Cells, entry: Entry | None) -> Page:
    """Save; a refusal shows the form again with what was typed."""
    if entry is not None:
        cells = {**cells, **{name: entry.cells[name] for name in register.fixed}}
    key, form = entry.key if entry else None, _opened(register, known, entry)
    try:
        with form.saving():
            if register is calendar_days.REGISTER:
                change = calendar_days.change_of(current.session(), known, cells, key)
                return propose(known, change, Origin.FORM, frame(known))
            key = register.save(current.session(), known, cells, key)
    except Invalid as refusal:
        page = _form(register, known, cells, entry, problems_of(refusal), form)
        return page, status_of(refusal)
    return redirect(
        url_for(
            "admin.organisation.listing", noun=register.key, org=known.organisation.code, saved=key
        )
    )


def _ticked(name: str) -> frozenset[int]:
    return frozenset(request.form.getlist(name, type=whole))
