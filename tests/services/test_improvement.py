"""Published results imported and compared, and the actions about the weak ones."""

from datetime import timedelta
from fractions import Fraction

import pytest
from sqlalchemy.orm import Session

from shared.domain.access import Actor, Permission
from shared.domain.errors import Invalid, NotAllowed, NotFound, RuleBroken
from shared.domain.improvement import Weakness
from shared.services import csv_import, improvement, index_results, weakness_rules
from shared.services.registers import Setup
from tests.campaign_world import NOW, World, build

FILE = """unit;index;year;code;name;points;most_points;document;published_on
an;SIPAS;2024;2.1;Thái độ;1,9;2;QĐ 1;15/04/2025
an;SIPAS;2025;2.1;Thái độ;1,8;2;QĐ 2;15/04/2026
an;SIPAS;2025;2.2;Đúng hẹn;1,2;2;QĐ 2;15/04/2026
binh;SIPAS;2025;2.1;Thái độ;2;2;QĐ 2;15/04/2026
cat;SIPAS;2025;2.1;Thái độ;3;2;QĐ 2;15/04/2026
"""
PLAN = {"cause": "Ít người", "remedy": "Thêm quầy", "owner": "Bà Mai", "due_on": "2026-11-01"}


@pytest.fixture
def world(session: Session) -> World:
    return build(session)


def keeping(world: World, *names: str) -> Setup:
    units = frozenset(world.unit(name) for name in names) or world.scope
    actor = Actor(
        1,
        "hoa",
        "Hoa",
        None,
        "vi",
        must_change_password=False,
        reach={Permission.ENTER_FIGURES: units},
    )
    return Setup(actor, world.organisation, NOW, permission=Permission.ENTER_FIGURES)


def taken(world: World) -> dict[tuple[str, str], improvement.Line]:
    csv_import.apply(world.session, keeping(world), index_results.REGISTER, FILE, without_bad=True)
    found = improvement.lines(world.session, world.scope, "sipas", 2025, NOW)
    return {(line.unit, line.result.code): line for line in found}


def test_results_of_two_years_stand_side_by_side(world: World) -> None:
    lines = taken(world)
    assert len(lines) == 3  # more than the most points cannot be
    attitude = lines["Xã An", "2.1"]
    assert (attitude.reached, attitude.change) == (Fraction(90), Fraction(-5))
    assert attitude.weak == (Weakness.FALLEN,)
    assert lines["Xã An", "2.2"].weak == (Weakness.BELOW,)
    assert lines["Xã Bình", "2.1"].weak == ()


def test_taking_the_file_again_changes_nothing(world: World) -> None:
    taken(world)
    again = csv_import.apply(
        world.session, keeping(world), index_results.REGISTER, FILE, without_bad=True
    )
    assert (again.count("add"), again.count("change"), again.count("same")) == (0, 0, 4)


def test_the_rule_of_the_year_says_what_is_weak(world: World) -> None:
    rule = {"index": "sipas", "from_year": "2025", "below": "50", "fallen_by": "5"}
    weakness_rules.save(world.session, keeping(world), rule, None)
    assert [line.weak for line in taken(world).values()] == [(), (), ()]
    later = {**rule, "from_year": "2026", "below": "100"}
    weakness_rules.save(world.session, keeping(world), later, None)
    assert [line.weak for line in taken(world).values()] == [(), (), ()]
    with pytest.raises(Invalid):
        weakness_rules.save(world.session, keeping(world), rule, None)
    with pytest.raises(NotAllowed):
        weakness_rules.save(world.session, keeping(world, "an"), later, None)


def test_an_action_keeps_every_step_and_is_late_until_it_is_over(world: World) -> None:
    session, key = world.session, taken(world)["Xã An", "2.2"].result.id
    an = frozenset({world.unit("an")})
    action = improvement.plan(session, an, key, PLAN, "hoa", NOW)
    assert [one.days for one in improvement.late(session, an, NOW)] == [21]
    improvement.plan(session, an, key, PLAN, "hoa", NOW)  # nothing new: no step
    done = {"state": "done", "note": "Đã mở quầy thứ hai."}
    with pytest.raises(Invalid):
        improvement.step(session, an, key, {**done, "note": ""}, "hoa", NOW)
    improvement.step(session, an, key, done, "hoa", NOW + timedelta(hours=1))
    improvement.step(session, an, key, done, "hoa", NOW + timedelta(hours=1))  # sent twice
    assert [(one.state, one.note) for one in improvement.steps(session, action.id)] == [
        ("open", ""),
        ("done", "Đã mở quầy thứ hai."),
    ]
    assert improvement.late(session, an, NOW) == []
    with pytest.raises(RuleBroken):
        improvement.plan(session, an, key, {**PLAN, "owner": "Ông Nam"}, "hoa", NOW)


def test_another_units_result_is_not_there(world: World) -> None:
    session, key = world.session, taken(world)["Xã An", "2.2"].result.id
    binh = frozenset({world.unit("binh")})
    for act in (improvement.plan, improvement.step):
        with pytest.raises(NotFound):
            act(session, binh, key, {**PLAN, "state": "done", "note": "x"}, "nam", NOW)
    with pytest.raises(NotFound):
        index_results.save(
            session,
            keeping(world, "binh"),
            {
                "unit": "binh",
                "index": "sipas",
                "year": "2030",
                "code": "9",
                "name": "x",
                "points": "1",
                "most_points": "2",
                "document": "x",
                "published_on": "2031-01-01",
            },
            key,
        )
