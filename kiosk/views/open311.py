"""Open311 GeoReport v2 for other programs: what is public to read, and cases to send with a key."""

from datetime import date, datetime, timedelta

from flask import Blueprint, Response, request
from flask_babel import get_locale
from flask_babel import gettext as _

from kiosk import open311_answers as answers
from shared.adapters.open311 import TYPES, Value, written
from shared.domain.calendar import local_date
from shared.domain.errors import N_, Invalid, NotAllowed, NotFound, RuleBroken
from shared.services import open311, published_cases
from shared.services.local_days import USUAL_ZONE
from shared.services.open311 import Request
from shared.services.published_cases import Span
from shared.web import current
from shared.web.compression import holds_no_secret
from shared.web.errors import in_words
from shared.web.refusals import problems_of

routes = Blueprint("open311", __name__)
V2 = "/open311/v2"
FORM = "<any(json, xml):form>"
MOST = 1000  # as the standard has it, with the span of days
SPAN = timedelta(days=90)
RETRY_SECONDS = 600


@routes.get(f"{V2}/discovery.{FORM}")
def discovery(form: str) -> Response:
    """Say what is served here."""
    address = f"{current.settings().public_url}{V2}"
    only_sample = open311.has_only_sample(current.session())
    contact = current.settings().public_url
    return _answer("discovery", answers.discovery(address, contact, sample=only_sample), form)


@routes.get(f"{V2}/services.{FORM}")
def services(form: str) -> Response:
    """List the kinds of cases."""
    _check_jurisdiction()
    return _answer("services", answers.services(), form)


@routes.get(f"{V2}/services/<code>.{FORM}")
def service(code: str, form: str) -> Response:
    """Say what more can be told of a kind."""
    if code not in open311.KINDS:
        raise NotFound
    offered = open311.offered(current.session(), _asked("jurisdiction_id"), current.now())
    return _answer("service_definition", answers.definition(code, offered), form)


@routes.get(f"{V2}/requests.{FORM}")
def listing(form: str) -> Response:
    """List what is public, the newest answers first."""
    _check_jurisdiction()
    states = _several("status")
    cases = [] if states and "closed" not in states else _found()
    return _answer("service_requests", [answers.published(case) for case in cases], form)


@routes.get(f"{V2}/requests/<reference>.{FORM}")
def show(reference: str, form: str) -> Response:
    """Show one public case, or where one stands to the system that sent it."""
    session = current.session()
    key = _asked("api_key")
    if key:
        case = answers.own(open311.sent(session, key, reference))
    else:
        case = answers.published(published_cases.one(session, reference))
    return _answer("service_requests", [case], form)


@routes.get(f"{V2}/tokens/<token>.{FORM}")
def token(token: str, form: str) -> Response:
    """Give the name of a case that a sending was answered with: here they are the same."""
    session = current.session()
    if not open311.is_known(session, token):
        published_cases.one(session, token)
    found: list[Value] = [{"service_request_id": token, "token": token}]
    return _answer("service_requests", found, form)


@routes.post(f"{V2}/requests.{FORM}")
def send(form: str) -> Response:
    """Open a case as the phone's form does, and hand out its name and the resident's code."""
    settings = current.settings()
    sent = open311.send(
        current.session(), _asked("api_key"), _sending(), settings.secret_key, current.now()
    )
    link = sent.code.link if sent.code is not None else ""
    taken = answers.taken(sent, f"{settings.public_url}/follow/{link}")
    answer = _answer("service_requests", [taken], form)
    answer.status_code = 201
    return answer


@routes.errorhandler(RuleBroken)
def refused(error: RuleBroken) -> Response:
    """Say what is wrong with what was sent, naming its field."""
    if error.code == "too_many":
        answer = _error(429, in_words(error))
        answer.headers["Retry-After"] = str(RETRY_SECONDS)
        return answer
    faults = problems_of(error).items()
    return _error(400, " ".join(f"{name}: {words}" if name else words for name, words in faults))


@routes.errorhandler(NotFound)
def not_found(_refusal: NotFound) -> Response:
    """Say that nothing public, no unit or no kind has this name."""
    words = _("Không có jurisdiction_id, service_code hay service_request_id nào như vậy.")
    return _error(404, words)


@routes.errorhandler(NotAllowed)
def not_allowed(_refusal: NotAllowed) -> Response:
    """Say that the key is missing or not known."""
    return _error(403, _("Thiếu api_key, hoặc khoá không đúng hay đã bị thu hồi."))


def _sending() -> Request:
    names = (_asked("first_name"), _asked("last_name"))
    return Request(
        kind=_asked("service_code"),
        description=_asked("description"),
        jurisdiction=_asked("jurisdiction_id"),
        procedure=_asked(f"attribute[{answers.PROCEDURE}]"),
        place=_place(),
        name=" ".join(name for name in names if name),
        phone=_asked("phone"),
        consent=_asked(f"attribute[{answers.CONSENT}]") == "yes",
        language=str(get_locale()),
        own_id=request.headers.get("Idempotency-Key", "").strip()[:200],
    )


def _place() -> str:
    """Give where it happened as it was sent: words, a known place's name or coordinates."""
    words = _asked("address_string") or _asked("address_id")
    if words or not (_asked("lat") and _asked("long")):
        return words
    return f"{_asked('lat')}, {_asked('long')}"


def _found() -> list[published_cases.PublicCase]:
    references = _several("service_request_id")
    today = local_date(current.now(), USUAL_ZONE)
    usual = date.min if references or _asked("end_date") else today - SPAN
    span = Span(
        unit=_asked("jurisdiction_id"),
        references=references,
        kinds=_several("service_code"),
        first=_date("start_date", usual),
        last=_date("end_date", date.max),
    )
    return published_cases.within(current.session(), span, MOST)


def _date(name: str, otherwise: date) -> date:
    text = _asked(name).replace(" ", "+")  # a plus that an address turned into a blank
    if not text:
        return otherwise
    try:
        return local_date(answers.as_utc(datetime.fromisoformat(text)), USUAL_ZONE)
    except (ValueError, OverflowError):
        words = N_("Xin ghi ngày giờ theo ISO 8601.")
        raise Invalid("date_wrong", words, field=name) from None


def _check_jurisdiction() -> None:
    code = _asked("jurisdiction_id")
    if code:
        open311.jurisdiction(current.session(), code, current.now())


def _asked(name: str) -> str:
    """Give a parameter; what is empty counts as not given."""
    return request.values.get(name, "").strip()


def _several(name: str) -> list[str]:
    return [part.strip() for part in _asked(name).split(",") if part.strip().isprintable() and part]


def _answer(root: str, value: Value, form: str) -> Response:
    if request.method == "GET":
        holds_no_secret()
    return Response(written(root, value, form), content_type=TYPES[form])


def _error(status: int, words: str) -> Response:
    form = (request.view_args or {}).get("form", "xml")
    answer = Response(
        written("errors", [{"code": status, "description": words}], form),
        content_type=TYPES[form],
    )
    answer.status_code = status
    return answer
