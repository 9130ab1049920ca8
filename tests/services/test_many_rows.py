"""A list of many asks the database as often as a list of few."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from shared.domain.access import Role
from shared.domain.complaint import Kind, State
from shared.domain.work_list import WorkList
from shared.models.complaint import Complaint
from shared.services import account_directory, accounts, sealed_inbox
from shared.services.work_lists import Tray
from tests import sealed_world
from tests.case_world import build, person
from tests.cast import Place
from tests.infrastructure.statements import statements

FEW, MANY = 1, 8
Add = Callable[[int], None]


@pytest.fixture
def place(session: Session, now: datetime) -> Place:
    """A unit with its people."""
    return build(session, now)["sen"]


def asked(session: Session, ask: Callable[[], object]) -> int:
    """Count the statements of a question to a session that knows nothing yet."""
    session.commit()
    session.expunge_all()
    with statements(session.get_bind()) as heard:
        ask()
    return len(heard)


def test_accounts_with_their_roles_and_officers(
    session: Session, place: Place, now: datetime
) -> None:
    admin = person(session, "admin-sen")
    before = len(account_directory.entries(session, admin))
    counts = []
    for number in (FEW, MANY):
        for key in range(number):
            accounts.add(
                session,
                f"more-{number}-{key}",
                "Lê Thêm",
                [(Role.OFFICER, place.unit_id)],
                now,
                officer_id=place.officer_id,
            )
        counts.append(asked(session, lambda: account_directory.entries(session, admin)))
    assert len(account_directory.entries(session, admin)) == before + FEW + MANY
    assert counts[0] == counts[1]


def test_cases_that_are_to_be_taken_on(session: Session, place: Place, now: datetime) -> None:
    head = person(session, "head-sen")
    counts = []
    for number in (FEW, MANY):
        session.add_all(waiting(place, now, f"{number}-{key}") for key in range(number))
        counts.append(asked(session, lambda: Tray(session, head, now).first([WorkList.OVERDUE])))
    found = Tray(session, head, now).first([WorkList.OVERDUE])[WorkList.OVERDUE]
    assert [entry.taking_on for entry in found] == [True] * (FEW + MANY)
    assert counts[0] == counts[1]


def waiting(place: Place, now: datetime, key: str) -> Complaint:
    """Give a case that nobody took on although the day for that is over."""
    return Complaint(
        number=f"PA-{key}",
        code_hash=key,
        form_id=key,
        unit_id=place.unit_id,
        kind=str(Kind.REPORT),
        state=str(State.RECEIVED),
        channel="phone",
        body="Chờ lâu",
        search_text="cho lau",
        language="vi",
        received_at=now - timedelta(days=9),
        received_on=(now - timedelta(days=9)).date(),
        due_at=now + timedelta(days=9),
        due_on=(now + timedelta(days=9)).date(),
        take_on_by=now - timedelta(days=1),
    )


def test_confidential_reports(session: Session, place: Place, now: datetime) -> None:
    sealed_world.give_key(session, "inspector-sen", "a", now)
    inspector = person(session, "inspector-sen")
    counts = []
    for number in (FEW, MANY):
        for _ in range(number):
            sealed_world.report(session, place.unit_id, now, place.officer_id)
        counts.append(asked(session, lambda: sealed_inbox.listed(session, inspector)))
    assert len(sealed_inbox.listed(session, inspector)) == FEW + MANY
    assert counts[0] == counts[1]
