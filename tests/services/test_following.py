"""Following a case by its code: what the resident reads and says."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from shared.domain.errors import NotFound, RuleBroken
from shared.models.complaint import Complaint
from shared.services import complaints, following
from tests.case_world import ANSWER, WORDS, build, code_of, file, filing, person
from tests.cast import Place


@pytest.fixture
def places(session: Session, now: datetime) -> dict[str, Place]:
    """The two units with their people."""
    return build(session, now)


@pytest.fixture
def sen(places: dict[str, Place]) -> Place:
    """Phường Sen Hồng."""
    return places["sen"]


def receive(session: Session, place: Place, now: datetime, **fields: Any) -> Complaint:
    return file(session, place, now, **fields)


def test_the_first_word_about_an_answer_stands(session: Session, sen: Place, now: datetime) -> None:
    complaint = receive(session, sen, now)
    code = code_of(complaint)
    with pytest.raises(RuleBroken):
        following.rate_answer(session, code, True, now)
    complaints.answer(
        session, complaint.number, ANSWER, complaint.version, person(session, "head-sen"), now
    )
    following.rate_answer(session, code, False, now, "Chưa nói khi nào sửa.")
    following.rate_answer(session, code, True, now)
    assert complaint.answer_satisfied is False
    texts = [event.text for event in following.public_history(session, complaint)]
    assert "Chưa nói khi nào sửa." in texts


@pytest.mark.parametrize("code", ["", "NN-0000-0000-0000", "PA-2026-00001", "x" * 10_000])
def test_a_code_nobody_has_finds_nothing(
    session: Session, sen: Place, now: datetime, code: str
) -> None:
    receive(session, sen, now)
    with pytest.raises(NotFound):
        following.followed(session, code)


def test_a_letter_o_read_for_a_nought_still_finds_the_case(
    session: Session, sen: Place, now: datetime
) -> None:
    complaint = receive(session, sen, now)
    typed = code_of(complaint).replace("0", "o").replace("1", "l")
    assert following.followed(session, typed).id == complaint.id


def test_filing_needs_no_account(session: Session, sen: Place, now: datetime) -> None:
    assert complaints.check(filing(sen)) == WORDS
