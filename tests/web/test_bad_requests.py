"""Requests that no page of ours would send: strange bodies, files, addresses and JSON."""

import io
import json
from collections.abc import Collection, Iterable, Iterator
from urllib.parse import quote, quote_plus, unquote, urlencode

import pytest
from flask import Flask, request
from werkzeug.exceptions import HTTPException

from admin.auth import UNATTENDED
from tests.access.addresses import addresses
from tests.access.table import ANYBODY, STAFF
from tests.infrastructure.peopled import NOBODY, Peopled
from tests.web.every_form import Place
from tests.web.readers import Sent

# Every page reads the language and whether anybody looks; an organisation there is none of is not
# found, and ends it. A field without a name is looked for, and never there.
ELSEWHERE = {"lang", "org", UNATTENDED, "None"}
FORM, PARTS = "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"
BODIES: dict[str, tuple[str, bytes]] = {
    "text of another encoding": (FORM, "name=Nguyễn&body=Chào".encode("utf-16")),
    "signs of a single byte": (FORM, b"name=%E9%FF&body=\xe9\xff&code=\x80"),
    "another encoding announced": (f"{FORM}; charset=utf-16", b"name=a"),
    "an unknown encoding announced": (f"{FORM}; charset=nonsense", b"name=a"),
    "JSON": ("application/json", b'{"name": "a"}'),
    "no kind at all": ("", b"name=a"),
    "a kind that is none": ("x/y/z; ;=", b"name=a"),
    "parts that never end": (PARTS, b"--x\r\nContent-Disposition: form-data; name=body\r\n\r\nabc"),
    "parts without a name": (PARTS, b"--x\r\nContent-Disposition: form-data\r\n\r\na\r\n--x--"),
    "parts without a boundary": ("multipart/form-data", b"--x\r\n\r\na\r\n--x--"),
    "a file for every text": (
        PARTS,
        b'--x\r\nContent-Disposition: form-data; name="body"; filename="a"\r\n\r\na\r\n--x--\r\n',
    ),
    "ten thousand fields": (FORM, b"&".join(b"f%d=1" % number for number in range(10_000))),
}
TIMES = 1_000
# What PostgreSQL may take otherwise than SQLite. What is no text never reaches it, see below; a
# word that is compared may be as long as it likes, and what is no number is refused before.
TAKEN_OTHERWISE = {"more than 32 bits", "a NUL"}
FILES_TAKEN_OTHERWISE = {"a NUL", "dates of no year", "bytes that are no text"}
PIECES = {
    "too many figures": "9" * 5_000,
    "more than 64 bits": "9223372036854775808",
    "more than 32 bits": "2147483648",
    "zero": "0",
    "a negative number": "-1",
    "a NUL": "%00",
    # Read as the same signs: see test_what_is_no_text_is_read_as_signs_that_every_database_takes.
    "bytes that are no text": "%ff%fe%ED%A0%80",
    "a way out": "..%2f..%2fetc%2fpasswd",
    "a query and markup": "%27%20OR%201=1--%3Cscript%3E",
    "a long word": "x" * 4_000,
    "a dot": "%2e",
}
# To a key that is a word each of these is one more word: each is given one of them.
FIGURES = (
    "too many figures",
    "more than 64 bits",
    "more than 32 bits",
    "zero",
    "a negative number",
)
# In an address these are ways; in a question they are words like any others.
WORDS = ("bytes that are no text", "a way out", "a query and markup", "a dot")
QUESTIONS = {
    **{what: piece for what, piece in PIECES.items() if what not in WORDS},
    "words": "%20".join(PIECES[what] for what in WORDS),
}


def _once_unless(taken_otherwise: Collection[str], names: Iterable[str]) -> list[object]:
    return [
        name if name in taken_otherwise else pytest.param(name, marks=pytest.mark.once)
        for name in names
    ]


