"""Sending what waits: through a real mail server and a real channel, away and back again."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from shared.audit import sign_session
from shared.config import Settings
from shared.domain.access import Role
from shared.domain.reminder import Audience, Rule, Stage
from shared.jobs import loop
from shared.jobs.outbox import MOST_HUNG_UP
from shared.models.account import Account, Grant
from shared.models.complaint import Complaint, ComplaintOfficer
from shared.models.job import Job
from shared.models.organisation import Officer, Unit
from shared.models.outbox import AccountAddress, OutboxMessage
from shared.outside import MailServer, Outside
from shared.services import addresses, jobs, outbox, reminders
from tests.case_world import WORDS, build, file, person
from tests.cast import Place
from tests.conftest import Clock
from tests.infrastructure.server import free_port

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
HEAD = "truong@example.vn"


@dataclass
class Postbox:
    """What the mail server took; it refuses addresses, or hangs up over them, as it is told."""

    taken: list[EmailMessage] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)  # for good
    put_off: set[str] = field(default_factory=set)
    hung_up_over: set[str] = field(default_factory=set)
    tried: int = 0
    at_message: Callable[[], None] | None = None

    async def handle_RCPT(
        self, server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        """Take or refuse an address."""
        self.tried += 1
        if address in self.hung_up_over:
            server.transport.close()
        if address in self.refused:
            return "550 no such person"
        if address in self.put_off:
            return "450 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        """Keep a message."""
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.taken.append(message)
        if self.at_message is not None:
            self.at_message()
        return "250 OK"


@dataclass
class Office:
    """A case whose head is to be reminded today, and what sends the reminder."""

    session: Session
    engine: Engine
    clock: Clock
    settings: Settings
    case: Complaint
    port: int

    def run(self, later: timedelta = timedelta(0)) -> None:
        """Let time pass, and the job process do what there is to do."""
        self.clock.advance(later)
        loop.ask_for_frequent(self.engine, self.settings, self.clock())
        loop.run_waiting(self.settings, self.clock())
        loop.ask_for_frequent(self.engine, self.settings, self.clock())
        loop.run_waiting(self.settings, self.clock())
        self.session.rollback()

    def states(self) -> dict[str, str]:
        """Give the state of each message by its stage and recipient."""
        found = self.session.scalars(select(OutboxMessage))
        return {f"{one.stage} {one.recipient}": one.state for one in found}


@pytest.fixture
def office(engine: Engine, session: Session, settings: Settings, clock: Clock) -> Office:
    """Sen Hồng on the morning its case is due; only its head has an address."""
    places: dict[str, Place] = build(session, clock())
    case = file(session, places["sen"], clock())
    head = session.scalars(select(Account).where(Account.name == "head-sen")).one()
    session.add(AccountAddress(account_id=head.id, email=HEAD, changed_at=clock()))
    session.commit()
    assert case.due_on is not None
    clock.advance(case.due_on - case.received_on)
    port = free_port()
    server = MailServer("127.0.0.1", port, "none", "mot-cua@example.vn")
    settings = replace(settings, outside=Outside(mail=server))
    return Office(session, engine, clock, settings, case, port)


@pytest.fixture
def postbox(office: Office) -> Iterator[Postbox]:
    """A mail server where the office looks for one."""
    with_server = Postbox()
    server = Controller(with_server, hostname="127.0.0.1", port=office.port)
    server.start()
    yield with_server
    server.stop()


def test_the_head_reads_number_unit_day_and_address_and_nothing_of_the_case(
    office: Office, postbox: Postbox
) -> None:
    office.run()
    (message,) = postbox.taken
    text = message.get_content()
    assert message["To"] == HEAD
    assert message["Subject"] == f"{office.case.number}: hạn trả lời là hôm nay"
    assert office.case.due_on is not None
    for shown in ("Phường Sen Hồng", f"{office.case.due_on:%d/%m/%Y}", office.case.number):
        assert shown in text
    assert f"/admin/complaints/{office.case.number}" in text
    assert WORDS[:20] not in message.as_string() + text


def test_a_message_goes_once_however_often_the_job_runs(office: Office, postbox: Postbox) -> None:
    for _time in range(3):
        office.run(20 * MINUTE)
    assert len(postbox.taken) == 1
    assert set(office.states().values()) == {outbox.SENT, outbox.SKIPPED}


def test_a_server_that_is_away_for_two_days_is_met_by_the_latest_message_only(
    office: Office,
) -> None:
    for _half_day in range(4):
        office.run(timedelta(hours=12))
    waiting = [key for key, state in office.states().items() if state == outbox.WAITING]
    assert waiting
    assert {key.partition(" ")[0] for key in waiting} == {"overdue"}
    letters = Postbox()
    server = Controller(letters, hostname="127.0.0.1", port=office.port)
    server.start()
    try:
        office.run(timedelta(hours=6))  # until the office is open again
        while not letters.taken:
            office.run(timedelta(hours=6))
    finally:
        server.stop()
    assert [message["To"] for message in letters.taken] == [HEAD]
    assert "quá hạn trả lời từ ngày" in str(letters.taken[0]["Subject"])


def test_an_address_that_is_refused_keeps_nobody_else_from_a_message(
    office: Office, postbox: Postbox
) -> None:
    postbox.refused.add(HEAD)
    root = person(office.session, "root")
    office.session.add(
        AccountAddress(account_id=root.account_id, email="so@example.vn", changed_at=office.clock())
    )
    office.session.commit()
    office.run(5 * DAY)
    assert [message["To"] for message in postbox.taken] == ["so@example.vn"]
    (failed,) = office.session.scalars(
        select(OutboxMessage).where(OutboxMessage.state == outbox.WAITING)
    )
    assert (failed.tried, failed.problem) == (1, "address refused: 550")


def more_heads(office: Office, *names: str) -> list[str]:
    """Give the unit of the case more heads; give their addresses."""
    head = office.session.scalars(select(Account).where(Account.name == "head-sen")).one()
    grant = office.session.scalars(
        select(Grant).where(Grant.account_id == head.id, Grant.role == str(Role.HEAD))
    ).one()
    for name in names:
        account = Account(
            name=name, full_name=name, password_hash="none", created_at=office.clock()
        )
        office.session.add(account)
        office.session.flush()
        email = f"{name}@example.vn"
        changed = {"account_id": account.id, "changed_at": office.clock()}
        office.session.add(AccountAddress(email=email, **changed))
        office.session.add(Grant(account_id=account.id, role=grant.role, unit_id=grant.unit_id))
    office.session.commit()
    return [f"{name}@example.vn" for name in names]


def test_a_message_over_which_the_server_hangs_up_keeps_nobody_else_from_one(
    office: Office, postbox: Postbox
) -> None:
    postbox.hung_up_over.add(HEAD)
    others = more_heads(office, "hai", "ba")
    office.run()
    assert sorted(str(message["To"]) for message in postbox.taken) == sorted(others)
    (waiting,) = office.session.scalars(
        select(OutboxMessage).where(OutboxMessage.state == outbox.WAITING)
    )
    assert (waiting.tried, waiting.problem.partition(":")[0]) == (1, "SMTPServerDisconnected")


def test_a_server_that_hangs_up_over_everything_is_left_alone(
    office: Office, postbox: Postbox
) -> None:
    postbox.hung_up_over = {HEAD, *more_heads(office, "hai", "ba", "bon", "nam")}
    office.run()
    waiting = select(OutboxMessage).where(OutboxMessage.state == outbox.WAITING)
    assert [message.tried for message in office.session.scalars(waiting)] == [1] * 5
    assert postbox.tried == MOST_HUNG_UP


def test_who_is_named_while_others_are_written_to_gets_no_message(
    office: Office, postbox: Postbox
) -> None:
    (address,) = more_heads(office, "hai")

    def name_the_second() -> None:
        with Session(office.engine) as session, session.begin():
            second = session.scalars(select(Account).where(Account.name == "hai")).one()
            officer = session.scalars(select(Officer)).first()
            assert officer is not None
            second.officer_id = officer.id
            session.add(ComplaintOfficer(complaint_id=office.case.id, officer_id=officer.id))
            sign_session(session, "test", office.clock())

    postbox.at_message = name_the_second
    office.run()
    assert [message["To"] for message in postbox.taken] == [HEAD]
    assert address not in str([message.as_string() for message in postbox.taken])


def test_what_fails_for_hours_is_an_alarm_although_a_later_message_takes_its_place(
    office: Office, postbox: Postbox
) -> None:
    postbox.put_off.add(HEAD)
    admin = person(office.session, "admin-sen")
    alarms = []
    for _half_day in range(14):
        office.run()
        office.run(timedelta(hours=6))
        alarms.append(outbox.stuck(office.session, admin, office.clock()))
        office.run(timedelta(hours=6))
    assert outbox.GIVEN_UP not in office.states().values()
    assert alarms.count(0) == 0


def hours_of_tries(office: Office, postbox: Postbox, days: int, apart: int) -> list[int]:
    """Let days pass in steps of hours, and give those in which the first message was tried."""
    tried = []
    for hour in range(0, days * 24, apart):
        before = postbox.tried
        office.run()
        if postbox.tried > before:
            tried.append(hour)
        office.clock.advance(timedelta(hours=apart))
    return tried


def refused_message(office: Office) -> OutboxMessage:
    """Give the message that could not be sent."""
    waiting = select(OutboxMessage).where(OutboxMessage.problem != "")
    return office.session.scalars(waiting).one()


@pytest.fixture
def only_today(office: Office) -> None:
    """Let nobody be reminded of what is overdue: no later message takes the place of today's."""
    unit = office.session.get_one(Unit, office.case.unit_id)
    today = Rule(Stage.DUE_TODAY, 0, frozenset({Audience.HEAD}))
    sign_session(office.session, "test", office.clock())
    reminders.change_rules(office.session, unit.organisation_id, [today])
    office.session.commit()


