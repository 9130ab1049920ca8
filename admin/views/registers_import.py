"""Importing a register that units keep from a CSV file, looked at before it is taken."""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from admin import office_forms as forms
from admin.views.organisation import csv_file
from admin.views.registers import frame, keeping, may_change
from shared.domain.errors import Invalid, NotAllowed
from shared.services import csv_import, unit_registers
from shared.services.csv_import import Outlook
from shared.services.registers import Register, Setup
from shared.web import current
from shared.web.errors import in_words

routes = Blueprint("registers_import", __name__)
Page = str | tuple[str, int] | AnyResponse


@routes.get("/registers/<noun>/template.csv")
def template(noun: str) -> Response:
    """Hand out the file to fill in."""
    return csv_file(forms.csv_template(unit_registers.register_of(noun)), f"{noun}-mau")


@routes.route("/registers/<noun>/import", methods=("GET", "POST"))
def look(noun: str) -> Page:
    """Ask for a file, and show what taking it would do."""
    register, known = _changeable(noun)
    if request.method == "GET":
        return _page(register, known)
    upload = request.files.get("file")
    try:
        text = csv_import.decode(upload.read() if upload else b"")
        outlook = csv_import.preview(current.session(), known, register, text)
    except Invalid as refusal:
        return _page(register, known, problem=in_words(refusal)), 422
    return _page(register, known, outlook=outlook, text=text)


@routes.post("/registers/<noun>/import/apply")
def apply(noun: str) -> AnyResponse:
    """Take the file that was looked at, whole or without its bad rows."""
    register, known = _changeable(noun)
    text, without_bad = request.form.get("text", ""), request.form.get("take") == "good"
    outlook = csv_import.apply(current.session(), known, register, text, without_bad=without_bad)
    return redirect(
        url_for(
            "admin.registers.listing",
            noun=noun,
            org=known.organisation.code,
            added=outlook.count("add"),
            changed=outlook.count("change"),
            refused=outlook.count("bad"),
        )
    )


def _changeable(noun: str) -> tuple[Register, Setup]:
    register, known = unit_registers.register_of(noun), keeping()
    if not may_change(register, known):
        raise NotAllowed
    return register, known


def _page(
    register: Register,
    known: Setup,
    *,
    problem: str = "",
    outlook: Outlook | None = None,
    text: str = "",
) -> str:
    return render_template(
        "registers/import.html",
        register=register,
        problem=problem,
        outlook=outlook,
        reasons=[in_words(line.refusal) for line in outlook.bad if line.refusal] if outlook else [],
        text=text,
        most=csv_import.MOST_ROWS,
        **frame(known),
    )
