"""What ended long ago is removed; what waits never is, and nothing is sent a second time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from shared.config import Settings
from shared.domain.reminder import Audience, Rule, Stage
from shared.domain.webhook import Event
from shared.jobs import loop, work
from shared.models.complaint import Complaint
from shared.models.dossier import DossierFeed
from shared.models.job import Job
from shared.models.organisation import Unit
from shared.models.outbox import OutboxMessage
from shared.models.webhook import WebhookMessage
from shared.services import (
    backup_mails,
    backup_notes,
    complaints,
    following,
    jobs,
    outbox,
    reminders,
    webhooks,
)
from shared.services.outbox import Reach
from tests.case_world import ANSWER, SECRET, build_in_line, code_of, file, person
from tests.cast import Place
from tests.conftest import Clock

DAY = timedelta(days=1)
BY_MAIL = Reach(mail=True, channels=frozenset())
ALL = tuple(str(event) for event in Event)


@dataclass
class Office:
    """A case of Sen Hồng, its reminders and the system that is told of it."""

    session: Session
    engine: Engine
    settings: Settings
    clock: Clock
    place: Place
    case: Complaint

    def a_day_passes(self, days: int = 1) -> None:
        """Let days pass, then what is done every day be done."""
        self.clock.advance(days * DAY)
        loop.ask_for_daily(self.engine, self.clock())
        loop.run_waiting(self.settings, self.clock())
        self.session.rollback()
        assert self.session.scalars(select(Job.error).where(Job.error.is_not(None))).all() == []

    def remind(self) -> list[str]:
        """Write and send the reminders of this instant; give the names they are sent under."""
        session, now = self.session, self.clock()
        for organisation_id, keys in reminders.to_look_at(session, now):
            reminders.write(session, organisation_id, keys, now)
        claimed = outbox.claim(session, BY_MAIL, now)
        for message in claimed:
            outbox.note_sent(session, message.id, now)
        session.commit()
        return [outbox.identity(message, self.case.number) for message in claimed]

    def tell(self) -> list[str]:
        """Write and send what another system is told of; give the names it is sent under."""
        names = []
        webhooks.note_overdue(self.session, self.clock())
        while (ready := webhooks.claim(self.session, self.clock())) is not None:
            webhooks.note_sent(self.session, ready.key, self.clock())
            names.append(ready.name)
        self.session.commit()
        return names

    def answer(self, who: str = "head-sen") -> None:
        head = person(self.session, who)
        self.session.refresh(self.case)
        number, version = self.case.number, self.case.version
        complaints.answer(self.session, number, ANSWER, version, head, self.clock())
        self.session.commit()

    def kept(self) -> tuple[int, int]:
        """Count the reminders and the messages to the other system."""
        tables = (OutboxMessage, WebhookMessage)
        reminder, told = (len(self.session.scalars(select(table)).all()) for table in tables)
        return reminder, told


@pytest.fixture
def office(session: Session, engine: Engine, settings: Settings, clock: Clock) -> Office:
    places = build_in_line(session, clock())
    place, above = places["sen"], places["lua"].unit_id
    root, address = person(session, "root"), "https://tin.example.vn/nhan"
    webhooks.register(session, above, address, ALL, (), SECRET, root, clock())
    unit = session.get_one(Unit, place.unit_id)
    once = Rule(Stage.DUE_TODAY, 0, frozenset({Audience.HEAD}))
    reminders.change_rules(session, unit.organisation_id, [once])
    case = file(session, place, clock())
    assert case.due_on is not None
    clock.advance(case.due_on - case.received_on)
    return Office(session, engine, settings, clock, place, case)


def test_nothing_of_a_case_that_stays_open_is_removed_or_sent_again(office: Office) -> None:
    assert len(office.remind()) == 1
    office.clock.advance(DAY)
    told = office.tell()
    kept = office.kept()
    office.a_day_passes(200)
    assert office.kept() == kept
    assert office.remind() == []
    assert office.tell() == []
    assert len(told) == 2  # that it was received, and that it is overdue


def test_messages_go_ninety_days_after_they_ended_once_their_case_is_over(office: Office) -> None:
    office.remind()
    office.answer()
    office.tell()
    kept = office.kept()
    assert min(kept) > 0
    office.a_day_passes(89)
    assert office.kept() == (kept[0], kept[1] + 1)  # that it was closed
    office.a_day_passes(2)
    assert office.kept() == (0, 1)


def test_what_waits_is_never_removed(office: Office) -> None:
    session, now = office.session, office.clock()
    for organisation_id, keys in reminders.to_look_at(session, now):
        reminders.write(session, organisation_id, keys, now)
    office.answer()
    kept = office.kept()
    office.a_day_passes(400)
    assert office.kept() == (kept[0], kept[1] + 1)  # that it was closed
    states = session.scalars(select(OutboxMessage.state)).all()
    assert (set(states), len(office.tell())) == ({outbox.WAITING}, kept[1] + 1)


@pytest.mark.parametrize("ended", [outbox.SENT, outbox.SKIPPED, outbox.STOPPED, outbox.GIVEN_UP])
def test_however_a_message_ended_it_is_removed_in_the_end(office: Office, ended: str) -> None:
    office.remind()
    office.answer()
    office.session.execute(update(OutboxMessage).values(state=ended))
    office.session.commit()
    office.a_day_passes(91)
    assert office.kept()[0] == 0


def test_what_happens_again_after_that_is_told_under_another_name(office: Office) -> None:
    office.answer()
    told = office.tell()
    office.a_day_passes(91)
    assert office.kept() == (0, 1)
    following.appeal(office.session, code_of(office.case), "", office.clock())
    office.session.commit()
    again = office.tell()
    office.answer("head-lua")
    again += office.tell()
    assert (len(told), len(again)) == (2, 3)  # received, answered; closed, appealed, answered
    assert not set(told) & set(again)


def test_reminders_of_an_appeal_are_of_its_own_due_day_alone(office: Office) -> None:
    sent, first_day = office.remind(), office.case.due_on
    office.answer()
    office.a_day_passes(91)
    following.appeal(office.session, code_of(office.case), "", office.clock())
    office.session.commit()
    assert office.remind() == []
    assert office.case.due_on != first_day
    while not (again := office.remind()):
        office.clock.advance(DAY)
    assert not set(sent) & set(again)


def a_job(session: Session, kind: str, state: str, ended: datetime, **arguments: str) -> Job:
    """Make long work with a result and a progress file to come."""
    job = jobs.request(session, kind, arguments, None, ended)
    job.state, job.started_at = state, ended
    if state in (jobs.DONE, jobs.FAILED):
        job.finished_at = ended
    session.flush()
    return job


@pytest.fixture
def with_files(session: Session, settings: Settings) -> Callable[[Job], Job]:
    def write(job: Job) -> Job:
        work.result_path(settings, job.id).write_bytes(b"rows")
        work.progress_path(settings, job.id).write_text("1 1")
        session.commit()
        return job

    return write


def files(settings: Settings) -> set[int]:
    """Give the work that has files."""
    names = [path.name.split(".")[0] for path in work.folder(settings, "results").iterdir()]
    return {int(name) for name in names if name.isdigit()}


def test_work_and_its_files_go_thirty_days_after_it_ended_and_not_before(
    office: Office, with_files: Callable[[Job], Job]
) -> None:
    session, settings, now = office.session, office.settings, office.clock()
    ended = [with_files(a_job(session, "case_figures", jobs.DONE, now)).id]
    ended.append(with_files(a_job(session, "campaign_pdf", jobs.FAILED, now)).id)
    running = with_files(a_job(session, "campaign_docx", jobs.RUNNING, now)).id
    session.execute(update(Job).where(Job.id == running).values(started_at=now + 40 * DAY))
    session.commit()
    office.a_day_passes(29)
    assert {*ended, running} <= files(settings)
    office.a_day_passes(2)
    assert files(settings) == {running}
    assert session.scalars(select(Job.id).where(Job.id.in_([*ended, running]))).all() == [running]


def test_a_file_whose_work_is_gone_goes_and_other_files_stay(office: Office) -> None:
    place = work.folder(office.settings, "results")
    for name in ("700", "701.progress", "held", "note.txt"):
        (place / name).write_text("left")
    office.a_day_passes()
    assert {path.name for path in place.iterdir()} >= {"held", "note.txt"}
    assert files(office.settings) == set()


def test_what_a_content_that_came_by_itself_is_known_by_stays_without_its_file(
    office: Office, with_files: Callable[[Job], Job]
) -> None:
    session, now = office.session, office.clock()
    job = with_files(a_job(session, "dossier_feed", jobs.DONE, now))
    known = {"unit_id": office.place.unit_id, "digest": "d", "file_name": "f", "source": "http"}
    session.add(DossierFeed(**known, job_id=job.id, received_at=now))
    session.commit()
    office.a_day_passes(31)
    assert session.get(Job, job.id) is not None
    assert files(office.settings) == set()


def test_a_mail_about_copies_that_still_fail_guards_against_a_second_one(office: Office) -> None:
    session, now, place = office.session, office.clock(), office.settings.data_directory
    backup_notes.note_failure(place, "no room", now)
    alarm = backup_notes.alarm_of(place, now)
    assert alarm is not None
    for trouble in (alarm.key, "an earlier one"):
        a_job(session, backup_mails.KIND, jobs.DONE, now, trouble=trouble)
    session.commit()
    office.a_day_passes(31)
    left = session.scalars(select(Job.arguments).where(Job.kind == backup_mails.KIND)).all()
    assert left == [{"trouble": alarm.key}]
