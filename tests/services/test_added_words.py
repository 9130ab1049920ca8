"""What residents add to an open case unasked: kept once, found, read before the answer."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from shared.domain.errors import Invalid, RuleBroken
from shared.models.complaint import Complaint
from shared.services import complaints, following, handling, inbox
from shared.services.complaints import LONGEST_BODY
from shared.services.following import MOST_ADDED
from shared.services.inbox import Filters
from shared.services.work_lists import Tray
from tests.case_world import ANSWER, build_in_line, code_of, file, person

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
        following.add_words(session, code_of(case), words, now)
        session.commit()
    assert added(session, case, now) == [WORDS, "Và một ảnh chụp."]
    assert case.state == "received"


def test_staff_find_the_case_by_what_was_added(
    session: Session, case: Complaint, now: datetime
) -> None:
    head, asked = person(session, "head-sen"), Filters(query="nhan chung ap binh hoa")
    assert inbox.listed(session, head, asked, 1, now)[1] == 0
    following.add_words(session, code_of(case), WORDS, now)
    session.commit()
    assert inbox.listed(session, head, asked, 1, now)[1] == 1


def test_my_work_marks_the_case_until_staff_do_something_with_it(
    session: Session, case: Complaint, now: datetime
) -> None:
    assert marked(session, now) == [False]
    following.add_words(session, code_of(case), WORDS, now)
    session.commit()
    assert marked(session, now) == [True]
    handling.note(session, case.number, "Đã đọc.", person(session, "head-sen"), now)
    session.commit()
    assert marked(session, now) == [False]


def test_an_answer_begun_before_is_not_given_unread(
    session: Session, case: Complaint, now: datetime
) -> None:
    read = case.version
    following.add_words(session, code_of(case), WORDS, now)
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
        following.add_words(session, code_of(case), words, now)
    assert (refusal.value.code, refusal.value.field) == (code, "add")
    assert added(session, case, now) == []


def test_a_case_takes_so_many_additions_and_no_more(
    session: Session, case: Complaint, now: datetime
) -> None:
    for number in range(MOST_ADDED):
        following.add_words(session, code_of(case), f"Điều thứ {number}.", now)
    with pytest.raises(Invalid) as refusal:
        following.add_words(session, code_of(case), "Điều cuối.", now)
    assert refusal.value.code == "added_enough"
    assert len(added(session, case, now)) == MOST_ADDED


def test_nothing_is_added_to_a_case_that_is_over(
    session: Session, case: Complaint, now: datetime
) -> None:
    following.withdraw(session, code_of(case), now)
    session.commit()
    with pytest.raises(RuleBroken):
        following.add_words(session, code_of(case), WORDS, now)