@pytest.mark.usefixtures("only_today")
def test_an_address_that_is_refused_for_good_is_tried_a_few_times_over_a_day_and_told_of(
    office: Office, postbox: Postbox
) -> None:
    postbox.refused.add(HEAD)
    admin = person(office.session, "admin-sen")
    tried = hours_of_tries(office, postbox, days=3, apart=1)
    assert 2 < len(tried) < 7
    assert tried[0] == 0
    assert 24 <= tried[-1] < 48
    message = refused_message(office)
    assert (message.state, message.problem) == (outbox.GIVEN_UP, "address refused: 550")
    assert outbox.stuck(office.session, admin, office.clock()) == 1


@pytest.mark.usefixtures("only_today")
def test_an_address_that_is_put_off_is_tried_on(office: Office, postbox: Postbox) -> None:
    postbox.put_off.add(HEAD)
    tried = hours_of_tries(office, postbox, days=5, apart=3)  # over the weekend
    assert tried[-1] >= 48
    assert refused_message(office).state == outbox.WAITING


@pytest.mark.usefixtures("only_today")
def test_one_refusal_after_days_without_a_server_is_not_the_last_try(office: Office) -> None:
    for _half_day in range(6):
        office.run(timedelta(hours=12))
    letters = Postbox(refused={HEAD})
    server = Controller(letters, hostname="127.0.0.1", port=office.port)
    server.start()
    try:
        while not letters.tried:
            office.run(timedelta(hours=1))
        assert refused_message(office).state == outbox.WAITING
        letters.refused.clear()
        while not letters.taken:
            office.run(timedelta(hours=1))
    finally:
        server.stop()
    assert [message["To"] for message in letters.taken] == [HEAD]


