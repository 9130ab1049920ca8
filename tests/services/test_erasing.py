"""What erasing takes away and what it leaves: every table and file is looked through."""

from datetime import date, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from shared.db import Base
from shared.domain.attachment import FileKind
from shared.domain.complaint import Kind, State
from shared.models.attachment import Attachment
from shared.models.audit import AuditEvent
from shared.models.channel import Invitation
from shared.models.clock import ComplaintClock
from shared.models.complaint import Complaint
from shared.models.job import Job
from shared.models.outbox import OutboxMessage
from shared.models.public_case import PublishedCase
from shared.models.rating import Rating, RatingComment, RatingQuarantine
from shared.services import (
    additions,
    attachments,
    channels,
    complaints,
    entries,
    following,
    handling,
    invitations,
)
from shared.services.additions import Files
from shared.services.attachments import Received, path_of
from shared.services.case_steps import RESIDENT
from shared.services.entries import Entry, Way
from shared.services.erasing import EMPTIED, REMOVED
from shared.services.invitations import Target
from tests.case_world import SECRET, build_in_line, code_of, file, person
from tests.cast import Place
from tests.erasure_world import MARK, ask, decide, tables_with

# Texts of what hangs on a case that say nothing of what anybody wrote in it: codes, names of
# staff and offices, hashes, days; and the texts of requests themselves.
STAYS = {
    "complaint": {"number", "code_hash", "form_id", "rating_id", "kind", "tier", "state"}
    | {"channel", "language", "rule_code", "deadline", "turn"},
    "complaint_event": {"action", "actor", "state"},
    "complaint_outcome": {"action", "reason", "body_name", "letter_number"},
    "complaint_passage": {"cause"},
    "complaint_clock": {"track", "stage", "rule_code", "handling_code", "deadline", "ending"},
    "complaint_extension": {"track", "unit", "asked_by", "decided_by"},
    "complaint_link": {"link_hash"},
    "calendar_move": {"stage", "before"},
    "conduct_finding": {"finding", "found_by"},
    "erasure_request": {"scope", "state", "basis", "unit_name", "decided_by", "decided_name"}
    | {"removed", "reason", "words"},
    "open311_request": {"reference"},
    "outbox_message": {"kind", "stage", "deadline_version", "recipient", "state", "problem"},
    # a number, unit, kind, state and days, as they are signed
    "webhook_message": {"event", "occasion", "name", "body", "state", "problem"},
}


