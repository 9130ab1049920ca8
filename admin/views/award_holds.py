"""For inspectors alone: which nominations a confidential report keeps from a council."""

from flask import Blueprint, render_template

from admin.auth import actor
from shared.services import award_blocks
from shared.web import current

routes = Blueprint("award_holds", __name__)


@routes.get("/sealed/award-holds")
def holds() -> str:
    """List the nominations that reports one may open keep back."""
    found = award_blocks.confidential_reasons(current.session(), actor())
    return render_template("sealed/award_holds.html", holds=found)
