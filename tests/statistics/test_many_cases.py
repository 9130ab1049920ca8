"""Figures of many cases of different fate, against counting the cases one by one."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from shared.domain.calendar import end_of_day
from shared.domain.campaign import Measure, Settings, Window
from shared.domain.criterion_filter import CriterionFilter
from shared.domain.service_evaluation import Finding
from shared.models.case_work import ComplaintOutcome, ConductFinding
from shared.models.complaint import Complaint, ComplaintEvent, ComplaintOfficer
from shared.statistics import case_tallies, conduct, narrowed, records, timeliness
from shared.statistics.case_tallies import CaseTally
from shared.statistics.frames import Frame, Subject
from shared.statistics.measures import measure_all
from shared.statistics.satisfaction import Tally
from tests.campaign_world import JANUARY_FIRST, NOW, TODAY, World, build

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
REVIEWED = date(2026, 6, 30)
UNITS, KINDS = (
    ("an", "an-centre", "binh"),
    ("report", "report", "petition", "explanation", "praise"),
)
ANSWERED = ("report", "petition")
ENDS = {"answer": "answered", "refuse": "refused", "withdraw": "withdrawn"}
OF_CASES = (
    Measure.COMPLAINTS_ANSWERED_ON_TIME,
    Measure.EXPLANATIONS_ON_TIME,
    Measure.ANSWERS_SATISFYING,
    Measure.CASES_OUTSTANDING,
)


@dataclass(frozen=True)
class Turn:
    """A time a case was worked on: since when, until when it should and did end, and how."""

    begun_on: date
    due_on: date | None
    ended_on: date | None
    action: str

    @property
    def late(self) -> bool:
        """Say whether it ended after its day."""
        if self.due_on is None or self.ended_on is None or self.action == "withdraw":
            return False
        return self.ended_on > self.due_on

    def ended_by(self, day: date) -> bool:
        """Say whether it had ended at the end of a day."""
        return self.ended_on is not None and self.ended_on <= day


@dataclass
class Fate:
    """What happened to a case, in order."""

    unit: str
    kind: str
    turns: list[Turn]
    satisfied: bool | None
    said_on: date
    handler: str | None
    named: frozenset[str]
    findings: list[Finding] = field(default_factory=list)

    @property
    def last(self) -> Turn:
        """Give the turn it is in, or ended in."""
        return self.turns[-1]

    @property
    def withdrawn(self) -> bool:
        """Say whether its sender wants nothing any more."""
        return self.last.ended_on is not None and self.last.action == "withdraw"

    @property
    def in_time(self) -> bool:
        """Say whether every turn ended by its day."""
        due, ended = self.last.due_on, self.last.ended_on
        if None in (due, ended) or self.last.action == "withdraw":
            return False
        return not any(turn.late for turn in self.turns)

    def is_judged(self, today: date) -> bool:
        """Say whether it can be judged at the end of a day."""
        due, ended = self.last.due_on, self.last.ended_by(today)
        if due is None or (self.withdrawn and ended):
            return False
        late_once = any(turn.late and turn.ended_by(today) for turn in self.turns)
        return late_once or due < today or ended

    def is_overdue(self, today: date) -> bool:
        """Say whether it was open and past its day at the end of a day."""
        return any(
            turn.begun_on <= today
            and not turn.ended_by(today)
            and turn.due_on is not None
            and turn.due_on < today
            for turn in self.turns
        )

    @property
    def stands(self) -> bool:
        """Say whether what it says of officers counts."""
        cleared = (Finding.UNTRUE, Finding.SLANDER)
        return not self.withdrawn and not (self.findings and self.findings[-1] in cleared)


def _fate(chance: Random, reviewed: date) -> Fate:
    received = date(2025, 12, 20) + timedelta(chance.randrange(300))
    turns, begun = [], received
    while True:
        due = None if chance.random() < 0.1 else begun + timedelta(8)
        action = chance.choice(["answer", "answer", "answer", "refuse", "withdraw"])
        ended = None if chance.random() < 0.25 else begun + timedelta(chance.randrange(1, 40))
        turns.append(Turn(begun, due, ended if ended and ended <= TODAY else None, action))
        last = turns[-1].ended_on
        again = last is not None and action != "withdraw" and len(turns) < 3
        begun = (last or received) + timedelta(chance.randrange(1, 10))
        # An appeal takes a case away from what was told of it before; that is not asked here.
        if not again or begun > reviewed or chance.random() < 0.5:
            break
    answered = turns[-1].ended_on is not None and turns[-1].action == "answer"
    said_on = (turns[-1].ended_on or begun) + timedelta(chance.randrange(20))
    officers = [name for name in ("mai", "nam") if chance.random() < 0.4]
    return Fate(
        chance.choice(UNITS),
        chance.choice(KINDS),
        turns,
        chance.choice([True, False, None]) if answered and said_on <= TODAY else None,
        said_on,
        chance.choice(["mai", "nam", None]),
        frozenset(officers),
        [chance.choice(list(Finding)) for _ in range(chance.randrange(3))] if officers else [],
    )


def _noon(on: date) -> datetime:
    return datetime.combine(on, time(5), UTC)


def _lay(world: World, fate: Fate) -> Complaint:
    last = fate.last
    row = world.complaint(
        fate.unit,
        fate.turns[0].begun_on,
        last.due_on,
        None if fate.withdrawn else last.ended_on,
        fate.handler,
        kind=fate.kind,
        state=ENDS[last.action] if last.ended_on else "in_work",
        answer_satisfied=fate.satisfied,
    )

    def event(action: str, on: date) -> ComplaintEvent:
        return ComplaintEvent(
            complaint_id=row.id, at=_noon(on), action=action, actor="resident", state=row.state
        )

    outcomes = [
        ComplaintOutcome(
            complaint_id=row.id,
            at=_noon(turn.ended_on),
            action=turn.action,
            text="",
            unit_id=row.unit_id,
            due_on=turn.due_on,
            ended_on=turn.ended_on,
        )
        for turn in fate.turns
        if turn.ended_on is not None
    ]
    world.session.add_all(outcomes)
    world.session.add_all(event("appeal", turn.begun_on) for turn in fate.turns[1:])
    if fate.satisfied is not None:
        world.session.add(event("rate_answer", fate.said_on))
    for name in fate.named:
        officer_id = world.officers[name].id
        world.session.add(ComplaintOfficer(complaint_id=row.id, officer_id=officer_id))
    for finding in fate.findings:
        found = ConductFinding(
            complaint_id=row.id, finding=finding, reason="R", found_by="hoa", found_at=NOW
        )
        world.session.add(found)
        world.session.flush()
    return row


@dataclass
class Many:
    """A province of many cases, and the frame its figures are asked in."""

    world: World
    fates: list[Fate]
    frame: Frame
    window: Window

    def received(self, unit: str) -> list[Fate]:
        """Give the cases a unit received in the window."""
        first, last = self.window.first, self.window.last
        return [
            one for one in self.fates if one.unit == unit and first <= one.turns[0].begun_on <= last
        ]

    def subjects(self) -> list[Subject]:
        """Give each unit alone, and two together."""
        keys = [{self.world.unit(unit)} for unit in UNITS]
        keys.append(keys[0] | keys[1])
        return [Subject(key, frozenset(one), None, self.window) for key, one in enumerate(keys)]


@pytest.fixture(params=[TODAY, REVIEWED], ids=["running", "reviewed later"])
def many(session: Session, request: pytest.FixtureRequest) -> Many:
    today: date = request.param
    world = build(session)
    chance = Random(766)
    fates = [_fate(chance, today) for _ in range(150)]
    for fate in fates:
        _lay(world, fate)
    session.flush()
    over = today < TODAY
    as_of = end_of_day(today, ZONE) if over else NOW
    frame = Frame(world.organisation.id, ZONE, Settings(), as_of, today, over=over)
    return Many(world, fates, frame, Window(JANUARY_FIRST, today))


def test_complaints_about_conduct_are_counted_case_by_case(many: Many) -> None:
    world, window = many.world, many.window
    counted = {unit: [one for one in many.received(unit) if one.stands] for unit in UNITS}
    counted = {
        unit: [one for one in some if one.named and one.kind in ANSWERED]
        for unit, some in counted.items()
    }
    for hidden in (None, "mai"):
        key = None if hidden is None else world.officers[hidden].id
        found = conduct.by_unit(world.session, world.scope, window, key)
        assert found == {
            world.unit(unit): sum(hidden not in one.named for one in some)
            for unit, some in counted.items()
        }
    keys = {name: row.id for name, row in world.officers.items()}
    named = Counter(
        (keys[name], world.unit(unit))
        for unit, some in counted.items()
        for one in some
        for name in one.named
    )
    assert conduct.by_officer(world.session, keys.values(), world.scope, window) == named


def _tally(some: list[Fate], frame: Frame) -> CaseTally:
    """Count cases one by one."""
    today = frame.today
    kept = [one for one in some if one.kind in ANSWERED]
    judged = [one for one in kept if one.is_judged(today)]
    said = [one for one in kept if one.satisfied is not None and _said(one, frame)]
    asked = [one for one in some if one.kind == "explanation" and one.is_judged(today)]
    return CaseTally(
        judged=len(judged),
        on_time=sum(one.in_time for one in judged),
        prolonged=sum(one.is_overdue(today) for one in judged),
        failed=sum(_failed(one, frame) for one in judged),
        said=len(said),
        satisfied=sum(one.satisfied is True for one in said),
        explanations=len(asked),
        explained_on_time=sum(one.in_time for one in asked),
    )


def _said(one: Fate, frame: Frame) -> bool:
    return not frame.over or one.said_on <= frame.today


def _failed(one: Fate, frame: Frame) -> bool:
    disliked = one.satisfied is False and _said(one, frame)
    return not one.in_time or disliked or len(one.turns) > 1


def test_cases_are_tallied_as_they_stood_on_the_day(many: Many) -> None:
    world, frame = many.world, many.frame
    found = case_tallies.by_unit(world.session, world.scope, many.window, frame)
    assert found == {world.unit(unit): _tally(many.received(unit), frame) for unit in UNITS}


def test_complaints_are_counted_by_who_handled_them(many: Many) -> None:
    world, today = many.world, many.frame.today
    keys = {name: row.id for name, row in world.officers.items()}
    found = timeliness.complaints_by_officer(
        world.session, keys.values(), world.scope, many.window, today
    )
    wanted: dict[tuple[int, int], Tally] = defaultdict(Tally)
    for unit in UNITS:
        for one in many.received(unit):
            if one.handler in keys and one.kind in ANSWERED and one.is_judged(today):
                wanted[keys[one.handler], world.unit(unit)] += Tally(int(one.in_time), 1)
    assert found == wanted


def test_what_was_outstanding_on_the_day_stays_so(many: Many) -> None:
    world, today = many.world, many.frame.today
    found = case_tallies.outstanding_by_unit(world.session, world.scope, many.window, many.frame)
    overdue = Counter(one.unit for one in many.fates if one.is_overdue(today))
    assert found == {world.unit(unit): number for unit, number in overdue.items()}


@pytest.mark.parametrize("measure", OF_CASES)
def test_the_sheet_and_a_filter_that_leaves_all_hold_what_was_counted(
    many: Many, measure: Measure
) -> None:
    session, frame, subjects = many.world.session, many.frame, many.subjects()
    figures = measure_all(session, frame, subjects, [measure])
    all_left = CriterionFilter(channels=("open",))
    filtered = narrowed.measured(session, frame, subjects, measure, all_left)
    for subject in subjects:
        figure = figures[subject.key, measure]
        sheet = records.complaints(session, frame, subject, None, 1, measure)
        assert filtered[subject.key] == figure
        assert sheet.total == (figure.value if figure.cases is None else figure.cases)
        assert sum(line.hit for line in sheet.lines) == (figure.hits or 0)
