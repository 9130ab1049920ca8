"""Facts written down: equal ones byte for byte, different ones with the place that differs."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.canonical import ABSENT, Difference, canonical, differences, digest

LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
FACTS = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=12,
)


@given(FACTS)
def test_what_is_written_reads_back_the_same_and_writes_the_same_again(facts: object) -> None:
    text = canonical(facts)
    assert json.loads(text) == facts
    assert canonical(json.loads(text)) == text


@given(FACTS, FACTS)
def test_texts_are_equal_exactly_when_nothing_differs(one: object, other: object) -> None:
    plain, same = json.loads(canonical(one)), json.loads(canonical(other))
    assert (canonical(one) == canonical(other)) == (list(differences(plain, same)) == [])


def test_the_order_of_names_does_not_matter_and_vietnamese_stays_readable() -> None:
    assert canonical({"b": 1, "a": "Sơ kết"}) == '{"a":"Sơ kết","b":1}'


def test_a_binary_fraction_is_refused_wherever_it_stands() -> None:
    with pytest.raises(TypeError):
        canonical({"a": [{"b": 0.1}]})


def test_the_digest_is_the_one_every_other_program_gives() -> None:
    assert digest("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_differences_are_named_by_codes_where_there_are_some() -> None:
    def places(points: str, *more: object) -> object:
        place = {"competitor": {"code": "X01"}, "row": {"points": points}}
        return {"places": [{"competitor": {"code": "X02"}}, place, *more]}

    found = list(differences(places("95"), places("96", "a")))
    assert found == [
        Difference(("places", "X01", "row", "points"), "95", "96"),
        Difference(("places", "2"), ABSENT, "a"),
    ]
    assert [(one.path, one.before, one.after) for one in found] == [
        ("places.X01.row.points", "95", "96"),
        ("places.2", "–", "a"),
    ]
