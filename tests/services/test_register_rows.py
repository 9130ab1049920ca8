"""Rows of the campaigns that units' registers answer: dated cases, what is missing, what is not."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.campaign import Measure, Source
from shared.domain.figure import Figure
from shared.domain.milestone import MilestoneKind, Verdict
from shared.domain.register import RegisterKind
from shared.domain.scoring import CompetitorKind, Reason, Score, ScoreState
from shared.models.campaign import Campaign, CampaignCriterion
from shared.models.organisation import Procedure
from shared.models.register import RegisterEntry, RegisterPerson
from shared.services import campaigns, figures, freezes
from tests import register_records
from tests.campaign_world import NOW, TODAY, World, build, world_of
from tests.infrastructure.worlds import lay
from tests.opened_campaign import (
    COLLECTIVE,
    INDIVIDUAL,
    opening,
    score_of,
    standing,
    started,
    the_campaign,
)

DAY, NEXT, TO_COME = date(2026, 6, 1), date(2026, 6, 2), date(2026, 12, 1)
LAST_YEAR, NEXT_YEAR = date(2025, 12, 30), date(2027, 1, 4)
REVIEWED, LATER = date(2026, 6, 30), datetime(2026, 12, 1, 3, tzinfo=UTC)
# What the founding texts ask for by the registers: template, row, of whom.
FED = {
    ("long_my", "2.7", COLLECTIVE): Measure.TRAINING_ATTENDED,
    ("long_my", "2.12b", COLLECTIVE): Measure.EXEMPLARY_RECORDED,
    ("long_my", "2.13", COLLECTIVE): Measure.INITIATIVES_DECIDED,
    ("long_my", "2.13", INDIVIDUAL): Measure.INITIATIVES_DECIDED,
    ("long_my", "2.14", COLLECTIVE): Measure.PROCEDURES_REVIEWED,
    ("district_2022", "4.8", COLLECTIVE): Measure.COMMITTEES_SET_UP,
}
BY_HAND = [("long_my", "2.7", INDIVIDUAL), ("district_2022", "4.12", COLLECTIVE)]


def build_running(session: Session, template: str) -> None:
    run(build(session), template)


@pytest.fixture
def world(session: Session, request: pytest.FixtureRequest) -> World:
    """The province, with the campaign that the test asks for by its template."""
    for name, template in (("long_my", "long_my"), ("district", "district_2022")):
        if name in request.fixturenames:
            lay(build_running, session, template)
            return world_of(session)
    return build(session)


@pytest.fixture
def long_my(world: World) -> Campaign:
    return the_campaign(world)


@pytest.fixture
def district(world: World) -> Campaign:
    return the_campaign(world)


def run(world: World, template: str) -> Campaign:
    asked = opening(world)
    made = campaigns.open_from_template(world.session, template, asked, world.scope, NOW)
    return started(world, made)


def keep(world: World, kind: RegisterKind, code: str, name: str = "an", **columns: Any) -> int:
    return register_records.keep(
        world.session, world.unit(name), kind, "", **{"code": code, "due_on": DAY, **columns}
    )


def judged(
    world: World, campaign: Campaign, code: str, who: str = "an", kind: CompetitorKind = COLLECTIVE
) -> Score:
    found: Score = score_of(standing(world, campaign), kind, who, code)
    return found


def share(score: Score) -> tuple[int | None, int | None]:
    return score.measurement.hits, score.measurement.cases


@pytest.mark.parametrize("row", FED)
def test_the_template_counts_the_row_in_the_register(row: tuple[str, str, CompetitorKind]) -> None:
    template, code, kind = row
    (rule,) = [
        one for one in campaigns.template(template).criteria if (one.code, one.kind) == (code, kind)
    ]
    assert (rule.measure, rule.source in {Source.REGISTERS, Source.INITIATIVES}) == (FED[row], True)


@pytest.mark.parametrize(("template", "code", "kind"), BY_HAND)
def test_a_row_that_no_register_answers_is_entered_and_the_template_says_why(
    template: str, code: str, kind: CompetitorKind
) -> None:
    source = campaigns.template(template)
    (rule,) = [one for one in source.criteria if (one.code, one.kind) == (code, kind)]
    assert rule.measure == Measure.MANUAL
    assert f"Mục {code}" in source.source


def test_courses_held_count_and_those_to_come_do_not(world: World, long_my: Campaign) -> None:
    keep(world, RegisterKind.TRAINING, "1", choice="conduct", planned=8, done=8)
    keep(world, RegisterKind.TRAINING, "2", choice="other", due_on=TODAY, planned=4, done=1)
    keep(world, RegisterKind.TRAINING, "3", due_on=TO_COME, planned=9, done=None)
    keep(world, RegisterKind.TRAINING, "4", due_on=LAST_YEAR, planned=9, done=0)
    found = judged(world, long_my, "2.7")
    assert (share(found), found.met) == ((9, 12), False)


def test_a_course_nobody_told_the_attendance_of_is_one_nobody_attended(
    world: World, long_my: Campaign
) -> None:
    keep(world, RegisterKind.TRAINING, "1", planned=8, done=None)
    assert share(judged(world, long_my, "2.7")) == (0, 8)


def test_a_unit_with_its_courses_still_to_come_has_handed_in_nothing_yet(
    world: World, long_my: Campaign
) -> None:
    keep(world, RegisterKind.TRAINING, "1", due_on=TO_COME, planned=9, done=None)
    assert judged(world, long_my, "2.7").reason is Reason.NOT_SUBMITTED


def test_a_unit_with_nobody_due_at_any_course_is_exempt(world: World, long_my: Campaign) -> None:
    keep(world, RegisterKind.TRAINING, "1", planned=0, done=None, document="Công văn 120/UBND-NV")
    found = judged(world, long_my, "2.7")
    assert (found.state, found.reason) == (ScoreState.EXEMPT, Reason.NO_CASES)


def test_a_register_nobody_kept_is_missing_and_leaves_the_standing_incomplete(
    world: World, long_my: Campaign
) -> None:
    found = standing(world, long_my).place_of(COLLECTIVE, "binh").row
    (score,) = [one for one in found.entry.scores if one.rule.code == "2.7"]
    assert (score.state, score.reason) == (ScoreState.MISSING, Reason.NOT_SUBMITTED)
    assert not found.complete


def test_deeds_of_this_year_are_counted_and_none_is_nought(world: World, long_my: Campaign) -> None:
    for code, on in (("1", DAY), ("2", TODAY), ("3", LAST_YEAR)):
        keep(world, RegisterKind.EXEMPLARY, code, due_on=on)
    assert judged(world, long_my, "2.12b").measurement.value == 2
    nobody = judged(world, long_my, "2.12b", "binh")
    assert (nobody.measurement.value, nobody.state) == (Decimal(0), ScoreState.SCORED)


@pytest.mark.parametrize(
    ("handed_in", "recognised", "counts"),
    [
        (DAY, DAY, 1),
        (DAY, TODAY, 1),
        (DAY, None, 0),  # written, not recognised
        (DAY, NEXT_YEAR, 0),  # not yet recognised within the period
        (LAST_YEAR, DAY, 1),  # handed in at the end of the year before
        (LAST_YEAR, LAST_YEAR, 0),  # counted there
    ],
)
def test_an_initiative_counts_in_the_period_in_which_it_is_recognised(
    world: World,
    long_my: Campaign,
    handed_in: date,
    recognised: date | None,
    counts: int,
) -> None:
    entry = keep(world, RegisterKind.INITIATIVE, "1", due_on=handed_in, done_on=recognised)
    mai = world.officers["mai"].id
    world.session.add(RegisterPerson(entry_id=entry, position=1, officer_id=mai, name="Mai"))
    world.session.flush()
    assert judged(world, long_my, "2.13").measurement.value == counts
    # Mai serves in An's centre; the register that names her as an author is the commune's.
    assert judged(world, long_my, "2.13", "mai", INDIVIDUAL).measurement.value == counts
    assert judged(world, long_my, "2.13", "nam", INDIVIDUAL).measurement.value == 0


def test_an_author_is_counted_in_the_register_of_the_own_unit(
    world: World, long_my: Campaign
) -> None:
    entry = keep(world, RegisterKind.INITIATIVE, "1", "binh", done_on=NEXT)
    nam = world.officers["nam"].id
    world.session.add(RegisterPerson(entry_id=entry, position=1, officer_id=nam, name="Nam"))
    world.session.flush()
    found = judged(world, long_my, "2.13", "nam", INDIVIDUAL)
    assert (found.measurement.value, found.met) == (Decimal(1), True)


def test_every_procedure_in_force_needs_its_own_review(world: World, long_my: Campaign) -> None:
    for number, done_on in ((0, DAY), (1, TODAY), (2, None), (3, DAY)):  # 3 is no longer in force
        key = world.procedures[number].id
        keep(world, RegisterKind.REVIEW, f"{number}", procedure_id=key, done_on=done_on)
    assert share(judged(world, long_my, "2.14")) == (2, 3)
    assert share(judged(world, long_my, "2.14", "binh")) == (0, 3)


def test_without_a_catalogue_the_review_of_procedures_is_missing(
    world: World, long_my: Campaign
) -> None:
    for procedure in world.session.scalars(select(Procedure)):
        procedure.valid_to = LAST_YEAR
    world.session.flush()
    assert judged(world, long_my, "2.14").reason is Reason.NOT_SUBMITTED


@pytest.mark.parametrize(
    ("choice", "due_on", "done_on", "expected"),
    [
        ("head", DAY, DAY, (ScoreState.SCORED, (1, 1))),  # on the very day is in time
        ("head", DAY, NEXT, (ScoreState.SCORED, (0, 1))),
        ("other", DAY, DAY, (ScoreState.SCORED, (0, 1))),
        ("head", DAY, None, (ScoreState.SCORED, (0, 1))),
        ("head", TODAY, None, (ScoreState.EXEMPT, (0, 0))),  # its day is not over
    ],
)
def test_a_committee_is_set_up_in_time_and_led_by_the_head(
    world: World,
    district: Campaign,
    choice: str,
    due_on: date,
    done_on: date | None,
    expected: tuple[ScoreState, tuple[int, int]],
) -> None:
    keep(world, RegisterKind.COMMITTEE, "1", choice=choice, due_on=due_on, done_on=done_on)
    found = judged(world, district, "4.8")
    assert (found.state, share(found)) == expected
    assert found.points == (found.rule.max_points if expected[1] == (1, 1) else 0)


def test_a_unit_that_owes_no_committee_is_exempt(world: World, district: Campaign) -> None:
    keep(world, RegisterKind.COMMITTEE, "1", choice="none", done_on=None, document="KH 117")
    found = judged(world, district, "4.8")
    assert (found.state, found.reason) == (ScoreState.EXEMPT, Reason.NO_CASES)


def test_a_commune_that_tells_of_no_committee_is_missing(world: World, district: Campaign) -> None:
    assert judged(world, district, "4.8").reason is Reason.NOT_SUBMITTED


def test_a_review_frozen_when_the_rows_were_entered_by_hand_still_verifies(
    world: World, session: Session
) -> None:
    campaign = _as_before(world)
    for code, figure in (("2.7", Figure(hits=7, cases=8)), ("2.13", Figure(Decimal(2)))):
        _entered(world, campaign, code, figure)
    frozen = freezes.freeze(session, campaign, MilestoneKind.PRELIMINARY, REVIEWED, "hoa", LATER)
    keep(world, RegisterKind.TRAINING, "1", planned=4, done=0)
    keep(world, RegisterKind.INITIATIVE, "1", done_on=DAY)
    assert freezes.check(session, frozen, LATER).verdict is Verdict.SAME
    scores = freezes.standing_of(frozen).place_of(COLLECTIVE, "an").row.entry.scores
    told = {one.rule.code: (one.rule.measure, one.measurement.value) for one in scores}
    assert told["2.7"] == (Measure.MANUAL, Decimal("87.5"))
    assert told["2.13"] == (Measure.MANUAL, Decimal(2))


def test_what_registers_tell_of_days_after_a_review_does_not_move_it(
    world: World, session: Session
) -> None:
    campaign = started(world, _drafted_in_june(world))
    for kind in (RegisterKind.INITIATIVE, RegisterKind.REVIEW, RegisterKind.TRAINING):
        keep(world, kind, "1", procedure_id=world.procedures[0].id)
    frozen = freezes.freeze(session, campaign, MilestoneKind.PRELIMINARY, REVIEWED, "hoa", LATER)
    after = date(2026, 7, 9)
    for row in session.scalars(select(RegisterEntry).where(RegisterEntry.kind != "training")):
        row.done_on = after
    keep(world, RegisterKind.TRAINING, "2", due_on=after, planned=4, done=0)
    keep(world, RegisterKind.EXEMPLARY, "1", due_on=after)
    session.flush()
    assert freezes.check(session, frozen, LATER).verdict is Verdict.SAME


def _as_before(world: World) -> Campaign:
    """Run a campaign whose rows stand as the template had them before registers answered them."""
    draft = _drafted_in_june(world)
    for row in world.session.scalars(
        select(CampaignCriterion).where(CampaignCriterion.campaign_id == draft.id)
    ):
        if row.code in {"2.7", "2.12b", "2.13", "2.14"}:
            row.source, row.measure = Source.MANUAL, Measure.MANUAL
    world.session.flush()
    return started(world, draft)


def _drafted_in_june(world: World) -> Campaign:
    at = datetime(2026, 6, 1, tzinfo=UTC)
    return campaigns.open_from_template(world.session, "long_my", opening(world), world.scope, at)


def _entered(world: World, campaign: Campaign, code: str, figure: Figure) -> None:
    (place,) = [
        one
        for one in figures.places(world.session, campaign, world.scope)
        if (one.competitor.code, one.rule.code, one.rule.kind) == ("an", code, COLLECTIVE)
    ]
    at = datetime(2026, 6, 20, 3, tzinfo=UTC)
    where = (place.criterion_id, place.competitor.key)
    row = figures.enter(
        world.session, campaign, *where, figure, "Danh sách", world.scope, "hoa", at
    )
    figures.verify(world.session, campaign, row.id, figure, "", world.scope, "tung", at)
