"""The guard: through which paired kiosk does this request come?"""

from flask import g, request
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from werkzeug.exceptions import TooManyRequests, Unauthorized

from shared.domain.errors import NotAllowed
from shared.services import channels
from shared.services.channels import KioskChannel
from shared.web import current

# Far above what a screen can touch or the bench sends: it stops a broken loop, not a queue.
REQUESTS_PER_MINUTE = RateLimitItemPerMinute(300_000)
_limiter = FixedWindowRateLimiter(MemoryStorage())


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
    if not _limiter.hit(REQUESTS_PER_MINUTE, str(channel.kiosk_id)):
        raise TooManyRequests(retry_after=5)
    g.kiosk_channel = channel


def kiosk_channel() -> KioskChannel:
    """Give the kiosk the guard let through."""
    channel: KioskChannel = g.kiosk_channel
    return channel
