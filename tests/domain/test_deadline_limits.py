"""The shipped limits, which of them is in force, and rows and moments that are refused."""

import csv
from datetime import date
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest

from shared.domain.complaint import Kind, Tier
from shared.domain.deadline import Stage, Unit, limit_in_force, received_moment
from shared.domain.errors import Invalid, RuleBroken
from shared.domain.limit_table import read_limits

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
WORKING, CALENDAR = Unit.WORKING_DAY, Unit.CALENDAR_DAY


def shipped() -> list[dict[str, str]]:
    text = files("shared.reference").joinpath("deadline_rules.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


LIMITS = read_limits(shipped())


@pytest.mark.parametrize(
    ("kind", "tier", "stage", "on", "amount", "unit"),
    [
        ("report", "own", "answer", "2026-11-16", 5, WORKING),
        ("report", "across", "answer", "2026-11-16", 7, WORKING),
        ("report", "special", "answer", "2026-11-16", 10, WORKING),
        ("petition", "own", "answer", "2018-01-01", 5, WORKING),
        ("petition", "across", "answer", "2026-11-16", 7, WORKING),
        ("petition", "special", "answer", "2026-11-16", 10, WORKING),
        ("suggestion", "own", "answer", "2026-11-16", 5, WORKING),
        ("explanation", "own", "answer", "2019-08-14", 5, WORKING),
        ("explanation", "own", "answer", "2026-11-16", 15, CALENDAR),
        ("report", "own", "transfer", "2026-11-16", 5, WORKING),
        ("report", "own", "acknowledge", "2026-11-16", 10, WORKING),
        ("formal_complaint", "own", "acknowledge", "2026-06-30", 10, CALENDAR),
        ("formal_complaint", "own", "acknowledge", "2026-07-01", 7, WORKING),
        ("formal_complaint", "special", "acknowledge", "2026-07-01", 7, WORKING),
        ("formal_complaint", "own", "answer", "2026-11-16", 30, CALENDAR),
        ("formal_complaint", "across", "answer", "2026-06-30", 30, CALENDAR),
        ("formal_complaint", "across", "answer", "2026-07-01", 45, CALENDAR),
        ("formal_complaint", "special", "answer", "2026-11-16", 45, CALENDAR),
        ("denunciation", "own", "classify", "2026-11-16", 7, WORKING),
        ("denunciation", "across", "classify", "2026-11-16", 10, WORKING),
        ("denunciation", "own", "transfer", "2026-11-16", 5, WORKING),
        ("denunciation", "own", "acknowledge", "2026-11-16", 5, WORKING),
        ("denunciation", "special", "answer", "2026-11-16", 30, CALENDAR),
    ],
)
def test_shipped_limit_in_force(
    kind: str, tier: str, stage: str, on: str, amount: int, unit: Unit
) -> None:
    found = limit_in_force(LIMITS, Kind(kind), Tier(tier), Stage(stage), date.fromisoformat(on))
    assert (found.amount, found.unit) == (amount, unit)


@pytest.mark.parametrize(
    ("kind", "stage", "on"),
    [
        (Kind.PRAISE, Stage.ANSWER, date(2026, 11, 16)),
        (Kind.REPORT, Stage.CLASSIFY, date(2026, 11, 16)),
        (Kind.REPORT, Stage.ANSWER, date(2017, 12, 31)),
        (Kind.DENUNCIATION, Stage.ANSWER, date(2018, 12, 31)),
    ],
)
def test_no_limit_is_said_not_guessed(kind: Kind, stage: Stage, on: date) -> None:
    with pytest.raises(RuleBroken) as refusal:
        limit_in_force(LIMITS, kind, Tier.OWN, stage, on)
    assert refusal.value.code == "no_limit_in_force"
    assert on.strftime("%d/%m/%Y") in str(refusal.value)


def test_newest_limit_wins_where_two_overlap() -> None:
    rows = [row for row in shipped() if row["code"].endswith("report-answer-own")]
    newer = rows[0] | {"code": "newer", "in_force_from": "2026-10-01", "amount": "3"}
    limits = read_limits([newer, rows[0]])
    found = [
        limit_in_force(limits, Kind.REPORT, Tier.OWN, Stage.ANSWER, on).code
        for on in (date(2026, 9, 30), date(2026, 10, 1))
    ]
    assert found == [rows[0]["code"], "newer"]


def test_shipped_codes_are_unique_and_fit_their_columns() -> None:
    assert len({found.code for found in LIMITS}) == len(LIMITS)
    assert max(len(found.code) for found in LIMITS) <= 60
    assert max(len(found.document) for found in LIMITS) <= 300
    assert max(len(found.legal_basis) for found in LIMITS) <= 500


def test_house_rules_say_that_they_are_a_sample() -> None:
    house = [found for found in LIMITS if found.code.startswith("sample-")]
    assert len(house) == 12
    assert all("dữ liệu mẫu" in found.document for found in house)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("kind", "complaint"),
        ("tier", "remote"),
        ("stage", ""),
        ("amount", "0"),
        ("amount", "-5"),
        ("amount", "5.0"),
        ("amount", "٥"),
        ("amount", "1001"),
        ("amount", "9" * 5000),
        ("unit", "day"),
        ("in_force_from", "01/01/2018"),
        ("in_force_from", "20180101"),
        ("in_force_to", "2017-12-31"),
        ("code", " "),
        ("document", ""),
    ],
)
def test_wrong_limit_row_is_refused_with_line_and_column(column: str, value: str) -> None:
    rows = shipped()[:2]
    rows[1][column] = value
    with pytest.raises(Invalid) as refusal:
        read_limits(rows)
    assert refusal.value.field == column
    assert refusal.value.params["line"] == 3
    assert "Dòng 3" in str(refusal.value)


def test_longest_amount_is_still_read() -> None:
    row = shipped()[0] | {"amount": "1000"}
    assert read_limits([row])[0].amount == 1000


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-16T09:12:00+07:00", "2026-11-16T09:12:00+07:00"),
        ("2026-11-16T02:12:00Z", "2026-11-16T02:12:00+00:00"),
        ("2026-11-16T09:12", "2026-11-16T09:12:00+07:00"),
        (" 2026-11-16 ", "2026-11-16T00:00:00+07:00"),
    ],
)
def test_received_text_without_offset_is_local_time(text: str, moment: str) -> None:
    assert received_moment(text, ZONE).isoformat() == moment


@pytest.mark.parametrize(
    "text", ["", "hôm qua", "16/11/2026", "2026-02-29", "9999-12-31", "0001-01-01", "2026-13-01"]
)
def test_received_text_that_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        received_moment(text, ZONE)
    assert refusal.value.field == "received"
