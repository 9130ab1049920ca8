"""Figures by place rest on the daily totals; single ratings hide time, secrets and oneself."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from shared.domain.campaign import Window
from shared.models.organisation import Officer, Shift
from shared.statistics import opinions
from shared.statistics.opinions import By
from tests import cast
from tests.cast import Place
from tests.stored_ratings import stored_rating

WINDOW = Window(date(2026, 11, 2), date(2026, 11, 15))
COUNTED = ("desk", "dossier")


@pytest.fixture
def places(session: Session, now: datetime) -> dict[str, Place]:
    """The two units."""
    return cast.build_places(session, now)


def rated(
    session: Session,
    place: Place,
    on: date,
    scores: list[int],
    *,
    lane: str = "desk",
    officer: bool = True,
    reasons: list[str] | None = None,
    came_on: date | None = None,
) -> list[UUID]:
    """Store ratings of a desk on a local day, received then or on a later one."""
    moment = datetime.combine(on, datetime.min.time()).astimezone() + timedelta(hours=12)
    return [
        stored_rating(
            session,
            place.unit_id,
            moment,
            moment + ((came_on or on) - on),
            lane=lane,
            desk_id=place.desk_id,
            officer_id=place.officer_id if officer else None,
            procedure_id=place.procedure_id,
            score=score,
            reasons=reasons or [],
            comment="Lời nhắn",
            rated_on=on,
        )
        for score in scores
    ]


@pytest.mark.parametrize(
    ("by", "name"),
    [
        (By.UNIT, "Phường Sen Hồng"),
        (By.DESK, "Quầy 1"),
        (By.OFFICER, "Lê Thu Hà"),
        (By.PROCEDURE, "Đăng ký khai sinh"),
    ],
)
def test_a_figure_has_its_share_its_number_and_its_interval(
    session: Session, places: dict[str, Place], by: By, name: str
) -> None:
    rated(session, places["sen"], date(2026, 11, 10), [5, 5, 4, 4, 3, 1, 5, 5])
    rated(session, places["sen"], date(2026, 11, 16), [1] * 9)  # after the window
    rated(session, places["sen"], date(2026, 11, 10), [1] * 9, lane="open")
    rated(session, places["lua"], date(2026, 11, 10), [1] * 9)
    (line,) = opinions.lines(session, by, {places["sen"].unit_id}, WINDOW, COUNTED)
    assert (line.name, line.cases, line.value) == (name, 8, Decimal(75))
    assert line.low is not None
    assert line.high is not None
    assert line.low < 75 < line.high


def test_under_five_ratings_there_is_no_share_and_the_next_place_hides_with_it(
    session: Session, places: dict[str, Place]
) -> None:
    units = {place.unit_id for place in places.values()}
    rated(session, places["sen"], date(2026, 11, 10), [1, 1, 1])
    rated(session, places["lua"], date(2026, 11, 10), [5] * 6)
    found = opinions.lines(session, By.UNIT, units, WINDOW, COUNTED)
    assert [(line.cases, line.value) for line in found] == [(6, None), (3, None)]
    assert opinions.whole(session, units, WINDOW, COUNTED).cases == 9


def test_ratings_without_an_officer_make_a_line_without_a_name(
    session: Session, places: dict[str, Place]
) -> None:
    rated(session, places["sen"], date(2026, 11, 10), [5] * 6, officer=False)
    (line,) = opinions.lines(session, By.OFFICER, {places["sen"].unit_id}, WINDOW, COUNTED)
    assert (line.name, line.cases) == ("", 6)


def test_an_officer_sees_whole_weeks_of_five_or_more(
    session: Session, places: dict[str, Place]
) -> None:
    sen = places["sen"]
    for day, number in ((2, 6), (9, 3), (16, 4), (23, 7)):
        rated(session, sen, date(2026, 11, day), [4] * number)
    rated(session, places["lua"], date(2026, 11, 9), [4] * 9)
    found = opinions.own_weeks(session, sen.officer_id, date(2026, 11, 25))
    assert [(batch.first_monday.day, batch.last_monday.day, batch.cases) for batch in found] == [
        (9, 16, 7),
        (2, 2, 6),
    ]


def test_a_rating_that_came_late_counts_in_the_week_it_came(
    session: Session, places: dict[str, Place]
) -> None:
    """Or two looks at a week that was shown would differ by what one resident said."""
    sen = places["sen"]
    rated(session, sen, date(2026, 11, 2), [5] * 6)

    def shown(on: date) -> list[tuple[int, int, int]]:
        weeks = opinions.own_weeks(session, sen.officer_id, on)
        return [(batch.first_monday.day, batch.hits, batch.cases) for batch in weeks]

    before = shown(date(2026, 11, 9))
    rated(session, sen, date(2026, 11, 3), [1], came_on=date(2026, 11, 10))
    assert shown(date(2026, 11, 10)) == before == [(2, 6, 6)]
    rated(session, sen, date(2026, 11, 10), [5] * 4)
    assert shown(date(2026, 11, 16)) == [(9, 4, 5), (2, 6, 6)]


def test_an_officers_weeks_hold_those_at_another_units_desk_and_from_before_a_move(
    session: Session, places: dict[str, Place]
) -> None:
    sen, lua = places["sen"], places["lua"]
    since, times = date(2026, 11, 2), {"starts": time(7), "ends": time(17)}
    elsewhere = Shift(desk_id=lua.desk_id, officer_id=sen.officer_id, valid_from=since, **times)
    session.add(elsewhere)
    rated(session, replace(lua, officer_id=sen.officer_id), since, [4] * 5)
    rated(session, sen, date(2026, 11, 9), [4] * 6)
    rated(session, lua, date(2026, 11, 9), [4] * 9)

    def cases() -> list[int]:
        weeks = opinions.own_weeks(session, sen.officer_id, date(2026, 11, 25))
        return [batch.cases for batch in weeks]

    assert cases() == [6, 5]
    session.get_one(Officer, sen.officer_id).unit_id = lua.unit_id
    session.flush()
    assert cases() == [6, 5]


def test_a_single_rating_carries_no_secret_reason_and_no_time(
    session: Session, places: dict[str, Place]
) -> None:
    reasons = ["waiting", "extra_money", "broker"]
    rated(session, places["sen"], date(2026, 11, 10), [2], reasons=reasons)
    (one,), total = opinions.single(session, {places["sen"].unit_id}, None, None, 1)
    assert (total, one.reasons, one.comment, one.rated_on) == (
        1,
        ["waiting"],
        "",
        date(2026, 11, 10),
    )
    assert not any(isinstance(value, datetime) for value in vars(one).values())


def test_words_beside_a_sealed_box_are_sealed_too(
    session: Session, places: dict[str, Place]
) -> None:
    rated(session, places["sen"], date(2026, 11, 10), [1], reasons=["waiting"])
    rated(session, places["sen"], date(2026, 11, 11), [1], reasons=["waiting", "broker"])
    found, _ = opinions.single(session, {places["sen"].unit_id}, None, None, 1)
    assert [one.comment for one in found] == ["", "Lời nhắn"]
    above, _ = opinions.single(session, {places["sen"].unit_id}, None, None, 1, unseal=True)
    assert [one.comment for one in above] == ["Lời nhắn", "Lời nhắn"]
    assert above[0].reasons == ["waiting", "broker"]


def test_the_order_of_single_ratings_is_by_day_and_then_by_chance(
    session: Session, places: dict[str, Place]
) -> None:
    keys = rated(session, places["sen"], date(2026, 11, 10), [1, 2, 3, 4, 5])
    scores = dict(zip(keys, [1, 2, 3, 4, 5], strict=True))
    found, _ = opinions.single(session, {places["sen"].unit_id}, None, None, 1)
    assert [one.score for one in found] == [scores[key] for key in sorted(keys)]


def test_nobody_reads_single_ratings_of_themselves_or_of_other_units(
    session: Session, places: dict[str, Place]
) -> None:
    sen, lua = places["sen"], places["lua"]
    rated(session, sen, date(2026, 11, 10), [2])
    rated(session, sen, date(2026, 11, 10), [3], officer=False)
    rated(session, lua, date(2026, 11, 10), [4])
    found, total = opinions.single(session, {sen.unit_id}, sen.officer_id, None, 1)
    assert ([one.score for one in found], total) == ([3], 1)
