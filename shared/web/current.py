"""What a view may ask of the request it serves: session, time, settings."""

from datetime import datetime

from flask import current_app, g
from sqlalchemy.orm import Session

from shared.config import Settings
from shared.db import db


def session() -> Session:
    """Give the request's database session; the door commits it, nobody else."""
    return db.session()


def now() -> datetime:
    """Give the instant the request arrived (UTC), the same however often it is asked."""
    if "now" not in g:
        g.now = current_app.extensions["clock"]()
    instant: datetime = g.now
    return instant


def settings() -> Settings:
    """Give the installation's settings."""
    known: Settings = current_app.extensions["settings"]
    return known
