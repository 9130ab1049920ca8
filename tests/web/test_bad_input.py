"""Bad input of every kind in every field: a clear answer, nothing half-written, never an error."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import pytest

from shared.db import Base
from tests.infrastructure.crawling import forms
from tests.infrastructure.peopled import Peopled
from tests.web.bad_values import (
    ANY,
    CHOSEN,
    DAYS,
    DAYS_TAKEN_OTHERWISE,
    LONG_WORDS,
    MORE_WORDS,
    NOT_OFFERED,
    TAKEN_OTHERWISE,
    TEXTS,
    VALUES,
    WORDS,
    tried_in,
)
from tests.web.bound import Bound
from tests.web.every_form import ROW, Place, send
from tests.web.readers import Asked, Refusals, Try, arriving, fails

TYPED = {"text", "textarea", "search", "tel", "date", "month", "number", "time"}
# The page before holds the file that was looked at; nobody types it.
WITHOUT_FORM = {"admin.organisation_import.apply"}
HIDDEN = {"Cc", "Cf", "Cs"}
SUMMARY = re.compile(r'<div class="note late errors".*?</ul>', re.DOTALL)
LINK = re.compile(r'href="#([^"]*)"')
UNKNOWN = "?"  # no field is called so
NOT_SHOWN_AGAIN = {"old", "password", "again"}
# Which forms a test sends, by how their endpoints begin; "" those that no other does.
PARTS = {
    "residents": ("kiosk.",),
    "registers": ("admin.registers", "admin.improvement"),
    "organisation": ("admin.organisation", "admin.calendar", "admin.rule_sets"),
    "campaigns": ("admin.campaign", "admin.award", "admin.figure", "admin.criteri", "admin.report"),
    "the rest": ("",),
}


@dataclass
class Trial:
    """Bad values sent by one form after the other to every field that may take them otherwise.

    Fields are sent a value all together: an answer that takes all takes each. Who is named by a
    refusal is left out of the next sending, if the function that refused was told nothing but
    texts and limits, and so does not know of the others. Such a function is asked by itself, with
    the limits of the field, about every later value: what it refuses it would refuse in a view,
    and is not sent, if that function was heard before to refuse the value that was sent by
    another field. Nor is a value sent of which the application would see as little as of an
    earlier one, such as no number.
    """

    peopled: Peopled
    refusals: Refusals
    bound: Bound
    problems: list[str] = field(default_factory=list)
    _heard: set[tuple[object, str]] = field(default_factory=set)  # refusing, and what
    # Fields, by kind, that are refused by nobody who can be asked: they go alone.
    _alone: set[tuple[str, str]] = field(default_factory=set)
    # Of the form that is sent: who can be asked, which fields took words, what nobody saw of a
    # field, but tried for something, such as a number, in vain.
    _asked: dict[str, list[Asked]] = field(default_factory=dict)
    _alike: dict[str, set[object]] = field(default_factory=dict)
    _worded: set[str] = field(default_factory=set)
    _unseen: dict[str, frozenset[Try]] = field(default_factory=dict)

    def send(self, place: Place) -> None:
        """Send every value to every field of a form."""
        for known in (self._asked, self._alike, self._worded, self._unseen):
            known.clear()
        names = place.varied()
        for what in VALUES:
            left = [name for name in names if self._tries(place, name, what)]
            alone = [name for name in left if _kind(place, name) in self._alone]
            self._together(place, {name: what for name in left if name not in alone})
            for name in alone:
                self._together(place, {name: what})
        words = [name for name in names if name in self._worded]
        begin = len(place.endpoint)
        more = {name: MORE_WORDS[(begin + at) % len(MORE_WORDS)] for at, name in enumerate(words)}
        self._together(place, more)

    def send_all_at_once(self, place: Place) -> None:
        """Send to all fields together what PostgreSQL may take otherwise, and each day.

        What a field that refuses keeps from others never comes to a database: see `bound`.
        """
        kinds = {name: place.form.types[name] for name in place.varied()}
        for tried in TAKEN_OTHERWISE:
            sent = {name: tried[kind] for name, kind in kinds.items() if kind in tried}
            if sent:
                self._sent(place, sent)
        for what in DAYS_TAKEN_OTHERWISE:
            days = [name for name, kind in kinds.items() if kind in DAYS]
            self._together(place, dict.fromkeys(days, what))

    def _tries(self, place: Place, name: str, what: str) -> bool:
        """Tell whether a value may be another one to a field than those before it."""
        kind = place.form.types[name]
        if kind not in tried_in(what):
            return False
        if name in self._unseen and all(fails(one, VALUES[what]) for one in self._unseen[name]):
            return False
        if name in self._worded and kind in TEXTS and what in {*MORE_WORDS, LONG_WORDS}:
            return False
        turns = {NOT_OFFERED[len(place.endpoint + name) % len(NOT_OFFERED)]}
        turns |= {"odd signs"} if kind == "hidden" else set()
        if kind in CHOSEN and what in NOT_OFFERED and what not in turns:
            return False
        text = arriving(VALUES[what])
        asked = {one.refused_by(text) for one in self._asked.get(name, ())}
        who = asked | self._alike.get(name, set())
        return all((one, what) not in self._heard for one in who)

    def _together(self, place: Place, whats: Mapping[str, str]) -> None:
        """Send several fields at once, until each that is refused was refused by itself."""
        left = dict(whats)
        while left and (refused := self._sent(place, left)) and len(left) > 1:
            if refused not in left:
                pairs = list(left.items())
                half = len(pairs) // 2
                self._together(place, dict(pairs[:half]))
                self._together(place, dict(pairs[half:]))
                return
            del left[refused]

    def _sent(self, place: Place, whats: Mapping[str, str]) -> str:
        """Send values; give the field that was refused, whatever stands in the others.

        Nothing when all were taken, and a word that is no field when nobody knows.
        """
        changes = {name: VALUES[what] for name, what in whats.items()}
        self.refusals.forget()
        self.bound.forget()
        answer = send(self.peopled, place, changes, keep=True)
        page = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
        told = [*_unclear(answer.status_code, page), *self.bound.refused]
        if answer.status_code == 422:
            told += _lost(place, {**place.form.fields, **changes}, page)
            told += _led_astray(place, page)
            told += _nowhere(page)
        if answer.status_code < 400:
            told += _ill_kept(self.peopled)
            self.peopled.put_back()
        self.problems += [f"{place}: {whats} → {answer.status_code} {found}" for found in told]
        return self._taken(place, whats) if answer.status_code < 400 else self._named(place, whats)

    def _taken(self, place: Place, whats: Mapping[str, str]) -> str:
        """Remember what a form took; name no field."""
        for name, what in whats.items():
            self._alone.discard(_kind(place, name))
            if what == WORDS:
                self._worded.add(name)
            if (unseen := self.refusals.unseen(name)) is not None:
                self._unseen[name] = unseen
        return ""

    def _named(self, place: Place, whats: Mapping[str, str]) -> str:
        """Remember who refused, and name the field."""
        name = next(iter(whats)) if len(whats) == 1 else self.refusals.field()
        if name not in whats:
            return UNKNOWN
        others = {other: place.form.fields[other] for other in whats if other != name}
        what, alike = whats[name], self.refusals.alike(VALUES[whats[name]])
        asked = self.refusals.askable(name, VALUES[what], others)
        self._heard |= {(self.refusals.by(), what), (alike, what)} - {(None, what)}
        self._asked.setdefault(name, []).extend(asked)
        self._alike.setdefault(name, set()).add(alike)
        if not (asked or alike) or self.refusals.field() != name:
            self._alone.add(_kind(place, name))
        if len(whats) == 1 and (unseen := self.refusals.unseen(name)) is not None:
            self._unseen[name] = unseen
        return name if asked or alike or len(whats) == 1 else UNKNOWN


def _kind(place: Place, name: str) -> tuple[str, str]:
    return place.form.types[name], ROW.sub("", name)


def _part(place: Place) -> str:
    return next(part for part, begins in PARTS.items() if place.endpoint.startswith(begins))


@pytest.mark.parametrize("part", PARTS)
def test_no_field_breaks_anything(
    peopled: Peopled, places: list[Place], part: str, request: pytest.FixtureRequest
) -> None:
    everything = request.config.getoption("--database") == "sqlite"
    with Refusals().heard(peopled.app) as refusals, Bound().heard() as bound:
        trial = Trial(peopled, refusals, bound)
        for place in (place for place in places if _part(place) == part):
            (trial.send if everything else trial.send_all_at_once)(place)
            if place.endpoint == "admin.sign_in.form":
                peopled.put_back()  # failures are counted, on purpose
            elif left := peopled.changed():
                trial.problems.append(f"{place}: a refusal wrote {left}")
                peopled.put_back()
    assert trial.problems == []


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


def _nowhere(page: str) -> Iterator[str]:
    """Name what a summary of faults leads to in vain, and what else asks for the focus."""
    summary = SUMMARY.search(page)
    for target in LINK.findall(summary[0]) if summary else ():
        if f' id="{target}"' not in page:
            yield f"leads to #{target}, which is not there"
    if page.count(" autofocus") > 1:
        yield "asks for the focus twice"


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
