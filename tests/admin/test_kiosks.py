"""Quản trị: how kiosks fare, pairing one again, moving one, and what was held back."""

import csv
import io
import json
import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.access import Role
from shared.models.account import Account
from shared.models.channel import Kiosk
from shared.models.organisation import Desk
from shared.models.rating import RatingQuarantine
from shared.services import accounts, channels, pairings
from tests import cast
from tests.cast import FOUNDED, Place
from tests.conftest import Clock


@pytest.fixture
def kiosk(session: Session, clock: Clock, places: dict[str, Place]) -> Kiosk:
    """A kiosk at the desk of Sen Hồng that told everything five minutes ago."""
    made, _token = channels.pair(session, "Q-sen", "Máy A", clock() - timedelta(days=3))
    made.seen_at = made.reported_at = clock() - timedelta(minutes=5)
    made.waiting, made.oldest_waiting_at = 12, clock() - timedelta(days=2)
    made.next_sequence, made.highest_sequence = 1, 9
    made.clock_offset_ms = 11 * 60_000
    made.version, made.storage, made.persisted = "3f2a", "journal_only", False
    session.commit()
    return made


def page(client: FlaskClient, path: str) -> str:
    """Read a page's words, blanks as one."""
    return " ".join(client.get(path).get_data(as_text=True).split())


def hold(session: Session, kiosk: Kiosk, content: Any, result: str = "refused") -> str:
    """Put something the kiosk sent into quarantine; give its digest."""
    row = RatingQuarantine(
        kiosk_id=kiosk.id,
        digest=uuid4().hex,
        sequence=7,
        result=result,
        reason="Trường score sai dạng.",
        content=content,
        received_at=kiosk.paired_at,
    )
    session.add(row)
    session.commit()
    return row.digest


def test_the_list_tells_how_a_kiosk_fares(
    admin: FlaskClient, session: Session, kiosk: Kiosk
) -> None:
    hold(session, kiosk, {"score": 9})
    shown = page(admin, "/admin/kiosks")
    for words in (
        "1 màn hình đang dùng, 1 cần để ý.",
        "5 phút trước",
        "cũ nhất: 2 ngày trước",
        "chậm 11 phút",
        "cùng bản với đa số",
        "chỉ còn nhật ký, có thể bị xoá",
        "Đồng hồ lệch quá 5 phút",
        "Đánh giá chờ gửi quá một ngày",
        "Bộ nhớ máy có vấn đề",
        "1 mục",
    ):
        assert words in shown, words
    one = page(admin, f"/admin/kiosks/{kiosk.id}")
    assert "đủ đến 0, cao nhất 9" in one
    assert "Xin chỉnh giờ của máy." in one


def test_the_administrator_is_told_on_the_first_page(
    admin: FlaskClient, session: Session, kiosk: Kiosk, clock: Clock
) -> None:
    told = "1 màn hình ở quầy cần để ý."
    assert told in page(admin, "/admin/organisation")
    kiosk.revoked_at = clock()
    session.commit()
    assert told not in page(admin, "/admin/organisation")


@pytest.mark.parametrize("name", ["", "Quầy một cửa", "Màn hình Quầy một cửa", "Máy A"])
def test_a_desk_is_named_once_however_its_kiosk_is_called(
    app: Flask, session: Session, kiosk: Kiosk, clock: Clock, name: str
) -> None:
    session.get_one(Desk, kiosk.desk_id).name = "Quầy một cửa"
    kiosk.name = name
    session.commit()
    words = page(cast.enter(app, session, "admin-sen", clock()), "/admin/kiosks")
    (row,) = re.findall(r'<th scope="row">.*?</th>', words)
    assert row.count("Quầy một cửa") == 1
    assert "Phường Sen Hồng" in row


