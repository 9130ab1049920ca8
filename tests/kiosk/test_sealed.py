"""The confidential path on the telephone: own words first, sealed also without script."""

import html
import json
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from kiosk.slowing import Slowing
from kiosk.views import sealed
from shared.domain.sealed import RISES_AFTER, State
from shared.domain.tracking_code import digits_of
from shared.models.complaint import Complaint
from shared.models.organisation import Officer
from shared.models.rating import Rating
from shared.models.sealed import SealedMessage, SealedReport, SealedWrap
from shared.services import invitations, sealed_reports, sealed_rising
from shared.services.invitations import Target
from tests import sealed_world as world
from tests.case_world import build, person
from tests.cast import Place
from tests.conftest import Clock


@pytest.fixture
def sen(session: Session, clock: Clock) -> Place:
    """Phường Sen Hồng with an inspector, and one in the province above."""
    places = build(session, clock())
    province = world.raise_province(session, places)
    for name, unit_id in (("gan", places["sen"].unit_id), ("tren", province)):
        world.add_inspector(session, name, unit_id, clock())
    session.commit()
    return places["sen"]


@pytest.fixture
def path(session: Session, sen: Place, clock: Clock) -> str:
    """The address behind the printed code of a desk."""
    token = invitations.printed(session, sen.unit_id, Target.DESK, sen.desk_id, clock())
    session.commit()
    return f"/q/{token}/sealed"


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test begins with a fresh count."""
    monkeypatch.setattr(sealed, "slowing", Slowing())


def text(answer: TestResponse) -> str:
    return html.unescape(answer.get_data(as_text=True))


def form(**fields: str) -> dict[str, str]:
    said = {"text": world.TEXT, "contact": world.CONTACT, "matter": "extra_money"}
    return {"id": str(uuid4()), **said, **fields}


def newest(session: Session) -> SealedReport:
    session.expire_all()
    return session.scalars(select(SealedReport).order_by(SealedReport.id.desc())).first() or (
        pytest.fail("no report came")
    )


def link_in(page: str) -> str:
    return page.partition("/sealed/")[2].partition("?")[0].partition('"')[0]


def test_the_page_says_who_reads_what_before_it_asks(client: FlaskClient, path: str) -> None:
    page = text(client.get(path))
    words = ("gan", "tren", "Ai không đọc được", "Điều gì không khoá", "Không cần ghi tên", "113")
    assert [word for word in words if word not in page.partition("<form")[0]] == []
    for way in (path.removesuffix("/sealed"), path.replace("/sealed", "/complaint")):
        assert path in text(client.get(way))


def test_a_form_without_script_is_sealed_on_receipt(
    client: FlaskClient, session: Session, path: str, now: datetime
) -> None:
    answer = client.post(path, data=form(officer="CB-sen"))
    assert answer.status_code == 200
    assert [word for word in world.WORDS_INSIDE if word in text(answer)] == []
    report = newest(session)
    assert (report.state, report.matter) == (State.RECEIVED, "extra_money")
    found = sealed_reports.open_texts(session, report.number, person(session, "gan"), now)
    opened = world.read(found[0], [world.private_key("gan")])
    assert (opened, found[0].sealed_in) == (
        {"text": world.TEXT, "contact": world.CONTACT},
        "server",
    )
    assert session.scalars(select(Complaint)).all() == []


def test_the_code_leads_to_where_it_stands_by_link_and_by_digits(
    client: FlaskClient, session: Session, path: str
) -> None:
    receipt = text(client.post(path, data=form()))
    link = link_in(receipt)
    assert digits_of(link) in receipt
    scanned = client.get(f"/follow/{link}")
    assert (scanned.status_code, scanned.location.partition("?")[0]) == (303, f"/sealed/{link}")
    typed = client.post("/follow", data={"code": digits_of(link)}, follow_redirects=True)
    page = text(typed)
    assert "Đã nhận, chưa ai mở" in page
    assert newest(session).number not in page
    assert client.get("/sealed/" + "0" * 26).status_code == 404
    assert client.get(f"/sealed/{digits_of(link)}").status_code == 404


def test_the_same_form_twice_is_one_report_and_changed_words_another(
    client: FlaskClient, session: Session, path: str
) -> None:
    sent = form()
    pages = [text(client.post(path, data=sent)) for _twice in range(2)]
    assert link_in(pages[0]) == link_in(pages[1])
    client.post(path, data={**sent, "text": f"{world.TEXT} Và sáng nay nữa."})
    assert len(session.scalars(select(SealedReport)).all()) == 2


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"text": "ngắn"}, "text"),
        ({"matter": "praise"}, "matter"),
        ({"officer": "CB-lua"}, "officer"),
        ({"contact": "x" * 300}, "contact"),
    ],
)
def test_a_refused_form_keeps_what_was_typed_and_names_the_field(
    client: FlaskClient, session: Session, path: str, fields: dict[str, str], field: str
) -> None:
    answer = client.post(path, data=form(**fields))
    assert answer.status_code == 422
    assert f'id="{field}-error"' in text(answer)
    assert fields.get("text", world.TEXT) in text(answer)
    assert session.scalars(select(SealedReport)).all() == []


def test_words_are_added_sealed_for_the_level_it_has_reached(
    client: FlaskClient, session: Session, path: str, clock: Clock
) -> None:
    link = link_in(text(client.post(path, data=form())))
    clock.advance(RISES_AFTER)
    sealed_rising.raise_unopened(session, clock())
    session.commit()
    words = {"id": str(uuid4()), "text": "Hôm nay lại có người gọi điện."}
    assert client.post(f"/sealed/{link}/words", data=words).status_code == 303
    assert "Đã chuyển lên cấp trên" in text(client.get(f"/sealed/{link}"))
    newest_text = select(SealedMessage.id).order_by(SealedMessage.id.desc()).limit(1)
    added = select(SealedWrap.level).where(SealedWrap.message_id == newest_text.scalar_subquery())
    assert session.scalars(added).all() == [1]
    short = client.post(f"/sealed/{link}/words", data={**words, "text": "ừ"})
    assert short.status_code == 422


def test_who_reported_is_asked_to_write_again_once_the_last_key_is_gone(
    client: FlaskClient, session: Session, path: str, clock: Clock
) -> None:
    link = link_in(text(client.post(path, data=form())))
    asked = "Xin viết lại ở dưới"
    world.give_key(session, "gan", "new key near", clock())
    session.commit()
    assert asked not in text(client.get(f"/sealed/{link}"))  # the level above opens it
    sealed_rising.raise_unopened(session, clock())
    session.commit()
    assert asked not in text(client.get(f"/sealed/{link}"))
    world.give_key(session, "tren", "new key above", clock())
    session.commit()
    assert asked in text(client.get(f"/sealed/{link}"))
    words = {"id": str(uuid4()), "text": world.TEXT}
    assert client.post(f"/sealed/{link}/words", data=words).status_code == 303
    assert asked not in text(client.get(f"/sealed/{link}"))


def rated(**fields: object) -> dict[str, object]:
    said = {"score": "1", "reason": ["extra_money"], "comment": world.TEXT, "answer": "yes"}
    return {"id": str(uuid4()), **said, **fields}


def test_words_beside_a_rating_about_money_become_no_case_of_the_place(
    client: FlaskClient, session: Session, path: str
) -> None:
    sent = rated()
    assert "nobody-reads" not in text(client.get(path.removesuffix("/sealed")))
    answer = client.post(path.removesuffix("/sealed"), data=sent)
    page = text(answer)
    assert "chưa gửi" in page
    assert world.TEXT in page.partition("<textarea")[2]
    assert 'value="extra_money" required checked' in page
    assert str(sent["id"]) not in page  # the report does not lead to the rating
    rating = session.scalars(select(Rating)).one()
    assert (rating.reasons, rating.comment) == (["extra_money"], None)
    assert session.scalars(select(Complaint)).all() == []


def printed_where_nobody_reads(session: Session, now: datetime) -> str:
    """Print the code of a desk at which nobody reads confidential reports; give its token."""
    lua = build(session, now)["lua"]
    token = invitations.printed(session, lua.unit_id, Target.DESK, lua.desk_id, now)
    session.commit()
    return token


def test_where_nobody_reads_reports_such_words_still_become_a_case(
    client: FlaskClient, session: Session, clock: Clock
) -> None:
    token = printed_where_nobody_reads(session, clock())
    told = client.post(f"/q/{token}", data=rated())
    assert told.status_code == 200
    assert session.scalars(select(Complaint.body)).all() == [world.TEXT]
    assert "lời này thành phản ánh thường: người xử lý ở đây đọc được" in text(told)
    plain = {"id": str(uuid4()), "score": "2", "comment": "Chờ lâu quá.", "answer": "yes"}
    assert "phản ánh thường" not in text(client.post(f"/q/{token}", data=plain))


def test_where_nobody_reads_reports_the_rating_form_says_so_before_it_is_sent(
    client: FlaskClient, session: Session, clock: Clock
) -> None:
    token = printed_where_nobody_reads(session, clock())
    told = "Lời nhắn về việc vòi tiền, cò mồi mà muốn được trả lời sẽ thành phản ánh thường"
    asked = text(client.get(f"/q/{token}"))
    assert asked.index(told) < asked.index('name="answer"')
    assert 'aria-describedby="answer-hint nobody-reads"' in asked
    refused = client.post(f"/q/{token}", data=rated(score=""))
    assert refused.status_code == 422
    assert told in text(refused)


def test_a_place_without_inspectors_says_where_else_to_go(
    client: FlaskClient, session: Session, clock: Clock
) -> None:
    token = printed_where_nobody_reads(session, clock())
    page = text(client.get(f"/q/{token}/sealed"))
    assert "<form" not in page
    assert "thanh tra" in page
    assert client.post(f"/q/{token}/sealed", data=form()).status_code == 422


def test_a_script_gets_the_keys_of_readers_and_nothing_else(
    client: FlaskClient, session: Session, sen: Place, path: str
) -> None:
    page = text(client.get(path))
    keys = json.loads(page.partition('data-keys="')[2].partition('">')[0])
    wanted = {world.public_key(world.private_key(name)).fingerprint for name in ("gan", "tren")}
    assert set(keys) == wanted
    named = session.get_one(Officer, sen.officer_id).name
    assert named in page.partition("<select")[2]


def test_a_used_or_late_code_still_takes_a_report(
    client: FlaskClient, path: str, clock: Clock
) -> None:
    clock.advance(timedelta(days=400))
    assert client.post(path, data=form()).status_code == 200
