"""Hôm nay: where the office stands and what asks to be looked at."""

from flask import Blueprint, render_template, request

from admin.auth import actor
from admin.views.organisation import backup_alarm
from shared.domain.access import Permission
from shared.services import calendar_changes, dossiers, erasures
from shared.services import today as service
from shared.web import current
from shared.web.numbers import whole

routes = Blueprint("today", __name__)


@routes.get("/today")
def today() -> str:
    """Show the figures of all one's units, or of the chosen one."""
    units = actor().units(Permission.TODAY)
    asked = request.args.get("unit", type=whole)
    unit = asked if asked in units else None
    chosen = units if unit is None else frozenset({unit})
    return render_template(
        "today/today.html",
        found=service.overview(current.session(), actor(), chosen, current.now()),
        as_of=current.now(),
        missing_years=calendar_changes.missing_years(current.session(), actor(), current.now()),
        erasures=erasures.waiting_count(current.session(), actor(), current.now()),
        units=dossiers.units_within(current.session(), units),
        unit=unit,
        backup_alarm=backup_alarm(),
        may_read=actor().may,
        permissions=Permission,
    )
