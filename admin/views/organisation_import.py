"""Quản trị: importing a register from a CSV file, looked at before it is taken."""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from admin import office_forms as forms
from admin.calendar_page import propose
from admin.views.organisation import csv_file, frame, may_change, setup
from shared.domain.errors import Invalid, NotAllowed
from shared.services import calendar_days, csv_import, office_setup
from shared.services.calendar_changes import Origin
from shared.services.csv_import import Outlook
from shared.services.registers import Register, Setup
from shared.web import current
from shared.web.errors import in_words

routes = Blueprint("organisation_import", __name__)
Page = str | tuple[str, int] | AnyResponse


@routes.get("/organisation/<noun>/template.csv")
def template(noun: str) -> Response:
    """Hand out the file to fill in."""
    register = office_setup.register_of(noun)
    return csv_file(forms.csv_template(register), f"{noun}-mau")


@routes.route("/organisation/<noun>/import", methods=("GET", "POST"))
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


@routes.post("/organisation/<noun>/import/apply")
def apply(noun: str) -> Page:
    """Take the file that was looked at, whole or without its bad rows."""
    register, known = _changeable(noun)
    text, without_bad = request.form.get("text", ""), request.form.get("take") == "good"
    if register is calendar_days.REGISTER:
        change = calendar_days.imported(current.session(), known, text, without_bad=without_bad)
        return propose(known, change, Origin.CSV, frame(known))
    outlook = csv_import.apply(current.session(), known, register, text, without_bad=without_bad)
    return redirect(
        url_for(
            "admin.organisation.listing",
            noun=noun,
            org=known.organisation.code,
            added=outlook.count("add"),
            changed=outlook.count("change"),
            refused=outlook.count("bad"),
        )
    )


def _changeable(noun: str) -> tuple[Register, Setup]:
    register, known = office_setup.register_of(noun), setup()
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
        "organisation/import.html",
        register=register,
        problem=problem,
        outlook=outlook,
        reasons=[in_words(line.refusal) for line in outlook.bad if line.refusal] if outlook else [],
        text=text,
        most=csv_import.MOST_ROWS,
        **frame(known),
    )
