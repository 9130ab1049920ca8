"""Why a case is due when it is, for its resident: by the tracking code alone, without script."""

from flask import Blueprint, render_template
from werkzeug.exceptions import ServiceUnavailable
from werkzeug.wrappers import Response

from kiosk.guessing import unhurried
from kiosk.slowing import busy_page
from shared.domain.tracking_code import normalise_code
from shared.services import due_days, following
from shared.web import current

routes = Blueprint("due_days", __name__)


@routes.get("/follow/<code>/why")
def why(code: str) -> str | Response | tuple[str, int, dict[str, str]]:
    """Show every day behind the due day, and the rule."""
    session = current.session()
    try:
        complaint = unhurried(code, lambda: following.followed(session, code))
    except ServiceUnavailable as busy:
        return busy_page(busy)
    facts = due_days.explained(session, complaint, current.now())
    return render_template(
        "phone/why.html",
        code=normalise_code(code),
        why=facts,
        unit_name=facts["unit"],
        sample=facts["sample"],
    )
