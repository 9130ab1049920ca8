"""What checking a case about an officer's conduct found: seen and written down by a head."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin.auth import actor
from shared.domain.errors import Invalid
from shared.domain.service_evaluation import Finding
from shared.services import conduct_findings as service
from shared.web import current
from shared.web.refusals import problems_of

routes = Blueprint("conduct_findings", __name__)


@routes.get("/complaints/<number>/finding")
def form(number: str) -> str:
    """Show what was found so far, and ask for a finding."""
    return _page(number, {})


@routes.post("/complaints/<number>/finding")
def record(number: str) -> Response | tuple[str, int]:
    """Write a finding down."""
    try:
        service.record(
            current.session(),
            number,
            request.form.get("finding", ""),
            request.form.get("reason", ""),
            actor(),
            current.now(),
        )
    except Invalid as refusal:
        return _page(number, problems_of(refusal)), 422
    return redirect(url_for("admin.conduct_findings.form", number=number), 303)


def _page(number: str, problems: dict[str, str]) -> str:
    return render_template(
        "complaints/finding.html",
        conduct=service.conduct(current.session(), number, actor()),
        choices=[one for one in Finding if one is not Finding.UNCHECKED],
        problems=problems,
        typed=request.form,
    )