@pytest.fixture
def sen(session: Session, now: datetime) -> Place:
    """Phường Sen Hồng, under Lúa Vàng."""
    return build_in_line(session, now)["sen"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where files lie."""
    return tmp_path / "attachments"


def attach(session: Session, case: Complaint, content: bytes, folder: Path, now: datetime) -> str:
    """Give a case a file; give its digest."""
    received = kept(content, folder)
    attachments.add(session, case, [received], RESIDENT, now, scanned_first=False)
    return received.digest


def kept(content: bytes, folder: Path) -> Received:
    """Take a file in."""
    sent = folder.parent / "sent"
    sent.write_bytes(content)
    digest = attachments.keep(folder, sent)
    return Received(
        kind=FileKind.PDF,
        name=f"{MARK}.pdf",
        sent_digest=digest,
        digest=digest,
        thumbnail_digest=None,
        size=len(content),
    )


def test_every_text_that_hangs_on_a_case_is_erased_or_known_to_stay() -> None:
    """A new table or column must be thought about here before it can hold anybody's words."""
    emptied = {str(one.__tablename__): set(columns) for one, columns in EMPTIED.items()}
    gone = {str(one.__tablename__) for one in REMOVED} | {"published_case"}
    for table in Base.metadata.sorted_tables:
        of_case = any(key.column.table.name == "complaint" for key in table.foreign_keys)
        if (not of_case and table.name != "complaint") or table.name in gone:
            continue
        known = emptied.get(table.name, set()) | STAYS.get(table.name, set())
        assert _texts_of(table) <= known, table.name


def _texts_of(table: Table) -> set[str]:
    return {
        column.name
        for column in table.columns
        if column.type.python_type in {str, dict, list} and not column.foreign_keys
    }


def written_about(session: Session, sen: Place, folder: Path, now: datetime) -> Complaint:
    """A case in whose every text the sender's name stands, as far as people can write it."""
    head = person(session, "head-sen")
    entry = Entry(
        form_id=uuid4(),
        unit_id=sen.unit_id,
        way=Way.BOX,
        kind=Kind.REPORT,
        body=f"Tôi là {MARK}, chờ hai giờ ở quầy.",
        opened_on=date(2026, 11, 18),
        source=f"Thư của {MARK}",
        contact_name=MARK,
        contact_phone="0900000123",
        consent=True,
    )
    case = entries.enter(session, entry, SECRET, head, now).complaint
    attach(session, case, f"Ảnh của {MARK}".encode(), folder, now)
    code = code_of(case)
    handling.note(session, case.number, f"Đã gọi {MARK}.", head, now)
    handling.note(session, case.number, f"Bà {MARK} đến ngày nào?", head, now, ask=True)
    more = Files([kept(f"Thêm ảnh của {MARK}".encode(), folder)])
    additions.reply(session, code, f"{MARK} đến hôm thứ Hai.", now, more)
    complaints.answer(session, case.number, f"Kính gửi bà {MARK}.", case.version, head, now)
    following.rate_answer(session, code, False, now, f"{MARK} chưa đồng ý.")
    following.appeal(session, code, f"{MARK} xin cấp trên xem.", now)
    root = person(session, "root")
    complaints.answer(session, case.number, f"Chào bà {MARK}.", case.version, root, now)
    _tell(session, case, now)
    session.commit()
    return case


def _tell(session: Session, case: Complaint, now: datetime) -> None:
    """Write a reminder of a case, and put it out in public."""
    session.add(
        OutboxMessage(
            complaint_id=case.id,
            kind="reminder",
            stage="two_days",
            deadline_version="x",
            recipient="account/1",
            state="waiting",
            created_at=now,
        )
    )
    session.add(
        PublishedCase(
            complaint_id=case.id,
            reference="R-1",
            unit_id=case.unit_id,
            kind="report",
            received_on=now.date(),
            answered_on=now.date(),
            whole_months=True,
            question=MARK,
            answer=MARK,
            search_text=MARK,
            published_at=now,
            published_by="x",
        )
    )


def test_after_erasing_no_table_and_no_file_holds_a_word_of_it(
    session: Session, sen: Place, folder: Path, now: datetime
) -> None:
    case = written_about(session, sen, folder, now)
    held = {"complaint", "complaint_contact", "complaint_event", "complaint_outcome", "attachment"}
    assert tables_with(session, MARK) >= held | {"complaint_entry", "published_case"}
    clock = select(ComplaintClock.due_on, ComplaintClock.ended_on, ComplaintClock.late)
    judged = session.execute(clock.order_by(ComplaintClock.id)).all()
    states = [event.action for event in following.public_history(session, case)]
    digests = session.scalars(select(Attachment.digest)).all()
    assert len(digests) == 2  # with the letter, and with the reply

    decide(session, ask(session, case, now), now, folder, who="root")
    session.commit()

    for word in (MARK, "0900000123", "hai giờ", "hai gio", "nguyen thi hoa sen"):
        assert tables_with(session, word) == set(), word
    assert session.scalars(select(Job.kind)).all() == ["sweep"]
    attachments.sweep(session, folder, now)
    assert not any(path_of(folder, digest).exists() for digest in digests)
    assert not any(
        MARK.encode() in path.read_bytes() for path in folder.rglob("*") if path.is_file()
    )
    # What is counted stays: steps, states, days, lateness.
    assert session.execute(clock.order_by(ComplaintClock.id)).all() == judged
    after = [event.action for event in following.public_history(session, case)]
    assert after == [*states, "erasure_asked", "erased"]
    assert (case.state, case.answered_on) == (State.ANSWERED, date(2026, 11, 18))


def _invitation(session: Session, sen: Place, now: datetime) -> int:
    invitations.printed(session, sen.unit_id, Target.DESK, sen.desk_id, now)
    session.flush()
    return session.scalars(select(Invitation.id)).one()


def _kiosk(session: Session, now: datetime) -> int:
    return channels.pair(session, "Q-sen", None, now)[0].id


def test_the_words_of_the_rating_a_case_came_with_go_and_its_score_stays(
    session: Session, sen: Place, folder: Path, now: datetime
) -> None:
    row = {
        "id": uuid4(),
        "digest": "0" * 64,
        "lane": "open",
        "unit_id": sen.unit_id,
        "score": 1,
        "comment": MARK,
        "questionnaire": "default",
        "answers": {},
        "reasons": [],
        "language": "vi",
        "duration_ms": 1,
        "device_rated_at": "",
        "rated_at": now,
        "rated_on": now.date(),
        "received_at": now,
        "marks": [],
    }
    session.execute(insert(Rating).values(row))
    session.execute(
        insert(RatingComment).values(
            invitation_id=_invitation(session, sen, now),
            rating_id=row["id"],
            comment=MARK,
            written_at=now,
        )
    )
    session.execute(
        insert(RatingQuarantine).values(
            kiosk_id=_kiosk(session, now),
            digest="1",
            result="conflict",
            reason="",
            content={"id": str(row["id"]), "comment": MARK, "score": 2},
            received_at=now,
        )
    )
    case = file(session, sen, now, body=f"{MARK} đã chờ lâu.", rating_id=str(row["id"]))
    decide(session, ask(session, case, now), now, folder)
    session.commit()
    assert tables_with(session, MARK) == set()
    assert session.get_one(Rating, row["id"]).score == 1


def test_what_the_log_repeated_before_it_hid_such_words_is_hidden(
    session: Session, sen: Place, folder: Path, now: datetime
) -> None:
    case = written_about(session, sen, folder, now)
    session.add(
        AuditEvent(
            at=now,
            actor="x",
            action="add",
            subject="complaint_entry",
            subject_key=str(case.id),
            change={"source": MARK, "account_id": 1},
        )
    )  # fmt: skip  so that the row reads as one
    decide(session, ask(session, case, now), now, folder, who="root")
    assert "audit_event" not in tables_with(session, MARK)


def test_a_file_that_another_case_has_too_stays_for_that_one(
    session: Session, sen: Place, folder: Path, now: datetime
) -> None:
    first, second = file(session, sen, now), file(session, sen, now)
    for case in (first, second):
        digest = attach(session, case, b"the same", folder, now)
    decide(session, ask(session, first, now), now, folder)
    session.commit()
    attachments.sweep(session, folder, now)
    assert path_of(folder, digest).read_bytes() == b"the same"
