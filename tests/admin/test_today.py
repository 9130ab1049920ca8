"""Hôm nay: the figures, what asks to be looked at, and who may see which of it."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from shared.domain.dossier import DossierRecord
from shared.models.account import Account
from shared.models.complaint import Complaint
from shared.models.organisation import Desk
from shared.models.rating import RatingDay
from shared.services import channels, dossiers
from shared.services.dossiers import Export
from tests.case_world import build, file
from tests.cast import FOUNDED, Place, enter
from tests.conftest import Clock
from tests.infrastructure.statements import statements

TODAY = date(2026, 11, 18)  # a Wednesday
DAY = timedelta(days=1)
People = Callable[[str], FlaskClient]


@pytest.fixture
def places(session: Session, now: datetime) -> dict[str, Place]:
    known = build(session, now)
    session.commit()
    return known


@pytest.fixture
def sen(places: dict[str, Place]) -> Place:
    return places["sen"]


@pytest.fixture
def people(app: Flask, session: Session, places: dict[str, Place], now: datetime) -> People:
    return lambda name: enter(app, session, name, now)


@pytest.fixture
def head(people: People) -> FlaskClient:
    return people("head-sen")


def rate(
    session: Session,
    place: Place,
    good: int,
    bad: int = 0,
    on: date = TODAY,
    lane: str = "desk",
    desk_id: int | None = None,
) -> None:
    """Add to a day's totals: satisfied and not satisfied."""
    key = {"unit_id": place.unit_id, "on": on, "lane": lane, "officer_id": 0}
    scores = {f"score_{score}": 0 for score in range(1, 6)} | {"score_5": good, "score_3": bad}
    desk = place.desk_id if desk_id is None else desk_id
    session.add(RatingDay(**key, desk_id=desk, **scores))
    session.commit()


def words(client: FlaskClient, query: str = "") -> str:
    """Give the page as a person reads it: without marks, blanks as one."""
    answer = client.get(f"/admin/today{query}")
    assert answer.status_code == 200
    main = answer.get_data(as_text=True).split("<main", 1)[1]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", main)).split())


def card(page: str, label: str) -> str:
    """Give what follows a card's label."""
    return page.split(label, 1)[1][:120]


def test_satisfaction_of_seven_days_shows_value_interval_and_n(
    head: FlaskClient, session: Session, sen: Place
) -> None:
    rate(session, sen, good=90, bad=10)
    rate(session, sen, good=0, bad=50, on=TODAY - 7 * DAY)  # eight days ago with today
    rate(session, sen, good=0, bad=7, lane="open")
    shown = card(words(head), "Hài lòng, 7 ngày qua")
    assert "90,0 %" in shown
    assert "82,6 – 94,5" in shown
    assert "n = 100" in shown
    assert "Không tính 7 lượt qua mã QR in sẵn" in shown


def test_fewer_than_five_show_no_percentage(
    head: FlaskClient, session: Session, sen: Place
) -> None:
    rate(session, sen, good=4)
    page = words(head)
    assert "Chưa đủ dữ liệu" in card(page, "Hài lòng, 7 ngày qua")
    assert re.search(r"Quầy 1 chưa đủ dữ liệu 4\b", page)
    assert "100,0" not in page


def test_a_small_desk_cannot_be_found_by_subtracting_the_others(
    head: FlaskClient, session: Session, sen: Place
) -> None:
    others = [
        Desk(unit_id=sen.unit_id, code=f"Q-{number}", name=f"Quầy {number}", valid_from=FOUNDED)
        for number in (2, 3)
    ]
    session.add_all(others)
    session.commit()
    rate(session, sen, good=2)
    rate(session, sen, good=10, desk_id=others[0].id)
    rate(session, sen, good=20, desk_id=others[1].id)
    page = words(head)
    assert re.search(r"Quầy 2 chưa đủ dữ liệu 10\b", page)
    assert re.search(r"Quầy 3 100,0 %", page)


def test_the_page_reads_daily_totals_and_no_rating(
    head: FlaskClient, session: Session, sen: Place, app: Flask
) -> None:
    rate(session, sen, good=20)
    with statements() as seen:
        words(head)
    assert any("FROM rating_day" in statement for statement in seen)
    assert [one for one in seen if re.search(r"(FROM|JOIN) rating\b(?!_)", one)] == []


