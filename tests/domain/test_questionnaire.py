"""Questionnaires: which is in force, which answers count, and what may be asked."""

from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.errors import Invalid, RuleBroken
from shared.domain.questionnaire import (
    BUILT_IN,
    OF_THE_CAMPAIGNS,
    Group,
    Item,
    Kind,
    Questionnaire,
    Scope,
    Use,
    answered_sealed,
    check_days,
    check_questionnaire,
    check_series,
    check_unused,
    code_in_force,
    items_of_data,
    items_to_data,
    judge,
)

ASKED = Questionnaire("mau-1", "Mẫu", OF_THE_CAMPAIGNS)
DAY = date(2026, 11, 18)
VALUES = st.one_of(st.none(), st.booleans(), st.integers(-3, 9), st.floats(), st.text(max_size=3))
USES = st.lists(
    st.builds(
        Use,
        st.integers(1, 9),
        st.sampled_from("abc"),
        st.sampled_from(Scope),
        st.integers(-9, 9).map(lambda days: DAY + timedelta(days)),
        st.none() | st.integers(-9, 9).map(lambda days: DAY + timedelta(days)),
    ),
    max_size=6,
)


@given(st.dictionaries(st.sampled_from([item.code for item in OF_THE_CAMPAIGNS]), VALUES))
def test_an_answer_either_counts_within_its_range_or_is_named(answers: dict[str, object]) -> None:
    found = judge(ASKED, answers)
    assert found.counted.keys() | set(found.outside) == answers.keys()
    assert found.counted.keys().isdisjoint(found.outside)
    for code, value in found.counted.items():
        assert 0 <= value <= 5
        assert answers[code] == value


def test_the_four_kinds_of_the_campaigns_count_as_numbers() -> None:
    answers = {"welcome": 5, "modern": 1, "visits": 4, "extra_money": True}
    assert judge(ASKED, answers).counted == {
        "welcome": 5,
        "modern": 1,
        "visits": 4,
        "extra_money": 1,
    }
    assert judge(ASKED, {"extra_money": False}).counted == {"extra_money": 0}


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("welcome", 0),
        ("welcome", 6),
        ("welcome", True),
        ("welcome", 4.0),
        ("welcome", "4"),
        ("visits", 5),
        ("visits", "4+"),
        ("extra_money", 1),
        ("unheard_of", 3),
    ],
)
def test_what_no_screen_offers_is_left_out_and_named(code: str, value: object) -> None:
    found = judge(ASKED, {code: value, "tidy": 3})
    assert found.counted == {"tidy": 3}
    assert found.marks == ["answers_outside", f"answers_outside:{code}"]


def test_a_code_of_no_form_is_marked_but_not_repeated() -> None:
    found = judge(ASKED, {"<b>": 1, "Tên: 0912": 1})
    assert found.marks == ["answers_outside"]


def test_at_most_ten_are_named() -> None:
    assert len(judge(BUILT_IN, {f"q{number}": 1 for number in range(40)}).marks) == 11


@given(USES)
def test_what_is_in_force_began_has_not_ended_and_nothing_narrower_holds(uses: list[Use]) -> None:
    holding = [
        use
        for use in uses
        if use.valid_from <= DAY and (use.valid_to is None or use.valid_to >= DAY)
    ]
    found = code_in_force(uses, DAY)
    if not holding:
        assert found == BUILT_IN.code
        return
    narrowest = [use for use in holding if use.scope == max(one.scope for one in holding)]
    latest = max(use.valid_from for use in narrowest)
    assert found in {use.code for use in narrowest if use.valid_from == latest}


def test_both_ends_of_a_use_count() -> None:
    use = Use(1, "mau-1", Scope.UNIT, DAY, DAY)
    around = [code_in_force([use], DAY + timedelta(days)) for days in (-1, 0, 1)]
    assert around == [BUILT_IN.code, "mau-1", BUILT_IN.code]


def test_a_text_that_is_not_translated_is_said_whole_in_vietnamese() -> None:
    item = OF_THE_CAMPAIGNS[0]
    assert item.text("en") == "Welcomed warmly"
    assert item.text("km") == "Đón tiếp niềm nở"


def test_items_come_back_from_storage_as_they_were() -> None:
    assert items_of_data(items_to_data(OF_THE_CAMPAIGNS)) == OF_THE_CAMPAIGNS


def test_the_items_of_the_campaigns_may_be_asked() -> None:
    check_questionnaire(ASKED)
    mottos = [item.texts["vi"] for item in OF_THE_CAMPAIGNS if item.kind is Kind.SCALE]
    assert [text.split()[-2:] for text in mottos][:3] == [
        ["niềm", "nở"],
        ["tận", "tình"],
        ["vui", "vẻ"],
    ]
    assert mottos[3:] == ["Thân thiện", "Sạch sẽ", "Gọn gàng", "Hiện đại"]


FREE = Item("parking", Kind.YES_NO, Group.OTHER, MappingProxyType({"vi": "Có chỗ để xe không?"}))


@pytest.mark.parametrize(
    "item",
    [
        replace(FREE, code="Chỗ xe"),
        replace(FREE, code="x" * 40),
        replace(FREE, texts={"vi": ""}),
        replace(FREE, texts={"en": "Parking?"}),
        replace(FREE, texts={"vi": "x" * 121}),
        replace(FREE, group=Group.RECEPTION),
        replace(FREE, group=Group.VISITS),
        replace(FREE, group=Group.EXTRA_MONEY),
        replace(FREE, code="extra_money"),
        replace(FREE, code="welcome"),
    ],
)
def test_items_that_could_not_be_shown_or_counted_are_refused(item: Item) -> None:
    check_questionnaire(replace(ASKED, items=(FREE,)))
    with pytest.raises(Invalid):
        check_questionnaire(replace(ASKED, items=(*OF_THE_CAMPAIGNS, item)))


def test_more_items_than_one_answers_standing_are_refused() -> None:
    many = tuple(replace(FREE, code=f"q{number}") for number in range(13))
    check_questionnaire(replace(ASKED, items=many[:12]))
    with pytest.raises(Invalid):
        check_questionnaire(replace(ASKED, items=many))


def test_only_a_yes_is_sealed() -> None:
    told = [answered_sealed(answers) for answers in ({"extra_money": True}, {"extra_money": 1})]
    assert told == [True, False]
    assert not answered_sealed({"extra_money": False})
    assert not answered_sealed(None)


def test_a_used_version_a_past_day_and_a_bad_code_are_refused() -> None:
    check_unused(used=False)
    check_series("long-my-2025")
    check_days(DAY, None, DAY)
    with pytest.raises(RuleBroken):
        check_unused(used=True)
    with pytest.raises(Invalid):
        check_days(DAY - timedelta(1), None, DAY)
    with pytest.raises(Invalid):
        check_days(DAY, DAY - timedelta(1), DAY)
    for series in ("", "ab", "Long My", "-abc", "x" * 36):
        with pytest.raises(Invalid):
            check_series(series)
