"""What a test of bad input leaves out is only what the application cannot tell from the sent."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import pytest
from flask import Flask, request

from shared.domain.entry import text
from shared.domain.errors import Invalid, NotFound
from shared.domain.faults import Faults
from shared.web.numbers import whole
from tests.web import readers
from tests.web.readers import Asked, Refusals, Sent

BAD = {"name": "a\0b", "other": "a\0b"}


@pytest.fixture(autouse=True)
def _functions_here_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "DOORS", str(readers.PROJECT))


@pytest.mark.parametrize(
    ("look", "seen"),
    [
        (lambda form: form["key"], True),
        (lambda form: form.get("key"), True),
        (lambda form: form.getlist("key"), True),
        (lambda form: form.items(), True),
        (lambda form: form.to_dict(), True),
        (lambda form: form.get("key", type=str), True),
        (lambda form: form.get("key", type=whole), False),
        (lambda form: form.getlist("key", type=whole), False),
        (lambda form: "key" in form, False),
        (lambda form: form.get("another"), False),
    ],
)
def test_a_text_is_seen_when_it_is_given_out(look: Callable[[Sent], object], seen: bool) -> None:
    Sent.forget()
    look(Sent({"key": "none"}))
    assert ("key" in Sent.seen) is seen


def test_what_is_read_to_show_it_again_was_not_seen_before() -> None:
    app = Flask(__name__)
    with Refusals().heard(app) as refusals, app.test_request_context(data={"key": "none"}):
        assert request.form.get("key", type=whole) is None
        Invalid("wrong", "Sai.")
        assert request.form["key"] == "none"
        assert refusals.unseen("key") == frozenset({whole})
        Invalid("wrong", "Sai.")
        assert refusals.unseen("key") is None


def test_a_function_is_asked_with_the_limits_of_its_field() -> None:
    short, long = (_asked("name", "a\0b", partial(text, BAD, "name", most)) for most in (4, 9))
    assert short[0].refused_by("words") is text.__code__
    assert long[0].refused_by("words") is None
    assert long[0].refused_by("") is text.__code__


def test_who_reads_a_whole_form_is_asked_before_who_reads_a_field() -> None:
    whole_form, field = _asked("name", "a\0b", partial(_number, BAD))
    assert whole_form.refused_by("words") is _number.__code__
    assert field.refused_by("words") is None


def test_what_was_sent_beside_a_field_does_not_count_when_it_is_asked_about() -> None:
    form, _field = _asked("name", "a\0b", partial(_both, BAD), {"other": "words"})
    assert form.refused_by("words") is None
    alone, _field = _asked("name", "a\0b", partial(_both, BAD))
    assert alone.refused_by("words") is None  # it is another field that refuses


def test_who_found_each_fault_is_asked_where_faults_are_gathered() -> None:
    whole_form, field = _asked("name", "a\0b", partial(_gathered, BAD))
    assert whole_form.refused_by("words") is None
    assert field.refused_by("") is text.__code__
    alone = _asked("name", "a\0b", partial(_gathered, {"name": "a\0b", "other": "words"}))
    assert [one.refused_by("") for one in alone] == [text.__code__, text.__code__]


def test_who_gathers_faults_is_never_who_refused() -> None:
    with _heard() as refusals, pytest.raises(Invalid):
        _noted(BAD)
    assert refusals.by() is _noted.__code__


def test_who_was_told_more_than_texts_and_limits_or_fails_is_not_asked() -> None:
    assert _asked("name", "a\0b", partial(_find, object(), "a\0b", 9)) == []
    (failing,) = _asked("name", "a\0b", partial(_fail, "a\0b"))
    assert failing.refused_by("words") is None


def test_who_asks_a_session_about_a_text_is_alike_while_the_limits_are() -> None:
    with _heard() as refusals:
        found = [_alike(refusals, partial(_find, object(), "a\0b", most)) for most in (8, 8, 9)]
        assert found[0] == found[1] != found[2]
        assert _alike(refusals, partial(_find, object(), "words", 8)) is None


def _number(cells: dict[str, str]) -> None:
    if not text(cells, "name").isdecimal():
        raise Invalid("wrong", "Sai.", field="name")


def _both(cells: dict[str, str]) -> None:
    for name in ("name", "other"):
        text(cells, name)


def _gathered(cells: dict[str, str]) -> None:
    with Faults() as faults:
        for name in ("name", "other"):
            faults.read(text, cells, name)


def _noted(cells: dict[str, str]) -> None:
    with Faults() as faults:
        for name in cells:
            faults.add(Invalid("wrong", "Sai.", field=name))


def _find(_session: object, name: str, most: int) -> None:
    raise NotFound(name, most)


def _fail(name: str) -> None:
    if "\0" in name:
        raise NotFound
    raise ValueError


def _alike(refusals: Refusals, act: Callable[[], object]) -> object:
    with pytest.raises(NotFound):
        act()
    return refusals.alike("a\0b")


def _asked(
    name: str, sent: str, act: Callable[[], object], others: dict[str, str] | None = None
) -> list[Asked]:
    with _heard() as refusals:
        with pytest.raises((Invalid, NotFound)):
            act()
        return refusals.askable(name, sent, others or {})


@contextmanager
def _heard() -> Iterator[Refusals]:
    with Refusals().heard(Flask(__name__)) as refusals:
        yield refusals
