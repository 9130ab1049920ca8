"""The page on which a register is imported from a CSV file: looked at first, then taken."""

from collections.abc import Mapping

from flask import redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from shared.domain.errors import Invalid
from shared.services import csv_import
from shared.services.csv_import import Outlook
from shared.services.registers import Register, Setup
from shared.web import current
from shared.web.errors import in_words
from shared.web.refusals import problems_of

Page = str | tuple[str, int] | Response
Frame = Mapping[str, object]


def looked(template: str, register: Register, known: Setup, frame: Frame) -> Page:
    """Ask for a file, and show what taking it would do."""
    if request.method == "GET":
        return _page(template, register, frame)
    upload = request.files.get("file")
    try:
        text = csv_import.decode(upload.read() if upload else b"")
        outlook = csv_import.preview(current.session(), known, register, text, gettext)
    except Invalid as refusal:
        return _page(template, register, frame, problem=in_words(refusal)), 422
    return _page(template, register, frame, outlook=outlook, text=text)


def sent() -> tuple[str, bool]:
    """Give the text that was looked at, and whether its bad rows are left out."""
    return request.form.get("text", ""), request.form.get("take") == "good"


def taken(listing: str, register: Register, known: Setup) -> Response:
    """Take what was looked at, and lead to the list with the counts of rows."""
    text, without_bad = sent()
    outlook = csv_import.apply(
        current.session(), known, register, text, gettext, without_bad=without_bad
    )
    return redirect(
        url_for(
            listing,
            noun=register.key,
            org=known.organisation.code,
            added=outlook.count("add"),
            changed=outlook.count("change"),
            refused=outlook.count("bad"),
        )
    )


def reasons(outlook: Outlook | None) -> list[dict[str, str]]:
    """Give what is wrong with each bad row: words in the reader's language by column."""
    return [problems_of(line.refusal) for line in outlook.bad] if outlook else []


def _page(
    template: str,
    register: Register,
    frame: Frame,
    *,
    problem: str = "",
    outlook: Outlook | None = None,
    text: str = "",
) -> str:
    return render_template(
        template,
        register=register,
        problem=problem,
        outlook=outlook,
        reasons=reasons(outlook),
        text=text,
        most=csv_import.MOST_ROWS,
        **frame,
    )
