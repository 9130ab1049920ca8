"""The number by which staff open their corner of a desk screen, also while it is off the network.

It follows from the installation's secret and the kiosk's token, so nothing is stored, and a screen
that is paired anew has another one. The screen itself gets only what it needs to check a number.
"""

import hashlib
import hmac
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy.orm import Session

from shared.models.channel import Kiosk

DIGITS = 6
ROUNDS = 100_000  # six digits are few: each guess from a stolen disk is to cost something


@dataclass(frozen=True)
class PinCheck:
    """What a screen checks a typed number by: PBKDF2 with SHA-256, salt and digest in hex."""

    salt: str
    rounds: int
    digest: str


def pin(session: Session, kiosk_id: int, secret: str) -> str:
    """Give a kiosk's staff number: six digits, for whoever may manage the kiosk."""
    kiosk = session.get_one(Kiosk, kiosk_id)
    whole = hmac.digest(secret.encode(), f"staff-pin:{kiosk.token_hash}".encode(), "sha256")
    return f"{int.from_bytes(whole[:8]) % 10**DIGITS:0{DIGITS}}"


def check(session: Session, kiosk_id: int, secret: str) -> PinCheck:
    """Give what a kiosk checks its staff number by."""
    kiosk = session.get_one(Kiosk, kiosk_id)
    salt = hmac.digest(secret.encode(), f"staff-salt:{kiosk.token_hash}".encode(), "sha256")[:16]
    return PinCheck(salt.hex(), ROUNDS, _stretched(pin(session, kiosk_id, secret), salt))


@lru_cache(maxsize=1_000)
def _stretched(number: str, salt: bytes) -> str:
    return hashlib.pbkdf2_hmac("sha256", number.encode(), salt, ROUNDS).hex()
