"""Quản trị: kiosks paired and revoked, QR codes printed, within the administrator's own units."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from admin.views import channels as channel_pages
from shared.config import Settings
from shared.jobs import loop
from shared.models.channel import Invitation, Kiosk
from shared.models.organisation import Desk
from shared.services import channels, invitations
from shared.services.invitations import Target
from tests import cast
from tests.adapters.decoding import decode_page, decode_pdf, decode_png, decode_svg
from tests.cast import Place
from tests.conftest import Clock


def token_of(session: Session, place: Place, clock: Clock) -> str:
    """The public token of a desk's code."""
    token = invitations.printed(session, place.unit_id, Target.DESK, place.desk_id, clock())
    session.commit()
    return token


def test_an_unknown_code_is_refused_and_stays_in_the_form(
    admin: FlaskClient, places: dict[str, Place]
) -> None:
    fields = {"code": "AAAA-BBBB", "desk": str(places["sen"].desk_id)}
    status, page = cast.send(admin, "/admin/kiosks", fields)
    assert status == 422
    assert 'value="AAAA-BBBB"' in page
    assert 'id="code-error"' in page


def test_pairing_needs_a_desk_within_reach(
    admin: FlaskClient, session: Session, places: dict[str, Place]
) -> None:
    for desk in ("", "x", "999999", str(places["lua"].desk_id)):
        fields = {"code": "AAAA-BBBB", "desk": desk}
        assert cast.send(admin, "/admin/kiosks", fields)[0] in {404, 422}, desk
    assert session.scalars(select(Kiosk)).all() == []


def test_a_revoked_kiosk_may_not_send(
    admin: FlaskClient, app: Flask, session: Session, clock: Clock, places: dict[str, Place]
) -> None:
    kiosk, token = channels.pair(session, "Q-sen", None, clock())
    session.commit()
    page = admin.get("/admin/kiosks").get_data(as_text=True)
    assert kiosk.code in page
    csrf = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert csrf is not None
    path = f"/admin/kiosks/{kiosk.id}/revoke"
    assert admin.post(path, data={"csrf_token": csrf.group(1)}).status_code == 302
    screen = {"Authorization": f"Bearer {token}"}
    assert app.test_client().get("/api/v1/screen", headers=screen).status_code == 403


def test_another_units_kiosk_is_neither_shown_nor_revoked(
    admin: FlaskClient, session: Session, clock: Clock
) -> None:
    kiosk, _token = channels.pair(session, "Q-lua", None, clock())
    session.commit()
    page = admin.get("/admin/kiosks").get_data(as_text=True)
    assert kiosk.code not in page
    csrf = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert csrf is not None
    path = f"/admin/kiosks/{kiosk.id}/revoke"
    assert admin.post(path, data={"csrf_token": csrf.group(1)}).status_code == 404


def test_a_sheet_shows_a_code_that_opens_the_desks_page(
    admin: FlaskClient, session: Session, places: dict[str, Place], settings: Settings
) -> None:
    place = places["sen"]
    path = f"/admin/codes/sheet?unit={place.unit_id}&desk={place.desk_id}"
    page = admin.get(path).get_data(as_text=True)
    token = session.scalars(select(Invitation.token)).one()
    assert f"/admin/codes/{token}.svg" in page
    assert f"/q/{token}" in page
    assert "PUBLIC_URL" in page  # beside a code that phones cannot open
    admin.get(path)
    assert session.scalars(select(Invitation.token)).all() == [token]
    address = f"{settings.public_url}/q/{token}"
    assert decode_svg(admin.get(f"/admin/codes/{token}.svg").data) == address
    assert decode_pdf(admin.get(f"/admin/codes/{token}.pdf").data) == address


def test_a_sheet_is_printed_for_ones_own_units_only(
    admin: FlaskClient, session: Session, clock: Clock, places: dict[str, Place]
) -> None:
    other = places["lua"]
    foreign = f"/admin/codes/sheet?unit={other.unit_id}&desk={other.desk_id}"
    assert admin.get(foreign).status_code == 404
    mine = f"/admin/codes/sheet?unit={places['sen'].unit_id}"
    assert admin.get(f"{mine}&desk={other.desk_id}").status_code == 404
    token = token_of(session, other, clock)
    for form in ("svg", "pdf"):
        assert admin.get(f"/admin/codes/{token}.{form}").status_code == 404
    assert session.scalars(select(Invitation.unit_id)).all() == [other.unit_id]


