"""Erasing on request: by when, by whom, and what is told of it."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from shared.domain.complaint import OPEN, State
from shared.domain.erasure import DataKind, Scope, Standing
from shared.domain.errors import Invalid, NotAllowed, NotFound, RuleBroken
from shared.domain.search import searchable
from shared.models.complaint import Complaint
from shared.services import (
    additions,
    clocks,
    complaints,
    duplicates,
    erasures,
    following,
    handling,
    inbox,
    passing,
)
from tests.case_world import ANSWER, build_in_line, code_of, file, person
from tests.cast import Place
from tests.erasure_world import ALL, KEPT, MARK, NOTHING, ask, decide, tables_with


@pytest.fixture
def sen(session: Session, now: datetime) -> Place:
    """Phường Sen Hồng, under Lúa Vàng."""
    return build_in_line(session, now)["sen"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where files lie."""
    return tmp_path / "attachments"


def test_the_limit_is_twenty_calendar_days_and_rolls_on_from_a_day_off(
    session: Session, sen: Place, now: datetime
) -> None:
    case = file(session, sen, now)
    session.get_one(Complaint, case.id)
    request = erasures.ask(session, code_of(case), Scope.ALL, now)
    assert (request.asked_on, request.due_on) == (date(2026, 11, 18), date(2026, 12, 8))
    assert request.basis["unit"] == "calendar_day"
    assert "Nghị định 356/2025/NĐ-CP" in request.basis["document"]
    other = file(session, sen, now)
    later = erasures.ask(session, code_of(other), Scope.ALL, now + timedelta(days=4))
    assert later.due_on == date(2026, 12, 14)  # 22/11 and twenty days is a Saturday


def test_asking_again_is_the_same_request_from_its_first_day_on(
    session: Session, sen: Place, now: datetime
) -> None:
    case = file(session, sen, now, contact_name=MARK, consent=True)
    first = ask(session, case, now, Scope.CONTACT)
    assert ask(session, case, now + timedelta(days=3)) == first
    request = erasures.rights(session, code_of(case), now).waiting
    assert request is not None
    assert (request.scope, request.asked_on) == (Scope.ALL, date(2026, 11, 18))


def test_a_request_taken_back_changes_nothing_and_may_be_made_again(
    session: Session, sen: Place, now: datetime, folder: Path
) -> None:
    case = file(session, sen, now)
    key = ask(session, case, now)
    for _ in range(2):
        erasures.take_back(session, code_of(case), now)
    with pytest.raises(RuleBroken, match="Người khác"):
        decide(session, key, now, folder)
    assert case.body
    assert ask(session, case, now) != key


def test_contact_data_alone_goes_and_the_open_case_goes_on(
    session: Session, sen: Place, now: datetime, folder: Path
) -> None:
    case = file(session, sen, now, contact_name=MARK, consent=True)
    decide(session, ask(session, case, now, Scope.CONTACT), now, folder)
    assert tables_with(session, MARK) == set()
    assert case.state in OPEN
    assert case.body
    with pytest.raises(RuleBroken, match="Không còn"):
        ask(session, case, now, Scope.CONTACT)


def test_an_open_case_is_withdrawn_and_its_lateness_stays(
    session: Session, sen: Place, now: datetime, folder: Path
) -> None:
    case = file(session, sen, now)
    late = now + timedelta(days=15)
    decide(session, ask(session, case, late), late, folder)
    session.commit()
    assert case.state == State.WITHDRAWN
    assert clocks.was_late(session, case)
    for act in (
        lambda: following.appeal(session, code_of(case), "", late),
        lambda: additions.reply(session, code_of(case), "Một lời nữa.", late),
        lambda: handling.note(session, case.number, "Lời", person(session, "head-sen"), late),
    ):
        with pytest.raises(RuleBroken):
            act()


def test_an_erased_answer_is_neither_rated_nor_taken_further(
    session: Session, sen: Place, now: datetime, folder: Path
) -> None:
    case = file(session, sen, now)
    head = person(session, "head-sen")
    complaints.answer(session, case.number, ANSWER, case.version, head, now)
    decide(session, ask(session, case, now), now, folder)
    following.rate_answer(session, code_of(case), True, now, "Cảm ơn")
    assert case.answer_satisfied is None
    with pytest.raises(RuleBroken, match="đã xoá"):
        following.appeal(session, code_of(case), MARK, now)
    view = following.resident_view(session, case, now)
    assert view.actions == frozenset()
    assert passing.part_of(session, case.number, person(session, "head-lua")) is None
    assert inbox.case(session, case.number, head).search_text == searchable(case.number)


