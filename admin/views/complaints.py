"""Phản ánh, kiến nghị: the list with its filters, one case, and what is done with it."""

from flask import Blueprint, render_template, request

from admin.auth import actor
from admin.case_page import Page, act_on, case_facts, chosen_id, version
from shared.domain.complaint import Kind, RefusalReason, State, Tier
from shared.domain.errors import N_, Invalid
from shared.domain.pages import pages_of
from shared.services import complaints as cases
from shared.services import handling, inbox, passing
from shared.services.inbox import Filters
from shared.web import current
from shared.web.numbers import whole

routes = Blueprint("complaints", __name__)


@routes.get("/complaints")
def complaints() -> str:
    """List the cases, newest first; every filter stands in the address."""
    args = request.args
    filters = Filters(
        query=args.get("q", ""),
        state=args.get("state", "") if args.get("state") in set(State) else "",
        kind=args.get("kind", "") if args.get("kind") in set(Kind) else "",
        overdue=args.get("overdue") == "yes",
    )
    number = max(args.get("page", 1, type=whole), 1)
    page, total = inbox.listed(current.session(), actor(), filters, number, current.now())
    return render_template(
        "complaints/index.html",
        entries=page,
        total=total,
        page=number,
        pages=pages_of(total, inbox.PAGE),
        filters=filters,
        kept={key: args[key] for key in ("q", "state", "kind", "overdue") if args.get(key)},
        states=list(State),
        kinds=list(Kind),
    )


@routes.get("/complaints/<number>")
def case(number: str) -> str:
    """Show one case with its history and its forms, or the part of it that the unit keeps."""
    past = passing.part_of(current.session(), number, actor())
    if past is not None:
        return render_template("complaints/passed.html", past=past)
    return render_template("complaints/case.html", **case_facts(number))


@routes.post("/complaints/<number>")
def answer(number: str) -> Page:
    """Send the answer."""
    text = request.form.get("answer", "")
    return act_on(
        number,
        lambda: cases.answer(current.session(), number, text, version(), actor(), current.now()),
    )


@routes.post("/complaints/<number>/refuse")
def refuse(number: str) -> Page:
    """Refuse the case with a reason."""
    text = request.form.get("reason", "")
    return act_on(number, lambda: _refused(number, text))


@routes.post("/complaints/<number>/take")
def take(number: str) -> Page:
    """Take the case into work."""
    return act_on(
        number,
        lambda: cases.take(current.session(), number, version(), actor(), current.now()),
    )


@routes.post("/complaints/<number>/close")
def close(number: str) -> Page:
    """Close the answered case."""
    return act_on(
        number,
        lambda: cases.close(current.session(), number, version(), actor(), current.now()),
    )


@routes.post("/complaints/<number>/notes")
def note(number: str) -> Page:
    """Add a note, or put a question to the sender."""
    ask = request.form.get("to") == "sender"
    text = request.form.get("note", "")
    return act_on(
        number,
        lambda: handling.note(current.session(), number, text, actor(), current.now(), ask=ask),
    )


@routes.post("/complaints/<number>/handler")
def assign(number: str) -> Page:
    """Give the case to somebody else."""
    chosen = chosen_id("handler")
    return act_on(
        number,
        lambda: handling.assign(
            current.session(), number, chosen, version(), actor(), current.now()
        ),
    )


@routes.post("/complaints/<number>/class")
def classify(number: str) -> Page:
    """Say what the case is and how far it reaches."""
    return act_on(number, lambda: _classified(number))


@routes.post("/complaints/<number>/officers")
def name_officer(number: str) -> Page:
    """Write down that the case is about an officer, who then cannot see it."""
    chosen = chosen_id("officer")
    return act_on(
        number,
        lambda: handling.name_officer(
            current.session(), number, chosen, version(), actor(), current.now()
        ),
    )


@routes.post("/complaints/<number>/contact")
def contact(number: str) -> str:
    """Show how the sender can be reached, and note who looked."""
    read = handling.read_contact(current.session(), number, actor(), current.now())
    current.session().flush()
    return render_template("complaints/case.html", **case_facts(number, contact=read))


def _refused(number: str, text: str) -> object:
    why = request.form.get("why", "")
    if why not in set(RefusalReason):
        raise Invalid("refusal_missing", N_("Xin chọn một lý do."), field="why")
    reason = RefusalReason(why)
    try:
        return cases.refuse(
            current.session(), number, text, version(), actor(), current.now(), reason=reason
        )
    except Invalid as refusal:
        # The rules for an answer hold for a reason; its field has another name on the page.
        raise refusal.called({"answer": "reason"}) from None


def _classified(number: str) -> object:
    kind, tier = request.form.get("kind", ""), request.form.get("tier", "")
    if kind not in set(Kind) or tier not in set(Tier):
        raise Invalid("class_missing", N_("Xin chọn loại và mức xử lý."), field="kind")
    return cases.reclassify(
        current.session(), number, Kind(kind), Tier(tier), version(), actor(), current.now()
    )
