"""Figures in four steps, as services do it: kept, counted, locked, re-opened, late."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from shared.domain.access import Actor, Permission
from shared.domain.attachment import FileKind
from shared.domain.campaign import Milestone, MilestoneKind
from shared.domain.errors import Invalid, NotFound, RuleBroken
from shared.domain.figure import Figure
from shared.domain.figure_course import FigureState
from shared.domain.scoring import Reason, Score
from shared.models.campaign import Campaign, ManualFigure
from shared.services import (
    attachments,
    campaigns,
    figure_courses,
    figure_duties,
    figure_files,
    figure_rounds,
    figure_steps,
    figures,
    freezes,
    standings,
)
from shared.services.attachments import Received
from shared.services.campaigns import Opening
from shared.services.figure_rounds import LastDays
from tests.campaign_world import JANUARY_FIRST, NOW, YEAR_END, World, build, world_of
from tests.infrastructure.worlds import lay
from tests.opened_campaign import the_campaign

JUNE, JULY = datetime(2026, 6, 15, 3, tzinfo=UTC), datetime(2026, 7, 3, 3, tzinfo=UTC)
HALF_YEAR = date(2026, 6, 30)
EIGHT, SIX, SEVEN = (Figure(hits=hits, cases=8) for hits in (8, 6, 7))


def running_since_june(session: Session) -> None:
    world = build(session)
    opening = Opening("long-my-2026", "Thi đua", world.unit("province"), JANUARY_FIRST, YEAR_END)
    made = campaigns.open_from_template(world.session, "long_my", opening, world.scope, JUNE)
    campaigns.confirm_weights(made, "hoa", JUNE)
    campaigns.start(world.session, made, JUNE)


@pytest.fixture
def world(session: Session) -> World:
    lay(running_since_june, session)
    return world_of(session)


@pytest.fixture
def campaign(world: World) -> Campaign:
    return the_campaign(world)


class Desk:
    """One figure of a commune, and the people around it."""

    def __init__(self, world: World, campaign: Campaign) -> None:
        self.world, self.campaign, self.session = world, campaign, world.session

    @property
    def place(self) -> figures.Place:
        (found,) = [
            one
            for one in figures.places(self.session, self.campaign, self.world.scope)
            if (one.competitor.code, one.rule.code) == ("an", "2.1")
            and one.rule.kind == "collective"
        ]
        return found

    def enter(
        self, figure: Figure = EIGHT, now: datetime = JUNE, by: str = "head", **more: object
    ) -> int:
        place, text = self.place, str(more.pop("evidence", "Công văn 45"))
        key, whom = place.criterion_id, place.competitor.key
        args = (self.session, self.campaign, key, whom, figure, text, self.world.scope, by, now)
        return figures.enter(*args, **more).id  # type: ignore[arg-type]  # keywords of the caller

    def verify(self, key: int, found: Figure = SIX, now: datetime = JUNE, by: str = "tung") -> None:
        figures.verify(self.session, self.campaign, key, found, "", self.world.scope, by, now)

    def explain(self, key: int, now: datetime = JUNE, by: str = "head") -> None:
        scope = self.world.scope
        figure_steps.explain(self.session, self.campaign, key, "Còn hai việc", scope, by, now)

    def reply(self, key: int, found: Figure | None, now: datetime = JUNE) -> None:
        scope = self.world.scope
        figure_steps.reply(self.session, self.campaign, key, "Đã xem", found, scope, "tung", now)

    def decide(self, key: int, now: datetime = JUNE, by: Actor | None = None) -> None:
        args = (self.session, self.campaign, key, SEVEN, "Theo biên bản", "QĐ 9/QĐ-HĐ")
        figure_steps.decide(*args, self.world.scope, by or person("lan"), now)

    def reopen(self, now: datetime = JULY, until: date = date(2026, 7, 10)) -> None:
        whom = (self.place.competitor.key, self.place.criterion_id)
        first = figure_rounds.rounds(self.session, self.campaign)[0]
        figure_rounds.reopen(
            self.session, self.campaign, whom, first.key, until, "Mất điện", "hoa", now
        )

    def score(self, now: datetime = JUNE, until: date | None = None) -> Score:
        found = standings.standings(self.session, self.campaign, now, until)
        scores = found.place_of(self.place.competitor.kind, "an").row.entry.scores
        return next(one for one in scores if one.rule.code == "2.1")


@pytest.fixture
def desk(world: World, campaign: Campaign) -> Desk:
    return Desk(world, campaign)


def person(name: str, account_id: int = 0, officer_id: int | None = None) -> Actor:
    return Actor(account_id, name, name, officer_id, "vi", must_change_password=False)


def test_all_four_steps_are_kept_and_the_councils_figure_counts(desk: Desk) -> None:
    key = desk.enter()
    assert desk.score().reason is Reason.UNVERIFIED
    desk.verify(key)
    assert desk.score().measurement.hits == 6
    desk.explain(key)
    desk.reply(key, None)
    desk.explain(key)
    assert desk.score().measurement.hits == 6
    desk.decide(key)
    assert desk.score().measurement.hits == 7
    (kept,) = figure_courses.history(
        desk.session, desk.campaign, desk.place.criterion_id, desk.place.competitor.key
    )
    told = [(step.kind, step.taken_by) for step in kept.steps]
    assert told == [
        ("explanation", "head"),
        ("reply", "tung"),
        ("explanation", "head"),
        ("decision", "lan"),
    ]
    assert (kept.row.hits, kept.row.verified_hits, kept.row.entered_by) == (8, 6, "head")
    assert kept.decision is not None
    assert (kept.decision.document, kept.decision.taken_at) == ("QĐ 9/QĐ-HĐ", JUNE)


def test_a_reply_may_bring_another_figure_which_is_then_the_verified_one(desk: Desk) -> None:
    key = desk.enter()
    desk.verify(key)
    desk.explain(key)
    desk.reply(key, EIGHT)
    assert desk.score().measurement.hits == 8
    assert desk.place.newest is not None
    assert desk.place.newest.verified_hits == 6


@pytest.mark.parametrize("by", ["head", "tung"])
def test_who_entered_or_verified_does_not_decide(desk: Desk, by: str) -> None:
    key = desk.enter()
    desk.verify(key)
    desk.explain(key)
    with pytest.raises(RuleBroken) as caught:
        desk.decide(key, by=person(by))
    assert caught.value.code == "same_person"


def test_nobody_of_the_unit_decides_on_its_figures(desk: Desk) -> None:
    key = desk.enter()
    desk.verify(key)
    desk.explain(key)
    mai = desk.world.officers["mai"]
    with pytest.raises(RuleBroken) as caught:
        desk.decide(key, by=person("mai", officer_id=mai.id))
    assert caught.value.code == "own_unit"
    nam = desk.world.officers["nam"]
    desk.decide(key, by=person("nam", officer_id=nam.id))


def test_a_decision_needs_a_document_a_reason_and_the_units_days(desk: Desk) -> None:
    key = desk.enter()
    desk.verify(key)
    with pytest.raises(RuleBroken) as caught:
        desk.decide(key)
    assert caught.value.code == "explanation_open"
    later = JUNE + timedelta(days=6)
    args = (desk.session, desk.campaign, key, SEVEN)
    for reason, document, field in (("Vì", "", "document"), ("", "QĐ 1", "reason")):
        with pytest.raises(Invalid) as wrong:
            figure_steps.decide(*args, reason, document, desk.world.scope, person("lan"), later)
        assert wrong.value.field == field
    desk.decide(key, later)
    with pytest.raises(RuleBroken) as caught:
        desk.decide(key, later)
    assert caught.value.code == "figure_settled"


def test_after_the_last_day_an_entry_is_for_the_next_review_and_after_the_last_is_refused(
    desk: Desk,
) -> None:
    first = desk.enter()
    desk.verify(first)
    second = desk.enter(SEVEN, JULY)
    desk.verify(second, SEVEN, JULY)
    assert desk.score(JULY, HALF_YEAR).measurement.hits == 6
    assert desk.score(JULY).measurement.hits == 7
    with pytest.raises(RuleBroken) as caught:
        desk.enter(now=datetime(2027, 1, 1, 3, tzinfo=UTC))
    assert caught.value.code == "entries_locked"


def test_a_frozen_review_stays_the_same_when_later_reviews_get_their_figures(desk: Desk) -> None:
    desk.verify(desk.enter())
    frozen = freezes.freeze(
        desk.session, desk.campaign, MilestoneKind.PRELIMINARY, HALF_YEAR, "hoa", JULY
    )
    desk.enter(SEVEN, JULY)
    assert freezes.check(desk.session, frozen, NOW).verdict == "same"


def test_a_reopened_review_takes_a_late_figure_and_says_so_in_the_score(desk: Desk) -> None:
    with pytest.raises(Invalid):
        desk.reopen(until=date(2026, 7, 2))
    desk.reopen()
    key = desk.enter(now=JULY)
    desk.verify(key, EIGHT, JULY)
    score = desk.score(JULY, HALF_YEAR)
    assert score.measurement.hits == 8
    assert score.measurement.note is not None
    assert score.measurement.note.text == figures.LATE
    assert dict(score.measurement.note.values) == {"on": "03/07/2026", "due": "30/06/2026"}
    frozen = freezes.freeze(
        desk.session, desk.campaign, MilestoneKind.PRELIMINARY, HALF_YEAR, "hoa", JULY
    )
    place = freezes.standing_of(frozen).place_of(desk.place.competitor.kind, "an")
    (kept,) = [one for one in place.row.entry.scores if one.rule.code == "2.1"]
    assert kept.measurement.note == score.measurement.note


def test_after_a_decision_nothing_is_handed_in_until_it_is_reopened(desk: Desk) -> None:
    key = desk.enter()
    desk.verify(key)
    desk.explain(key)
    desk.decide(key)
    with pytest.raises(RuleBroken) as caught:
        desk.enter()
    assert caught.value.code == "figure_decided"
    desk.reopen()
    desk.enter(now=JULY, round_key=figure_rounds.rounds(desk.session, desk.campaign)[0].key)
    assert desk.session.get_one(ManualFigure, key).verified_hits == 6


def test_evidence_is_words_or_a_file_and_a_file_waits_for_the_scanner(desk: Desk) -> None:
    with pytest.raises(Invalid):
        desk.enter(evidence="")
    photo = Received(FileKind.PDF, "cong-van.pdf", "a" * 64, "b" * 64, None, 7)
    key = desk.enter(evidence="", files=[photo], scanned_first=True)
    (file,) = figure_files.of_figures(desk.session, [key])[key]
    assert attachments.digests(desk.session) == {"b" * 64}
    waiting = attachments.waiting_for_scan(desk.session)
    assert waiting == ((1, file.id), "b" * 64)
    assert attachments.waiting_for_scan(desk.session, waiting[0]) is None
    attachments.note_scanned(desk.session, waiting[0], "", JUNE)
    assert file.state == "open"


def test_last_days_are_data_and_a_moved_milestone_keeps_its_figures(desk: Desk) -> None:
    key = desk.enter()
    desk.verify(key)
    first, last = figure_rounds.rounds(desk.session, desk.campaign)
    assert first.key is not None
    wanted = {first.key: LastDays(date(2026, 7, 5), date(2026, 7, 20), date(2026, 7, 31))}
    figure_rounds.set_days(desk.session, desk.campaign, 3, wanted)
    desk.enter(SEVEN, JULY)
    plan = campaigns.plan_of(desk.session, desk.campaign)
    moved = Milestone(MilestoneKind.PRELIMINARY, "Sơ kết", date(2026, 7, 15))
    changed = replace(plan, milestones=(moved, plan.milestones[1]))
    campaigns.edit_plan(desk.session, desk.campaign, changed)
    again, end = figure_rounds.rounds(desk.session, desk.campaign)
    assert (again.key, again.on, again.explain_until) == (
        first.key,
        date(2026, 7, 15),
        date(2026, 7, 20),
    )
    assert end == last
    assert desk.place.kept is not None
    assert desk.place.kept.round == again
    with pytest.raises(Invalid) as caught:
        campaigns.edit_plan(
            desk.session, desk.campaign, replace(plan, milestones=(plan.milestones[1],))
        )
    assert caught.value.code == "milestone_used"
    crossed = {first.key: LastDays(date(2026, 7, 5), date(2026, 7, 1))}
    with pytest.raises(Invalid):
        figure_rounds.set_days(desk.session, desk.campaign, 3, crossed)
    with pytest.raises(NotFound):
        figure_rounds.set_days(desk.session, desk.campaign, 3, {10_000: LastDays()})


def test_a_copy_takes_the_last_days_with_it(desk: Desk, world: World) -> None:
    first = figure_rounds.rounds(desk.session, desk.campaign)[0]
    assert first.key is not None
    wanted = {first.key: LastDays(date(2026, 7, 5))}
    figure_rounds.set_days(desk.session, desk.campaign, 9, wanted)
    opening = Opening(
        "lm-2027", "Thi đua", world.unit("province"), date(2027, 1, 1), date(2027, 12, 31)
    )
    made = campaigns.copy(desk.session, desk.campaign, opening, world.scope, NOW)
    assert figure_rounds.explain_days(desk.session, made) == 9
    assert figure_rounds.rounds(desk.session, made)[0].enter_until == date(2027, 7, 5)


def test_duties_tell_whose_turn_it_is_and_how_many_days_are_left(desk: Desk) -> None:
    def duty() -> figure_duties.Duty:
        found = figure_duties.duties(desk.session, desk.campaign, desk.world.scope, JUNE)
        (one,) = [
            one
            for one in found
            if (one.place.criterion_id, one.place.competitor.key)
            == (desk.place.criterion_id, desk.place.competitor.key)
        ]
        return one

    assert (duty().state, duty().due_on, duty().days_left) == (FigureState.OWED, HALF_YEAR, 15)
    key = desk.enter()
    assert (duty().state, duty().due_on) == (FigureState.ENTERED, None)
    desk.verify(key)
    assert (duty().state, duty().days_left) == (FigureState.TO_EXPLAIN, 5)
    desk.explain(key)
    assert duty().state is FigureState.EXPLAINED


def test_a_head_is_told_what_is_owed_within_seven_days_and_an_organiser_what_waits(
    desk: Desk,
) -> None:
    an = frozenset({desk.world.unit("an")})
    head = replace(person("head"), reach={Permission.ENTER_FIGURES: an})
    assert figure_duties.loads(desk.session, head, an, JUNE) == []
    near = datetime(2026, 6, 25, 3, tzinfo=UTC)
    (load,) = figure_duties.loads(desk.session, head, an, near)
    assert load.owed > 0
    assert (load.late, load.due_on) == (0, HALF_YEAR)
    desk.enter(now=near)
    scope = desk.world.scope
    both = {Permission.ENTER_FIGURES: scope, Permission.VERIFY_FIGURES: scope}
    (waits,) = figure_duties.loads(desk.session, replace(head, reach=both), scope, near)
    assert (waits.owed, waits.verify, waits.decide) == (0, 1, 0)
    (less,) = figure_duties.loads(desk.session, head, an, near)
    assert less.owed == load.owed - 1


def test_a_figure_without_a_note_of_its_review_goes_by_its_day(desk: Desk) -> None:
    place = desk.place
    row = ManualFigure(
        criterion_id=place.criterion_id,
        competitor_id=place.competitor.key,
        value=Decimal(1),
        evidence="",
        entered_by="head",
        entered_at=JUNE,
    )
    desk.session.add(row)
    desk.session.flush()
    kept = desk.place.kept
    assert kept is not None
    assert (kept.round.on, kept.late) == (HALF_YEAR, False)
