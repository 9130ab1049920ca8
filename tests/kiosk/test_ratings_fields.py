"""POST /api/v1/ratings, field by field: what is refused by itself, and what is taken."""

from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.domain.rating import LONGEST_CODE, LONGEST_COMMENT
from shared.models.rating import Rating, RatingQuarantine
from shared.services.rating_totals import differences
from tests.rating_office import RatingOffice, a_rating, rating_office, send

HUGE = 10**300
NO_TEXT: tuple[Any, ...] = (0, 1, -1, HUGE, 1.5, True, False, [], {}, ["x"], {"x": 1})
NO_NUMBER: tuple[Any, ...] = ("", "1", "một", True, False, 1.0, 1.5, [], {}, [1], -1, HUGE, 2**63)
BAD_TEXT = ("", " ", "x\u0000", "\u0000", "\ud800", "a\udfff", "\u202eabc", "a\u200bb", "\x1b[31m")
BAD_CODE = (*BAD_TEXT, "x" * (LONGEST_CODE + 1), "có dấu", "a b", "-x", "x;--", "<b>", "../x\n")

REFUSED: dict[str, tuple[Any, ...]] = {
    "id": (None, *NO_TEXT, *BAD_TEXT, "x" * 36, "0" * 37, "{" + "0" * 34 + "}", "1" * 5_000),
    "sequence": (None, *NO_NUMBER, 0, 2**53),
    "rated_at": (
        *(None, *NO_TEXT, *BAD_TEXT, "yesterday", "09:30", "2026-11-18", "2026-11-18T09:30:00"),
        *("2026-02-30T09:30:00Z", "2026-11-18T25:00:00Z", "2026-11-18T09:30:00+25:00"),
        *("2026-11-18T09:30:61Z", "2026-11-18T09:60:00Z"),
        *("2026-11-18T09:30:00.123456789012345678901234567890Z", "20261118T0930Z" * 9),
    ),
    "score": (None, *NO_NUMBER, 0, 6),
    "questionnaire": (None, *NO_TEXT, *BAD_CODE, "never-heard-of"),
    "answers": (0, 1, False, "", [], "x", [1], ["x"], {"x": "y" * 8_001}),
    "procedure": (*NO_TEXT, *BAD_CODE),
    "dossier": (*NO_TEXT, *BAD_TEXT, "x" * (LONGEST_CODE + 1)),
    "language": (
        None,
        *NO_TEXT,
        *BAD_TEXT,
        "v",
        "VI",
        "vietnamese",
        "vi_VN",
        "vi-" + "x" * 20,
        "ab-12345678",
    ),
    "duration_ms": (None, *NO_NUMBER),
    "officer": (*NO_TEXT, *BAD_TEXT[1:], "x" * (LONGEST_CODE + 1)),
    "boot": (*NO_TEXT, *BAD_TEXT, "no uuid", "0" * 37),
    "uptime_ms": NO_NUMBER,
    "reasons": (
        0,
        1,
        False,
        "",
        {},
        "x",
        {"x": 1},
        [1],
        [None],
        [[]],
        ["có dấu"],
        ["x"] * 21,
        ["\ud800"],
    ),
    "comment": (0, 1, 1.5, True, False, [], {}, ["x"], "x" * (LONGEST_COMMENT + 1)),
    "closed_by": (0, 1, True, False, [], {}, "", "Done", "x" * 5_000, "\ud800"),
}
TAKEN: dict[str, tuple[Any, ...]] = {
    "sequence": (1, 2**53 - 1),
    "rated_at": (
        "2026-11-18T09:29:00+07:00",
        "2026-11-18T02:29:00Z",
        "2026-11-18 02:29:00.5+00:00",
        "2016-12-31T23:59:60Z",
        "2017-01-01T06:59:60.999+07:00",
    ),
    "score": (1, 2, 3, 4, 5),
    "questionnaire": ("default", "niemno-1"),
    "answers": (None, {}, {"a": {"b": [1, 2.5, None, "\u0000", "\ud800"]}}),
    "procedure": (None, "1.000894", "9.999999", "x" * LONGEST_CODE),
    "dossier": (None, "000.00.01.H01-261118-0001", "Hồ sơ 7/2026"),
    "language": ("vi", "en", "zh-Hans", "mnw", "zh-Hans-CN"),
    "duration_ms": (0, 2**53 - 1),
    "officer": (None, "", "NV-SANG", "NV-NOBODY", "không có", "a b", "-"),
    "boot": (None, "0B4C1B52-3B9F-4C53-9A3E-0B6C1AD4B9AA"),
    "uptime_ms": (None, 0, 2**53 - 1),
    "reasons": (None, [], ["waiting"], ["never-heard-of"], ["x"] * 20),
    "comment": (None, "", "\u0000", "\ud800", "😀" * LONGEST_COMMENT, "a\r\nb", "e\u0301"),
    "closed_by": (None, "done", "idle"),
    "unheard_of": (None, 1, "x", {"a": [1]}, "\ud800\u0000", HUGE),
}


