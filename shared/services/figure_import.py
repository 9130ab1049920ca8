"""Figures of many competitors from one file: handed out, filled in, looked at, then handed in."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NoReturn

from sqlalchemy.orm import Session

from shared.domain.campaign import CampaignState, Measure, check_running
from shared.domain.entry import Cells, raw
from shared.domain.errors import N_, Invalid, RuleBroken
from shared.domain.faults import Faults
from shared.domain.figure import Figure, check_evidence, is_whole, parse_number
from shared.domain.figure_round import Round, locked
from shared.domain.rating import clean_text
from shared.domain.scoring import CompetitorKind, CriterionRule, TargetUnit
from shared.domain.search import fold
from shared.models.campaign import Campaign
from shared.models.figure import FigureReopening
from shared.services import competitors, csv_import, figure_rounds, figures
from shared.services.campaigns import criteria_of
from shared.services.competitors import Competitor
from shared.services.csv_import import Line, Outcome, Outlook, Said
from shared.services.figure_courses import Kept
from shared.services.figures import Place
from shared.services.registers import Column

KINDS: Mapping[str, str] = {
    CompetitorKind.COLLECTIVE: N_("Tập thể"),
    CompetitorKind.INDIVIDUAL: N_("Cá nhân"),
}
UNITS: Mapping[TargetUnit, str] = {
    TargetUnit.PERCENT: N_("số đạt trên tổng số"),
    TargetUnit.COUNT: N_("số lượng"),
    TargetUnit.YES_NO: N_("có hoặc không"),
}
ANSWERS: Mapping[str, str] = {"1": N_("có"), "0": N_("không")}
CLOSE = N_("Tổng kết")  # of a campaign without a milestone for it
COLUMNS = (
    Column("competitor", N_("Mã đơn vị, cá nhân"), example="MAU-31471"),
    Column("kind", N_("Tập thể hay cá nhân"), required=False, hint=N_("Chỉ cần khi trùng mã.")),
    Column("name", N_("Đơn vị, cá nhân"), required=False, hint=N_("Chỉ để đọc.")),
    Column("criterion", N_("Mã tiêu chí"), example="2.1"),
    Column("title", N_("Tiêu chí"), required=False, hint=N_("Chỉ để đọc.")),
    Column("review", N_("Nộp cho kỳ"), required=False, hint=N_("Bỏ trống: kỳ đang nhận số liệu.")),
    Column("unit", N_("Đơn vị tính"), required=False, hint=N_("Chỉ để đọc.")),
    Column(
        "figure",
        N_("Số liệu"),
        example="7",
        hint=N_("Tỷ lệ: ghi số đạt ở đây, tổng số ở cột sau. Bỏ trống: chưa nộp."),
    ),
    Column("cases", N_("Trên tổng số"), required=False, example="8"),
    Column(
        "evidence",
        N_("Minh chứng"),
        example="Công văn 45/UBND",
        hint=N_("Số, ngày và tên văn bản, hoặc nơi xem được."),
    ),
)
# Where the parts of a figure stand in the file.
_STANDS = {"hits": "figure", "value": "figure"}


@dataclass(frozen=True)
class Owed:
    """A place in the file that is handed out: for which review, with what stands there now."""

    place: Place
    review: Round | None  # that a figure is handed in for now; None once nothing is
    kept: Kept | None  # what was handed in for it


def owed(session: Session, campaign: Campaign, scope: Collection[int], now: datetime) -> list[Owed]:
    """List every place of competitors of `scope`, by kind, name and criterion.

    What was handed in for an earlier review stays out, so that handing the file back unchanged
    hands in nothing.
    """
    known = _Known.of(session, campaign, scope, now)
    found = []
    for place in known.places.values():
        leaves = known.open_rounds(place)
        review = leaves[0] if leaves else None
        mine = place.kept
        if mine is not None and review is not None and mine.round.key != review.key:
            mine = None
        found.append(Owed(place, review, mine))
    return found


def preview(
    session: Session,
    campaign: Campaign,
    text: str,
    scope: Collection[int],
    actor: str,
    now: datetime,
    said: Said = str,
) -> Outlook:
    """Say what handing a file in would do, without doing it.

    Raises Invalid for a file that is no such table, RuleBroken unless the campaign runs.
    """
    with csv_import.undone(session):
        return _hand_in(session, campaign, text, scope, actor, now, said)


def apply(
    session: Session,
    campaign: Campaign,
    text: str,
    scope: Collection[int],
    actor: str,
    now: datetime,
    said: Said = str,
    *,
    without_bad: bool,
) -> Outlook:
    """Hand in every figure of a file that is not handed in yet, each as if it was typed by hand.

    Raises RuleBroken `bad_rows`, after which nothing may be committed, when rows cannot be taken
    and were not to be left out; Invalid for a file that is no such table.
    """
    outlook = _hand_in(session, campaign, text, scope, actor, now, said)
    if outlook.bad and not without_bad:
        raise csv_import.bad_rows(len(outlook.bad))
    return outlook


def review_name(review: Round) -> str:
    """Give the name of a review; the close of a campaign without milestones has its own."""
    return review.name or CLOSE


def _hand_in(
    session: Session,
    campaign: Campaign,
    text: str,
    scope: Collection[int],
    actor: str,
    now: datetime,
    said: Said,
) -> Outlook:
    check_running(CampaignState(campaign.state))
    table = csv_import.read_columns(COLUMNS, text, said)
    filing = _Filing(session, campaign, _Known.of(session, campaign, scope, now), actor, now, said)
    lines = tuple(filing.line(number, cells) for number, cells in table.rows)
    return Outlook(lines, table.unused)


@dataclass(frozen=True)
class _Known:
    """What rows are held against, fetched once."""

    scope: Collection[int]
    competitors: Sequence[Competitor]
    rules: Mapping[tuple[CompetitorKind, str], CriterionRule]
    places: Mapping[tuple[CompetitorKind, str, str], Place]
    rounds: tuple[Round, ...]
    reopenings: Sequence[FigureReopening]
    today: date

    @classmethod
    def of(
        cls, session: Session, campaign: Campaign, scope: Collection[int], now: datetime
    ) -> "_Known":
        taking_part = competitors.of_campaign(session, campaign)
        order = {one.key: number for number, one in enumerate(taking_part)}
        found = figures.places(session, campaign, scope)
        found.sort(key=lambda one: order[one.competitor.key])
        return cls(
            scope,
            taking_part,
            {(rule.kind, rule.code): rule for _, rule in criteria_of(session, campaign)},
            {(one.rule.kind, one.competitor.code, one.rule.code): one for one in found},
            figure_rounds.rounds(session, campaign),
            figure_rounds.reopenings(session, campaign),
            figure_rounds.today(session, campaign, now),
        )

    def open_rounds(self, place: Place) -> list[Round]:
        """List the reviews that a figure of a place may be handed in for now."""
        given = figure_rounds.of_place(self.reopenings, place.criterion_id, place.competitor.key)
        return [one.round for one in figure_rounds.leaves_of(self.rounds, given, self.today)]

    def place(self, cells: Cells, said: Said) -> Place:
        """Find the place a row is of; raises RuleBroken in words."""
        one = self._competitor(cells, said)
        code = raw(cells, "criterion")
        rule = self.rules.get((one.kind, code))
        if rule is None:
            raise Invalid(
                "unknown_criterion",
                N_("Không có tiêu chí mã “%(code)s” cho đối tượng này."),
                field="criterion",
                code=code[:60],
            )
        if rule.measure != Measure.MANUAL:
            raise Invalid(
                "computed_criterion",
                N_("Tiêu chí %(code)s do hệ thống tính, không nhập tay."),
                field="criterion",
                code=code,
            )
        return self.places[one.kind, one.code, code]

    def _competitor(self, cells: Cells, said: Said) -> Competitor:
        code = raw(cells, "competitor")
        found = [one for one in self.competitors if one.code.casefold() == code.casefold()]
        kind = fold(raw(cells, "kind"))
        if kind and len(found) > 1:
            of_kind = [one for one in found if kind in _folded((one.kind, KINDS[one.kind]), said)]
            found = of_kind or found
        mine = [one for one in found if one.unit_id in self.scope]
        if len(mine) == 1:
            return mine[0]
        if mine:
            raise Invalid(
                "which_kind",
                N_("Mã này của cả một tập thể và một cá nhân. Xin ghi rõ là bên nào."),
                field="kind",
            )
        # Every unit of a campaign is seen by all who see it; other units' officers are not.
        if any(one.kind is CompetitorKind.COLLECTIVE for one in found):
            raise Invalid("not_mine", N_("Ngoài phạm vi của Ông/Bà."), field="competitor")
        raise Invalid(
            "unknown_competitor",
            N_("Không có đơn vị, cá nhân mã “%(code)s” trong phong trào."),
            field="competitor",
            code=code[:60],
        )

    def review(self, cells: Cells, said: Said) -> Round | None:
        """Find the review that a row names, None where it names none; Invalid for another name."""
        name = fold(raw(cells, "review"))
        if not name:
            return None
        for one in self.rounds:
            if name in _folded((review_name(one),), said):
                return one
        raise Invalid(
            "unknown_review",
            N_("Không có kỳ “%(name)s” trong phong trào."),
            field="review",
            name=raw(cells, "review")[:60],
        )


@dataclass(frozen=True)
class _Filing:
    """The handing in of one file by one person."""

    session: Session
    campaign: Campaign
    known: _Known
    actor: str
    now: datetime
    said: Said
    seen: dict[tuple[int, int], int] = field(default_factory=dict)  # place: line that named it

    def line(self, number: int, cells: Cells) -> Line:
        """Take one row; what refuses it left nothing behind."""
        try:
            return Line(number, cells, self._outcome(number, cells))
        except Invalid as why:
            return Line(number, cells, "bad", why.called(_STANDS))
        except RuleBroken as why:
            return Line(number, cells, "bad", why)

    def _outcome(self, number: int, cells: Cells) -> Outcome:
        place = self.known.place(cells, self.said)
        if not any(raw(cells, name) for name in ("figure", "cases", "evidence")):
            return "blank"
        self._once(place, number)
        evidence = clean_text(cells.get("evidence", ""))
        by_files = place.kept is not None and not place.kept.row.evidence
        with Faults() as faults:
            review = faults.read(self._review, place, cells)
            figure = faults.read(_figure, cells, place.rule.target.unit, self.said)
            faults.read(check_evidence, evidence, with_files=by_files)
        if _stands(place.kept, review, figure, evidence):
            return "same"
        if review is None:
            raise locked()
        figures.enter(
            self.session,
            self.campaign,
            place.criterion_id,
            place.competitor.key,
            figure,
            evidence,
            self.known.scope,
            self.actor,
            self.now,
            round_key=review.key,
        )
        before = place.kept
        return "add" if before is None or before.round.key != review.key else "change"

    def _once(self, place: Place, number: int) -> None:
        key = (place.criterion_id, place.competitor.key)
        if key in self.seen:
            raise RuleBroken("row_twice", N_("Trùng với dòng %(line)s."), line=self.seen[key])
        self.seen[key] = number

    def _review(self, place: Place, cells: Cells) -> Round | None:
        """Give the review a row is for: the one it names, else the first that is open."""
        named = self.known.review(cells, self.said)
        if named is not None:
            return named
        found = self.known.open_rounds(place)
        return found[0] if found else None


def _stands(kept: Kept | None, review: Round | None, figure: Figure, evidence: str) -> bool:
    """Tell whether this very figure was handed in for this review, or at all once all is locked."""
    if kept is None or (review is not None and kept.round.key != review.key):
        return False
    return kept.course.entered == figure and kept.row.evidence == evidence


def _figure(cells: Cells, unit: TargetUnit, said: Said) -> Figure:
    """Read a figure as the criterion's unit wants it; whether it is allowed is asked later."""
    written, cases = raw(cells, "figure"), raw(cells, "cases")
    if unit is TargetUnit.PERCENT:
        if not cases and written.count("/") == 1:
            written, cases = (part.strip() for part in written.split("/"))
        with Faults() as faults:
            hits = faults.read(_whole, written, "figure")
            return Figure(hits=hits, cases=faults.read(_whole, cases, "cases"))
    if not written:
        _nothing("figure")
    if unit is TargetUnit.YES_NO:
        for value, words in ANSWERS.items():
            if fold(written) in _folded((value, words), said):
                return Figure(parse_number(value, "figure"))
        raise Invalid("not_yes_or_no", N_("Xin ghi “có” hoặc “không”."), field="figure")
    return Figure(parse_number(written, "figure"))


def _whole(text: str, column: str) -> int:
    if not text:
        _nothing(column)
    found = parse_number(text, column)
    if not is_whole(found):
        raise Invalid(
            "not_whole", N_("Hãy nhập số nguyên, không có dấu chấm, dấu phẩy."), field=column
        )
    return int(found)


def _nothing(column: str) -> NoReturn:
    raise Invalid("figure_value", N_("Hãy nhập số liệu."), field=column)


def _folded(words: Iterable[str], said: Said) -> set[str]:
    """Give words as they stand and in the language of the file, without accents."""
    return {fold(form) for word in words for form in (word, said(word))}
