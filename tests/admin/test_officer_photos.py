"""An officer's photo: consent, made anew, for the screens of the unit only, removed everywhere."""

import io

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.models.audit import AuditEvent
from shared.models.organisation import Officer, OfficerPhoto
from shared.services import channels
from tests.cast import Place, csrf
from tests.conftest import Clock

PLACE_TAKEN = b"Chup o nha rieng"


def a_photo() -> bytes:
    """Make a large JPEG that tells where it was taken."""
    exif = Image.Exif()
    exif[0x010E] = PLACE_TAKEN.decode()
    out = io.BytesIO()
    Image.new("RGB", (1200, 900), (200, 120, 90)).save(out, "JPEG", exif=exif)
    return out.getvalue()


@pytest.fixture
def officer(session: Session, places: dict[str, Place]) -> Officer:
    """The officer of Sen Hồng."""
    query = select(Officer).where(Officer.unit_id == places["sen"].unit_id).order_by(Officer.id)
    return session.scalars(query).first() or pytest.fail("nobody serves there")


def send(admin: FlaskClient, path: str, **fields: object) -> int:
    answer = admin.post(path, data={"csrf_token": csrf(admin), **fields})
    return answer.status_code


def upload(admin: FlaskClient, officer: Officer, content: bytes, **fields: object) -> int:
    path = f"/admin/organisation/officers/{officer.id}/photo"
    return send(admin, path, files=(io.BytesIO(content), "anh.jpg"), **fields)


def told(client: FlaskClient, token: str) -> list[object]:
    """List the photos a screen is told of."""
    answer = client.get("/api/v1/screen", headers={"Authorization": f"Bearer {token}"}).json
    return [one["photo"] for one in (answer or {})["officers"] if one["photo"]]


def status(client: FlaskClient, digest: object, token: str | None) -> int:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return client.get(f"/api/v1/screen/photos/{digest}", headers=headers).status_code


def test_a_photo_is_kept_only_with_consent_and_only_what_can_be_seen(
    admin: FlaskClient, officer: Officer, session: Session
) -> None:
    assert upload(admin, officer, a_photo()) == 422
    assert upload(admin, officer, b"GIF89a not a photo", consent="yes") == 422
    assert session.scalars(select(OfficerPhoto)).all() == []
    assert upload(admin, officer, a_photo(), consent="yes") == 303
    photo = session.scalars(select(OfficerPhoto)).one()
    assert PLACE_TAKEN not in photo.content
    with Image.open(io.BytesIO(photo.content)) as shown:
        assert (shown.format, max(shown.size)) == ("JPEG", 320)
    noted = session.scalars(select(AuditEvent).where(AuditEvent.subject == "officer_photo")).one()
    assert noted.action == "add"
    assert len(str(noted.change)) < 500


def test_screens_of_the_unit_alone_are_given_the_photo_until_it_is_removed(
    admin: FlaskClient,
    client: FlaskClient,
    officer: Officer,
    session: Session,
    clock: Clock,
) -> None:
    _kiosk, here = channels.pair(session, "Q-sen", None, clock())
    _other, elsewhere = channels.pair(session, "Q-lua", None, clock())
    session.commit()
    assert told(client, here) == []
    upload(admin, officer, a_photo(), consent="yes")
    [digest] = told(client, here)
    assert status(client, digest, here) == 200
    assert told(client, elsewhere) == []
    assert status(client, digest, elsewhere) == 404
    assert status(client, digest, None) == 401
    picture = f"/admin/organisation/officers/{officer.id}/photo.jpg"
    assert admin.get(picture).content_type == "image/jpeg"
    assert send(admin, f"/admin/organisation/officers/{officer.id}/photo/remove") == 303
    assert told(client, here) == []
    assert status(client, digest, here) == 404
    assert admin.get(picture).status_code == 404


def test_officers_of_other_units_do_not_exist(
    admin: FlaskClient, officer: Officer, session: Session, places: dict[str, Place]
) -> None:
    officer.unit_id = places["lua"].unit_id
    session.commit()
    path = f"/admin/organisation/officers/{officer.id}/photo"
    assert admin.get(path).status_code == 404
    assert admin.get(f"{path}.jpg").status_code == 404
