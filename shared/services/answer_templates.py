"""A unit's words for answers that come often, which the units below may use too."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from shared.domain.access import Actor, Permission
from shared.domain.answer_template import checked_name, checked_text, filled
from shared.domain.errors import N_, Invalid, NotFound, RuleBroken
from shared.domain.faults import Faults
from shared.domain.rating import clean_text
from shared.models.case_work import AnswerTemplate
from shared.models.complaint import Complaint
from shared.models.organisation import Unit
from shared.services.inbox import case
from shared.services.local_days import today_in
from shared.services.unit_tree import line_up

ANSWER, REFUSE, ASK = PURPOSES = ("answer", "refuse", "ask")


def offered(session: Session, unit_id: int) -> list[AnswerTemplate]:
    """List the templates a unit may use: its own first, then those of the units above."""
    line = line_up(session, unit_id)
    found = session.scalars(
        select(AnswerTemplate).where(
            AnswerTemplate.unit_id.in_(line),
            AnswerTemplate.retired_at.is_(None),
        )
    )
    return sorted(found, key=lambda one: (line.index(one.unit_id), one.name, one.id))


def written(
    session: Session, number: str, template_id: int, typed: str, actor: Actor, now: datetime
) -> str:
    """Give what was typed with a template's words after it, filled with the case's facts.

    NotFound when the case does not exist for the person, Invalid for a template its unit may
    not use.
    """
    complaint = case(session, number, actor)
    line = line_up(session, complaint.unit_id)
    template = still_offered(session, template_id)
    if template is None or template.unit_id not in line:
        raise Invalid("template_unknown", N_("Xin chọn một mẫu."), field="template")
    words = filled(template.text, _facts(session, complaint, now))
    return f"{typed.rstrip()}\n\n{words}" if typed.strip() else words


def still_offered(session: Session, template_id: int) -> AnswerTemplate | None:
    """Find a template that is still offered somewhere."""
    template = session.get(AnswerTemplate, template_id)
    return template if template is not None and template.retired_at is None else None


def kept(session: Session, actor: Actor) -> Sequence[tuple[AnswerTemplate, Unit]]:
    """List the templates a person may change, with their units."""
    rows = session.execute(
        select(AnswerTemplate, Unit)
        .join(Unit, Unit.id == AnswerTemplate.unit_id)
        .where(
            AnswerTemplate.unit_id.in_(actor.units(Permission.LEAD_CASES)),
            AnswerTemplate.retired_at.is_(None),
        )
        .order_by(Unit.name, AnswerTemplate.name, AnswerTemplate.id)
    )
    return [(template, unit) for template, unit in rows]


def units_to_keep_for(session: Session, actor: Actor) -> list[Unit]:
    """List the units whose templates a person may change."""
    units: Collection[int] = actor.units(Permission.LEAD_CASES)
    return list(session.scalars(select(Unit).where(Unit.id.in_(units)).order_by(Unit.name)))


def add(
    session: Session, unit_id: int, purpose: str, name: str, text: str, actor: Actor
) -> AnswerTemplate:
    """Keep new words for a unit in reach, once; Invalid names the field."""
    with Faults() as faults:
        if unit_id not in actor.units(Permission.LEAD_CASES):
            faults.add(Invalid("unit_unknown", N_("Xin chọn đơn vị."), field="unit"))
        if purpose not in PURPOSES:
            words = N_("Xin chọn dùng cho việc gì.")
            faults.add(Invalid("purpose_wrong", words, field="purpose"))
        called = faults.read(checked_name, clean_text(name))
        written_text = faults.read(checked_text, clean_text(text))
    template = AnswerTemplate(unit_id=unit_id, purpose=purpose, name=called, text=written_text)
    known = _of_name(session, template)
    if known is not None and known.text == template.text:
        return known  # the same form sent twice
    if known is not None:
        raise Invalid("name_taken", N_("Đơn vị đã có mẫu tên này."), field="name")
    session.add(template)
    session.flush()
    return template


def _of_name(session: Session, template: AnswerTemplate) -> AnswerTemplate | None:
    return session.scalars(
        select(AnswerTemplate).where(
            AnswerTemplate.unit_id == template.unit_id,
            AnswerTemplate.purpose == template.purpose,
            AnswerTemplate.name == template.name,
            AnswerTemplate.retired_at.is_(None),
        )
    ).first()


def find(session: Session, template_id: int, actor: Actor) -> AnswerTemplate:
    """Find a template that a person may change; NotFound otherwise."""
    template = session.get(AnswerTemplate, template_id)
    reach = actor.units(Permission.LEAD_CASES)
    if template is None or template.retired_at is not None or template.unit_id not in reach:
        raise NotFound
    return template


def change(
    session: Session, template_id: int, name: str, text: str, version: int, actor: Actor
) -> AnswerTemplate:
    """Change a template's words; Invalid names the field, RuleBroken when another was faster."""
    template = find(session, template_id, actor)
    if template.version != version:
        raise _changed()
    template.name, template.text = checked_name(clean_text(name)), checked_text(clean_text(text))
    try:
        session.flush()
    except StaleDataError:
        raise _changed() from None
    return template


def retire(session: Session, template_id: int, actor: Actor, now: datetime) -> None:
    """Offer a template no longer; what was sent with it stays as it was sent."""
    find(session, template_id, actor).retired_at = now
    session.flush()


def _changed() -> RuleBroken:
    return RuleBroken(
        "changed_meanwhile", N_("Người khác vừa sửa mẫu này. Nội dung Ông/Bà gõ vẫn còn bên dưới.")
    )


def _facts(session: Session, complaint: Complaint, now: datetime) -> dict[str, str]:
    return {
        "số": complaint.number,
        "ngày nhận": _day(complaint.received_on),
        "hạn": _day(complaint.due_on) if complaint.due_on else "",
        "đơn vị": session.get_one(Unit, complaint.unit_id).name,
        "hôm nay": _day(today_in(session, [complaint.unit_id], now)),
    }


def _day(on: date) -> str:
    return on.strftime("%d/%m/%Y")
