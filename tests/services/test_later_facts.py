"""What came to be known only after a review leaves what was frozen as it was, byte for byte."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from shared.domain.access import Actor, Permission
from shared.domain.campaign import Measure
from shared.domain.complaint import Action
from shared.domain.milestone import MilestoneKind, Verdict
from shared.domain.register import RegisterKind
from shared.domain.service_evaluation import Finding
from shared.models.campaign import Campaign
from shared.models.case_work import ComplaintOutcome, ConductFinding
from shared.models.clock import HandlingRule
from shared.models.complaint import Complaint, ComplaintEvent, ComplaintOfficer
from shared.models.dossier import PaperRegister
from shared.models.register import RegisterEntry
from shared.services import (
    calendars,
    campaign_parents,
    campaigns,
    case_steps,
    clocks,
    competitors,
    freezes,
    passing,
)
from shared.services.campaigns import Opening
from shared.services.case_steps import Ending
from tests import register_records
from tests.campaign_world import JANUARY_FIRST, YEAR_END, World, build

REVIEWED, AFTER = date(2026, 6, 30), date(2026, 7, 9)
FROZEN_AT = datetime(2026, 7, 1, 1, tzinfo=UTC)
LATER = datetime(2026, 8, 1, 1, tzinfo=UTC)


@pytest.fixture
def world(session: Session) -> World:
    """The province; An got a report in June that was due in June."""
    made = build(session)
    made.dossiers("an-centre", 9, date(2026, 6, 15))
    return made


def running(world: World, template: str) -> Campaign:
    """Start a campaign of the year from a template."""
    opening = Opening("thi-dua", "Thi đua", world.unit("province"), JANUARY_FIRST, YEAR_END, "KH")
    made = campaigns.open_from_template(world.session, template, opening, world.scope, FROZEN_AT)
    campaigns.confirm_weights(made, "hoa", FROZEN_AT)
    campaigns.start(world.session, made, FROZEN_AT)
    return made


def kept(world: World, kind: RegisterKind, **columns: object) -> RegisterEntry:
    """Write an entry that falls due on the day of the review."""
    key = register_records.keep(
        world.session, world.unit("an"), kind, "", due_on=REVIEWED, **columns
    )
    return world.session.get_one(RegisterEntry, key)


def answered(world: World) -> Callable[[], None]:
    """Answer a case that was open and past its day when all was frozen."""
    case = world.complaint("an", date(2026, 6, 1), date(2026, 6, 8), None)

    def answer() -> None:
        case.state, case.answered_on = "answered", AFTER
        world.session.add(
            ComplaintOutcome(
                complaint_id=case.id,
                at=datetime(2026, 7, 9, 3, tzinfo=UTC),
                action="answer",
                text="Đã sửa",
                unit_id=case.unit_id,
                due_on=case.due_on,
                ended_on=AFTER,
            )
        )

    return answer


def withdrawn(world: World) -> Callable[[], None]:
    """Withdraw a case that was open and past its day when all was frozen; another was answered."""
    case = world.complaint("an", date(2026, 6, 1), date(2026, 6, 8), None)
    world.complaint("an", date(2026, 6, 1), date(2026, 6, 8), date(2026, 6, 5))

    def withdraw() -> None:
        case.state = "withdrawn"
        world.session.add(
            ComplaintOutcome(
                complaint_id=case.id,
                at=datetime(2026, 7, 9, 3, tzinfo=UTC),
                action="withdraw",
                text="",
                unit_id=case.unit_id,
                due_on=case.due_on,
                ended_on=AFTER,
            )
        )

    return withdraw


def rated(world: World) -> Callable[[], None]:
    """Say whether an answer of June was good."""
    case = world.complaint("an", date(2026, 6, 1), date(2026, 6, 8), date(2026, 6, 5))

    def rate() -> None:
        case.answer_satisfied = False
        world.session.add(_said(case))

    return rate


def _said(case: Complaint) -> ComplaintEvent:
    return ComplaintEvent(
        complaint_id=case.id,
        at=datetime(2026, 7, 9, 3, tzinfo=UTC),
        action="rate_answer",
        actor="resident",
        state=case.state,
    )


def _start_clocks(world: World, case: Complaint) -> None:
    calendars.install_reference(world.session, world.organisation.id)
    clocks.received(world.session, case, case.received_at)


def appealed(world: World) -> Callable[[], None]:
    """Take an answer that was given in time, and confirmed, to the level above."""
    case = world.complaint("an-centre", date(2026, 6, 1), date(2026, 6, 8), None, "mai")
    _start_clocks(world, case)
    ending = Ending(Action.ANSWER, "Đã sửa máy lấy số.", "mai", case.handler_id)
    case_steps.end(world.session, case, ending, datetime(2026, 6, 5, 3, tzinfo=UTC))
    case.state, case.answer_satisfied = "confirmed", True
    said = _said(case)
    said.at = datetime(2026, 6, 6, 3, tzinfo=UTC)
    world.session.add(said)

    def appeal() -> None:
        at = datetime(2026, 7, 9, 3, tzinfo=UTC)
        passing.appeal(world.session, case, "Máy lại hỏng.", at)
        ending = Ending(Action.ANSWER, "Đã thay máy lấy số.", "nam")
        case_steps.end(world.session, case, ending, datetime(2026, 7, 29, 3, tzinfo=UTC))

    return appeal


def transferred(world: World) -> Callable[[], None]:
    """Pass a case that was open and past its day on to another commune, which has its own time."""
    case = world.complaint("an", date(2026, 6, 1), date(2026, 6, 8), None)
    _start_clocks(world, case)
    world.session.execute(update(HandlingRule).values(fresh_on_transfer=True))
    reach = dict.fromkeys((Permission.COMPLAINTS, Permission.ANSWER), world.scope)
    head = Actor(1, "truong", "Trưởng", None, "vi", False, reach)

    def transfer() -> None:
        at = datetime(2026, 7, 9, 3, tzinfo=UTC)
        words, to = "Việc này của xã Bình.", world.unit("binh")
        passing.transfer(world.session, case.number, to, words, case.version, head, at)
        ending = Ending(Action.ANSWER, "Đã sửa máy lấy số.", "nam")
        case_steps.end(world.session, case, ending, datetime(2026, 7, 29, 3, tzinfo=UTC))

    return transfer


def cleared(world: World) -> Callable[[], None]:
    """Find untrue what a case says of an officer."""
    case = world.complaint("an-centre", date(2026, 6, 1), date(2026, 6, 8), date(2026, 6, 5))
    officer_id = world.officers["mai"].id
    world.session.add(ComplaintOfficer(complaint_id=case.id, officer_id=officer_id))
    world.dossiers("an-centre", 3, date(2026, 6, 15), officer="mai")

    def clear() -> None:
        world.session.add(
            ConductFinding(
                complaint_id=case.id,
                finding=Finding.UNTRUE,
                reason="Biên bản xác minh số 4",
                found_by="hoa",
                found_at=datetime(2026, 7, 9, 3, tzinfo=UTC),
            )
        )

    return clear


def carried_out(world: World) -> Callable[[], None]:
    """Carry an inspection out after its day, and remedy what it found."""
    row = kept(world, RegisterKind.INSPECTION, findings="Thiếu", remedy_due_on=date(2026, 7, 20))

    def carry_out() -> None:
        row.done_on = row.remedied_on = AFTER

    return carry_out


def received(world: World) -> Callable[[], None]:
    """Receive a report that was due on the very day."""
    row = kept(world, RegisterKind.REPORT)

    def receive() -> None:
        row.done_on = AFTER

    return receive


def counted(world: World) -> Callable[[], None]:
    """Report the month's dossiers that were on paper only."""

    def count() -> None:
        world.session.add(
            PaperRegister(
                unit_id=world.unit("an-centre"),
                month=date(2026, 6, 1),
                paper_only=3,
                entered_at=datetime(2026, 7, 3, 3, tzinfo=UTC),
            )
        )

    return count


