"""Codes typed by hand: wrong ones are counted and slow the next tries; right ones never count.

Nobody is locked out: a whole village may share one address, and who holds the QR code never waits.
The bound that all workers keep together, from however many addresses and however many at once:
`FREE_IN_ALL` wrong codes in a minute, then as many as `MOST_WAITING` waits of `LONGEST_SECONDS`
let through.
Of 10^16 codes and a hundred thousand cases that is one hit in some hundreds of years.
"""

from collections.abc import Callable
from typing import TypeVar

from flask import request

from kiosk.slowing import Slowing
from shared.domain.errors import Invalid, NotFound
from shared.domain.tracking_code import is_link, normalise_code

FREE_OF_AN_ADDRESS = 20  # wrong ones in a minute: people mistype, and many share an address
FREE_IN_ALL = 120
ALL = "all"
Found = TypeVar("Found")


class Guessing:
    """Counts wrong codes, of an address and in all; addresses are forgotten within the minute."""

    def __init__(self, by_address: Slowing | None = None, in_all: Slowing | None = None) -> None:
        # Places to wait apart: who guesses from one address takes none from the others.
        self._by_address = by_address or Slowing(free=FREE_OF_AN_ADDRESS)
        self._in_all = in_all or Slowing(free=FREE_IN_ALL)

    def unhurried(self, look: Callable[[], Found]) -> Found:
        """Look a typed code up, after a wait when many wrong ones came before.

        The wait comes before the look, so that its length tells nothing. Raises NotFound as
        `look` does, ServiceUnavailable when too many wait already.
        """
        address = _address()
        if self._by_address.is_over(address):
            self._by_address.wait(address)
        else:
            self._in_all.wait(ALL)
        try:
            return look()
        except NotFound:
            self._by_address.count(address)
            self._in_all.count(ALL)
            raise

    def forget(self) -> None:
        """Forget what was counted."""
        self._by_address.forget()
        self._in_all.forget()


typed = Guessing()


def unhurried(code: str, look: Callable[[], Found]) -> Found:
    """Look a code of an address up; only one short enough to be guessed waits.

    Raises NotFound as `look` does, ServiceUnavailable.
    """
    return look() if _is_link(code) else typed.unhurried(look)


def _is_link(code: str) -> bool:
    try:
        return is_link(normalise_code(code))
    except Invalid:
        return False


def _address() -> str:
    """Give who asks, as told by a proxy on this machine and by nobody else."""
    address = request.remote_addr or ""
    told = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return told[:45] if told and address in {"127.0.0.1", "::1"} else address
