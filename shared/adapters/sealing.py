"""Sealing what came without a browser's script, and reading public keys.

Standard parts alone: AES-256-GCM (NIST SP 800-38D), RSA-OAEP with SHA-256 (RFC 8017), keys as
SubjectPublicKeyInfo (RFC 5280). Browsers do the same with WebCrypto: kiosk/static/sealed/seal.js.
"""

import base64
import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.domain.errors import N_, Invalid
from shared.domain.sealed import IV_BYTES, Envelope

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

SMALLEST_KEY, LARGEST_KEY = 3_072, 8_192  # bits; 3,072 and more hold beyond 2030 (NIST SP 800-57)
LONGEST_PUBLIC_KEY = 4_096


@dataclass(frozen=True)
class PublicKey:
    """A reader's public key as it is stored, and the fingerprint it goes by."""

    text: str  # SubjectPublicKeyInfo, base64 without lines
    fingerprint: str  # SHA-256 of it, hexadecimal


def read_public_key(text: str) -> PublicKey:
    """Read an RSA public key of 3,072 to 8,192 bits, base64 or PEM; raise Invalid for others."""
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415  see _load

    lines = [line for line in text[:LONGEST_PUBLIC_KEY].split() if "-" not in line]
    plain = "".join(line for line in lines if line not in {"PUBLIC", "BEGIN", "END"})
    try:
        der = base64.b64decode(plain, validate=True)
        key = _load(der)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise _wrong_key() from None
    if not SMALLEST_KEY <= key.key_size <= LARGEST_KEY:
        raise _wrong_key()
    return PublicKey(base64.b64encode(der).decode(), hashlib.sha256(der).hexdigest())


def seal(content: bytes, binding: str, keys: Mapping[str, str]) -> Envelope:
    """Seal `content` for public keys (base64) by their fingerprints; the fresh key is forgotten."""
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415  see _load
    from cryptography.hazmat.primitives.asymmetric import padding  # noqa: PLC0415  see _load
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415  see _load

    fresh, iv = AESGCM.generate_key(bit_length=256), os.urandom(IV_BYTES)
    oaep = padding.OAEP(mgf=padding.MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=None)
    wrapped = {
        fingerprint: _text(_load(base64.b64decode(key)).encrypt(fresh, oaep))
        for fingerprint, key in keys.items()
    }
    return Envelope(_text(iv), _text(AESGCM(fresh).encrypt(iv, content, binding.encode())), wrapped)


def _load(der: bytes) -> "RSAPublicKey":
    """Load a key; the library is only loaded here and above, as it takes 10 MB of every worker."""
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey  # noqa: PLC0415  above
    from cryptography.hazmat.primitives.serialization import load_der_public_key  # noqa: PLC0415

    key = load_der_public_key(der)
    if not isinstance(key, RSAPublicKey):
        raise TypeError
    return key


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _wrong_key() -> Invalid:
    return Invalid(
        "key_wrong", N_("Đây không phải khoá công khai RSA từ 3072 bit."), field="public_key"
    )
