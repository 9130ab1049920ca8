"""A longer limit: within the rule set, with a reason, and told before the old day."""

from datetime import date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.complaint import Kind, Tier
from shared.domain.errors import Invalid, NotAllowed, RuleBroken
from shared.models.complaint import ComplaintEvent
from shared.services import case_policies, clocks, extensions
from shared.services.case_policies import Policy
from tests.case_world import build, person
from tests.cast import Place
from tests.clock_world import REASON, at, let, letter


@pytest.fixture
def sen(session: Session, now: datetime) -> Place:
    """Phường Sen Hồng with the shipped rules."""
    return build(session, now)["sen"]


def test_an_extension_moves_the_day_and_the_resident_reads_it_before_the_old_one(
    session: Session, sen: Place
) -> None:
    report = letter(session, sen, "2026-03-02T09:00")
    extensions.extend(session, report, 3, REASON, "head", at("2026-03-08T23:59"))
    assert report.due_on == date(2026, 3, 12)
    session.flush()
    told = session.scalars(
        select(ComplaintEvent).where(
            ComplaintEvent.complaint_id == report.id, ComplaintEvent.action == "extend"
        )
    ).one()
    assert told.public
    assert told.text == f"09/03/2026 → 12/03/2026. {REASON}"
    assert told.at < at("2026-03-09T00:00")
    assert report.deadline is not None
    assert (report.deadline["amount"], report.deadline["extra"]) == (5, 3)


@pytest.mark.parametrize("moment", ["2026-03-09T00:00", "2026-03-10T09:00"])
def test_on_the_due_day_it_is_too_late_to_extend(session: Session, sen: Place, moment: str) -> None:
    report = letter(session, sen, "2026-03-02T09:00")
    with pytest.raises(RuleBroken) as refusal:
        extensions.extend(session, report, 3, REASON, "head", at(moment))
    assert refusal.value.code == "extension_too_late"
    assert report.due_on == date(2026, 3, 9)


@pytest.mark.parametrize(("amount", "field"), [(6, "amount"), (0, "amount"), (-1, "amount")])
def test_an_extension_stays_within_the_ceiling_of_the_rule_set(
    session: Session, sen: Place, amount: int, field: str
) -> None:
    report = letter(session, sen, "2026-03-02T09:00")
    with pytest.raises(Invalid) as refusal:
        extensions.extend(session, report, amount, REASON, "head", at("2026-03-03T09:00"))
    assert refusal.value.field == field


def test_an_extension_needs_a_reason(session: Session, sen: Place) -> None:
    report = letter(session, sen, "2026-03-02T09:00")
    with pytest.raises(Invalid) as refusal:
        extensions.extend(session, report, 2, " bận ", "head", at("2026-03-03T09:00"))
    assert refusal.value.field == "reason"


def test_a_report_is_extended_once_and_a_formal_complaint_never(
    session: Session, sen: Place
) -> None:
    report = letter(session, sen, "2026-03-02T09:00")
    extensions.extend(session, report, 2, REASON, "head", at("2026-03-03T09:00"))
    with pytest.raises(RuleBroken) as used:
        extensions.extend(session, report, 2, REASON, "head", at("2026-03-03T10:00"))
    complaint = letter(session, sen, "2026-03-02T09:00", kind=Kind.FORMAL_COMPLAINT)
    clocks.accepted(session, complaint, at("2026-03-04T09:00"))
    with pytest.raises(RuleBroken) as never:
        extensions.extend(session, complaint, 15, REASON, "head", at("2026-03-05T09:00"))
    assert (used.value.code, never.value.code) == ("extensions_used_up", "extension_not_allowed")


def test_a_specially_complex_denunciation_is_extended_twice_by_thirty_days(
    session: Session, sen: Place
) -> None:
    case = letter(session, sen, "2026-03-02T09:00", kind=Kind.DENUNCIATION)
    case.tier = str(Tier.SPECIAL)
    clocks.reclassified(session, case, at("2026-03-02T10:00"))
    clocks.accepted(session, case, at("2026-03-05T10:00"))
    days = [case.due_on]
    for moment in ("2026-03-20T09:00", "2026-05-01T09:00"):
        extensions.extend(session, case, 30, REASON, "head", at(moment))
        days.append(case.due_on)
    # 30 days end Sat 4/4, so Mon 6/4; 60 end Mon 4/5; 90 end Wed 3/6.
    assert days == [date(2026, 4, 6), date(2026, 5, 4), date(2026, 6, 3)]
    with pytest.raises(RuleBroken) as refusal:
        extensions.extend(session, case, 30, REASON, "head", at("2026-05-20T09:00"))
    assert refusal.value.code == "extensions_used_up"


def test_where_a_second_person_decides_nobody_extends_alone(session: Session, sen: Place) -> None:
    report = letter(session, sen, "2026-03-02T09:00")
    let(session, report, second_person=True)
    moment = at("2026-03-03T09:00")
    for asker in (None, "head"):
        if asker:
            extensions.ask(session, report, 2, REASON, asker, moment)
        with pytest.raises(RuleBroken) as refusal:
            extensions.extend(session, report, 2, REASON, "head", moment)
        assert refusal.value.code == "second_person_needed"
    assert report.due_on == date(2026, 3, 9)
    extensions.extend(session, report, 2, REASON, "deputy", moment)
    assert report.due_on == date(2026, 3, 11)


def test_a_declined_extension_leaves_the_day_and_may_be_asked_for_again(
    session: Session, sen: Place
) -> None:
    report = letter(session, sen, "2026-03-02T09:00")
    moment = at("2026-03-03T09:00")
    extensions.ask(session, report, 2, REASON, "officer", moment)
    with pytest.raises(RuleBroken) as refusal:
        extensions.ask(session, report, 2, REASON, "officer", moment)
    assert refusal.value.code == "extension_waiting"
    extensions.decline(session, report, "head", moment)
    assert report.due_on == date(2026, 3, 9)
    extensions.ask(session, report, 2, REASON, "officer", moment)
    assert extensions.room(session, report, moment).waiting is not None


def test_where_the_organisation_wants_a_second_person_the_head_asks_too(
    session: Session, sen: Place
) -> None:
    report = letter(session, sen, "2026-03-02T09:00")
    case_policies.choose(
        session, sen.organisation_id, Policy(second_person=True, reason="Quy chế mẫu")
    )
    head = person(session, "head-sen")
    root = person(session, "root")
    moment = at("2026-03-03T09:00")
    assert not extensions.request(session, report.number, 2, REASON, report.version, head, moment)
    with pytest.raises(RuleBroken) as refusal:
        extensions.decide(session, report.number, report.version, head, moment, grant=True)
    assert refusal.value.code == "second_person_needed"
    extensions.decide(session, report.number, report.version, root, moment, grant=True)
    assert report.due_on == date(2026, 3, 11)


def test_an_officer_decides_nothing(session: Session, sen: Place) -> None:
    report = letter(session, sen, "2026-03-02T09:00")
    officer = person(session, "officer-sen")
    moment = at("2026-03-03T09:00")
    assert not extensions.request(
        session, report.number, 2, REASON, report.version, officer, moment
    )
    with pytest.raises(NotAllowed):
        extensions.decide(session, report.number, report.version, officer, moment, grant=True)
