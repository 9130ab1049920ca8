"""Following a case by its code: what the resident reads and says."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from shared.domain.errors import NotFound, RuleBroken
from shared.domain.tracking_code import digits_of
from shared.models.complaint import Complaint
from shared.services import complaints, following
from tests.case_world import ANSWER, SECRET, WORDS, build, code_of, file, filing, person
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


@pytest.mark.parametrize("code", ["", "NN-0000-0000-0000", "0" * 26, "PA-2026-00001", "x" * 10_000])
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


def test_digits_open_the_case_with_the_key_only(
    session: Session, sen: Place, now: datetime
) -> None:
    complaint = receive(session, sen, now)
    digits = digits_of(code_of(complaint))
    assert following.followed_by_digits(session, digits, SECRET).id == complaint.id
    with pytest.raises(NotFound):
        following.followed_by_digits(session, digits, "another key")
    with pytest.raises(NotFound):
        following.followed(session, digits)  # so that no address can be used to try digits


@pytest.mark.parametrize("kind", ["link", "digits"])
def test_a_wrong_code_costs_what_a_right_one_costs(
    session: Session, sen: Place, now: datetime, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = code_of(receive(session, sen, now))
    work: list[str] = []
    for name in ("hash_link", "hash_digits", "hash_earlier"):
        real = getattr(following, name)

        def counted(*given: str, of: str = name, real: Callable[..., str] = real) -> str:
            work.append(of)
            return real(*given)

        monkeypatch.setattr(following, name, counted)

    def cost(code: str) -> list[str]:
        work.clear()
        session.expire_all()
        watch = session.connection().engine
        noted = lambda *given: work.append(given[2])  # noqa: E731  a listener must be removed by name
        event.listen(watch, "before_cursor_execute", noted)
        try:
            if kind == "link":
                following.followed(session, code)
            else:
                following.followed_by_digits(session, digits_of(code), SECRET)
        except NotFound:
            pass
        finally:
            event.remove(watch, "before_cursor_execute", noted)
        return list(work)

    assert cost(link) == cost("0" * 26)
    assert len(cost(link)) == 2  # a hash and a look
