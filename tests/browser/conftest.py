"""Browser tests run against the real clock: the browser has one of its own."""

import socket
from collections.abc import Callable
from datetime import UTC, datetime

import pytest


@pytest.fixture
def clock() -> Callable[[], datetime]:
    """The real clock."""
    return lambda: datetime.now(UTC)


@pytest.fixture
def public_port(listening_socket: socket.socket) -> int:
    """The port that the live server listens on, so that links lead to it."""
    port: int = listening_socket.getsockname()[1]
    return port
