"""Campaign pages: the standing, the records behind a score, and who may see what."""

import re
from datetime import date, timedelta
from decimal import Decimal

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.measure import Measure
from shared.domain.register import RegisterKind
from shared.models.campaign import CampaignCriterion
from tests import cast, register_records
from tests.campaign_pages import CODE, HOME, campaign, page, person, plain
from tests.campaign_world import World
from tests.conftest import Clock

CASES = "2.12"  # what of units' complaints was answered in time


def test_the_standing_shows_ranks_intervals_and_the_criteria_of_one_unit(
    running: World, tung: FlaskClient
) -> None:
    words = plain(page(tung, f"{HOME}?competitor=an"))
    assert "Xã An: hạng 1" in words
    assert "Mức độ hài lòng của người dân" in words
    assert "95,0 % 57/60" in words
    assert "Cận dưới của khoảng 95 % thấp hơn mục tiêu." in words
    assert "80,0 % 4/5" in words  # dossiers on time
    assert "trên 99 %" in words
    assert "Tính đến 18/11/2026, 09:30." in words


def decimals(words: list[str]) -> set[int]:
    """Give how many digits stand after the commas."""
    return {len(one.partition(",")[2]) for one in words}


def test_points_of_one_page_have_equally_many_decimals(running: World, tung: FlaskClient) -> None:
    text = page(tung, f"{HOME}?competitor=an")
    totals = re.findall(r'<td class="pt"[^>]*><span class="num">([\d,]+)', text)
    drill = text.partition('id="detail"')[2]
    parts = re.findall(r'<t[dh] class="r(?: num)?(?: nowrap)?"[^>]*>([\d,]+) / ([\d,]+)<', drill)
    earned = [one for one, _most in parts]
    assert len(totals) > 1
    assert len(earned) > 10
    assert "0,00" in earned
    assert decimals(totals) | decimals(earned) == {2}
    assert decimals([most for _earned, most in parts[:-1]]) == {0}


def test_whole_points_stand_without_decimals(running: World, tung: FlaskClient) -> None:
    text = page(tung, f"{HOME}/criteria")
    most = re.findall(r'<td class="r"[^>]*>([\d,]+)</td>', text)
    assert most
    assert decimals(most) == {0}
    for rule in running.session.scalars(select(CampaignCriterion).filter_by(code="2.1")):
        rule.max_points = Decimal("2.5")
    running.session.commit()
    (table,) = [one for one in page(tung, f"{HOME}/criteria").split("<table") if "2,5<" in one]
    assert decimals(re.findall(r'<td class="r"[^>]*>([\d,]+)</td>', table)) == {1}


def test_a_share_of_fewer_than_five_ratings_is_not_told(running: World, tung: FlaskClient) -> None:
    words = plain(page(tung, f"{HOME}?competitor=binh"))
    assert "chưa đủ dữ liệu n = 4" in words
    assert "75,0 %" not in words
    behind = plain(page(tung, f"{HOME}/evidence/collective/binh/2.8"))
    assert "75,0 %" not in behind


def test_a_score_opens_down_to_its_records(running: World, tung: FlaskClient) -> None:
    behind = {
        "2.6": "H01-00005",
        "2.2": "1.000003",
        "2.8": "Tuần từ",
        "2.1": "Chưa nộp số liệu",
        "2.10": "Chưa nộp số liệu",
    }
    for criterion, said in behind.items():
        assert said in page(tung, f"{HOME}/evidence/collective/an/{criterion}")


def test_behind_answers_that_satisfied_stand_what_residents_said_and_cases_without_a_limit(
    app: Flask, running: World, clock: Clock
) -> None:
    session, head = running.session, person(app, running, "reviewer", clock)
    rows = select(CampaignCriterion).where(CampaignCriterion.code == CASES)
    row = session.scalars(rows.where(CampaignCriterion.kind == "collective")).one()
    row.measure = str(Measure.ANSWERS_SATISFYING)
    on = date(2026, 3, 2)
    for satisfied in (True, False):
        running.complaint("an", on, None, on, answer_satisfied=satisfied)
    session.commit()
    words = plain(page(head, f"{HOME}/evidence/collective/an/{CASES}"))
    assert "02/03/2026 – 02/03/2026 Chưa hài lòng" in words
    assert "02/03/2026 – 02/03/2026 Hài lòng" in words


def test_a_row_that_a_register_answers_opens_down_to_its_entries(
    running: World, tung: FlaskClient
) -> None:
    an, session = running.unit("an"), running.session
    register_records.keep(session, an, RegisterKind.TRAINING, "lớp một cửa", code="TH-7")
    recognised = {"code": "SK-7", "due_on": date(2025, 12, 30), "done_on": date(2026, 2, 3)}
    register_records.keep(session, an, RegisterKind.INITIATIVE, "nhà văn hoá", **recognised)
    session.commit()
    for criterion, said in {"2.7": "TH-7", "2.13": "SK-7"}.items():
        assert said in page(tung, f"{HOME}/evidence/collective/an/{criterion}")
    for criterion in ("2.7", "2.12b", "2.13", "2.14"):
        assert "SK-7" not in page(tung, f"{HOME}/evidence/collective/binh/{criterion}")
    assert "Sổ chưa có mục nào trong kỳ." in page(tung, f"{HOME}/evidence/collective/binh/2.7")