@pytest.mark.once
@pytest.mark.parametrize("piece", ["%ff%fe", "%ED%A0%80", "%E9%FF", "%80"])
def test_what_is_no_text_is_read_as_signs_that_every_database_takes(app: Flask, piece: str) -> None:
    body = {"data": f"word={piece}", "content_type": f"{FORM}; charset=utf-16"}
    with app.test_request_context(f"/{piece}?word={piece}", method="POST", **body):
        for text in (request.path, request.args["word"], request.form["word"]):
            assert set(text.encode().decode()) <= {*"/%", *piece.upper(), *piece.lower(), "\ufffd"}


# Its bytes are read before anybody asks a database: the test above tells what is left of them.
@pytest.mark.once
@pytest.mark.parametrize("what", BODIES)
def test_a_strange_body_is_refused_or_read_as_nothing(
    peopled: Peopled, places: list[Place], what: str
) -> None:
    """Where a body says something to a form, it is sent; one that says nothing is any other's."""
    kind, body = BODIES[what]
    said = _said(peopled, kind, body)
    turn, others = list(BODIES).index(what), len(BODIES)
    posting = [place for place in places if place.form.method == "post"]
    problems: list[str] = []
    for number, place in enumerate(posting):
        if said & place.form.types.keys() or number % others == turn:
            problems += _sent(peopled, place, kind, body)
    assert problems == []


@pytest.mark.once
def test_a_field_sent_a_thousand_times_is_refused_or_read(
    peopled: Peopled, places: list[Place]
) -> None:
    problems: list[str] = []
    for place in (place for place in places if place.form.method == "post" and place.form.types):
        name, value = list(place.form.fields.items())[-1]
        field = f"{quote_plus(name)}={quote_plus(value)}"
        problems += _sent(peopled, place, FORM, "&".join([field] * TIMES).encode())
    assert problems == []


def _said(peopled: Peopled, kind: str, body: bytes) -> set[str]:
    """Name the fields that the application reads in a body."""
    with peopled.app.test_request_context(method="POST", data=body, content_type=kind):
        try:
            return {*request.form, *request.files}
        except HTTPException:
            return set()


def _sent(peopled: Peopled, place: Place, kind: str, body: bytes) -> Iterator[str]:
    headers = {"X-CSRFToken": peopled.csrf(place.who)}
    answer = peopled.person(place.who).post(
        place.form.action, data=body, content_type=kind, headers=headers
    )
    if answer.status_code >= 500 or b"Traceback" in answer.data:
        yield f"{place} → {answer.status_code}"
    peopled.put_back()
    if "Set-Cookie" in answer.headers:
        peopled.forget()


@pytest.mark.parametrize("what", _once_unless(TAKEN_OTHERWISE, PIECES))
def test_a_strange_address_is_not_found(peopled: Peopled, unhurried: None, what: str) -> None:
    problems = []
    nowhere: set[str] = set()
    for method, address, who in strange_addresses(peopled, what):
        if not _leads_somewhere(peopled, method, address):
            if (method + who) in nowhere:
                continue  # no view is asked, so one address stands for all
            nowhere.add(method + who)
        ask = peopled.person(who).get if method == "GET" else peopled.person(who).post
        answer = ask(address, headers={"X-CSRFToken": peopled.csrf(who)})
        if answer.status_code >= 500 or (answer.status_code == 200 and method == "POST"):
            problems.append(f"{method} {address[:90]} → {answer.status_code}")
        answer.close()
    assert problems == []


def _leads_somewhere(peopled: Peopled, method: str, address: str) -> bool:
    try:
        peopled.app.url_map.bind("127.0.0.1").match(unquote(address, errors="replace"), method)
    except HTTPException:
        return False
    return True


def strange_addresses(peopled: Peopled, what: str) -> Iterator[tuple[str, str, str]]:
    """Put a piece in the place of every key of every address, one at a time."""
    sen = peopled.units["sen"]
    for name in (*STAFF, *ANYBODY):
        method, _, endpoint = name.partition(" ")
        who = "root" if name in STAFF else NOBODY
        rule = next(r for r in peopled.app.url_map.iter_rules() if r.endpoint == endpoint)
        for path in addresses(peopled.app, endpoint, sen, who)[:1]:
            parts = path.partition("?")[0].split("/")
            for place, word in enumerate(rule.rule.split("/")):
                if _takes(word, what, len(name) + place):
                    piece = PIECES[what] + word.partition(">")[2]
                    yield method, "/".join([*parts[:place], piece, *parts[place + 1 :]]), who


