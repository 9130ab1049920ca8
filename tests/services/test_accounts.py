"""Accounts: one-time passwords, waiting after failures, sessions that end, roles over units."""

from datetime import date, datetime, timedelta

import pytest
from argon2 import PasswordHasher, Type
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from shared.domain.access import Permission, Role
from shared.domain.account import LONGEST_WAIT, checked_password, wait_after
from shared.domain.errors import Invalid, NotAllowed, RuleBroken
from shared.models.account import SignInFailure
from shared.models.organisation import Organisation, Unit
from shared.services import accounts
from tests.infrastructure.side_by_side import second_at_once

OWN = "bốn từ ghép lại"


def test_a_one_time_password_opens_the_account_within_a_day(
    session: Session, now: datetime
) -> None:
    _account, password = accounts.add(session, "Ha", "Lê Thu Hà", [(Role.OFFICER, None)], now)
    signed = accounts.sign_in(session, "ha", password, now + timedelta(hours=23))
    assert signed.account.must_change_password


@pytest.mark.parametrize("name", ["hà", " HA", "resident", "System", "command", "folder"])
def test_nobody_signs_in_by_another_name_or_by_one_that_histories_use(
    session: Session, now: datetime, name: str
) -> None:
    accounts.add(session, "ha", "Lê Thu Hà", [(Role.OFFICER, None)], now)
    with pytest.raises(Invalid):
        accounts.add(session, name, "Lê Thu Hạ", [(Role.OFFICER, None)], now)


def test_a_one_time_password_is_worth_nothing_after_a_day(session: Session, now: datetime) -> None:
    _account, password = accounts.add(session, "ha", "Lê Thu Hà", [(Role.OFFICER, None)], now)
    with pytest.raises(RuleBroken) as refused:
        accounts.sign_in(session, "ha", password, now + timedelta(hours=24))
    assert refused.value.code == "wrong_sign_in"


@pytest.mark.parametrize("name", ["ha", "nobody"])
def test_a_wrong_password_and_an_unknown_name_are_answered_alike(
    session: Session, now: datetime, name: str
) -> None:
    accounts.add(session, "ha", "Lê Thu Hà", [(Role.OFFICER, None)], now)
    with pytest.raises(RuleBroken) as refused:
        accounts.sign_in(session, name, "wrong", now)
    assert refused.value.code == "wrong_sign_in"


def test_after_five_failures_even_the_right_password_waits(session: Session, now: datetime) -> None:
    _account, password = accounts.add(session, "ha", "Lê Thu Hà", [(Role.OFFICER, None)], now)
    for _ in range(5):
        accounts.note_failure(session, "ha", now)
    with pytest.raises(RuleBroken) as refused:
        accounts.sign_in(session, "ha", password, now + timedelta(seconds=1))
    assert refused.value.code == "sign_in_wait"
    accounts.sign_in(session, "ha", password, now + timedelta(seconds=2))


@pytest.mark.parametrize("before", [0, 2])
def test_failures_of_one_instant_are_all_counted(
    session: Session, engine: Engine, now: datetime, before: int
) -> None:
    for _ in range(before):
        accounts.note_failure(session, "ha", now)
    session.commit()
    accounts.note_failure(session, "ha", now)
    second_at_once(engine, session, lambda second: accounts.note_failure(second, "ha", now))
    assert session.scalars(select(SignInFailure.failures)).all() == [before + 2]


@given(st.integers(0, 10_000))
def test_no_number_of_failures_locks_an_account_for_longer_than_five_minutes(failures: int) -> None:
    moment = datetime(2026, 11, 18)  # noqa: DTZ001  only differences matter
    assert wait_after(failures, moment) - moment <= LONGEST_WAIT


def test_a_good_sign_in_forgets_the_failures(session: Session, now: datetime) -> None:
    _account, password = accounts.add(session, "ha", "Lê Thu Hà", [(Role.OFFICER, None)], now)
    for _ in range(4):
        accounts.note_failure(session, "ha", now)
    accounts.sign_in(session, "ha", password, now)
    accounts.note_failure(session, "ha", now)
    accounts.sign_in(session, "ha", password, now)


@pytest.mark.parametrize(
    ("idle", "known"), [(timedelta(minutes=30), True), (timedelta(minutes=30, seconds=1), False)]
)
def test_a_session_ends_after_thirty_minutes_without_a_request(
    session: Session, now: datetime, idle: timedelta, known: bool
) -> None:
    _account, password = accounts.add(session, "ha", "Lê Thu Hà", [(Role.OFFICER, None)], now)
    token = accounts.sign_in(session, "ha", password, now).token
    assert (accounts.actor_of(session, token, now + idle) is not None) is known


