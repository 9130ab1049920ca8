"""The application, built once for many tests: each lends it its own clock, folder and database."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from datetime import datetime

from flask import Flask
from jinja2 import FileSystemBytecodeCache

import admin.blueprint
import kiosk.blueprint
import kiosk.guessing
import kiosk.views.phone
from shared.config import PROJECT_ROOT, Settings
from shared.db import db
from shared.web.app import create_app
from tests.infrastructure.databases import let_go

MOST_KEPT = 3


# Templates compiled once for all workers and runs: every application would compile its own again.
COMPILED = PROJECT_ROOT / ".pytest_cache" / "templates"


def build(settings: Settings, clock: Callable[[], datetime]) -> Flask:
    """Build an application with both doors."""
    made = create_app(settings, (kiosk.blueprint.register, admin.blueprint.register), clock)
    COMPILED.mkdir(parents=True, exist_ok=True)
    made.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(COMPILED))
    return made


def _built_in(settings: Settings) -> Hashable:
    """Give what `create_app` takes from settings for good; a request asks for all others anew."""
    return (
        settings.database_url,
        settings.secret_key,
        settings.trusted_hosts,
        settings.secure_cookies,
    )


class Applications:
    """Lends applications; those with another database, secret, host or cookie are others."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, Flask] = {}

    @contextmanager
    def lend(self, settings: Settings, clock: Callable[[], datetime]) -> Iterator[Flask]:
        """Lend an application that knows nothing of the tests before this one."""
        kind = _built_in(settings)
        app = self._kept.pop(kind, None) or build(settings, clock)
        known, configuration = dict(app.extensions), dict(app.config)
        app.extensions.update(settings=settings, clock=clock)
        yield app
        forget_requests()
        _restore(app.extensions, known)  # with it go limits and counts of the process
        _restore(app.config, configuration)
        with app.app_context():
            db.session.remove()
            for engine in db.engines.values():
                let_go(engine)
        self._kept[kind] = app
        if len(self._kept) > MOST_KEPT:
            leave(self._kept.pop(next(iter(self._kept))))

    def close(self) -> None:
        """Let go of every database."""
        while self._kept:
            leave(self._kept.popitem()[1])


def leave(app: Flask) -> None:
    """Let go of the databases of an application that nobody will use again."""
    with app.app_context():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


def forget_requests() -> None:
    """Forget what came before: what is counted in the process would slow the next test."""
    kiosk.views.phone.slowing.forget()
    kiosk.guessing.typed.forget()


def _restore(mapping: dict[str, object], known: dict[str, object]) -> None:
    mapping.clear()
    mapping.update(known)
