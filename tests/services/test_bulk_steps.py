"""One step for many cases: each by its own rules, what is refused left as it was."""

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.audit import sign_session
from shared.domain.access import Actor
from shared.domain.complaint import Kind, State, Tier
from shared.domain.errors import Invalid, RuleBroken
from shared.models.complaint import Complaint, ComplaintEvent, ComplaintOfficer
from shared.services import answer_templates, bulk_steps, case_policies, complaints
from shared.services.bulk_steps import Chosen, Told
from shared.services.case_policies import Policy
from tests.case_world import build, file, person
from tests.cast import Place

TEXT = "Kính gửi Ông/Bà, việc {số} nhận ngày {ngày nhận} đã xử lý xong."


@pytest.fixture
def places(session: Session, now: datetime) -> dict[str, Place]:
    """The two units with their people."""
    return build(session, now)


@pytest.fixture
def sen(places: dict[str, Place]) -> Place:
    """Phường Sen Hồng."""
    return places["sen"]


@pytest.fixture
def head(session: Session, sen: Place) -> Actor:
    """Who leads Sen Hồng."""
    return person(session, "head-sen")


def seen(*cases: Complaint) -> list[Chosen]:
    """Choose cases as they are now."""
    return [Chosen(case.number, case.version) for case in cases]


def codes(told: list[Told]) -> list[str]:
    """Give why each was refused, nothing for what was done."""
    return [one.refusal.code if one.refusal else "" for one in told]


def words_of(case: Complaint) -> str | None:
    """Give a case's answer."""
    return case.answer


def test_each_case_is_judged_by_itself_and_a_refused_one_stays_as_it_was(
    session: Session, places: dict[str, Place], head: Actor, now: datetime
) -> None:
    sen = places["sen"]
    mine, changed, over = (file(session, sen, now) for _ in range(3))
    elsewhere = file(session, places["lua"], now)
    chosen = seen(mine, changed, over, elsewhere)
    other = person(session, "root")
    complaints.reclassify(
        session, changed.number, Kind.PETITION, Tier.OWN, changed.version, other, now
    )
    complaints.take(session, over.number, over.version, other, now)
    session.commit()
    chosen[2] = Chosen(over.number, over.version)
    sign_session(session, head.name, now)
    told = bulk_steps.take(session, chosen, head, now)
    session.commit()
    assert codes(told) == ["", "changed_meanwhile", "move_not_allowed", "not_found"]
    assert [one.number for one in told] == [one.number for one in chosen]
    session.expire_all()
    assert (mine.state, mine.handler_id) == (State.IN_WORK, head.account_id)
    assert (changed.state, changed.handler_id) == (State.CLASSIFIED, None)
    assert over.handler_id == other.account_id
    assert elsewhere.state == State.RECEIVED


