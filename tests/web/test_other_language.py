"""The way to the other language: it keeps what the address asks for, and errors offer it too."""

import html
import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask, render_template
from werkzeug.exceptions import (
    Forbidden,
    HTTPException,
    InternalServerError,
    NotFound,
    RequestEntityTooLarge,
    TooManyRequests,
)

import kiosk.views.phone
from kiosk.slowing import MOST_WAITING, Slowing
from tests.infrastructure.peopled import Peopled

SWITCH = re.compile(r'<a[^>]*href="([^"]*)"[^>]* hreflang="en"')
RATING = {"id": "00000000-0000-4000-8000-000000000007", "score": "5"}


def switch(page: str) -> str:
    """Give where the page's way to English leads."""
    found = SWITCH.findall(page)
    assert len(found) == 1, page
    return html.unescape(found[0])


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let so many send at once that nobody else can."""
    slowing = Slowing(free=0, clock=lambda: 0.0, sleep=lambda _seconds: None)
    for _place in range(MOST_WAITING):
        slowing._places.take()
    monkeypatch.setattr(kiosk.views.phone, "slowing", slowing)


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/admin/complaints", "q=gọi+số&state=received&page=1"),
        ("/admin/dossiers", "q=khai+sinh&state=late"),
        ("/admin/kiosks", "code=&desk=Một+cửa"),
        ("/admin/work", "who=unit&q=Hà+%26+em&tick=1&tick=2"),
        ("/nowhere", "q=gọi+số"),
        ("/answered", "q=gọi+số&unit=LUA&page=1"),
    ],
)
def test_a_search_stays_when_the_language_changes(peopled: Peopled, path: str, query: str) -> None:
    who = "head-sen" if path.startswith("/admin/") else ""
    if path == "/admin/kiosks":
        who = "admin-sen"
    led = urlsplit(switch(peopled.get(f"{path}?{query}&lang=vi", who).text))
    assert led.path in {"", path}
    assert sorted(parse_qsl(led.query)) == sorted([*parse_qsl(query), ("lang", "en")])


def test_every_page_of_residents_leads_to_itself(peopled: Peopled) -> None:
    unit = peopled.units["sen"]
    pages = [f"/q/{unit.desk_token}", f"/q/{unit.desk_token}/complaint", "/follow", "/answered"]
    pages += [f"/follow/{unit.code}{part}" for part in ("", "/why", "/slip", "/erasure")]
    for path in [*pages, f"/sealed/{unit.sealed_code}", "/follow/no-such-code"]:
        page = peopled.get(f"{path}?from=qr&lang=vi")
        assert page.status_code == (404 if "no-such" in path else 200), path
        assert switch(page.text) == "?from=qr&lang=en", path


def test_no_way_leads_off_a_page_that_answers_a_form(peopled: Peopled) -> None:
    unit = peopled.units["sen"]
    filed = {"kind": "report", "body": "Ghế chờ ở quầy bị gãy."}
    for path, fields, status in [
        (f"/q/{unit.desk_token}", {"comment": "Chờ lâu."}, 422),
        (f"/q/{unit.desk_token}/complaint", filed, 200),
        ("/follow", {"code": "1234"}, 422),
        (f"/follow/{unit.code}/erasure", {"scope": "all"}, 422),
    ]:
        page = peopled.post(path, fields)
        assert (page.status_code, "hreflang" in page.text) == (status, False), path


def test_who_mistyped_a_password_still_goes_on_to_where_they_wanted(peopled: Peopled) -> None:
    wanted = {"next": "/admin/complaints?q=a&page=2"}
    first = peopled.get("/admin/sign-in", query_string=wanted)
    again = peopled.post("/admin/sign-in", {**wanted, "name": "head-sen", "password": "sai"})
    for page in (first, again):
        led = urlsplit(switch(page.text))
        assert (led.path, dict(parse_qsl(led.query))) == ("", {**wanted, "lang": "en"})


def test_a_page_that_was_not_found_is_told_in_english(peopled: Peopled) -> None:
    refused = peopled.get("/q/nothing")
    assert (refused.status_code, switch(refused.text)) == (404, "?lang=en")
    assert "Not found" in peopled.get("/q/nothing?lang=en").text


@pytest.mark.parametrize(
    "error",
    [Forbidden(), RequestEntityTooLarge(), TooManyRequests(), InternalServerError(), NotFound()],
)
def test_every_error_is_told_with_a_way_to_english(
    peopled: Peopled, monkeypatch: pytest.MonkeyPatch, error: HTTPException
) -> None:
    def fail(**_token: str) -> None:
        raise error

    path = f"/q/{peopled.units['sen'].desk_token}"
    monkeypatch.setitem(peopled.app.view_functions, "kiosk.phone.rate", fail)
    monkeypatch.setitem(peopled.app.view_functions, "kiosk.phone.send_rating", fail)
    for refused in (peopled.get(path), peopled.post(path, RATING)):
        assert (refused.status_code, switch(refused.text)) == (error.code, "?lang=en")


@pytest.mark.parametrize(
    ("path", "led"),
    [
        ("/follow/code/reply", "/follow/code?lang=en"),
        ("//nowhere.example/there/reply", "/nowhere.example/there?lang=en"),
        ("/nowhere", "/?lang=en"),
        ("/admin/complaints/PA-1/answer", "/admin/?lang=en"),
    ],
)
def test_what_takes_only_forms_leads_to_the_page_of_the_form(
    app: Flask, path: str, led: str
) -> None:
    asked = {"PATH_INFO": path}
    with app.test_request_context("/", method="POST", environ_overrides=asked):
        assert switch(render_template("error.html", message="", status=404, typed=[])) == led


@pytest.mark.usefixtures("full")
def test_what_waits_to_be_sent_again_is_kept_in_either_language(peopled: Peopled) -> None:
    path = f"/q/{peopled.units['sen'].desk_token}"
    page = peopled.post(path, {**RATING, "comment": "Chờ lâu."}).text
    assert 'formaction="?lang=en"' in page
    assert "hreflang" not in page
    again = peopled.post(f"{path}?lang=en", {**RATING, "comment": "Chờ lâu."}).text
    assert "Send again" in again
    assert "Chờ lâu." in again
