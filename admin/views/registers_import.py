"""Importing a register that units keep from a CSV file, looked at before it is taken."""

from flask import Blueprint, Response
from werkzeug.wrappers import Response as AnyResponse

from admin import csv_pages
from admin import office_forms as forms
from admin.views.organisation import csv_file, may_change
from admin.views.registers import frame, keeping
from shared.domain.errors import NotAllowed
from shared.services import unit_registers
from shared.services.registers import Register, Setup

routes = Blueprint("registers_import", __name__)


@routes.get("/registers/<noun>/template.csv")
def template(noun: str) -> Response:
    """Hand out the file to fill in."""
    register = unit_registers.register_of(noun)
    return csv_file(forms.csv_template(register.columns), f"{noun}-mau")


@routes.route("/registers/<noun>/import", methods=("GET", "POST"))
def look(noun: str) -> csv_pages.Page:
    """Ask for a file, and show what taking it would do."""
    register, known = _changeable(noun)
    return csv_pages.looked("registers/import.html", register, known, frame(known))


@routes.post("/registers/<noun>/import/apply")
def apply(noun: str) -> AnyResponse:
    """Take the file that was looked at, whole or without its bad rows."""
    register, known = _changeable(noun)
    return csv_pages.taken("admin.registers.listing", register, known)


def _changeable(noun: str) -> tuple[Register, Setup]:
    register, known = unit_registers.register_of(noun), keeping()
    if not may_change(register, known):
        raise NotAllowed
    return register, known
