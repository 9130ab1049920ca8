"""Quản trị: importing a register from a CSV file, looked at before it is taken."""

from flask import Blueprint, Response
from flask_babel import gettext

from admin import csv_pages
from admin import office_forms as forms
from admin.calendar_page import propose
from admin.views.organisation import csv_file, frame, may_change, setup
from shared.domain.errors import NotAllowed
from shared.services import calendar_days, office_setup
from shared.services.calendar_changes import Origin
from shared.services.registers import Register, Setup
from shared.web import current

routes = Blueprint("organisation_import", __name__)


@routes.get("/organisation/<noun>/template.csv")
def template(noun: str) -> Response:
    """Hand out the file to fill in."""
    register = office_setup.register_of(noun)
    return csv_file(forms.csv_template(register.columns), f"{noun}-mau")


@routes.route("/organisation/<noun>/import", methods=("GET", "POST"))
def look(noun: str) -> csv_pages.Page:
    """Ask for a file, and show what taking it would do."""
    register, known = _changeable(noun)
    return csv_pages.looked("organisation/import.html", register, known, frame(known))


@routes.post("/organisation/<noun>/import/apply")
def apply(noun: str) -> csv_pages.Page:
    """Take the file that was looked at, whole or without its bad rows."""
    register, known = _changeable(noun)
    if register is calendar_days.REGISTER:
        text, without_bad = csv_pages.sent()
        session = current.session()
        change = calendar_days.imported(session, known, text, gettext, without_bad=without_bad)
        return propose(known, change, Origin.CSV, frame(known))
    return csv_pages.taken("admin.organisation.listing", register, known)


def _changeable(noun: str) -> tuple[Register, Setup]:
    register, known = office_setup.register_of(noun), setup()
    if not may_change(register, known):
        raise NotAllowed
    return register, known
