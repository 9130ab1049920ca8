"""Inspectors with keys, and what they find in a sealed text: one line from Sen Hồng upwards."""

import base64
import json
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID, uuid4

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.adapters import sealing
from shared.domain.access import Role
from shared.domain.sealed import Matter, binding, sealed_bytes
from shared.domain.tracking_code import CaseCode, code_of
from shared.models.account import Account
from shared.models.organisation import Unit
from shared.models.sealed import SealedReport
from shared.services import accounts, reach, sealed_readers, sealed_reports
from shared.services.sealed_reports import Filing, Opened, Text
from tests.cast import FOUNDED, Place
from tests.conftest import SECRET

TEXT = "Cán bộ mua-đường-lấy-lời gợi ý đưa thêm 500 nghìn để nhận hồ sơ."
CONTACT = "Zalo khoai-lang-tím"
WORDS_INSIDE = ("mua-đường-lấy-lời", "500 nghìn", "khoai-lang-tím")


@cache
def private_key(name: str) -> rsa.RSAPrivateKey:
    """Give somebody's key pair, made once."""
    return rsa.generate_private_key(public_exponent=65537, key_size=3072)


def public_key(key: rsa.RSAPrivateKey) -> sealing.PublicKey:
    """Give the public half as an inspector's browser sends it."""
    der = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return sealing.read_public_key(base64.b64encode(der).decode())


def raise_province(session: Session, places: dict[str, Place]) -> int:
    """Put a province above the units of the cast; give its key."""
    place = next(iter(places.values()))
    province = Unit(
        organisation_id=place.organisation_id,
        code="TINH",
        name="Tỉnh Hoa Sen",
        level="province",
        valid_from=FOUNDED,
    )
    session.add(province)
    session.flush()
    for one in places.values():
        session.get_one(Unit, one.unit_id).parent_id = province.id
    session.flush()
    return province.id


def give_key(session: Session, name: str, key: str, now: datetime) -> None:
    """Let a person register one of the tests' keys."""
    account = session.scalars(select(Account).where(Account.name == name)).one()
    public = public_key(private_key(key))
    actor = reach.actor_with(session, account)
    sealed_readers.register_key(session, actor, public.text, public.fingerprint, now)


def add_inspector(
    session: Session,
    name: str,
    unit_id: int,
    now: datetime,
    officer_id: int | None = None,
) -> None:
    """Add a named inspector of a unit who has a key."""
    accounts.add(session, name, name, [(Role.INSPECTOR, unit_id)], now, officer_id=officer_id)
    give_key(session, name, name, now)


def filing(
    session: Session, unit_id: int, officer_id: int | None = None, form: UUID | None = None
) -> tuple[Filing, CaseCode]:
    """Seal the report for everybody who may read it, with its code."""
    form = form or uuid4()
    keys = {
        one.key.fingerprint: one.key.public_key
        for one in sealed_readers.readers(session, unit_id, officer_id)
    }
    envelope = sealing.seal(sealed_bytes(TEXT, CONTACT), binding(form), keys)
    text = Text(form, binding(form), envelope, sealed_reports.ON_RECEIPT)
    filed = Filing(
        text=text,
        unit_id=unit_id,
        matter=Matter.EXTRA_MONEY,
        officer_id=officer_id,
        language="vi",
    )
    return filed, code_of(form, SECRET)


def report(
    session: Session, unit_id: int, now: datetime, officer_id: int | None = None
) -> tuple[SealedReport, CaseCode]:
    """File the report and commit it."""
    filed, code = filing(session, unit_id, officer_id)
    found = sealed_reports.receive(session, filed, code, now)
    session.commit()
    return found, code


def record(session: Session, key: str, place: Place, now: datetime) -> dict[str, Any]:
    """Let somebody report a unit's officer to its inspector; give the report's keys."""
    give_key(session, f"inspector-{key}", key, now)
    form = UUID(int=place.unit_id * 10 + 7, version=4)
    filed, code = filing(session, place.unit_id, place.officer_id, form)
    found = sealed_reports.receive(session, filed, code, now)
    return {"sealed_number": found.number, "sealed_code": code.link}


def read(opened: Opened, keys: Sequence[rsa.RSAPrivateKey]) -> dict[str, Any]:
    """Open a sealed text as an inspector's browser does."""
    oaep = padding.OAEP(mgf=padding.MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=None)
    by_fingerprint = {public_key(key).fingerprint: key for key in keys}
    for fingerprint, wrapped in opened.keys.items():
        fresh = by_fingerprint[fingerprint].decrypt(base64.b64decode(wrapped), oaep)
        plain = AESGCM(fresh).decrypt(
            base64.b64decode(opened.iv), base64.b64decode(opened.data), opened.binding.encode()
        )
        found: dict[str, Any] = json.loads(plain)
        return found
    raise AssertionError("no key was given out")
