"""A district set up as its staff would: units, desks, people, procedures, what is posted, keys."""

import base64
import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from itertools import count
from random import Random
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.scenario.plans import FAMILY, GIVEN, MIDDLE, District, UnitPlan
from shared.adapters import sealing
from shared.audit import sign_session
from shared.domain.access import Actor, Permission, Role
from shared.domain.calendar import CalendarDay, DayKind
from shared.domain.calendar_change import CalendarChange
from shared.models.account import Account
from shared.models.organisation import Organisation, Procedure, Unit
from shared.sample.rhythm import Span
from shared.services import (
    accounts,
    calendar_changes,
    calendars,
    channels,
    desks,
    officers,
    organisations,
    procedures,
    publications,
    questionnaires,
    reach,
    sealed_readers,
    shifts,
    units,
)
from shared.services.calendar_changes import Origin
from shared.services.questionnaires import Whom
from shared.services.registers import Register, Setup

FOUNDER = Actor(
    0,
    "scenario",
    "Kịch bản",
    None,
    "vi",
    must_change_password=False,
    everywhere=frozenset({Permission.ORGANISATION}),
)
LABOUR_CODE = "Bộ luật Lao động 2019, Điều 112"
# Before the shipped calendar begins; those whose day follows from the law and the weekday alone.
EARLIER_HOLIDAYS = (
    ("2021-04-21", "2021-04-30", "2021-05-03", "2021-09-02", "2021-09-03"),
    (
        "2022-01-03",
        "2022-01-31",
        "2022-02-01",
        "2022-02-02",
        "2022-02-03",
        "2022-02-04",
        "2022-04-11",
        "2022-05-02",
        "2022-05-03",
        "2022-09-01",
        "2022-09-02",
    ),
)
HALVES = (("07:30", "11:30"), ("13:30", "17:00"))
PROCEDURES = 24
LAST_DAY = date(2025, 6, 30)  # of districts, and of communes as they were


@dataclass(frozen=True)
class Person:
    """An officer with the account that the officer signs in with, if any."""

    id: int
    code: str
    name: str
    account: Account | None = None


@dataclass
class Office:
    """A unit as stored, with its people and its screen."""

    plan: UnitPlan
    id: int
    code: str
    head: Person
    clerks: tuple[Person, ...]
    desk: str
    token: str = field(repr=False)
    sequence: "count[int]" = field(default_factory=lambda: count(1))
    numbers: "count[int]" = field(default_factory=lambda: count(1))

    def serving(self, clock: time) -> Person:
        """Find who sits at the desk: one in the morning, the other in the afternoon."""
        return self.clerks[0] if clock < time(12) else self.clerks[1]


@dataclass
class Place:
    """A district as stored."""

    district: District
    organisation: Organisation
    unit_id: int
    offices: dict[str, Office]
    organiser: Account
    inspector: Account
    procedures: list[Procedure]
    span: Span  # of its calendar; its end is that of the campaign's data

    @property
    def scope(self) -> frozenset[int]:
        """Every unit of the district, with those below."""
        return self.everyone

    everyone: frozenset[int] = frozenset()


@cache
def _catalogue() -> tuple[Mapping[str, str], ...]:
    text = files("shared.reference").joinpath("procedures.csv").read_text("utf-8")
    return tuple(csv.DictReader(text.splitlines()))[:PROCEDURES]


def limit_of(position: int) -> int:
    """Give the limit of a procedure in working days, by its place in the catalogue."""
    return min(int(_catalogue()[position]["limit_working_days"] or 15), 15)


def found(session: Session, rng: Random, district: District, until: datetime) -> Place:
    """Set a district up on its first working day, at eight; its data may go on `until`."""
    now = datetime.combine(district.founded_on + timedelta(days=3), time(1), UTC)
    sign_session(session, FOUNDER.name, now)
    code = f"MAU-{district.letters}"
    organisation = organisations.found(
        session, code, f"{district.name}, số liệu mẫu", now, sample=True
    )
    setup = Setup(FOUNDER, organisation, now)
    _add_holidays(session, setup, district)
    top = _save(
        session,
        setup,
        units.REGISTER,
        code=code,
        name=district.name,
        level="district",
        valid_to=LAST_DAY,
        valid_from=district.founded_on,
    )
    _add_procedures(session, setup, district.founded_on)
    _ask_questions(session, setup)
    offices = {
        plan.letters: _add_office(session, rng, setup, code, plan) for plan in district.units
    }
    organiser, _ = accounts.add(
        session, f"{code}.noivu".lower(), _name(rng), [(Role.ORGANISER, top)], now, sample=True
    )
    inspector, _ = accounts.add(
        session, f"{code}.thanhtra".lower(), _name(rng), [(Role.INSPECTOR, top)], now, sample=True
    )
    _give_key(session, inspector, now)
    session.flush()
    calendar = calendars.work_calendar(session, organisation.id)
    mine = select(Unit.id).where(Unit.organisation_id == organisation.id)
    catalogue = select(Procedure).where(Procedure.organisation_id == organisation.id)
    return Place(
        district,
        organisation,
        top,
        offices,
        organiser,
        inspector,
        list(session.scalars(catalogue.order_by(Procedure.id))),
        Span(calendar, until),
        frozenset(session.scalars(mine)),
    )


