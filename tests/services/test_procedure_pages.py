"""Procedures in public, and the day on which a posted sheet was read."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from shared.domain.errors import NotFound
from shared.services import procedure_pages, publications
from tests.campaign_world import NOW, TODAY, World, build
from tests.services.test_improvement import keeping


@pytest.fixture
def world(session: Session) -> World:
    return build(session)


def test_everybody_reads_the_procedures_in_force_line_by_line(world: World) -> None:
    world.procedures[0].papers = "Tờ khai\nGiấy chứng sinh"
    world.session.flush()
    listed = procedure_pages.of_unit(world.session, "an", NOW)
    assert [page.code for page in listed] == ["1.000001", "1.000002", "1.000003"]
    page = procedure_pages.one(world.session, "an", "1.000001", NOW)
    assert (page.unit, list(page.papers)) == ("Xã An", ["Tờ khai", "Giấy chứng sinh"])
    for unit, code in [("an", "1.000004"), ("an", "?"), ("nowhere", "1.000001")]:
        with pytest.raises(NotFound):
            procedure_pages.one(world.session, unit, code, NOW)


def test_reading_a_posted_sheet_proves_the_day_it_hung(world: World) -> None:
    session, an, first = world.session, world.unit("an"), world.procedures[0].id
    setup = keeping(world)
    (sheet,) = procedure_pages.to_print(session, setup, an, [first], NOW)
    (again,) = procedure_pages.to_print(session, setup, an, [first], NOW)
    assert again.token == sheet.token
    assert [line.read_on for line in publications.posted(session, setup, an)] == [None] * 3
    assert procedure_pages.read(session, sheet.token, NOW) == ("an", "1.000001")
    procedure_pages.read(session, sheet.token, NOW + timedelta(days=2))
    row = procedure_pages.sheets(session, an)[first]
    assert (row.first_read_on, row.last_read_on) == (TODAY, TODAY + timedelta(days=2))
    assert publications.posted(session, setup, an)[0].read_on == TODAY + timedelta(days=2)


def test_a_sheet_of_nothing_in_force_or_out_of_reach_is_not_there(world: World) -> None:
    an, over = world.unit("an"), world.procedures[3].id
    with pytest.raises(NotFound):
        procedure_pages.to_print(world.session, keeping(world), an, [over], NOW)
    keys = [world.procedures[0].id]
    with pytest.raises(NotFound):
        procedure_pages.to_print(world.session, keeping(world, "binh"), an, keys, NOW)
    with pytest.raises(NotFound):
        procedure_pages.read(world.session, "guessed", NOW)
