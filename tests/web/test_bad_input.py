"""Bad input of every kind in every field: a clear answer, nothing half-written, never an error."""

import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import pytest

from shared.db import Base
from tests.infrastructure.crawling import forms
from tests.infrastructure.peopled import Peopled
from tests.web.every_form import Place, send

VALUES = {
    "nothing": "",
    "ten thousand signs": "dài" * 3_334,
    "a NUL": "ab\0cd",
    "odd signs": "a\ud800b\u202e\u2066c\u200bd Nguye\u0302\u0303n\x1b[31m",
    "more figures than Python reads": "9" * 5_000,
    "more than 64 bits": "9223372036854775808",
    "more than 32 bits": "2147483648",
    "less than nothing": "-1",
    "no finite number": "1e309",
    "a figure that is none": "²",
    "the first day of all": "0001-01-01",
    "the last day of all": "9999-12-31",
    "commands of other languages": "' OR 1=1 --\r\nSet-Cookie: x=1 {{7*7}} %(x)s %s {0} ../../etc",
}
DAYS = {"date", "month", "time"}
TEXTS = {"text", "textarea", "search", "tel", "password"}
ANY = {*DAYS, *TEXTS, "number", "select", "radio", "checkbox", "hidden"}
# What a database may take otherwise than the other, and in which fields; the rest is refused
# before it is asked.
TAKEN_OTHERWISE = {
    "ten thousand signs": TEXTS,
    "a NUL": ANY,
    "odd signs": TEXTS,
    "more than 64 bits": ANY - DAYS,
    "more than 32 bits": ANY - DAYS,
    "the first day of all": DAYS,
    "the last day of all": DAYS,
}
# Where a value is nothing but one more word, or one more that was not offered, it is left out:
# long figures and days among free words, days among choices, most figures for a day.
FREE, CHOSEN = {"textarea", "search", "password", "tel"}, {"select", "radio", "checkbox"}
TRIED_IN = {
    "more figures than Python reads": ANY - FREE,
    "more than 64 bits": ANY - FREE - DAYS,
    "more than 32 bits": ANY - FREE - DAYS,
    "no finite number": ANY - FREE - DAYS,
    "a figure that is none": ANY - FREE,
    "less than nothing": ANY - FREE,
    "the first day of all": ANY - FREE - CHOSEN - {"number"},
    "the last day of all": ANY - FREE - CHOSEN - {"number"},
}
TYPED = {"text", "textarea", "search", "tel", "date", "month", "number", "time"}
# The page before holds the file that was looked at; nobody types it.
WITHOUT_FORM = {"admin.organisation_import.apply"}
HIDDEN = {"Cc", "Cf", "Cs"}
NOT_SHOWN_AGAIN = {"old", "password", "again"}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Send every value on the usual database, and on the other what it may take otherwise."""
    if "what" in metafunc.fixturenames:
        usual = metafunc.config.getoption("--database") == "sqlite"
        values = [what for what in VALUES if usual or what in TAKEN_OTHERWISE]
        metafunc.parametrize("what", values)


def test_no_field_breaks_anything(
    peopled: Peopled, places: list[Place], what: str, request: pytest.FixtureRequest
) -> None:
    usual = request.config.getoption("--database") == "sqlite"
    fields = TRIED_IN.get(what, ANY) & (ANY if usual else TAKEN_OTHERWISE[what])
    problems: list[str] = []
    for place in places:
        for name in (name for name in place.varied() if place.form.types[name] in fields):
            answer = send(peopled, place, {name: VALUES[what]}, keep=True)
            page = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
            told = [*_unclear(answer.status_code, page)]
            if answer.status_code == 422:
                told += _lost(place, {**place.form.fields, name: VALUES[what]}, page)
                told += _led_astray(place, page)
            if answer.status_code < 400:
                told += _ill_kept(peopled)
                peopled.put_back()
            problems += [f"{place}: {name} → {answer.status_code} {found}" for found in told]
        if place.endpoint == "admin.sign_in.form":
            peopled.put_back()  # failures are counted, on purpose
        elif left := peopled.changed():
            problems.append(f"{place}: a refusal wrote {left}")
            peopled.put_back()
    assert problems == []


def test_every_kind_of_field_is_known(places: list[Place]) -> None:
    assert {place.form.types[name] for place in places for name in place.varied()} <= ANY


def _unclear(status: int, page: str) -> Iterator[str]:
    """Tell what is wrong with an answer itself: an error of ours, or a refusal without words."""
    if status >= 500:
        yield "is no answer"
    elif status >= 400 and ("Traceback" in page or len(page) < 200):
        yield "says nothing"


def _lost(place: Place, sent: Mapping[str, str], page: str) -> Iterator[str]:
    """Name the fields whose text is no longer in the page that asks to correct it."""
    if place.endpoint in WITHOUT_FORM:
        return
    again = forms(place.form.action, page)
    for name, kind in place.form.types.items():
        if kind in TYPED and name not in NOT_SHOWN_AGAIN:
            shown = [form.fields.get(name, "") for form in again]
            if _plain(sent[name]) not in map(_plain, shown):
                yield f"lost {name} {sent[name][:20]!r}, shows {shown}"


def _led_astray(place: Place, page: str) -> Iterator[str]:
    """Name the forms of a page shown after a refusal that would go to the refused address."""
    for form in forms(place.form.action, page):
        same = (set(form.types) & set(place.form.types)) - {"csrf_token"}
        if form.action == place.form.action and form.method == "post" and not same:
            yield f"would send {sorted(form.types)} here"


@lru_cache(maxsize=64)
def _plain(text: str) -> str:
    """Give a text as it looks: signs nobody sees and the form of accents do not count."""
    readable = text.replace("%ED%A0%80", "").encode(errors="ignore").decode()
    composed = unicodedata.normalize("NFC", readable)
    seen = (sign for sign in composed if unicodedata.category(sign)[0] not in "CZ")
    return "".join(sign for sign in seen if sign != "\ufffd")


def _ill_kept(peopled: Peopled) -> Iterator[str]:
    """Name new texts with signs nobody sees, accents apart, or more than their column takes."""
    for table, rows in peopled.changed().items():
        columns = list(Base.metadata.tables[table].columns)
        # A job's arguments are names of columns, compared and not shown.
        cells = [cell for row in rows if table != "job" for cell in zip(columns, row, strict=True)]
        for column, cell in cells:
            longest = getattr(column.type, "length", None) or 100_000
            for text in _texts(cell):
                odd = [sign for sign in text if unicodedata.category(sign) in HIDDEN]
                composed = unicodedata.normalize("NFC", text) == text
                if set(odd) - {"\n", "\t"} or not composed or len(text) > longest:
                    yield f"kept {text[:60]!r} in {column}"


def _texts(cell: Any) -> Iterator[str]:
    if isinstance(cell, str):
        yield cell
    elif isinstance(cell, dict):
        for value in cell.values():
            yield from _texts(value)
    elif isinstance(cell, list):
        for value in cell:
            yield from _texts(value)
