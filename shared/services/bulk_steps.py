"""One step for many cases at once: each judged by its own rules, in one transaction."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import update
from sqlalchemy.orm import Session

from shared.domain.access import Actor
from shared.domain.complaint import Kind, Tier
from shared.domain.errors import N_, Invalid, NotAllowed, NotFound, RuleBroken
from shared.models.account import Account
from shared.models.case_work import AnswerTemplate
from shared.services import answer_templates, complaints, duplicates, handling
from shared.services.case_steps import CHANGED
from shared.services.inbox import case

MOST = 100  # at once: on SQLite nobody else writes meanwhile


class Step(StrEnum):
    """What can be done with many cases; what asks for words of its own cannot."""

    TAKE = "take"
    ASSIGN = "assign"
    CLASSIFY = "classify"
    ANSWER = "answer"
    LINK = "link"


@dataclass(frozen=True)
class Chosen:
    """A case as the person saw it when choosing it."""

    number: str
    version: int


@dataclass(frozen=True)
class Told:
    """What became of a case: done, or why not; `waits` when a second person is to send it."""

    number: str
    refusal: RuleBroken | None = None
    waits: bool = False


@dataclass(frozen=True)
class Words:
    """What a case's sender would read, or why nothing can be written to them."""

    chosen: Chosen
    text: str = ""
    refusal: RuleBroken | None = None


def checked(chosen: Iterable[Chosen]) -> list[Chosen]:
    """Give each case once, in the order of their numbers, so that two people do not block.

    Raises Invalid when there is none, or more than MOST.
    """
    found = sorted({one.number: one for one in chosen}.values(), key=lambda one: one.number)
    if not found:
        raise Invalid("none_chosen", N_("Xin chọn ít nhất một việc."), field="case")
    if len(found) > MOST:
        raise Invalid(
            "too_many", N_("Mỗi lần chọn không quá %(most)s việc."), field="case", most=MOST
        )
    return found


def take(session: Session, chosen: Sequence[Chosen], actor: Actor, now: datetime) -> list[Told]:
    """Take cases into work; see `complaints.take`."""
    return _each(
        session,
        chosen,
        actor,
        lambda one: complaints.take(session, one.number, one.version, actor, now),
    )


def assign(
    session: Session, chosen: Sequence[Chosen], account_id: int, actor: Actor, now: datetime
) -> list[Told]:
    """Give cases to a person; one that names the person, or lies elsewhere, stays."""

    def give(one: Chosen) -> None:
        found = case(session, one.number, actor)
        if not handling.may_have(session, found, account_id):
            raise RuleBroken("not_theirs", N_("Người này không được nhận việc đó."))
        handling.assign(session, one.number, account_id, one.version, actor, now)

    return _each(session, chosen, actor, give)


def classify(
    session: Session,
    chosen: Sequence[Chosen],
    kind: Kind,
    tier: Tier,
    actor: Actor,
    now: datetime,
) -> list[Told]:
    """Say what cases are and how far they reach; see `complaints.reclassify`."""
    return _each(
        session,
        chosen,
        actor,
        lambda one: complaints.reclassify(session, one.number, kind, tier, one.version, actor, now),
    )


def link(
    session: Session, chosen: Sequence[Chosen], original: str, actor: Actor, now: datetime
) -> list[Told]:
    """Say that cases say what another one does; see `duplicates.link`."""
    return _each(
        session,
        chosen,
        actor,
        lambda one: duplicates.link(session, one.number, original, one.version, actor, now),
    )


def words(
    session: Session, chosen: Sequence[Chosen], template_id: int, actor: Actor, now: datetime
) -> list[Words]:
    """Give what each case's sender would read of a template; nothing is written."""
    found = []
    for one in chosen:
        try:
            text = answer_templates.written(session, one.number, template_id, "", actor, now)
            found.append(Words(one, text))
        except (RuleBroken, NotFound) as refusal:
            found.append(Words(one, refusal=_in_words(refusal)))
    return found


def answer(
    session: Session,
    chosen: Sequence[Chosen],
    template: tuple[int, int],
    actor: Actor,
    now: datetime,
) -> list[Told]:
    """Answer cases with a template, given by its key and the version the person read.

    Where the organisation wants a second person, the words wait for them. Raises RuleBroken when
    the template was changed since.
    """
    template_id, version = template
    row = session.get(AnswerTemplate, template_id)
    if row is None or row.version != version:
        raise RuleBroken(
            CHANGED, N_("Mẫu vừa được sửa, nên chưa gửi gì. Xin chọn và xem lại nội dung.")
        )

    def send(one: Chosen) -> bool:
        text = answer_templates.written(session, one.number, template_id, "", actor, now)
        sent = complaints.answer(session, one.number, text, one.version, actor, now)
        return sent.answered_at is None

    return _each(session, chosen, actor, send)


def _each(
    session: Session,
    chosen: Sequence[Chosen],
    actor: Actor,
    act: Callable[[Chosen], object],
) -> list[Told]:
    """Do it with each case; what is refused leaves no trace and holds up no other."""
    # A change of nothing begins the transaction: before it, SQLite would end it with the first
    # savepoint that is released.
    session.execute(
        update(Account).where(Account.id == actor.account_id).values(name=Account.name),
        execution_options={"synchronize_session": False},
    )
    told = []
    for one in checked(chosen):
        try:
            with session.begin_nested():
                waits = act(one) is True
            told.append(Told(one.number, waits=waits))
        except (RuleBroken, NotFound, NotAllowed) as refusal:
            told.append(Told(one.number, _in_words(refusal)))
    return told


def _in_words(refusal: Exception) -> RuleBroken:
    """Give any refusal with words; what the person may not see does not exist."""
    if isinstance(refusal, RuleBroken):
        return refusal if refusal.code != CHANGED else _changed()
    if isinstance(refusal, NotAllowed):
        return RuleBroken("not_allowed", N_("Ông/Bà không có quyền làm việc này."))
    return RuleBroken("not_found", N_("Không tìm thấy việc này."))


def _changed() -> RuleBroken:
    """Say it without the words about what was typed: in a list nothing was."""
    return RuleBroken(CHANGED, N_("Việc này vừa có thay đổi. Xin mở ra xem lại."))
