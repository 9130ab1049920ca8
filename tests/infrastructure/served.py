"""An application served on loopback from a thread, for a browser to open."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


PATIENCE_SECONDS = 30.0


class Answering:
    """How many requests are being answered: the threads that do it are waited for by nobody."""

    def __init__(self) -> None:
        self._changed, self._count = threading.Condition(), 0

    def __enter__(self) -> None:
        self._add(1)

    def __exit__(self, *_error: object) -> None:
        self._add(-1)

    def _add(self, change: int) -> None:
        with self._changed:
            self._count += change
            self._changed.notify_all()

    def wait_for_the_last(self) -> None:
        """Wait until none is being answered: the database is about to be taken away."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._count == 0, PATIENCE_SECONDS)


class Quiet(WSGIRequestHandler):
    """Says nothing of each request: nobody reads it."""

    def log(self, *_said: object) -> None:
        """Say nothing."""


@contextmanager
def served(app: Flask, listener: socket.socket) -> Iterator[str]:
    """Serve the application on the listening socket until the block ends; gives its address."""
    answering = Answering()

    def whole(environ: "WSGIEnvironment", start_response: "StartResponse") -> list[bytes]:
        # This server leaves a file open whose reader went away in the middle of it.
        with answering:
            parts = app(environ, start_response)
            try:
                return [b"".join(parts)]
            finally:
                if hasattr(parts, "close"):
                    parts.close()

    server = make_server(
        "127.0.0.1", 0, whole, threaded=True, request_handler=Quiet, fd=listener.fileno()
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.shutdown()
    thread.join()
    server.server_close()
    answering.wait_for_the_last()
