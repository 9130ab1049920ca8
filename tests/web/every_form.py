"""Every form of both doors, found on the pages themselves, with who may send it."""

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote_plus, urlsplit

from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from tests.infrastructure.crawling import Form, crawl, forms
from tests.infrastructure.peopled import NOBODY, Peopled
from tests.web.every_page import CALENDAR, YEAR

ROW = re.compile(r"(?:-\d+|_\w+)$")  # such as target-12: one row stands for all
EXAMPLES = {
    "code": "vi-du",
    "name": "vi-du",
    "target": "50",
    "month": "2026-10",
    "paper_only": "3",
    "administrative_code": "12345",
    "starts": "07:30",
    "ends": "11:30",
    "starts_on": "2026-01-01",
    "ends_on": "2026-12-31",
    "weekdays": "T2",
    "password": "",
    "url": "https://vi-du.example/",
    "panel": "15,6",
    "series": "vi-du",
    "amount": "3",
    "hours": "07:30-11:30",
    # What registers count and measure.
    "year": "2025",
    "from_year": "2025",
    "people": "2",
    "planned": "3",
    "done": "2",
    "mark": "7,5",
    "points": "7",
    "most_points": "10",
    "below": "50",
    "fallen_by": "5",
    "share": "2/3",
}
NOT_A_PAGE = {"admin.sign_in.sign_out", "admin.account.password"}  # they end the sessions


@dataclass(frozen=True)
class Place:
    """A form with its endpoint and somebody who may send it."""

    who: str
    endpoint: str
    form: Form

    def __str__(self) -> str:
        return f"{self.form.method.upper()} {self.form.action} as {self.who or 'nobody'}"

    def varied(self) -> list[str]:
        """Name the fields worth trying: the keys that a person or a script may change."""
        chosen: dict[str, str] = {}
        for name, kind in self.form.types.items():
            if name not in {"csrf_token", "act"} and kind != "file":
                chosen.setdefault(_row(name), name)
        return list(chosen.values())


def _row(name: str) -> str:
    if re.search(r"-\d+$|^column_", name):
        return ROW.sub("", name)
    return re.sub(r"^day_\d", "day", name)  # one day of a week stands for all


def every_form(peopled: Peopled) -> list[Place]:
    """Collect the forms of all pages, one for each thing that can be sent, filled in."""
    found: dict[object, Place] = {}
    for who, address, page in _pages(peopled):
        for form in forms(address, page):
            place = _place(peopled, who, form)
            if place is not None:
                found.setdefault(_kind(peopled, place), place)
    return [accepted(peopled, place) for place in found.values()]


def send(
    peopled: Peopled, place: Place, changes: Mapping[str, str], *, keep: bool = False
) -> TestResponse:
    """Send a form with some fields changed; text that is no text goes over as raw bytes."""
    fields = {**place.form.fields, **changes}
    if "csrf_token" in place.form.types:
        fields["csrf_token"] = peopled.csrf(place.who)
    body = "&".join(
        f"{quote_plus(name)}={quote_plus(value, errors='surrogatepass')}"
        for name, value in fields.items()
    )
    person, path = peopled.person(place.who), urlsplit(place.form.action)
    if place.form.method == "get":
        answer = person.get(f"{path.path}?{body}")
    else:
        kind = "application/x-www-form-urlencoded"
        answer = person.post(place.form.action, data=body, content_type=kind)
    answer.get_data()
    answer.close()
    if answer.status_code < 400 and not keep:
        peopled.put_back()
    return answer


