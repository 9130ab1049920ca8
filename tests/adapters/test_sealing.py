"""Sealing on receipt, and which public keys are taken."""

import base64

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from shared.adapters import sealing
from shared.domain.errors import Invalid
from tests.sealed_world import private_key, public_key

OAEP = padding.OAEP(mgf=padding.MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=None)


def text_of(key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey, encoding: Encoding) -> str:
    written = key.public_bytes(encoding, PublicFormat.SubjectPublicKeyInfo)
    pem = encoding is Encoding.PEM
    return written.decode() if pem else base64.b64encode(written).decode()


def test_every_reader_opens_what_was_sealed_and_only_in_its_own_report() -> None:
    names = ("an", "binh")
    keys = {public_key(private_key(name)).fingerprint: name for name in names}
    publics = {
        public_key(private_key(name)).fingerprint: public_key(private_key(name)).text
        for name in names
    }
    sealed = sealing.seal(b"secret", "here", publics)
    assert "secret" not in sealed.data
    for fingerprint, wrapped in sealed.wrapped.items():
        fresh = private_key(keys[fingerprint]).decrypt(base64.b64decode(wrapped), OAEP)
        iv, data = base64.b64decode(sealed.iv), base64.b64decode(sealed.data)
        assert AESGCM(fresh).decrypt(iv, data, b"here") == b"secret"
        with pytest.raises(InvalidTag):
            AESGCM(fresh).decrypt(iv, data, b"elsewhere")


def test_the_same_words_are_never_sealed_alike() -> None:
    key = public_key(private_key("an"))
    one, other = (sealing.seal(b"x", "", {key.fingerprint: key.text}) for _ in range(2))
    assert (one.iv, one.data) != (other.iv, other.data)


def test_a_key_is_taken_as_base64_and_as_pem() -> None:
    key = private_key("an").public_key()
    found = [sealing.read_public_key(text_of(key, form)) for form in (Encoding.DER, Encoding.PEM)]
    assert found[0] == found[1] == public_key(private_key("an"))


def test_a_weak_or_other_key_is_refused() -> None:
    weak = rsa.generate_private_key(public_exponent=65537, key_size=1024).public_key()
    curve = ec.generate_private_key(ec.SECP256R1()).public_key()
    for text in (text_of(weak, Encoding.DER), text_of(curve, Encoding.DER), "", "abc", "A" * 9_999):
        with pytest.raises(Invalid, match="3072"):
            sealing.read_public_key(text)
