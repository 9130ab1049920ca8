"""What anybody may see of ratings never tells what fewer than five people said."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from shared.domain.calendar import local_date, monday_of
from shared.domain.campaign import Measure, Settings
from shared.domain.criterion_filter import CriterionFilter
from shared.domain.rating import Mark
from shared.domain.sampling import share
from shared.domain.scoring import CompetitorKind
from shared.models.campaign import Campaign
from shared.services import campaigns, competitors
from shared.services.board import board
from shared.services.campaigns import Opening
from shared.services.fresh_standings import shown_standing
from shared.services.standings import Standing
from shared.statistics import narrowed
from tests.campaign_world import World, build
from tests.opened_campaign import the_campaign

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
FIRST, LAST = date(2026, 7, 1), date(2026, 9, 30)  # Wednesdays both
JOINED = date(2026, 7, 17)
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
BEGUN = datetime(2026, 6, 20, 8, tzinfo=VIETNAM)
UNITS = {"an-centre": 3, "binh": 2, "cat": 7}  # ratings a week, about
COLLECTIVE = CompetitorKind.COLLECTIVE


@dataclass(frozen=True)
class Touch:
    """A rating: of which unit, how satisfied, when touched, when received."""

    unit: str
    score: int
    at: datetime
    came_at: datetime
    lane: str = "desk"

    @property
    def came_on(self) -> date:
        """Give the local day it came on."""
        return local_date(self.came_at, VIETNAM)


@pytest.fixture
def world(session: Session) -> World:
    """The province with a campaign of three months, from and to the middle of a week.

    Cát joined later, on the Friday of a week.
    """
    made = build(session)
    opening = Opening("thi-dua", "Thi đua", made.unit("province"), FIRST, LAST)
    campaign = campaigns.open_from_template(session, "long_my", opening, made.scope, BEGUN)
    campaigns.confirm_weights(campaign, "hoa", BEGUN)
    campaigns.start(session, campaign, BEGUN)
    [key] = [one.key for one in competitors.of_campaign(session, campaign) if one.code == "cat"]
    competitors.set_period(session, campaign, key, JOINED, None)
    return made


@pytest.fixture
def campaign(world: World) -> Campaign:
    """The campaign."""
    return the_campaign(world)


def touches(chance: Random) -> list[Touch]:
    """Touches of sixteen weeks in the order they came, every fifth of them days later."""
    made = []
    for unit, a_week in UNITS.items():
        for _ in range(16 * a_week):
            at = BEGUN + chance.random() * 16 * WEEK
            if chance.random() < 0.3:  # about midnight
                at = at.replace(hour=0, minute=0, second=0) + timedelta(
                    seconds=chance.choice((-1, 0, 1, 3600))
                )
            late = chance.choice((0, 0, 0, 0, chance.random() * 20))
            lane = chance.choice(("desk", "desk", "dossier", "open"))
            made.append(Touch(unit, chance.choice((1, 5)), at, at + late * DAY, lane))
    return sorted(made, key=lambda one: one.came_at)


def counted(standing: Standing) -> dict[str, tuple[int, int]]:
    """Give hits and cases of satisfaction by competitor."""
    found = {}
    for place in standing.of_kind(COLLECTIVE):
        [one] = [
            score.measurement
            for score in place.row.entry.scores
            if score.rule.measure == Measure.SATISFACTION and not score.rule.filter.narrows
        ]
        found[place.competitor.code] = (one.hits or 0, one.cases or 0)
    return found


def looks(world: World, chance: Random) -> Iterator[datetime]:
    """Look again and again while ratings come."""
    waiting = touches(chance)
    number, now = 0, BEGUN
    while now < BEGUN + 20 * WEEK:
        now += (1 + chance.random() * 4) * DAY
        while number < len(waiting) and waiting[number].came_at <= now:
            one = waiting[number]
            world.touch(one.unit, one.score, one.at, one.came_at, lane=one.lane)
            number += 1
        yield now


@pytest.mark.parametrize("seed", range(2))
def test_any_two_looks_at_a_campaign_differ_by_no_rating_or_by_five(
    world: World, campaign: Campaign, seed: int
) -> None:
    seen: dict[str, set[tuple[int, int]]] = defaultdict(lambda: {(0, 0)})  # before the first
    weeks: dict[tuple[date, str], tuple[int, int]] = {}
    for now in looks(world, Random(seed)):
        standing = shown_standing(world.session, campaign, now)
        monday = monday_of(local_date(now, VIETNAM))
        for code, tally in counted(standing).items():
            # While a week lasts nothing moves at all, whatever comes late.
            assert weeks.setdefault((monday, code), tally) == tally, now
            seen[code].add(tally)
    for code, tallies in seen.items():
        ordered = sorted(tallies, key=lambda tally: tally[1])
        steps = [b[1] - a[1] for a, b in pairwise(ordered)]
        assert all(step >= 5 for step in steps), (code, ordered)
        assert len({cases for _, cases in ordered}) == len(ordered), (code, ordered)
    assert all(len(tallies) > 2 for tallies in seen.values())


@pytest.mark.parametrize("seed", range(2))
def test_a_board_shows_every_rating_once_in_whole_weeks_of_five(world: World, seed: int) -> None:
    shown: dict[str, dict[date, tuple[date, int, Decimal]]] = {unit: {} for unit in UNITS}
    chance = Random(seed)
    for now in looks(world, Random(seed)):
        unit = chance.choice(list(UNITS))
        found = board(world.session, unit, now).satisfied
        if found is not None:
            figures = (found.last, found.cases, found.value)
            assert shown[unit].setdefault(found.first, figures) == figures, (unit, now)
    for unit, batches in shown.items():
        came = [
            one
            for one in touches(Random(seed))
            if one.unit == unit and one.lane in Settings().lanes
        ]
        assert batches
        for first, (last, cases, value) in batches.items():
            inside = [one.score for one in came if first <= one.came_on <= last]
            assert len(inside) == cases >= 5
            assert value == share(inside.count(5), cases)
            assert (first.weekday(), last.weekday()) == (0, 6)


def test_a_narrowed_figure_counts_the_same_ratings(world: World, campaign: Campaign) -> None:
    only = CriterionFilter(procedures=(world.procedures[0].code,))  # that of all of them
    for number, now in enumerate(looks(world, Random(9))):
        if number % 5:
            continue
        standing = shown_standing(world.session, campaign, now)
        places = standing.of_kind(COLLECTIVE)
        subjects = [place.subject for place in places]
        found = narrowed.measured(
            world.session, standing.frame, subjects, Measure.SATISFACTION, only
        )
        whole = counted(standing)
        for place in places:
            one = found[place.competitor.key]
            assert (one.hits or 0, one.cases or 0) == whole[place.competitor.code]


def test_a_rating_of_an_uncertain_moment_is_left_out_once(world: World, campaign: Campaign) -> None:
    """It came after the last week that is shown and after the period: two reasons, one rating."""
    at = datetime(2026, 9, 29, 9, tzinfo=VIETNAM)
    for _ in range(9):
        world.touch("cat", 5, at)
    late = datetime(2026, 10, 9, 9, tzinfo=VIETNAM)
    world.touch("cat", 1, at, late, marks=[str(Mark.TIME_UNCERTAIN)])
    for days in (0, 30):
        found = shown_standing(world.session, campaign, late + days * DAY)
        assert (counted(found)["cat"], found.left_aside) == ((9, 9), 1)


def test_what_waits_for_the_end_of_its_week_is_not_told_as_too_late(
    world: World, campaign: Campaign
) -> None:
    at = datetime(2026, 8, 4, 9, tzinfo=VIETNAM)
    world.touch("cat", 5, at, marks=[str(Mark.TIME_UNCERTAIN)])
    assert shown_standing(world.session, campaign, at + DAY).left_aside == 0
