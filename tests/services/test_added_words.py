"""What residents add to an open case unasked: kept once, found, read before the answer."""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from shared.domain.errors import Invalid, RuleBroken
from shared.models.complaint import Complaint
from shared.services import additions, complaints, following, handling, inbox
from shared.services.additions import MOST_ADDED
from shared.services.complaints import LONGEST_BODY
from shared.services.inbox import Filters
from shared.services.work_lists import Tray
from tests.case_world import ANSWER, build_in_line, code_of, file, person
from tests.infrastructure.side_by_side import second_at_once

Say = Callable[[Session, str, str, datetime], Complaint]
WORDS = "Có hai nhân chứng ở ấp Bình Hoà."


@pytest.fixture
def case(session: Session, now: datetime) -> Complaint:
    """An open case."""
    return file(session, build_in_line(session, now)["sen"], now)


def added(session: Session, case: Complaint, now: datetime) -> list[str]:
    view = following.resident_view(session, case, now)
    return [event.text for event in view.history if event.action == "add"]


def marked(session: Session, now: datetime) -> list[bool]:
    tray = Tray(session, person(session, "head-sen"), now)
    return [entry.written for entry in tray.page(tray.whole).entries]


def test_the_same_words_sent_twice_are_added_once(
    session: Session, case: Complaint, now: datetime
) -> None:
    for words in (WORDS, WORDS, "Và một ảnh chụp."):
        additions.add_words(session, code_of(case), words, now)
        session.commit()
    assert added(session, case, now) == [WORDS, "Và một ảnh chụp."]
    assert case.state == "received"


def test_staff_find_the_case_by_what_was_added(
    session: Session, case: Complaint, now: datetime
) -> None:
    head, asked = person(session, "head-sen"), Filters(query="nhan chung ap binh hoa")
    assert inbox.listed(session, head, asked, 1, now)[1] == 0
    additions.add_words(session, code_of(case), WORDS, now)
    session.commit()
    assert inbox.listed(session, head, asked, 1, now)[1] == 1


def test_my_work_marks_the_case_until_staff_do_something_with_it(
    session: Session, case: Complaint, now: datetime
) -> None:
    assert marked(session, now) == [False]
    additions.add_words(session, code_of(case), WORDS, now)
    session.commit()
    assert marked(session, now) == [True]
    handling.note(session, case.number, "Đã đọc.", person(session, "head-sen"), now)
    session.commit()
    assert marked(session, now) == [False]


def test_an_answer_begun_before_is_not_given_unread(
    session: Session, case: Complaint, now: datetime
) -> None:
    read = case.version
    additions.add_words(session, code_of(case), WORDS, now)
    session.commit()
    head = person(session, "head-sen")
    with pytest.raises(RuleBroken) as refusal:
        complaints.answer(session, case.number, ANSWER, read, head, now)
    assert refusal.value.code == "changed_meanwhile"


@pytest.mark.parametrize(
    ("words", "code"),
    [("  ", "add_empty"), ("x" * (LONGEST_BODY + 1), "add_too_long")],
)
def test_too_little_and_too_much_is_refused(
    session: Session, case: Complaint, now: datetime, words: str, code: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        additions.add_words(session, code_of(case), words, now)
    assert (refusal.value.code, refusal.value.field) == (code, "add")
    assert added(session, case, now) == []


def test_a_case_takes_so_many_additions_and_no_more(
    session: Session, case: Complaint, now: datetime
) -> None:
    for number in range(MOST_ADDED):
        additions.add_words(session, code_of(case), f"Điều thứ {number}.", now)
    with pytest.raises(Invalid) as refusal:
        additions.add_words(session, code_of(case), "Điều cuối.", now)
    assert refusal.value.code == "added_enough"
    assert len(added(session, case, now)) == MOST_ADDED


def test_nothing_is_added_to_a_case_that_is_over(
    session: Session, case: Complaint, now: datetime
) -> None:
    following.withdraw(session, code_of(case), now)
    session.commit()
    with pytest.raises(RuleBroken) as refusal:
        additions.add_words(session, code_of(case), WORDS, now)
    assert refusal.value.code == "case_over"


SAY = pytest.mark.parametrize("say", [additions.add_words, additions.reply])


@SAY
def test_words_wait_for_the_officer_who_was_first_and_come_after(
    engine: Engine, session: Session, case: Complaint, now: datetime, say: Say
) -> None:
    code = code_of(case)
    head = person(session, "head-sen")
    complaints.take(session, case.number, case.version, head, now)
    second_at_once(engine, session, lambda other: say(other, code, WORDS, now))
    session.expire_all()
    assert case.state == "in_work"
    events = following.public_history(session, case)
    assert [(event.action, event.state) for event in events[1:]] == [
        ("take", "in_work"),
        (events[-1].action, "in_work"),
    ]
    assert events[-1].text == WORDS


@SAY
def test_words_that_wait_for_an_answer_are_told_that_it_was_given(
    engine: Engine, session: Session, case: Complaint, now: datetime, say: Say
) -> None:
    code = code_of(case)
    complaints.answer(session, case.number, ANSWER, case.version, person(session, "head-sen"), now)
    with pytest.raises(RuleBroken) as refusal:
        second_at_once(engine, session, lambda other: say(other, code, WORDS, now))
    assert refusal.value.code == "case_over"


@SAY
def test_the_same_words_sent_twice_in_one_instant_are_kept_once(
    engine: Engine, session: Session, case: Complaint, now: datetime, say: Say
) -> None:
    code = code_of(case)
    say(session, code, WORDS, now)
    second_at_once(engine, session, lambda other: say(other, code, WORDS, now))
    session.expire_all()
    assert [event.text for event in following.public_history(session, case)][1:] == [WORDS]


def test_an_answer_is_rated_after_what_an_officer_did_in_the_same_instant(
    engine: Engine, session: Session, case: Complaint, now: datetime
) -> None:
    code, head = code_of(case), person(session, "head-sen")
    complaints.answer(session, case.number, ANSWER, case.version, head, now)
    session.commit()
    complaints.close(session, case.number, case.version, head, now)
    second_at_once(
        engine, session, lambda other: following.rate_answer(other, code, satisfied=True, now=now)
    )
    session.expire_all()
    assert (case.state, case.answer_satisfied) == ("closed", True)
