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
from shared.models.case_work import ComplaintOutcome, ComplaintPassage, ConductFinding
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
    ("an", "an-centre", "binh", "province"),
    ("report", "report", "petition", "explanation", "praise"),
)
ABOVE = {"an-centre": "an", "an": "province", "binh": "province"}
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
    """A time a case was worked on: since when, by whom, until when it should and did end, how."""

    begun_on: date
    due_on: date | None
    ended_on: date | None
    action: str
    unit: str  # that ended it, or has it now
    handler: str | None
    satisfied: bool | None
    said_on: date

    def ended_by(self, day: date) -> bool:
        """Say whether it had ended at the end of a day."""
        return self.ended_on is not None and self.ended_on <= day

    def withdrawn_by(self, day: date) -> bool:
        """Say whether its sender wanted nothing any more at the end of a day."""
        return self.action == "withdraw" and self.ended_by(day)

    @property
    def in_time(self) -> bool:
        """Say whether it ended by its day."""
        return (
            self.due_on is not None and self.ended_on is not None and self.ended_on <= self.due_on
        )

    def is_judged(self, day: date) -> bool:
        """Say whether it can be judged at the end of a day."""
        if self.due_on is None or self.withdrawn_by(day):
            return False
        return self.due_on < day or self.ended_by(day)

    def is_overdue(self, day: date) -> bool:
        """Say whether it was open and past its day at the end of a day."""
        return self.due_on is not None and not self.ended_by(day) and self.due_on < day

    def was_said(self, frame: Frame) -> bool:
        """Say whether its sender spoke of the answer while the period ran."""
        return self.satisfied is not None and (not frame.over or self.said_on <= frame.today)


@dataclass(frozen=True)
class Passage:
    """A day on which a unit passed a case on, and to whom."""

    on: date
    of: str
    to: str
    cause: str


@dataclass
class Fate:
    """What happened to a case, in order."""

    kind: str
    turns: list[Turn]
    passages: list[Passage]
    named: frozenset[str]
    findings: list[tuple[Finding, date]] = field(default_factory=list)

    @property
    def last(self) -> Turn:
        """Give the turn it is in, or ended in."""
        return self.turns[-1]

    def unit_on(self, day: date) -> str:
        """Give the unit that had it at the end of a day."""
        return next((one.of for one in self.passages if one.on > day), self.last.unit)

    def conduct_unit(self, day: date) -> str:
        """Give the unit that what it says of officers counts for: an appeal takes it nowhere."""
        for one in self.passages:
            if one.cause == "appeal" or one.on > day:
                return one.of
        return self.last.unit

    def held(self, day: date) -> list[tuple[str, Turn]]:
        """Give the turns that had begun by a day, each with the unit it counts for then."""
        return [
            (turn.unit if turn.ended_by(day) else self.unit_on(day), turn)
            for turn in self.turns
            if turn.begun_on <= day
        ]

    def handler(self, turn: Turn, day: date) -> str | None:
        """Give who is known to have handled a turn of it, as of a day."""
        if turn.ended_on is not None:
            at_the_time = turn.ended_by(day) or self.unit_on(day) == turn.unit
            return turn.handler if at_the_time else None
        return None if any(one.on > day for one in self.passages) else turn.handler

    def is_appealed(self, turn: Turn, day: date) -> bool:
        """Say whether its sender had gone on to the next level after a turn, by a day."""
        place = self.turns.index(turn) + 1
        return place < len(self.turns) and self.turns[place].begun_on <= day

    def stands(self, day: date) -> bool:
        """Say whether what it says of officers counts at the end of a day."""
        known = [finding for finding, on in self.findings if on <= day]
        cleared = (Finding.UNTRUE, Finding.SLANDER)
        return not self.last.withdrawn_by(day) and not (known and known[-1] in cleared)


def _fate(chance: Random) -> Fate:
    received = date(2025, 12, 20) + timedelta(chance.randrange(300))
    unit, begun = chance.choice(UNITS), received
    turns: list[Turn] = []
    passages: list[Passage] = []
    while True:
        turn = _turn(chance, begun, unit, passages)
        turns.append(turn)
        above = ABOVE.get(turn.unit)
        again = turn.ended_on is not None and turn.action != "withdraw" and above is not None
        begun = max(turn.ended_on or begun, turn.said_on) + timedelta(chance.randrange(40))
        if not again or begun > TODAY or above is None or chance.random() < 0.5:
            break
        passages.append(Passage(begun, turn.unit, above, "appeal"))
        unit = above
    officers = [name for name in ("mai", "nam") if chance.random() < 0.4]
    found = sorted(received + timedelta(chance.randrange(150)) for _ in range(chance.randrange(3)))
    return Fate(
        chance.choice(KINDS),
        turns,
        passages,
        frozenset(officers),
        [(chance.choice(list(Finding)), on) for on in found] if officers else [],
    )


