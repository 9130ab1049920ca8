"""The keys of a case: 128 bits in its QR code, sixteen digits to type; only hashes are kept."""

import hashlib
import hmac
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from uuid import UUID

from shared.domain.errors import N_, Invalid

# Crockford's base 32: no I, L, O, U, so that what is read aloud or copied by hand comes back whole.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})
LINK_SYMBOLS = 26  # five bits each hold 128
DIGITS = 16  # 53 bits: searched in the end, so kept with a key and slowed where it is typed
EARLIER_SYMBOLS = 12  # of the codes handed out before, `NN-XXXX-XXXX-XXXX`
EARLIER_PREFIX = "NN"
EARLIER_SALT = b"niemno tracking code"
# Each thread keeps the 16 MiB that scrypt takes: sixteen kept 320 MB, one keeps 32.
_ONE_AFTER_ANOTHER = ThreadPoolExecutor(1, "earlier codes")
EARLIER_WORK = {"n": 2**14, "r": 8, "p": 1}  # of scrypt; with other figures none is found


@dataclass(frozen=True)
class CaseCode:
    """What opens a case: the link of its QR code, and digits for who cannot scan."""

    link: str
    digits: str  # as printed, in four groups
    digits_hash: str = field(repr=False)

    @property
    def link_hash(self) -> str:
        """Give what is kept of the link."""
        return hash_link(self.link)


def code_of(form_id: UUID, secret: str) -> CaseCode:
    """Return the code of a form: the same when it is sent again, unknown without the key."""
    drawn = hmac.digest(secret.encode(), b"case code " + form_id.bytes, "sha256")[:16]
    link = _symbols(int.from_bytes(drawn))
    digits = digits_of(link)
    return CaseCode(link, digits, hash_digits(digits, secret))


def digits_of(link: str) -> str:
    """Return the digits that go with a link, as printed; they do not lead back to it."""
    drawn = hashlib.sha256(b"niemno digits " + link.encode()).digest()
    text = f"{int.from_bytes(drawn) % 10**DIGITS:0{DIGITS}d}"
    return _grouped(text)


def hash_link(link: str) -> str:
    """Return what is kept of a link: 128 random bits need no slow hash."""
    return hashlib.sha256(b"niemno link " + link.encode()).hexdigest()


def hash_digits(digits: str, secret: str) -> str:
    """Return what is kept of digits: without the installation's key nobody can try them out."""
    return hmac.digest(secret.encode(), b"case digits " + digits.encode(), "sha256").hex()


def hash_earlier(code: str) -> str:
    """Return what is kept of a code of sixty bits, as they were handed out before."""
    return _ONE_AFTER_ANOTHER.submit(_hash_earlier, code).result()


def _hash_earlier(code: str) -> str:
    return hashlib.scrypt(code.encode(), salt=EARLIER_SALT, **EARLIER_WORK).hex()[:64]


def is_link(code: str) -> bool:
    """Say whether a normalised code is that of a QR code, which nobody can guess."""
    return len(code) == LINK_SYMBOLS


def is_digits(code: str) -> bool:
    """Say whether a normalised code is the one to type."""
    return " " in code


def shown(code: str) -> str:
    """Return how a normalised code is shown to its owner: a link by its digits."""
    return digits_of(code) if is_link(code) else code


def normalise_code(text: str) -> str:
    """Return the printed form of a code however it was typed; raise Invalid when it is none.

    Letter case, blanks, dashes, full-width signs and a missing prefix do not matter; O is read
    as 0, I and L as 1. A pasted address counts by its last part.
    """
    typed = unicodedata.normalize("NFKC", text[:200]).upper().partition("?")[0].rpartition("/")[2]
    symbols = "".join(sign for sign in typed if sign.isalnum()).translate(MISREAD)
    if len(symbols) == EARLIER_SYMBOLS + len(EARLIER_PREFIX):
        symbols = symbols.removeprefix(EARLIER_PREFIX)
    if set(symbols) <= set(ALPHABET):
        if len(symbols) == LINK_SYMBOLS:
            return symbols
        if len(symbols) == DIGITS and symbols.isdigit():
            return _grouped(symbols)
        if len(symbols) == EARLIER_SYMBOLS:
            return f"{EARLIER_PREFIX}-{_grouped(symbols, '-')}"
    raise Invalid(
        "code_wrong",
        N_("Mã theo dõi gồm 16 chữ số. Xin Ông/Bà kiểm tra lại."),
        field="code",
    )


def _grouped(symbols: str, between: str = " ") -> str:
    return between.join(symbols[first : first + 4] for first in range(0, len(symbols), 4))


def _symbols(number: int) -> str:
    found = ""
    for _place in range(LINK_SYMBOLS):
        number, chosen = divmod(number, len(ALPHABET))
        found = ALPHABET[chosen] + found
    return found
