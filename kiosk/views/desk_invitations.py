"""GET /api/v1/screen/invitation: has an officer just asked somebody at this desk to rate?"""

from flask import Blueprint, Response, jsonify, request

from kiosk.channel import kiosk_channel
from shared.services import desk_invitations
from shared.web import current
from shared.web.numbers import whole

routes = Blueprint("desk_invitations", __name__)


@routes.get("/api/v1/screen/invitation")
def newest() -> Response | tuple[str, int]:
    """Answer 204 when there is nothing above `after`; asked every second and a half.

    Else: {"id", "procedure": {"code", "name"} or null, "dossier": code or null, "expires_at"}.
    The screen shows Ask with the procedure, and asks from then on with that id as `after`.
    """
    after = request.args.get("after", 0, type=whole)
    shown = desk_invitations.newest(
        current.session(), kiosk_channel().desk_id, after, current.now()
    )
    if shown is None:
        return "", 204
    procedure = {"code": shown.procedure_code, "name": shown.procedure_name}
    return jsonify(
        id=shown.key,
        procedure=procedure if shown.procedure_code else None,
        dossier=shown.dossier_code,
        expires_at=shown.expires_at.isoformat(),
    )
