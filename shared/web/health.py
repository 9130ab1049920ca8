"""GET /healthz: whether the installation can do its work, and which part cannot."""

from importlib.metadata import version

from flask import Blueprint, Response, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from shared import migrating
from shared.web import current

routes = Blueprint("health", __name__)


@routes.get("/healthz")
def healthz() -> tuple[Response, int]:
    """Answer 200 when the database answers and is at this code's schema, 503 otherwise."""
    database = current.settings().database_kind
    try:
        current.session().execute(text("SELECT 1"))
        schema = migrating.current(current.session().connection())
    except SQLAlchemyError:
        return jsonify(status="failing", failing="database", database=database), 503
    facts = {"version": version("niemno"), "schema": schema, "database": database}
    if schema != migrating.head():
        return jsonify(status="failing", failing="schema", **facts), 503
    return jsonify(status="ok", **facts), 200
