"""Telling other systems of events: which, to what addresses, signed how, and for how long tried."""

import base64
import hashlib
import hmac
from collections.abc import Collection, Mapping
from datetime import datetime
from enum import StrEnum
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from urllib.parse import SplitResult, urlsplit

from shared.domain.complaint import Action
from shared.domain.errors import N_, Invalid

Network = IPv4Network | IPv6Network
LONGEST_URL = 500
MOST_TRIES = 15  # with the waits of an outbox message: about two days
_SECRET_PREFIX = "whsec_"  # noqa: S105  what the scheme begins every secret with
_NAT64 = ip_network("64:ff9b::/96")
_UNICAST = ip_network("2000::/3")  # all that is given out; what lies beside it means something else


class Event(StrEnum):
    """What another system can be told of."""

    RECEIVED = "case.received"
    ACCEPTED = "case.accepted"
    TRANSFERRED = "case.transferred"
    ANSWERED = "case.answered"
    REFUSED = "case.refused"
    APPEALED = "case.appealed"
    CLOSED = "case.closed"
    WITHDRAWN = "case.withdrawn"
    OVERDUE = "case.overdue"


# The steps of a case that are events; the others stay in the house.
EVENT_OF: Mapping[str, Event] = {
    "receive": Event.RECEIVED,
    Action.ACCEPT: Event.ACCEPTED,
    Action.TAKE: Event.ACCEPTED,
    Action.TRANSFER: Event.TRANSFERRED,
    Action.TRANSFER_OUT: Event.TRANSFERRED,
    Action.ANSWER: Event.ANSWERED,
    Action.REFUSE: Event.REFUSED,
    Action.APPEAL: Event.APPEALED,
    Action.CLOSE: Event.CLOSED,
    Action.WITHDRAW: Event.WITHDRAWN,
}


def checked_url(text: str, own: Collection[Network]) -> str:
    """Give the address as it is kept; Invalid `url_wrong`, or `url_inside` for a private one.

    A name is looked up only when something is sent, and its address judged then.
    """
    url = text.strip()
    parts = _split(url)
    if parts is None or len(url) > LONGEST_URL:
        raise Invalid(
            "url_wrong",
            N_("Xin ghi địa chỉ https:// đầy đủ, không kèm tên đăng nhập."),
            field="url",
        )
    host = parts.hostname or ""
    literal = _address(host)
    if literal is None and (host == "localhost" or host.endswith(".localhost")):
        literal = ip_address("127.0.0.1")
    if literal is not None and not may_be_reached(literal, own):
        raise Invalid(
            "url_inside",
            N_("Địa chỉ này nằm trong mạng nội bộ. Người vận hành mở mạng đó trước."),
            field="url",
        )
    return url


def may_be_reached(address: IPv4Address | IPv6Address, own: Collection[Network]) -> bool:
    """Say whether something may be sent to an address: a public one, or one of the own networks.

    An IPv4 address within an IPv6 one counts as what it is.
    """
    plain = _unwrapped(address)
    if any(plain in network or address in network for network in own):
        return True
    given_out = isinstance(plain, IPv4Address) or plain in _UNICAST
    return plain.is_global and given_out and not plain.is_multicast


def checked_events(names: Collection[str]) -> str:
    """Give the names of events as they are kept; Invalid for none or an unknown one."""
    known = [str(event) for event in Event if event in names]
    if not known or len(known) != len(set(names)):
        raise Invalid("events_missing", N_("Xin chọn ít nhất một sự kiện."), field="events")
    return " ".join(known)


def secret_of(salt: str, key: str) -> str:
    """Give the secret of an address, as its receiver keeps it: `whsec_` and 32 bytes in base 64.

    It follows from the salt in the database and the key of the installation, which lies in a file
    of its own: who has the database alone can sign nothing.
    """
    drawn = hmac.digest(key.encode(), f"webhook {salt}".encode(), "sha256")
    return _SECRET_PREFIX + base64.b64encode(drawn).decode()


def signed(secret: str, name: str, at: datetime, body: bytes) -> dict[str, str]:
    """Give the headers of a message (Standard Webhooks): its name, the instant, the signature.

    The signature is HMAC-SHA256 over name, seconds since 1970 and body, a dot between them; the
    instant in it lets the receiver refuse what somebody sends once more later.
    """
    seconds = str(int(at.timestamp()))
    key = base64.b64decode(secret.removeprefix(_SECRET_PREFIX))
    content = f"{name}.{seconds}.".encode() + body
    digest = hmac.new(key, content, hashlib.sha256).digest()
    return {
        "webhook-id": name,
        "webhook-timestamp": seconds,
        "webhook-signature": "v1," + base64.b64encode(digest).decode(),
    }


def _split(url: str) -> SplitResult | None:
    if not (url.isascii() and url.isprintable()) or " " in url:
        return None
    try:
        parts = urlsplit(url)
        sound = parts.scheme == "https" and parts.port != 0 and bool(parts.hostname)
    except ValueError:  # a port out of range or a broken bracket
        return None
    return parts if sound and parts.username is None and not parts.fragment else None


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _unwrapped(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    if isinstance(address, IPv4Address):
        return address
    inside = address.ipv4_mapped or address.sixtofour
    if inside is None and address in _NAT64:
        inside = IPv4Address(int(address) & 0xFFFFFFFF)
    return inside or address
