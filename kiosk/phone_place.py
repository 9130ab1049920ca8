"""What every phone page behind a code shows of its place, and the receipt of a case filed there."""

from flask import render_template

from shared.services import complaints, following
from shared.services.complaints import Filing
from shared.services.invitations import Invited
from shared.web import current


def place_of(invited: Invited) -> dict[str, object]:
    """Give what the pages' frame shows: the unit, and whether telephones can reach us."""
    return {
        "invited": invited,
        "token": invited.token,
        "unit_name": invited.unit_name,
        "sample": invited.sample,
        "phones_cannot_reach": current.settings().public_url_is_loopback,
    }


def receipt(invited: Invited, filing: Filing, *, rated: bool) -> str:
    """File the case; its code is shown here and never again."""
    code = complaints.code_of(filing.form_id, current.settings().secret_key)
    complaint = complaints.receive(current.session(), filing, code, current.now())
    return render_template(
        "phone/receipt.html",
        code=code,
        case=following.resident_view(current.session(), complaint, current.now()),
        rated=rated,
        **place_of(invited),
    )