def _takes(word: str, what: str, turn: int) -> bool:
    """Tell whether a part of a rule is a key that is given a piece."""
    if not word.startswith("<") or "path:" in word:
        return False
    return ":" in word or what not in FIGURES or what == FIGURES[turn % len(FIGURES)]


_asked: dict[str, set[str]] = {}


@pytest.fixture
def asked(peopled: Peopled, monkeypatch: pytest.MonkeyPatch) -> dict[str, set[str]]:
    """The pages of staff, each with the names it reads in its address."""
    monkeypatch.setattr(peopled.app.request_class, "parameter_storage_class", Sent)
    for endpoint in (name.removeprefix("GET ") for name in STAFF if name.startswith("GET ")):
        path = addresses(peopled.app, endpoint, peopled.units["sen"], "root")[0].partition("?")[0]
        if path not in _asked:
            _asked[path] = set()
            for again in range(2):  # some are read only when others are there
                if _asked[path] or not again:
                    Sent.forget()
                    peopled.get(f"{path}?{urlencode(dict.fromkeys(_asked[path], '1'))}", "root")
                    _asked[path] |= Sent.asked - ELSEWHERE
    monkeypatch.undo()
    return _asked


def test_names_read_in_an_address_are_noticed(asked: dict[str, set[str]]) -> None:
    assert {"q", "state", "kind"} <= asked["/admin/complaints"]
    assert {"title", "by", "value"} <= next(
        names for path, names in asked.items() if path.endswith("/awards/from-standing")
    )


@pytest.mark.parametrize("what", _once_unless(TAKEN_OTHERWISE, QUESTIONS))
def test_a_strange_question_changes_no_page_into_an_error(
    peopled: Peopled, asked: dict[str, set[str]], what: str
) -> None:
    piece = QUESTIONS[what]
    problems = []
    for path, names in asked.items():
        if names:
            query = "&".join(f"{word}={piece}" for word in sorted({*names, "lang", UNATTENDED}))
            answer = peopled.get(f"{path}?{query}", "root")
            if answer.status_code >= 500:
                problems.append(f"{path} → {answer.status_code}")
    assert problems == []
    assert peopled.get(f"/admin/organisation?org={quote(piece[:50])}", "root").status_code == 404


FILES: dict[str, bytes] = {
    "nothing": b"",
    "bytes that are no text": bytes(range(256)) * 40,
    "half a UTF-16 sign": b"\xff\xfea\0b",
    "a workbook that is none": b"PK\x03\x04" + b"\0" * 200,
    "an old workbook that is none": bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600,
    "markup": b"<html><script>x</script></html>",
    "one long line": b"a," * 50_000,
    "a quote that never ends": b'code,name\n"' + b"x" * 200_000,
    "a NUL": b"code,name\nA\0,B\n",
    "formulas": b"code,name,unit,valid_from\n=1+1,@SUM(A1),SEN,01/07/2025\n",
    "dates of no year": b"code,name,unit,valid_from\nA,B,SEN,01/01/0001\nC,D,SEN,31/12/9999\n",
}


@pytest.mark.parametrize("what", _once_unless(FILES_TAKEN_OTHERWISE, FILES))
def test_a_bad_file_is_refused_in_words(peopled: Peopled, what: str) -> None:
    paths = [f"/admin/organisation/{noun}/import" for noun in peopled.units["sen"].keys]
    for path in (*paths, "/admin/accounts/import", "/admin/dossiers/import"):
        fields = {
            "file": (io.BytesIO(FILES[what]), "../../a\u202e\0.csv"),
            "unit": str(peopled.units["sen"].place.unit_id),
        }
        answer = peopled.post(path, fields, "root")
        words = answer.get_data(as_text=True)
        assert answer.status_code in {200, 302, 422}, (path, answer.status_code)
        assert "Traceback" not in words
        if answer.status_code == 422:
            assert peopled.changed() == {}
            assert 'class="note' in words
        peopled.put_back()


