"""Files of cases and figures: content by its SHA-256 in a folder, whose it is in the database."""

import hashlib
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from shared.domain.access import Actor, Permission
from shared.domain.attachment import FileKind, FileState, check_count, check_sender
from shared.domain.complaint import Action
from shared.domain.errors import NotAllowed, NotFound
from shared.models.attachment import Attachment
from shared.models.case_work import ComplaintDuplicate
from shared.models.complaint import Complaint, ComplaintEvent
from shared.models.figure import FigureFile
from shared.services import following, inbox
from shared.services.case_steps import RESIDENT, add_event, check_not_erased
from shared.services.whole_files import replacing

FOLDER = "attachments"
ATTACHED = "attach"
ADDED = (Action.ADD, Action.REPLY)  # steps of the sender to which files may belong
# A file without a row: its case may still be on its way to the database.
KEPT_WITHOUT_ROW = timedelta(days=2)
# Whose files lie in the folder, and where one of them stands: which table, which row.
TABLES: tuple[type[Attachment] | type[FigureFile], ...] = (Attachment, FigureFile)
Place = tuple[int, int]
FIRST: Place = (0, 0)
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True)
class Received:
    """A file that was taken in and lies in the data directory; nothing refers to it yet."""

    kind: FileKind
    name: str
    sent_digest: str
    digest: str
    thumbnail_digest: str | None
    size: int  # in bytes


@dataclass(frozen=True)
class Shown:
    """A file as a page lists it."""

    key: int
    name: str
    size: int
    state: FileState
    is_photo: bool
    by_resident: bool
    added_at: datetime
    number: str  # of the case it came with: the shown one, or one that says the same


@dataclass(frozen=True)
class Content:
    """A file to hand out."""

    path: Path
    name: str
    kind: FileKind


def folder_of(data_directory: Path) -> Path:
    """Name the folder of all files."""
    return data_directory / FOLDER


def path_of(folder: Path, digest: str) -> Path:
    """Name the file of a content. Raises NotFound for what is no digest."""
    if not _DIGEST.fullmatch(digest):
        raise NotFound
    return folder / digest[:2] / digest


def keep(folder: Path, content: Path) -> str:
    """Keep a content under its own digest, durably; give the digest. The same twice is one."""
    digest = digest_of(content)
    path = path_of(folder, digest)
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with replacing(path) as draft:
            shutil.copyfile(content, draft)
    else:
        path.touch()  # one left over from a form of days ago must not be swept before its row
    return digest


def digest_of(path: Path) -> str:
    """Give the SHA-256 of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def add(
    session: Session,
    complaint: Complaint,
    files: Iterable[Received],
    actor: str,
    now: datetime,
    *,
    scanned_first: bool,
) -> int:
    """Let files belong to a case; give how many are new. The same file twice is one.

    With `scanned_first` nobody opens them before the scanner has looked. The hashes stand in the
    audit log and in the case's history. Raises RuleBroken when the case has too many, Invalid
    when its sender has sent too many.
    """
    known = _known(session, complaint)
    new = {one.sent_digest: one for one in files if one.sent_digest not in known}
    check_count(len(new), len(new), len(known))
    if actor == RESIDENT:
        check_sender(len(new), sum(who == RESIDENT for who in known.values()))
    for one in new.values():
        session.add(
            Attachment(
                complaint_id=complaint.id,
                kind=str(one.kind),
                name=one.name,
                sent_digest=one.sent_digest,
                digest=one.digest,
                thumbnail_digest=one.thumbnail_digest,
                size=one.size,
                added_by=actor,
                added_at=now,
                state=str(FileState.QUARANTINED if scanned_first else FileState.OPEN),
            )
        )
    if new:
        told = ", ".join(f"{one.kind} {one.digest[:12]}" for one in new.values())
        add_event(session, complaint, ATTACHED, actor, now, told)
    session.flush()
    return len(new)


def has_all(session: Session, complaint: Complaint, files: Iterable[Received]) -> bool:
    """Say whether a case has every one of these files already."""
    known = _known(session, complaint)
    return all(one.sent_digest in known for one in files)


def _known(session: Session, complaint: Complaint) -> Mapping[str, str]:
    """Give the files of a case by what was sent: who added them."""
    found = select(Attachment.sent_digest, Attachment.added_by).where(
        Attachment.complaint_id == complaint.id
    )
    return {row.sent_digest: row.added_by for row in session.execute(found)}


def add_by_staff(
    session: Session,
    number: str,
    files: Sequence[Received],
    actor: Actor,
    now: datetime,
    *,
    scanned_first: bool,
) -> int:
    """Let a member of staff add files to a case; see `add`. No resident sees them.

    Raises NotFound when the case does not exist for the person, NotAllowed without the right.
    """
    complaint = inbox.case(session, number, actor)
    if not actor.reaches(Permission.ANSWER, complaint.unit_id):
        raise NotAllowed
    check_not_erased(complaint)
    return add(session, complaint, files, actor.name, now, scanned_first=scanned_first)


def of_case(session: Session, number: str, actor: Actor) -> list[Shown]:
    """List the files of a case and of those that say the same, as far as they are the actor's."""
    return [
        _shown(row, shown_number)
        for row, shown_number in session.execute(
            select(Attachment, Complaint.number)
            .join(Complaint, Complaint.id == Attachment.complaint_id)
            .where(_belongs_to(session, number, actor))
            .order_by(Attachment.id)
        )
    ]


