"""Keys of another unit in a form or an address are refused, and nothing is written."""

import io
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.infrastructure.peopled import NOBODY, Peopled
from tests.records import ABROAD, Records

Fields = Mapping[str, Any]
# What a person of Lúa Vàng sends, with something of Sen Hồng in it: who, where, what.
Attempt = tuple[str, Callable[[Records, Records], str], Callable[[Records, Records], Fields]]

DAYS = {"valid_from": "2026-01-01", "valid_to": ""}
# Before the shift that everybody of the cast has, day and night.
A_SHIFT = {
    "weekdays": "T2",
    "starts": "07:30",
    "ends": "11:30",
    "valid_from": "2025-06-01",
    "valid_to": "2025-06-30",
}
DATES = {"starts_on": "2026-01-01", "ends_on": "2026-12-31"}
ATTEMPTS: dict[str, Attempt] = {
    "an account with a role over it": (
        "admin-lua",
        lambda _lua, _sen: "/admin/accounts",
        lambda _lua, sen: {
            "name": "gian",
            "full_name": "G",
            "role": "head",
            "unit_id": sen.place.unit_id,
        },
    ),
    "an account with a role over every unit": (
        "admin-lua",
        lambda _lua, _sen: "/admin/accounts",
        lambda _lua, _sen: {"name": "gian", "full_name": "G", "role": "admin", "unit_id": "all"},
    ),
    "an account of its officer": (
        "admin-lua",
        lambda _lua, _sen: "/admin/accounts",
        lambda lua, sen: {
            "name": "gian",
            "full_name": "G",
            "role": "head",
            "unit_id": lua.place.unit_id,
            "officer_id": sen.place.officer_id,
        },
    ),
    "a role over it for a colleague": (
        "admin-lua",
        lambda lua, _sen: f"/admin/accounts/{lua.accounts['head-lua']}",
        lambda _lua, sen: {"full_name": "G", "role": "head", "unit_id": sen.place.unit_id},
    ),
    "a kiosk at its desk": (
        "admin-lua",
        lambda _lua, _sen: "/admin/kiosks",
        lambda lua, sen: {"code": lua.user_code, "desk": sen.place.desk_id, "name": "K"},
    ),
    "a desk in it": (
        "admin-lua",
        lambda _lua, _sen: "/admin/organisation/desks/new",
        lambda _lua, _sen: {"code": "Q-X", "name": "Q", "unit": "SEN", **DAYS},
    ),
    "a desk moved into it": (
        "admin-lua",
        lambda lua, _sen: f"/admin/organisation/desks/{lua.place.desk_id}",
        lambda _lua, _sen: {"code": "Q-lua", "name": "Q", "unit": "SEN", **DAYS},
    ),
    "an officer in it": (
        "admin-lua",
        lambda _lua, _sen: "/admin/organisation/officers/new",
        lambda _lua, _sen: {"code": "CB-X", "name": "C", "unit": "SEN", **DAYS},
    ),
    "a unit below it": (
        "admin-lua",
        lambda _lua, _sen: "/admin/organisation/units/new",
        lambda _lua, _sen: {
            "code": "X",
            "name": "X",
            "level": "centre",
            "parent": "SEN",
            **DAYS,
        },
    ),
    "a unit above all": (
        "admin-lua",
        lambda _lua, _sen: "/admin/organisation/units/new",
        lambda _lua, _sen: {"code": "X", "name": "X", "level": "province", "parent": "", **DAYS},
    ),
    "a shift at its desk": (
        "admin-lua",
        lambda _lua, _sen: "/admin/organisation/shifts/new",
        lambda _lua, _sen: {
            "desk": "Q-sen",
            "officer": "CB-lua",
            **A_SHIFT,
        },
    ),
    "a shift of its officer": (
        "admin-lua",
        lambda _lua, _sen: "/admin/organisation/shifts/new",
        lambda _lua, _sen: {
            "desk": "Q-lua",
            "officer": "CB-sen",
            **A_SHIFT,
        },
    ),
    "what it posted": (
        "admin-lua",
        lambda _lua, _sen: "/admin/organisation/publications/new",
        lambda _lua, _sen: {
            "unit": "SEN",
            "procedure": "1.001193",
            "on_paper": "có",
            "by_qr": "có",
            "checked_on": "2026-11-01",
        },
    ),
    "a file that changes its desk": (
        "admin-lua",
        lambda _lua, _sen: "/admin/organisation/desks/import/apply",
        lambda _lua, _sen: {"text": "code,name,unit,valid_from\nQ-sen,Chiếm,SEN,01/07/2025\n"},
    ),
    "a file that moves its desk": (
        "admin-lua",
        lambda _lua, _sen: "/admin/organisation/desks/import/apply",
        lambda _lua, _sen: {"text": "code,name,unit,valid_from\nQ-sen,Chiếm,LUA,01/07/2025\n"},
    ),
    "a new day of the common calendar": (
        "admin-lua",
        lambda _lua, _sen: "/admin/organisation/days/new",
        lambda _lua, _sen: {"on": "2026-12-24", "kind": "holiday", "name": "N", "document": "D"},
    ),
    "a desk in another organisation": (
        "admin-lua",
        lambda _lua, _sen: f"/admin/organisation/desks/new?org={ABROAD}",
        lambda _lua, _sen: {"code": "Q-X", "name": "Q", "unit": "XA-KHAC", **DAYS},
    ),
    "a campaign that it runs": (
        "organiser-lua",
        lambda _lua, _sen: "/admin/campaigns/new",
        lambda _lua, sen: {
            "template": "long_my",
            "code": "gian",
            "name": "G",
            "unit_id": sen.place.unit_id,
            **DATES,
        },
    ),
    "a campaign in which it competes": (
        "organiser-lua",
        lambda _lua, _sen: "/admin/campaigns/new",
        lambda lua, sen: {
            "template": "long_my",
            "code": "gian",
            "name": "G",
            "unit_id": lua.place.unit_id,
            "competitors": sen.place.unit_id,
            **DATES,
        },
    ),
    "its unit as a competitor": (
        "organiser-lua",
        lambda lua, _sen: f"/admin/campaigns/{lua.draft}/competitors",
        lambda _lua, sen: {"whom": f"unit-{sen.place.unit_id}"},
    ),
    "its officer as a competitor": (
        "organiser-lua",
        lambda lua, _sen: f"/admin/campaigns/{lua.draft}/competitors",
        lambda _lua, sen: {"whom": f"officer-{sen.place.officer_id}"},
    ),
    "a period of its competitor": (
        "organiser-lua",
        lambda lua, sen: f"/admin/campaigns/{lua.draft}/competitors/{sen.draft_competitor}",
        lambda _lua, _sen: {"joined_on": "2026-02-01"},
    ),
    "its criterion": (
        "organiser-lua",
        lambda lua, sen: f"/admin/campaigns/{lua.draft}/criteria/{sen.draft_criterion}/remove",
        lambda _lua, _sen: {},
    ),
    "its figure": (
        "organiser-lua",
        lambda lua, _sen: (
            f"/admin/campaigns/{lua.campaign}/figures/{lua.criterion}/{lua.competitor}/verify"
        ),
        lambda _lua, sen: {"figure": sen.figure, "hits": "1", "cases": "2", "note": "G"},
    ),
    "a figure of its competitor": (
        "organiser-lua",
        lambda lua, sen: (
            f"/admin/campaigns/{lua.campaign}/figures/{lua.criterion}/{sen.competitor}"
        ),
        lambda _lua, _sen: {"hits": "1", "cases": "2", "evidence": "Biên bản"},
    ),
    "a case handed to its people": (
        "head-lua",
        lambda lua, _sen: f"/admin/complaints/{lua.number}/handler",
        lambda lua, sen: {
            "handler": sen.accounts[f"head-{sen.code_of_unit.lower()}"],
            "version": lua.version,
        },
    ),
    "a case about its officer": (
        "head-lua",
        lambda lua, _sen: f"/admin/complaints/{lua.number}/officers",
        lambda lua, sen: {"officer": sen.place.officer_id, "version": lua.version},
    ),
    "its dossiers": (
        "head-lua",
        lambda _lua, _sen: "/admin/dossiers/import",
        lambda _lua, sen: {
            "unit": sen.place.unit_id,
            "file": (io.BytesIO(b"a,b\n1,2\n"), "x.csv"),
        },
    ),
    "its paper register": (
        "head-lua",
        lambda _lua, _sen: "/admin/dossiers/paper",
        lambda _lua, sen: {"unit": sen.place.unit_id, "month": "2026-10", "paper_only": "1"},
    ),
    "a resident's case about its officer": (
        NOBODY,
        lambda lua, _sen: f"/q/{lua.desk_token}/complaint",
        lambda _lua, _sen: {"kind": "report", "body": "Chờ lâu quá mười phút", "officer": "CB-sen"},
    ),
}