def test_a_session_in_use_ends_after_twelve_hours(session: Session, now: datetime) -> None:
    _account, password = accounts.add(session, "ha", "Lê Thu Hà", [(Role.OFFICER, None)], now)
    token = accounts.sign_in(session, "ha", password, now).token
    for minutes in range(0, 12 * 60 + 1, 20):
        assert accounts.actor_of(session, token, now + timedelta(minutes=minutes)) is not None
    assert accounts.actor_of(session, token, now + timedelta(hours=12, seconds=1)) is None


def test_a_page_that_looks_again_by_itself_keeps_no_session_alive(
    session: Session, now: datetime
) -> None:
    _account, password = accounts.add(session, "ha", "Lê Thu Hà", [(Role.OFFICER, None)], now)
    token = accounts.sign_in(session, "ha", password, now).token
    for minutes in range(0, 31, 5):
        then = now + timedelta(minutes=minutes)
        assert accounts.actor_of(session, token, then, unattended=True) is not None
    late = now + timedelta(minutes=31)
    assert accounts.actor_of(session, token, late, unattended=True) is None
    assert accounts.actor_of(session, token, late) is None


@pytest.mark.parametrize("ending", ["sign_out", "change_password", "reset_password", "close"])
def test_a_session_ends_at_once(session: Session, now: datetime, ending: str) -> None:
    account, password = accounts.add(session, "ha", "Lê Thu Hà", [(Role.OFFICER, None)], now)
    token = accounts.sign_in(session, "ha", password, now).token
    assert accounts.actor_of(session, token, now) is not None
    match ending:
        case "sign_out":
            accounts.sign_out(session, token, now)
        case "change_password":
            accounts.change_password(session, account.id, password, OWN, now)
        case "reset_password":
            accounts.reset_password(session, account.id, now)
        case _:
            accounts.close(session, account.id, now)
    assert accounts.actor_of(session, token, now) is None


def test_a_closed_account_signs_in_no_more(session: Session, now: datetime) -> None:
    account, password = accounts.add(session, "ha", "Lê Thu Hà", [(Role.OFFICER, None)], now)
    accounts.close(session, account.id, now)
    with pytest.raises(RuleBroken):
        accounts.sign_in(session, "ha", password, now)


@pytest.mark.parametrize(
    "weak", ["ngắn quá", "a" * 200, "matkhau123456", "Một Cửa ha thu ha", "aaaabbbbaaaabbbb"]
)
def test_a_weak_password_is_refused_with_its_field(weak: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked_password(weak, "ha")
    assert refused.value.field == "password"


def test_a_name_is_taken_only_once_whatever_its_case(session: Session, now: datetime) -> None:
    accounts.add(session, "ha", "Lê Thu Hà", [(Role.OFFICER, None)], now)
    with pytest.raises(Invalid) as refused:
        accounts.add(session, "HA", "Người khác", [(Role.OFFICER, None)], now)
    assert refused.value.field == "name"


def family(session: Session) -> dict[str, int]:
    """Make a province with two communes, one of which has a centre."""
    organisation = Organisation(code="O", name="Tỉnh thử")
    session.add(organisation)
    session.flush()
    keys: dict[str, int] = {}
    for code, parent in (("T", None), ("X1", "T"), ("X2", "T"), ("C1", "X1")):
        unit = Unit(
            organisation_id=organisation.id,
            parent_id=keys.get(parent or ""),
            code=code,
            name=code,
            level="commune",
            valid_from=date(2025, 7, 1),
        )
        session.add(unit)
        session.flush()
        keys[code] = unit.id
    return keys


def test_a_role_reaches_its_unit_and_those_below_and_no_other(
    session: Session, now: datetime
) -> None:
    units = family(session)
    _account, password = accounts.add(session, "ha", "Hà", [(Role.HEAD, units["X1"])], now)
    token = accounts.sign_in(session, "ha", password, now).token
    actor = accounts.actor_of(session, token, now)
    assert actor is not None
    assert actor.units(Permission.TODAY) == {units["X1"], units["C1"]}
    with pytest.raises(NotAllowed):
        actor.units(Permission.ACCOUNTS)


def test_a_role_without_a_unit_reaches_all_even_when_there_are_none(
    session: Session, now: datetime
) -> None:
    _account, password = accounts.add(session, "ha", "Hà", [(Role.ADMIN, None)], now)
    token = accounts.sign_in(session, "ha", password, now).token
    first = accounts.actor_of(session, token, now)
    assert first is not None
    assert first.may(Permission.ORGANISATION)
    assert first.units(Permission.ORGANISATION) == frozenset()
    units = family(session)
    then = accounts.actor_of(session, token, now)
    assert then is not None
    assert then.units(Permission.ORGANISATION) == set(units.values())


def test_a_stolen_password_costs_the_least_work_owasp_asks_for(
    real_hasher: PasswordHasher,
) -> None:
    assert real_hasher.type is Type.ID
    assert real_hasher.memory_cost >= 19 * 1024
    assert real_hasher.time_cost >= 2