def _save(session: Session, setup: Setup, register: Register, **cells: Any) -> int:
    typed = {name: value if isinstance(value, str) else f"{value}" for name, value in cells.items()}
    return register.save(session, setup, typed, None)


def _add_holidays(session: Session, setup: Setup, district: District) -> None:
    days = tuple(
        CalendarDay(
            date.fromisoformat(on), DayKind.HOLIDAY, "Nghỉ lễ, Tết", LABOUR_CODE, provisional=False
        )
        for year in EARLIER_HOLIDAYS
        for on in year
        if date.fromisoformat(on) > setup.today and district.founded_on.year < 2023
    )
    if days:
        calendar_changes.apply(session, setup, CalendarChange(days), Origin.FORM)


def _add_procedures(session: Session, setup: Setup, since: date) -> None:
    for row in _catalogue():
        _save(
            session,
            setup,
            procedures.REGISTER,
            code=row["code"],
            name=row["name"],
            field=row["field"],
            time_limit=row["time_limit"],
            fee=row["fee"],
            valid_from=since,
        )


def _ask_questions(session: Session, setup: Setup) -> None:
    series = setup.organisation.code.lower()
    version = questionnaires.found(session, setup, series, "Phương châm đón tiếp (mẫu)")
    questionnaires.put_to_use(session, setup, version.id, Whom(), setup.today, None)


def _add_office(session: Session, rng: Random, setup: Setup, above: str, plan: UnitPlan) -> Office:
    since, code = setup.today, f"{above}-{plan.letters}"
    unit_id = _save(
        session,
        setup,
        units.REGISTER,
        code=code,
        name=plan.name,
        level=plan.level,
        valid_to=LAST_DAY,
        parent=above,
        valid_from=since,
    )
    desk = f"{code}-Q1"
    _save(
        session, setup, desks.REGISTER, code=desk, name="Quầy một cửa", unit=code, valid_from=since
    )
    commune = plan.level == "commune"
    head = _add_person(
        session,
        rng,
        setup,
        code,
        0,
        "Chủ tịch UBND" if commune else "Trưởng phòng",
        (Role.HEAD, unit_id),
    )
    clerks = tuple(
        _add_person(session, rng, setup, code, number, "Công chức một cửa", (Role.OFFICER, unit_id))
        for number in (1, 2)
    )
    for clerk, (starts, ends) in zip(clerks, HALVES, strict=True):
        _save(
            session,
            setup,
            shifts.REGISTER,
            desk=desk,
            officer=clerk.code,
            weekdays="T2-T6",
            starts=starts,
            ends=ends,
            valid_from=since,
        )
    if plan.partner:
        _add_partner(session, setup, code, since)
    _post(session, rng, setup, unit_id, plan)
    _, token = channels.pair(session, desk, None, setup.now)
    return Office(plan, unit_id, code, head, clerks, desk, token)


def _add_partner(session: Session, setup: Setup, above: str, since: date) -> None:
    code = f"{above}-BD"
    _save(
        session,
        setup,
        units.REGISTER,
        code=code,
        name="Điểm bưu điện văn hoá (mẫu)",
        level="partner",
        valid_to=LAST_DAY,
        parent=above,
        valid_from=since,
    )
    _save(
        session,
        setup,
        desks.REGISTER,
        code=f"{code}-Q1",
        name="Quầy bưu điện",
        unit=code,
        valid_from=since,
    )


def _add_person(
    session: Session,
    rng: Random,
    setup: Setup,
    unit: str,
    number: int,
    post: str,
    grant: tuple[Role, int],
) -> Person:
    code, name = f"{unit}-{number:02}", _name(rng)
    key = _save(
        session,
        setup,
        officers.REGISTER,
        code=code,
        name=name,
        post=post,
        unit=unit,
        valid_from=setup.today,
    )
    account, _ = accounts.add(
        session, code.lower(), name, [grant], setup.now, officer_id=key, sample=True
    )
    return Person(key, code, name, account)


def _name(rng: Random) -> str:
    return f"{rng.choice(FAMILY)} {rng.choice(MIDDLE)} {rng.choice(GIVEN)}"


def _post(session: Session, rng: Random, setup: Setup, unit_id: int, plan: UnitPlan) -> None:
    keys = [line.procedure.id for line in publications.posted(session, setup, unit_id)]
    both = rng.sample(keys, round(len(keys) * plan.manner.posted))
    publications.post(session, setup, unit_id, frozenset(keys), frozenset(both))


@cache
def _public_key() -> sealing.PublicKey:
    key = rsa.generate_private_key(public_exponent=65_537, key_size=3_072).public_key()
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return sealing.read_public_key(base64.b64encode(der).decode())


def _give_key(session: Session, inspector: Account, now: datetime) -> None:
    actor = reach.actor_with(session, inspector)
    _public_key.cache_clear()  # a key belongs to one person
    key = _public_key()
    sealed_readers.register_key(session, actor, key.text, key.fingerprint, now)
