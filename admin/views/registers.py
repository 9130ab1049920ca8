"""The registers units keep for campaigns: listed, added to, changed, handed out."""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from admin import office_forms as forms
from admin.auth import actor
from admin.opened import opened_entry
from admin.views.organisation import csv_file, may_change, saved
from shared.domain.access import Permission
from shared.domain.entry import WEEKDAYS, Cells
from shared.domain.errors import Invalid, NotAllowed
from shared.services import office_setup, organisations, unit_registers, units
from shared.services import rotation as service
from shared.services.opened_forms import OpenedForm
from shared.services.registers import Entry, Register, Setup, matching
from shared.web import current
from shared.web.refusals import problems_of, status_of

routes = Blueprint("registers", __name__)
Page = str | tuple[str, int] | AnyResponse


def keeping() -> Setup:
    """Say whose registers are kept: of the organisation named in the address, else the first."""
    code = request.args.get("org", "")
    return unit_registers.setup_of(current.session(), actor(), code, current.now())


def frame(known: Setup) -> dict[str, object]:
    """Give what every page of the registers shows around its content."""
    return {
        "organisation": known.organisation,
        "organisations": organisations.within(current.session(), actor(), Permission.ENTER_FIGURES),
        "org": known.organisation.code,
    }


@routes.get("/registers")
def index() -> str:
    """Show which registers there are, and how much stands in each."""
    known = keeping()
    return render_template(
        "registers/index.html",
        registers=unit_registers.REGISTERS.values(),
        counts=unit_registers.counts(current.session(), known),
        **frame(known),
    )


@routes.get("/registers/rotation")
def rotation() -> str:
    """Show how long each officer has stood at one desk."""
    known = keeping()
    reach = frozenset(units.ids(current.session(), known))
    return render_template(
        "registers/rotation.html",
        stays=service.longest_stays(current.session(), reach, current.now()),
        **frame(known),
    )


@routes.get("/registers/<noun>")
def listing(noun: str) -> str:
    """List one register: search without accents."""
    register, known = unit_registers.register_of(noun), keeping()
    return render_template(
        "registers/list.html",
        register=register,
        sheet=forms.sheet(_filtered(register, known), request.args.get("page", "")),
        references=register.references(current.session(), known),
        shown=forms.shown,
        q=request.args.get("q", ""),
        saved=saved(register, known),
        changeable=may_change(register, known),
        **frame(known),
    )


@routes.get("/registers/<noun>/export.csv")
def export(noun: str) -> Response:
    """Hand out exactly what the list shows, over all its pages."""
    register = unit_registers.register_of(noun)
    return csv_file(forms.csv_of(register, _filtered(register, keeping())), noun)


@routes.route("/registers/<noun>/new", methods=("GET", "POST"))
def new(noun: str) -> Page:
    """Add an entry."""
    register, known = unit_registers.register_of(noun), keeping()
    if not may_change(register, known):
        raise NotAllowed
    if request.method == "GET":
        cells = {column.name: request.args.get(column.name, "") for column in register.columns}
        return _form(register, known, cells, None)
    return _save(register, known, forms.typed(register, request.form), None)


@routes.route("/registers/<noun>/<int:key>", methods=("GET", "POST"))
def edit(noun: str, key: int) -> Page:
    """Show or change an entry."""
    register, known = unit_registers.register_of(noun), keeping()
    entry = office_setup.entry_of(current.session(), known, register, key)
    if request.method == "GET":
        return _form(register, known, entry.cells, entry)
    return _save(register, known, forms.typed(register, request.form), entry)


def _opened(register: Register, known: Setup, entry: Entry | None) -> OpenedForm:
    return opened_entry(register, known, entry, register.references(current.session(), known))


def _filtered(register: Register, known: Setup) -> list[Entry]:
    entries = register.entries(current.session(), known)
    return matching(entries, request.args.get("q", ""), closed=True)


def _form(
    register: Register,
    known: Setup,
    cells: Cells,
    entry: Entry | None,
    problems: dict[str, str] | None = None,
    form: OpenedForm | None = None,
) -> str:
    return render_template(
        "registers/form.html",
        mark=(form or _opened(register, known, entry)).mark,
        register=register,
        cells=cells,
        entry=entry,
        problems=problems or {},
        shown=forms.shown,
        references=register.references(current.session(), known),
        weekdays=WEEKDAYS,
        changeable=may_change(register, known),
        **frame(known),
    )


def _save(register: Register, known: Setup, cells: Cells, entry: Entry | None) -> Page:
    """Save; a refusal shows the form again with what was typed."""
    if entry is not None:
        cells = {**cells, **{name: entry.cells[name] for name in register.fixed}}
    form = _opened(register, known, entry)
    try:
        with form.saving():
            key = register.save(current.session(), known, cells, entry.key if entry else None)
    except Invalid as refusal:
        page = _form(register, known, cells, entry, problems_of(refusal), form)
        return page, status_of(refusal)
    return redirect(
        url_for(
            "admin.registers.listing", noun=register.key, org=known.organisation.code, saved=key
        )
    )
