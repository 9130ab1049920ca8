"""Why a case is due when it is, for staff and inspectors."""

from flask import Blueprint, render_template

from admin.auth import actor
from shared.services import due_days, inbox
from shared.web import current

routes = Blueprint("due_days", __name__)


@routes.get("/complaints/<number>/why")
def why(number: str) -> str:
    """Show every day behind the due day, the rule, and who lengthened it."""
    complaint = inbox.case(current.session(), number, actor())
    session, now = current.session(), current.now()
    facts = due_days.explained(session, complaint, now, names=True, hours=False)
    return render_template("complaints/why.html", why=facts)
