"""QR codes as SVG: a printed code's address, and the address a case is followed at.

Their host comes from the settings alone, never from the request.
"""

from flask import Blueprint, Response

from shared.adapters import qr
from shared.domain.errors import Invalid, NotFound
from shared.domain.tracking_code import is_digits, normalise_code
from shared.services import invitations
from shared.services.invitations import Target
from shared.web import current

routes = Blueprint("qr", __name__)
SVG = "image/svg+xml"
# These hang where everybody sees them; a screen asks for its own twice at every start.
PRINTED = frozenset({Target.DESK, Target.OFFICER, Target.PROCEDURE})
PRINTED_AGE_SECONDS = 3600


@routes.get("/qr/<token>.svg")
def invitation(token: str) -> Response:
    """Draw the code of an invitation; only of a known one."""
    known = invitations.look_up(current.session(), token, current.now())
    if known.target is Target.CONTINUATION:
        return _drawn(current.settings().continuation_url(known.token))
    drawn = _drawn(current.settings().invitation_url(known.token))
    if known.target in PRINTED:
        drawn.cache_control.private = True
        drawn.cache_control.max_age = PRINTED_AGE_SECONDS
    return drawn


@routes.get("/qr/follow/<code>.svg")
def case(code: str) -> Response:
    """Draw the way to a case; whether there is one, this does not tell."""
    try:
        normal = normalise_code(code)
    except Invalid:
        raise NotFound from None
    if is_digits(normal):
        raise NotFound  # digits are typed, never part of an address
    return _drawn(f"{current.settings().public_url}/follow/{normal}")


def _drawn(address: str) -> Response:
    return Response(qr.svg_file(address), mimetype=SVG)
