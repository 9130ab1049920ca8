"""What residents send to a case that is there: words with files, to a question or unasked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from shared.domain.complaint import Action, State, allowed_actions
from shared.domain.errors import N_, Invalid, RuleBroken
from shared.domain.rating import clean_text
from shared.domain.search import searchable
from shared.models.complaint import Complaint, ComplaintEvent
from shared.services import attachments, clocks
from shared.services.attachments import Received
from shared.services.case_steps import (
    RESIDENT,
    add_event,
    alone,
    check_not_erased,
    move,
    one_act,
)
from shared.services.complaints import LONGEST_BODY
from shared.services.following import followed, public_history

MOST_ADDED = 20  # of one case, and as many replies; each is read by somebody
OVER = "case_over"
_MISSING = {
    Action.REPLY: N_("Xin viết câu trả lời, hoặc chọn ảnh, tệp."),
    Action.ADD: N_("Xin viết điều cần thêm, hoặc chọn ảnh, tệp."),
}
_WORDS_TOO_LATE = N_(
    "Việc này đã kết thúc trước khi lời của Ông/Bà đến, nên chưa thêm được."
    " Lời đã viết vẫn còn ở trang này."
)
_FILES_TOO_LATE = N_("Việc này đã kết thúc trước khi ảnh, tệp của Ông/Bà đến, nên chưa thêm được.")


@dataclass(frozen=True)
class Files:
    """What came with the words; with `scanned_first` nobody opens it before the scanner looked."""

    received: Sequence[Received] = ()
    scanned_first: bool = False


NONE = Files()


def check(
    session: Session, code: str, action: Action, text: str, *, with_files: bool = False
) -> None:
    """Refuse what can be refused before files are taken in; raises as `reply` and `add_words`."""
    complaint = followed(session, code)
    _check_open(complaint, action, text)
    _written(text, action, with_files)


def reply(session: Session, code: str, text: str, now: datetime, files: Files = NONE) -> Complaint:
    """Add what the resident writes to the officer's question; the same form twice is one reply.

    A case that waited for it goes on. Raises as `add_words`.
    """
    return _say(session, code, Action.REPLY, text, now, files)


def add_words(
    session: Session, code: str, text: str, now: datetime, files: Files = NONE
) -> Complaint:
    """Add what the resident writes unasked to an open case; the same form twice is one addition.

    The case is found by the words, and whoever was about to answer is told to read it again. What
    an officer does in the same instant comes first, and the words after it.

    Photos and files may come without words.

    Raises Invalid for a too long text, for neither text nor files, for more than MOST_ADDED and for
    too many files, RuleBroken `case_over` when the case is over.
    """
    return _say(session, code, Action.ADD, text, now, files)


def _say(
    session: Session, code: str, action: Action, text: str, now: datetime, files: Files
) -> Complaint:
    complaint = followed(session, code)
    alone(session, complaint)
    _check_open(complaint, action, text)
    words = _written(text, action, bool(files.received))
    history = public_history(session, complaint)
    said = not words or _said_last(history, action, words)
    if said and attachments.has_all(session, complaint, files.received):
        return complaint
    _check_number(history, action)
    with one_act(session):
        move(complaint, action)
        complaint.search_text = f"{complaint.search_text} {searchable(words)}".rstrip()
        if action is Action.REPLY:
            clocks.resume(session, complaint, now)
        add_event(session, complaint, action, RESIDENT, now, words, public=True)
        attachments.add(
            session, complaint, files.received, RESIDENT, now, scanned_first=files.scanned_first
        )
    return complaint


def _check_open(complaint: Complaint, action: Action, text: str) -> None:
    check_not_erased(complaint)
    if action not in allowed_actions(State(complaint.state)):
        raise RuleBroken(OVER, _WORDS_TOO_LATE if clean_text(text) else _FILES_TOO_LATE)


def _written(text: str, action: Action, with_files: bool) -> str:
    """Give the words of a text, cleaned; Invalid, with the action as its field, otherwise.

    Only what comes with files may be without words.
    """
    words = clean_text(text)
    if not words and not with_files:
        raise Invalid(f"{action}_empty", _MISSING[action], field=str(action))
    if len(words) > LONGEST_BODY:
        raise Invalid(
            f"{action}_too_long",
            N_("Nội dung dài quá %(maximum)s ký tự. Xin rút gọn."),
            field=str(action),
            maximum=LONGEST_BODY,
        )
    return words


def _said_last(history: Sequence[ComplaintEvent], action: Action, words: str) -> bool:
    """Say whether the last step is this one already: a form that was sent twice."""
    return bool(history) and history[-1].action == action and history[-1].text == words


def _check_number(history: Sequence[ComplaintEvent], action: Action) -> None:
    if sum(event.action == action for event in history) >= MOST_ADDED:
        raise Invalid(
            "added_enough",
            N_("Ông/Bà đã viết thêm %(maximum)s lần. Xin chờ trả lời, hoặc gửi một phản ánh khác."),
            field=str(action),
            maximum=MOST_ADDED,
        )
