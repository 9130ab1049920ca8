"""Mẫu trả lời: a unit's words for answers that come often."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin.auth import actor
from admin.case_page import chosen_id
from shared.domain.answer_template import PLACES
from shared.domain.errors import Invalid, RuleBroken
from shared.services import answer_templates
from shared.web import current
from shared.web.errors import in_words
from shared.web.numbers import whole
from shared.web.refusals import problems_of

routes = Blueprint("answer_templates", __name__)
Page = str | Response | tuple[str, int]


@routes.get("/answer-templates")
def listing() -> str:
    """List the templates the person may change, with a form for a new one."""
    return _listing({})


@routes.post("/answer-templates")
def add() -> Page:
    """Keep new words."""
    form = request.form
    try:
        answer_templates.add(
            current.session(),
            chosen_id("unit"),
            form.get("purpose", ""),
            form.get("name", ""),
            form.get("text", ""),
            actor(),
        )
    except Invalid as refusal:
        return _listing(problems_of(refusal)), 422
    return redirect(url_for("admin.answer_templates.listing", saved=1), 303)


@routes.get("/answer-templates/<int:template_id>")
def edit(template_id: int) -> str:
    """Show one to be changed."""
    return _one(template_id, {})


@routes.post("/answer-templates/<int:template_id>")
def change(template_id: int) -> Page:
    """Change its words."""
    form, seen = request.form, request.form.get("version", 0, type=whole)
    try:
        answer_templates.change(
            current.session(),
            template_id,
            form.get("name", ""),
            form.get("text", ""),
            seen,
            actor(),
        )
    except Invalid as refusal:
        current.session().rollback()
        return _one(template_id, problems_of(refusal)), 422
    except RuleBroken as refusal:
        current.session().rollback()
        return _one(template_id, {"": in_words(refusal)}), 409
    return redirect(url_for("admin.answer_templates.listing", saved=1), 303)


@routes.post("/answer-templates/<int:template_id>/retire")
def retire(template_id: int) -> Response:
    """Offer it no longer."""
    answer_templates.retire(current.session(), template_id, actor(), current.now())
    return redirect(url_for("admin.answer_templates.listing", saved=1), 303)


def _listing(problems: dict[str, str]) -> str:
    session, person = current.session(), actor()
    return render_template(
        "complaints/templates.html",
        entries=answer_templates.kept(session, person),
        units=[(one.id, one.name) for one in answer_templates.units_to_keep_for(session, person)],
        purposes=answer_templates.PURPOSES,
        places=PLACES,
        problems=problems,
        typed=request.form,
    )


def _one(template_id: int, problems: dict[str, str]) -> str:
    return render_template(
        "complaints/template.html",
        template=answer_templates.find(current.session(), template_id, actor()),
        places=PLACES,
        problems=problems,
        typed=request.form,
    )