@pytest.mark.usefixtures("only_today")
def test_what_was_refused_for_good_goes_at_once_to_another_address(
    office: Office, postbox: Postbox
) -> None:
    postbox.refused.add(HEAD)
    hours_of_tries(office, postbox, days=5, apart=3)  # over the weekend
    assert refused_message(office).state == outbox.GIVEN_UP
    admin = person(office.session, "admin-sen")
    head = person(office.session, "head-sen").account_id
    sign_session(office.session, "test", office.clock())
    addresses.change(office.session, admin, {head: "moi@example.vn"}, office.clock())
    office.session.commit()
    office.run()
    assert [message["To"] for message in postbox.taken] == ["moi@example.vn"]


def test_a_message_goes_at_once_to_an_address_that_was_mended(
    office: Office, postbox: Postbox
) -> None:
    postbox.refused.add(HEAD)
    for _try in range(5):
        office.run(20 * MINUTE)
    admin = person(office.session, "admin-sen")
    head = person(office.session, "head-sen").account_id
    sign_session(office.session, "test", office.clock())
    addresses.change(office.session, admin, {head: "moi@example.vn"}, office.clock())
    office.session.commit()
    office.run()
    assert [message["To"] for message in postbox.taken] == ["moi@example.vn"]


def test_who_has_no_address_is_told_of_and_reached_once_there_is_one(
    office: Office, postbox: Postbox
) -> None:
    address = office.session.scalars(select(AccountAddress)).one()
    office.session.delete(address)
    office.session.commit()
    office.run()
    (message,) = office.session.scalars(
        select(OutboxMessage).where(OutboxMessage.state == outbox.WAITING)
    )
    assert message.problem == "no address"
    key, office_hours = message.account_id, office.clock()
    office.session.add(AccountAddress(account_id=key, email=HEAD, changed_at=office_hours))
    office.session.commit()
    office.run(5 * MINUTE)
    assert [one["To"] for one in postbox.taken] == [HEAD]


