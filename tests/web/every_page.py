"""Every page of both doors, each opened by somebody who may, and those that answer a form."""

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

import pytest
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

import kiosk.views.phone
from kiosk.slowing import MOST_WAITING, Slowing
from shared.audit import sign_session
from shared.domain.access import Role
from shared.jobs import loop
from tests import cast
from tests.access.addresses import addresses
from tests.access.table import ANYBODY, STAFF
from tests.infrastructure.crawling import HTML, parse
from tests.infrastructure.peopled import NOBODY, Peopled

GET = "GET "
# Who sees most of a page comes first.
OPENING = (
    Role.HEAD,
    Role.ADMIN,
    Role.ORGANISER,
    Role.OFFICER,
    Role.REVIEWER,
    Role.INSPECTOR,
)
RATING = {"id": str(UUID(int=7, version=4)), "score": "5"}
COMPLAINT = {"id": str(UUID(int=8, version=4)), "kind": "report", "body": "Chờ lâu buổi sáng."}
REPORT = {"matter": "broker", "text": "Có người ở cổng đòi 300 nghìn để lấy số."}
COLUMNS = {
    "column_code": "Mã hồ sơ",
    "column_received_on": "Ngày tiếp nhận",
    "column_due_on": "Ngày hẹn trả",
    "act": "import",
}
YEAR = {"on": "2027-01-01", "by_law": "Bộ luật Lao động 2019"}
HOURS = {
    "day_0_morning_from": "08:00",
    "day_0_morning_to": "12:00",
    "valid_from": "2026-12-01",
    "document": "Quyết định mẫu",
}
CALENDAR = b"""BEGIN:VCALENDAR
BEGIN:VEVENT
DTSTART;VALUE=DATE:20270102
SUMMARY:L\xc3\xa0m b\xc3\xb9
END:VEVENT
BEGIN:VEVENT
SUMMARY:Nghi
END:VEVENT
END:VCALENDAR
"""
ACCOUNT = {"name": "mai", "full_name": "Lý Mai", "role": "officer"}
ACCOUNTS = "name,full_name,role,unit\nduc,Đức,head,SEN\n"
ACCOUNTS_WRONG = f"{ACCOUNTS}mai,Mai,chief,SEN\n"
VERSION = re.compile(r'name="version" value="(\d+)"')
CHOSEN = re.compile(r'name="case" value="([^"]+)"')
EXTENDED = re.compile(r'{% extends "([^"]+)"')


@dataclass(frozen=True)
class Opened:
    """A page as it was answered."""

    who: str
    path: str
    endpoint: str  # nothing when it answers a form
    text: str


def every_page(peopled: Peopled) -> list[Opened]:
    """Open everything that can be asked for by its address; give what is a page."""
    return [page for name in sorted(asked_for()) for page in _pages(peopled, name)]


def unlike(pages: Iterable[Opened]) -> list[Opened]:
    """Leave out pages of an endpoint that show nothing its others do not show."""
    shown: dict[str, set[object]] = {}
    kept = []
    for page in pages:
        kinds = {
            (item.tag, *(item.get(name) for name in ("class", "type", "role")))
            for item in parse(page.text).iter()
        }
        seen = shown.setdefault(page.endpoint or page.path, set())
        if not kinds <= seen:
            seen |= kinds
            kept.append(page)
    return kept


def speak(peopled: Peopled, language: str) -> None:
    """Let every person's browser ask for a language."""
    people = [f"{role}-{key}" for role in Role for key in peopled.units]
    for who in (NOBODY, "root", *people):
        peopled.person(who).set_cookie("lang", language)


def asked_for() -> set[str]:
    """Name every listed endpoint that a browser asks for by its address."""
    return {name.removeprefix(GET) for name in ANYBODY | STAFF.keys() if name.startswith(GET)}


def page_templates(peopled: Peopled) -> set[str]:
    """Name the templates that are whole pages: no pieces, and no frames that others fill."""
    environment = peopled.app.jinja_env
    assert environment.loader is not None
    names = {name for name in environment.list_templates() if "/_" not in name}
    texts = [environment.loader.get_source(environment, name)[0] for name in names]
    frames = {frame for text in texts for frame in EXTENDED.findall(text)}
    return {name for name in names - frames if not name.startswith("macros/")}


def _pages(peopled: Peopled, endpoint: str) -> Iterator[Opened]:
    who = _opener(endpoint)
    for path in addresses(peopled.app, endpoint, peopled.units["sen"], who):
        answer = peopled.get(path, who)
        assert answer.status_code < 500, path
        if answer.status_code == 200 and answer.mimetype == HTML:
            yield Opened(who, path, endpoint, answer.get_data(as_text=True))


def _opener(endpoint: str) -> str:
    allowed = STAFF.get(GET + endpoint)
    if allowed is None:
        return NOBODY
    return next(f"{role}-sen" for role in OPENING if role in allowed)


