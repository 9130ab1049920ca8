"""Officers' photos: kept with the officer's consent, shown on the screens of the unit, removed."""

import hashlib
from collections.abc import Collection, Mapping
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from shared.domain.errors import N_, Invalid, NotFound
from shared.models.organisation import Officer, OfficerPhoto


def keep(
    session: Session,
    officer_id: int,
    content: bytes,
    units: frozenset[int],
    account_id: int,
    now: datetime,
    *,
    consented: bool,
) -> None:
    """Keep an officer's photo, made anew as JPEG, in the place of an earlier one.

    Raises NotFound for an officer out of reach, Invalid naming `consent` when the officer has not
    agreed (personal data: Law 91/2025/QH15).
    """
    officer = _within(session, officer_id, units)
    if not consented:
        raise Invalid(
            "consent_missing",
            N_("Chỉ dùng ảnh khi cán bộ đã đồng ý. Xin đánh dấu nếu đã đồng ý."),
            field="consent",
        )
    photo = session.get(OfficerPhoto, officer.id)
    if photo is None:
        photo = OfficerPhoto(officer_id=officer.id)
        session.add(photo)
    photo.content, photo.digest = content, hashlib.sha256(content).hexdigest()
    photo.added_at, photo.account_id = now, account_id


def remove(session: Session, officer_id: int, units: frozenset[int]) -> None:
    """Remove an officer's photo; screens let go of it at their next contact.

    Raises NotFound for an officer out of reach or without one.
    """
    session.delete(_of(session, _within(session, officer_id, units).id))


def of_officer(session: Session, officer_id: int, units: frozenset[int]) -> OfficerPhoto | None:
    """Give the photo of an officer within reach; raises NotFound for one out of reach."""
    return session.get(OfficerPhoto, _within(session, officer_id, units).id)


def digests(session: Session, officer_ids: Collection[int]) -> Mapping[int, str]:
    """Give the digests (SHA-256, hex) of the photos there are, by officer."""
    query = select(OfficerPhoto.officer_id, OfficerPhoto.digest)
    rows = session.execute(query.where(OfficerPhoto.officer_id.in_(officer_ids)))
    return {row.officer_id: row.digest for row in rows}


def shown_at(session: Session, unit_id: int, digest: str, on: date) -> bytes:
    """Give a photo of an officer in service at a unit on a local day; raises NotFound."""
    content = session.scalar(
        select(OfficerPhoto.content)
        .join(Officer, OfficerPhoto.officer_id == Officer.id)
        .where(
            OfficerPhoto.digest == digest,
            Officer.unit_id == unit_id,
            Officer.valid_from <= on,
            or_(Officer.valid_to.is_(None), Officer.valid_to >= on),
        )
        .limit(1)
    )
    if content is None:
        raise NotFound
    return content


def _of(session: Session, officer_id: int) -> OfficerPhoto:
    photo = session.get(OfficerPhoto, officer_id)
    if photo is None:
        raise NotFound
    return photo


def _within(session: Session, officer_id: int, units: frozenset[int]) -> Officer:
    officer = session.get(Officer, officer_id)
    if officer is None or officer.unit_id not in units:
        raise NotFound
    return officer
