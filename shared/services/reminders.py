"""Reminders of due days: written in office hours, step by step up, still wanted when sent."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.access import Actor, Permission, Role
from shared.domain.calendar import WorkCalendar, local_date
from shared.domain.complaint import Kind
from shared.domain.errors import NotFound
from shared.domain.reminder import (
    SHIPPED,
    Audience,
    Clock,
    Rule,
    Stage,
    Stages,
    checked,
    in_office_hours,
    recipients,
    reminders_due,
)
from shared.models.account import Account, Grant
from shared.models.complaint import Complaint, ComplaintOfficer
from shared.models.organisation import Organisation, Unit
from shared.models.outbox import AccountAddress, OutboxMessage, ReminderRule
from shared.services import outbox, reach
from shared.services.calendars import work_calendar
from shared.services.inbox import OPEN_STATES, case
from shared.services.outbox import Draft, Recipient
from shared.services.unit_tree import line_up

KIND = "reminder"
AT_ONCE = 100  # cases in one transaction: on SQLite nobody else writes meanwhile


@dataclass(frozen=True)
class Notice:
    """What a message may say, which is nothing of what the resident wrote."""

    number: str
    unit: str
    due_on: date
    today: date  # local, of the organisation
    open: bool  # nobody is written to outside office hours
    language: str
    email: str | None  # None: no address is known, or it goes to a channel
    channel: str | None  # the code of the unit whose channel it is
    identity: str


def version_of(complaint: Complaint) -> str:
    """Name the due day that reminders belong to: another rule or another day begins anew."""
    return f"{complaint.rule_code}:{complaint.due_on}"


def rules_of(session: Session, organisation_id: int) -> tuple[Rule, ...]:
    """Give an organisation's rules, the shipped ones when it has none of its own."""
    rows = session.scalars(
        select(ReminderRule).where(ReminderRule.organisation_id == organisation_id)
    ).all()
    own = (
        Rule(
            Stage(row.stage),
            row.days,
            frozenset(Audience(one) for one in row.audience.split(",")),
            row.every,
        )
        for row in rows
    )
    return checked(own) if rows else SHIPPED


def change_rules(session: Session, organisation_id: int, rules: Iterable[Rule]) -> None:
    """Give an organisation rules of its own. Raises Invalid naming the stage that is wrong."""
    new = {str(rule.stage): rule for rule in checked(rules)}
    rows = session.scalars(
        select(ReminderRule).where(ReminderRule.organisation_id == organisation_id)
    )
    kept = {row.stage: row for row in rows}
    for stage in kept.keys() - new.keys():
        session.delete(kept[stage])
    for stage, rule in new.items():
        row = kept.get(stage) or ReminderRule(organisation_id=organisation_id, stage=stage)
        row.days, row.every = rule.days, rule.every
        row.audience = ",".join(sorted(rule.audience))
        session.add(row)
    session.flush()


def to_look_at(session: Session, now: datetime) -> Iterator[tuple[int, Sequence[int]]]:
    """Give the cases that may be reminded of now: an organisation's key with some of its cases'.

    None of an organisation that is closed at this instant, and none of the sample.
    """
    organisations = select(Organisation.id).where(Organisation.sample.is_(False))
    for organisation_id in session.scalars(organisations.order_by(Organisation.id)).all():
        calendar = work_calendar(session, organisation_id)
        if in_office_hours(now, calendar):
            rules = rules_of(session, organisation_id)
            keys = _waiting(session, organisation_id, calendar, rules, now)
            for first in range(0, len(keys), AT_ONCE):
                yield organisation_id, keys[first : first + AT_ONCE]


def write(
    session: Session,
    organisation_id: int,
    keys: Sequence[int],
    now: datetime,
    channels: Collection[str] = (),
) -> int:
    """Write the reminders of cases whose time has come; give how many are new.

    `channels` are the codes of units that have one. Whoever runs this twice, or at the same time
    as somebody else, writes each message once.
    """
    calendar = work_calendar(session, organisation_id)
    rules = rules_of(session, organisation_id)
    return _write(session, keys, _Office(session, calendar, rules, frozenset(channels)), now)


def notice(session: Session, message: OutboxMessage, now: datetime) -> Notice:
    """Give what to say in a message at this instant. NotFound when it is not wanted any more.

    It is not when the case waits no more or for another day, or its recipient may not see it.
    """
    complaint = session.get_one(Complaint, message.complaint_id)
    if (
        complaint.state not in OPEN_STATES
        or complaint.due_on is None
        or version_of(complaint) != message.deadline_version
    ):
        raise NotFound
    channel = outbox.channel_of(message)
    account = _account(session, message, complaint)
    unit = session.get_one(Unit, complaint.unit_id)
    named = _named(session, [complaint.id])
    if channel is not None and (channel != unit.code or not _for_a_channel(complaint, named)):
        raise NotFound  # it was passed on, or whom it is about may read along
    address = None if account is None else session.get(AccountAddress, account.id)
    calendar = work_calendar(session, unit.organisation_id)
    return Notice(
        number=complaint.number,
        unit=unit.name,
        due_on=complaint.due_on,
        today=local_date(now, calendar.zone),
        open=in_office_hours(now, calendar),
        language="vi" if account is None else account.language,
        email=None if address is None else address.email,
        channel=channel,
        identity=outbox.identity(message, complaint.number),
    )


def _account(session: Session, message: OutboxMessage, complaint: Complaint) -> Account | None:
    if message.account_id is None:
        return None
    account = session.get_one(Account, message.account_id)
    person: Actor = reach.actor_with(session, account)
    if account.closed_at is not None or not person.may(Permission.COMPLAINTS):
        raise NotFound
    case(session, complaint.number, person)
    return account