JSONS: dict[str, bytes] = {
    "nothing": b"",
    "no JSON": b"{",
    "a list": b"[]",
    "a number": b"1",
    "null": b"null",
    "nothing in it": b"{}",
    "another type": b'{"device_code": 1}',
    "a list in it": b'{"device_code": ["a"]}',
    "half a pair": b'{"device_code": "\\ud800"}',
    "a NUL": b'{"device_code": "a\\u0000b"}',
    "no number": b'{"device_code": NaN}',
    "a long word": json.dumps({"device_code": "x" * 100_000}).encode(),
    "too deep": b'{"device_code": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "other encoding": '{"device_code": "a"}'.encode("utf-16"),
    "bytes that are no text": b'{"device_code": "\xff\xfe"}',
}


@pytest.mark.parametrize("what", JSONS)
@pytest.mark.parametrize("path", ["/api/v1/pairings", "/api/v1/pairings/token"])
def test_strange_json_opens_no_pairing(peopled: Peopled, path: str, what: str) -> None:
    answer = peopled.person().post(path, data=JSONS[what], content_type="application/json")
    if path.endswith("token"):
        assert answer.status_code == 400
        assert answer.is_json
        assert peopled.changed() == {}
    else:
        assert answer.status_code == 201


TOKENS = ("", "Bearer", "Bearer ", "Bearer x", "Basic eDp5", "Bearer \xff", "Bearer " + "x" * 8_000)


@pytest.mark.parametrize("token", TOKENS)
@pytest.mark.parametrize("what", ["nothing", "too deep", "half a pair"])
def test_a_strange_token_is_no_kiosk(peopled: Peopled, token: str, what: str) -> None:
    headers = {"Authorization": token}
    sent = peopled.person().post(
        "/api/v1/ratings", data=JSONS[what], content_type="application/json", headers=headers
    )
    asked = peopled.person().get("/api/v1/screen", headers=headers)
    assert (sent.status_code, asked.status_code) == (401, 401)
    assert sent.is_json
    assert peopled.changed() == {}


COOKIES = ("", "x", "\xff\xfe", "a" * 4_000, "null", "../..", "'; DROP TABLE account; --")


@pytest.mark.parametrize("value", COOKIES)
def test_a_strange_cookie_is_nobody(peopled: Peopled, value: str) -> None:
    for name in ("niemno", "session", "lang"):
        headers = {"Cookie": f"{name}={value}"}
        answer = peopled.person().get("/admin/today", headers=headers)
        assert answer.status_code == 302
        assert peopled.person().get("/demo", headers=headers).status_code == 200
    assert peopled.changed() == {}


@pytest.mark.once  # no view is asked
@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "NONSENSE"])
def test_other_methods_are_refused_in_words(peopled: Peopled, method: str) -> None:
    for path in ("/", "/follow", "/admin/accounts", "/api/v1/ratings", "/healthz"):
        answer = peopled.person("root").open(path, method=method)
        assert answer.status_code == 405, path
        assert len(answer.data) > 20
    assert peopled.changed() == {}


# Their limits are larger and have tests of their own.
TAKING_FILES = {
    "admin.dossiers.upload",
    "admin.attachments.add",
    "admin.officer_photos.keep",
    "kiosk.phone.send_complaint",
    "kiosk.complaints.add_words",
    "kiosk.complaints.reply",
}


@pytest.mark.once  # nothing of it is read
def test_a_body_over_the_limit_is_told_so_everywhere(peopled: Peopled, places: list[Place]) -> None:
    large = b"body=" + b"x" * (1024 * 1024 + 1)
    for place in (place for place in places if place.form.method == "post"):
        if place.form.types and place.endpoint not in TAKING_FILES:  # others read no body
            headers = {"X-CSRFToken": peopled.csrf(place.who)}
            answer = peopled.person(place.who).post(
                place.form.action, data=large, content_type=FORM, headers=headers
            )
            assert answer.status_code == 413, place
            assert "quá lớn" in answer.get_data(as_text=True)
    assert peopled.changed() == {}
