"""A device that was a kiosk goes on as that kiosk; a kiosk is moved without touching it."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.errors import NotFound, RuleBroken
from shared.models.audit import AuditEvent
from shared.models.channel import Kiosk, KioskPlacement, Pairing
from shared.models.organisation import Desk, Organisation, Unit
from shared.services import channels, pairings, placements
from shared.services.placements import Stand
from tests import cast
from tests.cast import FOUNDED, Place
from tests.conftest import Clock

HOUR = timedelta(hours=1)


@pytest.fixture
def places(session: Session, clock: Clock) -> dict[str, Place]:
    """Two units, the first with a second desk."""
    made = cast.build_places(session, clock())
    second = Desk(unit_id=made["sen"].unit_id, code="Q-sen-2", name="Quầy 2", valid_from=FOUNDED)
    session.add(second)
    session.commit()
    return made


@pytest.fixture
def sen(places: dict[str, Place]) -> Place:
    """The unit the kiosk stands in."""
    return places["sen"]


def second_desk(session: Session) -> int:
    """Give the key of the second desk."""
    return session.scalars(select(Desk.id).where(Desk.code == "Q-sen-2")).one()


def paired(session: Session, clock: Clock) -> tuple[Kiosk, str]:
    """Pair a kiosk at the first desk; it has counted to 40."""
    kiosk, token = channels.pair(session, "Q-sen", "Máy A", clock())
    kiosk.next_sequence, kiosk.highest_sequence = 38, 40
    session.commit()
    return kiosk, token


def again(
    client: FlaskClient, session: Session, sen: Place, clock: Clock, previous: str, desk_id: int
) -> str:
    """Pair a device that says what it was; give its new token."""
    asked = client.post("/api/v1/pairings", json={"previous": previous}).get_json()
    units = frozenset({sen.unit_id})
    pairings.approve(session, asked["user_code"], desk_id, "", units, clock())
    session.commit()
    answer = client.post("/api/v1/pairings/token", json={"device_code": asked["device_code"]})
    session.expire_all()
    token: str = answer.get_json()["token"]
    return token


def screen(client: FlaskClient, token: str) -> tuple[int, Any]:
    """Ask what to show."""
    answer = client.get("/api/v1/screen", headers={"Authorization": f"Bearer {token}"})
    return answer.status_code, answer.get_json()


@pytest.mark.parametrize("revoked", [False, True])
def test_a_device_paired_again_goes_on_as_the_same_kiosk(
    client: FlaskClient, session: Session, sen: Place, clock: Clock, revoked: bool
) -> None:
    kiosk, token = paired(session, clock)
    kiosk.revoked_at = clock() if revoked else None
    session.commit()
    clock.advance(HOUR)
    new = again(client, session, sen, clock, token, second_desk(session))
    only = session.scalars(select(Kiosk)).one()
    assert (only.id, only.code, only.name) == (kiosk.id, kiosk.code, "Máy A")
    assert (only.next_sequence, only.highest_sequence) == (38, 40)
    assert (only.revoked_at, only.paired_at) == (None, clock())
    status, shown = screen(client, new)
    assert (status, shown["desk"]["code"], shown["next_sequence"]) == (200, "Q-sen-2", 38)
    assert screen(client, token)[0] == 401


def test_a_device_paired_again_at_its_desk_has_stood_there_all_along(
    client: FlaskClient, session: Session, sen: Place, clock: Clock
) -> None:
    _kiosk, token = paired(session, clock)
    began = clock()
    clock.advance(HOUR)
    again(client, session, sen, clock, token, sen.desk_id)
    placed = session.scalars(select(KioskPlacement)).one()
    assert (placed.from_at, placed.to_at) == (began, None)


def test_a_token_nobody_knows_makes_a_new_kiosk(
    client: FlaskClient, session: Session, sen: Place, clock: Clock
) -> None:
    paired(session, clock)
    again(client, session, sen, clock, "unknown", sen.desk_id)
    assert len(session.scalars(select(Kiosk)).all()) == 2


def test_a_kiosk_of_another_unit_is_not_taken_over_with_what_it_holds(
    client: FlaskClient, session: Session, places: dict[str, Place], clock: Clock
) -> None:
    _kiosk, token = paired(session, clock)
    asked = client.post("/api/v1/pairings", json={"previous": token}).get_json()
    lua = places["lua"]
    units = frozenset({lua.unit_id})
    with pytest.raises(RuleBroken) as refusal:
        pairings.approve(session, asked["user_code"], lua.desk_id, "", units, clock())
    assert refusal.value.code == "pairing_elsewhere"
    assert pairings.shown_before(session, asked["user_code"], units, clock()) is None


def test_asking_again_ends_what_the_same_device_asked_before(
    client: FlaskClient, session: Session, sen: Place, clock: Clock
) -> None:
    _kiosk, token = paired(session, clock)
    for _ in range(3):
        client.post("/api/v1/pairings", json={"previous": token})
    for _ in range(2):
        client.post("/api/v1/pairings")
    assert len(session.scalars(select(Pairing)).all()) == 3
    clock.advance(25 * HOUR)
    client.post("/api/v1/pairings")
    assert len(session.scalars(select(Pairing)).all()) == 1


@pytest.mark.parametrize("previous", [7, ["x"], "ữ", "x" * 201])
def test_a_token_of_the_wrong_form_is_refused(
    client: FlaskClient, sen: Place, previous: object
) -> None:
    answer = client.post("/api/v1/pairings", json={"previous": previous})
    assert answer.status_code == 422
    assert "previous" in answer.get_json()["message"]


def test_a_device_that_hurries_slows_itself_and_no_other_behind_the_same_address(
    client: FlaskClient, session: Session, sen: Place, clock: Clock
) -> None:
    codes = [client.post("/api/v1/pairings").get_json()["device_code"] for _ in range(30)]

    def poll(code: str) -> str:
        error: str = client.post("/api/v1/pairings/token", json={"device_code": code}).get_json()[
            "error"
        ]
        return error

    assert {poll(code) for code in codes} == {"authorization_pending"}
    assert poll(codes[0]) == "slow_down"
    clock.advance(timedelta(seconds=1))
    assert {poll(code) for code in codes} == {"authorization_pending"}


def test_a_moved_kiosk_shows_its_new_desk_at_the_next_contact(
    client: FlaskClient, session: Session, sen: Place, clock: Clock
) -> None:
    kiosk, token = paired(session, clock)
    began = clock()
    assert screen(client, token)[1]["desk"]["code"] == "Q-sen"
    clock.advance(HOUR)
    channels.move(session, kiosk.id, second_desk(session), frozenset({sen.unit_id}), clock())
    session.commit()
    shown = screen(client, token)[1]
    assert (shown["desk"]["code"], shown["next_sequence"]) == ("Q-sen-2", 38)
    session.expire_all()
    stood = [
        (one.desk_id, one.from_at, one.to_at)
        for one in session.scalars(select(KioskPlacement).order_by(KioskPlacement.from_at))
    ]
    assert stood == [(sen.desk_id, began, clock()), (second_desk(session), clock(), None)]
    noted = session.scalars(select(AuditEvent).where(AuditEvent.subject == "kiosk")).all()
    assert any("desk_id" in event.change and event.action == "change" for event in noted)


def test_moving_to_the_same_desk_changes_nothing(
    session: Session, sen: Place, clock: Clock
) -> None:
    kiosk, _token = paired(session, clock)
    clock.advance(HOUR)
    channels.move(session, kiosk.id, sen.desk_id, frozenset({sen.unit_id}), clock())
    assert session.scalars(select(KioskPlacement.to_at)).all() == [None]


def test_a_kiosk_is_moved_within_ones_own_units_and_its_organisation_only(
    session: Session, places: dict[str, Place], clock: Clock
) -> None:
    kiosk, _token = paired(session, clock)
    sen, lua = places["sen"], places["lua"]
    abroad = _desk_abroad(session)
    session.get_one(Desk, second_desk(session)).valid_to = FOUNDED
    everywhere = frozenset({sen.unit_id, lua.unit_id, abroad.unit_id})
    for desk_id, units in (
        (lua.desk_id, frozenset({sen.unit_id})),
        (lua.desk_id, frozenset({lua.unit_id})),
        (abroad.id, everywhere),
        (second_desk(session), everywhere),  # closed
        (999_999, everywhere),
    ):
        with pytest.raises(NotFound):
            channels.move(session, kiosk.id, desk_id, units, clock())
    channels.move(session, kiosk.id, lua.desk_id, everywhere, clock())
    assert kiosk.desk_id == lua.desk_id


def _desk_abroad(session: Session) -> Desk:
    organisation = Organisation(code="P", name="Tỉnh khác")
    session.add(organisation)
    session.flush()
    unit = Unit(
        organisation_id=organisation.id, code="X", name="X", level="commune", valid_from=FOUNDED
    )
    session.add(unit)
    session.flush()
    desk = Desk(unit_id=unit.id, code="Q-x", name="Quầy", valid_from=FOUNDED)
    session.add(desk)
    session.flush()
    return desk


def test_a_late_record_is_put_where_the_kiosk_stood_when_it_was_touched(
    session: Session, sen: Place, clock: Clock
) -> None:
    kiosk, _token = paired(session, clock)
    began, second = clock(), second_desk(session)
    clock.advance(HOUR)
    units = frozenset({sen.unit_id})
    channels.move(session, kiosk.id, second, units, clock())
    first_stand = Stand(sen.desk_id, "Q-sen", sen.unit_id)
    second_stand = Stand(second, "Q-sen-2", sen.unit_id)
    second_before = timedelta(seconds=1)
    for moment, stand in (
        (began - 9 * HOUR, first_stand),
        (began, first_stand),
        (clock() - second_before, first_stand),
        (clock(), second_stand),
        (clock() + 9 * HOUR, second_stand),
    ):
        assert placements.place_at(placements.places(session, kiosk.id), moment) == stand
    assert placements.places(session, 999_999) == []
