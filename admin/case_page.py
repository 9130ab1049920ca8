"""What every page needs that shows a case with its forms: My work and the case's own page."""

from collections.abc import Callable, Mapping

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from admin.auth import actor
from shared.domain.access import Permission
from shared.domain.complaint import Action, Kind, RefusalReason, Tier
from shared.domain.difference import difference
from shared.domain.errors import N_, Invalid, RuleBroken
from shared.services import (
    answer_templates,
    approvals,
    attachments,
    case_policies,
    duplicates,
    entries,
    erasures,
    extensions,
    handling,
    inbox,
    passing,
)
from shared.services.case_steps import last_outcome
from shared.services.handling import Contact
from shared.web import current
from shared.web.errors import in_words
from shared.web.numbers import whole
from shared.web.refusals import problems_of, status_of

COMPARED = ("answer", "reason")
Page = str | Response | tuple[str, int]
# What a case can be made by a form; the others need a signed letter.
KINDS = (Kind.REPORT, Kind.PETITION, Kind.SUGGESTION, Kind.PRAISE, Kind.EXPLANATION)


def case_facts(
    number: str,
    refusal: RuleBroken | None = None,
    contact: Contact | None = None,
    filled: Mapping[str, str] | None = None,
) -> dict[str, object]:
    """Give the page a case, the choices of its forms, and after a refusal all that was typed."""
    session, person = current.session(), actor()
    case = inbox.opened(session, number, person, current.now())
    complaint = case.waiting.complaint
    files = attachments.of_case(session, number, person)
    with_words, others = attachments.by_step(files, number, case.events)
    return {
        "case": case,
        "complaint": complaint,
        "named": handling.named_officers(session, complaint.id),
        "attachments": others,
        "came_with": with_words,
        "linked": duplicates.linked_to(session, complaint, person),
        "entry": entries.entry_of(session, complaint.id),
        "outcome": last_outcome(session, complaint.id) if complaint.answer else None,
        "contact": contact,
        "erasure": erasures.waiting_of(session, complaint, person, current.now()),
        "may_answer": person.may(Permission.ANSWER),
        "may_publish": person.reaches(Permission.PUBLISH, complaint.unit_id),
        "refusal": "" if refusal is None else in_words(refusal),
        "problems": _problems(refusal),
        "typed": request.form,
        "filled": filled or {},
        "since": _since(case) if refusal is not None else [],
        "mine": _typed(complaint.answer or "") if refusal is not None else [],
        **_choices(case),
    }


def _choices(case: inbox.Case) -> dict[str, object]:
    """Give what can be chosen in the forms of those acts that the person may do now."""
    session, person, complaint = current.session(), actor(), case.waiting.complaint
    number, may = complaint.number, case.actions.__contains__
    return {
        "handlers": handling.handlers(session, number, person) if may(Action.REASSIGN) else [],
        "officers": handling.officers_to_name(session, number, person)
        if may(Action.REASSIGN)
        else [],
        "kinds": KINDS,
        "tiers": list(Tier),
        "refusals": list(RefusalReason),
        "suggestions": duplicates.suggested(session, complaint, person) if may(Action.LINK) else [],
        "draft": approvals.draft_of(session, complaint, person) if may(Action.ANSWER) else None,
        "second_person": case_policies.policy_for(session, complaint.unit_id).second_person,
        "extension_waits": extensions.is_waiting(session, complaint),
        "may_lead": person.reaches(Permission.LEAD_CASES, complaint.unit_id),
        "templates": _templates(complaint.unit_id) if may(Action.ANSWER) else {},
    }


def _templates(unit_id: int) -> dict[str, list[tuple[int, str]]]:
    offered = answer_templates.offered(current.session(), unit_id)
    return {
        purpose: [(one.id, one.name) for one in offered if one.purpose == purpose]
        for purpose in answer_templates.PURPOSES
    }


def _typed(answered: str) -> list[dict[str, object]]:
    """List what the person typed, an answer beside the one that was sent meanwhile."""
    labels = {
        "answer": _("Trả lời"),
        "reason": _("Lý do không tiếp nhận"),
        "note": _("Ghi chú, câu hỏi"),
        "words": _("Lý do chuyển"),
        "message": _("Lời báo người gửi"),
        "remark": _("Điều cần sửa"),
    }
    found: list[dict[str, object]] = []
    for name, label in labels.items():
        text = request.form.get(name, "").strip()
        if text:
            compared = difference(answered, text) if answered and name in COMPARED else []
            found.append({"label": label, "text": text, "pieces": compared})
    return found


def pass_on_facts(number: str, refusal: RuleBroken | None = None) -> dict[str, object]:
    """Give the page that passes a case on what it shows."""
    session, person = current.session(), actor()
    units = passing.units_to_pass_to(session, number, person, current.now())
    choices = [(unit.id, unit.name) for unit in units]
    return {**case_facts(number, refusal), "units": choices}


def pass_on(number: str, act: Callable[[], object]) -> Page:
    """Pass a case on and lead to where it is seen now; after a refusal as `act_on` does."""
    try:
        act()
    except RuleBroken as refusal:
        current.session().rollback()
        status = status_of(refusal)
        return render_template("complaints/pass_on.html", **pass_on_facts(number, refusal)), status
    return redirect(url_for("admin.complaints.case", number=number), 303)


def act_on(number: str, act: Callable[[], object]) -> Page:
    """Do it and lead on; after a refusal show the case as it is now, with all that was typed."""
    try:
        act()
    except RuleBroken as refusal:
        current.session().rollback()  # forget the half of an act that lost against another
        status = status_of(refusal)
        page = render_template("complaints/case.html", **case_facts(number, refusal))
        return page, status
    if request.form.get("back") == "work":
        return redirect(url_for("admin.work.work", done=number), 303)
    return redirect(url_for("admin.complaints.case", number=number), 303)


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
        raise Invalid("version_missing", N_("Trang đã cũ. Xin tải lại."))
    return known


def chosen_id(field: str) -> int:
    """Give the key chosen in a list of the form; 0, which nothing has, when it is none."""
    return request.form.get(field, 0, type=whole)