def test_the_filters_stand_in_the_address(
    admin: FlaskClient, session: Session, kiosk: Kiosk, clock: Clock
) -> None:
    well, _token = channels.pair(session, "Q-sen", "Máy B", clock())
    gone, _token = channels.pair(session, "Q-sen", "Máy C", clock())
    gone.revoked_at = well.seen_at = clock()
    session.commit()
    for query, codes in {
        "": {kiosk.code, well.code, gone.code},
        "?state=alarm": {kiosk.code},
        "?state=revoked": {gone.code},
        "?state=used&q=may b": {well.code},
        "?state=nonsense&page=99&unit=x": {kiosk.code, well.code, gone.code},
        "?q=nothing": set(),
    }.items():
        shown = page(admin, f"/admin/kiosks{query}")
        assert {one.code for one in (kiosk, well, gone) if one.code in shown} == codes, query


def test_a_device_known_before_is_shown_and_must_be_confirmed(
    admin: FlaskClient, session: Session, kiosk: Kiosk, clock: Clock, places: dict[str, Place]
) -> None:
    former, token = channels.pair(session, "Q-sen", "Máy cũ", clock())
    asked = pairings.request(session, clock(), token)
    session.commit()
    path = f"/admin/kiosks?code={asked.user_code}"
    assert "Máy này trước đây là màn hình “Máy cũ”" in page(admin, path)
    fields = {"code": asked.user_code, "desk": str(places["sen"].desk_id), "name": "Máy cũ"}
    status, shown = cast.send(admin, "/admin/kiosks", fields)
    assert (status, "Ghép tiếp màn hình này" in shown) == (200, True)
    session.expire_all()
    assert pairings.finish(session, asked.device_code, clock()) is None
    status, _shown = cast.send(admin, "/admin/kiosks", {**fields, "goes_on": former.code})
    assert status == 302
    session.expire_all()
    finished = pairings.finish(session, asked.device_code, clock())
    assert finished is not None
    assert finished[0].id == former.id


def test_a_kiosk_is_moved_from_its_page(
    admin: FlaskClient, session: Session, kiosk: Kiosk, places: dict[str, Place]
) -> None:
    second = Desk(unit_id=places["sen"].unit_id, code="Q-sen-2", name="Quầy 2", valid_from=FOUNDED)
    session.add(second)
    session.commit()
    path = f"/admin/kiosks/{kiosk.id}"
    for desk, status in ((str(second.id), 302), ("", 422), (str(places["lua"].desk_id), 404)):
        assert _post(admin, f"{path}/move", {"desk": desk}) == status
    session.expire_all()
    assert session.get_one(Kiosk, kiosk.id).desk_id == second.id
    shown = page(admin, f"{path}?moved=1")
    assert shown.index("Quầy 2") < shown.index("nay")


def _post(client: FlaskClient, path: str, fields: dict[str, str]) -> int:
    """Send fields to an address with the token of the browser's forms."""
    return client.post(path, data={"csrf_token": cast.csrf(client), **fields}).status_code


SENT = {
    "id": "x",
    "score": 9,
    "comment": "Cô áo xanh nói to",
    "reasons": ["waiting", "broker"],
    "told": "0912 345 678",
}


def test_what_was_held_back_is_listed_without_what_was_told_in_confidence(
    admin: FlaskClient, session: Session, kiosk: Kiosk
) -> None:
    hold(session, kiosk, SENT)
    shown = page(admin, "/admin/kiosks/held")
    assert "Trường score sai dạng." in shown
    for hidden in ("Cô áo xanh", "broker", "0912"):
        assert hidden not in shown
        for form in ("csv", "json"):
            assert hidden not in admin.get(f"/admin/kiosks/held.{form}").get_data(as_text=True)


def test_who_repairs_kiosks_reads_no_score_and_no_reason(
    admin: FlaskClient, session: Session, kiosk: Kiosk
) -> None:
    """What is in conflict with another is a resident's rating: named reviewers alone read it."""
    hold(session, kiosk, SENT | {"score": 1, "reasons": ["attitude"]}, "conflict")
    [row] = json.loads(admin.get("/admin/kiosks/held.json").data)
    assert (row["content"]["score"], row["content"]["reasons"]) == ("…", "…")
    assert "attitude" not in page(admin, "/admin/kiosks/held")
    assert "attitude" not in admin.get("/admin/kiosks/held.csv").get_data(as_text=True)


