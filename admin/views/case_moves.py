"""Where a case goes: accepted, passed on, linked with what says the same, approved and sent."""

from flask import Blueprint, render_template, request

from admin.auth import actor
from admin.case_page import (
    Page,
    act_on,
    case_facts,
    chosen_id,
    pass_on,
    pass_on_facts,
    version,
)
from shared.domain.errors import Invalid
from shared.domain.pages import pages_of
from shared.services import answer_templates, approvals, duplicates, inbox, passing
from shared.services import complaints as cases
from shared.services.passing import Outside
from shared.web import current
from shared.web.numbers import whole

# Fields of a case's forms that a template may fill.
FILLED = ("answer", "reason", "note")
routes = Blueprint("case_moves", __name__)


@routes.get("/complaints/passed")
def passed() -> str:
    """List the cases the person's units passed on, the latest first."""
    number = max(request.args.get("page", 1, type=whole), 1)
    entries, total = passing.passed_on(current.session(), actor(), number, inbox.PAGE)
    return render_template(
        "complaints/passed_on.html",
        entries=entries,
        total=total,
        page=number,
        pages=pages_of(total, inbox.PAGE),
    )


@routes.post("/complaints/<number>/accept")
def accept(number: str) -> Page:
    """Accept the case."""
    return act_on(
        number,
        lambda: cases.accept(current.session(), number, version(), actor(), current.now()),
    )


@routes.post("/complaints/<number>/resume")
def resume(number: str) -> Page:
    """Go on without a reply."""
    return act_on(
        number,
        lambda: cases.resume(current.session(), number, version(), actor(), current.now()),
    )


@routes.get("/complaints/<number>/transfer")
def pass_on_form(number: str) -> str:
    """Ask where the case is to go."""
    return render_template("complaints/pass_on.html", **pass_on_facts(number))


@routes.post("/complaints/<number>/transfer")
def transfer(number: str) -> Page:
    """Pass the case to another unit."""
    unit_id, words = chosen_id("unit"), request.form.get("words", "")
    return pass_on(
        number,
        lambda: passing.transfer(
            current.session(), number, unit_id, words, version(), actor(), current.now()
        ),
    )


@routes.post("/complaints/<number>/outside")
def transfer_out(number: str) -> Page:
    """Pass the case to a body outside the organisation."""
    form = request.form
    outside = Outside(
        form.get("body_name", ""), form.get("letter_number", ""), form.get("message", "")
    )
    return pass_on(
        number,
        lambda: passing.transfer_outside(
            current.session(), number, outside, version(), actor(), current.now()
        ),
    )


@routes.post("/complaints/<number>/duplicate")
def link(number: str) -> Page:
    """Say that the case says what another one does."""
    original = request.form.get("original", "")
    return act_on(
        number,
        lambda: duplicates.link(
            current.session(), number, original, version(), actor(), current.now()
        ),
    )


@routes.post("/complaints/<number>/alone")
def unlink(number: str) -> Page:
    """Work on the case by itself again."""
    return act_on(
        number,
        lambda: duplicates.unlink(current.session(), number, version(), actor(), current.now()),
    )


@routes.post("/complaints/<number>/approval")
def approve(number: str) -> Page:
    """Approve the waiting words and send them."""
    return act_on(
        number,
        lambda: approvals.approve(current.session(), number, version(), actor(), current.now()),
    )


@routes.post("/complaints/<number>/return")
def send_back(number: str) -> Page:
    """Give the waiting words back to their author."""
    remark = request.form.get("remark", "")
    return act_on(
        number,
        lambda: approvals.send_back(
            current.session(), number, remark, version(), actor(), current.now()
        ),
    )


@routes.post("/complaints/<number>/template")
def fill(number: str) -> Page:
    """Show the case with a template's words after what was typed; nothing is sent."""
    field = next((one for one in FILLED if f"{one}-template" in request.form), "answer")
    typed, template_id = request.form.get(field, ""), chosen_id(f"{field}-template")
    try:
        words = answer_templates.written(
            current.session(), number, template_id, typed, actor(), current.now()
        )
    except Invalid as refusal:
        return render_template("complaints/case.html", **case_facts(number, refusal)), 422
    return render_template("complaints/case.html", **case_facts(number, filled={field: words}))