def _pages(peopled: Peopled) -> Iterator[tuple[str, str, str]]:
    sen = peopled.units["sen"]
    draft = f"/admin/campaigns/{sen.draft}"
    starts = [f"{draft}/setup", f"{draft}/weights/collective", f"{draft}/competitors", "/admin/"]
    for address, page in crawl(peopled, "root", starts, "/admin").items():
        yield "root", address, page
    single = {
        "head-sen": [
            f"/admin/dossiers/import/{sen.readings['head-sen']}",
            f"/admin/complaints/{sen.number}",
        ],
        NOBODY: [
            "/admin/sign-in?next=/admin/today",
            "/follow",
            f"/follow/{sen.code}",
            f"/follow/{sen.code}/erasure",
            f"/follow/{sen.code_naming}/erasure",
            f"/q/{sen.desk_token}",
            f"/q/{sen.dossier_token}",
            f"/q/{sen.desk_token}/complaint",
            f"/c/{sen.continuation_token}",
        ],
    }
    table = b"code,name,unit,valid_from\nCB-2,Mai,SEN,01/07/2025\n"
    path = "/admin/organisation/officers/import"
    looked = peopled.post(path, {"file": (io.BytesIO(table), "cb.csv")}, "root")
    yield "root", path, looked.get_data(as_text=True)
    path = "/admin/organisation/calendar/ical"
    looked = peopled.post(path, {"file": (io.BytesIO(CALENDAR), "lich.ics")}, "root")
    yield "root", path, looked.get_data(as_text=True)
    path = "/admin/organisation/calendar/year?year=2027"
    yield "root", path, peopled.post(path, YEAR, "root").get_data(as_text=True)
    for who, addresses in single.items():
        for address in addresses:
            yield who, address, peopled.get(address, who).get_data(as_text=True)


def _place(peopled: Peopled, who: str, form: Form) -> Place | None:
    adapter = peopled.app.url_map.bind("127.0.0.1")
    try:
        endpoint, _values = adapter.match(urlsplit(form.action).path, form.method.upper())
    except HTTPException as error:
        raise AssertionError(f"{form.page}: a form leads nowhere: {form.action}") from error
    if endpoint in NOT_A_PAGE:
        return None
    return Place(who, str(endpoint), form)


def accepted(peopled: Peopled, place: Place) -> Place:
    """Give the form as a person would fill it in, so that one bad field is alone."""
    sen = peopled.units["sen"]
    own = {
        "admin.kiosks.pair": {"code": sen.user_code},
        "kiosk.complaints.enter_code": {"code": sen.code},
        "admin.sign_in.form": {"name": "nobody", "password": "wrong"},
        "admin.questionnaires.put_to_use": {"valid_to": "2026-12-31"},
        "admin.award_councils.seat": {"chair": ""},
        "admin.organisation.new": {"successor": "LUA", "hours": ""},
        "admin.absences.hand_over": {"to": str(sen.accounts["head-sen"])},
    }
    known = own.get(place.endpoint, {})
    for form in (place.form, replace(place.form, fields=_filled(place.form, known))):
        filled = replace(place, form=form)
        if send(peopled, filled, {}).status_code < 400:
            return filled
    return filled


def _filled(form: Form, known: Mapping[str, str]) -> dict[str, str]:
    """Give what stands empty something to hold, and what is known of a form, what it needs."""
    examples = {"text": "Ví dụ", "textarea": "Nội dung đủ dài để được nhận", "date": "2026-11-02"}
    return {
        name: value
        or EXAMPLES.get(name, "")
        or form.choices.get(name, "")
        or examples.get(form.types[name], "")
        for name, value in form.fields.items()
    } | {name: value for name, value in known.items() if name in form.fields}


def _kind(peopled: Peopled, place: Place) -> object:
    """Tell what is sent apart by endpoint and by the words of the address."""
    path, method = urlsplit(place.form.action).path, place.form.method.upper()
    _endpoint, values = peopled.app.url_map.bind("127.0.0.1").match(path, method)
    # One search through lists reads what it is asked alike, whatever they hold.
    asks = method == "GET" and frozenset(place.form.types)
    words = [values.get(name) for name in ("noun", "kind", "form") if not asks]
    anybody = place.who == NOBODY
    return method, place.endpoint, asks, *words, anybody and values.get("token")