def test_nobody_who_serves_residents_reads_a_score_there(
    app: Flask, session: Session, kiosk: Kiosk, clock: Clock, places: dict[str, Place]
) -> None:
    """It may be of their own service; of that they read weekly counts alone."""
    root = session.scalars(select(Account).where(Account.name == "root")).one()
    root.officer_id = places["sen"].officer_id
    hold(session, kiosk, SENT, "conflict")
    person = cast.enter(app, session, "root", clock())
    [row] = json.loads(person.get("/admin/kiosks/held.json").data)
    assert row["content"]["score"] == "…"
    assert "comment" not in row["content"] or row["content"]["comment"] == "…"


RATED = {"rated_at": "2026-11-15T09:12:44+07:00", "boot": "b-1", "uptime_ms": 71, "sequence": 7}


def test_who_may_open_single_ratings_reads_what_was_said_and_never_at_what_time(
    app: Flask, session: Session, kiosk: Kiosk, clock: Clock
) -> None:
    """Whoever remembers who stood at the screen at 09:12 would know what they said."""
    hold(session, kiosk, SENT | RATED)
    root = cast.enter(app, session, "root", clock())
    shown = page(root, "/admin/kiosks/held")
    assert "Cô áo xanh nói to" in shown
    [row] = json.loads(root.get("/admin/kiosks/held.json").data)
    hidden = {"rated_at": "2026-11-15", "boot": "…", "uptime_ms": "…", "sequence": "…"}
    assert row["content"] == SENT | hidden
    assert (row["kiosk"], row["sequence"], row["received_at"]) == (kiosk.code, None, "2026-11-15")
    text = root.get("/admin/kiosks/held.csv").data.decode("utf-8-sig")
    [line] = csv.DictReader(io.StringIO(text))
    assert json.loads(line["content"]) == SENT | hidden
    for told in (shown, text):
        assert "15/11/2026" in told or "2026-11-15" in told
        assert "09:" not in told  # neither when it was touched nor when it came
        assert "số 7" not in told


def test_the_order_of_what_was_said_in_a_day_does_not_tell_when(
    app: Flask, session: Session, kiosk: Kiosk, clock: Clock
) -> None:
    came = [hold(session, kiosk, {"id": str(number)}) for number in range(12)]
    root = cast.enter(app, session, "root", clock())
    rows = json.loads(root.get("/admin/kiosks/held.json").data)
    places = {digest: number for number, digest in enumerate(sorted(came))}
    assert [row["content"]["id"] for row in rows] == sorted(
        map(str, range(12)), key=lambda number: places[came[int(number)]]
    )
    form = page(root, "/admin/kiosks/held")
    assert sorted(re.findall(r'name="item" value="([^"]+)"', form)) == sorted(came)


def test_a_reviewer_of_some_units_reads_nothing_there_that_went_to_the_level_above(
    app: Flask, session: Session, kiosk: Kiosk, clock: Clock, places: dict[str, Place]
) -> None:
    account = session.scalars(select(Account).where(Account.name == "admin-sen")).one()
    roles = [(role, places["sen"].unit_id) for role in (Role.ADMIN, Role.REVIEWER)]
    accounts.set_grants(session, account, roles)
    hold(session, kiosk, SENT | RATED)
    person = cast.enter(app, session, "admin-sen", clock())
    shown = page(person, "/admin/kiosks/held")
    for hidden in ("broker", "Cô áo xanh", "0912"):
        assert hidden not in shown
    assert "2026-11-15T09:12:44+07:00" in shown  # by which a kiosk's clock is set right


@pytest.mark.parametrize("content", [None, [], 7, "\ud800", {"reasons": [{}, 7]}, {"comment": 0}])
def test_whatever_was_sent_can_be_shown_and_handed_out(
    app: Flask, session: Session, kiosk: Kiosk, clock: Clock, content: Any
) -> None:
    hold(session, kiosk, content)
    for name in ("root", "admin-sen"):
        person = cast.enter(app, session, name, clock())
        for form in ("", ".csv", ".json"):
            assert person.get(f"/admin/kiosks/held{form}").status_code == 200