def left(world: World) -> Callable[[], None]:
    """Let An take part no longer."""

    def leave() -> None:
        campaign = campaigns.by_code(world.session, "thi-dua")
        for one in competitors.of_campaign(world.session, campaign):
            if one.code == "an":
                competitors.set_period(world.session, campaign, one.key, None, AFTER)

    return leave


def first_list(world: World) -> Callable[[], None]:
    """Let Cát, which had handed in nothing, hand in a list without a dossier."""
    return lambda: world.handed_in("cat", AFTER)


def launched(world: World) -> Callable[[], None]:
    """Let An start a campaign of its own under the province's."""

    def launch() -> None:
        opening = Opening("cua-an", "Của An", world.unit("an"), AFTER, YEAR_END)
        made = campaigns.open_from_template(
            world.session, "bac_tra_my", opening, world.scope, LATER, with_officers=False
        )
        above = campaigns.by_code(world.session, "thi-dua")
        campaign_parents.set_parent(world.session, made, above)
        campaigns.confirm_weights(made, "hoa", LATER)
        campaigns.start(world.session, made, LATER)

    return launch


@pytest.mark.parametrize(
    ("template", "fact", "measure"),
    [
        ("district_2022", answered, Measure.CASES_OUTSTANDING),
        ("nui_thanh", withdrawn, Measure.COMPLAINTS_ANSWERED_ON_TIME),
        ("district_2022", withdrawn, Measure.CASES_OUTSTANDING),
        ("nui_thanh", rated, Measure.ANSWERS_SATISFYING),
        ("nui_thanh", appealed, Measure.COMPLAINTS_ANSWERED_ON_TIME),
        ("nui_thanh", appealed, Measure.ANSWERS_SATISFYING),
        ("nui_thanh", transferred, Measure.COMPLAINTS_ANSWERED_ON_TIME),
        ("district_2022", transferred, Measure.CASES_OUTSTANDING),
        ("bac_tra_my", transferred, Measure.SERVICE_EVALUATION),
        ("bac_tra_my", cleared, Measure.SERVICE_EVALUATION),
        ("nui_thanh", carried_out, Measure.INSPECTIONS_DONE),
        ("nui_thanh", carried_out, Measure.FINDINGS_REMEDIED),
        ("bac_tra_my", received, Measure.REPORTS_ON_TIME),
        ("long_my", counted, Measure.DOSSIERS_IN_SOFTWARE),
        ("bac_tra_my", launched, Measure.CHILD_CAMPAIGN),
        ("nui_thanh", left, Measure.DOSSIERS_ON_TIME),
        ("nui_thanh", first_list, Measure.DOSSIERS_ON_TIME),
        ("nui_thanh", first_list, Measure.DOSSIERS_ONE_GO),
        ("nui_thanh", first_list, Measure.RECEPTION),
        ("bac_tra_my", first_list, Measure.INDEX_SATISFACTION),
    ],
)
def test_what_is_known_only_later_moves_no_review(
    session: Session,
    world: World,
    template: str,
    fact: Callable[[World], Callable[[], None]],
    measure: Measure,
) -> None:
    happen = fact(world)
    campaign = running(world, template)
    assert measure in {rule.measure for rule in campaigns.plan_of(session, campaign).criteria}
    kind = MilestoneKind.PRELIMINARY
    review = freezes.freeze(session, campaign, kind, REVIEWED, "tổ trưởng", FROZEN_AT)
    happen()
    session.flush()
    found = freezes.check(session, review, LATER)
    assert (found.verdict, list(found.differences)) == (Verdict.SAME, [])


def test_the_close_leaves_an_earlier_review_as_it_was_and_stays_so_itself(
    session: Session, world: World
) -> None:
    campaign = running(world, "long_my")
    kind = MilestoneKind.PRELIMINARY
    review = freezes.freeze(session, campaign, kind, REVIEWED, "tổ trưởng", FROZEN_AT)
    last_day = datetime(2026, 12, 31, 10, tzinfo=UTC)  # five in the afternoon: not over yet
    closing = freezes.close(session, campaign, "tổ trưởng", last_day)
    next_year = datetime(2027, 1, 5, tzinfo=UTC)
    found = [freezes.check(session, one, next_year) for one in (review, closing)]
    assert [one.verdict for one in found] == [Verdict.SAME, Verdict.SAME]
