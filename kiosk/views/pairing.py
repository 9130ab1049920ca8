"""How a new screen becomes a desk's kiosk, in the manner of RFC 8628."""

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import BadRequest

from shared.domain.errors import RuleBroken
from shared.services import channels
from shared.web import current

routes = Blueprint("pairing", __name__)


@routes.post("/api/v1/pairings")
def ask() -> tuple[Response, int]:
    """Open a pairing request; the screen shows its code until staff confirm it."""
    request_ = channels.request_pairing(current.session(), current.now())
    return jsonify(
        device_code=request_.device_code,
        user_code=request_.user_code,
        verification_uri=f"{current.settings().public_url}/admin/kiosks",
        expires_in=request_.expires_in,
        interval=request_.interval,
    ), 201


@routes.post("/api/v1/pairings/token")
def token() -> tuple[Response, int]:
    """Give the approved device its token, once."""
    try:
        body = request.get_json(silent=True)
    except RecursionError:  # nested without end
        raise BadRequest from None
    device_code = body.get("device_code") if isinstance(body, dict) else None
    if not isinstance(device_code, str) or not device_code.isascii():
        raise BadRequest
    try:
        paired = channels.finish_pairing(current.session(), device_code, current.now())
    except RuleBroken as refusal:
        return jsonify(error=refusal.code), 400
    if paired is None:
        return jsonify(error="authorization_pending"), 400
    kiosk, desk, device_token = paired
    return jsonify(token=device_token, kiosk=kiosk.code, desk=desk.code), 200