def test_nothing_is_sent_at_night(office: Office) -> None:
    office.run()  # nobody answers at the port
    letters = Postbox()
    server = Controller(letters, hostname="127.0.0.1", port=office.port)
    server.start()
    try:
        office.run(timedelta(hours=12))
        assert letters.taken == []
    finally:
        server.stop()


def test_an_english_reader_reads_english(office: Office, postbox: Postbox) -> None:
    head = office.session.scalars(select(Account).where(Account.name == "head-sen")).one()
    head.language = "en"
    office.session.commit()
    office.run()
    assert postbox.taken[0]["Subject"] == f"{office.case.number}: the answer is due today"


class _Hook(BaseHTTPRequestHandler):
    taken: list[dict[str, Any]]

    def do_POST(self) -> None:  # the name is the library's
        """Keep what a channel is told."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.taken.append(json.loads(body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_words: object) -> None:
        """Keep quiet."""


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")  # the library asks before it uses it
def test_the_channel_of_the_unit_is_told_too(office: Office, postbox: Postbox) -> None:
    taken: list[dict[str, Any]] = []
    hook = HTTPServer(("127.0.0.1", 0), type("Hook", (_Hook,), {"taken": taken}))
    Thread(target=hook.serve_forever, daemon=True).start()
    address = f"json://127.0.0.1:{hook.server_port}/"
    outside = replace(office.settings.outside, channels={"SEN": address})
    office.settings = replace(office.settings, outside=outside)
    try:
        office.run()
    finally:
        hook.shutdown()
        hook.server_close()
    assert [told["title"] for told in taken] == [f"{office.case.number}: hạn trả lời là hôm nay"]
    assert len(postbox.taken) == 1


def test_frequent_work_is_asked_for_again_only_after_its_time(
    engine: Engine, session: Session, settings: Settings, clock: Clock
) -> None:
    def asked(later: timedelta) -> int:
        clock.advance(later)
        loop.ask_for_frequent(engine, settings, clock())
        loop.run_waiting(settings, clock())
        session.rollback()
        return len(session.scalars(select(Job).where(Job.kind == "reminders")).all())

    assert [asked(later) for later in (0 * MINUTE, 14 * MINUTE, 2 * MINUTE)] == [1, 1, 2]
    assert asked(2 * DAY) == 1  # what was done is forgotten after a day
    assert jobs.last_ended(session, "reminders") is not None


def test_work_that_was_interrupted_does_not_stop_the_next(session: Session, now: datetime) -> None:
    first = jobs.request_again(session, "outbox", timedelta(0), now)
    assert first is not None
    assert jobs.request_again(session, "outbox", timedelta(0), now) is None
    claimed = jobs.claim(session, now)
    assert claimed is not None
    assert jobs.request_again(session, "outbox", timedelta(0), now + 59 * MINUTE) is None
    assert jobs.request_again(session, "outbox", timedelta(0), now + 61 * MINUTE) is not None