def test_nobody_is_answered_with_the_words_of_an_erased_case(
    session: Session, sen: Place, now: datetime, folder: Path
) -> None:
    erased, again = file(session, sen, now), file(session, sen, now)
    head = person(session, "head-sen")
    complaints.answer(session, erased.number, ANSWER, erased.version, head, now)
    decide(session, ask(session, erased, now), now, folder)
    with pytest.raises(Invalid) as refusal:
        duplicates.link(session, again.number, erased.number, again.version, head, now)
    assert refusal.value.field == "original"
    assert again.state in OPEN


@pytest.mark.parametrize(
    ("kinds", "standing"),
    [
        (frozenset[DataKind](), Standing.REFUSED),
        (frozenset({DataKind.CONTACT}), Standing.PARTLY),
        (frozenset({DataKind.FILES, DataKind.WORDS}), Standing.PARTLY),
    ],
)
def test_what_is_kept_needs_a_reason_and_the_law_which_the_resident_reads(
    session: Session,
    sen: Place,
    now: datetime,
    folder: Path,
    kinds: frozenset[DataKind],
    standing: Standing,
) -> None:
    case = file(session, sen, now, contact_name=MARK, consent=True)
    key = ask(session, case, now)
    for kept, field in (
        (NOTHING, "reason"),
        ((KEPT[0], "  "), "words"),
        (("x", KEPT[1]), "reason"),
    ):
        with pytest.raises(Invalid) as refusal:
            decide(session, key, now, folder, kinds, kept)
        assert refusal.value.field == field
    decide(session, key, now, folder, kinds, KEPT)
    told = erasures.rights(session, code_of(case), now).decided[0]
    assert (told.state, told.reason, told.words) == (standing, *KEPT)
    assert set(told.removed) == {str(kind) for kind in kinds}
    assert (told.decided_name, told.unit_name) == ("head-sen", "Phường Sen Hồng")
    assert bool(case.body) is (DataKind.WORDS not in kinds)


@pytest.mark.parametrize("who", ["officer-sen", "officer-lua", "admin-sen"])
def test_who_reads_no_contact_data_of_the_unit_decides_nothing(
    session: Session, sen: Place, now: datetime, folder: Path, who: str
) -> None:
    key = ask(session, file(session, sen, now), now)
    with pytest.raises((NotFound, RuleBroken, Exception)) as refusal:
        decide(session, key, now, folder, who=who)
    assert type(refusal.value).__name__ in {"NotFound", "NotAllowed"}


def test_a_head_whom_the_case_names_does_not_see_the_request(
    session: Session, sen: Place, now: datetime
) -> None:
    case = file(session, sen, now, officer_ids=(sen.officer_id,))
    key = ask(session, case, now)
    named = person(session, "officer-sen")
    root = person(session, "root")
    assert [one.request.id for one in erasures.listed(session, root, now)[0]] == [key]
    assert named.officer_id == sen.officer_id
    with pytest.raises((NotFound, NotAllowed)):
        erasures.opened(session, key, named, now)


def test_two_who_decide_at_once_decide_once(
    session: Session, sen: Place, now: datetime, folder: Path
) -> None:
    key = ask(session, file(session, sen, now), now)
    head = person(session, "head-sen")
    version = erasures.opened(session, key, head, now).line.request.version
    erasures.decide(session, key, ALL, NOTHING, version, head, folder, now)
    with pytest.raises(RuleBroken, match="Người khác"):
        erasures.decide(session, key, frozenset(), KEPT, version, head, folder, now)


def test_a_near_limit_is_told(session: Session, sen: Place, now: datetime) -> None:
    ask(session, file(session, sen, now), now)
    head = person(session, "head-sen")
    for days, near in ((0, 0), (14, 0), (15, 1), (30, 1)):
        assert erasures.waiting_count(session, head, now + timedelta(days=days)) == (1, near)
    officer = person(session, "officer-sen")
    assert erasures.waiting_count(session, officer, now) == (0, 0)
