"""A rule set: versions from a date, none changed that judged, none slipped in by who may not."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from shared.domain.errors import Invalid, NotAllowed, NotFound, RuleBroken
from shared.models.calendar import DeadlineRule
from shared.services import calendars, organisations, rule_sets
from shared.services.registers import Setup
from tests.case_world import build, file, person
from tests.cast import Place

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
REPORT = "sample-2018-report-answer-own"
ALLOWED = "sample-2018-report-handling-own"
OWN_RULES = "Quyết định 12/2026/QĐ-UBND (ví dụ)"
LIMIT = {
    "amount": "3",
    "unit": "working_day",
    "in_force_from": "2026-12-01",
    "document": OWN_RULES,
    "legal_basis": "Trả lời trong 3 ngày làm việc",
}
ALLOWANCE = {
    "receipt": "same_day",
    "pauses_max": "1",
    "pause_cap": "5",
    "extensions_max": "0",
    "extension_max": "0",
    "in_force_from": "2026-12-01",
    "document": OWN_RULES,
    "legal_basis": "Tạm dừng một lần khi hỏi người gửi, tất cả 5 ngày làm việc",
}


def at(text: str) -> datetime:
    """Read local time in Việt Nam."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.fixture
def sen(session: Session, now: datetime) -> Place:
    """Phường Sen Hồng with the shipped rules."""
    return build(session, now)["sen"]


@pytest.fixture
def known(session: Session, sen: Place, now: datetime) -> Setup:
    """The setup of the organisation by who reaches all of it."""
    return organisations.setup_of(session, person(session, "root"), "", now)


def test_a_new_version_holds_from_its_day_and_older_cases_keep_theirs(
    session: Session, sen: Place, known: Setup
) -> None:
    before = file(session, sen, at("2026-11-30T09:00"))
    added = rule_sets.add_limit(session, known, REPORT, LIMIT)
    after = file(session, sen, at("2026-12-01T09:00"))
    assert added.code == "own-report-answer-own-2026-12-01"
    assert (before.rule_code, before.due_on) == (REPORT, date(2026, 12, 7))
    assert (after.rule_code, after.due_on) == (added.code, date(2026, 12, 4))


def test_a_version_does_not_begin_before_the_one_it_follows(session: Session, known: Setup) -> None:
    rule_sets.add_limit(session, known, REPORT, LIMIT)
    with pytest.raises(Invalid) as refusal:
        rule_sets.add_limit(session, known, REPORT, LIMIT)
    assert refusal.value.field == "in_force_from"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("amount", "0"),
        ("amount", "1001"),
        ("amount", "٥"),
        ("unit", "day"),
        ("in_force_from", ""),
        ("document", "   "),
        ("document", "x" * 301),
        ("legal_basis", ""),
    ],
)
def test_a_version_without_figure_day_or_document_is_refused(
    session: Session, known: Setup, field: str, value: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        rule_sets.add_limit(session, known, REPORT, {**LIMIT, field: value})
    assert refusal.value.field == field


def test_a_step_that_had_no_limit_gets_a_first_one_in_hours(
    session: Session, sen: Place, known: Setup
) -> None:
    fields = {"kind": "report", "tier": "own", "stage": "classify", "unit": "working_hour"}
    rule_sets.add_limit(session, known, "", {**LIMIT, **fields, "amount": "8"})
    found = calendars.clock_of(session, None)
    assert [one.amount for one in found.limits if one.stage == "classify" and one.kind == "report"]
    with pytest.raises(Invalid) as refusal:
        rule_sets.add_limit(session, known, "", LIMIT)
    assert refusal.value.field == "kind"


def test_what_judged_a_case_cannot_be_taken_back_and_a_slip_can(
    session: Session, sen: Place, known: Setup
) -> None:
    added = rule_sets.add_limit(session, known, REPORT, LIMIT)
    slip = rule_sets.add_handling(session, known, ALLOWED, ALLOWANCE)
    rule_sets.withdraw(session, known, slip.code)
    file(session, sen, at("2026-12-01T09:00"))
    with pytest.raises(RuleBroken) as refusal:
        rule_sets.withdraw(session, known, added.code)
    assert refusal.value.code == "rule_has_judged"
    for code in (REPORT, "own-nothing", slip.code):
        with pytest.raises(NotFound):
            rule_sets.withdraw(session, known, code)


def test_an_allowance_is_a_version_too(session: Session, sen: Place, known: Setup) -> None:
    added = rule_sets.add_handling(session, known, ALLOWED, ALLOWANCE)
    assert (added.pauses_max, added.pause_cap, added.ceiling) == (1, 5, None)
    clock = calendars.clock_of(session, None)
    held = [
        clock.allowed(added.kind, added.tier, at(moment))
        for moment in ("2026-11-30T23:59", "2026-12-01T00:00")
    ]
    assert [one.code if one else None for one in held] == [ALLOWED, added.code]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"pause_cap": "0"}, "pause_cap"),
        ({"pause_cap": "31"}, "pause_cap"),
        ({"pauses_max": "0"}, "pause_cap"),
        ({"extensions_max": "1"}, "extension_max"),
        ({"cut_off": "đêm"}, "cut_off"),
        ({"receipt": "whenever"}, "receipt"),
    ],
)
def test_no_allowance_is_without_bounds(
    session: Session, known: Setup, changed: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        rule_sets.add_handling(session, known, ALLOWED, {**ALLOWANCE, **changed})
    assert refusal.value.field == field


def test_the_page_says_which_versions_hold_today(
    session: Session, sen: Place, known: Setup
) -> None:
    found = rule_sets.versions(session, known)
    assert REPORT in found.in_force
    assert "complaints-2011-acknowledge-own" not in found.in_force  # until 30 June 2026
    assert found.limits[0].kind == "report"
    assert {"formal_complaint", "denunciation", "dossier"} <= {one.kind for one in found.limits}


def test_shipped_rules_that_are_missing_are_added_and_nothing_else_changes(
    session: Session, known: Setup
) -> None:
    assert rule_sets.take_shipped(session, known) == 0
    before = {one.code for one in calendars.limits(session, known.organisation.id)}
    session.execute(delete(DeadlineRule).where(DeadlineRule.code == "complaints-2011-second-own"))
    assert rule_sets.take_shipped(session, known) == 1
    assert {one.code for one in calendars.limits(session, known.organisation.id)} == before


def test_a_remote_area_is_named_with_its_document(
    session: Session, sen: Place, known: Setup
) -> None:
    with pytest.raises(Invalid):
        rule_sets.mark_remote(session, known, sen.unit_id, {"valid_from": "2026-01-01"})
    rule_sets.mark_remote(
        session, known, sen.unit_id, {"valid_from": "2026-01-01", "document": OWN_RULES}
    )
    session.flush()
    assert sen.unit_id in rule_sets.versions(session, known).remote
    rule_sets.mark_remote(session, known, sen.unit_id, {})
    session.flush()
    assert rule_sets.versions(session, known).remote == {}


def test_who_reaches_one_unit_changes_nothing_for_all(
    session: Session, sen: Place, now: datetime
) -> None:
    own = organisations.setup_of(session, person(session, "admin-sen"), "", now)
    for act in (
        lambda: rule_sets.add_limit(session, own, REPORT, LIMIT),
        lambda: rule_sets.add_handling(session, own, ALLOWED, ALLOWANCE),
        lambda: rule_sets.withdraw(session, own, "own-x"),
        lambda: rule_sets.take_shipped(session, own),
        lambda: rule_sets.mark_remote(session, own, sen.unit_id, {}),
    ):
        with pytest.raises(NotAllowed):
            act()
