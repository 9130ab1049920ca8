"""The confidential path: extra money, harassment and brokers, sealed for named inspectors alone."""

from collections.abc import Callable, Collection
from uuid import uuid4

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import get_locale
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import ServiceUnavailable
from werkzeug.wrappers import Response

from kiosk.guessing import unhurried
from kiosk.phone_forms import Form, form_id
from kiosk.phone_place import place_of
from kiosk.sealed_forms import keys_for_page, read_about, read_text, written_words
from kiosk.slowing import Slowing, busy_page
from shared.domain.calendar import local_date
from shared.domain.errors import Invalid
from shared.domain.faults import Faults
from shared.domain.sealed import LONGEST_CONTACT, LONGEST_TEXT, SHORTEST_TEXT, Matter
from shared.domain.tracking_code import code_of, normalise_code
from shared.services import invitations, sealed_following, sealed_readers, sealed_reports
from shared.services.duty import OfficerShown
from shared.services.invitations import Invited
from shared.services.sealed_following import Followed
from shared.services.sealed_readers import Reader
from shared.services.sealed_reports import Filing
from shared.web import current
from shared.web.refusals import problems_of

routes = Blueprint("sealed", __name__)
Page = str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]
slowing = Slowing()


@routes.get("/q/<token>/sealed")
def form(token: str) -> str:
    """Say who reads what, and only then ask; a used or late code leads here as well."""
    return _form(invitations.look_up(current.session(), token, current.now()))


def takes_reports(invited: Invited) -> bool:
    """Say whether anybody reads confidential reports of the place."""
    return bool(sealed_readers.readers(current.session(), invited.unit_id, None))


def offer(invited: Invited, text: str, reasons: Collection[str], refusal: str = "") -> str:
    """Show the form with what was written beside a rating about money or brokers.

    Its id is a new one: a report must not lead to the rating. `refusal` says why the rating itself
    was not taken.
    """
    matter = next((one for one in Matter if one in reasons), "")
    typed = MultiDict({"text": text, "matter": str(matter), "id": str(uuid4())})
    return _form(invited, typed=typed, told=refusal)


@routes.post("/q/<token>/sealed")
def send(token: str) -> Page:
    """Take a report in, sealed, and hand out its code."""
    return _patiently(lambda: slowing.hold(token), lambda: _sent(token))


@routes.get("/sealed/<code>")
def follow(code: str) -> Page:
    """Show where a report stands, without its words."""
    return unhurried(code, lambda: _report(code))


@routes.post("/sealed/<code>/words")
def add(code: str) -> Page:
    """Add words to a report, sealed like the first."""
    return _patiently(lambda: slowing.hold(code), lambda: unhurried(code, lambda: _added(code)))


def _patiently(wait: Callable[[], None], act: Callable[[], Page]) -> Page:
    try:
        wait()
    except ServiceUnavailable as busy:
        return busy_page(busy)
    return act()


def _sent(token: str) -> Page:
    invited = invitations.look_up(current.session(), token, current.now())
    officers = {officer.code: officer.id for officer in _officers(invited)}
    try:
        with Faults() as faults:
            about = faults.read(read_about, request.form, officers)
            faults.read(written_words, request.form)
        found = sealed_readers.readers(current.session(), invited.unit_id, about.officer_id)
        filing = Filing(
            text=read_text(request.form, found),
            unit_id=invited.unit_id,
            matter=about.matter,
            officer_id=about.officer_id,
            language=str(get_locale()),
        )
        code = code_of(filing.text.form_id, current.settings().secret_key)
        report = sealed_reports.receive(current.session(), filing, code, current.now())
    except Invalid as refusal:
        return _form(invited, refusal), 422
    view = sealed_following.sender_view(current.session(), report, current.now())
    return render_template(
        "phone/sealed_receipt.html",
        code=code.link,
        digits=code.digits,
        case=view,
        sealed_in=filing.text.sealed_in,
        **place_of(invited),
    )


def _form(
    invited: Invited, refusal: Invalid | None = None, typed: Form | None = None, told: str = ""
) -> str:
    found = sealed_readers.readers(current.session(), invited.unit_id, None)
    return render_template(
        "phone/sealed.html",
        matters=list(Matter),
        officers=_officers(invited),
        rated=typed is not None,
        refusal=told,
        **_sealing(found, refusal, typed),
        **place_of(invited),
    )


def _sealing(
    found: list[Reader], refusal: Invalid | None, typed: Form | None = None
) -> dict[str, object]:
    """Give what every page with words to seal needs."""
    typed = request.form if typed is None else typed
    return {
        "places": sealed_readers.places(found),
        "keys": keys_for_page(found),
        "typed": typed,
        "form_id": form_id(typed),
        "problems": problems_of(refusal),
        "longest": LONGEST_TEXT,
        "shortest": SHORTEST_TEXT,
        "longest_contact": LONGEST_CONTACT,
    }


def _officers(invited: Invited) -> list[OfficerShown]:
    today = local_date(current.now(), invited.zone)
    return invitations.officers_of(current.session(), invited.unit_id, today)


def _report(code: str, refusal: Invalid | None = None) -> Page:
    report = sealed_following.followed(current.session(), code)
    case: Followed = sealed_following.sender_view(current.session(), report, current.now())
    found = sealed_following.readers_now(current.session(), report)
    page = render_template(
        "phone/sealed_follow.html",
        code=normalise_code(code),
        case=case,
        **_sealing(found, refusal),
    )
    return page if refusal is None else (page, 422)


def _added(code: str) -> Page:
    report = sealed_following.followed(current.session(), code)
    try:
        found = sealed_following.readers_now(current.session(), report)
        text = read_text(request.form, found)
        sealed_following.add_words(current.session(), report, text, current.now())
    except Invalid as refusal:
        return _report(code, refusal)
    here = url_for("kiosk.sealed.follow", code=normalise_code(code), lang=str(get_locale()))
    return redirect(here, 303)
