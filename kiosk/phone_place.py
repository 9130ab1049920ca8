"""What every phone page behind a code shows of its place, and the receipt of a case filed there."""

from collections.abc import Sequence
from uuid import uuid4

from flask import render_template, request

from shared.domain.complaint import Kind
from shared.services import attachments, complaints, following
from shared.services.attachments import Received
from shared.services.case_steps import RESIDENT
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


def left_over(words: str, token: str | None, kind: Kind = Kind.REPORT) -> dict[str, object]:
    """Give a page what keeps words that were not taken: a form that makes a new case of them.

    `token` is the code through which the case goes; without one the words are there to be copied.
    """
    return {
        "unsent": words,
        "anew": {"id": uuid4(), "kind": kind, "token": token},
        "limits": current.settings().outside.files,
        "files_lost": any(file.filename for file in request.files.values()),
    }


def receipt(
    invited: Invited,
    filing: Filing,
    *,
    rated: bool,
    files: Sequence[Received] = (),
    not_in_confidence: bool = False,
) -> str:
    """File the case; its code is shown here and never again.

    `not_in_confidence` says that such words would go the confidential way, if anybody read there.
    """
    code = complaints.code_of(filing.form_id, current.settings().secret_key)
    complaint = complaints.receive(current.session(), filing, code, current.now())
    attachments.add(
        current.session(),
        complaint,
        files,
        RESIDENT,
        current.now(),
        scanned_first=current.settings().outside.scanner is not None,
    )
    return render_template(
        "phone/receipt.html",
        code=code.link,
        case=following.resident_view(current.session(), complaint, current.now()),
        rated=rated,
        files=len(files),
        not_in_confidence=not_in_confidence,
        **place_of(invited),
    )
