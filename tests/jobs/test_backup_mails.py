"""Who is written to when nightly copies are not made: administrators, once, by a real server."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import Engine, delete, select, update
from sqlalchemy.orm import Session

from shared.config import Settings
from shared.jobs import loop
from shared.models.account import Account, Grant
from shared.models.job import Job
from shared.models.organisation import Organisation
from shared.models.outbox import AccountAddress
from shared.outside import MailServer, Outside
from shared.services import backup_mails, backup_notes
from tests.case_world import build
from tests.conftest import Clock
from tests.infrastructure.server import free_port

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ROOT, HEAD = "so@example.vn", "truong@example.vn"


@dataclass
class Postbox:
    """What the mail server took."""

    taken: list[EmailMessage] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)

    async def handle_RCPT(
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        """Take or refuse an address."""
        if address in self.refused:
            return "550 no such person"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        """Keep a message."""
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.taken.append(message)
        return "250 OK"

    def subjects(self) -> list[str]:
        """Give the subjects, the first taken first."""
        return [str(message["Subject"]) for message in self.taken]


@dataclass
class Office:
    """An installation whose administrator and a head of a unit have addresses."""

    session: Session
    engine: Engine
    clock: Clock
    settings: Settings

    def run(self, later: timedelta = timedelta(0)) -> None:
        """Let time pass, and the job process do what there is to do."""
        self.clock.advance(later)
        loop.ask_for_frequent(self.engine, self.settings, self.clock())
        loop.run_waiting(self.settings, self.clock())
        self.session.rollback()

    def succeed(self, lacking: int = 0) -> None:
        backup_notes.note_success(self.settings.data_directory, lacking, self.clock())

    def fail(self) -> None:
        backup_notes.note_failure(self.settings.data_directory, "no room", self.clock())

    def tries(self) -> int:
        """Count the mails that were asked for."""
        return len(self.session.scalars(select(Job).where(Job.kind == backup_mails.KIND)).all())


@pytest.fixture
def office(engine: Engine, session: Session, settings: Settings, clock: Clock) -> Office:
    build(session, clock())
    for name, email in (("root", ROOT), ("head-sen", HEAD)):
        account = session.scalars(select(Account).where(Account.name == name)).one()
        session.add(AccountAddress(account_id=account.id, email=email, changed_at=clock()))
    session.commit()
    server = MailServer("127.0.0.1", free_port(), "none", "mot-cua@example.vn")
    return Office(session, engine, clock, replace(settings, outside=Outside(mail=server)))


@pytest.fixture
def postbox(office: Office) -> Iterator[Postbox]:
    """A mail server where the office looks for one."""
    letters = Postbox()
    assert office.settings.outside.mail is not None
    server = Controller(letters, hostname="127.0.0.1", port=office.settings.outside.mail.port)
    server.start()
    yield letters
    server.stop()


def test_the_administrator_reads_once_what_is_wrong_and_since_when(
    office: Office, postbox: Postbox
) -> None:
    office.succeed()
    good = office.clock()
    office.clock.advance(DAY)
    office.fail()
    for _time in range(3):
        office.run(MINUTE)
        office.fail()
        office.run(DAY)
    (message,) = postbox.taken
    text = message.get_content()
    assert message["To"] == ROOT
    assert message["Subject"] == "Niềm Nở: sao lưu không thành công"
    assert f"{good + 7 * HOUR:%d/%m/%Y, %H:%M}" in text  # Vietnamese time
    assert f"{office.settings.public_url}/admin/organisation" in text


def test_a_copy_that_did_not_come_is_told_and_the_next_trouble_again(
    office: Office, postbox: Postbox
) -> None:
    office.succeed()
    office.run(33 * HOUR)
    assert postbox.taken == []
    office.run(2 * HOUR)
    office.succeed()
    office.run(MINUTE)
    office.succeed(lacking=1)
    office.run(MINUTE)
    assert postbox.subjects() == [
        "Niềm Nở: chưa có bản sao lưu mới",
        "Niềm Nở: bản sao lưu thiếu tệp đính kèm",
    ]


def test_an_administrator_who_reads_english_gets_english(office: Office, postbox: Postbox) -> None:
    root = office.session.scalars(select(Account).where(Account.name == "root")).one()
    root.language = "en"
    office.session.commit()
    office.fail()
    office.run()
    (message,) = postbox.taken
    assert message["Subject"] == "Niềm Nở: the backup failed"
    assert "Last good backup: none yet." in message.get_content()


def test_nothing_is_written_while_copies_are_made_or_nobody_makes_any(
    office: Office, postbox: Postbox
) -> None:
    office.run(5 * DAY)
    office.succeed()
    office.run(MINUTE)
    assert (postbox.taken, office.tries()) == ([], 0)


def test_a_mail_server_that_is_away_is_asked_again_later_and_not_every_minute(
    office: Office,
) -> None:
    office.fail()
    for _minute in range(10):
        office.run(MINUTE)
    assert 1 < office.tries() < 6
    letters = Postbox()
    assert office.settings.outside.mail is not None
    server = Controller(letters, hostname="127.0.0.1", port=office.settings.outside.mail.port)
    server.start()
    try:
        office.run(HOUR)
        office.run(HOUR)
    finally:
        server.stop()
    assert letters.subjects() == ["Niềm Nở: sao lưu không thành công"]


def test_a_refused_address_is_tried_a_few_times_over_a_day_and_a_new_one_at_once(
    office: Office, postbox: Postbox
) -> None:
    postbox.refused.add(ROOT)
    office.fail()
    for _hour in range(4 * 24):
        office.run(HOUR)
    assert 2 < office.tries() < 7
    address = office.session.scalars(
        select(AccountAddress).where(AccountAddress.email == ROOT)
    ).one()
    address.email, address.changed_at = "moi@example.vn", office.clock()
    office.session.commit()
    office.run()
    office.run(2 * DAY)
    assert [message["To"] for message in postbox.taken] == ["moi@example.vn"]


def test_a_trouble_that_is_over_before_the_mail_goes_is_not_told(
    office: Office, postbox: Postbox
) -> None:
    office.fail()
    loop.ask_for_frequent(office.engine, office.settings, office.clock())
    office.succeed()
    loop.run_waiting(office.settings, office.clock())
    office.session.rollback()
    assert (office.tries(), postbox.taken) == (1, [])


def test_an_account_that_was_closed_is_not_written_to(office: Office, postbox: Postbox) -> None:
    root = office.session.scalars(select(Account).where(Account.name == "root")).one()
    root.closed_at = office.clock()
    office.session.commit()
    office.fail()
    office.run()
    assert postbox.taken == []


def test_without_administrators_of_all_units_those_at_the_top_are_told_and_none_of_the_sample(
    session: Session, office: Office
) -> None:
    account = session.scalars(select(Account).where(Account.name == "admin-sen")).one()
    address = "sen@example.vn"
    session.add(AccountAddress(account_id=account.id, email=address, changed_at=office.clock()))
    session.flush()
    assert told(session) == {ROOT}
    session.execute(delete(Grant).where(Grant.unit_id.is_(None)))
    assert told(session) == {address}
    session.execute(update(Organisation).values(sample=True))
    assert told(session) == set()


def told(session: Session) -> set[str]:
    """Give the addresses that are written to."""
    return {reader.email for reader in backup_mails.readers(session)}
