"""The nine indicators of Circular 01/2018/TT-VPCP and Decision 766/QĐ-TTg, out of what is held.

What the system holds no records of (the time of each agency, whom else an applicant had to turn
to, what is decided at the one-stop) has no figure, and that is said. Ratings are read for 5.4 of
Decision 766 alone; no indicator of the circular looks at them.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from functools import cached_property
from typing import TypeVar

from sqlalchemy.orm import Session

from shared.domain.campaign import Settings, Window
from shared.domain.errors import N_
from shared.domain.rating import Lane
from shared.domain.rule_version import Version, in_force
from shared.domain.scoring import Note
from shared.domain.service_evaluation import (
    Counted,
    Evaluation,
    EvaluationRules,
    Indicator,
    attitude_counted,
    contact_points,
    evaluate,
    explaining_points,
    online_points,
    publication_points,
)
from shared.domain.service_index import (
    Code,
    GroupScore,
    IndexRules,
    Rate,
    complaint_rate,
    dossier_rate,
    group_points,
)
from shared.statistics import (
    case_tallies,
    catalogue,
    conduct,
    dossier_days,
    left_aside,
    paces,
    participation,
    satisfaction,
)
from shared.statistics.case_tallies import CaseTally
from shared.statistics.dossier_days import WindowCounts
from shared.statistics.frames import Frame, Subject
from shared.statistics.given import Served
from shared.statistics.paces import PaceTally
from shared.statistics.rule_books import books
from shared.statistics.satisfaction import Tally

DISLIKED_UP_TO = 2  # “Không hài lòng” and worse; “Bình thường” is no dislike
BY_DOSSIER = Settings(satisfied_from_score=DISLIKED_UP_TO + 1, lanes=(Lane.DOSSIER.value,))
Counts = TypeVar("Counts", PaceTally, CaseTally, Tally)
NOT_HANDED_IN = Note(N_("Chưa nhập hồ sơ của kỳ này."))
NONE_FINISHED = Note(N_("Chưa có hồ sơ nào đến lúc đánh giá."))
WITHOUT_RECORDS: Mapping[Indicator, Note] = {
    Indicator.AGENCY_TIME: Note(N_("Phần mềm một cửa chưa cho biết thời gian của từng cơ quan.")),
    Indicator.AGENCIES: Note(N_("Chưa có số liệu về số cơ quan người nộp phải liên hệ.")),
    Indicator.ONE_STOP: Note(N_("Theo kiểm tra, báo cáo; chưa có số liệu trong hệ thống.")),
}


@dataclass(frozen=True)
class Line:
    """One indicator: its counted points, or None, and the facts it follows from in words."""

    counted: Counted | None
    facts: Note


@dataclass(frozen=True)
class Evaluated:
    """A subject's evaluation with the rules it follows and the line of each indicator."""

    version: Version[EvaluationRules]
    evaluation: Evaluation
    lines: Mapping[Indicator, Line]


@dataclass(frozen=True)
class Indexed:
    """A unit's points of Decision 766 by group, with the rules and rates they follow from."""

    version: Version[IndexRules]
    rates: Mapping[Code, Rate]
    groups: Mapping[str, GroupScore] = field(default_factory=dict)


