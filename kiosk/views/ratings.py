"""POST /api/v1/ratings: what a kiosk has kept, in batches."""

import json
from datetime import datetime
from math import isfinite

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

from kiosk.channel import kiosk_channel
from shared.domain.errors import N_, Invalid
from shared.domain.rating import read_instant
from shared.services import ratings
from shared.web import current

routes = Blueprint("ratings", __name__)
MOST_RATINGS = 500
DEEPEST = 20  # levels of lists and objects within one another; the form has four


@routes.post("/api/v1/ratings")
def post_ratings() -> tuple[Response, int]:
    """Store a batch and answer for each rating; 201 only, since captive portals answer 200."""
    items, device_time = _envelope(_strict_json())
    now = current.now()
    receipt = ratings.record(current.session(), kiosk_channel(), items, device_time, now)
    results = [
        {"id": entry.id, "result": entry.result, "reason": entry.reason}
        for entry in receipt.results
    ]
    answer = jsonify(
        results=results,
        next_sequence=receipt.next_sequence,
        server_time=now.isoformat(),
    )
    return answer, 201


def _strict_json() -> object:
    """Read the body as the JSON of RFC 8259: no NaN, no infinity, nothing nested without end."""
    if not request.is_json:
        raise BadRequest
    try:
        body: object = _STRICT.decode(request.get_data().decode())
    except (ValueError, RecursionError):
        raise BadRequest from None
    if not _is_shallow(body, DEEPEST):
        raise BadRequest
    return body


def _no_number(name: str) -> float:
    raise ValueError(name)


def _finite(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError(text)
    return number


_STRICT = json.JSONDecoder(parse_constant=_no_number, parse_float=_finite)


def _is_shallow(value: object, left: int) -> bool:
    if not isinstance(value, dict | list):
        return True
    parts = value.values() if isinstance(value, dict) else value
    nested = [part for part in parts if isinstance(part, dict | list)]
    return left > 0 and all(_is_shallow(part, left - 1) for part in nested)


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
