"""Continuing on one's own telephone: once, within 72 hours, and consumed only by sending."""

import html
import re
from datetime import timedelta
from uuid import UUID, uuid4

import lxml.html
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from kiosk.slowing import Slowing
from kiosk.views import continuations as views
from shared.config import Settings
from shared.models.channel import Invitation
from shared.models.complaint import Complaint, ComplaintOfficer
from shared.models.rating import Rating, RatingComment
from shared.services import channels, invitations
from shared.services.invitations import Target
from shared.statistics import opinions
from tests import rating_office, sealed_world
from tests.adapters.decoding import decode_svg
from tests.case_world import WORDS, build
from tests.cast import Place
from tests.conftest import Clock

CODE = re.compile(r"(?<=/follow/)[0-9A-Z]{26}")
HOUR = timedelta(hours=1)
NOBODY_READS = "Ở đây chưa có người được giao đọc tin báo kín. Lời nhắn"


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test begins with a fresh count."""
    monkeypatch.setattr(views, "slowing", Slowing())


@pytest.fixture
def sen(session: Session, clock: Clock) -> Place:
    """Phường Sen Hồng, with its legal clock."""
    return build(session, clock())["sen"]


@pytest.fixture
def token(session: Session, sen: Place, clock: Clock) -> str:
    """The token of its screen."""
    _kiosk, token = channels.pair(session, "Q-sen", None, clock())
    session.commit()
    return token


@pytest.fixture
def touched(client: FlaskClient, token: str) -> str:
    """A rating that the screen has sent."""
    item = rating_office.a_rating(1, score=2, reasons=["waiting"])
    assert rating_office.send(client, token, item).status_code == 201
    key: str = item["id"]
    return key


def ask(client: FlaskClient, token: str, rating: object) -> TestResponse:
    """Ask as a screen does."""
    headers = {"Authorization": f"Bearer {token}"}
    return client.post("/api/v1/continuations", json={"rating": rating}, headers=headers)


def path_of(client: FlaskClient, token: str, rating: str, settings: Settings) -> str:
    """Give the path a telephone opens."""
    url: str = ask(client, token, rating).get_json()["url"]
    return url.removeprefix(settings.public_url)


def form(**fields: str) -> dict[str, str]:
    return {"id": str(uuid4()), "comment": WORDS, **fields}


def text(answer: TestResponse) -> str:
    return html.unescape(answer.get_data(as_text=True))


def kept(session: Session) -> list[tuple[UUID, str]]:
    session.rollback()
    rows = session.scalars(select(RatingComment).order_by(RatingComment.id))
    return [(row.rating_id, row.comment) for row in rows]


def test_the_screen_is_given_an_address_its_code_and_when_it_ends(
    client: FlaskClient,
    session: Session,
    token: str,
    touched: str,
    settings: Settings,
    clock: Clock,
) -> None:
    answer = ask(client, token, touched)
    given = answer.get_json()
    assert answer.status_code == 201
    assert given["expires_at"] == (clock() + 72 * HOUR).isoformat()
    assert given["url"].startswith(f"{settings.public_url}/c/")
    drawn = client.get(given["qr"])
    assert decode_svg(drawn.data) == given["url"]
    assert drawn.headers["Cache-Control"] == "no-store"
    secret = given["url"].rpartition("/")[2]
    assert len(secret) == 22  # 128 bits
    row = session.scalars(select(Invitation).where(Invitation.target == "continuation")).one()
    assert secret not in {str(value) for value in vars(row).values()}


def test_asked_again_it_is_the_same_address(
    client: FlaskClient, session: Session, token: str, touched: str, clock: Clock
) -> None:
    first = ask(client, token, touched).get_json()
    clock.advance(HOUR)
    assert ask(client, token, touched).get_json() == first
    assert ask(client, token, str(uuid4())).get_json()["url"] != first["url"]
    found = session.scalars(select(Invitation).where(Invitation.target == "continuation")).all()
    assert len(found) == 2


def test_reading_uses_nothing_up_and_sending_does(
    client: FlaskClient, session: Session, token: str, touched: str, settings: Settings
) -> None:
    path = path_of(client, token, touched, settings)
    for _ in range(3):
        assert "Viết tiếp ý kiến" in text(client.get(path))
    sent = form()
    assert "Xin cảm ơn Ông/Bà" in text(client.post(path, data=sent))
    assert kept(session) == [(UUID(touched), WORDS)]
    assert "Mã này đã được dùng" in text(client.get(path))
    again = client.post(path, data=form(comment="Một lời khác hẳn"))
    assert (again.status_code, "Mã này đã được dùng" in text(again)) == (409, True)
    assert kept(session) == [(UUID(touched), WORDS)]


def test_a_code_opens_one_case_however_often_its_page_is_opened(
    client: FlaskClient, session: Session, token: str, touched: str, settings: Settings
) -> None:
    path = path_of(client, token, touched, settings)
    codes = [CODE.findall(text(client.post(path, data=form(answer="yes")))) for _ in range(3)]
    assert codes[0]
    assert codes[1:] == codes[:1] * 2
    assert len(session.scalars(select(Complaint)).all()) == 1


def test_the_same_form_sent_twice_is_thanked_twice_and_kept_once(
    client: FlaskClient, session: Session, token: str, touched: str, settings: Settings
) -> None:
    path, sent = path_of(client, token, touched, settings), form(answer="yes")
    first, second = (text(client.post(path, data=sent)) for _ in range(2))
    assert CODE.findall(first)
    assert set(CODE.findall(first)) == set(CODE.findall(second))
    assert len(kept(session)) == 1
    case = session.scalars(select(Complaint)).one()
    assert (case.rating_id, case.body) == (touched, WORDS)


def test_after_three_days_it_is_over(
    client: FlaskClient,
    session: Session,
    token: str,
    touched: str,
    settings: Settings,
    clock: Clock,
) -> None:
    path = path_of(client, token, touched, settings)
    clock.advance(72 * HOUR)
    assert "đã hết hạn" in text(client.get(path))
    late = client.post(path, data=form())
    assert (late.status_code, "đã hết hạn" in text(late)) == (409, True)
    assert kept(session) == []
    assert WORDS in text(late).partition("<textarea")[2]  # to be copied: no code was printed
    assert "readonly" in text(late)


def test_words_that_came_too_late_can_be_sent_as_a_case_where_a_code_was_printed(
    client: FlaskClient,
    session: Session,
    sen: Place,
    token: str,
    touched: str,
    settings: Settings,
    clock: Clock,
) -> None:
    path = path_of(client, token, touched, settings)
    printed = invitations.printed(session, sen.unit_id, Target.DESK, sen.desk_id, clock())
    session.commit()
    clock.advance(72 * HOUR)
    late = lxml.html.document_fromstring(text(client.post(path, data=form())))
    (again,) = late.forms
    assert again.action.partition("?")[0] == f"/q/{printed}/complaint"
    assert client.post(again.action, data=dict(again.form_values())).status_code == 200
    assert session.scalars(select(Complaint.body)).all() == [WORDS]


@pytest.mark.parametrize("comment", ["", "  \u200b ", "x" * 2_001])
def test_no_and_too_long_a_text_is_refused_and_uses_nothing_up(
    client: FlaskClient,
    session: Session,
    token: str,
    touched: str,
    settings: Settings,
    comment: str,
) -> None:
    path = path_of(client, token, touched, settings)
    answer = client.post(path, data=form(comment=comment))
    assert (answer.status_code, 'id="comment-error"' in text(answer)) == (422, True)
    short = client.post(path, data=form(comment="ngắn", answer="yes"))
    assert (short.status_code, ">ngắn</textarea>" in text(short)) == (422, True)
    assert "Viết tiếp ý kiến" in text(client.get(path))
    assert kept(session) == []


def test_a_rating_still_on_its_way_can_be_carried_on(
    client: FlaskClient, session: Session, token: str, sen: Place, settings: Settings
) -> None:
    rating = str(uuid4())
    path = path_of(client, token, rating, settings)
    client.post(path, data=form(answer="yes"))
    assert kept(session) == [(UUID(rating), WORDS)]
    # Nobody knows yet what was ticked: the officer on duty does not read the case.
    assert session.scalars(select(ComplaintOfficer.officer_id)).all() == [sen.officer_id]


@pytest.mark.parametrize(
    ("reasons", "about", "named"),
    [(["waiting"], "", False), (["attitude"], "", True), (["waiting"], "yes", True)],
)
def test_the_officer_does_not_read_what_is_about_the_officer(
    client: FlaskClient,
    session: Session,
    token: str,
    settings: Settings,
    reasons: list[str],
    about: str,
    named: bool,
) -> None:
    item = rating_office.a_rating(1, score=1, reasons=reasons)
    rating_office.send(client, token, item)
    path = path_of(client, token, item["id"], settings)
    fields = form(answer="yes") | ({"about": about} if about else {})
    client.post(path, data=fields)
    assert bool(session.scalars(select(ComplaintOfficer)).all()) is named


def test_words_about_money_go_the_confidential_way_where_somebody_reads_them(
    client: FlaskClient,
    session: Session,
    sen: Place,
    token: str,
    settings: Settings,
    clock: Clock,
) -> None:
    sealed_world.add_inspector(session, "thanhtra", sen.unit_id, clock())
    session.commit()
    item = rating_office.a_rating(1, score=1, reasons=["broker"])
    rating_office.send(client, token, item)
    path = path_of(client, token, item["id"], settings)
    assert NOBODY_READS not in text(client.get(path))
    page = text(client.post(path, data=form(answer="yes")))
    assert f"{path.replace('/c/', '/q/')}/sealed" in page
    assert WORDS in page.partition("<textarea")[2]
    assert session.scalars(select(Complaint)).all() == []
    assert kept(session) == []
    assert client.post(path, data=form()).status_code == 200  # other words may still follow


def test_where_nobody_reads_reports_it_is_told_who_reads_words_about_money(
    client: FlaskClient, token: str, settings: Settings
) -> None:
    item = rating_office.a_rating(1, score=1, reasons=["broker"])
    rating_office.send(client, token, item)
    path = path_of(client, token, item["id"], settings)
    assert NOBODY_READS in text(client.get(path))  # before there is anything to regret
    page = text(client.post(path, data=form(answer="yes")))
    assert "lời này thành phản ánh thường: người xử lý ở đây đọc được" in page


def test_the_page_that_warns_is_the_same_whatever_was_chosen(
    client: FlaskClient, token: str, touched: str, settings: Settings
) -> None:
    path = path_of(client, token, touched, settings)
    assert NOBODY_READS in text(client.get(path))  # who looks on learns nothing of the boxes


def test_a_rating_of_another_screen_or_way_is_not_carried_on(
    client: FlaskClient, session: Session, token: str, touched: str, clock: Clock
) -> None:
    _kiosk, other = channels.pair(session, "Q-sen", None, clock())
    session.commit()
    assert ask(client, other, touched).status_code == 404
    session.get_one(Rating, UUID(touched)).kiosk_id = None
    session.commit()
    assert ask(client, token, touched).status_code == 404


@pytest.mark.parametrize("rating", [None, 7, "x", ["x"], {}])
def test_what_names_no_rating_is_refused(client: FlaskClient, token: str, rating: object) -> None:
    answer = ask(client, token, rating)
    assert (answer.status_code, "rating" in answer.get_json()["message"]) == (422, True)


@pytest.mark.parametrize("data", [b"", b"[]", b"7", b"null", b"[" * 100_000, b'{"rating":'])
def test_a_body_of_another_form_is_refused(client: FlaskClient, token: str, data: bytes) -> None:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    answer = client.post("/api/v1/continuations", data=data, headers=headers)
    assert answer.status_code in {400, 422}


def test_only_its_own_page_takes_the_token_and_it_takes_no_other(
    client: FlaskClient, session: Session, token: str, touched: str, settings: Settings
) -> None:
    secret = path_of(client, token, touched, settings).rpartition("/")[2]
    for path in (f"/q/{secret}", f"/q/{secret}/complaint", "/c/unknown"):
        assert client.get(path).status_code == 404
        assert client.post(path, data=form(score="1", kind="report", body=WORDS)).status_code == 404
    screen = client.get("/api/v1/screen", headers={"Authorization": f"Bearer {token}"}).get_json()
    printed = screen["phone_url"].rpartition("/")[2]
    assert client.get(f"/c/{printed}").status_code == 404


def test_the_reviewer_reads_what_was_added_beside_the_rating(
    client: FlaskClient, session: Session, sen: Place, token: str, touched: str, settings: Settings
) -> None:
    client.post(path_of(client, token, touched, settings), data=form())
    [single], _total = opinions.single(session, {sen.unit_id}, None, None, 1)
    assert single.comment == WORDS
