"""An answered case on its way to the public: its words, what may tell a person, the preview."""

import hashlib

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin.auth import actor
from shared.domain import public_case as rule
from shared.domain.errors import Invalid, RuleBroken
from shared.services import public_cases
from shared.services.public_cases import Proposal, Words
from shared.web import current
from shared.web.errors import in_words
from shared.web.refusals import problems_of, status_of

routes = Blueprint("publishing", __name__)
Page = str | Response | tuple[str, int]


@routes.get("/complaints/<number>/public")
def form(number: str) -> str:
    """Show the case as the public would see it, with its words to shorten."""
    return _form(_proposed(number, None))


@routes.post("/complaints/<number>/public")
def publish(number: str) -> Page:
    """Show the preview of changed words, or put the case out when they are those last seen."""
    words = _typed()
    proposal = _proposed(number, words)
    if request.form.get("act") != "publish" or request.form.get("seen") != _name(proposal):
        return _form(proposal)
    try:
        public_cases.publish(
            current.session(), number, words, request.form.getlist("ok"), actor(), current.now()
        )
    except RuleBroken as refusal:
        current.session().rollback()
        status = status_of(refusal)
        return _form(_proposed(number, words), refusal), status
    return redirect(url_for("admin.publishing.form", number=number, done="published"), 303)


@routes.post("/complaints/<number>/public/end")
def unpublish(number: str) -> Response:
    """Take the case back from the public."""
    public_cases.unpublish(current.session(), number, actor(), current.now())
    return redirect(url_for("admin.publishing.form", number=number, done="ended"), 303)


def _typed() -> Words:
    return Words(request.form.get("question", ""), request.form.get("answer", ""))


def _proposed(number: str, words: Words | None) -> Proposal:
    return public_cases.proposed(current.session(), number, words, actor(), current.now())


def _name(proposal: Proposal) -> str:
    """Name what a preview showed, so that nothing goes out that nobody has seen so."""
    words = f"{proposal.shown.question}\n\0{proposal.shown.answer}"
    return hashlib.sha256(words.encode()).hexdigest()


def _form(proposal: Proposal, refusal: RuleBroken | None = None) -> str:
    barrier = proposal.barrier
    return render_template(
        "complaints/publish.html",
        proposal=proposal,
        number=proposal.complaint.number,
        seen=_name(proposal),
        barrier="" if barrier is None else in_words(barrier),
        refusal="" if refusal is None else in_words(refusal),
        problems=problems_of(refusal) if isinstance(refusal, Invalid) else {},
        confirmed=request.form.getlist("ok"),
        longest_question=rule.LONGEST_QUESTION,
        longest_answer=rule.LONGEST_ANSWER,
        previewed=request.method == "POST" and refusal is None,
        public_url=current.settings().answered_url(proposal.shown.reference),
    )
