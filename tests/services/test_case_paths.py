"""A case walked at random by everybody who may touch it: whatever happens, nobody buries it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as some
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from shared.audit import sign_session
from shared.domain.access import Actor, Permission
from shared.domain.complaint import OPEN, Action, Kind, State, Tier, allowed_actions
from shared.domain.erasure import DataKind, Reason, Scope
from shared.domain.errors import NotAllowed, NotFound, RuleBroken
from shared.domain.work_list import due_for, turn_of
from shared.models.case_work import ComplaintDraft, ComplaintOutcome
from shared.models.clock import ComplaintClock
from shared.models.complaint import Complaint, ComplaintEvent
from shared.models.organisation import Unit
from shared.services import (
    additions,
    approvals,
    case_ends,
    case_policies,
    case_steps,
    clocks,
    complaints,
    duplicates,
    erasing,
    erasures,
    following,
    handling,
    inbox,
    passing,
)
from shared.services.clock_judging import clocks_of
from shared.services.passing import Outside
from shared.services.work_lists import Narrowing, Tray, Who
from tests.case_world import ANSWER, SECRET, build, code_of, filing, person
from tests.cast import Place

REFUSED = (RuleBroken, NotFound, NotAllowed)
STEPS = 30
# Where a walk leads follows from the code; one or two tell whether PostgreSQL takes its statements.
WALKS = {"sqlite": 6, "postgresql": 2}
BEGIN = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
PEOPLE = ("officer-sen", "head-sen", "head-lua", "root")
HOURS = [1, 20, 24 * 4, 24 * 40]  # as much as makes cases late
WHY = "Việc này thuộc đơn vị khác giải quyết."
KEPT = (str(Reason.PROCEEDING), "Luật Tố cáo 2018, Điều 24: đang xác minh.")
SOME_KINDS = [frozenset[DataKind](), frozenset({DataKind.CONTACT}), frozenset(DataKind)]
OUTSIDE = Outside("Công an phường", "12/CV", "Đã chuyển việc đến Công an phường.")
ENDED_WITH_WORDS = {State.ANSWERED, State.CONFIRMED, State.CLOSED, State.REFUSED, State.TRANSFERRED}


class Walk(RuleBasedStateMachine):
    """Two cases that everybody acts on, whether the act is allowed or not."""

    session: Session
    place: Place
    units: tuple[int, int]
    people: dict[str, Actor]

    def __init__(self) -> None:
        """Begin at a quiet moment."""
        super().__init__()
        self.now = BEGIN
        self.cases: list[Complaint] = []
        self.known_late: set[int] = set()
        self.outcomes: dict[int, tuple[object, ...]] = {}
        self.words: dict[int, str] = {}

    @initialize(
        kind=some.sampled_from([Kind.REPORT, Kind.PRAISE, Kind.FORMAL_COMPLAINT]),
        two=some.booleans(),
        names=some.booleans(),
    )
    def receive(self, kind: Kind, *, two: bool, names: bool) -> None:
        """Somebody files a case, which may name an officer, and another says the same."""
        policy = case_policies.Policy(second_person=two, reason="Thử")
        organisation_id = self.session.get_one(Unit, self.units[0]).organisation_id
        case_policies.choose(self.session, organisation_id, policy)
        for sort in (kind, Kind.REPORT):
            officer = self.people["officer-sen"].officer_id
            naming = (officer,) if names and officer is not None else ()
            filed = filing(self.place, kind=sort, officer_ids=naming)
            code = complaints.code_of(filed.form_id, SECRET)
            self.cases.append(complaints.receive(self.session, filed, code, self.now))

    def teardown(self) -> None:
        """Forget the walk."""
        self.session.rollback()

    @precondition(lambda walk: walk.cases)
    @rule(
        action=some.sampled_from(list(Action)),
        who=some.sampled_from(PEOPLE),
        which=some.integers(0, 1),
    )
    def try_out(self, action: Action, who: str, which: int) -> None:
        """Somebody does something, allowed or not."""
        self._act(action, who, which)

    def _act(self, action: Action, who: str, which: int) -> None:
        """Do it; what is refused changes nothing."""
        case, other = self.cases[which], self.cases[1 - which]
        before = (case.state, case.unit_id, case.answer)
        try:
            with self.session.begin_nested():
                self._do(action, case, other, self.people[who])
        except REFUSED:
            self.session.expire_all()
            assert (case.state, case.unit_id, case.answer) == before

    @precondition(lambda walk: walk.cases)
    @rule(data=some.data(), which=some.integers(0, 1), hours=some.sampled_from(HOURS))
    def go_on(self, data: some.DataObject, which: int, hours: int) -> None:
        """Somebody who may do everything does what the page offers them, sooner or later."""
        self.now += timedelta(hours=hours)
        case = self.cases[which]
        offered = sorted(allowed_actions(State(case.state), Kind(case.kind)))
        self._act(data.draw(some.sampled_from(offered)), "root", which)

    @precondition(lambda walk: walk.cases)
    @rule(which=some.integers(0, 1), who=some.sampled_from(PEOPLE))
    def approve(self, which: int, who: str) -> None:
        """A second person approves what waits."""
        case = self.cases[which]
        try:
            with self.session.begin_nested():
                approvals.approve(
                    self.session, case.number, case.version, self.people[who], self.now
                )
        except REFUSED:
            self.session.expire_all()

    @precondition(lambda walk: walk.cases)
    @rule(
        which=some.integers(0, 1),
        who=some.sampled_from(PEOPLE),
        kinds=some.sampled_from(SOME_KINDS),
        takes_back=some.booleans(),
    )
    def erase(self, which: int, who: str, kinds: frozenset[DataKind], *, takes_back: bool) -> None:
        """The sender asks to have data erased, and thinks again or somebody decides."""
        code, actor = code_of(self.cases[which]), self.people[who]
        try:
            with self.session.begin_nested():
                asked = erasures.ask(self.session, code, Scope.ALL, self.now)
                if takes_back:
                    erasures.take_back(self.session, code, self.now)
                else:
                    erasures.decide(
                        self.session, asked.id, kinds, KEPT, asked.version, actor, Path(), self.now
                    )
        except REFUSED:
            self.session.expire_all()

    @rule()
    def tidy(self) -> None:
        """The daily job runs."""
        case_ends.close_unspoken(self.session, self.now)
        case_ends.remove_contacts(self.session, self.now)

    def _do(self, action: Action, case: Complaint, other: Complaint, actor: Actor) -> None:
        session, now, number, version = self.session, self.now, case.number, case.version
        other_unit = self.units[case.unit_id == self.units[0]]
        colleague = self.people["head-sen"].account_id
        acts: dict[Action, Callable[[], object]] = {
            Action.TAKE: lambda: complaints.take(session, number, version, actor, now),
            Action.ACCEPT: lambda: complaints.accept(session, number, version, actor, now),
            Action.RESUME: lambda: complaints.resume(session, number, version, actor, now),
            Action.CLOSE: lambda: complaints.close(session, number, version, actor, now),
            Action.ANSWER: lambda: complaints.answer(session, number, ANSWER, version, actor, now),
            Action.REFUSE: lambda: complaints.refuse(session, number, ANSWER, version, actor, now),
            Action.ASK: lambda: handling.note(session, number, "Ngày nào?", actor, now, ask=True),
            Action.NOTE: lambda: handling.note(session, number, "Đã gọi.", actor, now),
            Action.REASSIGN: lambda: handling.assign(
                session, number, colleague, version, actor, now
            ),
            Action.RECLASSIFY: lambda: complaints.reclassify(
                session, number, Kind(case.kind), Tier.ACROSS, version, actor, now
            ),
            Action.TRANSFER: lambda: passing.transfer(
                session, number, other_unit, WHY, version, actor, now
            ),
            Action.TRANSFER_OUT: lambda: passing.transfer_outside(
                session, number, OUTSIDE, version, actor, now
            ),
            Action.LINK: lambda: duplicates.link(
                session, number, other.number, version, actor, now
            ),
            Action.UNLINK: lambda: duplicates.unlink(session, number, version, actor, now),
            Action.REPLY: lambda: additions.reply(session, code_of(case), f"Số {now}.", now),
            Action.ADD: lambda: additions.add_words(session, code_of(case), f"Số {now}.", now),
            Action.RATE_ANSWER: lambda: following.rate_answer(session, code_of(case), False, now),
            Action.CONFIRM: lambda: following.rate_answer(session, code_of(case), True, now),
            Action.APPEAL: lambda: following.appeal(session, code_of(case), "", now),
            Action.WITHDRAW: lambda: following.withdraw(session, code_of(case), now),
        }
        acts[action]()

    @invariant()
    def no_end_without_words(self) -> None:
        """A case that is over has words for its sender, or was withdrawn."""
        for case in self.cases:
            if case.state in OPEN:
                assert case.answered_on is None
            elif case.state != State.WITHDRAWN:
                assert case.state in ENDED_WITH_WORDS
                assert case.answer or case_steps.is_erased(case)
                shown = following.resident_view(self.session, case, self.now)
                assert shown.complaint.answer == case.answer

    @invariant()
    def first_lateness_stays(self) -> None:
        """What was late once is late for ever, and no outcome is ever changed."""
        for case in self.cases:
            late = clocks.was_late(self.session, case)
            assert late or case.id not in self.known_late
            if late:
                self.known_late.add(case.id)
        for row in self.session.scalars(select(ComplaintOutcome)):
            facts = (row.action, row.due_on, row.ended_on)
            assert self.outcomes.setdefault(row.id, facts) == facts
            assert row.text in {self.words.setdefault(row.id, row.text), ""}

    @invariant()
    def what_was_erased_stays_erased(self) -> None:
        """A case without words is over, and nobody has written into it since."""
        for case in self.cases:
            if case_steps.is_erased(case):
                assert case.state not in OPEN
                assert not erasing.held(self.session, case)[DataKind.WORDS]
                assert not following.resident_view(self.session, case, self.now).actions

    @invariant()
    def an_overdue_answer_is_told_late(self) -> None:
        """The answer's clock of a case that ended after its day says so."""
        ended = select(ComplaintClock).where(
            ComplaintClock.ended_on > ComplaintClock.due_on, ComplaintClock.stage == "answer"
        )
        for clock in self.session.scalars(ended):
            assert clock.late or clock.ending in {"replaced", "not_needed"}

    @invariant()
    def every_open_case_lies_in_somebodys_list(self) -> None:
        """Who answers everywhere finds what is open; that it is in one list is proved apart."""
        tray = Tray(self.session, self.people["root"], self.now, Narrowing(Who.UNIT))
        listed = [one.waiting.complaint.number for one in tray.page(tray.whole).entries]
        still_open = [case.number for case in self.cases if case.state in OPEN]
        assert sorted(listed) == sorted(still_open)

    @invariant()
    def whose_turn_it_is_follows_from_state_clocks_and_draft(self) -> None:
        """What lists go by is kept in the case; here it is found anew."""
        for case in self.cases:
            draft = self.session.get(ComplaintDraft, case.id)
            waits = draft is not None and draft.returned_at is None
            turn = turn_of(State(case.state), approval_waits=waits)
            assert case.turn == turn
            if turn is None:
                assert case.turn_due_at is None
                continue
            running = [
                clock.due_at
                for clock in clocks_of(self.session, case)
                if clock.ended_at is None and clock.stage in {"acknowledge", "classify"}
            ]
            take_on_by = min(running, default=None)
            assert case.turn_due_at == due_for(turn, case.due_at, take_on_by)

    @invariant()
    def who_is_named_sees_nothing(self) -> None:
        """An officer whom a case names has it in no list and at no address."""
        officer = self.people["officer-sen"]
        for case in self.cases:
            named = {one.id for one in handling.named_officers(self.session, case.id)}
            if officer.officer_id not in named:
                continue
            with pytest.raises(NotFound):
                inbox.case(self.session, case.number, officer)
            assert passing.part_of(self.session, case.number, officer) is None
            assert case.handler_id != officer.account_id

    @invariant()
    def no_inner_word_reaches_the_sender(self) -> None:
        """Notes, drafts and links are in no step a resident reads."""
        for case in self.cases:
            for event in following.public_history(self.session, case):
                assert event.action not in {"note", "draft", "approve", "link", "unlink"}

    @invariant()
    def what_may_be_done_is_offered(self) -> None:
        """An open case can always be brought to an end by somebody who leads its unit."""
        for case in self.cases:
            if case.state in OPEN:
                offered = allowed_actions(State(case.state), Kind(case.kind))
                assert offered & {Action.ANSWER, Action.ACCEPT}
                root = self.people["root"]
                assert root.reaches(Permission.LEAD_CASES, case.unit_id)


@pytest.mark.thorough
def test_no_walk_buries_a_case(engine: Engine, session: Session) -> None:
    places = build(session, BEGIN)
    sen, lua = places["sen"], places["lua"]
    session.execute(update(Unit).where(Unit.id == sen.unit_id).values(parent_id=lua.unit_id))
    session.commit()
    with Session(engine) as own:
        sign_session(own, "walk", BEGIN)
        Walk.session, Walk.place, Walk.units = own, sen, (sen.unit_id, lua.unit_id)
        Walk.people = {name: person(own, name) for name in PEOPLE}
        run_state_machine_as_test(
            Walk,
            settings=settings(
                max_examples=WALKS[engine.dialect.name],
                stateful_step_count=STEPS,
                phases=[Phase.generate],  # the walk as it was says enough; shortening takes minutes
                suppress_health_check=list(HealthCheck),
                database=None,
            ),
        )
        assert own.scalars(select(ComplaintEvent)).first() is None  # every walk was forgotten