def after_sending(peopled: Peopled) -> list[Opened]:
    """Give the pages that nobody reaches by an address alone, refusals among them."""
    sen, lua = peopled.units["sen"], peopled.units["lua"]
    slip, desk = f"/q/{sen.dossier_token}", f"/q/{sen.desk_token}"
    searches = [f"/procedures/{sen.code_of_unit}?q={words}" for words in ("dang+ky", "khong+co")]
    sign_in = "/admin/sign-in"
    return [
        *(_sent(peopled, path, {}) for path in (desk, f"{desk}/complaint", "/follow", sign_in)),
        _sent(peopled, desk, {"score": "5"}),
        _sent(peopled, slip, RATING),
        _of(NOBODY, slip, peopled.get(slip)),
        _sent(peopled, f"{desk}/complaint", COMPLAINT),
        _sent(peopled, f"/c/{sen.continuation_token}", {}),
        _sent(peopled, f"/c/{sen.continuation_token}", {"comment": "Xin thêm ghế"}),
        _of(NOBODY, "/c/used", peopled.get(f"/c/{sen.continuation_token}")),
        _sent(peopled, f"{desk}/sealed", {}),
        *(_of(NOBODY, path, peopled.get(path)) for path in searches),
        _sent(peopled, f"{desk}/sealed", REPORT),
        _busy(peopled, desk),
        _sent(
            peopled, "/admin/accounts", {**ACCOUNT, "unit_id": str(sen.place.unit_id)}, "admin-sen"
        ),
        _sent(peopled, "/admin/accounts", {}, "admin-sen"),
        _sent(peopled, "/admin/accounts/import", {"text": ACCOUNTS_WRONG}, "admin-sen"),
        _sent(peopled, "/admin/accounts/import", {"text": ACCOUNTS}, "admin-sen"),
        _sent(peopled, "/admin/accounts/import/apply", {"text": ACCOUNTS}, "admin-sen"),
        _sent(peopled, "/admin/accounts/import/apply", {"text": ACCOUNTS}, "admin-sen"),  # again
        _sent(peopled, "/admin/organisation/desks/new", {}, "admin-sen"),
        _sent(peopled, "/admin/organisation/calendar/year?year=2027", YEAR, "root"),
        _sent(peopled, "/admin/organisation/calendar/hours", HOURS, "root"),
        _ical(peopled),
        _sent(peopled, "/admin/password", {"old": "?"}, "head-sen"),
        _sent(peopled, f"/admin/dossiers/{lua.dossier_id}/slip", {}, "head-lua"),
        _imported(peopled),
        _resumed(peopled),
        _passed_on(peopled),
        *_stepped(peopled),
        _of(NOBODY, "/nowhere", peopled.get("/nowhere")),
        _of("head-sen", "/admin/accounts", peopled.get("/admin/accounts", "head-sen")),
    ]


def _sent(peopled: Peopled, path: str, fields: Mapping[str, str], who: str = NOBODY) -> Opened:
    return _of(who, path, peopled.post(path, fields, who))


def _of(who: str, path: str, answer: TestResponse) -> Opened:
    assert answer.mimetype == HTML, path
    assert answer.status_code < 500 or answer.status_code == 503, path
    assert "Location" not in answer.headers, path
    return Opened(who, path, "", answer.get_data(as_text=True))


def _ical(peopled: Peopled) -> Opened:
    path = "/admin/organisation/calendar/ical"
    answer = peopled.post(path, {"file": (io.BytesIO(CALENDAR), "lich.ics")}, "root")
    return _of("root", path, answer)


def _busy(peopled: Peopled, path: str) -> Opened:
    full = Slowing(free=0, clock=lambda: 0.0, sleep=lambda _seconds: None)
    for _place in range(MOST_WAITING):
        full._places.take()
    patch = pytest.MonkeyPatch()
    patch.setattr(kiosk.views.phone, "slowing", full)
    try:
        return _sent(peopled, path, RATING)
    finally:
        patch.undo()


def _imported(peopled: Peopled) -> Opened:
    who = "head-sen"
    path = f"/admin/dossiers/import/{peopled.units['sen'].readings[who]}"
    waiting = peopled.post(path, COLUMNS, who).location or ""
    loop.run_waiting(peopled.settings, peopled.clock())
    done = f"/admin/dossiers/import/{waiting.rpartition('/')[2]}"
    return _of(who, done, peopled.get(done, who))


def _passed_on(peopled: Peopled) -> Opened:
    """Read a case again that the unit passed to another one."""
    who, path = "head-sen", f"/admin/complaints/{peopled.units['sen'].number}"
    version = VERSION.search(peopled.get(f"{path}/transfer", who).get_data(as_text=True))
    assert version is not None
    fields = {
        "unit": str(peopled.units["lua"].place.unit_id),
        "words": "Việc này thuộc Phường Lúa Vàng.",
        "version": version.group(1),
    }
    assert peopled.post(f"{path}/transfer", fields, who).status_code == 303
    return _of(who, path, peopled.get(path, who))


def _stepped(peopled: Peopled) -> Iterator[Opened]:
    """Choose cases for one step: none named, answers before they are sent, and one that is done."""
    who, path = "head-sen", "/admin/work-steps"
    ticked = CHOSEN.findall(peopled.get("/admin/work?who=unit", who).get_data(as_text=True))
    answer = {"step": "answer", "bulk-template": str(peopled.units["sen"].template)}
    for step in ({}, answer, {"step": "link", "bulk-original": ticked[0].partition(":")[0]}):
        yield _sent(peopled, path, {**step, "case": ticked[-1]}, who)


def _resumed(peopled: Peopled) -> Opened:
    """Sign in again with a form that was held meanwhile."""
    who, held = "officer-sen", "Đã hẹn lại vào thứ Hai."
    with Session(peopled.engine) as session:
        sign_session(session, "system", peopled.clock())
        password = cast.password_of(session, who, peopled.clock())
    fields = {"name": who, "password": password, "held_path": "/admin/work", "held.text": held}
    page = _sent(peopled, "/admin/sign-in", fields)
    assert held in page.text
    return page
