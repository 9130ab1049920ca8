"""Findings about conduct: who writes them down, on which cases, and what they change."""

from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from shared.domain.access import Actor, Permission
from shared.domain.campaign import Settings, Window
from shared.domain.errors import Invalid, NotAllowed, NotFound, RuleBroken
from shared.models.complaint import Complaint, ComplaintOfficer
from shared.services import conduct_findings
from shared.statistics import conduct
from shared.statistics.frames import Frame
from tests.campaign_world import NOW, TODAY, World, build
from tests.statistics.test_evaluations import DUE, RECEIVED

WHY = "Biên bản xác minh số 4"


@pytest.fixture
def world(session: Session) -> World:
    return build(session)


def frame(world: World) -> Frame:
    zone = ZoneInfo(world.organisation.zone)
    return Frame(world.organisation.id, zone, Settings(), NOW, TODAY)


def head(world: World, *, leads: bool = True, officer: str | None = None) -> Actor:
    reach = {Permission.COMPLAINTS: frozenset({world.unit("binh")})}
    if leads:
        reach[Permission.LEAD_CASES] = frozenset({world.unit("binh")})
    officer_id = None if officer is None else world.officers[officer].id
    return Actor(1, "truong", "Trưởng", officer_id, "vi", False, reach)


def named(world: World, kind: str = "report") -> Complaint:
    case = world.complaint("binh", RECEIVED, DUE, DUE, kind=kind)
    officer_id = world.officers["nam"].id
    world.session.add(ComplaintOfficer(complaint_id=case.id, officer_id=officer_id))
    world.session.flush()
    return case


def test_findings_are_kept_the_newest_first(world: World) -> None:
    case = named(world)
    for finding in ("true", "untrue"):
        conduct_findings.record(world.session, case.number, finding, WHY, head(world), NOW)
    found = conduct_findings.conduct(world.session, case.number, head(world))
    assert [one.finding for one in found.findings] == ["untrue", "true"]
    assert (found.officers, found.findings[0].found_by) == (["Nam"], "truong")


@pytest.mark.parametrize(
    ("finding", "reason", "field"),
    [("", WHY, "finding"), ("unchecked", WHY, "finding"), ("true", "ngắn", "reason")],
)
def test_a_finding_needs_its_word_and_its_grounds(
    world: World, finding: str, reason: str, field: str
) -> None:
    case = named(world)
    with pytest.raises(Invalid) as caught:
        conduct_findings.record(world.session, case.number, finding, reason, head(world), NOW)
    assert caught.value.field == field


def test_whoever_is_named_is_not_told_of_the_case_by_a_count(world: World) -> None:
    named(world)
    unit, days = world.unit("binh"), Window(RECEIVED, RECEIVED)
    nam, mai = (world.officers[name].id for name in ("nam", "mai"))
    told = {
        reader: conduct.by_unit(world.session, [unit], days, frame(world), reader)
        for reader in (None, mai, nam)
    }
    assert told == {None: {unit: 1}, mai: {unit: 1}, nam: {}}


@pytest.mark.parametrize("found", [("untrue", "true"), ("true", "untrue")])
def test_a_finding_clears_its_own_case_and_no_other(world: World, found: tuple[str, str]) -> None:
    for finding in found:
        case = named(world)
        conduct_findings.record(world.session, case.number, finding, WHY, head(world), NOW)
    unit, nam = world.unit("binh"), world.officers["nam"].id
    days = Window(RECEIVED, RECEIVED)
    asked = frame(world)
    assert conduct.by_unit(world.session, [unit], days, asked) == {unit: 1}
    assert conduct.by_officer(world.session, [nam], [unit], days, asked) == {(nam, unit): 1}


def test_a_case_that_names_nobody_has_nothing_to_be_found(world: World) -> None:
    case = world.complaint("binh", RECEIVED, DUE, DUE)
    praise = named(world, "praise")
    for number in (case.number, praise.number):
        with pytest.raises(RuleBroken):
            conduct_findings.record(world.session, number, "true", WHY, head(world), NOW)


def test_only_whoever_leads_the_unit_writes_it_down_and_never_the_named_officer(
    world: World,
) -> None:
    case = named(world)
    with pytest.raises(NotAllowed):
        conduct_findings.record(
            world.session, case.number, "true", WHY, head(world, leads=False), NOW
        )
    with pytest.raises(NotFound):
        conduct_findings.record(
            world.session, case.number, "untrue", WHY, head(world, officer="nam"), NOW
        )