def test_the_dossier_that_was_late_comes_first(running: World, tung: FlaskClient) -> None:
    behind = page(tung, f"{HOME}/evidence/collective/an/2.6")
    codes = re.findall(r"H01-\d{5}", behind)
    assert codes[0] == "H01-00005"


def test_a_stranger_to_the_campaign_finds_nothing(
    app: Flask, running: World, session: Session, clock: Clock
) -> None:
    cast.build(session, clock())
    session.commit()
    stranger = cast.enter(app, session, "organiser-sen", clock())
    for path in ("", "?kind=individual", "/criteria", "/figures", "/competitors", "/report/xlsx"):
        assert stranger.get(HOME + path).status_code == 404
    assert CODE not in page(stranger, "/admin/campaigns")


def test_addresses_that_name_nothing_are_answered_not_found(
    running: World, tung: FlaskClient
) -> None:
    for path in (
        "/admin/campaigns/%00",
        f"/admin/campaigns/{'x' * 500}",
        f"{HOME}/evidence/collective/an/%00",
        f"{HOME}/evidence/collective/%00/2.1",
        f"{HOME}/figures/99999999999999999999/1",
        f"{HOME}?competitor=%00",
        f"{HOME}?competitor=khong-co",
    ):
        assert tung.get(path).status_code == 404
    assert tung.get(f"{HOME}/evidence/collective/an/2.6?page=99999999").status_code == 200
    assert tung.get(f"{HOME}/evidence/collective/an/2.6?page=-1").status_code == 200


def test_an_officer_sees_the_units_and_no_officer(app: Flask, running: World, clock: Clock) -> None:
    nam = person(app, running, "nam", clock)
    words = page(nam, HOME)
    assert "Xã Bình" in words
    assert "Cá nhân" not in words
    assert "Mai" not in plain(page(nam, f"{HOME}?kind=individual"))
    assert nam.get(f"{HOME}/evidence/individual/nam/2.8").status_code == 404
    assert "chưa được xem bản ghi" in page(nam, f"{HOME}/evidence/collective/an/2.6")


def test_an_officer_sees_in_no_figure_what_a_resident_said_this_week(
    app: Flask, running: World, clock: Clock
) -> None:
    """Who served the last resident would know whose rating changed the points."""
    nam, head = (person(app, running, name, clock) for name in ("nam", "head-an"))
    paths = [f"{HOME}?competitor=an", f"{HOME}/evidence/collective/an/2.8"]
    before = [[plain(page(one, path)) for path in paths] for one in (nam, head)]
    running.touch(
        "an-centre", 1, clock() - timedelta(days=1), officer_id=running.officers["mai"].id
    )
    running.session.commit()
    after = [[plain(page(one, path)) for path in paths] for one in (nam, head)]
    assert after[0] == before[0]
    assert "Tính đến 17/11/2026, 23:59. Đánh giá được tính theo tuần" in after[0][0]
    assert "57/61" in after[1][0]
    clock.advance(timedelta(days=7))
    assert "57/61" in plain(page(person(app, running, "nam", clock), paths[0]))


def test_before_its_first_day_is_over_an_officer_sees_a_campaign_without_places(
    app: Flask, running: World, clock: Clock
) -> None:
    campaign(running).starts_on = clock().date()
    running.session.commit()
    assert "Xã Bình" not in page(person(app, running, "nam", clock), HOME)
    assert "Xã Bình" in page(person(app, running, "head-an", clock), HOME)


def test_a_head_sees_the_officers_of_the_own_unit_only(
    app: Flask, running: World, clock: Clock
) -> None:
    words = plain(page(person(app, running, "head-an", clock), f"{HOME}?kind=individual"))
    assert "Mai" in words
    assert "Nam" not in words


def test_a_head_reads_the_own_records_and_not_those_of_others(
    app: Flask, running: World, clock: Clock
) -> None:
    head = person(app, running, "head-an", clock)
    assert "H01-00005" in page(head, f"{HOME}/evidence/collective/an/2.6")
    other = page(head, f"{HOME}/evidence/collective/binh/2.6")
    assert "H01-" not in other
    assert "chưa được xem bản ghi" in other


def test_single_ratings_are_for_named_reviewers_and_without_the_time_of_day(
    app: Flask, running: World, tung: FlaskClient, clock: Clock
) -> None:
    path = f"{HOME}/evidence/collective/an/2.8"
    assert "Tuần từ" in page(tung, path)
    # The sample totals have no single ratings behind them: the reviewer's sheet is there, empty.
    assert "Tuần từ" not in page(person(app, running, "reviewer", clock), path)
