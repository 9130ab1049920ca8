"""Requests in line: threads that compete for the interpreter finish later than those that wait."""

from threading import Lock

from flask import Flask, current_app, g

_LINE = "line"


def one_after_another(app: Flask) -> None:
    """Give the process a line, and let the next one in once a request is over."""
    app.extensions[_LINE] = Lock()

    @app.teardown_request
    def leave(_error: BaseException | None) -> None:
        line: Lock | None = g.pop(_LINE, None)
        if line is not None:
            line.release()


def stand_in_line() -> None:
    """Wait until every request of this process that stood in line before this one is over."""
    line: Lock = current_app.extensions[_LINE]
    line.acquire()
    g.line = line
