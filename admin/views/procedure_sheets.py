"""Quản trị: sheets of procedures to post on the wall, with the code that leads to the page."""

from flask import Blueprint, Response, render_template, request

from admin.auth import actor
from admin.views.organisation import frame, setup
from shared.adapters import qr
from shared.domain.access import Permission
from shared.services import procedure_pages
from shared.web import current
from shared.web.numbers import whole

routes = Blueprint("procedure_sheets", __name__)
MOST_SHEETS = 100


@routes.get("/organisation/posted/sheets")
def sheets() -> str:
    """Lay the sheets of the chosen procedures out for printing, made when first asked for."""
    known = setup()
    unit_id = request.args.get("unit", 0, type=whole)
    chosen = request.args.getlist("procedure", type=whole)[:MOST_SHEETS]
    found = procedure_pages.to_print(current.session(), known, unit_id, chosen, current.now())
    return render_template(
        "organisation/procedure_sheets.html",
        sheets=found,
        unit_id=unit_id,
        public_url=current.settings().public_url,
        loopback=current.settings().public_url_is_loopback,
        **frame(known),
    )


@routes.get("/organisation/posted/sheets/<token>.svg")
def svg(token: str) -> Response:
    """Draw the code of a sheet within reach, sharp at any size."""
    units = actor().units(Permission.ORGANISATION)
    procedure_pages.known_token(current.session(), units, token)
    address = f"{current.settings().public_url}/p/{token}"
    return Response(qr.svg_file(address), mimetype="image/svg+xml")
