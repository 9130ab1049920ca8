"""Confidential reports: their states, and which envelopes can have been sealed."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.access import Permission, Role, reach_of
from shared.domain.errors import Invalid, RuleBroken
from shared.domain.sealed import (
    BLOCK_BYTES,
    CONCLUDED,
    NEXT_STATE,
    Action,
    State,
    new_number,
    next_state,
    read_envelope,
    sealed_bytes,
)


@given(st.lists(st.sampled_from(Action)))
def test_no_path_concludes_what_nobody_opened_or_upholds_what_nobody_verified(
    actions: list[Action],
) -> None:
    state, opened, verified = State.RECEIVED, False, False
    for action in actions:
        if action not in NEXT_STATE[state]:
            with pytest.raises(RuleBroken, match="tải lại"):
                next_state(state, action)
            continue
        # What goes up, and what ended for want of words and got more, begins anew.
        anew = action is Action.RISE or (action is Action.ADD and state is State.NOT_ENOUGH)
        opened, verified = (opened and not anew), (verified and not anew)
        state = next_state(state, action)
        opened |= action is Action.OPEN
        verified |= action is Action.VERIFY
        assert opened or state not in CONCLUDED
        assert verified or state not in {State.UPHELD, State.NOT_UPHELD}


def test_what_was_judged_stays_as_it_was_judged() -> None:
    for state in (State.UPHELD, State.NOT_UPHELD):
        assert set(NEXT_STATE[state].values()) == {state}


def test_the_length_of_a_sealed_text_tells_nothing() -> None:
    assert len(sealed_bytes("a" * 10, "")) == len(sealed_bytes("a" * 1_000, "0912")) == BLOCK_BYTES
    assert json.loads(sealed_bytes("Tiền", "")) == {"text": "Tiền", "contact": ""}


def test_a_number_does_not_tell_how_many_there_are() -> None:
    assert new_number(lambda _below: 0) == "K-00000000"
    assert new_number() != new_number()


def envelope(**fields: Any) -> str:
    def filled(size: int) -> str:
        return base64.b64encode(b"x" * size).decode()

    good = {"iv": filled(12), "data": filled(BLOCK_BYTES + 16), "wrapped": {"a" * 64: filled(384)}}
    return json.dumps({**good, **fields})


def test_what_a_browser_sealed_is_taken() -> None:
    assert set(read_envelope(envelope()).wrapped) == {"a" * 64}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "[" * 100_000,
        '{"iv": 1}',
        envelope(iv="AAAA"),
        envelope(iv="không phải base64"),
        envelope(data=base64.b64encode(b"x" * 2_000).decode()),
        envelope(data="A" * (4 * 64 * 1024)),
        envelope(data="Tôi bị đòi 500 nghìn"),
        envelope(wrapped={}),
        envelope(wrapped={"a" * 64: "AAAA"}),
        envelope(wrapped={"short": base64.b64encode(b"x" * 384).decode()}),
        envelope(wrapped=["a"]),
    ],
)
def test_what_cannot_have_been_sealed_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="tải lại"):
        read_envelope(text)


@pytest.mark.parametrize("role", [Role.OFFICER, Role.HEAD, Role.ADMIN])
def test_nobody_inspects_where_they_serve_lead_or_administer(role: Role) -> None:
    reach = reach_of({Role.INSPECTOR: frozenset({1, 2}), role: frozenset({2})})
    assert reach[Permission.INSPECT] == {1}


def test_no_other_role_inspects() -> None:
    others: dict[Role, frozenset[int]] = {role: frozenset({1}) for role in Role}
    del others[Role.INSPECTOR]
    assert Permission.INSPECT not in reach_of(others)
