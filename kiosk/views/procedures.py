"""Procedures in public: what to hand in, how long it takes, what it costs, on what law it rests."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from shared.services import procedure_pages
from shared.web import current
from shared.web.compression import holds_no_secret

routes = Blueprint("procedures", __name__)


@routes.get("/procedures/<unit>")
def listing(unit: str) -> str:
    """List a unit's procedures by field, all or those that were looked for."""
    holds_no_secret()
    pages = procedure_pages.of_unit(current.session(), unit, current.now())
    query = request.args.get("q", "").strip()
    return render_template(
        "public/procedures.html",
        pages=pages,
        found=procedure_pages.matching(pages, query),
        query=query,
        unit=unit,
    )


@routes.get("/procedures/<unit>/<code>")
def show(unit: str, code: str) -> str:
    """Show one procedure."""
    holds_no_secret()
    page = procedure_pages.one(current.session(), unit, code, current.now())
    return render_template("public/procedure.html", page=page)


@routes.get("/p/<token>")
def sheet(token: str) -> Response:
    """Lead from a posted sheet to its procedure, and note the day: the sheet hangs there."""
    unit, code = procedure_pages.read(current.session(), token, current.now())
    return redirect(url_for("kiosk.procedures.show", unit=unit, code=code))
