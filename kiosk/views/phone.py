"""The phone page behind a QR code: a rating and a complaint, without script and without cookies."""

from collections.abc import Callable, Collection
from dataclasses import replace

from flask import Blueprint, render_template, request
from flask_babel import get_locale
from werkzeug.exceptions import ServiceUnavailable

from kiosk.phone_forms import (
    KINDS,
    Place,
    filing_of_rating,
    form_id,
    read_filing,
    read_rating,
    wants_answer,
)
from kiosk.phone_place import left_over, place_of, receipt
from kiosk.slowing import Slowing, busy_page
from kiosk.views.sealed import offer, takes_reports
from shared.domain.calendar import local_date
from shared.domain.errors import Invalid, NotFound, RuleBroken
from shared.domain.faults import Faults
from shared.domain.questionnaire import Questionnaire, in_headings
from shared.domain.rating import CONFIDENTIAL_REASONS, Reason, clean_text
from shared.services import complaints, invitations, questionnaire_uses
from shared.services.duty import OfficerShown
from shared.services.invitations import Invited, PhoneRating, Standing, Target
from shared.web import current
from shared.web.compression import holds_no_secret
from shared.web.errors import in_words
from shared.web.files import received_files
from shared.web.refusals import problems_of

routes = Blueprint("phone", __name__)
Page = str | tuple[str, int] | tuple[str, int, dict[str, str]]
slowing = Slowing()


@routes.get("/q/<token>")
def rate(token: str) -> str:
    """Ask how the service was; reading the page uses nothing up."""
    invited = _invited(token)
    holds_no_secret()  # but the code in its address, which who puts words there knows already
    if invited.standing is not Standing.OPEN:
        standing = invited.standing
        return render_template("phone/used.html", standing=standing, **place_of(invited))
    return _rating_page(invited)


@routes.post("/q/<token>")
def send_rating(token: str) -> Page:
    """Store the rating, and open a case of its comment when an answer is wanted."""
    return _unhurried(token, _rated)


@routes.get("/q/<token>/complaint")
def complain(token: str) -> str:
    """Show the form for a report, petition, suggestion or praise."""
    invited = _invited(token)
    holds_no_secret()
    return _complaint_page(invited)


@routes.post("/q/<token>/complaint")
def send_complaint(token: str) -> Page:
    """Open a case and hand out its code."""
    return _unhurried(token, _complained)


def _unhurried(token: str, send: Callable[[str], Page]) -> Page:
    """Slow an abused code down; what was typed stays in the page that asks to send again."""
    try:
        slowing.hold(token)
    except ServiceUnavailable as busy:
        return busy_page(busy)
    return send(token)


def _rated(token: str) -> Page:
    invited = _invited(token)
    place = Place(invited, str(get_locale()))
    try:
        with Faults() as faults:
            rating = faults.read(read_rating, request.form, place)
            answer_wanted = faults.read(wants_answer, request.form)
        confidential = not CONFIDENTIAL_REASONS.isdisjoint(rating.reasons)
        in_confidence = answer_wanted and confidential and takes_reports(invited)
        words = rating.comment
        if in_confidence:
            rating = replace(rating, comment="")
        elif answer_wanted:
            complaints.check(filing_of_rating(rating, place))
        result = invitations.rate(current.session(), invited, rating, current.now())
    except Invalid as refusal:
        return _rating_page(invited, refusal.called({"body": "comment"})), 422
    except RuleBroken as refusal:
        return _not_rated(invited, words, rating.reasons, refusal), 409
    if in_confidence:  # such words are no case of the place that served
        return offer(invited, words, rating.reasons)
    if answer_wanted:
        filing = filing_of_rating(rating, place)
        return receipt(invited, filing, rated=True, not_in_confidence=confidential)
    if result == "conflict":
        return _rated_before(invited, rating)
    return render_template("phone/thanks.html", **place_of(invited))


def _not_rated(invited: Invited, words: str, reasons: Collection[str], refusal: RuleBroken) -> str:
    """Say why no rating came of a form, and keep its words: in confidence what is to be so."""
    if _is_confidential(words, reasons, invited):
        return offer(invited, words, reasons, in_words(refusal))
    page: dict[str, object] = left_over(words, invited.token) if clean_text(words) else {}
    page["refusal"] = in_words(refusal)
    page["standing"] = Standing.USED if refusal.code == "token_used" else Standing.EXPIRED
    return render_template("phone/used.html", **page, **place_of(invited))


def _rated_before(invited: Invited, rating: PhoneRating) -> str:
    """Say that the first rating of a form stays, and keep the words that came after it."""
    words = rating.comment
    if clean_text(words) == invitations.comment_of(current.session(), invited, rating.id):
        words = ""
    if _is_confidential(words, rating.reasons, invited):
        return offer(invited, words, rating.reasons)
    kept = left_over(words, invited.token) if clean_text(words) else {}
    return render_template("phone/thanks.html", changed=True, **kept, **place_of(invited))


def _is_confidential(words: str, reasons: Collection[str], invited: Invited) -> bool:
    about_money = not CONFIDENTIAL_REASONS.isdisjoint(reasons)
    return bool(clean_text(words)) and about_money and takes_reports(invited)


def _complained(token: str) -> Page:
    invited = _invited(token)
    officers = {officer.code: officer.id for officer in _officers(invited)}
    try:
        place = Place(invited, str(get_locale()))
        with Faults() as faults:
            filing = faults.read(read_filing, request.form, place, officers)
            files = faults.read(received_files)
    except Invalid as refusal:
        return _complaint_page(invited, refusal), 422
    return receipt(invited, filing, rated=False, files=files)


def _invited(token: str) -> Invited:
    invited = invitations.look_up(current.session(), token, current.now())
    if invited.target is Target.CONTINUATION:
        raise NotFound  # it has a page of its own
    return invited


def _officers(invited: Invited) -> list[OfficerShown]:
    today = local_date(current.now(), invited.zone)
    return invitations.officers_of(current.session(), invited.unit_id, today)


def _rating_page(invited: Invited, refusal: Invalid | None = None) -> str:
    asked = _asked(invited)
    return render_template(
        "phone/rate.html",
        asked=asked,
        groups=in_headings(asked.items),
        reasons=list(Reason),
        confidential=CONFIDENTIAL_REASONS,
        chosen=request.form.getlist("reason"),
        read_in_confidence=takes_reports(invited),
        **_form(refusal),
        **place_of(invited),
    )


def _asked(invited: Invited) -> Questionnaire:
    """Give the version the form was begun with, else the one in force today."""
    session, code = current.session(), request.form.get("asked", "")
    known = questionnaire_uses.versions_of_unit(session, invited.unit_id, [code]) if code else {}
    today = local_date(current.now(), invited.zone)
    return known.get(code) or questionnaire_uses.in_force(session, invited.unit_id, today)


def _complaint_page(invited: Invited, refusal: Invalid | None = None) -> str:
    return render_template(
        "phone/complain.html",
        kinds=KINDS,
        officers=_officers(invited),
        longest=complaints.LONGEST_BODY,
        limits=current.settings().outside.files,
        files_lost=any(file.filename for file in request.files.values()),
        **_form(refusal),
        **place_of(invited),
    )


def _form(refusal: Invalid | None) -> dict[str, object]:
    """Give a form everything typed and, after a refusal, what is wrong with each field."""
    problems = problems_of(refusal)
    return {"typed": request.form, "form_id": form_id(request.form), "problems": problems}
