"""The guard: through which paired kiosk does this request come?"""

from collections import Counter
from datetime import datetime
from threading import Lock

from flask import current_app, g, request
from werkzeug.exceptions import TooManyRequests, Unauthorized

from shared.domain.errors import NotAllowed
from shared.services import channels
from shared.services.channels import KioskChannel
from shared.web import current
from shared.web.lines import stand_in_line

# Far above what a screen can touch or the bench sends: it stops a broken loop, not a queue.
REQUESTS_PER_MINUTE = 300_000


class MinuteCount:
    """How often each kiosk came in the minute under way, to this process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._minute = 0
        self._counts: Counter[int] = Counter()

    def add(self, kiosk_id: int, now: datetime) -> int:
        """Count one more; give how many it is now."""
        minute = int(now.timestamp()) // 60
        with self._lock:
            if minute != self._minute:
                self._minute, self._counts = minute, Counter()
            self._counts[kiosk_id] += 1
            return self._counts[kiosk_id]


def require_kiosk() -> None:
    """Let only a paired kiosk through: 401 without a known token, 403 with a revoked one."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    channel = None
    if kind.lower() == "bearer" and token.strip():
        channel = channels.recognise(current.session(), token.strip())
    if channel is None:
        raise Unauthorized
    if channel.revoked:
        raise NotAllowed
    came: MinuteCount = current_app.extensions.setdefault("kiosk_minute", MinuteCount())
    if came.add(channel.kiosk_id, current.now()) > REQUESTS_PER_MINUTE:
        raise TooManyRequests(retry_after=5)
    g.kiosk_channel = channel


def require_kiosk_in_line() -> None:
    """Let a paired kiosk through when its turn has come; whoever sends slowly holds nobody up."""
    request.get_data()
    stand_in_line()
    require_kiosk()


def kiosk_channel() -> KioskChannel:
    """Give the kiosk the guard let through."""
    channel: KioskChannel = g.kiosk_channel
    return channel
