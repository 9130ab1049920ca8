"""Quản trị: how the organisation handles its cases where the law leaves the choice."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin.opened import opened
from admin.views.organisation import frame, setup
from shared.domain.errors import Invalid
from shared.services import case_policies, organisations
from shared.services.case_policies import Policy
from shared.services.opened_forms import OpenedForm
from shared.services.registers import Setup
from shared.web import current
from shared.web.numbers import whole
from shared.web.refusals import problems_of, status_of

routes = Blueprint("case_policy", __name__)
Page = str | Response | tuple[str, int]


@routes.get("/case-policy")
def form() -> str:
    """Show what holds."""
    known = setup()
    return _form(known, {}, _opened(known))


@routes.post("/case-policy")
def choose() -> Page:
    """Keep what was chosen."""
    known, typed = setup(), request.form
    organisations.check_may_change_whole(current.session(), known)
    policy = Policy(
        second_person="second_person" in typed,
        contact_days=typed.get("contact_days", 0, type=whole),
        confirm_days=typed.get("confirm_days", 0, type=whole),
        reason=typed.get("reason", ""),
    )
    form = _opened(known)
    try:
        with form.saving():
            case_policies.choose(current.session(), known.organisation.id, policy)
    except Invalid as refusal:
        return _form(known, problems_of(refusal), form), status_of(refusal)
    return redirect(url_for("admin.case_policy.form", saved=1, org=known.organisation.code), 303)


def _opened(known: Setup) -> OpenedForm:
    def shown() -> dict[str, object]:
        return vars(case_policies.policy_of(current.session(), known.organisation.id))

    return opened(known.organisation, shown)


def _form(known: Setup, problems: dict[str, str], form: OpenedForm) -> str:
    return render_template(
        "organisation/case_policy.html",
        mark=form.mark,
        policy=case_policies.policy_of(current.session(), known.organisation.id),
        changeable=organisations.may_change_whole(current.session(), known),
        problems=problems,
        typed=request.form,
        **frame(known),
    )