def test_the_list_is_narrowed_and_the_files_hold_the_same(
    admin: FlaskClient, session: Session, kiosk: Kiosk, clock: Clock
) -> None:
    other, _token = channels.pair(session, "Q-sen", "Máy B", clock())
    hold(session, kiosk, {"id": "one"})
    hold(session, other, {"id": "two"}, "conflict")
    for query, found in {
        "": ["two", "one"],
        "?result=conflict": ["two"],
        f"?kiosk={kiosk.id}": ["one"],
        "?waiting=1": ["two", "one"],
        "?kiosk=999999": [],
    }.items():
        rows = json.loads(admin.get(f"/admin/kiosks/held.json{query}").data)
        assert [row["content"]["id"] for row in rows] == found, query
        shown = page(admin, f"/admin/kiosks/held{query}")
        assert [word for word in ("two", "one") if f"&#34;{word}&#34;" in shown] == found


def test_reviewed_items_stay_and_alarm_no_more(
    admin: FlaskClient, session: Session, kiosk: Kiosk
) -> None:
    key = hold(session, kiosk, {})
    assert "Có mục chưa nhận được" in page(admin, "/admin/kiosks")
    assert _post(admin, "/admin/kiosks/held", {"item": key}) == 302
    session.expire_all()
    row = session.scalars(select(RatingQuarantine)).one()
    assert row.reviewed_by == "admin-sen"
    assert "Có mục chưa nhận được" not in page(admin, "/admin/kiosks")
    assert json.loads(admin.get("/admin/kiosks/held.json?waiting=1").data) == []


def test_another_units_kiosks_and_items_do_not_exist(
    app: Flask, session: Session, kiosk: Kiosk, clock: Clock
) -> None:
    key = hold(session, kiosk, {"id": "one"})
    lua = cast.enter(app, session, "admin-lua", clock())
    assert kiosk.code not in page(lua, "/admin/kiosks")
    assert lua.get(f"/admin/kiosks/{kiosk.id}").status_code == 404
    assert json.loads(lua.get(f"/admin/kiosks/held.json?kiosk={kiosk.id}").data) == []
    assert _post(lua, "/admin/kiosks/held", {"item": key}) == 404
    assert _post(lua, "/admin/kiosks/held", {"item": "x\0"}) == 404
    assert _post(lua, f"/admin/kiosks/{kiosk.id}/move", {"desk": "1"}) == 404


def test_the_size_of_a_panel_is_noted_told_to_its_screen_and_refused_when_too_small(
    admin: FlaskClient,
    client: FlaskClient,
    session: Session,
    places: dict[str, Place],
    clock: Clock,
) -> None:
    asked = pairings.request(session, clock())
    session.commit()
    form = {"code": asked.user_code, "desk": str(places["sen"].desk_id), "panel": "7"}
    status, said = cast.send(admin, "/admin/kiosks", form)
    assert status == 422
    assert "Màn hình dưới 10,1 inch" in said
    assert cast.send(admin, "/admin/kiosks", {**form, "panel": "10,1"})[0] == 302
    paired = pairings.finish(session, asked.device_code, clock())
    assert paired is not None
    session.commit()
    kiosk, _desk, token = paired

    def told() -> object:
        bearer = {"Authorization": f"Bearer {token}"}
        return (client.get("/api/v1/screen", headers=bearer).json or {})["panel_inches"]

    assert told() == 10.1
    place = f"/admin/kiosks/{kiosk.id}/panel"
    shown = page(admin, f"/admin/kiosks/{kiosk.id}")
    csrf = re.findall(r'name="csrf_token" value="([^"]+)"', shown)[0]
    assert admin.post(place, data={"csrf_token": csrf, "panel": "6"}).status_code == 422
    assert told() == 10.1
    assert admin.post(place, data={"csrf_token": csrf, "panel": "21.5"}).status_code == 302
    assert told() == 21.5
    assert 'value="21,5"' in page(admin, f"/admin/kiosks/{kiosk.id}")
