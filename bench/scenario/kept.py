"""What units write into their registers for a campaign, planned beforehand and noted when done."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

from sqlalchemy.orm import Session

from bench.scenario.course import Event
from bench.scenario.office import Office, Person, Place
from bench.scenario.plans import Quirk
from shared.domain.access import Permission
from shared.models.account import Account
from shared.models.organisation import Organisation
from shared.services import improvement, reach
from shared.services.registers import Setup
from shared.services.unit_registers import REGISTERS

Cells = Mapping[str, str]
INITIATIVES = (
    "Trả kết quả tại nhà văn hoá thôn",
    "Sổ tay hỏi đáp thủ tục bằng tranh",
    "Giờ vàng hỗ trợ người cao tuổi nộp hồ sơ",
    "Nhắc ngày hẹn qua tin nhắn thoại",
)
CRITERIA = (
    ("2.1", "Giải quyết thủ tục đúng hạn", "1.92", "1.88"),
    ("2.2", "Thái độ của công chức", "1.80", "1.71"),
    ("2.3", "Nơi tiếp dân", "1.55", "1.31"),
    ("2.4", "Tiếp nhận, trả lời phản ánh", "1.60", "1.22"),
)


@dataclass
class Entry:
    """An entry of a register; what is known of it grows."""

    place: Place
    kind: str
    writer: Account
    cells: dict[str, str]
    key: int | None = field(default=None)

    def saved(self, **more: str) -> "_Saved":
        """Give the act of writing it down with what is known by then."""
        return _Saved(self, more)


@dataclass(frozen=True)
class _Saved:
    entry: Entry
    more: Cells

    def __call__(self, session: Session, now: datetime) -> None:
        one = self.entry
        one.cells.update(self.more)
        setup = setup_of(session, one.place, one.writer, now)
        one.key = REGISTERS[one.kind].save(session, setup, one.cells, one.key)


def setup_of(session: Session, place: Place, writer: Account, now: datetime) -> Setup:
    """Say who keeps the registers, and when."""
    organisation = session.get_one(Organisation, place.organisation.id)
    actor = reach.actor_with(session, writer)
    return Setup(actor, organisation, now, permission=Permission.ENTER_FIGURES)


@dataclass(frozen=True)
class Keeping:
    """The registers of one unit within one campaign."""

    rng: Random
    place: Place
    office: Office
    begins: date

    def events(self) -> Iterator[Event]:
        """Plan everything one unit writes down."""
        quarter = 0
        on = self.begins + timedelta(days=40)
        while on <= self.place.span.today - timedelta(days=12):
            quarter += 1
            yield from self._quarter(quarter, on)
            on += timedelta(days=78)
        yield from self._initiatives()
        yield from self._exemplary()
        if self.place.district.key == "district_2022":
            yield from self._committee()
        if self.place.district.key == "long_my":
            yield from self._reviews()

    def _quarter(self, number: int, due: date) -> Iterator[Event]:
        yield from self._inspection(number, due)
        yield from self._report(number, due + timedelta(days=5))
        done = 3 if self._happens() else 2
        title = f"Bài truyền thanh về cải cách hành chính, quý {number}"
        yield from self._course(
            "publicity", number, due, {"title": title, "planned": "3"}, {"done": f"{done}"}
        )
        for kind, name in (("conduct", "Giao tiếp, ứng xử"), ("indexes", "PAR INDEX, SIPAS, PAPI")):
            done = 5 if self._happens() else 4
            plan = {"title": f"{name}, lớp {number}", "choice": kind, "planned": "5"}
            yield from self._course(
                "training", number, due, plan, {"done": f"{done}"}, code=f"{kind}-{number}"
            )

    def _inspection(self, number: int, due: date) -> Iterator[Event]:
        writer = self._head()
        kinds = ("inspection", "visit", "reminder")
        entry = self._entry(
            "inspection",
            f"KT-{number}",
            due,
            title=f"Kiểm tra một cửa, đợt {number}",
            choice=kinds[number % 3],
        )
        yield self._at(due - timedelta(days=30), writer, entry.saved())
        if not self._happens(0.5):
            return
        done = due + timedelta(days=self.rng.choice((0, 0, 1)))
        found = number % 2 == 1
        words = {"done_on": done.isoformat()}
        remedy_due = done + timedelta(days=20)
        if found:
            words |= {
                "findings": "Niêm yết thiếu hai thủ tục mới",
                "remedy": "Niêm yết bổ sung",
                "remedy_due_on": remedy_due.isoformat(),
            }
        yield self._at(done, writer, entry.saved(**words))
        remedied = done + timedelta(days=self.rng.randint(8, 18) + (0 if self._happens() else 12))
        if found and remedied <= self.place.span.today:
            yield self._at(remedied, writer, entry.saved(remedied_on=remedied.isoformat()))

    def _report(self, number: int, due: date) -> Iterator[Event]:
        """Note what the district expects and what it received; the district keeps this one."""
        entry = self._entry(
            "report", f"BC-{number}", due, title=f"Báo cáo cải cách hành chính, kỳ {number}"
        )
        entry.writer = self.place.organiser
        yield self._at(due - timedelta(days=30), entry.writer, entry.saved())
        late = self.office.plan.quirk is Quirk.REPORTS_LATE or not self._happens()
        came = due + timedelta(days=self.rng.randint(2, 6) if late else -self.rng.randint(0, 2))
        if came <= self.place.span.today:
            yield self._at(came, entry.writer, entry.saved(done_on=came.isoformat()))

    def _course(
        self, kind: str, number: int, due: date, plan: Cells, done: Cells, code: str = ""
    ) -> Iterator[Event]:
        entry = self._entry(kind, code or f"{number}", due, **plan)
        yield self._at(due - timedelta(days=30), self._head(), entry.saved())
        yield self._at(due, self._head(), entry.saved(**done))

    def _initiatives(self) -> Iterator[Event]:
        for number in range(self.office.plan.manner.initiatives):
            handed_in = self.begins + timedelta(days=25 + 45 * number)
            recognised = handed_in + timedelta(days=28)
            if recognised > self.place.span.today:
                return
            author: Person = self.office.clerks[number % 2]
            entry = self._entry(
                "initiative",
                f"SK-{number + 1}",
                handed_in,
                title=INITIATIVES[number],
                people=author.code,
                choice="district" if number else "unit",
            )
            yield self._at(handed_in, self._head(), entry.saved())
            yield self._at(
                recognised,
                self.place.organiser,
                entry.saved(
                    done_on=recognised.isoformat(),
                    mark=f"{self.rng.randint(70, 95)}",
                    document=f"Quyết định {number + 31}/QĐ-UBND (mẫu)",
                ),
            )

    def _exemplary(self) -> Iterator[Event]:
        for number in range(round(self.office.plan.manner.done * 2) - 1):
            on = self.begins + timedelta(days=60 + 50 * number)
            entry = self._entry(
                "exemplary",
                f"GD-{number + 1}",
                on,
                title="Đến tận nhà nhận hồ sơ của người già yếu",
                choice="individual",
                people=self.office.clerks[number % 2].code,
            )
            yield self._at(on, self._head(), entry.saved())

    def _committee(self) -> Iterator[Event]:
        """Set the steering committee up by its day; a unit that is often late does so later."""
        due = self.begins + timedelta(days=119)
        late = self.office.plan.quirk is Quirk.REPORTS_LATE
        set_up = due + timedelta(days=9 if late else -6)
        entry = self._entry(
            "committee",
            "BCD-1",
            due,
            title="Ban Chỉ đạo cải cách hành chính",
            choice="head",
            people=self.office.head.code,
        )
        yield self._at(due - timedelta(days=60), self._head(), entry.saved())
        words = {"done_on": set_up.isoformat(), "document": "Quyết định 45/QĐ-UBND (mẫu)"}
        yield self._at(set_up, self._head(), entry.saved(**words))

    def _reviews(self) -> Iterator[Event]:
        """Review the procedures in force, the last ones only where all is done that was planned."""
        known = sorted(procedure.code for procedure in self.place.procedures)
        due = self.begins + timedelta(days=150)
        done = round(len(known) * self.office.plan.manner.done)
        for number, code in enumerate(known[:done]):
            entry = self._entry(
                "review",
                f"RS-{number + 1:02}",
                due,
                procedure=code,
                choice="simplify" if number % 9 == 0 else "keep",
                done_on=(due - timedelta(days=10)).isoformat(),
                document="Báo cáo rà soát (mẫu)",
            )
            yield self._at(due - timedelta(days=9), self._head(), entry.saved())

    def _entry(self, kind: str, code: str, due: date, **cells: str) -> Entry:
        known = {
            "unit": self.office.code,
            "code": f"{self.begins:%Y}-{code}",
            "due_on": due.isoformat(),
            **cells,
        }
        return Entry(self.place, kind, self._head(), known)

    def _at(self, on: date, writer: Account, act: _Saved) -> Event:
        first = self.place.district.founded_on + timedelta(days=4)
        return Event(self.place.span.at(max(on, first), time(10, 30)), writer.name, act)

    def _head(self) -> Account:
        assert self.office.head.account is not None
        return self.office.head.account

    def _happens(self, more: float = 0.0) -> bool:
        done = self.office.plan.manner.done
        return self.rng.random() < done + (1 - done) * more


def events(rng: Random, place: Place, begins: date) -> Iterator[Event]:
    """Plan the registers of every unit; who hides something keeps the last one hidden too."""
    for office in place.offices.values():
        yield from Keeping(rng, place, office, begins).events()


def published(rng: Random, place: Place, begins: date) -> Iterator[Event]:
    """Plan the results published in April for two years, and what is done about weak ones."""
    for office in place.offices.values():
        hides = office.plan.quirk is Quirk.HIDES
        if hides:
            continue
        for number, (code, name, before, now) in enumerate(CRITERIA):
            on = begins + timedelta(days=100)
            for year, points in ((begins.year - 2, before), (begins.year - 1, now)):
                cells = {
                    "unit": office.code,
                    "index": "sipas",
                    "year": f"{year}",
                    "code": code,
                    "name": name,
                    "points": points.replace(".", ","),
                    "most_points": "2",
                    "document": "Quyết định công bố chỉ số (mẫu)",
                    "published_on": on.isoformat(),
                }
                entry = Entry(place, "index-results", place.organiser, cells)
                yield Event(place.span.at(on, time(9)), place.organiser.name, entry.saved())
                if (
                    year == begins.year - 1
                    and rng.random() < office.plan.manner.done - number * 0.02
                ):
                    later = place.span.at(on + timedelta(days=12 + number), time(9))
                    assert office.head.account is not None
                    yield Event(later, office.head.code.lower(), _Planned(place, office, entry))


@dataclass(frozen=True)
class _Planned:
    """The act of saying what is done about a weak result; a strong one needs nothing."""

    place: Place
    office: Office
    entry: Entry

    def __call__(self, session: Session, now: datetime) -> None:
        assert self.entry.key is not None
        units = frozenset({self.office.id})
        line = improvement.line(session, units, self.entry.key, now)
        if line.weak:
            due = now.date() + timedelta(days=90)
            cells = {
                "cause": "Quầy hẹp, thiếu người hướng dẫn",
                "remedy": "Bố trí lại quầy",
                "owner": self.office.head.name,
                "due_on": due.isoformat(),
            }
            improvement.plan(
                session, units, self.entry.key, cells, self.office.head.code.lower(), now
            )
