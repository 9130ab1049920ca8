"""How a new screen becomes a desk's kiosk, in the manner of RFC 8628."""

from collections import OrderedDict
from datetime import datetime, timedelta
from threading import Lock

from flask import Blueprint, Response, current_app, jsonify, request
from werkzeug.exceptions import BadRequest

from shared.domain.errors import N_, Invalid, RuleBroken
from shared.services import pairings
from shared.web import current

routes = Blueprint("pairing", __name__)
LONGEST_TOKEN = 200
SOONEST_POLL = timedelta(seconds=1)
MOST_POLLING = 1_000


class Polls:
    """When each device last asked whether it was confirmed: one that hurries slows itself only.

    Never counted by network address, since many desks stand behind one.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._last: OrderedDict[str, datetime] = OrderedDict()

    def hurries(self, device_code: str, now: datetime) -> bool:
        """Note one more question; say whether the one before was less than a second ago."""
        with self._lock:
            before = self._last.pop(device_code, None)
            self._last[device_code] = now
            if len(self._last) > MOST_POLLING:
                self._last.popitem(last=False)
        return before is not None and now - before < SOONEST_POLL


@routes.post("/api/v1/pairings")
def ask() -> tuple[Response, int]:
    """Open a pairing request; the screen shows its code until staff confirm it.

    A device that was a kiosk before sends its old token as `previous` and goes on as that kiosk.
    """
    previous = _body().get("previous") or ""
    if not isinstance(previous, str) or not previous.isascii() or len(previous) > LONGEST_TOKEN:
        raise Invalid(
            "wrong_field", N_("Trường %(name)s sai dạng."), field="previous", name="previous"
        )
    asked = pairings.request(current.session(), current.now(), previous)
    address = f"{current.settings().public_url}/admin/kiosks"
    return jsonify(
        device_code=asked.device_code,
        user_code=asked.user_code,
        verification_uri=address,
        verification_uri_complete=f"{address}?code={asked.user_code}",
        expires_in=asked.expires_in,
        interval=asked.interval,
    ), 201


@routes.post("/api/v1/pairings/token")
def token() -> tuple[Response, int]:
    """Give the approved device its token, once."""
    device_code = _body().get("device_code")
    if not isinstance(device_code, str) or not device_code.isascii():
        raise BadRequest
    try:
        paired = pairings.finish(current.session(), device_code, current.now())
    except RuleBroken as refusal:
        return jsonify(error=refusal.code), 400
    if paired is None:
        polls: Polls = current_app.extensions.setdefault("pairing_polls", Polls())
        hurries = polls.hurries(device_code, current.now())
        return jsonify(error="slow_down" if hurries else "authorization_pending"), 400
    kiosk, desk, device_token = paired
    return jsonify(token=device_token, kiosk=kiosk.code, desk=desk.code), 200


def _body() -> dict[str, object]:
    try:
        body = request.get_json(silent=True)
    except RecursionError:  # nested without end
        return {}
    return body if isinstance(body, dict) else {}
