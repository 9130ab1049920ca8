"""What comes with a case of the records: a photo, reminders of it, words for its answer."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.attachment import FileKind
from shared.models.api_key import ApiKey
from shared.models.attachment import Attachment
from shared.models.case_work import AnswerTemplate
from shared.models.complaint import Complaint
from shared.models.figure import FigureFile
from shared.models.open311 import Open311Sender
from shared.models.organisation import Unit
from shared.models.outbox import OutboxMessage
from shared.models.public_case import PublishedCase
from shared.models.webhook import Webhook, WebhookMessage
from shared.services import attachments, figure_files, outbox
from shared.services.channels import hash_token


def attach(session: Session, case: Complaint, now: datetime) -> int:
    """Let a photo belong to a case; its content lies in no file."""
    digest = hashlib.sha256(case.number.encode()).hexdigest()
    photo = attachments.Received(FileKind.JPEG, "quầy.jpg", digest, digest, digest, 7)
    attachments.add(session, case, [photo], "resident", now, scanned_first=False)
    found = select(Attachment.id).where(Attachment.complaint_id == case.id)
    return session.scalars(found).one()


def prove(session: Session, figure_id: int, key: str, now: datetime) -> int:
    """Let a photo belong to a figure; its content lies in no file."""
    digest = hashlib.sha256(f"figure {key}".encode()).hexdigest()
    photo = attachments.Received(FileKind.JPEG, f"{key}.jpg", digest, digest, digest, 7)
    figure_files.add(session, figure_id, None, [photo], "hoa", now, scanned_first=False)
    return session.scalars(select(FigureFile.id).where(FigureFile.figure_id == figure_id)).one()


def remind(session: Session, cases: Iterable[Complaint], account_id: int, now: datetime) -> int:
    """Write a reminder of each case to the unit's head; give the key of the first."""
    recipients = (outbox.Recipient(account_id=account_id),)
    drafts = [
        outbox.Draft(case.id, "reminder", "due_today", f"v-{case.id}", recipients) for case in cases
    ]
    outbox.write(session, drafts, now)
    written = select(OutboxMessage.id).where(OutboxMessage.account_id == account_id)
    return session.scalars(written.order_by(OutboxMessage.id)).all()[0]


def put_out(session: Session, key: str, unit_id: int, now: datetime) -> str:
    """Answer a case of a unit and let the public read it; give the name it is found by."""
    answered = Complaint(
        number=f"PA-2026-{key}",
        code_hash=f"code of {key}",
        form_id=f"form of {key}",
        unit_id=unit_id,
        kind="report",
        state="answered",
        channel="phone",
        body="Máy gọi số hỏng từ sáng.",
        search_text=f"pa-2026-{key}",
        language="vi",
        received_at=now,
        received_on=now.date(),
        answered_at=now,
        answered_on=now.date(),
        answer="Kính gửi Ông/Bà, máy đã được sửa.",
    )
    session.add(answered)
    session.flush()
    row = PublishedCase(
        complaint_id=answered.id,
        reference=f"PUBLIC{key.upper()}",
        unit_id=unit_id,
        kind="report",
        received_on=now.date(),
        answered_on=now.date(),
        whole_months=True,
        question="Máy gọi số hỏng.",
        answer="Máy đã được sửa.",
        search_text="may goi so hong",
        published_at=now,
        published_by=f"head-{key}",
    )
    session.add(row)
    session.flush()
    return row.reference


def key_of_sender(key: str) -> str:
    """Give the key of the system that sends cases to a unit."""
    return f"nn311_{key}"


def let_send(session: Session, key: str, unit_id: int, now: datetime) -> int:
    """Let another system send cases to a unit; give its key in the table."""
    sender = Open311Sender(
        unit_id=unit_id,
        name=f"Tổng đài Bí-mật-{key}",
        key_hash=hash_token(key_of_sender(key)),
        per_hour=2,
        created_at=now,
        created_by=f"admin-{key}",
    )
    session.add(sender)
    session.flush()
    return sender.id


def tell(session: Session, key: str, unit_id: int, now: datetime) -> int:
    """Let an address be told of answers alone, with a message it did not take; give its key."""
    webhook = Webhook(
        unit_id=unit_id,
        url=f"https://{key}.example.vn/Bí-mật-{key}",
        events="case.answered",
        salt="0" * 64,
        created_at=now,
        created_by=f"admin-{key}",
    )
    session.add(webhook)
    session.flush()
    answered = session.scalars(select(Complaint.id).where(Complaint.unit_id == unit_id))
    message = WebhookMessage(
        webhook_id=webhook.id,
        complaint_id=max(answered),
        event="case.answered",
        occasion="once",
        name=f"msg_{key}",
        body="{}",
        state="given_up",
        created_at=now,
        tried=15,
        ended_at=now,
        problem="503",
    )
    session.add(message)
    session.flush()
    return webhook.id


def keep_template(session: Session, unit_id: int, name: str) -> int:
    """Keep words for answers of a unit; give their key."""
    template = AnswerTemplate(
        unit_id=unit_id,
        purpose="answer",
        name=name,
        text="Kính gửi Ông/Bà, việc {số} nhận ngày {ngày nhận}.",
    )
    session.add(template)
    session.flush()
    return template.id


def give_key(session: Session, key: str, unit_id: int, now: datetime) -> int:
    """Let a program hand in dossiers of a unit."""
    row = ApiKey(
        organisation_id=session.get_one(Unit, unit_id).organisation_id,
        unit_id=unit_id,
        purpose="dossiers",
        name=f"Phần mềm Bí-mật-{key}",
        key_hash=hash_token(f"nn_{key}"),
        created_at=now,
        created_by="root",
    )
    session.add(row)
    session.flush()
    return row.id
