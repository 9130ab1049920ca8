"""Bàn giao việc: all open cases of one person to another at once."""

from flask import Blueprint, render_template, request

from admin.auth import actor
from admin.case_page import chosen_id
from shared.domain.errors import Invalid
from shared.services import absences
from shared.services.absences import HandedOver
from shared.web import current
from shared.web.refusals import problems_of

routes = Blueprint("absences", __name__)


@routes.get("/handover")
def form() -> str:
    """Choose from whom to whom."""
    return _form({})


@routes.post("/handover")
def hand_over() -> str | tuple[str, int]:
    """Hand everything over, and say what could not go."""
    try:
        done = absences.hand_over(
            current.session(), chosen_id("from"), chosen_id("to"), actor(), current.now()
        )
    except Invalid as refusal:
        return _form(problems_of(refusal)), 422
    return _form({}, done)


def _form(problems: dict[str, str], done: HandedOver | None = None) -> str:
    return render_template(
        "complaints/handover.html",
        people=absences.people(current.session(), actor()),
        problems=problems,
        done=done,
        typed=request.form,
    )
