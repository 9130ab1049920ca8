"""The slip a resident prints from the page of a case: code, QR code, due day, how to follow."""

from flask import Blueprint, render_template
from werkzeug.exceptions import ServiceUnavailable

from kiosk.guessing import unhurried
from kiosk.slowing import busy_page
from shared.domain.tracking_code import normalise_code
from shared.services import following
from shared.web import current

routes = Blueprint("slips", __name__)


@routes.get("/follow/<code>/slip")
def slip(code: str) -> str | tuple[str, int, dict[str, str]]:
    """Show the slip as it is printed."""
    session = current.session()
    try:
        complaint = unhurried(code, lambda: following.followed(session, code))
    except ServiceUnavailable as busy:
        return busy_page(busy)
    return render_template(
        "phone/slip.html",
        code=normalise_code(code),
        case=following.resident_view(session, complaint, current.now()),
        public_url=current.settings().public_url,
        phones_cannot_reach=current.settings().public_url_is_loopback,
    )
