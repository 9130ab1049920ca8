"""A campaign from its opening to its close, at its real dates, and a fortnight beyond."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bench.scenario import awards, cases, exports, handed_in, kept, opinions
from bench.scenario.course import Act, Event, play, weeks
from bench.scenario.office import Office, Place, found
from bench.scenario.plans import District, Quirk
from shared.domain.campaign_template import Template
from shared.domain.milestone import MilestoneKind
from shared.services import campaign_parents, campaigns, competitors, freezes, report_data
from shared.services.campaigns import Opening
from shared.services.report_data import ReportData

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
BEYOND = timedelta(days=14)
CLOSES = time(17, 30)
LATE_BY = timedelta(days=70)
AWARDED = "nui_thanh"  # the titles that ship hold from 2024 on


@dataclass(frozen=True)
class Closed:
    """A campaign that was closed, and what happened on the way."""

    district: District
    place: Place
    code: str
    acts: int
    until: datetime  # the last moment anything happened


def run(session: Session, number: int, district: District) -> Closed:
    """Found a district, let its campaign run and end; the same number gives the same course."""
    template = campaigns.template(district.key)
    until = datetime.combine(template.ends_on + BEYOND, time(23), ZONE)
    rng = Random(f"{district.key}-{number}")
    place = found(session, rng, district, until)
    course = Course(rng, place, template, f"mau-{district.key.replace('_', '-')}")
    acts = play(session, course.events(number))
    return Closed(district, place, course.code, acts, until)


@dataclass(frozen=True)
class Course:
    """What happens in one campaign."""

    rng: Random
    place: Place
    template: Template
    code: str

    @property
    def stops(self) -> list[date]:
        """The days on which something is frozen, the last one is the closing."""
        kinds = (MilestoneKind.PRELIMINARY, MilestoneKind.CLOSING)
        return [one.on for one in self.template.milestones if one.kind in kinds]

    def events(self, number: int) -> Iterator[Event]:
        """Plan everything."""
        rng, place = self.rng, self.place
        first = place.district.founded_on + timedelta(days=4)
        pieces = list(weeks(place.span, first, self.stops))
        yield self._at(self._opened, time(8), self._open)
        yield from opinions.events(rng, place, pieces)
        yield from exports.events(rng, place, number, pieces)
        yield from cases.events(rng, place, first)
        yield from cases.confidential(rng, place, self.template.starts_on)
        yield from kept.events(rng, place, self.template.starts_on)
        if self.template.key == "district_2022":
            yield from kept.published(rng, place, self.template.starts_on)
        yield from handed_in.events(rng, place, self.code, self.stops)
        yield from self._children()
        for on in self.stops[:-1]:
            yield self._at(on + timedelta(days=1), time(8), _Freeze(self, on))
        yield self._at(self.stops[-1], CLOSES, self._close)
        if self.template.key == AWARDED:
            yield from awards.Awarding(place, self.code, self.stops[-1]).events()

    @property
    def _opened(self) -> date:
        """The day it is opened: launched, or begun; never before there is a district."""
        begun = self.template.launched_on or self.template.starts_on
        return max(begun, self.place.district.founded_on + timedelta(days=4))

    def _at(self, on: date, at: time, act: Act) -> Event:
        return Event(self.place.span.at(on, at), self.place.organiser.name, act)

    def _open(self, session: Session, now: datetime) -> None:
        plan, place = self.template, self.place
        opening = Opening(
            self.code,
            f"{plan.name}",
            place.unit_id,
            plan.starts_on,
            plan.ends_on,
            place.district.document,
        )
        campaign = campaigns.open_from_template(
            session,
            plan.key,
            opening,
            place.everyone,
            now,
            unit_ids=[one.id for one in place.offices.values()],
        )
        if not place.district.heads_compete:
            for one in competitors.of_campaign(session, campaign):
                if one.head:
                    competitors.remove(session, campaign, one.key)
        for office in place.offices.values():
            if office.plan.quirk is Quirk.JOINS_LATE:
                self._join_late(session, office)
        campaigns.confirm_weights(campaign, place.organiser.name, now)
        campaigns.start(session, campaign, now)
        report_data.edit_report(campaign, self._report())

    def _join_late(self, session: Session, office: Office) -> None:
        campaign = campaigns.by_code(session, self.code)
        joined = self.template.starts_on + LATE_BY
        for one in competitors.of_campaign(session, campaign):
            if one.unit_id == office.id:
                competitors.set_period(session, campaign, one.key, joined, None)

    def _report(self) -> ReportData:
        district = self.place.district
        signed = ReportData(
            authority=f"UBND {district.name}",
            agency="Phòng Nội vụ",
            number=district.report_number,
            place=district.town,
            signatory_title="Trưởng phòng",
            signatory_name="Người ký mẫu",
            recipients=(
                f"Thường trực UBND {district.kind} (mẫu);",
                "Các đơn vị tham gia;",
                "Lưu: VT.",
            ),
        )
        if not district.signed_by_committee:
            return signed
        return replace(
            signed,
            authority=district.superior,
            agency=f"Ủy ban nhân dân {district.name[0].lower()}{district.name[1:]}",
            signing_for="TM. Ủy ban nhân dân",
            signatory_title="Chủ tịch",
        )

    def _close(self, session: Session, now: datetime) -> None:
        campaign = campaigns.by_code(session, self.code)
        freezes.close(session, campaign, self.place.organiser.name, now)

    def _children(self) -> Iterator[Event]:
        """Let some units run a campaign of their own, one after another."""
        for order, letters in enumerate(self.place.district.children):
            on = self.template.starts_on + timedelta(days=50 + 60 * order)
            yield self._at(on, time(9), _Child(self, letters))


@dataclass(frozen=True)
class _Freeze:
    course: Course
    on: date

    def __call__(self, session: Session, now: datetime) -> None:
        campaign = campaigns.by_code(session, self.course.code)
        actor = self.course.place.organiser.name
        freezes.freeze(session, campaign, MilestoneKind.PRELIMINARY, self.on, actor, now)


@dataclass(frozen=True)
class _Child:
    course: Course
    letters: str

    def __call__(self, session: Session, now: datetime) -> None:
        course, office = self.course, self.course.place.offices[self.letters]
        begun, name = now.date(), f"Phong trào của {office.plan.name}"
        opening = Opening(
            f"{course.code}-{self.letters.lower()}", name, office.id, begun, course.template.ends_on
        )
        child = campaigns.open_from_template(
            session,
            course.template.key,
            opening,
            course.place.everyone,
            now,
            unit_ids=[office.id],
            with_officers=False,
        )
        campaign_parents.set_parent(session, child, campaigns.by_code(session, course.code))
        campaigns.confirm_weights(child, office.head.code.lower(), now)
        campaigns.start(session, child, now)