def test_more_days_cost_no_more_queries(head: FlaskClient, session: Session, sen: Place) -> None:
    with statements() as few:
        words(head)
    for ago in range(60):
        rate(session, sen, good=20, on=TODAY - ago * DAY)
    with statements() as many:
        words(head)
    assert len(many) <= len(few) + 1  # the names of the desks that were rated


def test_twelve_weeks_stand_in_a_table_below_the_line(
    head: FlaskClient, session: Session, sen: Place
) -> None:
    rate(session, sen, good=8, bad=2, on=date(2026, 11, 15))  # the Sunday of the week before
    rate(session, sen, good=3, on=date(2026, 11, 16))
    rate(session, sen, good=9, on=date(2026, 8, 30))  # thirteen weeks ago
    page = words(head).split("Bảng số theo tuần", 1)[1]
    assert re.search(r"09/11/2026 80,0 % 49,0 – 94,3 10\b", page)
    assert re.search(r"16/11/2026 chưa đủ dữ liệu 3\b", page)
    assert "31/08/2026" in page
    assert "24/08/2026" not in page
    assert len(re.findall(r"\d\d/\d\d/2026 (?:chưa|\d)", page.split("Màn hình")[0])) == 12


def waiting(session: Session, place: Place, now: datetime, due_on: date) -> Complaint:
    """File a case and put its due day where the test wants it."""
    complaint = file(session, place, now)
    assert complaint.due_at is not None
    assert complaint.due_on is not None
    complaint.due_at += due_on - complaint.due_on
    complaint.due_on = due_on
    session.commit()
    return complaint


def test_waiting_cases_are_counted_and_the_overdue_named(
    head: FlaskClient, session: Session, sen: Place, now: datetime
) -> None:
    late = waiting(session, sen, now, TODAY - 3 * DAY)
    waiting(session, sen, now, TODAY)
    waiting(session, sen, now, TODAY + DAY)
    page = words(head)
    shown = card(page, "Phản ánh đang chờ")
    assert shown.startswith(" 3 ")
    assert "1 quá hạn" in shown
    assert "1 đến hạn hôm nay" in shown
    assert "Phản ánh quá hạn 3 ngày" in page
    assert late.number in page


def test_a_case_that_names_the_reader_is_neither_counted_nor_named(
    head: FlaskClient, session: Session, sen: Place, now: datetime
) -> None:
    account = session.query(Account).filter_by(name="head-sen").one()
    account.officer_id = sen.officer_id
    late = file(session, sen, now, officer_ids=(sen.officer_id,))
    late.due_at, late.due_on = now - 3 * DAY, TODAY - 3 * DAY
    session.commit()
    page = words(head)
    assert card(page, "Phản ánh đang chờ").startswith(" 0 ")
    assert late.number not in page
    assert "n = 0" in card(page, "Trả lời đúng hạn, 30 ngày")


def test_answers_on_time_are_of_thirty_days(
    head: FlaskClient, session: Session, sen: Place, now: datetime
) -> None:
    for number in range(10):
        late = number < 2
        case = waiting(session, sen, now - (3 + late) * DAY, TODAY - DAY)
        case.answered_on = TODAY if late else TODAY - DAY
        case.state = "answered"
    old = waiting(session, sen, now - 40 * DAY, TODAY - 30 * DAY)
    old.answered_on, old.state = TODAY, "answered"
    session.commit()
    shown = card(words(head), "Trả lời đúng hạn, 30 ngày")
    assert "80,0 %" in shown
    assert "n = 10" in shown


def test_dossiers_on_time_are_this_months_and_lead_to_those_very_dossiers(
    head: FlaskClient, session: Session, sen: Place, now: datetime
) -> None:
    month = date(2026, 11, 1)
    records = [
        DossierRecord(
            code=f"D-{number}",
            procedure_code="",
            received_on=month - DAY if number == 10 else month,
            due_on=month + 5 * DAY,
            finished_on=month + (9 if number < 2 else 4) * DAY,
        )
        for number in range(11)
    ]
    dossiers.import_records(session, sen.unit_id, records, Export("", "", "x"), now)
    session.commit()
    shown = card(words(head), "Hồ sơ đúng hạn, tháng 11")
    assert "80,0 %" in shown
    assert "Xem 10 hồ sơ" in shown
    page = head.get("/admin/today").get_data(as_text=True)
    link = re.search(r'href="(/admin/dossiers\?[^"]+)"', page)
    assert link is not None
    behind = head.get(link.group(1).replace("&amp;", "&")).get_data(as_text=True)
    assert ", 10 mục" in behind


