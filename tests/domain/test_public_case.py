"""Which answered cases may be shown, and how little of them."""

from datetime import date

import pytest

from shared.domain.complaint import Kind, State
from shared.domain.errors import Invalid, RuleBroken
from shared.domain.public_case import (
    ANSWERED,
    Crowd,
    Shown,
    Standing,
    check,
    checked_words,
    month_of,
    new_reference,
    shown,
)


def standing(**changes: object) -> Standing:
    plain: dict[str, object] = {
        "kind": Kind.REPORT,
        "state": State.ANSWERED,
        "names_officer": False,
        "sender_refuses": False,
    }
    return Standing(**{**plain, **changes})  # type: ignore[arg-type]  # filled by name


@pytest.mark.parametrize("state", State)
def test_only_an_answered_case_may_be_shown(state: State) -> None:
    if state in ANSWERED:
        check(standing(state=state))
        return
    with pytest.raises(RuleBroken) as refusal:
        check(standing(state=state))
    assert refusal.value.code == "not_answered"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"kind": Kind.FORMAL_COMPLAINT}, "never_public"),
        ({"kind": Kind.DENUNCIATION}, "never_public"),
        ({"names_officer": True}, "names_officer"),
        ({"sender_refuses": True}, "sender_refuses"),
    ],
)
def test_some_are_never_shown(change: dict[str, object], code: str) -> None:
    with pytest.raises(RuleBroken) as refusal:
        check(standing(**change))
    assert refusal.value.code == code


@pytest.mark.parametrize("kind", sorted(set(Kind) - {Kind.FORMAL_COMPLAINT, Kind.DENUNCIATION}))
def test_other_kinds_may(kind: Kind) -> None:
    check(standing(kind=kind))


def test_only_what_five_cases_share_is_told() -> None:
    assert shown(Crowd(month=4, field=4, desk=4)) == Shown(days=False, field=False, desk=False)
    assert shown(Crowd(month=5, field=4, desk=4)) == Shown(days=True, field=False, desk=False)
    assert shown(Crowd(month=4, field=5, desk=4)) == Shown(days=False, field=True, desk=False)
    assert shown(Crowd(month=4, field=4, desk=5)) == Shown(days=False, field=False, desk=True)


def test_words_keep_within_their_bounds() -> None:
    assert checked_words("mười ký tự", "question", 10) == "mười ký tự"
    for text in ("chín ký t", "mười một ký"):
        with pytest.raises(Invalid) as refusal:
            checked_words(text, "question", 10)
        assert refusal.value.field == "question"


@pytest.mark.parametrize(
    ("on", "first", "last"),
    [
        (date(2026, 12, 31), date(2026, 12, 1), date(2026, 12, 31)),
        (date(2028, 2, 3), date(2028, 2, 1), date(2028, 2, 29)),
    ],
)
def test_a_month_has_its_own_days(on: date, first: date, last: date) -> None:
    assert month_of(on) == (first, last)


def test_a_reference_is_made_of_what_was_picked() -> None:
    assert new_reference(lambda _below: 0) == "000000000000"
    assert len(new_reference()) == 12
