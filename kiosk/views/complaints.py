"""Following a case by its code alone: where it stands, the answer, and a word about the answer."""

from collections.abc import Callable
from uuid import UUID, uuid4

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.exceptions import ServiceUnavailable
from werkzeug.wrappers import Response

from kiosk.guessing import typed, unhurried
from kiosk.phone_forms import KINDS
from kiosk.slowing import Slowing, busy_page
from shared.domain.complaint import Action, Kind
from shared.domain.errors import Invalid, NotFound, RuleBroken
from shared.domain.faults import Faults
from shared.domain.tracking_code import code_of, is_digits, normalise_code
from shared.services import (
    additions,
    attachments,
    following,
    invitations,
    public_cases,
    sealed_following,
)
from shared.services.additions import Files
from shared.services.following import Followed
from shared.web import current
from shared.web.errors import in_words
from shared.web.files import received_files
from shared.web.refusals import problems_of, status_of

routes = Blueprint("complaints", __name__)
Page = str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]
STEPS = "steps"  # where the page tells what was done, the newest first
UNSENT = "unsent"  # where words stand that came too late
# The fields residents write into, and what they do by them.
TYPED = {
    "reply": attachments.ADDED,
    "add": attachments.ADDED,
    "appeal": (Action.APPEAL,),
    "words": (Action.RATE_ANSWER,),
}
slowing = Slowing()  # of what brings files: each photo is made anew


@routes.get("/follow")
def ask_code() -> str:
    """Ask for the code."""
    return _ask()


@routes.post("/follow")
def enter_code() -> Page:
    """Lead from a code, however it was typed, to its case; digits are in no address."""
    try:
        code = normalise_code(request.form.get("code", ""))
    except Invalid as refusal:
        return _ask(in_words(refusal)), 422
    if not is_digits(code):
        return _back(code)
    secret, session = current.settings().secret_key, current.session()
    try:
        form = typed.unhurried(lambda: sealed_following.form_of_digits(session, code, secret))
    except ServiceUnavailable as busy:
        return busy_page(busy)
    except NotFound:
        return _nobody(code)
    return _back(code_of(UUID(form), secret).link)


@routes.get("/follow/<code>")
def follow(code: str) -> Page:
    """Show where the case stands, in plain words."""
    return _unhurried(code, lambda: _case(code))


@routes.post("/follow/<code>/rating")
def rate_answer(code: str) -> Page:
    """Keep whether the answer was satisfactory."""
    satisfied = request.form.get("satisfied", "")
    if satisfied not in {"yes", "no"}:
        return _unhurried(code, lambda: _back(code))
    words, now = request.form.get("words", ""), current.now()
    return _acted(
        code,
        lambda: following.rate_answer(current.session(), code, satisfied == "yes", now, words),
    )


@routes.post("/follow/<code>/reply")
def reply(code: str) -> Page:
    """Add what the resident answers to the officer's question, with photos."""
    session, now = current.session(), current.now()
    return _said(
        code, Action.REPLY, lambda text, files: additions.reply(session, code, text, now, files)
    )


@routes.post("/follow/<code>/addition")
def add_words(code: str) -> Page:
    """Add what the resident writes unasked, with photos."""
    session, now = current.session(), current.now()
    return _said(
        code, Action.ADD, lambda text, files: additions.add_words(session, code, text, now, files)
    )


@routes.post("/follow/<code>/appeal")
def appeal(code: str) -> Page:
    """Take the answered case to the level above."""
    words = request.form.get("appeal", "")
    return _acted(code, lambda: following.appeal(current.session(), code, words, current.now()))


@routes.post("/follow/<code>/withdraw")
def withdraw(code: str) -> Page:
    """End the case by the wish of its sender."""
    return _acted(code, lambda: following.withdraw(current.session(), code, current.now()))


@routes.post("/follow/<code>/publication")
def choose_publication(code: str) -> Page:
    """Keep whether the case may be public, without names, once it is answered."""

    def act() -> Page:
        complaint = following.followed(current.session(), code)
        keep_out = request.form.get("public") == "no"
        public_cases.choose(current.session(), complaint, keep_out, current.now())
        return _back(code)

    return _unhurried(code, act)