def test_a_kiosk_that_asks_to_be_looked_at_stands_among_what_does(
    head: FlaskClient, session: Session, sen: Place, now: datetime
) -> None:
    heard = {"Máy A": now - 2 * DAY, "Máy B": now - timedelta(minutes=90)}
    for name, seen_at in {**heard, "Máy C": None, "Máy D": None}.items():
        kiosk, _token = channels.pair(session, "Q-sen", name, now - (name != "Máy C") * 5 * DAY)
        kiosk.seen_at = seen_at
        kiosk.persisted = name != "Máy A"
    gone, _token = channels.pair(session, "Q-sen", "Máy E", now - 9 * DAY)
    gone.revoked_at = now
    session.commit()
    page = words(head)
    assert "Màn hình “Máy A”: Im lặng trong giờ làm việc Và 1 điều khác." in page
    assert "Liên lạc lần cuối 2 ngày trước. Quầy 1." in page
    assert "Màn hình “Máy D”: Chưa liên lạc lần nào từ khi ghép" in page
    assert re.findall(r"Màn hình “(Máy .)”", page) == ["Máy A", "Máy D"]
    assert "2 trên 4 hoạt động" in page
    assert "Máy E" not in page


def test_over_a_weekend_no_kiosk_is_silent(
    app: Flask, session: Session, sen: Place, now: datetime, clock: Clock
) -> None:
    kiosk, _token = channels.pair(session, "Q-sen", "Máy A", now)
    kiosk.seen_at = datetime.fromisoformat("2026-11-20T15:30+07:00")  # a Friday
    session.commit()
    clock.advance(timedelta(days=4))  # Sunday
    assert "Im lặng" not in words(enter(app, session, "head-sen", clock()))


def test_a_head_sees_nothing_of_another_unit(
    head: FlaskClient, session: Session, places: dict[str, Place], now: datetime
) -> None:
    lua = places["lua"]
    rate(session, lua, good=50)
    case = waiting(session, lua, now, TODAY - 2 * DAY)
    channels.pair(session, "Q-lua", "Máy Lúa", now)
    session.commit()
    for query in ("", f"?unit={lua.unit_id}"):
        page = words(head, query)
        assert "n = 0" in card(page, "Hài lòng, 7 ngày qua")
        assert card(page, "Phản ánh đang chờ").startswith(" 0 ")
        assert case.number not in page
        assert "Máy Lúa" not in page


def test_over_several_units_the_figures_are_by_unit_and_one_can_be_chosen(
    people: People, session: Session, places: dict[str, Place]
) -> None:
    root = people("root")
    rate(session, places["sen"], good=10)
    rate(session, places["lua"], good=5, bad=5)
    page = words(root)
    assert re.search(r"Phường Sen Hồng 100,0 % [\d, –]+ 10\b", page)
    assert re.search(r"Xã Lúa Vàng 50,0 % [\d, –]+ 10\b", page)
    chosen = words(root, f"?unit={places['lua'].unit_id}")
    assert "50,0 %" in card(chosen, "Hài lòng, 7 ngày qua")
    assert "Hài lòng theo quầy" in chosen


def test_a_desk_low_beyond_chance_asks_to_be_looked_at(
    head: FlaskClient, session: Session, sen: Place
) -> None:
    good, unlucky = (
        Desk(unit_id=sen.unit_id, code=f"Q-{number}", name=f"Quầy {number}", valid_from=FOUNDED)
        for number in (2, 3)
    )
    session.add_all((good, unlucky))
    session.commit()
    rate(session, sen, good=10, bad=20)
    rate(session, sen, good=100, desk_id=good.id)
    rate(session, sen, good=7, bad=3, desk_id=unlucky.id)  # under the whole, but by chance
    assert re.findall(r"(Quầy .) thấp vượt sai số", words(head)) == ["Quầy 1"]


def test_who_may_not_read_complaints_sees_the_rest(people: People, session: Session) -> None:
    page = words(people("organiser-sen"))
    assert "Hài lòng, 7 ngày qua" in page
    assert "Phản ánh đang chờ" not in page
    assert "Trả lời đúng hạn" not in page


@pytest.mark.parametrize(
    ("name", "status"), [("officer", 403), ("reviewer", 403), ("admin", 403), ("head", 200)]
)
def test_today_is_for_heads_and_organisers(people: People, name: str, status: int) -> None:
    assert people(f"{name}-sen").get("/admin/today").status_code == status


def test_the_head_lands_on_today(head: FlaskClient) -> None:
    assert head.get("/admin/").headers["Location"] == "/admin/today"
