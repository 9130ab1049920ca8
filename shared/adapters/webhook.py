"""Sending a signed message to an address: over https, to the very address that was judged."""

import socket
import ssl
from collections.abc import Collection, Mapping
from http.client import HTTPException, HTTPSConnection
from ipaddress import ip_address
from pathlib import Path
from threading import Timer
from urllib.parse import urlsplit

from shared.domain.webhook import Network, may_be_reached

TIMEOUT_SECONDS = 10.0
LONGEST_SECONDS = 20.0  # in all: one that answers letter by letter holds nobody up
HTTPS = 443
_OF_THE_MOMENT = (408, 425, 429)  # too slow, too early, too many: the same for every message


class NotTaken(Exception):
    """The other side did not take a message; the text says why, in a word or a status."""


class Refused(NotTaken):
    """The other side finds fault with this message, and may well take another."""


def send(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    own: Collection[Network],
    authority: Path | None,
) -> None:
    """Post a body to an address; raises NotTaken for anything but an answer from 200 to 299.

    `own` are networks that may be reached besides public addresses, `authority` a file with the
    certificates trusted besides the system's. Follows no redirection, keeps nothing of the answer.
    """
    parts = urlsplit(url)
    connection = _Judged(parts.hostname or "", parts.port or HTTPS, own, _context(authority))
    guard = Timer(LONGEST_SECONDS, connection.cut)
    guard.daemon = True
    guard.start()
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    given = {"content-type": "application/json", "user-agent": "niemno", **headers}
    try:
        connection.request("POST", target, body=body, headers=given)
        status = connection.getresponse().status
    except ssl.SSLCertVerificationError:
        raise NotTaken("certificate") from None
    except (OSError, HTTPException, ValueError) as error:
        raise NotTaken(type(error).__name__) from error
    finally:
        guard.cancel()
        connection.close()
    if 400 <= status < 500 and status not in _OF_THE_MOMENT:
        raise Refused(str(status))
    if not 200 <= status < 300:
        raise NotTaken(str(status))


class _Judged(HTTPSConnection):
    """A connection to an address that may be reached, whatever the name is said to mean next.

    The name is looked up once; what is judged is what is connected to, so that a name whose
    address changes between the two leads nowhere else.
    """

    def __init__(
        self, host: str, port: int, own: Collection[Network], context: ssl.SSLContext
    ) -> None:
        super().__init__(host, port, timeout=TIMEOUT_SECONDS, context=context)
        self._own = own
        self._context_of_tls = context
        self._late = False

    def connect(self) -> None:
        """Connect to the first address of the name, when every one of them may be reached."""
        found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        places = [place[4] for place in found]
        if not all(may_be_reached(ip_address(_plain(place[0])), self._own) for place in places):
            raise NotTaken("address inside")
        plain = socket.create_connection((str(places[0][0]), self.port), self.timeout)
        tls = self._context_of_tls.wrap_socket(
            plain, server_hostname=self.host, do_handshake_on_connect=False
        )
        self.sock = tls  # from here on it can be cut
        if self._late:
            raise TimeoutError
        tls.do_handshake()

    def cut(self) -> None:
        """End the connection under whoever waits for it, also one that is still to be made."""
        self._late = True
        if self.sock is not None:
            try:
                self.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                return


def _plain(address: str | int) -> str:
    return str(address).partition("%")[0]  # without the zone of a link's own address


def _context(authority: Path | None) -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if authority is not None:
        context.load_verify_locations(authority)
    return context