class OutsideRules:
    """The evaluations of one window, each fact fetched once for all subjects, when asked for."""

    def __init__(
        self,
        session: Session,
        frame: Frame,
        window: Window,
        subjects: Iterable[Subject],
        hidden_from: int | None = None,  # an officer who must not learn of cases naming them
    ) -> None:
        self._session, self._window, self._frame = session, window, frame
        self._hidden_from = hidden_from
        subjects = list(subjects)
        self._units = frozenset(unit for subject in subjects for unit in subject.unit_ids)
        self._officers = frozenset(
            subject.officer_id for subject in subjects if subject.officer_id is not None
        )
        self.counted = WindowCounts(session, self._units, self._officers, window, frame.today)

    def evaluated(self, subject: Subject) -> Evaluated | None:
        """Evaluate a unit or an officer; None where no version was in force on the last day."""
        version = in_force(books().evaluation, self._window.last)
        if version is None:
            return None
        officer = subject.officer_id is not None
        scheme = version.rules.officer if officer else version.rules.unit
        lines = {one: self._line(one, subject) for one in scheme.indicators}
        scores = {
            one: None if line.counted is None else line.counted.score(scheme.digits)
            for one, line in lines.items()
        }
        return Evaluated(version, evaluate(scheme, scores), lines)

    def indexed(self, subject: Subject) -> Indexed | None:
        """Give a unit's groups 2 and 5; None where no version was in force on the last day."""
        version = in_force(books().service_index, self._window.last)
        if version is None:
            return None
        rates = self._rates(subject)
        groups = {
            group: group_points(version.rules.of_group(group), rates)
            for group in dict.fromkeys(rule.group for rule in version.rules.indicators)
        }
        return Indexed(version, rates, groups)

    def dossiers(self, subject: Subject) -> PaceTally:
        """Count the dossiers of a subject by time."""
        if subject.officer_id is not None:
            found = self._paces_by_officer
            return sum((found[at] for at in subject.served if at in found), PaceTally())
        return _sum(self._paces_by_unit, subject, PaceTally())

    def cases(self, subject: Subject) -> CaseTally:
        """Count the cases of a unit by what became of them."""
        return _sum(self._cases_by_unit, subject, CaseTally())

    def handed_in(self, subject: Subject) -> bool:
        """Tell whether the subject's units handed in dossiers for this window, even none."""
        units = subject.unit_ids
        return not units.isdisjoint(self.importing) or not units.isdisjoint(self._receiving)

    def _line(self, indicator: Indicator, subject: Subject) -> Line:
        match indicator:
            case Indicator.AGENCY_TIME | Indicator.AGENCIES | Indicator.ONE_STOP:
                return Line(None, WITHOUT_RECORDS[indicator])
            case Indicator.PUBLICATION:
                return self._publication(subject)
            case Indicator.EXPLAINING:
                return self._explaining(subject)
            case _ if not self.handed_in(subject):
                return Line(None, NOT_HANDED_IN)
            case Indicator.ONLINE:
                return self._online(subject)
            case _:
                return self._of_dossiers(indicator, subject, self.dossiers(subject))

    def _of_dossiers(self, indicator: Indicator, subject: Subject, tally: PaceTally) -> Line:
        if tally.judged == 0:
            return Line(None, NONE_FINISHED)
        if indicator is Indicator.CONTACTS:
            points = contact_points(0) * tally.not_asked + contact_points(1) * tally.asked_once
            counted = Counted(points, tally.judged)
            facts = Note(
                N_("%(none)s hồ sơ không phải bổ sung, %(once)s một lần, %(more)s nhiều lần."),
                {
                    "none": tally.not_asked,
                    "once": tally.asked_once,
                    "more": tally.judged - tally.not_asked - tally.asked_once,
                },
            )
            return Line(counted, facts)
        complaints = self._complaints(subject) if indicator is Indicator.ATTITUDE else 0
        counted = attitude_counted(tally.shorter, tally.equal, tally.longer, complaints)
        words = N_("%(shorter)s hồ sơ sớm hạn, %(equal)s đúng hạn, %(longer)s quá hạn.")
        if indicator is Indicator.ATTITUDE:
            words = N_(
                "%(shorter)s hồ sơ sớm hạn, %(equal)s đúng hạn, %(longer)s quá hạn;"
                " %(complaints)s phản ánh về công chức."
            )
        values = {"shorter": tally.shorter, "equal": tally.equal, "longer": tally.longer}
        return Line(counted, Note(words, {**values, "complaints": complaints}))

    def _publication(self, subject: Subject) -> Line:
        both, some = self._posted(subject)
        points = publication_points(self.procedures, both, some)
        facts = Note(
            N_("%(both)s trên %(all)s thủ tục niêm yết giấy và mã QR, %(some)s ít nhất một cách."),
            {"both": both, "all": self.procedures, "some": some},
        )
        return _whole(points, facts)

    def _explaining(self, subject: Subject) -> Line:
        tally = self.cases(subject)
        points = explaining_points(tally.judged, tally.on_time, tally.prolonged)
        facts = Note(
            N_("%(on_time)s trên %(judged)s phản ánh đúng hạn, %(prolonged)s còn kéo dài."),
            {"on_time": tally.on_time, "judged": tally.judged, "prolonged": tally.prolonged},
        )
        return _whole(points, facts)

    def _online(self, subject: Subject) -> Line:
        tally = self.dossiers(subject)
        served = {key for unit in subject.unit_ids for key in self._online_by_unit.get(unit, ())}
        online = min(len(served), self.procedures)
        points = online_points(
            self.procedures, online, tally.received, tally.online, tally.online_late
        )
        facts = Note(
            N_(
                "%(online)s trên %(received)s hồ sơ trực tuyến, %(late)s quá hạn;"
                " %(served)s trên %(all)s thủ tục có hồ sơ trực tuyến."
            ),
            {
                "online": tally.online,
                "received": tally.received,
                "late": tally.online_late,
                "served": online,
                "all": self.procedures,
            },
        )
        return _whole(points, facts)

    def _rates(self, subject: Subject) -> dict[Code, Rate]:
        cases = self.cases(subject)
        rates = {
            Code.COMPLAINTS_ON_TIME: Rate(cases.on_time, cases.judged),
            Code.COMPLAINTS_SATISFIED: complaint_rate(cases.judged, cases.failed),
        }
        if not self.handed_in(subject):
            return rates
        tally = self.dossiers(subject)
        disliked = _sum(self._rated_by_unit, subject, Tally())
        return rates | {
            Code.ON_TIME: Rate(tally.on_time, tally.judged),
            Code.DOSSIERS_SATISFIED: dossier_rate(
                tally.judged, tally.judged - tally.on_time, disliked.cases - disliked.hits
            ),
        }

    def _complaints(self, subject: Subject) -> int:
        if subject.officer_id is not None:
            return sum(self._conduct_by_officer.get(at, 0) for at in subject.served)
        return sum(self._conduct_by_unit.get(unit, 0) for unit in subject.unit_ids)

    def _posted(self, subject: Subject) -> tuple[int, int]:
        ways = [self._posted_by_unit.get(unit, ({}, {})) for unit in subject.unit_ids]
        both = {key for in_both, _ in ways for key in in_both}
        return len(both), len(both | {key for _, in_any in ways for key in in_any})

    @cached_property
    def _paces_by_unit(self) -> Mapping[int, PaceTally]:
        return paces.tallied(self.counted.by_unit)

    @cached_property
    def _paces_by_officer(self) -> Mapping[Served, PaceTally]:
        return paces.tallied(self.counted.by_officer)

    @cached_property
    def importing(self) -> frozenset[int]:
        """The units that handed in dossiers from the first day to the instant asked, even none."""
        since = datetime.combine(self._window.first, time(), tzinfo=self._frame.zone)
        until = self._frame.as_of
        return participation.units_with_imports(self._session, self._units, since, until)

    @cached_property
    def _receiving(self) -> frozenset[int]:
        return dossier_days.units_receiving(self._session, self._units, self._window)

    @cached_property
    def _online_by_unit(self) -> Mapping[int, frozenset[int]]:
        return dossier_days.online_procedures(self._session, self._units, self._window)

    @cached_property
    def _conduct_by_unit(self) -> Mapping[int, int]:
        return conduct.by_unit(
            self._session, self._units, self._window, self._frame, self._hidden_from
        )

    @cached_property
    def _conduct_by_officer(self) -> Mapping[Served, int]:
        return conduct.by_officer(
            self._session, self._officers, self._units, self._window, self._frame
        )

    @cached_property
    def _cases_by_unit(self) -> Mapping[int, CaseTally]:
        return case_tallies.by_unit(
            self._session, self._units, self._window, self._frame, self._hidden_from
        )

    @cached_property
    def procedures(self) -> int:
        """The number of procedures in force on the last day."""
        return catalogue.active_procedures(
            self._session, self._frame.organisation_id, self._window.last
        )

    @cached_property
    def _posted_by_unit(self) -> Mapping[int, tuple[Collection[int], Collection[int]]]:
        return catalogue.ways_by_unit(
            self._session, self._units, self._frame.organisation_id, self._window.last
        )

    @cached_property
    def _rated_by_unit(self) -> Mapping[int, Tally]:
        counted = satisfaction.by_unit(self._session, self._units, self._window, BY_DOSSIER)
        for late in left_aside.within(
            self._session, self._units, self._window, BY_DOSSIER, self._frame
        ):
            counted[late.unit_id] = counted.get(late.unit_id, Tally()) - late.tally
        return counted


def _whole(points: int | None, facts: Note) -> Line:
    """Give the line of an indicator that is judged once for the whole unit."""
    return Line(None if points is None else Counted(points, 1), facts)


def _sum(found: Mapping[int, Counts], subject: Subject, none: Counts) -> Counts:
    return sum((found[unit] for unit in subject.unit_ids if unit in found), none)
