"""Two frozen standings differ: told in words, whose, of which criterion, before and after."""

import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any, get_args, get_type_hints

import pytest

from shared.domain.frozen_words import RESULT, RULE, SCORE, WHOLE, Words
from shared.domain.review_difference import OTHER, Told, Whose, in_vietnamese, told
from shared.domain.scoring import CompetitorKind, CriterionRule, Note, Score
from shared.services.standings import Place, Standing

JUDGED_BY = {
    "code": "2.8",
    "name": "Hài lòng",
    "source": "manual",
    "target": {"comparison": "at_least", "unit": "percent", "value": "95"},
    "max_points": "10",
}
MEASUREMENT = {
    "as_of": "2026-06-30T16:59:59+00:00",
    "state": "measured",
    "value": "90.00",
    "hits": 18,
    "cases": 20,
    "interval": {"low": "69.90", "high": "97.21"},
    "note": None,
}


def place(code: str, name: str) -> dict[str, Any]:
    score = {
        "rule": JUDGED_BY,
        "measurement": MEASUREMENT,
        "points": "9",
        "state": "scored",
        "reason": "unmet",
    }
    return {
        "competitor": {"code": code, "name": name, "kind": "collective", "joined_on": None},
        "row": {"rank": 1, "total": "90.00", "entry": {"scores": [score]}},
    }


def record() -> Any:
    """Two competitors judged by one criterion, as plain facts of their own."""
    standing = {
        "frame": {"as_of": "2026-06-30T16:59:59+00:00"},
        "plan": {"name": "Thi đua", "criteria": [JUDGED_BY]},
        "places": [place("an", "Xã An"), place("binh", "Xã Bình")],
    }
    return json.loads(json.dumps(standing))


def score_of(standing: Any, number: int = 0) -> Any:
    return standing["places"][number]["row"]["entry"]["scores"][0]


def words(one: Told) -> tuple[str | None, str | None, str, str, str]:
    whose = None if one.whose is None else one.whose.name
    sides = in_vietnamese(one.before), in_vietnamese(one.after)
    return whose, one.criterion and one.criterion[0], one.what, *sides


def test_a_figure_is_told_of_its_competitor_and_criterion_with_both_sides() -> None:
    before, after = record(), record()
    score_of(after)["measurement"] |= {"value": "92.50", "cases": 25}
    score_of(after)["measurement"]["interval"] = {"low": "75.00", "high": "98.00"}
    score_of(after)["reason"] = "met"
    after["places"][0]["row"]["total"] = "92.50"
    assert [words(one) for one in told(before, after)] == [
        ("Xã An", None, "Tổng điểm", "90", "92,5"),
        ("Xã An", "2.8", "Căn cứ cho điểm", "Chưa đạt", "Đạt"),
        ("Xã An", "2.8", "Kết quả đo (%)", "90", "92,5"),
        ("Xã An", "2.8", "Số trường hợp", "20", "25"),
        ("Xã An", "2.8", "Khoảng 95 %", "69,9 – 97,21", "75 – 98"),
    ]
    last = told(before, after)[-2]
    assert last.path == "places.an.row.entry.scores.2.8.measurement.cases"
    assert last.criterion == ("2.8", "Hài lòng")
    assert last.whose == Whose(CompetitorKind.COLLECTIVE, "an", "Xã An")


def test_a_rule_and_an_instant_that_every_score_repeats_are_told_once_for_all() -> None:
    before, after = record(), record()
    after["plan"]["criteria"][0]["max_points"] = "12"
    after["frame"]["as_of"] = "2026-06-30T15:00:00+00:00"
    for number in range(2):
        score_of(after, number)["rule"]["max_points"] = "12"
        score_of(after, number)["measurement"]["as_of"] = "2026-06-30T15:00:00+00:00"
    found = told(before, after)
    assert [(one.whose, one.what, one.path) for one in found] == [
        (None, "Tính đến", "frame.as_of"),
        (None, "Điểm tối đa", "plan.criteria.2.8.max_points"),
    ]
    assert (found[1].criterion, found[1].before, found[1].after) == (
        ("2.8", "Hài lòng"),
        Decimal(10),
        Decimal(12),
    )


