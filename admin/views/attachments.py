"""Files of a case: listed, opened by those who may see the case, added by those who handle it."""

from flask import Blueprint, Response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from admin.auth import actor
from shared.domain.access import Permission
from shared.domain.errors import Invalid, RuleBroken
from shared.services import attachments, inbox
from shared.web import current
from shared.web.errors import in_words
from shared.web.files import handed_out, received_files, small

routes = Blueprint("attachments", __name__)
Page = str | tuple[str, int] | AnyResponse


@routes.get("/complaints/<number>/files")
def files(number: str) -> str:
    """List the files of a case, with the form to add some."""
    return _page(number)


@routes.post("/complaints/<number>/files")
def add(number: str) -> Page:
    """Add files; a refusal says which one and what to do."""
    inbox.case(current.session(), number, actor())
    try:
        received = received_files()
        attachments.add_by_staff(
            current.session(),
            number,
            received,
            actor(),
            current.now(),
            scanned_first=current.settings().outside.scanner is not None,
        )
    except RuleBroken as refusal:
        current.session().rollback()
        return _page(number, refusal), 422 if isinstance(refusal, Invalid) else 409
    return redirect(url_for("admin.attachments.files", number=number), 303)


@routes.get("/complaints/<number>/files/<int:key>")
def content(number: str, key: int) -> Response:
    """Hand out a file."""
    folder = attachments.folder_of(current.settings().data_directory)
    return handed_out(attachments.content(current.session(), number, key, actor(), folder))


@routes.get("/complaints/<number>/files/<int:key>/small")
def thumbnail(number: str, key: int) -> Response:
    """Hand out the small picture of a photo."""
    folder = attachments.folder_of(current.settings().data_directory)
    return small(attachments.thumbnail(current.session(), number, key, actor(), folder))


def _page(number: str, refusal: RuleBroken | None = None) -> str:
    session, person = current.session(), actor()
    complaint = inbox.case(session, number, person)
    return render_template(
        "complaints/files.html",
        number=number,
        attachments=attachments.of_case(session, number, person),
        may_add=person.reaches(Permission.ANSWER, complaint.unit_id),
        limits=current.settings().outside.files,
        problem="" if refusal is None else in_words(refusal),
    )
