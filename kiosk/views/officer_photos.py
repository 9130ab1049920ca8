"""/api/v1/screen/photos: officers' photos for the paired screens of their unit, nobody else."""

from flask import Blueprint, Response

from kiosk.channel import kiosk_channel
from shared.services import officer_photos
from shared.web import current

routes = Blueprint("officer_photos", __name__)


@routes.get("/api/v1/screen/photos/<digest>")
def photo(digest: str) -> Response:
    """Give a photo by the digest the screen was told."""
    channel = kiosk_channel()
    on = current.now().astimezone(channel.zone).date()
    content = officer_photos.shown_at(current.session(), channel.unit_id, digest, on)
    response = Response(content, mimetype="image/jpeg")
    response.headers["Cache-Control"] = "private, no-store"
    return response