@dataclass
class _Office:
    """What is the same for all cases of an organisation in one run."""

    session: Session
    calendar: WorkCalendar
    rules: Sequence[Rule]
    channels: frozenset[str]
    lines: dict[int, Mapping[int, Sequence[Account]]] = field(default_factory=dict)
    counted: dict[date, Stages] = field(default_factory=dict)

    def heads(self, unit_id: int) -> Mapping[int, Sequence[Account]]:
        """Give the heads of a unit and of those above it, by the distance up."""
        if unit_id not in self.lines:
            self.lines[unit_id] = _heads(self.session, line_up(self.session, unit_id))
        return self.lines[unit_id]


def _waiting(
    session: Session,
    organisation_id: int,
    calendar: WorkCalendar,
    rules: Sequence[Rule],
    now: datetime,
) -> Sequence[int]:
    """Give the keys of the cases that may be reminded of today, without looking at each day."""
    before = max((-rule.days for rule in rules), default=0)
    # Working days with their weekends, and Tết between them.
    latest = local_date(now, calendar.zone) + timedelta(days=2 * max(before, 0) + 16)
    units = select(Unit.id).where(Unit.organisation_id == organisation_id)
    found = select(Complaint.id).where(
        Complaint.unit_id.in_(units),
        Complaint.state.in_(OPEN_STATES),
        Complaint.due_on <= latest,
    )
    return session.scalars(found.order_by(Complaint.id)).all()


def _write(session: Session, keys: Sequence[int], office: _Office, now: datetime) -> int:
    complaints = session.scalars(select(Complaint).where(Complaint.id.in_(keys))).all()
    known, named = outbox.written_stages(session, keys, KIND), _named(session, keys)
    handlers = _handlers(session, complaints)
    drafts: list[Draft] = []
    for complaint in complaints:
        names = named.get(complaint.id, set())
        drafts += _drafts(complaint, office, handlers, names, known, now)
    begun = {complaint_id for complaint_id, _version in known}
    for draft in drafts:
        if not draft.skipped and draft.complaint_id in begun:
            outbox.skip_earlier(session, draft, now)
    return outbox.write(session, drafts, now)


def _drafts(
    complaint: Complaint,
    office: _Office,
    handlers: Mapping[int, Account],
    named: Collection[int],
    known: Mapping[tuple[int, str], set[str]],
    now: datetime,
) -> Iterator[Draft]:
    if complaint.due_on is None:
        return
    version = version_of(complaint)
    clock = Clock(complaint.due_on, complaint.received_on, version)
    written = known.get((complaint.id, version), set())
    due = reminders_due(clock, office.rules, office.calendar, now, written, office.counted)
    for one in due:
        to = _recipients(complaint, one.audience, office, handlers, named)
        yield Draft(complaint.id, KIND, one.stage, version, tuple(to), one.skipped)


def _recipients(
    complaint: Complaint,
    audience: Collection[Audience],
    office: _Office,
    handlers: Mapping[int, Account],
    named: Collection[int],
) -> list[Recipient]:
    lines = {
        distance: [head.id for head in heads if head.officer_id not in named]
        for distance, heads in office.heads(complaint.unit_id).items()
    }
    handler = handlers.get(complaint.handler_id) if complaint.handler_id is not None else None
    if handler is not None and (handler.closed_at is not None or handler.officer_id in named):
        handler = None
    chosen = recipients(audience, None if handler is None else handler.id, lines)
    found = [Recipient(account_id=key) for key in chosen]
    code = _code(office.session, complaint.unit_id)
    if code in office.channels and Audience.HEAD in audience and _for_a_channel(complaint, named):
        found.append(Recipient(channel=code))
    return found


def _for_a_channel(complaint: Complaint, named: Collection[int]) -> bool:
    """Say whether everybody in a unit may read of a case.

    Not of one that names an officer, and not of a denunciation, which is kept secret (Law on
    Denunciations 2018, article 8).
    """
    return not named and complaint.kind != str(Kind.DENUNCIATION)


def _code(session: Session, unit_id: int) -> str:
    return session.get_one(Unit, unit_id).code


def _handlers(session: Session, complaints: Iterable[Complaint]) -> Mapping[int, Account]:
    keys = {one.handler_id for one in complaints if one.handler_id is not None}
    found = session.scalars(select(Account).where(Account.id.in_(keys)))
    return {account.id: account for account in found}


def _named(session: Session, complaint_ids: Collection[int]) -> Mapping[int, set[int]]:
    """Give the officers whom cases name; none of them hears of it."""
    named: dict[int, set[int]] = defaultdict(set)
    for complaint_id, officer_id in session.execute(
        select(ComplaintOfficer.complaint_id, ComplaintOfficer.officer_id).where(
            ComplaintOfficer.complaint_id.in_(complaint_ids)
        )
    ):
        named[complaint_id].add(officer_id)
    return named


def _heads(session: Session, line: Sequence[int]) -> Mapping[int, Sequence[Account]]:
    """Find the heads along a line of units; a head of every unit stands above them all."""
    rows = session.execute(
        select(Grant.unit_id, Account)
        .join(Account, Account.id == Grant.account_id)
        .where(Grant.role == str(Role.HEAD), Account.closed_at.is_(None))
        .order_by(Account.id)
    )
    found: dict[int, list[Account]] = defaultdict(list)
    for unit_id, account in rows:
        if unit_id is None:
            found[len(line)].append(account)
        elif unit_id in line:
            found[line.index(unit_id)].append(account)
    return found
