"""Files after they were sent in: looked at by a scanner, and swept when nothing refers to them."""

import hashlib
import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from shared.config import Settings
from shared.domain.attachment import FileKind, FileState
from shared.domain.errors import NotFound
from shared.jobs import loop
from shared.models.attachment import Attachment
from shared.models.complaint import Complaint
from shared.outside import Outside
from shared.services import attachments, jobs
from shared.services.attachments import Received
from tests.adapters.test_scanner import bad_in, clamd
from tests.case_world import build, file, person
from tests.conftest import Clock


@pytest.fixture
def case(session: Session, clock: Clock) -> Complaint:
    """A report of Sen Hồng."""
    return file(session, build(session, clock())["sen"], clock())


def keep(settings: Settings, folder: Path, content: bytes) -> Received:
    """Keep a document as the door does."""
    sent = settings.data_directory / "sent"
    sent.write_bytes(content)
    digest = attachments.keep(folder, sent)
    return Received(FileKind.PDF, f"{digest[:4]}.pdf", digest, digest, None, len(content))


@pytest.fixture
def folder(settings: Settings) -> Path:
    """Where files lie."""
    made = attachments.folder_of(settings.data_directory)
    made.mkdir()
    return made


def test_a_file_opens_once_the_scanner_found_nothing_and_never_when_it_did(
    engine: Engine,
    session: Session,
    settings: Settings,
    clock: Clock,
    case: Complaint,
    folder: Path,
    tmp_path: Path,
) -> None:
    received = [keep(settings, folder, content) for content in (b"%PDF-good", b"%PDF-bad")]
    attachments.add(session, case, received, "resident", clock(), scanned_first=True)
    session.commit()
    away = replace(settings, outside=Outside(scanner=str(tmp_path / "clamd")))
    run(engine, away, clock)
    assert states(session) == [FileState.QUARANTINED, FileState.QUARANTINED]
    clock.advance(timedelta(minutes=2))
    with clamd(tmp_path / "clamd", bad_in):
        run(engine, away, clock)
    assert states(session) == [FileState.OPEN, FileState.BLOCKED]
    good, bad = session.scalars(select(Attachment).order_by(Attachment.id))
    assert bad.finding == "Thu.Nghiem-1"
    head = person(session, "head-sen")
    opened = attachments.content(session, case.number, good.id, head, folder)
    assert opened.path.read_bytes() == b"%PDF-good"
    with pytest.raises(NotFound):
        attachments.content(session, case.number, bad.id, head, folder)
    assert attachments.path_of(folder, bad.digest).exists()  # closed, not lost


def test_only_files_that_belong_to_nothing_for_two_days_are_swept(
    session: Session, settings: Settings, clock: Clock, case: Complaint, folder: Path
) -> None:
    known, old, young = (keep(settings, folder, b"%PDF-" + word) for word in (b"1", b"2", b"3"))
    attachments.add(session, case, [known], "resident", clock(), scanned_first=False)
    session.commit()
    for one, hours in ((known, 100), (old, 49), (young, 1)):
        moment = clock().timestamp() - hours * 3600
        os.utime(attachments.path_of(folder, one.digest), (moment, moment))
    broken_off = folder / ".0123.sent"
    broken_off.touch()
    os.utime(broken_off, (0, 0))
    jobs.request(session, "sweep", {}, None, clock())
    session.commit()
    loop.run_waiting(settings, clock())
    left = [attachments.path_of(folder, one.digest).exists() for one in (known, old, young)]
    assert left == [True, False, True]
    assert not broken_off.exists()


def test_a_file_sent_again_that_belonged_to_nothing_waits_for_its_case(
    session: Session, settings: Settings, clock: Clock, folder: Path
) -> None:
    path = attachments.path_of(folder, keep(settings, folder, b"%PDF-again").digest)
    os.utime(path, (0, 0))
    keep(settings, folder, b"%PDF-again")
    assert attachments.sweep(session, folder, clock()) == 0
    assert path.exists()


def test_the_same_content_lies_there_once_under_its_hash(settings: Settings, folder: Path) -> None:
    first, second = (keep(settings, folder, b"%PDF-same") for _time in range(2))
    assert first.digest == second.digest == hashlib.sha256(b"%PDF-same").hexdigest()
    assert [path.name for path in folder.glob("*/*")] == [first.digest]


def run(engine: Engine, settings: Settings, clock: Clock) -> None:
    """Let the job process do what there is to do."""
    loop.ask_for_frequent(engine, settings, clock())
    loop.run_waiting(settings, clock())


def states(session: Session) -> list[str]:
    """Give the states of all files."""
    session.rollback()
    return list(session.scalars(select(Attachment.state).order_by(Attachment.id)))
