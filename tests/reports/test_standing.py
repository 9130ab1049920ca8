"""The standing as a workbook and a letter: what they say, and to whom."""

import re
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from shared.domain.figure import Figure
from shared.domain.scoring import Comparison, CompetitorKind, Target, TargetUnit
from shared.reports import standing
from shared.reports.content import Heading, Table
from shared.reports.text import shown as written
from shared.services import campaigns, figures, standings
from shared.services.campaigns import Opening
from shared.services.standings import Standing
from tests.campaign_world import JANUARY_FIRST, NOW, YEAR_END, World, build

COLLECTIVE, INDIVIDUAL = CompetitorKind.COLLECTIVE, CompetitorKind.INDIVIDUAL


@pytest.fixture
def world(session: Session) -> World:
    return build(session)


@pytest.fixture
def found(world: World) -> Standing:
    """A running campaign in which An is rated, Bình is rated by three only."""
    opening = Opening(
        "thi-dua",
        "Thi đua 2026",
        world.unit("province"),
        JANUARY_FIRST,
        YEAR_END,
        document="Kế hoạch 12/KH-UBND",
    )
    campaign = campaigns.open_from_template(world.session, "long_my", opening, world.scope, NOW)
    campaigns.confirm_weights(campaign, "hoa", NOW)
    campaigns.start(world.session, campaign, NOW)
    world.rate("an-centre", {5: 57, 1: 3}, officer="mai")
    world.rate("binh", {5: 2, 1: 1}, officer="nam")
    world.dossiers("an", 3, due_on=None)
    (place,) = [
        one
        for one in figures.places(world.session, campaign, world.scope)
        if (one.competitor.code, one.rule.code) == ("an", "2.10")
    ]
    figures.enter(
        world.session,
        campaign,
        place.criterion_id,
        place.competitor.key,
        Figure(value=place.rule.target.value),
        "QĐ 12",
        world.scope,
        "hoa",
        NOW,
    )
    return standings.standings(world.session, campaign, NOW)


def sheets(found: Standing, world: World) -> dict[str, Table]:
    rankings = standing.seen_by(found, world.scope, None)
    return {table.title: table for table in standing.tables(found, rankings)}


def test_the_workbook_ranks_both_kinds_and_tells_every_figure(
    found: Standing, world: World
) -> None:
    tables = sheets(found, world)
    assert list(tables) == [
        "Xếp hạng tập thể",
        "Xếp hạng cá nhân",
        "Chi tiết tập thể",
        "Chi tiết cá nhân",
        "Số liệu còn thiếu",
    ]
    assert tables["Xếp hạng tập thể"].rows[0][:2] == (1, "Xã An")  # type: ignore[index]  # a row
    details = tables["Chi tiết tập thể"].rows
    totals = [row.text for row in details if isinstance(row, Heading)]
    assert all(re.search(r": (–|\d+,\d\d) điểm$", one) for one in totals), totals
    assert len([row for row in details if not isinstance(row, Heading)]) == 3 * 16


def test_a_share_of_fewer_than_five_ratings_is_left_out(found: Standing, world: World) -> None:
    rows = [row for row in sheets(found, world)["Chi tiết tập thể"].rows if isinstance(row, tuple)]
    shares = {row[6]: row[4] for row in rows if row[0] == "2.8"}
    assert shares[60] == 95.0
    assert shares[3] is None


def test_every_missing_figure_is_listed_with_its_reason(found: Standing, world: World) -> None:
    rows = sheets(found, world)["Số liệu còn thiếu"].rows
    name = "Chữ ký số đúng quy định"
    assert ("Xã An", "2.10", name, "chờ xác nhận") in rows
    assert ("Xã An", "2.1", "Văn bản chỉ đạo cải cách hành chính", "chưa nộp số liệu") in rows


def test_officers_of_other_units_and_oneself_are_left_out(found: Standing, world: World) -> None:
    an = {world.unit("an-centre")}
    whom = standing.seen_by(found, an, None)[INDIVIDUAL]
    assert [place.competitor.code for place in whom] == ["mai"]
    assert standing.seen_by(found, an, world.officers["mai"].id)[INDIVIDUAL] == []
    assert len(standing.seen_by(found, set(), None)[COLLECTIVE]) == 3


@pytest.mark.parametrize(
    ("comparison", "value", "unit", "words"),
    [
        (Comparison.MORE_THAN, 99, TargetUnit.PERCENT, "trên 99%"),
        (Comparison.AT_LEAST, 100, TargetUnit.PERCENT, "100%"),
        (Comparison.AT_LEAST, 70, TargetUnit.PERCENT, "từ 70%"),
        (Comparison.AT_LEAST, 3, TargetUnit.COUNT, "từ 3"),
        (Comparison.YES, 1, TargetUnit.YES_NO, "có"),
        (Comparison.ZERO, 0, TargetUnit.COUNT, "không có"),
    ],
)
def test_targets_keep_their_sign_in_words(
    comparison: Comparison, value: int, unit: TargetUnit, words: str
) -> None:
    assert standing.target_words(Target(comparison, Decimal(value), unit)) == words


def test_a_share_just_below_its_target_is_not_written_as_the_target(world: World) -> None:
    opening = Opening("sat", "Sát mục tiêu", world.unit("province"), JANUARY_FIRST, YEAR_END)
    campaign = campaigns.open_from_template(world.session, "long_my", opening, world.scope, NOW)
    campaigns.confirm_weights(campaign, "hoa", NOW)
    campaigns.start(world.session, campaign, NOW)
    world.rate("an-centre", {5: 1500, 1: 79})  # 94,9968 %
    table = sheets(standings.standings(world.session, campaign, NOW), world)["Chi tiết tập thể"]
    (at,) = [at for at, column in enumerate(table.columns) if column.title == "Kết quả"]
    (row,) = [
        row for row in table.rows if isinstance(row, tuple) and (row[0], row[6]) == ("2.8", 1579)
    ]
    assert written(row[at], table.columns[at]) == "94,997"
    assert row[11] == "chưa đạt"
