"""Continuing on one's own telephone: the screen asks for an address, behind it is a page."""

from collections.abc import Collection
from uuid import UUID, uuid5

from flask import Blueprint, Response, jsonify, render_template, request
from flask_babel import get_locale
from werkzeug.exceptions import BadRequest, ServiceUnavailable

from kiosk.channel import kiosk_channel
from kiosk.phone_forms import filing_of_words, form_id
from kiosk.phone_place import left_over, place_of, receipt
from kiosk.slowing import Slowing, busy_page
from kiosk.views.sealed import offer, takes_reports
from shared.domain.errors import N_, Invalid, NotFound, RuleBroken
from shared.domain.rating import clean_text
from shared.services import complaints, continuations, invitations
from shared.services.continuations import Words
from shared.services.invitations import Invited, Standing, Target
from shared.web import current
from shared.web.compression import holds_no_secret
from shared.web.errors import in_words
from shared.web.refusals import problems_of

routes = Blueprint("continuations", __name__)  # a paired kiosk's
pages = Blueprint("continued", __name__)  # anybody's who has the code
Page = str | tuple[str, int] | tuple[str, int, dict[str, str]]
slowing = Slowing()


@routes.post("/api/v1/continuations")
def ask() -> tuple[Response, int]:
    """Give the address that carries on a rating of this kiosk; asked again, the same."""
    try:
        body = request.get_json()
        rating = UUID(body["rating"])
    except RecursionError:  # nested without end
        raise BadRequest from None
    except (AttributeError, KeyError, TypeError, ValueError):
        raise Invalid(
            "wrong_field", N_("Trường %(name)s sai dạng."), field="rating", name="rating"
        ) from None
    token, expires_at = continuations.issue(
        current.session(), kiosk_channel(), rating, current.settings().secret_key, current.now()
    )
    return jsonify(
        url=current.settings().continuation_url(token),
        qr=f"/qr/{token}.svg",
        expires_at=expires_at.isoformat(),
    ), 201


@pages.get("/c/<token>")
def go_on(token: str) -> str:
    """Show the form; reading the page uses nothing up."""
    invited = _invited(token)
    holds_no_secret()
    if invited.standing is not Standing.OPEN:
        return render_template("phone/continue_over.html", refusal="", **place_of(invited))
    return _form(invited)


@pages.post("/c/<token>")
def send(token: str) -> Page:
    """Keep what was written, and open a case of it when an answer is wanted."""
    try:
        slowing.hold(token)
    except ServiceUnavailable as busy:
        return busy_page(busy)
    invited = _invited(token)
    words = Words(
        request.form.get("comment", ""), "answer" in request.form, "about" in request.form
    )
    reasons = continuations.confidential_reasons(current.session(), invited)
    if words.answer_wanted and reasons and takes_reports(invited):
        return offer(invited, words.comment, reasons)  # no case of the place; nothing is kept
    try:
        filing = _filing(invited, words) if words.answer_wanted else None
        if filing is not None:
            complaints.check(filing)
        continuations.use(current.session(), invited, words, current.now())
    except Invalid as refusal:
        return _form(invited, refusal.called({"body": "comment"})), 422
    except RuleBroken as refusal:
        return _over(invited, words.comment, reasons, in_words(refusal)), 409
    if filing is None:
        return render_template("phone/continue_thanks.html", **place_of(invited))
    return receipt(invited, filing, rated=False, not_in_confidence=bool(reasons))


def _over(invited: Invited, words: str, reasons: Collection[str], told: str) -> str:
    """Say that nothing comes of the code any more, and keep the words that came by it."""
    if clean_text(words) and reasons and takes_reports(invited):
        return offer(invited, words, reasons, told)
    kept: dict[str, object] = {}
    if clean_text(words):
        token = invitations.printed_at(current.session(), invited.unit_id, invited.desk_id)
        kept = left_over(words, token)
    return render_template("phone/continue_over.html", refusal=told, **kept, **place_of(invited))


def _filing(invited: Invited, words: Words) -> complaints.Filing:
    """Make a report of the words, one of a code: whichever page brought them, it is the same."""
    rating_id = continuations.rating_of(current.session(), invited)
    return filing_of_words(
        invited,
        words,
        language=str(get_locale()),
        rating_id=rating_id,
        names=continuations.names_officer(current.session(), invited, words),
        form=uuid5(rating_id, invited.token),
    )


def _invited(token: str) -> Invited:
    invited = invitations.look_up(current.session(), token, current.now())
    if invited.target is not Target.CONTINUATION:
        raise NotFound
    return invited


def _form(invited: Invited, refusal: Invalid | None = None) -> str:
    return render_template(
        "phone/continue.html",
        typed=request.form,
        form_id=form_id(request.form),
        problems=problems_of(refusal),
        read_in_confidence=takes_reports(invited),
        **place_of(invited),
    )
