"""Units' registers: each kind taken from its own sample file, people named, reach kept."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from admin.office_forms import csv_template
from shared.adapters.csv_text import write_rows
from shared.domain.errors import Invalid, NotFound, RuleBroken
from shared.domain.register import RegisterKind
from shared.models.register import RegisterPerson
from shared.services import csv_import, unit_registers, weakness_rules
from shared.services.register_kinds import DISCIPLINE, INITIATIVE, KINDS
from shared.services.registers import Register
from tests.campaign_world import World, build
from tests.infrastructure.statements import statements
from tests.services.test_improvement import keeping, taken

INITIATIVE_CELLS = {
    "unit": "an",
    "code": "SK-1",
    "title": "Trả kết quả tại thôn",
    "people": "mai; Trần Văn Bình",
    "due_on": "2026-10-01",
    "mark": "86,5",
    "choice": "commune",
}


@pytest.fixture
def world(session: Session) -> World:
    return build(session)


@pytest.mark.parametrize("register", KINDS, ids=lambda register: register.key)
def test_every_register_takes_its_own_sample_file_once(world: World, register: Register) -> None:
    sample = csv_template(register.columns).decode("utf-8-sig")
    text = sample.replace("P-SENHONG", "an").replace("1.001193", world.procedures[0].code)
    setup = keeping(world)
    for expected in ("add", "same"):
        taken = csv_import.apply(world.session, setup, register, text, without_bad=False)
        assert [line.outcome for line in taken.lines] == [expected]
    (entry,) = register.entries(world.session, setup)
    assert unit_registers.counts(world.session, setup)[register.key] == 1
    assert register.entries(world.session, keeping(world, "binh")) == []
    with pytest.raises((NotFound, Invalid)):
        register.save(world.session, keeping(world, "binh"), entry.cells, entry.key)


@pytest.mark.parametrize("register", KINDS, ids=lambda register: register.key)
def test_a_file_handed_out_in_another_language_is_read_again(
    world: World, register: Register
) -> None:
    def said(words: str) -> str:
        return f"{words} in English"

    example = [
        said(column.choices[column.example]) if column.kind == "choice" else column.example
        for column in register.columns
    ]
    rows = write_rows([[said(column.label) for column in register.columns], example])
    text = rows.decode("utf-8-sig")
    text = text.replace("P-SENHONG", "an").replace("1.001193", world.procedures[0].code)
    setup = keeping(world)
    taken = csv_import.apply(world.session, setup, register, text, said, without_bad=False)
    assert ([line.outcome for line in taken.lines], taken.unused) == (["add"], ())


def test_registers_are_counted_within_reach_without_reading_them(world: World) -> None:
    taken(world)  # results of An and Bình
    rule = {"index": "sipas", "from_year": "2025", "below": "50", "fallen_by": "5"}
    weakness_rules.save(world.session, keeping(world), rule, None)
    for number, unit in enumerate(("an", "an", "binh")):
        cells = {**INITIATIVE_CELLS, "unit": unit, "code": f"SK-{number}"}
        INITIATIVE.save(world.session, keeping(world), cells, None)
    found = []
    for setup in (keeping(world), keeping(world, "binh")):
        with statements() as asked:
            found.append(unit_registers.counts(world.session, setup))
        assert len(asked) == 3
        assert found[-1] == {
            key: len(register.entries(world.session, setup))
            for key, register in unit_registers.REGISTERS.items()
        }
    assert [counts["initiative"] for counts in found] == [3, 1]


def test_authors_are_officers_by_their_code_and_others_by_name(world: World) -> None:
    setup = keeping(world)
    key = INITIATIVE.save(world.session, setup, INITIATIVE_CELLS, None)
    swapped = {**INITIATIVE_CELLS, "people": "Trần Văn Bình; mai"}
    INITIATIVE.save(world.session, setup, swapped, key)
    query = select(RegisterPerson.name, RegisterPerson.officer_id)
    people = world.session.execute(query.order_by(RegisterPerson.position)).all()
    assert [tuple(row) for row in people] == [
        ("Trần Văn Bình", None),
        ("mai", world.officers["mai"].id),
    ]
    (entry,) = INITIATIVE.entries(world.session, setup)
    assert (entry.cells["people"], entry.cells["mark"]) == ("Trần Văn Bình; mai", "86,5")


def test_a_number_is_used_once_in_a_unit_and_kind(world: World) -> None:
    setup = keeping(world)
    INITIATIVE.save(world.session, setup, INITIATIVE_CELLS, None)
    with pytest.raises(RuleBroken):
        INITIATIVE.save(world.session, setup, INITIATIVE_CELLS, None)
    INITIATIVE.save(world.session, setup, {**INITIATIVE_CELLS, "unit": "binh"}, None)


def test_the_register_of_discipline_has_no_place_for_a_name_or_a_case() -> None:
    assert {column.name for column in DISCIPLINE.columns} == {
        "unit",
        "code",
        "choice",
        "due_on",
        "done",
        "document",
    }
    assert len(KINDS) == len(RegisterKind)
