"""GET /healthz: whether the installation can do its work, and which part cannot."""

import shutil
from importlib.metadata import version

from flask import Blueprint, Response, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from shared import migrating
from shared.web import current

routes = Blueprint("health", __name__)
# Bytes free in the data folder. SQLite's log grows to 16 MB before it is written back, and what is
# written back needs as much again; with less the next rating may find no room.
LEAST_ROOM = 32 << 20


@routes.get("/healthz")
def healthz() -> tuple[Response, int]:
    """Answer 200 when there is room to write and the database is at this code's schema, or 503."""
    database = current.settings().database_kind
    try:
        current.session().execute(text("SELECT 1"))
        schema = migrating.current(current.session().connection())
    except SQLAlchemyError:
        return jsonify(status="failing", failing="database", database=database), 503
    facts = {"version": version("niemno"), "schema": schema, "database": database}
    if schema != migrating.head():
        return jsonify(status="failing", failing="schema", **facts), 503
    if not _has_room():
        return jsonify(status="failing", failing="disk", **facts), 503
    return jsonify(status="ok", **facts), 200


def _has_room() -> bool:
    try:
        return shutil.disk_usage(current.settings().data_directory).free >= LEAST_ROOM
    except OSError:  # the folder is gone, or the disk does not answer
        return False
