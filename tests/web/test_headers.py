"""Headers of every kind of answer, cookies, and what the log of a served process never holds."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from shared.audit import sign_session
from shared.config import Settings
from shared.db import make_engine
from shared.web.app import LARGEST_BODY_BYTES
from shared.web.headers import ALWAYS, OF_PAGES
from tests import cast, records
from tests.conftest import ORDINARY_MOMENT, Clock
from tests.infrastructure.applications import build, leave
from tests.infrastructure.databases import PostgresqlDatabases, SqliteDatabases
from tests.infrastructure.peopled import Peopled
from tests.infrastructure.server import Server, running_server
from tests.records import Records

HTTPS = "https://danhgia.example"
KEY = re.compile(r'name="csrf_token" value="([^"]+)"')
TOO_LONG = b"x" * (LARGEST_BODY_BYTES + 1)
KINDS: dict[str, tuple[int, Callable[[FlaskClient], TestResponse]]] = {
    "page": (200, lambda client: client.get("/follow")),
    "page without secrets": (200, lambda client: client.get("/demo")),
    "JSON": (200, lambda client: client.get("/healthz")),
    "redirect": (302, lambda client: client.get("/admin/today")),
    "host of somebody else": (400, lambda client: client.get("/", base_url="http://evil.example")),
    "form without key": (400, lambda client: client.post("/admin/sign-in")),
    "API without token": (401, lambda client: client.post("/api/v1/ratings", json={})),
    "nothing there": (404, lambda client: client.get("/nowhere")),
    "no such code": (404, lambda client: client.get("/follow/NN-0000-0000-0000")),
    "wrong method": (405, lambda client: client.post("/demo")),
    "too long": (413, lambda client: client.post("/follow", data=TOO_LONG)),
    "refused field": (422, lambda client: client.post("/follow", data={"code": "?"})),
}


def test_a_policy_lets_in_nothing_foreign_and_nothing_inline() -> None:
    policy = dict(
        part.strip().split(" ", 1) for part in OF_PAGES["Content-Security-Policy"].split(";")
    )
    for name in ("default-src", "script-src", "style-src", "form-action"):
        assert policy[name] == "'self'"
    for name in ("object-src", "base-uri", "frame-ancestors"):
        assert policy[name] == "'none'"


@pytest.mark.once
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_answer_is_safe_and_kept_by_nobody(client: FlaskClient, kind: str) -> None:
    status, ask = KINDS[kind]
    answer = ask(client)
    assert answer.status_code == status
    carries_what_it_must(answer)
    assert answer.headers.getlist("Cache-Control") == ["no-store"]


@pytest.mark.once
@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/static/css/base.css", "no-cache"),
        ("/static/kiosk/desk/main.js", "no-cache"),
        ("/static/fonts/be-vietnam-pro-latin-400-normal.woff2", "max-age=2592000"),
    ],
)
def test_a_part_of_a_page_is_safe_may_be_kept_and_says_nothing_that_binds_pages(
    client: FlaskClient, path: str, kept: str
) -> None:
    answer = client.get(path)
    again = client.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    for one, status in ((answer, 200), (again, 304)):
        assert one.status_code == status
        assert one.headers.getlist("X-Content-Type-Options") == ["nosniff"]
        assert one.headers.getlist("Cache-Control") == [kept]
        one.close()
    assert not {*OF_PAGES, "Content-Disposition"} & set(answer.headers.keys())


@pytest.mark.once
@pytest.mark.parametrize("path", ["/static/img/mark.svg", "/static/nothing.css", "/desk-worker.js"])
def test_a_picture_an_error_and_the_worker_are_bound_as_pages_are(
    client: FlaskClient, path: str
) -> None:
    with closing(client.get(path)) as answer:
        carries_what_it_must(answer)


@pytest.mark.once
def test_a_failure_is_safe_too_and_tells_nothing(app: Flask, client: FlaskClient) -> None:
    def fail() -> str:
        raise RuntimeError("Bí-mật")

    app.view_functions = {**app.view_functions, "kiosk.complaints.ask_code": fail}
    answer = client.get("/follow")
    assert answer.status_code == 500
    carries_what_it_must(answer)
    assert "Bí-mật" not in answer.get_data(as_text=True)


@pytest.mark.once
def test_pages_of_staff_are_kept_by_nobody(peopled: Peopled) -> None:
    for path in ("/admin/today", "/admin/complaints", "/admin/ratings", "/admin/organisation"):
        answer = peopled.get(path, "root")
        assert answer.status_code == 200
        carries_what_it_must(answer)
        assert answer.headers["Cache-Control"] == "no-store"


def carries_what_it_must(answer: TestResponse) -> None:
    """Expect each header once, as it is meant."""
    for name, value in {**ALWAYS, **OF_PAGES}.items():
        assert answer.headers.getlist(name) == [value]


@pytest.fixture
def by_https(settings: Settings, clock: Clock) -> Iterator[Flask]:
    """The application of an office that has a name on the network."""
    app = build(
        replace(settings, public_url=HTTPS, trusted_hosts=("danhgia.example",)),
        clock,
    )
    yield app
    leave(app)


@pytest.mark.once
def test_an_office_that_has_https_is_asked_by_nothing_else(app: Flask, by_https: Flask) -> None:
    for path in ("/follow", "/static/css/base.css", "/nowhere"):
        with closing(by_https.test_client().get(path, base_url=HTTPS)) as answer:
            told = answer.headers.getlist("Strict-Transport-Security")
        assert told == ["max-age=31536000"]
        with closing(app.test_client().get(path)) as answer:
            assert "Strict-Transport-Security" not in answer.headers


@pytest.mark.once
@pytest.mark.parametrize("base", [HTTPS, "http://127.0.0.1:8000"])
def test_cookies_are_for_this_site_and_no_script(
    app: Flask, by_https: Flask, session: Session, clock: Clock, base: str
) -> None:
    cast.build(session, clock())
    password = cast.password_of(session, "head-sen", clock())
    person = (by_https if base == HTTPS else app).test_client()
    page = person.get("/admin/sign-in?lang=en", base_url=base)
    key = KEY.findall(page.get_data(as_text=True))[0]
    seen = page.headers.getlist("Set-Cookie")
    for path, fields in (
        ("/admin/sign-in", {"name": "head-sen", "password": password}),
        ("/admin/sign-out", {}),
    ):
        sent = {**fields, "csrf_token": key}
        # As a browser sends it: Referrer-Policy forbids it to say where the form came from.
        answer = person.post(path, data=sent, base_url=base, headers={"Origin": "null"})
        assert answer.status_code == 302, answer.get_data(as_text=True)
        seen += answer.headers.getlist("Set-Cookie")
    morsels = [morsel for header in seen for morsel in SimpleCookie(header).values()]
    bound = "__Host-" if base == HTTPS else ""
    staff = f"{bound}niemno"
    assert [one.key for one in morsels].count(staff) == 2  # given, and taken back
    assert {one.key for one in morsels} == {staff, "lang", f"{bound}session"}
    for one in morsels:
        assert (bool(one["httponly"]), one["samesite"]) == (True, "Lax"), one
        assert bool(one["secure"]) is (base == HTTPS), one
        assert one["path"] == "/", one
        assert not one["domain"], one


@pytest.mark.thorough
def test_a_log_holds_no_token_code_password_or_word_of_a_resident(
    databases: SqliteDatabases | PostgresqlDatabases, tmp_path: Path
) -> None:
    with databases.fresh() as url:
        engine = make_engine(url)
        with Session(engine) as session:
            sign_session(session, "system", ORDINARY_MOMENT)
            units = records.fill(session, cast.build(session, ORDINARY_MOMENT), ORDINARY_MOMENT)
            password = cast.password_of(session, "head-sen", ORDINARY_MOMENT)
        secrets = what_is_secret(units["sen"], password)
        with running_server(tmp_path, DATABASE_URL=url) as server:
            use(server, secrets)
            with without_tables(engine, "complaint", "rating"):
                use(server, secrets)
        engine.dispose()
    log = server.log.read_text()
    assert "POST kiosk.phone.send_complaint failed" in log
    assert "127.0.0.1 " not in log
    assert [name for name, secret in secrets.items() if secret in log] == []


@contextmanager
def without_tables(engine: Engine, *tables: str) -> Iterator[None]:
    """Let everything that needs these tables fail, loudly."""
    away = [f"ALTER TABLE {table} RENAME TO {table}_gone" for table in tables]
    back = [f"ALTER TABLE {table}_gone RENAME TO {table}" for table in tables]
    try:
        _run(engine, away)
        yield
    finally:
        _run(engine, back)


def _run(engine: Engine, statements: Iterable[str]) -> None:
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def what_is_secret(unit: Records, password: str) -> dict[str, str]:
    """Name what must stay out of every file."""
    return {
        "code": unit.code,
        "desk": unit.desk_token,
        "kiosk": unit.kiosk_token,
        "password": password,
        "staff": records.token_of("head-sen"),
        "words": "Toi-ten-Lan",
        "phone": "0987654321",
    }


def use(server: Server, secrets: dict[str, str]) -> None:
    """Send every secret by the ways it is sent, and once in a line that is no request."""
    desk, code = secrets["desk"], secrets["code"]
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    kiosk = {"Content-Type": "application/json", "Authorization": f"Bearer {secrets['kiosk']}"}
    complaint = {"kind": "report", "body": secrets["words"], "contact_phone": secrets["phone"]}
    complaint |= {"id": "11111111-1111-4111-8111-111111111111", "consent": "yes"}
    signing = {"name": "head-sen", "password": secrets["password"]}
    touch = {"device_time": "2026-11-18T09:30:00+07:00", "ratings": [{"id": "?"}]}
    for method, path, body, headers in (
        ("GET", f"/follow/{code}", "", {}),
        ("POST", "/follow", urlencode({"code": code}), form),
        ("GET", f"/q/{desk}", "", {}),
        ("POST", f"/q/{desk}/complaint", urlencode(complaint), form),
        ("GET", f"/qr/{desk}.svg", "", {}),
        ("POST", "/admin/sign-in", urlencode(signing), form),
        ("GET", "/admin/today", "", {"Cookie": f"niemno={secrets['staff']}"}),
        ("POST", "/api/v1/ratings", json.dumps(touch), kiosk),
        ("GET", "/api/v1/screen", "", kiosk),
        ("GET", f"/follow/{code}?{'x' * 5000}", "", {}),
        (f"G({secrets['staff']})", f"/q/{desk}", "", kiosk),
    ):
        connection = HTTPConnection("127.0.0.1", int(server.url.rpartition(":")[2]), timeout=30)
        connection.request(method, path, body, headers)
        connection.getresponse().read()
        connection.close()
