"""The tables shipped as reference: complete, in order, and free of research marks."""

import csv
import re
import unicodedata
from importlib.resources import files

import pytest

Rows = list[dict[str, str]]


def rows(name: str) -> Rows:
    text = files("shared.reference").joinpath(name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


@pytest.fixture(scope="module")
def units() -> Rows:
    return rows("units.csv")


@pytest.fixture(scope="module")
def procedures() -> Rows:
    return rows("procedures.csv")


def test_every_province_and_commune_since_july_2025_is_there(units: Rows) -> None:
    levels = [row["level"] for row in units]
    assert (levels.count("province"), levels.count("commune")) == (34, 3321)
    assert {row["valid_from"] for row in units} == {"2025-07-01"}


def test_codes_keep_their_zeros_and_are_given_once(units: Rows) -> None:
    for row in units:
        assert re.fullmatch(r"\d{2}" if row["level"] == "province" else r"\d{5}", row["code"])
    assert len({(row["level"], row["code"]) for row in units}) == len(units)


def test_every_commune_lies_in_a_province_of_that_name(units: Rows) -> None:
    provinces = {row["code"]: row["name"] for row in units if row["level"] == "province"}
    assert all(provinces[row["province_code"]] == row["province_name"] for row in units)


def test_every_unit_names_what_it_was_made_of(units: Rows) -> None:
    old = {
        code for row in units if row["level"] == "commune" for code in row["predecessors"].split()
    }
    assert all(row["predecessors"] for row in units)
    assert len(old) == 10_040  # communes, and five island districts without any, until 2025-06-30


def test_names_have_composed_accents_and_single_blanks(units: Rows, procedures: Rows) -> None:
    for row in units + procedures:
        assert row["name"] == unicodedata.normalize("NFC", " ".join(row["name"].split()))


def test_the_catalogue_holds_no_mark_of_its_research(procedures: Rows) -> None:
    assert len(procedures) == 45
    text = "\n".join(" ".join(row.values()) for row in procedures)
    assert not re.search(
        r"[`*\[\]≤<>+]|\((M|S|I|V|\d+)\)|\bwd\b|same day|province|free|none|max", text
    )
    assert not re.search(r"\bđ\b|BTXH|QSDĐ|GPXD", text)


def test_every_procedure_says_its_time_and_fee_in_words(procedures: Rows) -> None:
    assert all(row["time_limit"] and row["fee"] and row["field"] for row in procedures)
    assert len({row["code"] for row in procedures}) == 45
    assert all(re.fullmatch(r"\d\.\d{6}", row["code"]) for row in procedures)


def test_the_number_of_days_agrees_with_the_words(procedures: Rows) -> None:
    for row in procedures:
        days, words = row["limit_working_days"], row["time_limit"]
        if days == "":
            assert words == "Theo quy định của tỉnh"
        elif days == "0":
            assert words.startswith("Trong ngày làm việc")
        else:
            assert words.startswith(f"{days} ngày làm việc")
