"""An answer that a second person approves before the resident reads it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from shared.domain.access import Actor, Permission
from shared.domain.complaint import Action, Kind, State, checked_answer, next_state
from shared.domain.errors import N_, Invalid, NotAllowed, NotFound, RuleBroken
from shared.domain.rating import clean_text
from shared.models.account import Account
from shared.models.case_work import ComplaintDraft
from shared.models.complaint import Complaint
from shared.services.case_policies import policy_for
from shared.services.case_steps import Ending, add_event, end, one_act, open_for

DRAFTED, SENT_BACK, APPROVED = "draft", "send_back", "approve"
LONGEST_REMARK = 2_000


@dataclass(frozen=True)
class Draft:
    """What waits for a second person, or came back from one with a remark."""

    action: Action
    text: str
    reason: str | None
    author: str
    own: bool  # written by who looks at it
    waiting: bool
    remark: str


def send(session: Session, complaint: Complaint, ending: Ending, now: datetime) -> None:
    """End a case, or lay the words before a second person where the organisation wants one.

    Raises Invalid for words without content, RuleBroken when the case may not end so.
    """
    if not policy_for(session, complaint.unit_id).second_person:
        end(session, complaint, ending, now)
        return
    words = checked_answer(clean_text(ending.text))
    next_state(State(complaint.state), ending.action, Kind(complaint.kind))
    with one_act(session):
        draft = session.get(ComplaintDraft, complaint.id)
        if draft is None:
            draft = ComplaintDraft(complaint_id=complaint.id)
            session.add(draft)
        draft.action, draft.text, draft.reason = str(ending.action), words, ending.reason
        draft.author_id, draft.written_at = ending.account_id or 0, now
        draft.returned_at, draft.remark = None, ""
        complaint.approval_waits = True
        complaint.handler_id = complaint.handler_id or ending.account_id
        _touch(complaint)
        add_event(session, complaint, DRAFTED, ending.actor, now, words)


def approve(session: Session, number: str, version: int, actor: Actor, now: datetime) -> Complaint:
    """Send the waiting words; the author stays the case's handler.

    Raises RuleBroken `own_draft` for who wrote them, NotAllowed without the right to approve,
    NotFound when nothing waits.
    """
    complaint, draft = _waiting(session, number, version, actor)
    author = session.get_one(Account, draft.author_id)
    ending = Ending(
        Action(draft.action), draft.text, author.name, draft.author_id, reason=draft.reason
    )
    add_event(session, complaint, APPROVED, actor.name, now)
    end(session, complaint, ending, now)
    return complaint


def send_back(
    session: Session, number: str, remark: str, version: int, actor: Actor, now: datetime
) -> Complaint:
    """Give the waiting words back to their author with a remark; raises as `approve` does."""
    complaint, draft = _waiting(session, number, version, actor)
    words = clean_text(remark)
    if not words or len(words) > LONGEST_REMARK:
        raise Invalid("remark_missing", N_("Xin ghi điều cần sửa."), field="remark")
    with one_act(session):
        draft.returned_at, draft.remark = now, words
        complaint.approval_waits = None
        _touch(complaint)
        add_event(session, complaint, SENT_BACK, actor.name, now, words)
    return complaint


def draft_of(session: Session, complaint: Complaint, actor: Actor) -> Draft | None:
    """Give what is drafted for a case, as a person of its unit reads it."""
    draft = session.get(ComplaintDraft, complaint.id)
    if draft is None:
        return None
    return Draft(
        action=Action(draft.action),
        text=draft.text,
        reason=draft.reason,
        author=session.get_one(Account, draft.author_id).full_name,
        own=draft.author_id == actor.account_id,
        waiting=draft.returned_at is None,
        remark=draft.remark,
    )


def _waiting(
    session: Session, number: str, version: int, actor: Actor
) -> tuple[Complaint, ComplaintDraft]:
    complaint = open_for(session, number, version, actor)
    if not actor.reaches(Permission.LEAD_CASES, complaint.unit_id):
        raise NotAllowed
    draft = session.get(ComplaintDraft, complaint.id)
    if draft is None or draft.returned_at is not None:
        raise NotFound
    if draft.author_id == actor.account_id:
        raise RuleBroken("own_draft", N_("Ông/Bà không thể tự duyệt câu trả lời mình soạn."))
    return complaint, draft


def _touch(complaint: Complaint) -> None:
    """Make the case a newer one, so that who saw it without the draft is told."""
    flag_modified(complaint, "state")
