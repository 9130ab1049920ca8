"""What a test of bad input leaves out is only what the application cannot tell from the sent."""

from collections.abc import Callable

import pytest
from flask import Flask, request

from shared.domain.entry import text
from shared.domain.errors import Invalid, NotFound
from shared.web.numbers import whole
from tests.web import readers
from tests.web.readers import Reader, Refusals, Sent

BAD = {"name": "a\0b", "other": "a\0b"}


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


def test_a_function_reads_alike_until_it_is_told_another_limit() -> None:
    reader = _reader("name", lambda: text(BAD, "name", 9))
    assert reader is not None
    assert reader == _reader("other", lambda: text(BAD, "other", 9))
    assert reader != _reader("name", lambda: text(BAD, "name", 8))
    assert reader != _reader("name", lambda: text(BAD, "name", 9, required=False))


def test_who_looks_elsewhere_or_is_told_no_name_reads_nothing_alike() -> None:
    def find(_session: object, _name: str) -> None:
        raise NotFound

    def both(first: bool) -> None:
        if first:
            raise NotFound
        raise NotFound

    assert _reader("name", lambda: find(object(), "name")) is None
    assert _reader("name", lambda: both(first=True)) != _reader("name", lambda: both(first=False))


def _reader(name: str, act: Callable[[], object]) -> Reader | None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(readers, "DOORS", str(readers.PROJECT))
        with Refusals().heard(Flask(__name__)) as refusals:
            with pytest.raises((Invalid, NotFound)):
                act()
            return refusals.reader(name, "none")
