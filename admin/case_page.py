"""What every page needs that shows a case with its forms: My work and the case's own page."""

from flask import request

from admin.auth import actor
from admin.refusals import problems_of
from shared.domain.access import Permission
from shared.domain.complaint import Kind, Tier
from shared.domain.errors import N_, Invalid, RuleBroken
from shared.services import handling, inbox
from shared.services.handling import Contact
from shared.web import current
from shared.web.errors import in_words
from shared.web.numbers import whole

# What a case can be made by a form; the others need a signed letter.
KINDS = (Kind.REPORT, Kind.PETITION, Kind.SUGGESTION, Kind.PRAISE, Kind.EXPLANATION)


def case_facts(
    number: str, refusal: RuleBroken | None = None, contact: Contact | None = None
) -> dict[str, object]:
    """Give the page a case, the choices of its forms, and after a refusal all that was typed."""
    session, person = current.session(), actor()
    case = inbox.opened(session, number, person, current.now())
    acting = bool(case.actions)
    return {
        "case": case,
        "complaint": case.waiting.complaint,
        "named": handling.named_officers(session, case.waiting.complaint.id),
        "handlers": handling.handlers(session, number, person) if acting else [],
        "officers": handling.officers_to_name(session, number, person) if acting else [],
        "kinds": KINDS,
        "tiers": list(Tier),
        "contact": contact,
        "may_answer": person.may(Permission.ANSWER),
        "refusal": "" if refusal is None else in_words(refusal),
        "problems": _problems(refusal),
        "typed": request.form,
        "since": _since(case) if refusal is not None else [],
    }


def _problems(refusal: RuleBroken | None) -> dict[str, str]:
    if not isinstance(refusal, Invalid):
        return {}
    return problems_of(refusal)


def _since(case: inbox.Case) -> list[object]:
    """List what happened since the person opened the page."""
    seen = request.form.get("seen", type=whole)
    if seen is None:
        return list(case.events[-1:])
    return [event for event in case.events if event.id > seen]


def version() -> int:
    """Give the version of the case that the sent form was made from."""
    known = request.form.get("version", None, type=whole)
    if known is None:
        raise Invalid("version_missing", N_("Trang đã cũ. Xin tải lại."), field="version")
    return known


def chosen_id(field: str) -> int:
    """Give the key chosen in a list of the form; 0, which nothing has, when it is none."""
    return request.form.get(field, 0, type=whole)
