"""A small province for tests of campaigns: three communes, two officers, facts added by hand."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any

from sqlalchemy import func, select, union_all
from sqlalchemy.orm import Session

from shared.audit import sign_session
from shared.domain.questionnaire import OF_THE_CAMPAIGNS, items_to_data
from shared.models.account import Account
from shared.models.complaint import Complaint
from shared.models.dossier import Dossier, DossierImport, PaperRegister
from shared.models.organisation import (
    Desk,
    Officer,
    Organisation,
    Procedure,
    ProcedurePublication,
    Shift,
    Unit,
)
from shared.models.questionnaire import Questionnaire, RatingDayAnswer, RatingMonthAnswer
from shared.models.rating import RatingDay
from shared.services import dossier_totals
from shared.services.report_data import ReportData
from tests.infrastructure.worlds import lay
from tests.stored_ratings import stored_rating

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)  # ten in the morning in Việt Nam
TODAY = date(2026, 11, 22)
JANUARY_FIRST, YEAR_END = date(2026, 1, 1), date(2026, 12, 31)
LONG_AGO = date(2025, 7, 1)
REPORT_DATA = ReportData(
    authority="UBND TỈNH MẪU",
    agency="SỞ NỘI VỤ",
    number="12/BC-SNV",
    place="Mẫu",
    signatory_title="GIÁM ĐỐC",
    signatory_name="Nguyễn Văn Mẫu",
    recipients=("Như trên;", "Lưu: VT."),
)


@dataclass
class World:
    """The units and people by name, and how facts are added."""

    session: Session
    organisation: Organisation
    units: dict[str, Unit]
    officers: dict[str, Officer]
    accounts: dict[str, Account]
    procedures: list[Procedure]
    desks: dict[str, Desk]
    _numbers: "count[int]" = field(default_factory=lambda: count(1))

    @property
    def scope(self) -> frozenset[int]:
        """Every unit of the province."""
        return frozenset(unit.id for unit in self.units.values())

    def unit(self, name: str) -> int:
        """Give a unit's key."""
        return self.units[name].id

    def rate(
        self,
        unit: str,
        scores: dict[int, int],
        on: date = TODAY,
        lane: str = "desk",
        officer: str | None = None,
    ) -> None:
        """Add ratings to a day's totals: how many of each score."""
        officer_id = self.officers[officer].id if officer else 0
        key = (self.unit(unit), on, lane, 0, officer_id)
        row = self.session.get(RatingDay, key)
        if row is None:
            row = RatingDay(unit_id=key[0], on=on, lane=lane, desk_id=0, officer_id=officer_id)
            for score in range(1, 6):
                setattr(row, f"score_{score}", 0)
            self.session.add(row)
        for score, more in scores.items():
            name = f"score_{score}"
            setattr(row, name, getattr(row, name) + more)
        self.session.flush()

    def touch(
        self, unit: str, score: int, at: datetime, came_at: datetime | None = None, **columns: Any
    ) -> None:
        """Store one rating of a procedure: touched then, come at once or later."""
        columns = {"score": score, "procedure_id": self.procedures[0].id} | columns
        stored_rating(self.session, self.unit(unit), at, came_at, **columns)

    def answer(self, unit: str, item: str, values: dict[int, int], on: date = TODAY) -> None:
        """Add answers to an item of the campaigns: how many of each value."""
        self._ask_items(unit)
        counts = {f"value_{value}": values.get(value, 0) for value in range(6)}
        self.session.add(
            RatingDayAnswer(
                unit_id=self.unit(unit),
                on=on,
                lane="desk",
                desk_id=0,
                officer_id=0,
                questionnaire="mau-1",
                item=item,
                **counts,
            )
        )
        month = (self.unit(unit), on.replace(day=1), "desk", 0, "mau-1", item)
        row = self.session.get(RatingMonthAnswer, month)
        if row is None:
            names = ("unit_id", "month", "lane", "officer_id", "questionnaire", "item")
            row = RatingMonthAnswer(
                **dict(zip(names, month, strict=True)), **dict.fromkeys(counts, 0)
            )
            self.session.add(row)
        for name, more in counts.items():
            setattr(row, name, getattr(row, name) + more)
        self.session.flush()

    def _ask_items(self, unit: str) -> None:
        organisation_id = self.session.get_one(Unit, self.unit(unit)).organisation_id
        known = select(Questionnaire.id).where(Questionnaire.code == "mau-1")
        if self.session.scalar(known) is None:
            self.session.add(
                Questionnaire(
                    organisation_id=organisation_id,
                    series="mau",
                    version=1,
                    code="mau-1",
                    name="Mẫu",
                    items=items_to_data(OF_THE_CAMPAIGNS),
                    created_at=NOW,
                    used_at=NOW,
                )
            )
            self.session.flush()

    def dossiers(
        self,
        unit: str,
        how_many: int,
        received_on: date = date(2026, 11, 2),
        days: int = 5,
        took: int | None = 3,
        officer: str | None = None,
        **columns: Any,
    ) -> list[Dossier]:
        """Add dossiers due after `days` and finished after `took` (None: still open)."""
        plain = {
            "due_on": received_on + timedelta(days=days),
            "finished_on": None if took is None else received_on + timedelta(days=took),
            "one_stop": True,
            "online": True,
            "level": 4,
            "supplements": 0,
        }
        rows = [
            Dossier(
                unit_id=self.unit(unit),
                code=f"H01-{next(self._numbers):05d}",
                received_on=received_on,
                officer_id=self.officers[officer].id if officer else None,
                imported_at=NOW,
                **{**plain, **columns},
            )
            for _ in range(how_many)
        ]
        self.session.add_all(rows)
        self.session.flush()
        dossier_totals.recount(self.session, self.unit(unit), {received_on})
        return rows

    def handed_in(self, unit: str, on: date = TODAY) -> None:
        """Note an import of dossiers."""
        self.session.add(
            DossierImport(
                unit_id=self.unit(unit),
                file_name="xuat.csv",
                file_digest="0" * 64,
                imported_by="minh",
                imported_at=datetime.combine(on, time(2), UTC),
                added=0,
                changed=0,
                unchanged=0,
                refused=0,
            )
        )
        self.session.flush()

    def paper(self, unit: str, month: date, paper_only: int) -> None:
        """Report a month of the paper register."""
        self.session.add(PaperRegister(unit_id=self.unit(unit), month=month, paper_only=paper_only))
        self.session.flush()

    def complaint(
        self,
        unit: str,
        received_on: date,
        due_on: date | None,
        answered_on: date | None,
        handler: str | None = None,
        **columns: Any,
    ) -> Complaint:
        """Add a report with its due day and the day of its answer."""
        number = next(self._numbers)
        state = "answered" if answered_on else "in_work"
        plain = {"kind": "report", "state": state, "channel": "open"}
        row = Complaint(
            number=f"PA-{number}",
            code_hash=f"{number:064d}",
            form_id=f"{number:036d}",
            unit_id=self.unit(unit),
            tier="own",
            body="Chờ lâu",
            search_text="cho lau",
            language="vi",
            received_at=datetime.combine(received_on, time(2), UTC),
            received_on=received_on,
            due_on=due_on,
            answered_on=answered_on,
            handler_id=self.accounts[handler].id if handler else None,
            **{**plain, **columns},
        )
        self.session.add(row)
        self.session.flush()
        return row

    def post(self, unit: str, procedures: Iterable[Procedure], *, by_qr: bool = True) -> None:
        """Post procedures on paper and by QR."""
        for procedure in procedures:
            self.session.add(
                ProcedurePublication(
                    unit_id=self.unit(unit),
                    procedure_id=procedure.id,
                    on_paper=True,
                    by_qr=by_qr,
                    checked_on=TODAY,
                )
            )
        self.session.flush()

    def shift(self, desk: str, officer: str, since: date = LONG_AGO) -> None:
        """Put an officer at a desk on working days."""
        self.session.add(
            Shift(
                desk_id=self.desks[desk].id,
                officer_id=self.officers[officer].id,
                starts=time(7, 30),
                ends=time(17),
                valid_from=since,
            )
        )
        self.session.flush()