def of_resident(session: Session, complaint: Complaint) -> list[Shown]:
    """List what the resident of a case sent; what staff added is not for residents."""
    return [
        _shown(row, complaint.number)
        for row in session.scalars(
            select(Attachment)
            .where(Attachment.complaint_id == complaint.id, Attachment.added_by == RESIDENT)
            .order_by(Attachment.id)
        )
    ]


def by_step(
    files: Sequence[Shown], number: str, steps: Iterable[ComplaintEvent]
) -> tuple[Mapping[int, Sequence[Shown]], Sequence[Shown]]:
    """Lay what the sender of a case added to the words it came with; give the others apart.

    The first are by the key of the step: what one form brought has one instant.
    """
    added = [step for step in steps if step.action in ADDED]
    said = {step.at: step.id for step in added}
    with_words: dict[int, list[Shown]] = {step.id: [] for step in added}
    others: list[Shown] = []
    for one in files:
        own = one.by_resident and one.number == number
        step = said.get(one.added_at) if own else None
        (others if step is None else with_words[step]).append(one)
    return with_words, others


def content(session: Session, number: str, key: int, actor: Actor, folder: Path) -> Content:
    """Give a file of a case; NotFound unless it exists for the actor and may be opened."""
    row = session.scalar(
        select(Attachment)
        .join(Complaint, Complaint.id == Attachment.complaint_id)
        .where(Attachment.id == key, _belongs_to(session, number, actor))
    )
    return _content(row, folder)


def thumbnail(session: Session, number: str, key: int, actor: Actor, folder: Path) -> Path:
    """Give the small picture of a photo; NotFound as `content` raises it."""
    row = session.scalar(
        select(Attachment)
        .join(Complaint, Complaint.id == Attachment.complaint_id)
        .where(Attachment.id == key, _belongs_to(session, number, actor))
    )
    return _thumbnail(row, folder)


def residents_content(session: Session, code: str, key: int, folder: Path) -> Content:
    """Give a file to the resident who sent it; NotFound for any other."""
    return _content(_residents(session, code, key), folder)


def residents_thumbnail(session: Session, code: str, key: int, folder: Path) -> Path:
    """Give the small picture of a photo to the resident who sent it."""
    return _thumbnail(_residents(session, code, key), folder)


def waiting_for_scan(session: Session, after: Place = FIRST) -> tuple[Place, str] | None:
    """Give place and digest of the next file that nobody may open yet; None when there is none."""
    for number, table in enumerate(TABLES):
        if number < after[0]:
            continue
        row = session.execute(
            select(table.id, table.digest)
            .where(
                table.state == str(FileState.QUARANTINED),
                table.id > (after[1] if number == after[0] else 0),
            )
            .order_by(table.id)
            .limit(1)
        ).first()
        if row is not None:
            return (number, row.id), row.digest
    return None


def note_scanned(session: Session, place: Place, finding: str, now: datetime) -> None:
    """Open a file in which nothing was found, block one in which something was."""
    number, key = place
    row: Attachment | FigureFile = (
        session.get_one(Attachment, key) if number == 0 else session.get_one(FigureFile, key)
    )
    row.state = str(FileState.BLOCKED if finding else FileState.OPEN)
    row.finding, row.scanned_at = finding[:120], now


def digests(session: Session) -> set[str]:
    """Give the hashes of every content that belongs to a case or a figure."""
    return {
        digest
        for table in TABLES
        for row in session.execute(select(table.digest, table.thumbnail_digest))
        for digest in row
        if digest is not None
    }


def sweep(session: Session, folder: Path, now: datetime) -> int:
    """Remove files that have belonged to nothing for two days; give how many."""
    known = digests(session)
    oldest = (now - KEPT_WITHOUT_ROW).timestamp()
    # What begins with a dot was being received when the process ended.
    found = (*folder.glob("*/*"), *folder.glob(".*.*"))
    left = [
        path
        for path in found
        if path.is_file() and path.name not in known and path.stat().st_mtime < oldest
    ]
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)


def _residents(session: Session, code: str, key: int) -> Attachment | None:
    complaint = following.followed(session, code)
    return session.scalar(
        select(Attachment).where(
            Attachment.id == key,
            Attachment.complaint_id == complaint.id,
            Attachment.added_by == RESIDENT,
        )
    )


def _content(row: Attachment | None, folder: Path) -> Content:
    if row is None or row.state != FileState.OPEN:
        raise NotFound
    return Content(_existing(path_of(folder, row.digest)), row.name, FileKind(row.kind))


def _thumbnail(row: Attachment | None, folder: Path) -> Path:
    if row is None or row.state != FileState.OPEN or row.thumbnail_digest is None:
        raise NotFound
    return _existing(path_of(folder, row.thumbnail_digest))


def _existing(path: Path) -> Path:
    """A database that was put back without its files names some that are not there."""
    if not path.exists():
        raise NotFound
    return path


def _shown(row: Attachment, number: str) -> Shown:
    return Shown(
        key=row.id,
        name=row.name,
        size=row.size,
        state=FileState(row.state),
        is_photo=row.thumbnail_digest is not None,
        by_resident=row.added_by == RESIDENT,
        added_at=row.added_at,
        number=number,
    )


def _belongs_to(session: Session, number: str, actor: Actor) -> ColumnElement[bool]:
    complaint = inbox.case(session, number, actor)
    linked = select(ComplaintDuplicate.complaint_id).where(
        ComplaintDuplicate.original_id == complaint.id
    )
    own = Attachment.complaint_id == complaint.id
    return or_(own, inbox.visible_to(actor) & Attachment.complaint_id.in_(linked))
