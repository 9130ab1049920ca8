"""The five templates hold every row of the five tables, each computed or entered."""

import json
from datetime import date
from decimal import Decimal
from importlib.resources import files

import pytest

from shared.domain.campaign import MilestoneKind, check_weights
from shared.domain.campaign_template import Template, is_head, parse_template
from shared.domain.measure import Source
from shared.domain.scoring import CriterionRule
from tests.domain.campaign_rows import PERIODS, ROWS, Figure

LETTER = {
    Source.RATINGS: "R", Source.DOSSIERS: "D", Source.COMPLAINTS: "C", Source.CATALOGUE: "P",
    Source.MANUAL: "M", Source.SURVEY: "R", Source.INITIATIVES: "I", Source.REPORTS: "T",
    Source.EXTERNAL_INDEX: "X", Source.ORGANISATION: "O", Source.CHILD_CAMPAIGN: "K",
    Source.DERIVED: "H", Source.CONFIDENTIAL: "C", Source.REGISTERS: "M",
}  # fmt: skip


def template(key: str) -> Template:
    text = files("shared.reference").joinpath(f"campaigns/{key}.json").read_text("utf-8")
    return parse_template(key, json.loads(text))


TEMPLATES = {key: template(key) for key in ROWS}


def row_of(rule: CriterionRule) -> str:
    return rule.code.rstrip("abcdefgh")


@pytest.mark.parametrize(
    ("key", "row", "figure", "sources"),
    [(key, row, *facts) for key, rows in ROWS.items() for row, facts in rows.items()],
)
def test_every_row_of_the_tables_is_computed_or_entered_with_its_figure(
    key: str, row: str, figure: Figure, sources: str
) -> None:
    found = [rule for rule in TEMPLATES[key].criteria if row_of(rule) == row]
    assert found, f"row {row} is missing"
    assert {LETTER[Source(rule.source)] for rule in found} == set(sources)
    assert all(rule.max_points > 0 for rule in found)
    comparison, target = figure
    if comparison:
        assert {rule.target.comparison.value for rule in found} == {comparison}
    if target is not None:
        assert {rule.target.value for rule in found} == {Decimal(target)}


@pytest.mark.parametrize("key", ROWS)
def test_no_criterion_stands_outside_the_tables(key: str) -> None:
    assert {row_of(rule) for rule in TEMPLATES[key].criteria} == set(ROWS[key])


@pytest.mark.parametrize("key", ROWS)
def test_a_template_opens_whole(key: str) -> None:
    found = TEMPLATES[key]
    assert (found.starts_on.isoformat(), found.ends_on.isoformat()) == PERIODS[key]
    assert all((found.name, found.theme, found.document, found.organiser))
    assert "gợi ý" in found.source
    for kind in found.kinds:
        check_weights(found.criteria, kind)
    assert {rule.kind for rule in found.criteria} == found.kinds
    kinds = {one.kind for one in found.milestones}
    assert {MilestoneKind.PRELIMINARY, MilestoneKind.CLOSING} <= kinds


def test_zero_tolerance_is_a_veto() -> None:
    vetoes = {rule.code for found in TEMPLATES.values() for rule in found.criteria if rule.veto}
    assert vetoes == {"1.6", "4.5"}


def test_milestones_move_with_the_first_day_and_the_closing_one_with_the_last() -> None:
    nui_thanh = TEMPLATES["nui_thanh"]
    same = nui_thanh.milestones_from(nui_thanh.starts_on, nui_thanh.ends_on)
    assert [one.on for one in same] == [date(2024, 2, 29), date(2024, 11, 30)]
    later = nui_thanh.milestones_from(date(2027, 1, 1), date(2027, 12, 31))
    assert [one.on for one in later] == [date(2027, 8, 1), date(2027, 12, 31)]
    next_time = nui_thanh.milestones_from(date(2026, 8, 1), date(2027, 11, 30))
    assert [one.on for one in next_time] == [date(2027, 2, 28), date(2027, 11, 30)]
    half_years = TEMPLATES["bac_tra_my"].milestones_from(date(2027, 1, 1), date(2027, 12, 31))
    assert half_years[0].on == date(2027, 6, 30)
    short = nui_thanh.milestones_from(date(2027, 1, 1), date(2027, 2, 1))
    assert [one.on for one in short] == [date(2027, 2, 1)] * 2


@pytest.mark.parametrize(
    ("post", "head"),
    [
        ("Chủ tịch UBND xã", True), ("Trưởng phòng Nội vụ", True), ("Giám đốc Trung tâm", True),
        ("Phó Chủ tịch", False), ("Công chức tư pháp", False), ("", False),
    ],
)  # fmt: skip
def test_a_head_is_guessed_from_the_post(post: str, head: bool) -> None:
    assert is_head(post) is head
