"""A unit or an officer by Circular 01/2018 and Decision 766, with what is missing."""

from flask import Blueprint, render_template, request

from admin.auth import actor
from admin.views.case_figures import PERIODS, window_of
from shared.domain.access import Permission
from shared.domain.service_evaluation import Indicator
from shared.services import evaluations as service
from shared.services.local_days import today_in
from shared.web import current
from shared.web.numbers import whole

routes = Blueprint("evaluations", __name__)


@routes.get("/evaluations")
def evaluation() -> str:
    """Show the indicators of the unit or officer and the period that are asked for."""
    session, scope = current.session(), actor().units(Permission.REPORTS)
    period = request.args.get("period", "")
    period = period if period in PERIODS else PERIODS[0]
    window = window_of(period, today_in(session, scope, current.now()))
    units = service.unit_choices(session, scope, window)
    asked = request.args.get("unit", type=whole)
    unit = asked if asked in dict(units) else units[0][0]
    officers = service.officer_choices(session, unit, window, scope, actor().officer_id)
    officer = request.args.get("officer", type=whole)
    chosen = officer if officer in dict(officers) else None
    return render_template(
        "campaigns/evaluation.html",
        found=service.look(session, unit, chosen, window, scope, actor().officer_id, current.now()),
        indicators=list(Indicator),
        units=units,
        officers=officers,
        unit=unit,
        officer=chosen,
        period=period,
        periods=PERIODS,
    )
