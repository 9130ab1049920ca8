"""Where a person lands by role."""

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from admin.auth import actor
from shared.domain.access import Permission

routes = Blueprint("home", __name__)
LANDINGS = (
    (Permission.TODAY, "admin.today.today"),
    (Permission.ANSWER, "admin.work.work"),
    (Permission.RATINGS, "admin.ratings.ratings"),
    (Permission.ORGANISATION, "admin.organisation.index"),
    (Permission.INSPECT, "admin.sealed.inbox"),
)


@routes.get("/")
def home() -> Response:
    """Send the head to Today, an officer to My work, a reviewer to the ratings."""
    for permission, endpoint in LANDINGS:
        if actor().may(permission):
            return redirect(url_for(endpoint))
    return redirect(url_for("admin.account.password"))