@pytest.fixture
def office(session: Session, now: datetime) -> RatingOffice:
    """The office, committed."""
    return rating_office(session, now)


def outcomes(client: FlaskClient, office: RatingOffice, *ratings: Any) -> list[dict[str, Any]]:
    """Send a batch and give what became of each."""
    answer = send(client, office.token, *ratings)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    assert answer.json is not None
    results: list[dict[str, Any]] = answer.json["results"]
    assert len(results) == len(ratings)
    return results


@pytest.mark.parametrize("field", REFUSED)
def test_a_field_that_is_not_of_its_form_refuses_that_rating_alone_and_is_named(
    client: FlaskClient, office: RatingOffice, session: Session, field: str
) -> None:
    bad = [a_rating() | {field: value} for value in REFUSED[field]]
    if None in REFUSED[field]:
        bad.append({key: value for key, value in a_rating().items() if key != field})
    good = a_rating()
    results = outcomes(client, office, *bad, good)
    taken = [value for value, entry in zip(bad, results, strict=False) if not is_refused(entry)]
    assert taken == []
    assert all(
        field in entry["reason"] or "never-heard-of" in entry["reason"] for entry in results[:-1]
    )
    assert results[-1] == {"id": good["id"], "result": "stored", "reason": None}
    assert session.scalar(select(func.count()).select_from(Rating)) == 1
    assert differences(session) == []


def is_refused(entry: dict[str, Any]) -> bool:
    return bool(entry["result"] == "refused")


@pytest.mark.parametrize("field", TAKEN)
def test_every_value_of_the_form_is_stored_and_found_again(
    client: FlaskClient, office: RatingOffice, session: Session, field: str
) -> None:
    ratings = [a_rating() | {field: value} for value in TAKEN[field]]
    assert {entry["result"] for entry in outcomes(client, office, *ratings)} == {"stored"}
    assert {entry["result"] for entry in outcomes(client, office, *ratings)} == {"duplicate"}
    assert session.scalar(select(func.count()).select_from(Rating)) == len(ratings)
    assert differences(session) == []


def test_no_rating_at_all_is_refused_and_kept_in_quarantine_once(
    client: FlaskClient, office: RatingOffice, session: Session
) -> None:
    nothings: list[Any] = [
        None,
        0,
        1.5,
        True,
        "",
        "x",
        [],
        [[]],
        {},
        "\u0000",
        {"\u0000": "\ud800"},
    ]
    for _ in range(2):
        assert all(is_refused(entry) for entry in outcomes(client, office, *nothings))
    held = session.scalars(select(RatingQuarantine)).all()
    assert len(held) == len(nothings)
    assert session.scalar(select(func.count()).select_from(Rating)) == 0


def test_what_may_not_be_shown_is_taken_out_of_a_comment(
    client: FlaskClient, office: RatingOffice, session: Session
) -> None:
    comment = " Rất\u0000 tốt\u202e\r\ncảm ơn\ud800 "
    outcomes(client, office, a_rating(comment=comment))
    kept = session.scalars(select(Rating)).one()
    assert kept.comment == "Rất tốt\ncảm ơn"


def test_a_fourth_level_of_answers_is_read_and_an_endless_one_is_no_form(
    client: FlaskClient, office: RatingOffice
) -> None:
    endless: Any = 1
    for _ in range(30):
        endless = [endless]
    answer = send(client, office.token, a_rating(answers={"a": endless}))
    assert answer.status_code == 400


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec=None), max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)


@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(
    fields=st.lists(st.tuples(st.sampled_from(sorted(REFUSED)), ANYTHING), min_size=1, max_size=20)
)
def test_whatever_stands_in_a_field_the_answer_is_one_of_the_agreed(
    client: FlaskClient, office: RatingOffice, fields: list[tuple[str, Any]]
) -> None:
    ratings = [a_rating() | {field: value} for field, value in fields]
    good = a_rating()
    results = outcomes(client, office, *ratings, good)
    assert {entry["result"] for entry in results} <= {"stored", "refused", "conflict", "duplicate"}
    assert results[-1]["result"] == "stored"
