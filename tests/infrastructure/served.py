"""An application served on loopback from a thread, for a browser to open."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from flask import Flask
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


PATIENCE_SECONDS = 30.0


class Server(ThreadedWSGIServer):
    """Knows every connection from before its thread runs, and leaves none behind.

    A thread that came late would open the next test's database before it is there, and keep it.
    """

    def __init__(self, app: Any, listener: socket.socket, tls: ssl.SSLContext | None) -> None:
        self._changed: threading.Condition = threading.Condition()
        self._open: set[Any] = set()
        fd = listener.fileno()
        super().__init__("127.0.0.1", 0, app, handler=Quiet, ssl_context=tls, fd=fd)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Begin a thread for a connection."""
        with self._changed:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """End a connection: whatever was asked by it is answered."""
        super().shutdown_request(request)
        with self._changed:
            self._open.discard(request)
            self._changed.notify_all()

    def leave(self) -> None:
        """Answer what has come, take nothing more, and wait for the last thread."""
        self.server_close()
        with self._changed:
            for connection in self._open:  # a browser opens some before it has anything to ask
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RD)
            assert self._changed.wait_for(lambda: not self._open, PATIENCE_SECONDS)


class Quiet(WSGIRequestHandler):
    """Says nothing of each request: nobody reads it."""

    def log(self, *_said: object) -> None:
        """Say nothing."""


@contextmanager
def served(app: Flask, listener: socket.socket, tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """Serve the application on the listening socket until the block ends; gives its address."""

    def whole(environ: "WSGIEnvironment", start_response: "StartResponse") -> list[bytes]:
        # This server leaves a file open whose reader went away in the middle of it.
        parts = app(environ, start_response)
        try:
            return [b"".join(parts)]
        finally:
            if hasattr(parts, "close"):
                parts.close()

    server = Server(whole, listener, tls)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"{'http' if tls is None else 'https'}://127.0.0.1:{listener.getsockname()[1]}"
    server.shutdown()
    thread.join()
    server.leave()