def _turn(chance: Random, begun: date, unit: str, passages: list[Passage]) -> Turn:
    """Work on a case once, which a transfer may bring to another unit."""
    since, due = begun, None if chance.random() < 0.1 else begun + timedelta(8)
    passed = begun + timedelta(chance.choice([1, 3, 12, 60]))
    if passed <= TODAY and chance.random() < 0.3:
        to = chance.choice([other for other in UNITS if other != unit])
        passages.append(Passage(passed, unit, to, "transfer"))
        since, unit = passed, to
    action = chance.choice(["answer", "answer", "answer", "refuse", "withdraw"])
    taken = chance.choice([3, 5, 8, 9, 20, 80, None])
    ended = since + timedelta(taken) if taken and since + timedelta(taken) <= TODAY else None
    said_on = (ended or since) + timedelta(chance.randrange(20))
    satisfied = chance.choice([True, False, None])
    said = ended is not None and action == "answer" and said_on <= TODAY
    return Turn(
        begun,
        due,
        ended,
        action,
        unit,
        chance.choice(["mai", "nam", None]),
        satisfied if said else None,
        said_on if said and satisfied is not None else since,
    )


class _Days:
    """Instants of local days; what happens later on a day comes later."""

    def __init__(self) -> None:
        self._steps = 0

    def at(self, on: date) -> datetime:
        """Give the next instant of a day, from noon on."""
        self._steps += 1
        return datetime.combine(on, time(5), UTC) + timedelta(seconds=self._steps)


def _lay(world: World, fate: Fate) -> Complaint:
    last = fate.last
    row = world.complaint(
        last.unit,
        fate.turns[0].begun_on,
        last.due_on,
        None if last.withdrawn_by(TODAY) else last.ended_on,
        last.handler,
        kind=fate.kind,
        state=ENDS[last.action] if last.ended_on else "in_work",
        answer_satisfied=last.satisfied,
    )
    days = _Days()
    waiting = list(fate.passages)
    for place, turn in enumerate(fate.turns):
        if place:
            _pass(world, row, waiting.pop(0), days)
        while waiting and waiting[0].cause == "transfer":
            _pass(world, row, waiting.pop(0), days)
        if turn.ended_on is not None:
            _end(world, row, turn, days)
    for name in fate.named:
        officer_id = world.officers[name].id
        world.session.add(ComplaintOfficer(complaint_id=row.id, officer_id=officer_id))
    for finding, on in fate.findings:
        world.session.add(
            ConductFinding(
                complaint_id=row.id,
                finding=finding,
                reason="R",
                found_by="hoa",
                found_at=days.at(on),
            )
        )
        world.session.flush()
    return row


def _event(
    world: World, row: Complaint, action: str, actor: str, at: datetime, state: str
) -> ComplaintEvent:
    event = ComplaintEvent(complaint_id=row.id, at=at, action=action, actor=actor, state=state)
    world.session.add(event)
    world.session.flush()
    return event


def _pass(world: World, row: Complaint, passage: Passage, days: _Days) -> None:
    at = days.at(passage.on)
    state = "appealed" if passage.cause == "appeal" else "received"
    event = _event(world, row, passage.cause, "resident", at, state)
    world.session.add(
        ComplaintPassage(
            complaint_id=row.id,
            from_unit_id=world.unit(passage.of),
            to_unit_id=world.unit(passage.to),
            cause=passage.cause,
            last_event_id=event.id,
            at=at,
        )
    )


def _end(world: World, row: Complaint, turn: Turn, days: _Days) -> None:
    assert turn.ended_on is not None
    at = days.at(turn.ended_on)
    world.session.add(
        ComplaintOutcome(
            complaint_id=row.id,
            at=at,
            action=turn.action,
            text="",
            unit_id=world.unit(turn.unit),
            due_on=turn.due_on,
            ended_on=turn.ended_on,
        )
    )
    _event(world, row, turn.action, turn.handler or "hoa", at, ENDS[turn.action])
    if turn.satisfied is not None:
        state = "confirmed" if turn.satisfied else "answered"
        _event(world, row, "rate_answer", "resident", days.at(turn.said_on), state)


@dataclass
class Many:
    """A province of many cases, and the frame its figures are asked in."""

    world: World
    fates: list[Fate]
    frame: Frame
    window: Window

    def received(self) -> list[Fate]:
        """Give the cases received in the window."""
        first, last = self.window.first, self.window.last
        return [one for one in self.fates if first <= one.turns[0].begun_on <= last]

    def held(self, unit: str) -> list[tuple[Fate, Turn]]:
        """Give the turns of cases received in the window that count for a unit on the day."""
        return [
            (one, turn)
            for one in self.received()
            for of, turn in one.held(self.frame.today)
            if of == unit
        ]

    def subjects(self) -> list[Subject]:
        """Give each unit alone, and two together, also one with that which appeals go to."""
        keys = [{self.world.unit(unit)} for unit in UNITS]
        keys += [keys[0] | keys[1], keys[0] | keys[3]]
        return [Subject(key, frozenset(one), None, self.window) for key, one in enumerate(keys)]