def build(session: Session) -> World:
    """Build the province: communes An, Bình and Cát; An's centre stands below it."""
    lay(_build, session)
    return world_of(session)


def _build(session: Session) -> None:
    sign_session(session, "test", NOW)
    organisation = Organisation(code="tinh", name="Tỉnh Mẫu", zone="Asia/Ho_Chi_Minh")
    session.add(organisation)
    session.flush()
    world = World(session, organisation, {}, {}, {}, [], {})
    _add_units(world)
    _add_people(world)
    _add_procedures(world)


_NUMBERED = union_all(*(select(func.count()).select_from(it) for it in (Dossier, Complaint)))


def world_of(session: Session) -> World:
    """Find the province again in another session."""
    organisation = session.scalars(select(Organisation).where(Organisation.code == "tinh")).one()
    return World(
        session,
        organisation,
        {row.code: row for row in session.scalars(select(Unit))},
        {row.code: row for row in session.scalars(select(Officer))},
        {row.name: row for row in session.scalars(select(Account))},
        list(session.scalars(select(Procedure).order_by(Procedure.id))),
        {row.code: row for row in session.scalars(select(Desk))},
        count(1 + sum(session.scalars(_NUMBERED))),
    )


def _add_units(world: World) -> None:
    places = [
        ("province", "Tỉnh Mẫu", "province", None),
        ("an", "Xã An", "commune", "province"),
        ("binh", "Xã Bình", "commune", "province"),
        ("cat", "Phường Cát", "commune", "province"),
        ("an-centre", "Trung tâm Xã An", "centre", "an"),
    ]
    for code, name, level, parent in places:
        unit = Unit(
            organisation_id=world.organisation.id,
            parent_id=None if parent is None else world.unit(parent),
            code=code,
            name=name,
            level=level,
            valid_from=LONG_AGO,
        )
        world.session.add(unit)
        world.session.flush()
        world.units[code] = unit
    for code, unit_code in [("an-1", "an-centre"), ("binh-1", "binh")]:
        desk = Desk(unit_id=world.unit(unit_code), code=code, name=code, valid_from=LONG_AGO)
        world.session.add(desk)
        world.desks[code] = desk
    world.session.flush()


def _add_people(world: World) -> None:
    for name, unit in [("mai", "an-centre"), ("nam", "binh")]:
        officer = Officer(
            unit_id=world.unit(unit),
            code=name,
            name=name.capitalize(),
            post="Công chức",
            valid_from=LONG_AGO,
        )
        world.session.add(officer)
        world.session.flush()
        account = Account(
            name=name,
            full_name=officer.name,
            password_hash="x",
            officer_id=officer.id,
            created_at=NOW,
        )
        world.session.add(account)
        world.officers[name], world.accounts[name] = officer, account
    world.session.flush()


def _add_procedures(world: World) -> None:
    for number in range(1, 5):
        procedure = Procedure(
            organisation_id=world.organisation.id,
            code=f"1.00000{number}",
            name=f"Thủ tục {number}",
            valid_from=LONG_AGO,
        )
        world.session.add(procedure)
        world.procedures.append(procedure)
    world.procedures[3].valid_to = date(2026, 1, 31)
    world.session.flush()
