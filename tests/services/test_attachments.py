"""Files stay with their case wherever it goes: passed on, linked to another, answered."""

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.attachment import MOST_IN_A_CASE, FileKind
from shared.domain.errors import NotAllowed, NotFound, RuleBroken
from shared.models.attachment import Attachment
from shared.models.complaint import Complaint, ComplaintEvent
from shared.services import attachments, complaints, duplicates, passing
from shared.services.attachments import Received
from tests.case_world import ANSWER, build, file, person
from tests.cast import Place


@pytest.fixture
def places(session: Session, now: datetime) -> dict[str, Place]:
    """The two units with their people."""
    return build(session, now)


@pytest.fixture
def case(session: Session, places: dict[str, Place], now: datetime) -> Complaint:
    """A report of Sen Hồng with one photo of its sender."""
    return with_photo(session, places["sen"], now, "a")


def with_photo(session: Session, place: Place, now: datetime, letter: str) -> Complaint:
    """File a report with one photo."""
    complaint = file(session, place, now)
    attachments.add(session, complaint, [photo(letter)], "resident", now, scanned_first=False)
    session.commit()
    return complaint


def photo(letter: str) -> Received:
    """A photo whose content lies nowhere."""
    digest = letter * 64
    return Received(FileKind.JPEG, f"{letter}.jpg", digest, digest, digest, 7)


def names(session: Session, complaint: Complaint, who: str) -> list[str]:
    """Name the files a person sees with a case."""
    found = attachments.of_case(session, complaint.number, person(session, who))
    return [one.name for one in found]


def test_a_case_that_is_passed_on_takes_its_files_along(
    session: Session, places: dict[str, Place], case: Complaint, now: datetime
) -> None:
    head = person(session, "head-sen")
    words = "Việc thuộc đơn vị khác, chuyển để giải quyết."
    unit_id = places["lua"].unit_id
    passing.transfer(session, case.number, unit_id, words, case.version, head, now)
    assert names(session, case, "head-lua") == ["a.jpg"]
    with pytest.raises(NotFound):
        names(session, case, "head-sen")


def test_files_of_a_case_that_says_the_same_are_seen_with_the_other(
    session: Session, places: dict[str, Place], case: Complaint, now: datetime
) -> None:
    again = with_photo(session, places["sen"], now, "b")
    head = person(session, "head-sen")
    duplicates.link(session, again.number, case.number, again.version, head, now)
    assert names(session, case, "officer-sen") == ["a.jpg", "b.jpg"]
    assert names(session, again, "officer-sen") == ["b.jpg"]
    duplicates.unlink(session, again.number, again.version, head, now)
    assert names(session, case, "officer-sen") == ["a.jpg"]


def test_files_of_an_answered_case_stay(session: Session, case: Complaint, now: datetime) -> None:
    head = person(session, "head-sen")
    complaints.answer(session, case.number, ANSWER, case.version, head, now)
    assert names(session, case, "head-sen") == ["a.jpg"]
    assert [one.name for one in attachments.of_resident(session, case)] == ["a.jpg"]


def test_adding_is_a_step_of_the_case_that_no_resident_reads(
    session: Session, case: Complaint, now: datetime
) -> None:
    officer = person(session, "officer-sen")
    for _time in range(2):
        attachments.add_by_staff(
            session, case.number, [photo("c")], officer, now, scanned_first=False
        )
    steps = session.scalars(
        select(ComplaintEvent).where(
            ComplaintEvent.complaint_id == case.id, ComplaintEvent.actor == officer.name
        )
    ).all()
    assert [(step.action, step.text, step.public) for step in steps] == [
        ("attach", "jpg " + "c" * 12, False)
    ]
    assert [one.name for one in attachments.of_resident(session, case)] == ["a.jpg"]


@pytest.mark.parametrize(("who", "error"), [("head-lua", NotFound), ("reviewer-sen", NotAllowed)])
def test_who_may_not_handle_the_case_adds_nothing(
    session: Session, case: Complaint, now: datetime, who: str, error: type[Exception]
) -> None:
    actor = person(session, who)
    with pytest.raises(error):
        attachments.add_by_staff(session, case.number, [photo("c")], actor, now, scanned_first=True)


def test_a_case_takes_no_more_than_fifty_files(
    session: Session, case: Complaint, now: datetime
) -> None:
    many = [
        Received(FileKind.PDF, "x.pdf", f"{place:064x}", f"{place:064x}", None, 1)
        for place in range(MOST_IN_A_CASE)
    ]
    with pytest.raises(RuleBroken) as refusal:
        attachments.add(session, case, many, "head-sen", now, scanned_first=False)
    assert refusal.value.code == "case_full"
    assert len(session.scalars(select(Attachment.id)).all()) == 1


@pytest.mark.parametrize("digest", ["../../etc/passwd", "A" * 64, "a" * 63, ""])
def test_only_a_hash_names_a_file(tmp_path: Path, digest: str) -> None:
    with pytest.raises(NotFound):
        attachments.path_of(tmp_path, digest)