@pytest.fixture(params=[TODAY, REVIEWED], ids=["running", "reviewed later"])
def many(session: Session, request: pytest.FixtureRequest) -> Many:
    today: date = request.param
    world = build(session)
    chance = Random(766)
    fates = [_fate(chance) for _ in range(150)]
    for fate in fates:
        _lay(world, fate)
    session.flush()
    over = today < TODAY
    as_of = end_of_day(today, ZONE) if over else NOW
    frame = Frame(world.organisation.id, ZONE, Settings(), as_of, today, over=over)
    return Many(world, fates, frame, Window(JANUARY_FIRST, today))


def test_complaints_about_conduct_are_counted_case_by_case(many: Many) -> None:
    world, window, today = many.world, many.window, many.frame.today
    counted = [
        (one.conduct_unit(today), one)
        for one in many.received()
        if one.stands(today) and one.named and one.kind in ANSWERED
    ]
    for hidden in (None, "mai"):
        key = None if hidden is None else world.officers[hidden].id
        found = conduct.by_unit(world.session, world.scope, window, many.frame, key)
        wanted = Counter(world.unit(unit) for unit, one in counted if hidden not in one.named)
        assert found == wanted
    keys = {name: row.id for name, row in world.officers.items()}
    named = Counter((keys[name], world.unit(unit)) for unit, one in counted for name in one.named)
    by_officer = conduct.by_officer(world.session, keys.values(), world.scope, window, many.frame)
    assert by_officer == named


def _tally(some: list[tuple[Fate, Turn]], frame: Frame) -> CaseTally:
    """Count turns of cases one by one."""
    today = frame.today
    kept = [(one, turn) for one, turn in some if one.kind in ANSWERED]
    judged = [(one, turn) for one, turn in kept if turn.is_judged(today)]
    said = [turn for _one, turn in kept if turn.was_said(frame)]
    asked = [turn for one, turn in some if one.kind == "explanation" and turn.is_judged(today)]
    return CaseTally(
        judged=len(judged),
        on_time=sum(turn.in_time for _one, turn in judged),
        prolonged=sum(turn.is_overdue(today) for _one, turn in judged),
        failed=sum(_failed(one, turn, frame) for one, turn in judged),
        said=len(said),
        satisfied=sum(turn.satisfied is True for turn in said),
        explanations=len(asked),
        explained_on_time=sum(turn.in_time for turn in asked),
    )


def _failed(one: Fate, turn: Turn, frame: Frame) -> bool:
    disliked = turn.satisfied is False and turn.was_said(frame)
    return not turn.in_time or disliked or one.is_appealed(turn, frame.today)


def test_cases_are_tallied_as_they_stood_on_the_day(many: Many) -> None:
    world, frame = many.world, many.frame
    found = case_tallies.by_unit(world.session, world.scope, many.window, frame)
    assert found == {world.unit(unit): _tally(many.held(unit), frame) for unit in UNITS}


def test_reports_and_petitions_in_time_are_counted_one_by_one(many: Many) -> None:
    world, frame = many.world, many.frame
    found = timeliness.complaints_by_unit(world.session, world.scope, many.window, frame)
    wanted = {world.unit(unit): _tally(many.held(unit), frame) for unit in UNITS}
    assert found == {key: Tally(one.on_time, one.judged) for key, one in wanted.items()}


def test_complaints_are_counted_by_who_handled_them(many: Many) -> None:
    world, today = many.world, many.frame.today
    keys = {name: row.id for name, row in world.officers.items()}
    found = timeliness.complaints_by_officer(
        world.session, keys.values(), world.scope, many.window, many.frame
    )
    wanted: dict[tuple[int, int], Tally] = defaultdict(Tally)
    for unit in UNITS:
        for one, turn in many.held(unit):
            handler = one.handler(turn, today)
            if handler in keys and one.kind in ANSWERED and turn.is_judged(today):
                wanted[keys[handler], world.unit(unit)] += Tally(int(turn.in_time), 1)
    assert found == wanted


def test_what_was_outstanding_on_the_day_stays_so(many: Many) -> None:
    world, today = many.world, many.frame.today
    found = case_tallies.outstanding_by_unit(world.session, world.scope, many.window, many.frame)
    overdue = Counter(
        unit for one in many.fates for unit, turn in one.held(today) if turn.is_overdue(today)
    )
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
        rest = range(2, sheet.pages + 1)
        others = [records.complaints(session, frame, subject, None, n, measure) for n in rest]
        lines = [line for page in (sheet, *others) for line in page.lines]
        assert filtered[subject.key] == figure
        assert sheet.total == (figure.value if figure.cases is None else figure.cases)
        assert sum(line.hit for line in lines) == (figure.hits or 0)
