"""Erasing on request: by when, by whom, what goes, what stays, and what is told of it."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from shared.db import Base
from shared.domain.attachment import FileKind
from shared.domain.complaint import OPEN, Kind, State
from shared.domain.erasure import DataKind, Reason, Scope, Standing
from shared.domain.errors import Invalid, NotAllowed, NotFound, RuleBroken
from shared.domain.search import searchable
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
    attachments,
    channels,
    clocks,
    complaints,
    entries,
    erasures,
    following,
    handling,
    inbox,
    invitations,
    passing,
)
from shared.services.attachments import Received, path_of
from shared.services.case_steps import RESIDENT
from shared.services.entries import Entry, Way
from shared.services.erasing import EMPTIED, REMOVED
from shared.services.invitations import Target
from tests.case_world import ANSWER, SECRET, build_in_line, code_of, file, person
from tests.cast import Place

ALL = frozenset(DataKind)
NOTHING = ("", "")
KEPT = (str(Reason.PROCEEDING), "Luật Tố cáo 2018, Điều 24: đang xác minh.")
MARK = "Nguyễn Thị Hoa Sen"  # stands in everything anybody writes about the case below
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


def ask(session: Session, case: Complaint, now: datetime, scope: Scope = Scope.ALL) -> int:
    return erasures.ask(session, code_of(case), scope, now).id


def decide(
    session: Session,
    key: int,
    now: datetime,
    folder: Path,
    kinds: frozenset[DataKind] = ALL,
    kept: tuple[str, str] = NOTHING,
    who: str = "head-sen",
) -> None:
    actor = person(session, who)
    version = erasures.opened(session, key, actor, now).line.request.version
    erasures.decide(session, key, kinds, kept, version, actor, folder, now)


def texts(session: Session) -> Iterator[tuple[str, str]]:
    """Give every value of every table there is, as text."""
    for table in Base.metadata.sorted_tables:
        for row in session.execute(select(table)):
            for value in row:
                yield table.name, str(value)


def tables_with(session: Session, words: str) -> set[str]:
    return {table for table, value in texts(session) if words in value}


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
    content = folder.parent / "sent"
    content.write_bytes(f"Ảnh của {MARK}".encode())
    digest = attachments.keep(folder, content)
    received = Received(
        kind=FileKind.PDF,
        name=f"{MARK}.pdf",
        sent_digest=digest,
        digest=digest,
        thumbnail_digest=None,
        size=20,
    )
    attachments.add(session, case, [received], RESIDENT, now, scanned_first=False)
    code = code_of(case)
    handling.note(session, case.number, f"Đã gọi {MARK}.", head, now)
    handling.note(session, case.number, f"Bà {MARK} đến ngày nào?", head, now, ask=True)
    following.reply(session, code, f"{MARK} đến hôm thứ Hai.", now)
    complaints.answer(session, case.number, f"Kính gửi bà {MARK}.", case.version, head, now)
    following.rate_answer(session, code, False, now, f"{MARK} chưa đồng ý.")
    following.appeal(session, code, f"{MARK} xin cấp trên xem.", now)
    root = person(session, "root")
    complaints.answer(session, case.number, f"Chào bà {MARK}.", case.version, root, now)
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
    session.commit()
    return case


def test_after_erasing_no_table_and_no_file_holds_a_word_of_it(
    session: Session, sen: Place, folder: Path, now: datetime
) -> None:
    case = written_about(session, sen, folder, now)
    held = {"complaint", "complaint_contact", "complaint_event", "complaint_outcome", "attachment"}
    assert tables_with(session, MARK) >= held | {"complaint_entry", "published_case"}
    clock = select(ComplaintClock.due_on, ComplaintClock.ended_on, ComplaintClock.late)
    judged = session.execute(clock.order_by(ComplaintClock.id)).all()
    states = [event.action for event in following.public_history(session, case)]
    digest = session.scalars(select(Attachment.digest)).one()

    decide(session, ask(session, case, now), now, folder, who="root")
    session.commit()

    for word in (MARK, "0900000123", "hai giờ", "hai gio", "nguyen thi hoa sen"):
        assert tables_with(session, word) == set(), word
    assert session.scalars(select(Job.kind)).all() == ["sweep"]
    attachments.sweep(session, folder, now)
    assert not path_of(folder, digest).exists()
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
    content = folder.parent / "sent"
    content.write_bytes(b"the same")
    digest = attachments.keep(folder, content)
    for case in (first, second):
        same = Received(
            kind=FileKind.PDF,
            name="a.pdf",
            sent_digest=digest,
            digest=digest,
            thumbnail_digest=None,
            size=8,
        )
        attachments.add(session, case, [same], RESIDENT, now, scanned_first=False)
    decide(session, ask(session, first, now), now, folder)
    session.commit()
    attachments.sweep(session, folder, now)
    assert path_of(folder, digest).read_bytes() == b"the same"


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
        lambda: following.reply(session, code_of(case), "Một lời nữa.", late),
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