def test_who_came_or_went_and_a_new_criterion_are_told_as_a_whole() -> None:
    before, after = record(), record()
    del after["places"][1]
    after["plan"]["criteria"].append({**JUDGED_BY, "code": "2.9", "name": "Văn bản điện tử"})
    assert [words(one) for one in told(before, after)] == [
        (None, "2.9", "Có trong bộ tiêu chí", "không", "có"),
        ("Xã Bình", None, "Có trong bảng xếp hạng", "có", "không"),
    ]


def test_a_day_and_a_note_are_read_and_a_note_is_told_whole() -> None:
    before, after = record(), record()
    after["places"][0]["competitor"]["joined_on"] = "2026-03-01"
    score_of(before)["measurement"]["note"] = {"text": "Còn %(n)s", "values": {"n": "3"}}
    score_of(after)["measurement"]["note"] = {"text": "Chỉ còn %(n)s", "values": {"n": "4"}}
    joined, noted = told(before, after)
    assert (joined.before, joined.after) == (None, date(2026, 3, 1))
    assert (noted.before, noted.after) == (
        Note("Còn %(n)s", {"n": "3"}),
        Note("Chỉ còn %(n)s", {"n": "4"}),
    )
    assert in_vietnamese(noted.after) == "Chỉ còn 4"


def test_a_share_of_too_few_ratings_is_not_told() -> None:
    before, after = record(), record()
    for one in (score_of(before), score_of(after)):
        one["rule"]["source"] = "ratings"
        one["measurement"]["cases"] = 4
    score_of(after)["measurement"]["value"] = "75.00"
    assert [words(one)[3:] for one in told(before, after)] == [("chưa đủ dữ liệu",) * 2]


def test_the_order_of_all_is_told_only_where_nothing_else_tells_it() -> None:
    before, after = record(), record()
    after["places"].reverse()
    assert [words(one) for one in told(before, after)] == [
        (None, None, "Thứ tự xếp hạng", "Xã An, Xã Bình", "Xã Bình, Xã An")
    ]
    after["places"][0]["row"]["rank"] = 2
    assert [one.what for one in told(before, after)] == ["Hạng"]


def test_what_has_no_words_yet_is_told_by_its_way() -> None:
    before, after = record(), record()
    after["plan"]["motto"] = "Nghĩa tình"
    (found,) = told(before, after)
    assert (found.what, found.path, found.after) == (OTHER, "plan.motto", "Nghĩa tình")


def leaves(kind: Any, way: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Give the ways to every part that a record of this type is written with."""
    inner = [one for one in get_args(kind) if is_dataclass(one)]
    if isinstance(kind, type) and is_dataclass(kind):
        hints = get_type_hints(kind)
        for field in fields(kind):
            yield from leaves(hints[field.name], (*way, field.name))
    elif inner:
        yield from leaves(inner[0], way)
    else:
        yield way


@pytest.mark.parametrize(
    ("kind", "words", "elsewhere"),
    [
        # Of what is shown in whole weeks no review is made.
        (Standing, WHOLE, {("places",), ("plan", "criteria"), ("frame", "shown_until")}),
        (Place, RESULT, {("row", "entry", "scores")}),
        (Score, SCORE, {("rule",), ("measurement", "as_of")}),
        (CriterionRule, RULE, set[tuple[str, ...]]()),
    ],
)
def test_every_part_of_what_is_frozen_has_words_of_its_own(
    kind: type, words: Words, elsewhere: set[tuple[str, ...]]
) -> None:
    """A part added to what is frozen has to be given words."""
    untold = [
        way
        for way in leaves(kind)
        if not any(way[:length] in words.keys() | elsewhere for length in range(1, len(way) + 1))
    ]
    assert untold == []