def test_what_fails_half_way_leaves_no_step_in_the_history(
    session: Session, sen: Place, head: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = file(session, sen, now), file(session, sen, now)
    take = complaints.take

    def fail_after_the_second(
        session: Session, number: str, version: int, actor: Actor, now: datetime
    ) -> Complaint:
        done = take(session, number, version, actor, now)
        if number == second.number:
            raise RuleBroken("broken", "Hỏng giữa chừng")
        return done

    monkeypatch.setattr(complaints, "take", fail_after_the_second)
    assert codes(bulk_steps.take(session, seen(first, second), head, now)) == ["", "broken"]
    session.commit()
    taken = select(ComplaintEvent.complaint_id).where(ComplaintEvent.action == "take")
    assert list(session.scalars(taken)) == [first.id]
    assert second.state == State.RECEIVED


def test_nothing_stays_when_the_whole_request_fails_afterwards(
    session: Session, sen: Place, head: Actor, now: datetime
) -> None:
    case = file(session, sen, now)
    chosen = seen(case)
    bulk_steps.take(session, chosen, head, now)
    session.rollback()
    assert case.state == State.RECEIVED


def test_nobody_is_given_a_case_that_names_them(
    session: Session, sen: Place, head: Actor, now: datetime
) -> None:
    about, plain = file(session, sen, now, officer_ids=(sen.officer_id,)), file(session, sen, now)
    officer = person(session, "officer-sen")
    told = bulk_steps.assign(session, seen(about, plain), officer.account_id, head, now)
    assert codes(told) == ["not_theirs", ""]
    assert (about.handler_id, plain.handler_id) == (None, officer.account_id)
    outsider = person(session, "officer-lua").account_id
    assert codes(bulk_steps.assign(session, seen(plain), outsider, head, now)) == ["not_theirs"]


def test_a_case_that_names_the_person_is_not_found_in_their_choice(
    session: Session, sen: Place, now: datetime
) -> None:
    about = file(session, sen, now, officer_ids=(sen.officer_id,))
    officer = person(session, "officer-sen")
    told = bulk_steps.take(session, [*seen(about), Chosen("PA-2026-99999", 1)], officer, now)
    assert codes(told) == ["not_found", "not_found"]
    assert {str(one.refusal) for one in told} == {"Không tìm thấy việc này."}


def test_a_template_answers_where_it_may_and_is_read_before(
    session: Session, sen: Place, head: Actor, now: datetime
) -> None:
    report = file(session, sen, now)
    formal = file(session, sen, now, kind=Kind.FORMAL_COMPLAINT)
    template = answer_templates.add(session, sen.unit_id, "answer", "Đã xong", TEXT, head)
    session.commit()
    words = bulk_steps.words(session, seen(report), template.id, head, now)
    assert words[0].text.startswith(f"Kính gửi Ông/Bà, việc {report.number} nhận ngày 18/11/2026")
    assert words_of(report) is None
    told = bulk_steps.answer(session, seen(report, formal), (template.id, 1), head, now)
    assert codes(told) == ["", "accept_first"]
    assert (report.state, words_of(report)) == (State.ANSWERED, words[0].text)
    assert not told[0].waits


def test_a_template_changed_since_it_was_read_sends_nothing(
    session: Session, sen: Place, head: Actor, now: datetime
) -> None:
    case = file(session, sen, now)
    template = answer_templates.add(session, sen.unit_id, "answer", "Đã xong", TEXT, head)
    answer_templates.change(session, template.id, "Đã xong", "Lời khác hẳn.", 1, head)
    with pytest.raises(RuleBroken) as refusal:
        bulk_steps.answer(session, seen(case), (template.id, 1), head, now)
    assert refusal.value.code == "changed_meanwhile"
    assert case.answer is None


def test_where_a_second_person_is_wanted_the_words_wait(
    session: Session, sen: Place, head: Actor, now: datetime
) -> None:
    case_policies.choose(
        session, sen.organisation_id, Policy(second_person=True, reason="Quy chế mẫu")
    )
    case = file(session, sen, now)
    template = answer_templates.add(session, sen.unit_id, "answer", "Đã xong", TEXT, head)
    told = bulk_steps.answer(session, seen(case), (template.id, 1), head, now)
    assert (codes(told), told[0].waits) == ([""], True)
    assert case.answer is None


def test_cases_that_say_the_same_are_linked_and_the_one_they_repeat_is_not(
    session: Session, sen: Place, head: Actor, now: datetime
) -> None:
    original, again, third = (file(session, sen, now) for _ in range(3))
    told = bulk_steps.link(session, seen(original, again, third), original.number, head, now)
    assert codes(told) == ["original_unknown", "", ""]
    assert [one.state for one in (original, again, third)] == ["received", *["duplicate"] * 2]


def test_cases_are_classified_each_with_its_new_limit(
    session: Session, sen: Place, head: Actor, now: datetime
) -> None:
    cases = [file(session, sen, now) for _ in range(2)]
    before = cases[0].due_on
    told = bulk_steps.classify(session, seen(*cases), Kind.PETITION, Tier.ACROSS, head, now)
    assert codes(told) == ["", ""]
    assert {case.due_on for case in cases} != {before}
    refused = bulk_steps.classify(session, seen(*cases), Kind.DENUNCIATION, Tier.OWN, head, now)
    assert codes(refused) == ["needs_letter", "needs_letter"]


def test_a_choice_of_none_or_too_many_is_told_at_once(session: Session) -> None:
    with pytest.raises(Invalid) as none:
        bulk_steps.checked([])
    with pytest.raises(Invalid) as many:
        bulk_steps.checked(Chosen(f"PA-{number}", 1) for number in range(101))
    assert (none.value.code, many.value.code) == ("none_chosen", "too_many")
    twice = [Chosen("B", 2), Chosen("A", 1), Chosen("B", 2)]
    assert bulk_steps.checked(twice) == [Chosen("A", 1), Chosen("B", 2)]


def test_an_officer_named_among_duplicates_is_hidden_from_all_of_them(
    session: Session, sen: Place, head: Actor, now: datetime
) -> None:
    about = file(session, sen, now, officer_ids=(sen.officer_id,))
    plain = file(session, sen, now)
    bulk_steps.link(session, seen(plain), about.number, head, now)
    named = set(session.scalars(select(ComplaintOfficer.complaint_id)))
    assert named == {about.id, plain.id}
