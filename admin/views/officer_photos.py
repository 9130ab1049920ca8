"""Quản trị: an officer's photo, shown at the desk while the officer consents."""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from admin.auth import actor
from admin.views.organisation import frame, setup
from shared.domain.access import Permission
from shared.domain.errors import N_, Invalid, NotFound
from shared.services import attachments, office_setup, officer_photos, officers
from shared.web import current
from shared.web.files import received_files
from shared.web.refusals import problems_of

routes = Blueprint("officer_photos", __name__)
Page = str | tuple[str, int] | AnyResponse


@routes.get("/organisation/officers/<int:key>/photo")
def form(key: int) -> str:
    """Show the photo there is, and offer to choose or remove one."""
    return _page(key)


@routes.post("/organisation/officers/<int:key>/photo")
def keep(key: int) -> Page:
    """Keep a photo, made anew and small; what was sent is not kept."""
    officer_photos.of_officer(current.session(), key, _reach())
    try:
        content = _small_photo()
        officer_photos.keep(
            current.session(),
            key,
            content,
            _reach(),
            actor().account_id,
            current.now(),
            consented=request.form.get("consent") == "yes",
        )
    except Invalid as refusal:
        current.session().rollback()
        return _page(key, problems_of(refusal)), 422
    return redirect(url_for("admin.officer_photos.form", key=key, saved=1), 303)


@routes.post("/organisation/officers/<int:key>/photo/remove")
def remove(key: int) -> AnyResponse:
    """Remove the photo."""
    officer_photos.remove(current.session(), key, _reach())
    return redirect(url_for("admin.officer_photos.form", key=key, removed=1), 303)


@routes.get("/organisation/officers/<int:key>/photo.jpg")
def picture(key: int) -> Response:
    """Hand out the photo as the screens show it."""
    photo = officer_photos.of_officer(current.session(), key, _reach())
    if photo is None:
        raise NotFound
    response = Response(photo.content, mimetype="image/jpeg")
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _reach() -> frozenset[int]:
    return actor().units(Permission.ORGANISATION)


def _small_photo() -> bytes:
    """Give the small picture of the photo sent; raises Invalid naming `files`."""
    received = next(iter(received_files()), None)
    if received is None or received.thumbnail_digest is None:
        raise Invalid("photo_missing", N_("Xin chọn một ảnh JPEG, PNG hoặc WebP."), field="files")
    folder = attachments.folder_of(current.settings().data_directory)
    return attachments.path_of(folder, received.thumbnail_digest).read_bytes()


def _page(key: int, problems: dict[str, str] | None = None) -> str:
    known = setup()
    return render_template(
        "organisation/photo.html",
        entry=office_setup.entry_of(current.session(), known, officers.REGISTER, key),
        photo=officer_photos.of_officer(current.session(), key, _reach()),
        problems=problems or {},
        **frame(known),
    )