@pytest.mark.parametrize("what", ATTEMPTS)
def test_a_form_cannot_reach_into_another_unit(peopled: Peopled, what: str) -> None:
    who, path, fields = ATTEMPTS[what]
    lua, sen = peopled.units["lua"], peopled.units["sen"]
    answer = peopled.post(path(lua, sen), fields(lua, sen), who)
    assert answer.status_code in {403, 404, 409, 422}, answer.status_code
    assert peopled.changed() == {}


def test_the_same_forms_work_with_ones_own_keys(peopled: Peopled) -> None:
    """Or the refusals above would prove nothing."""
    lua = peopled.units["lua"]
    refused = {}
    for what, (who, path, fields) in ATTEMPTS.items():
        if what in NOT_ONES_OWN:
            continue
        body = {name: _own(value) for name, value in fields(lua, lua).items()}
        status = peopled.post(path(lua, lua), body, who).status_code
        if status not in {200, 302, 303}:
            refused[what] = status
        peopled.put_back()
        peopled.forget()
    assert refused == {}


NOT_ONES_OWN = {
    "an account with a role over every unit",
    "a unit above all",
    "a new day of the common calendar",
    "a desk in another organisation",
    "what it posted",  # is there already
    "a file that moves its desk",
    "its unit as a competitor",  # takes part already
    "its officer as a competitor",
}


def _own(value: Any) -> Any:
    return value.replace("SEN", "LUA").replace("-sen", "-lua") if isinstance(value, str) else value


@pytest.mark.parametrize(
    "path",
    [
        "/admin/organisation?org=TINH-KHAC",
        "/admin/organisation/desks?org=TINH-KHAC",
        "/admin/organisation/units/export.csv?org=TINH-KHAC",
        "/admin/codes?org=TINH-KHAC",
        "/admin/organisation/limits?org=TINH-KHAC",
    ],
)
def test_another_organisation_does_not_exist(peopled: Peopled, path: str) -> None:
    assert peopled.get(path, "admin-sen").status_code == 404
    assert peopled.get(path, "root").status_code == 200


def test_a_sheet_of_codes_shows_no_desk_of_another_unit(peopled: Peopled) -> None:
    sen = peopled.units["sen"].place
    path = f"/admin/codes/sheet?unit={sen.unit_id}&desk={sen.desk_id}"
    assert peopled.get(path, "admin-sen").status_code == 200
    peopled.put_back()
    assert peopled.get(path, "admin-lua").status_code == 404
    assert peopled.changed() == {}
