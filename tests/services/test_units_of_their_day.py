"""Units of their day: levels that end, mergers, names and places as of a campaign's period."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from shared.domain.access import Actor, Permission, Role
from shared.domain.errors import Invalid, NotFound, RuleBroken
from shared.domain.milestone import MilestoneKind, Verdict
from shared.domain.scoring import CompetitorKind
from shared.models.account import Account, Grant
from shared.models.campaign import Campaign
from shared.models.organisation import Unit
from shared.services import (
    campaigns,
    carried_facts,
    competitors,
    freezes,
    reach,
    standings,
    successions,
    unit_history,
    unit_levels,
    units,
)
from shared.services.campaigns import Opening
from shared.services.registers import Setup
from tests.campaign_world import NOW, World, build
from tests.setup_office import reaching_all

COLLECTIVE = CompetitorKind.COLLECTIVE
LAST, FIRST = date(2025, 6, 30), date(2025, 7, 1)
IN_2026 = datetime(2026, 1, 10, 3, tzinfo=UTC)


@pytest.fixture
def world(session: Session) -> World:
    """A district with two communes until 2025-06-30, then one commune out of both."""
    world = build(session)
    add(world, "huyen", "Huyện Mẫu", "district", "province", date(2020, 1, 1), LAST)
    add(world, "dong", "Xã Đông", "commune", "huyen", date(2020, 1, 1), LAST)
    add(world, "tay", "Xã Tây", "commune", "huyen", date(2020, 1, 1), LAST)
    add(world, "moi", "Phường Mới", "commune", "province", FIRST, None)
    for before in ("dong", "tay"):
        save_succession(world, before, "moi")
    return world


def add(
    world: World, code: str, name: str, level: str, above: str, first: date, last: date | None
) -> None:
    unit = Unit(
        organisation_id=world.organisation.id,
        parent_id=world.unit(above),
        code=code,
        name=name,
        level=level,
        valid_from=first,
        valid_to=last,
    )
    world.session.add(unit)
    world.session.flush()
    world.units[code] = unit


def setup(world: World) -> Setup:
    return reaching_all(world.session, world.organisation, NOW)


def save_succession(world: World, before: str, after: str, on: str = "01/07/2025") -> int:
    cells = {"predecessor": before, "successor": after, "kind": "merger", "on": on}
    return successions.save(world.session, setup(world), cells, None)


def save_unit(world: World, code: str, **changed: str) -> None:
    known = {entry.cells["code"]: entry for entry in units.entries(world.session, setup(world))}
    entry = known[code]
    units.save(world.session, setup(world), {**entry.cells, **changed}, entry.key)


def campaign_of(
    world: World, runs: str, first: date, last: date, who: list[str], code: str = "thi-dua"
) -> Campaign:
    asked = Opening(
        code=code,
        name="Thi đua",
        unit_id=world.unit(runs),
        starts_on=first,
        ends_on=last,
        organiser="Phòng Nội vụ",
    )
    keys = [world.unit(name) for name in who]
    made = campaigns.open_from_template(
        world.session, "long_my", asked, world.scope, NOW, unit_ids=keys, with_officers=False
    )
    campaigns.confirm_weights(made, "hoa", NOW)
    campaigns.start(world.session, made, NOW)
    return made


def reader_of(world: World, role: Role, unit: str) -> Actor:
    account = Account(name="doc", full_name="Đọc", password_hash="x", created_at=NOW)
    world.session.add(account)
    world.session.flush()
    world.session.add(Grant(account_id=account.id, role=role, unit_id=world.unit(unit)))
    world.session.flush()
    return reach.actor_with(world.session, account)


def refusal(world: World, cells: Mapping[str, str]) -> str:
    with pytest.raises(Invalid) as refused:
        units.save(world.session, setup(world), cells, None)
    return refused.value.code


def test_a_unit_of_a_level_that_ended_needs_a_last_day_and_says_so(world: World) -> None:
    district = {"code": "h2", "name": "Huyện Hai", "level": "district", "parent": "province"}
    assert refusal(world, {**district, "valid_from": "2024-01-01"}) == "level_ended"
    assert refusal(world, {**district, "valid_from": "2025-07-01"}) == "level_ended"
    dated = {**district, "valid_from": "2024-01-01", "valid_to": "2025-06-30"}
    assert units.save(world.session, setup(world), dated, None)


def test_levels_are_the_offices_own_to_add_and_to_end(world: World) -> None:
    ward = {"code": "ward-group", "name": "Tổ dân phố", "valid_from": "2024-01-01"}
    key = unit_levels.save(world.session, setup(world), ward, None)
    group = {"code": "to-1", "name": "Tổ 1", "level": "Tổ dân phố", "parent": "an"}
    assert refusal(world, {**group, "valid_from": "2023-12-31"}) == "level_not_yet"
    units.save(world.session, setup(world), {**group, "valid_from": "2025-07-01"}, None)
    with pytest.raises(Invalid) as refused:
        unit_levels.save(world.session, setup(world), {**ward, "valid_to": "2025-12-31"}, key)
    assert refused.value.code == "still_used"


def test_a_shipped_level_is_changed_for_one_office_only(world: World) -> None:
    (commune,) = [
        entry
        for entry in unit_levels.entries(world.session, setup(world))
        if entry.cells["code"] == "commune"
    ]
    changed = {**commune.cells, "name": "Xã, phường"}
    unit_levels.save(world.session, setup(world), changed, commune.key)
    assert unit_levels.known(world.session, world.organisation.id)["commune"].name == "Xã, phường"
    assert unit_levels.known(world.session, 0)["commune"].name == "Xã, phường, đặc khu"


def test_a_closed_unit_names_its_successor_and_both_sides_show_it(world: World) -> None:
    for row in (world.desks["binh-1"], world.officers["nam"]):
        row.valid_to = LAST
    asked = {"successor": "an", "kind": "handover", "document": "Nghị quyết 1"}
    save_unit(world, "binh", valid_to="2026-03-31", **asked)
    found = successions.story(world.session, world.unit("binh"))
    assert [(link.code, link.on) for link in found.successors] == [("an", date(2026, 4, 1))]
    back = successions.story(world.session, world.unit("an"))
    assert [(link.code, link.document) for link in back.predecessors] == [("binh", "Nghị quyết 1")]


@pytest.mark.parametrize(
    ("before", "after", "on", "code"),
    [
        ("moi", "dong", "01/07/2025", "circle"),
        ("dong", "dong", "01/07/2025", "circle"),
        ("an", "moi", "01/06/2025", "successor_later"),
        ("dong", "an", "01/09/2025", "predecessor_earlier"),
        ("dong", "moi", "01/07/2025", "row_twice"),
    ],
)
def test_a_succession_that_cannot_have_been_is_refused(
    world: World, before: str, after: str, on: str, code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        save_succession(world, before, after, on)
    assert refused.value.code == code


def test_whoever_leads_the_successor_reaches_what_was_before_it(world: World) -> None:
    head = reader_of(world, Role.HEAD, "moi")
    before = {world.unit("dong"), world.unit("tay")}
    assert before <= head.units(Permission.CAMPAIGNS)
    assert before <= head.units(Permission.DOSSIERS)
    assert world.unit("an") not in head.units(Permission.CAMPAIGNS)
    campaign_of(world, "huyen", date(2023, 1, 1), date(2023, 12, 31), ["dong", "tay"])
    lines = campaigns.listed(world.session, head.units(Permission.CAMPAIGNS))
    assert [line.code for line in lines] == ["thi-dua"]


def test_confidential_reports_stay_with_those_named_for_the_unit(world: World) -> None:
    inspector = reader_of(world, Role.INSPECTOR, "moi")
    assert inspector.units(Permission.INSPECT) == {world.unit("moi")}


def test_a_unit_that_goes_on_is_not_reached_from_one_split_off(world: World) -> None:
    add(world, "tach", "Xã Tách", "commune", "province", date(2026, 1, 1), None)
    cells = {"predecessor": "cat", "successor": "tach", "kind": "split", "on": "01/01/2026"}
    successions.save(world.session, setup(world), cells, None)
    head = reader_of(world, Role.HEAD, "tach")
    assert head.units(Permission.CAMPAIGNS) == {world.unit("tach")}


def test_a_campaign_of_a_district_opens_with_the_communes_of_its_day(world: World) -> None:
    old = campaign_of(world, "huyen", date(2023, 1, 1), date(2023, 12, 31), ["dong", "tay"])
    world.dossiers("dong", 4, received_on=date(2023, 3, 1))
    found = standings.standings(world.session, old, IN_2026)
    assert {place.competitor.name for place in found.places} == {"Xã Đông", "Xã Tây"}
    names = {place.competitor.unit_id: place.competitor.name for place in found.places}
    now = unit_history.called_now(world.session, names, IN_2026.date())
    assert now == {world.unit("dong"): ["Phường Mới"], world.unit("tay"): ["Phường Mới"]}


def test_a_new_name_since_a_day_leaves_older_campaigns_theirs(world: World) -> None:
    old = campaign_of(world, "province", FIRST, date(2025, 12, 31), ["an"])
    save_unit(world, "an", name="Phường An", changed_from="01/02/2026")
    (one,) = competitors.of_campaign(world.session, old)
    assert one.name == "Xã An"
    names = {one.unit_id: one.name}
    assert unit_history.called_now(world.session, names, NOW.date()) == {one.unit_id: ["Phường An"]}
    save_unit(world, "cat", name="Phường Cát Mới")  # a mistake put right, no change
    assert unit_history.pasts_of(world.session, [world.unit("cat")]) == {}


def test_a_unit_that_left_bears_the_name_of_its_last_day(world: World) -> None:
    new = campaign_of(world, "province", date(2026, 1, 1), date(2026, 12, 31), ["an"])
    save_unit(world, "an", name="Phường An", changed_from="01/02/2026")
    (one,) = competitors.of_campaign(world.session, new)
    assert one.name == "Phường An"
    competitors.set_period(world.session, new, one.key, None, date(2026, 1, 31))
    (one,) = competitors.of_campaign(world.session, new)
    assert one.name == "Xã An"


@pytest.mark.parametrize(
    ("since", "code"), [("01/07/2025", "change_outside"), ("15/01/2026", "change_before")]
)
def test_a_change_has_a_day_within_the_unit_and_after_earlier_ones(
    world: World, since: str, code: str
) -> None:
    save_unit(world, "an", name="Phường An", changed_from="01/02/2026")
    with pytest.raises(Invalid) as refused:
        save_unit(world, "an", name="Xã An Lại", changed_from=since)
    assert refused.value.code == code


def test_facts_of_a_part_that_moved_count_where_it_stood_in_the_period(world: World) -> None:
    old = campaign_of(world, "province", FIRST, date(2025, 12, 31), ["an", "binh"])
    new = campaign_of(
        world, "province", date(2026, 1, 1), date(2026, 12, 31), ["an", "binh"], "sau"
    )
    save_unit(world, "an-centre", parent="binh", changed_from="01/02/2026")

    def holder(campaign: Campaign) -> set[str]:
        found = standings.standings(world.session, campaign, NOW)
        return {
            place.competitor.code
            for place in found.places
            if world.unit("an-centre") in place.subject.unit_ids
        }

    assert (holder(old), holder(new)) == ({"an"}, {"binh"})


def across(world: World) -> tuple[Campaign, int]:
    """A campaign over the day of the merger, with the successor as a late joiner."""
    found = campaign_of(
        world, "province", date(2025, 1, 1), date(2025, 12, 31), ["dong", "tay", "an"]
    )
    competitors.add_units(world.session, found, [world.unit("moi")], world.scope, FIRST)
    rows = competitors.of_campaign(world.session, found)
    return found, next(one.key for one in rows if one.code == "moi")


def on_time(world: World, campaign: Campaign, code: str) -> tuple[int | None, date]:
    place = standings.standings(world.session, campaign, NOW).place_of(COLLECTIVE, code)
    (score,) = [one for one in place.row.entry.scores if one.rule.code == "2.6"]
    return score.measurement.cases, place.subject.window.first


def test_a_successor_counts_what_was_done_before_it_when_the_organiser_says_so(
    world: World,
) -> None:
    campaign, key = across(world)
    world.dossiers("dong", 3, received_on=date(2025, 3, 3))
    world.dossiers("tay", 2, received_on=date(2025, 3, 3))
    world.dossiers("moi", 4, received_on=date(2025, 9, 1))
    assert on_time(world, campaign, "moi") == (4, FIRST)
    for before in ("dong", "tay"):
        carried_facts.carry(world.session, campaign, key, world.unit(before), world.scope)
    assert on_time(world, campaign, "moi") == (9, date(2025, 1, 1))
    for before in ("dong", "tay"):
        with pytest.raises(NotFound):
            on_time(world, campaign, before)
    carried_facts.drop(world.session, campaign, key, world.unit("tay"))
    assert on_time(world, campaign, "moi") == (7, date(2025, 1, 1))
    assert on_time(world, campaign, "tay")[0] == 2


def test_a_successor_is_judged_since_the_unit_before_it_joined(world: World) -> None:
    campaign, key = across(world)
    rows = competitors.of_campaign(world.session, campaign)
    before = next(one.key for one in rows if one.code == "dong")
    competitors.set_period(world.session, campaign, before, date(2025, 2, 1), None)
    carried_facts.carry(world.session, campaign, key, world.unit("dong"), world.scope)
    assert on_time(world, campaign, "moi")[1] == date(2025, 2, 1)


def test_a_review_before_the_merger_stays_as_it_was_frozen(world: World) -> None:
    campaign, key = across(world)
    world.dossiers("dong", 3, received_on=date(2025, 3, 3))
    frozen = freezes.freeze(world.session, campaign, MilestoneKind.PRELIMINARY, LAST, "hoa", NOW)
    carried_facts.carry(world.session, campaign, key, world.unit("dong"), world.scope)
    assert freezes.check(world.session, frozen, NOW).verdict is Verdict.SAME


def test_facts_are_carried_on_once_and_only_by_who_came_after(world: World) -> None:
    campaign, key = across(world)
    carried_facts.carry(world.session, campaign, key, world.unit("dong"), world.scope)
    with pytest.raises(RuleBroken) as refused:
        carried_facts.carry(world.session, campaign, key, world.unit("dong"), world.scope)
    assert refused.value.code == "carried_already"
    rows = competitors.of_campaign(world.session, campaign)
    an = next(one.key for one in rows if one.code == "an")
    with pytest.raises(Invalid):
        carried_facts.carry(world.session, campaign, an, world.unit("tay"), world.scope)
    with pytest.raises(NotFound):
        carried_facts.carry(world.session, campaign, key, world.unit("tay"), set())
