"""Bad input of every kind in every field: a clear answer, nothing half-written, never an error."""

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
from tests.web.every_form import Place, send
from tests.web.readers import Reader, Refusals, Try, fails

TYPED = {"text", "textarea", "search", "tel", "date", "month", "number", "time"}
# The page before holds the file that was looked at; nobody types it.
WITHOUT_FORM = {"admin.organisation_import.apply"}
HIDDEN = {"Cc", "Cf", "Cs"}
NOT_SHOWN_AGAIN = {"old", "password", "again"}
# Which forms a test sends, by how their endpoints begin; "" those that no other does.
PARTS = {
    "residents": ("kiosk.",),
    "registers": ("admin.registers", "admin.improvement"),
    "organisation": ("admin.organisation", "admin.calendar", "admin.rule_sets"),
    "campaigns": ("admin.campaign", "admin.award", "admin.figure", "admin.criteri", "admin.report"),
    "the rest": ("",),
}
TOOK = "took it"
Outcome = Reader | str | None  # who refused it; nothing when no reader did
History = tuple[tuple[str, Outcome], ...]  # what became of the values until now


@dataclass
class Trial:
    """Bad values sent by one form after the other to every field that may take them otherwise.

    Every field is sent the first value alone. What a field took is sent on along with what the
    others took: an answer that takes all takes each. A function that is told nothing but a text
    and its limits refuses alike wherever it reads: what it is known to refuse is not sent again to
    a field that it has refused before, and that was like the known one until then. Nor is a value
    sent of which the application would see as little as of an earlier one, such as no number.
    """

    peopled: Peopled
    refusals: Refusals
    bound: Bound
    problems: list[str] = field(default_factory=list)
    _known: dict[object, Outcome] = field(default_factory=dict)
    # What nobody saw of the form's fields, but tried for something, such as a number, in vain.
    _unseen: dict[str, frozenset[Try]] = field(default_factory=dict)

    def send(self, place: Place) -> None:
        """Send every value to every field of a form."""
        histories: dict[str, History] = dict.fromkeys(place.varied(), ())
        self._unseen.clear()
        for what in VALUES:
            names = [name for name in histories if self._tries(place, name, what, histories[name])]
            known = {name: self._known.get(_case(place, name, what, histories)) for name in names}
            taking = [name for name in names if _takes(histories[name], known[name])]
            outcomes = self._together(place, dict.fromkeys(taking, what))
            for name in names:
                if name not in outcomes:
                    refused = known[name] if known[name] in _met(histories[name]) else None
                    outcomes[name] = refused or self._sent(place, {name: what})
                self._known.setdefault(_case(place, name, what, histories), outcomes[name])
            for name, outcome in outcomes.items():
                histories[name] += ((what, outcome),)
        self._together(place, self._more_words(place, histories))

    def send_days_and_all_at_once(self, place: Place) -> None:
        """Send every day, and to all fields together what PostgreSQL may take otherwise.

        What a field that refuses keeps from others never comes to a database: see `bound`.
        """
        kinds = {name: place.form.types[name] for name in place.varied()}
        for what, tried in TAKEN_OTHERWISE.items():
            if sent := [name for name, kind in kinds.items() if kind in tried]:
                self._sent(place, dict.fromkeys(sent, what))
        for what in DAYS_TAKEN_OTHERWISE:
            days = [name for name, kind in kinds.items() if kind in DAYS]
            self._together(place, dict.fromkeys(days, what))

    def _tries(self, place: Place, name: str, what: str, history: History) -> bool:
        """Tell whether a value may be another one to a field than those before it."""
        kind = place.form.types[name]
        if kind not in tried_in(what):
            return False
        if name in self._unseen and all(fails(one, VALUES[what]) for one in self._unseen[name]):
            return False
        if kind in TEXTS and (WORDS, TOOK) in history:
            return what not in {*MORE_WORDS, LONG_WORDS}
        turn = NOT_OFFERED[len(place.endpoint + name) % len(NOT_OFFERED)]
        return kind not in CHOSEN or what not in NOT_OFFERED or what == turn

    def _more_words(self, place: Place, histories: Mapping[str, History]) -> dict[str, str]:
        """Give each of the fields that take words another number or day."""
        words = [name for name in histories if (WORDS, TOOK) in histories[name]]
        begin = len(place.endpoint)
        return {name: MORE_WORDS[(begin + at) % len(MORE_WORDS)] for at, name in enumerate(words)}

    def _together(self, place: Place, whats: Mapping[str, str]) -> dict[str, Outcome]:
        """Send several fields at once; what is refused so, in halves, until each has its answer."""
        if not whats:
            return {}
        outcome = self._sent(place, whats)
        if len(whats) == 1 or outcome == TOOK:
            return dict.fromkeys(whats, outcome)
        pairs = list(whats.items())
        half = len(pairs) // 2
        first, second = dict(pairs[:half]), dict(pairs[half:])
        return self._together(place, first) | self._together(place, second)

    def _sent(self, place: Place, whats: Mapping[str, str]) -> Outcome:
        changes = {name: VALUES[what] for name, what in whats.items()}
        self.refusals.forget()
        self.bound.forget()
        answer = send(self.peopled, place, changes, keep=True)
        page = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
        told = [*_unclear(answer.status_code, page), *self.bound.refused]
        if answer.status_code == 422:
            told += _lost(place, {**place.form.fields, **changes}, page)
            told += _led_astray(place, page)
        if answer.status_code < 400:
            told += _ill_kept(self.peopled)
            self.peopled.put_back()
        self.problems += [f"{place}: {whats} → {answer.status_code} {found}" for found in told]
        name = next(iter(whats))
        unseen = self.refusals.unseen(name)
        if len(whats) == 1 and unseen is not None:
            self._unseen[name] = unseen
        if answer.status_code < 400:
            return TOOK
        return self.refusals.reader(name, changes[name]) if len(whats) == 1 else None


def _case(place: Place, name: str, what: str, histories: Mapping[str, History]) -> object:
    """Tell a kind of field, with what became of the values before this one, from others."""
    return place.form.types[name], what, histories[name]


def _takes(history: History, known: Outcome) -> bool:
    """Tell whether a field, not new, took all until now, or one like it is known to take this."""
    took = all(outcome == TOOK for _what, outcome in history)
    return bool(history) and (known == TOOK or (known is None and took))


def _met(history: History) -> set[Outcome]:
    return {outcome for _what, outcome in history} - {None, TOOK}


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
            (trial.send if everything else trial.send_days_and_all_at_once)(place)
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
