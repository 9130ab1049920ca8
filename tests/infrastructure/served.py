"""An application served on loopback from a thread, for a browser to open."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.serving import make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


@contextmanager
def served(app: Flask, listener: socket.socket) -> Iterator[str]:
    """Serve the application on the listening socket until the block ends; gives its address."""

    def whole(environ: "WSGIEnvironment", start_response: "StartResponse") -> list[bytes]:
        # This server leaves a file open whose reader went away in the middle of it.
        parts = app(environ, start_response)
        try:
            return [b"".join(parts)]
        finally:
            if hasattr(parts, "close"):
                parts.close()

    server = make_server("127.0.0.1", 0, whole, threaded=True, fd=listener.fileno())
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.shutdown()
    thread.join()
    server.server_close()
