"""Why a case is due when it is, for its resident: by the tracking code alone, without script."""

from flask import Blueprint, render_template
from werkzeug.exceptions import ServiceUnavailable
from werkzeug.wrappers import Response

from kiosk.slowing import busy_page
from kiosk.views.complaints import EVERY_CODE, slowing
from shared.domain.complaint import normalise_code
from shared.services import due_days, following
from shared.web import current

routes = Blueprint("due_days", __name__)


@routes.get("/follow/<code>/why")
def why(code: str) -> str | Response | tuple[str, int, dict[str, str]]:
    """Show every day behind the due day, and the rule."""
    try:
        slowing.hold(EVERY_CODE)
    except ServiceUnavailable as busy:
        return busy_page(busy)
    session = current.session()
    complaint = following.followed(session, code)
    facts = due_days.explained(session, complaint, current.now())
    return render_template(
        "phone/why.html",
        code=normalise_code(code),
        why=facts,
        unit_name=facts["unit"],
        sample=facts["sample"],
    )
