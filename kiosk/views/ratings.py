"""POST /api/v1/ratings: what a kiosk has kept, in batches."""

from datetime import datetime

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

from kiosk.channel import kiosk_channel
from shared.domain.errors import N_, Invalid
from shared.domain.rating import read_instant
from shared.services import ratings
from shared.web import current

routes = Blueprint("ratings", __name__)
MOST_RATINGS = 500


@routes.post("/api/v1/ratings")
def post_ratings() -> tuple[Response, int]:
    """Store a batch and answer for each rating; 201 only, since captive portals answer 200."""
    body = request.get_json(silent=True)
    if body is None:
        raise BadRequest
    items, device_time = _envelope(body)
    receipt = ratings.record(current.session(), kiosk_channel(), items, device_time, current.now())
    results = [
        {"id": entry.id, "result": entry.result, "reason": entry.reason}
        for entry in receipt.results
    ]
    answer = jsonify(
        results=results,
        next_sequence=receipt.next_sequence,
        server_time=current.now().isoformat(),
    )
    return answer, 201


def _envelope(body: object) -> tuple[list[object], datetime]:
    items = body.get("ratings") if isinstance(body, dict) else None
    if not isinstance(body, dict) or not isinstance(items, list) or not items:
        raise Invalid(
            "wrong_form",
            N_("Thân yêu cầu phải có device_time và danh sách ratings."),
            field="ratings",
        )
    if len(items) > MOST_RATINGS:
        raise RequestEntityTooLarge
    return items, read_instant(body.get("device_time"), "device_time")
