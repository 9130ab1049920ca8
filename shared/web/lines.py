"""Requests in line: threads that compete for the interpreter finish later than those that wait."""

from threading import Semaphore

from flask import Flask, current_app, g

_LINE = "line"
# While one waits for what PostgreSQL answers, another counts; SQLite answers within the process,
# where a second one is only in the way. Posts a second, measured: with PostgreSQL two give a tenth
# to a fifth more than one, three or four no more; with SQLite two give a tenth less.
AT_ONCE = {"postgresql": 2, "sqlite": 1}


def few_at_once(app: Flask, database: str) -> None:
    """Give the process a line, and let the next one in once a request is over."""
    app.extensions[_LINE] = Semaphore(AT_ONCE[database])

    @app.teardown_request
    def leave(_error: BaseException | None) -> None:
        line: Semaphore | None = g.pop(_LINE, None)
        if line is not None:
            line.release()


def stand_in_line() -> None:
    """Wait until few enough of those are under way that stood in line before this request."""
    line: Semaphore = current_app.extensions[_LINE]
    line.acquire()
    g.line = line
