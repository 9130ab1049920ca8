"""Reports, petitions and requests for an explanation, and confidential reports of extra money."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from uuid import UUID

from sqlalchemy.orm import Session

from bench.scenario.course import Event, months
from bench.scenario.office import Office, Person, Place
from bench.scenario.plans import Quirk
from shared.adapters import sealing
from shared.domain.access import Actor
from shared.domain.complaint import Kind
from shared.domain.sealed import Action, Matter, binding, sealed_bytes
from shared.domain.tracking_code import CaseCode, code_of
from shared.models.complaint import Complaint
from shared.models.sealed import SealedReport
from shared.sample.complaint_texts import ANSWERS
from shared.services import complaints, following, reach, sealed_readers, sealed_reports
from shared.services.complaints import Filing

SECRET = "only-for-the-scenario-and-long-enough"
BODIES = (
    "Tôi đến đúng giờ hẹn nhưng phải chờ gần một giờ mới được gọi số.",
    "Giấy hẹn ghi ngày hôm qua mà hôm nay hồ sơ của tôi vẫn chưa xong.",
    "Đường vào nơi tiếp dân bị ngập khi mưa, người già đi lại rất khó.",
    "Bảng niêm yết để quá cao, chữ nhỏ, tôi không đọc được lệ phí.",
    "Cổng dịch vụ báo lỗi khi nộp hồ sơ, gọi điện không ai nghe máy.",
    "Đề nghị mở thêm quầy vào sáng thứ hai vì rất đông người chờ.",
)
WAYS = ("open", "open", "phone", "desk")
EXPLAINED = 0.2  # of the cases; the others are reports and petitions
SAID, SATISFIED = 0.6, 0.92
BROKERS = "district_2022"  # the campaign that tolerates none
LEFT_OPEN = 0.03  # of what slow units get: nobody answers for weeks


@dataclass
class Case:
    """A case on its way."""

    office: Office
    handler: Person
    filing: Filing
    code: CaseCode
    complaint: Complaint | None = field(default=None)

    @property
    def stored(self) -> Complaint:
        """The case as stored; it is there once it was received."""
        assert self.complaint is not None
        return self.complaint

    def receive(self, session: Session, now: datetime) -> None:
        """Let it come in."""
        self.complaint = complaints.receive(session, self.filing, self.code, now)

    def take(self, session: Session, now: datetime) -> None:
        """Let its handler take it on."""
        actor = self._actor(session)
        complaints.take(session, self.stored.number, self.stored.version, actor, now)

    def answer(self, session: Session, now: datetime) -> None:
        """Answer it."""
        actor, text = self._actor(session), ANSWERS[self.stored.id % len(ANSWERS)]
        complaints.answer(session, self.stored.number, text, self.stored.version, actor, now)

    def rate(self, satisfied: bool) -> "_Rate":
        """Give the act of saying whether the answer was good."""
        return _Rate(self, satisfied)

    def _actor(self, session: Session) -> Actor:
        assert self.handler.account is not None
        return reach.actor_with(session, self.handler.account)


@dataclass(frozen=True)
class _Rate:
    case: Case
    satisfied: bool

    def __call__(self, session: Session, now: datetime) -> None:
        following.rate_answer(session, self.case.code.link, self.satisfied, now)


def events(rng: Random, place: Place, first: date) -> Iterator[Event]:
    """Plan the cases of every unit, month by month."""
    for office in place.offices.values():
        if office.plan.quirk is Quirk.NOBODY_WRITES:
            continue
        for month in months(first, place.span.today):
            a_month = place.district.cases * office.plan.manner.size
            for _ in range(int(a_month * rng.uniform(0.5, 1.5) + rng.random())):
                yield from _case(rng, place, office, month)


def _case(rng: Random, place: Place, office: Office, month: date) -> Iterator[Event]:
    span, manner = place.span, office.plan.manner
    on = month + timedelta(days=rng.randrange(28))
    came = span.at(on, time(rng.randint(7, 20), rng.randrange(60)))
    explained = rng.random() < EXPLAINED
    late = rng.random() < manner.answered_late
    case = _new(
        rng,
        office,
        Kind.EXPLANATION if explained else rng.choice((Kind.REPORT, Kind.REPORT, Kind.PETITION)),
    )
    days = (
        (rng.randint(13, 16) if late else rng.randint(2, 8))
        if explained
        else (rng.randint(7, 11) if late else rng.randint(1, 3))
    )
    taken = span.at(span.after_working_days(on, 1), time(8, rng.randrange(60)))
    answered = span.at(span.after_working_days(on, days + 1), time(15, rng.randrange(60)))
    by = case.handler.code.lower()
    steps = [
        Event(came, "resident", case.receive),
        Event(taken, by, case.take),
        Event(answered, by, case.answer),
    ]
    if rng.random() < SAID:
        said = answered + timedelta(days=rng.randint(1, 6), hours=4)
        steps.append(Event(said, "resident", case.rate(rng.random() < SATISFIED - late * 0.3)))
    unanswered = late and rng.random() < LEFT_OPEN * 10
    for step in steps[:2] if unanswered else steps:
        if step.at <= span.now:
            yield step


def _new(rng: Random, office: Office, kind: Kind) -> Case:
    form = UUID(int=rng.getrandbits(128), version=4)
    filing = Filing(
        form_id=form,
        unit_id=office.id,
        kind=kind,
        body=rng.choice(BODIES),
        language="vi",
        channel=rng.choice(WAYS),
    )
    return Case(office, rng.choice(office.clerks), filing, code_of(form, SECRET))


@dataclass
class Confidential:
    """A report of extra money that an inspector opens, verifies and upholds."""

    place: Place
    office: Office
    form: UUID
    report: SealedReport | None = None

    def receive(self, session: Session, now: datetime) -> None:
        """Let it come in, sealed."""
        keys = {
            one.key.fingerprint: one.key.public_key
            for one in sealed_readers.readers(session, self.office.id, None)
        }
        words = "Cán bộ gợi ý đưa thêm tiền để hồ sơ xong sớm (tình huống mẫu)."
        envelope = sealing.seal(sealed_bytes(words, ""), binding(self.form), keys)
        text = sealed_reports.Text(
            self.form, binding(self.form), envelope, sealed_reports.ON_RECEIPT
        )
        matter = Matter.BROKER if self.place.district.key == BROKERS else Matter.EXTRA_MONEY
        filing = sealed_reports.Filing(text, self.office.id, matter, None, "vi")
        code = code_of(self.form, SECRET)
        self.report = sealed_reports.receive(session, filing, code, now)

    def verify(self, session: Session, now: datetime) -> None:
        """Open it and begin to verify."""
        assert self.report is not None
        actor = reach.actor_with(session, self.place.inspector)
        sealed_reports.open_texts(session, self.report.number, actor, now)
        sealed_reports.verify(session, self.report.number, self.report.version, actor, now)

    def uphold(self, session: Session, now: datetime) -> None:
        """Conclude that it is true."""
        assert self.report is not None
        actor, words = (
            reach.actor_with(session, self.place.inspector),
            "Nội dung tin báo là đúng; đã xử lý theo quy định.",
        )
        sealed_reports.conclude(
            session, self.report.number, Action.UPHOLD, words, self.report.version, actor, now
        )


def confidential(rng: Random, place: Place, begins: date) -> Iterator[Event]:
    """Plan the report that costs a unit its award, in the campaign's fifth month."""
    for office in place.offices.values():
        if office.plan.quirk is Quirk.VETOED:
            one = Confidential(place, office, UUID(int=rng.getrandbits(128), version=4))
            at = place.span.at(begins + timedelta(days=130), time(20, 15))
            yield Event(at, "resident", one.receive)
            yield Event(at + timedelta(days=2), place.inspector.name, one.verify)
            yield Event(at + timedelta(days=24), place.inspector.name, one.uphold)
