"""Quản trị: what is sent to staff, to which addresses, and when an organisation reminds whom."""

import re

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin.auth import actor
from admin.opened import opened
from admin.views.organisation import frame, setup
from shared.domain.errors import N_, Invalid, NotAllowed
from shared.domain.faults import Faults
from shared.domain.pages import pages_of
from shared.domain.reminder import MOST_DAYS, Audience, Rule, Stage
from shared.services import addresses, organisations, outbox, reminders
from shared.services.opened_forms import OpenedForm
from shared.services.registers import Setup
from shared.web import current
from shared.web.numbers import whole
from shared.web.refusals import problems_of, status_of

routes = Blueprint("outbox", __name__)
Page = str | tuple[str, int] | Response
_BEFORE = (Stage.TWO_DAYS, Stage.ONE_DAY)


@routes.get("/outbox")
def messages() -> str:
    """List what was written, newest first, and say whether anything can go out."""
    state = request.args.get("state", "")
    chosen = state if state in outbox.STATES else ""
    page = max(request.args.get("page", 1, type=whole), 1)
    entries, total = outbox.listed(current.session(), actor(), chosen, page)
    outside = current.settings().outside
    return render_template(
        "outbox/messages.html",
        entries=entries,
        total=total,
        page=page,
        pages=pages_of(total, outbox.PAGE),
        state=chosen,
        states=outbox.STATES,
        standing=outbox.standing(current.session(), actor()),
        mail=outside.mail,
        channels=len(outside.channels),
        **frame(setup()),
    )


@routes.post("/outbox/<int:message_id>/retry")
def retry(message_id: int) -> Response:
    """Try a message at once."""
    outbox.retry(current.session(), message_id, actor(), current.now())
    return redirect(url_for("admin.outbox.messages", tried=message_id), 303)


@routes.route("/outbox/addresses", methods=("GET", "POST"))
def write_to() -> Page:
    """Show or change the addresses of staff."""
    form = _opened_addresses()
    if request.method == "GET":
        return _addresses({}, form)
    typed = {int(name[6:]): request.form[name] for name in request.form if _names_account(name)}
    try:
        with form.saving():
            addresses.change(current.session(), actor(), typed, current.now())
    except Invalid as refusal:
        return _addresses(problems_of(refusal), form), status_of(refusal)
    return redirect(url_for("admin.outbox.write_to", saved=1), 303)


@routes.route("/outbox/rules", methods=("GET", "POST"))
def rules() -> Page:
    """Show or change when whom is reminded."""
    known = setup()
    form = opened(known.organisation, lambda: _shown_rules(known))
    if request.method == "GET":
        return _rules({}, form)
    if not organisations.may_change_whole(current.session(), known):
        raise NotAllowed
    try:
        with form.saving():
            reminders.change_rules(current.session(), known.organisation.id, _typed_rules())
    except Invalid as refusal:
        return _rules(problems_of(refusal), form), status_of(refusal)
    return redirect(url_for("admin.outbox.rules", saved=1, org=known.organisation.code), 303)


def _names_account(name: str) -> bool:
    return re.fullmatch(r"email-[0-9]{1,9}", name, re.ASCII) is not None


def _opened_addresses() -> OpenedForm:
    """Give the form of the addresses; who is at it holds the organisation that is set up."""

    def shown() -> dict[str, object]:
        known = addresses.entries(current.session(), actor())
        return {f"email-{one.account.id}": one.email for one in known}

    return opened(setup().organisation, shown)


def _addresses(problems: dict[str, str], form: OpenedForm) -> str:
    return render_template(
        "outbox/addresses.html",
        mark=form.mark,
        entries=addresses.entries(current.session(), actor()),
        problems=problems,
        typed=request.form,
        **frame(setup()),
    )


def _shown_rules(known: Setup) -> dict[str, object]:
    found = reminders.rules_of(current.session(), known.organisation.id)
    return {str(one.stage): (one.days, one.every, sorted(one.audience)) for one in found}


def _rules(problems: dict[str, str], form: OpenedForm) -> str:
    known = setup()
    found = reminders.rules_of(current.session(), known.organisation.id)
    return render_template(
        "outbox/rules.html",
        mark=form.mark,
        stages=list(Stage),
        audiences=list(Audience),
        rules={rule.stage: rule for rule in found},
        before=_BEFORE,
        problems=problems,
        typed=request.form,
        changeable=organisations.may_change_whole(current.session(), known),
        **frame(known),
    )


def _typed_rules() -> list[Rule]:
    """Read the form; a stage that nobody is told of is left out."""
    found = []
    with Faults() as faults:
        for stage in Stage:
            audience = frozenset(
                one for one in Audience if str(one) in request.form.getlist(f"to-{stage}")
            )
            if audience:
                days, every = faults.read(_days, stage), faults.read(_every, stage)
                found.append(Rule(stage, days, audience, every))
    if not found:
        raise Invalid("nobody", N_("Xin chọn ít nhất một người nhận."), field="overdue")
    return found


def _days(stage: Stage) -> int:
    if stage is Stage.DUE_TODAY:
        return 0
    days = _number(f"days-{stage}", stage)
    return -days if stage in _BEFORE else days


def _every(stage: Stage) -> int | None:
    if stage is not Stage.OVERDUE or not request.form.get("every-overdue", "").strip():
        return None
    return _number("every-overdue", stage)


def _number(name: str, stage: Stage) -> int:
    text = request.form.get(name, "").strip()
    if not re.fullmatch(r"[0-9]{1,2}", text, re.ASCII) or not 1 <= int(text) <= MOST_DAYS:
        raise Invalid("days_wrong", N_("Xin ghi số ngày từ 1 đến 30."), field=str(stage))
    return int(text)