def test_a_sheet_of_nothing_says_what_to_do_and_keeps_the_paper_that_was_chosen(
    admin: FlaskClient, session: Session, places: dict[str, Place]
) -> None:
    unit = f"unit={places['sen'].unit_id}"
    answer = admin.get(f"/admin/codes/sheet?{unit}&layout=sticker")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Hãy chọn ít nhất một quầy, cán bộ hoặc thủ tục" in page
    assert 'href="#desk"' in page
    assert 'id="desk"' in page
    assert re.search(r'value="sticker" checked', page)
    assert session.scalars(select(Invitation)).all() == []


def test_a_poster_shows_the_five_faces_in_words(
    admin: FlaskClient, places: dict[str, Place]
) -> None:
    place = places["sen"]
    page = admin.get(f"/admin/codes/sheet?unit={place.unit_id}&desk={place.desk_id}")
    scale = page.get_data(as_text=True).partition('class="scale"')[2].partition("</ul>")[0]
    said = re.findall(r"</svg>([^<]+)</li>", scale)
    assert said == list(channel_pages.FACES)


def test_all_of_a_kind_are_ticked_at_once_and_no_sheet_ends_without_a_way_to_the_rest(
    admin: FlaskClient, session: Session, places: dict[str, Place], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel_pages, "MOST_CODES", 2)
    place = places["sen"]
    desks = [
        Desk(unit_id=place.unit_id, code=f"Q-sen-{n}", name=f"Quầy {n}", valid_from=cast.FOUNDED)
        for n in (2, 3, 4, 5)
    ]
    session.add_all(desks)
    session.commit()
    path = f"/admin/codes/sheet?unit={place.unit_id}&desk={channel_pages.EVERY}&layout=sticker"
    seen, said = [], []
    for _sheet in range(3):
        page = admin.get(path).get_data(as_text=True)
        seen.append(re.findall(r"<h2>(Quầy \d)</h2>", page))
        said += re.findall(r"có mã (\d đến \d trong \d) mã", page)
        found = re.search(r'href="([^"]+start=[^"]+)"[^>]*>[^<]*mở (\d) mã', page)
        path = unescape(found.group(1)) if found else ""
    assert seen == [["Quầy 1", "Quầy 2"], ["Quầy 3", "Quầy 4"], ["Quầy 5"]]
    assert said == ["1 đến 2 trong 5", "3 đến 4 trong 5", "5 đến 5 trong 5"]
    assert path == ""
    assert admin.get(f"/admin/codes?unit={place.unit_id}").text.count('value="all"') == 1


def test_files_of_codes_are_named_by_what_they_stand_for(
    admin: FlaskClient, session: Session, clock: Clock, places: dict[str, Place]
) -> None:
    place = places["sen"]
    stands_for = {
        "Q-sen": (Target.DESK, place.desk_id),
        "CB-sen": (Target.OFFICER, place.officer_id),
        "1.001193": (Target.PROCEDURE, place.procedure_id),
    }
    for code, (target, key) in stands_for.items():
        token = invitations.printed(session, place.unit_id, target, key, clock())
        session.commit()
        answer = admin.get(f"/admin/codes/{token}.pdf")
        assert answer.headers["Content-Disposition"] == f'attachment; filename="ma-qr-{code}.pdf"'


@pytest.mark.parametrize(
    ("form", "kind", "name", "read"),
    [
        ("poster", "image/png", "ma-qr-Q-sen.png", decode_png),
        ("poster.pdf", "application/pdf", "to-a4-Q-sen.pdf", decode_page),
    ],
)
def test_a_poster_with_the_emblem_or_on_a4_is_drawn_by_a_job_and_reads(
    admin: FlaskClient,
    session: Session,
    clock: Clock,
    places: dict[str, Place],
    settings: Settings,
    form: str,
    kind: str,
    name: str,
    read: Callable[[bytes], str],
) -> None:
    place = places["sen"]
    sheet = f"/admin/codes/sheet?unit={place.unit_id}&desk={place.desk_id}"
    page = admin.get(sheet).get_data(as_text=True)
    token = session.scalars(select(Invitation.token)).one()
    csrf = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert csrf is not None
    asked = admin.post(f"/admin/codes/{token}/{form}", data={"csrf_token": csrf.group(1)})
    assert asked.status_code == 302
    loop.run_waiting(settings, clock())
    with admin.get(f"{asked.location}/file") as file:
        assert file.mimetype == kind
        assert file.headers["Content-Disposition"] == f"attachment; filename={name}"
        assert read(file.data) == f"{settings.public_url}/q/{token}"
