"""The records behind a measurement: the same ones that were counted, those that missed first."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session

from shared.domain.campaign import Measure, Settings, Window
from shared.models.complaint import ComplaintOfficer
from shared.models.rating import Rating
from shared.statistics import records
from shared.statistics.measures import Frame, Subject, measure_all
from tests.campaign_world import JANUARY_FIRST, NOW, TODAY, World, build

YEAR = Window(JANUARY_FIRST, TODAY)


@pytest.fixture
def world(session: Session) -> World:
    return build(session)


def frame(world: World) -> Frame:
    zone = ZoneInfo("Asia/Ho_Chi_Minh")
    return Frame(world.organisation.id, zone, Settings(), NOW, TODAY)


def unit(world: World, code: str) -> Subject:
    return Subject(1, frozenset({world.unit(code)}), None, YEAR)


def officer(world: World, code: str) -> Subject:
    known = world.officers[code]
    return Subject(2, frozenset({known.unit_id}), known.id, YEAR)


@pytest.mark.parametrize(
    "measure",
    [
        Measure.DOSSIERS_ONE_STOP,
        Measure.DOSSIERS_ONLINE,
        Measure.DOSSIERS_ON_TIME,
    ],
)
@pytest.mark.parametrize("whose", ["unit", "officer"])
def test_the_sheet_holds_exactly_the_dossiers_that_were_counted(
    world: World, measure: Measure, whose: str
) -> None:
    world.dossiers("binh", 3, officer="nam")
    world.dossiers("binh", 2, took=9, one_stop=False, online=False, officer="nam")
    world.dossiers("binh", 1, took=None, days=30, level=2, officer="nam")
    world.dossiers("binh", 1, due_on=None, level=None, online=False)
    world.dossiers("binh", 1, received_on=date(2025, 12, 31), officer="nam")
    subject = unit(world, "binh") if whose == "unit" else officer(world, "nam")
    figure = measure_all(world.session, frame(world), [subject], [measure])[subject.key, measure]
    sheet = records.dossiers(world.session, frame(world), subject, measure, 1)
    assert sheet.total == figure.cases
    assert sum(line.hit for line in sheet.lines) == figure.hits
    assert [line.hit for line in sheet.lines] == sorted(line.hit for line in sheet.lines)


def test_a_sheet_is_read_page_by_page_and_a_page_beyond_is_the_last(world: World) -> None:
    world.dossiers("binh", records.PAGE_SIZE + 1)
    wanted = Measure.DOSSIERS_ONE_STOP
    subject = unit(world, "binh")
    second = records.dossiers(world.session, frame(world), subject, wanted, 2)
    assert (len(second.lines), second.page, second.pages) == (1, 2, 2)
    assert records.dossiers(world.session, frame(world), subject, wanted, 99).page == 2


def test_complaints_of_the_sheet_leave_out_those_that_name_the_reader(world: World) -> None:
    received, due = date(2026, 11, 2), date(2026, 11, 9)
    shown = world.complaint("binh", received, due, due + timedelta(1), "nam")
    hidden = world.complaint("binh", received, due, due, "nam")
    mai = world.officers["mai"].id
    world.session.add(ComplaintOfficer(complaint_id=hidden.id, officer_id=mai))
    world.session.flush()

    def numbers(subject: Subject, reader: int | None) -> list[str]:
        sheet = records.complaints(world.session, frame(world), subject, reader, 1)
        return [line.record.number for line in sheet.lines]

    assert numbers(unit(world, "binh"), mai) == [shown.number]
    assert numbers(unit(world, "binh"), None) == [shown.number, hidden.number]
    assert numbers(officer(world, "nam"), mai) == [shown.number]


def test_procedures_that_are_not_posted_come_first(world: World) -> None:
    world.post("binh", world.procedures[:2])
    sheet = records.procedures(world.session, frame(world), unit(world, "binh"), 1)
    assert [(line.record.code, line.hit) for line in sheet.lines] == [
        ("1.000003", False),
        ("1.000001", True),
        ("1.000002", True),
    ]


def test_ratings_of_the_sheet_do_not_come_in_the_order_they_were_given(world: World) -> None:
    rows = [_rating(world, UUID(int=key), minute) for minute, key in enumerate((3, 1, 2))]
    world.session.execute(insert(Rating), rows)
    sheet = records.ratings(world.session, Settings(), unit(world, "binh"), None, 1, NOW)
    assert [line.record.id.int for line in sheet.lines] == [1, 2, 3]
    assert (
        records.ratings(
            world.session, Settings(lanes=("open",)), unit(world, "binh"), None, 1, NOW
        ).total
        == 0
    )


def _rating(world: World, key: UUID, minute: int) -> dict[str, Any]:
    return {
        "id": key,
        "digest": "0" * 64,
        "lane": "desk",
        "unit_id": world.unit("binh"),
        "score": 4,
        "questionnaire": "niemno-1",
        "answers": {},
        "reasons": [],
        "language": "vi",
        "duration_ms": 900,
        "device_rated_at": NOW.isoformat(),
        "rated_at": NOW + timedelta(minutes=minute),
        "rated_on": TODAY,
        "received_at": NOW,
        "marks": [],
    }