def _unhurried(code: str, act: Callable[[], Page]) -> Page:
    try:
        return unhurried(code, act)
    except ServiceUnavailable as busy:
        return busy_page(busy)
    except NotFound:
        return _confidential(code) or _nobody(code)


def _confidential(code: str) -> Page | None:
    """Lead to a confidential report when the link is that of one."""
    if not sealed_following.is_one(current.session(), code):
        return None
    return redirect(url_for("kiosk.sealed.follow", code=code, lang=str(get_locale())), 303)


def _nobody(code: str) -> Page:
    words = _("Không có vụ việc nào mang mã này. Xin kiểm tra lại từng chữ, từng số.")
    return _ask(words, code), 404


def _case(code: str, refusal: RuleBroken | None = None) -> Page:
    """Show the case as it is now, after a refusal with all that was typed."""
    session = current.session()
    complaint = following.followed(session, code)
    case = following.resident_view(session, complaint, current.now())
    files = attachments.of_resident(session, complaint)
    with_words, others = attachments.by_step(files, complaint.number, case.history)
    unsent = _unsent(case)
    files_lost = any(file.filename for file in request.files.values())
    anew = _anew(case) if unsent or files_lost else None
    page = render_template(
        "phone/follow.html",
        code=normalise_code(code),
        case=case,
        problems=_problems(refusal, anew),
        typed=request.form,
        unsent=unsent,
        files=others,
        came_with=with_words,
        limits=current.settings().outside.files,
        files_lost=files_lost,
        publication=public_cases.choice_of(session, complaint),
        anew=anew,
    )
    return page if refusal is None else (page, status_of(refusal))


def _unsent(case: Followed) -> str:
    """Give words that were typed into a form which the page may not have any more."""
    for field, acts in TYPED.items():
        text = request.form.get(field, "")
        if text and (field in attachments.ADDED or case.actions.isdisjoint(acts)):
            return text
    return ""


def _problems(refusal: RuleBroken | None, anew: object) -> dict[str, str]:
    """Give what is wrong by field; what is said of the whole case leads to words left over."""
    told = problems_of(refusal)
    return {field or (UNSENT if anew else ""): words for field, words in told.items()}


def _anew(case: Followed) -> dict[str, object] | None:
    """Give what a new case needs in the place of words that came too late; None while they may."""
    if not case.actions.isdisjoint(attachments.ADDED):
        return None
    complaint = case.complaint
    kind = complaint.kind if complaint.kind in KINDS else Kind.REPORT
    token = invitations.printed_at(current.session(), complaint.unit_id, complaint.desk_id)
    return {"id": uuid4(), "kind": kind, "token": token}


def _said(code: str, action: Action, keep: Callable[[str, Files], object]) -> Page:
    """Add words with what came with them; a refusal shows the case and keeps the words."""

    def act() -> None:
        text = request.form.get(str(action), "")
        chosen = any(file.filename for file in request.files.getlist("files"))
        with Faults() as faults:
            faults.read(additions.check, current.session(), code, action, text, with_files=chosen)
            files = faults.read(received_files)
        keep(text, Files(files, current.settings().outside.scanner is not None))

    try:
        slowing.hold(code)
    except ServiceUnavailable as busy:
        return busy_page(busy)
    return _acted(code, act, STEPS)


def _acted(code: str, act: Callable[[], object], place: str | None = None) -> Page:
    """Do it and lead back; after a refusal show the case as it is now, with all that was typed."""

    def acted() -> Page:
        try:
            act()
        except RuleBroken as refusal:
            current.session().rollback()
            return _case(code, refusal)
        return _back(code, place)

    return _unhurried(code, acted)


def _back(code: str, place: str | None = None) -> Response:
    """Lead to the case, to a place of its page if one is named."""
    case, lang = normalise_code(code), str(get_locale())
    return redirect(url_for("kiosk.complaints.follow", code=case, lang=lang, _anchor=place), 303)


def _ask(problem: str = "", typed: str = "") -> str:
    return render_template(
        "phone/follow_code.html", problem=problem, typed=request.form.get("code", typed)
    )
