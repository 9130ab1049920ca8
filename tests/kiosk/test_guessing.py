"""Guessing codes: wrong ones slow the next, right ones and QR codes are never slowed."""

from itertools import count

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from kiosk import guessing
from kiosk.guessing import FREE_IN_ALL, FREE_OF_AN_ADDRESS
from kiosk.slowing import MOST_WAITING, Slowing
from shared.domain.tracking_code import digits_of
from tests.case_world import WORDS, build, code_of, file
from tests.conftest import Clock

WRONG = count(1)


class Waits:
    """Counts and notes waits instead of waiting."""

    def __init__(self) -> None:
        """Begin with nothing counted."""
        self.slept: list[float] = []
        self.by_address = Slowing(FREE_OF_AN_ADDRESS, lambda: 0.0, self.slept.append)
        self.in_all = Slowing(FREE_IN_ALL, lambda: 0.0, self.slept.append)


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> Waits:
    """Nobody really waits."""
    found = Waits()
    monkeypatch.setattr(guessing.typed, "_by_address", found.by_address)
    monkeypatch.setattr(guessing.typed, "_in_all", found.in_all)
    return found


@pytest.fixture
def link(session: Session, clock: Clock) -> str:
    """The link of a case."""
    return code_of(file(session, build(session, clock())["sen"], clock()))


def guess(client: FlaskClient, address: str = "10.0.0.9", told: str = "") -> int:
    """Try digits that nobody has."""
    headers = {"X-Forwarded-For": told} if told else {}
    data = {"code": f"{next(WRONG):016d}"}
    sent = client.post(
        "/follow", data=data, headers=headers, environ_overrides={"REMOTE_ADDR": address}
    )
    return sent.status_code


def test_a_village_behind_one_address_is_never_slowed_by_right_codes(
    client: FlaskClient, link: str, waits: Waits
) -> None:
    for _ in range(FREE_OF_AN_ADDRESS + 5):
        client.post("/follow", data={"code": digits_of(link)})
        assert client.get(f"/follow/{link}").status_code == 200
    assert waits.slept == []


def test_who_guesses_waits_longer_and_longer(client: FlaskClient, link: str, waits: Waits) -> None:
    for _ in range(FREE_OF_AN_ADDRESS + 4):
        assert guess(client) == 404
    assert len(waits.slept) == 3
    assert waits.slept == sorted(waits.slept)


def test_another_address_does_not_begin_anew_for_ever(
    client: FlaskClient, link: str, waits: Waits
) -> None:
    for number in range(FREE_IN_ALL + 3):
        guess(client, f"10.0.{number // 250}.{number % 250}")
    assert len(waits.slept) == 2


@pytest.mark.parametrize("tried", ["follow/NN-{}-0000-0000", "follow/NN-{}-0000-0000/why"])
def test_earlier_codes_cannot_be_tried_at_any_address_unslowed(
    client: FlaskClient, link: str, waits: Waits, tried: str
) -> None:
    for number in range(FREE_OF_AN_ADDRESS + 3):
        assert client.get("/" + tried.format(f"{number:04d}")).status_code == 404
    assert waits.slept


def test_a_proxy_on_this_machine_tells_the_address_and_nobody_else(
    client: FlaskClient, link: str, waits: Waits
) -> None:
    for number in range(FREE_OF_AN_ADDRESS + 1):
        guess(client, "10.0.0.9", told=f"192.0.2.{number}")  # made up by who guesses
    guess(client, "10.0.0.9")
    assert len(waits.slept) == 1
    for _ in range(2):
        guess(client, "127.0.0.1", told="10.0.0.9, 192.0.2.77")
    assert len(waits.slept) == 1


def test_while_somebody_guesses_the_others_and_every_qr_code_are_served(
    client: FlaskClient, link: str, waits: Waits
) -> None:
    for _ in range(FREE_OF_AN_ADDRESS + 1):
        guess(client)
    for _place in range(MOST_WAITING):
        waits.by_address._places.take()
    assert guess(client) == 503
    village = {"REMOTE_ADDR": "10.0.0.10"}
    opened = client.post(
        "/follow", data={"code": digits_of(link)}, environ_overrides=village, follow_redirects=True
    )
    assert WORDS in opened.get_data(as_text=True)
    scanned = client.get(f"/follow/{link}", environ_overrides={"REMOTE_ADDR": "10.0.0.9"})
    assert scanned.status_code == 200
