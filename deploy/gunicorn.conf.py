"""How gunicorn serves: `make run`, `niemno run` and a service unit all use this file."""

import gc
import os
import signal
import ssl
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gunicorn.http.errors import ParseException

from shared.config import PROJECT_ROOT, ConfigurationError, Settings

SILENCE_SECONDS = 20.0
GREETING_SECONDS = 5.0
DRAIN_BYTES = 64 * 1024 * 1024
DRAIN_SECONDS = 10.0
DRAIN_SILENCE_SECONDS = 2.0
DRAIN_STEP_BYTES = 64 * 1024
HANGUP = signal.getsignal(signal.SIGHUP)

# What is loaded stays: looking through it takes a fifth of the start, and a worker that does so
# makes copies of what it shares with the others.
gc.disable()

try:
    settings = Settings.from_environment(os.environ)
except ConfigurationError as error:
    sys.exit(str(error))

wsgi_app = "deploy.wsgi:app"
chdir = str(PROJECT_ROOT)
preload_app = True  # loaded once and shared by the workers: 50 MB less, and faults show at once
bind = f"{settings.bind_address}:{settings.port}"
proc_name = "niemno"
# Read anew for each connection, so a renewed certificate needs no restart.
certfile = str(settings.certificate) if settings.certificate else None
keyfile = str(settings.certificate_key) if settings.certificate_key else None

# Browsers open connections they do not use at once; threads keep those from starving the others.
worker_class = "deploy.turns.TurnTaker"
workers = 2
threads = 16
timeout = 60
graceful_timeout = 10
keepalive = 15

limit_request_line = 4094
limit_request_fields = 50
limit_request_field_size = 8190
# Only a proxy on this machine may say which address and scheme a request came with.
forwarded_allow_ips = "127.0.0.1,::1"

# A slow disk must not look like a worker that hangs.
if Path("/dev/shm").is_dir():  # noqa: S108  a file gunicorn makes there has no name
    worker_tmp_dir = "/dev/shm"  # noqa: S108  as above
# The default socket lies in the home directory, where two installations replace each other's.
control_socket_disable = True
# A resident's address and time belong in no file.
accesslog = None
errorlog = "-"
# Warnings quote requests that are none, with the sender's address: a token may stand in them.
loglevel = "error"


class GreetedSocket(ssl.SSLSocket):
    """A TLS connection that holds a thread only as long as it says something.

    Browsers open connections ahead of need, and gunicorn waits for their first word in a thread.
    """

    def do_handshake(self, block: bool = False) -> None:
        """Agree on keys; silence ends the connection."""
        self.settimeout(GREETING_SECONDS)
        try:
            super().do_handshake(block)
        except TimeoutError as error:
            raise ssl.SSLEOFError(ssl.SSL_ERROR_EOF, "no handshake") from error

    def recv(self, buflen: int = 1024, flags: int = 0) -> bytes:
        """Read; silence before a request counts as the end, in a request it is an error."""
        try:
            return super().recv(buflen, flags)
        except TimeoutError:
            if self.gettimeout() != GREETING_SECONDS:
                raise
            self.close()  # else all others would wait while gunicorn lingers for the other side
            return b""


def ssl_context(_config: object, make: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
    """Speak TLS 1.2 or newer, as Python's own defaults say, through greeted sockets."""
    context = make()
    context.sslsocket_class = GreetedSocket
    return context


def on_starting(_server: object) -> None:
    """Stop with one line when another program has the port."""
    try:
        settings.require_free_port()
    except ConfigurationError as error:
        sys.exit(str(error))


def when_ready(_server: object) -> None:
    """Let a terminal that is closed end everything, unless whoever began this said otherwise.

    Gunicorn would begin anew instead: nobody would do the jobs any more, and the port stay taken.
    """
    if HANGUP is signal.SIG_IGN:  # as nohup has it
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    else:
        signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))


def pre_fork(_server: object, _worker: object) -> None:
    """Let the collector of garbage look at what comes from now on."""
    gc.freeze()
    gc.enable()


def post_worker_init(_worker: object) -> None:
    """Let one signal end a worker: gunicorn's own handler hangs when a second one interrupts it.

    Ctrl-C reaches every process of the group; the master then sends SIGQUIT to its workers.
    What was answered is on disk, so there is nothing to tidy up.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGQUIT, lambda _number, _frame: os._exit(0))


def post_fork(_server: object, worker: object) -> None:
    """Let one signal end a worker that is not set up yet, too: it has its master's handlers.

    They only note a signal, and Ctrl-C would take the ten seconds until the master kills it.
    """
    post_worker_init(worker)


def pre_request(_worker: object, request: Any) -> None:
    """Let a sender that falls silent in the middle of a body hold a thread for a while only."""
    request.unreader.sock.settimeout(SILENCE_SECONDS)


def post_request(_worker: object, request: Any, _environ: object, _response: object) -> None:
    """Take in what is left of a body nobody read: closing on it would cut off the answer (413)."""
    deadline = time.monotonic() + DRAIN_SECONDS
    left = DRAIN_BYTES
    request.unreader.sock.settimeout(DRAIN_SILENCE_SECONDS)
    try:
        while left > 0 and time.monotonic() < deadline:
            taken = len(request.body.read(DRAIN_STEP_BYTES))
            if not taken:
                return
            left -= taken
    except (OSError, ParseException):
        return  # the sender is gone, silent or talks nonsense
