"""The standing of a campaign as tables, and the words that all its documents use.

Official documents are in Vietnamese whatever the reader's language, so nothing here is translated.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from decimal import Decimal

from shared.domain.sampling import Interval, enough
from shared.domain.scoring import (
    Comparison,
    CompetitorKind,
    Reason,
    Score,
    ScoreState,
    Target,
    TargetUnit,
)
from shared.reports.content import Cell, Column, Heading, Table
from shared.reports.text import shown as written
from shared.services.standings import Place, Standing

Rankings = Mapping[CompetitorKind, Sequence[Place]]
KINDS = {CompetitorKind.COLLECTIVE: "tập thể", CompetitorKind.INDIVIDUAL: "cá nhân"}
WHO = {CompetitorKind.COLLECTIVE: "Đơn vị", CompetitorKind.INDIVIDUAL: "Cá nhân, đơn vị"}
SOURCES = {
    "ratings": "Đánh giá",
    "dossiers": "Hồ sơ",
    "complaints": "Phản ánh",
    "catalogue": "Danh mục",
    "manual": "Minh chứng",
    "survey": "Phiếu",
    "initiatives": "Sáng kiến",
    "reports": "Báo cáo định kỳ",
    "external_index": "Chỉ số công bố",
    "confidential": "Tin báo kín",
    "organisation": "Tổ chức",
    "child_campaign": "Phong trào cấp dưới",
    "registers": "Sổ theo dõi",
    "derived": "Tiêu chí khác",
}
REASONS = {
    Reason.MET: "đạt",
    Reason.UNMET: "chưa đạt",
    Reason.NO_CASES: "miễn: không có trường hợp",
    Reason.NO_CASES_FULL: "không có trường hợp, đủ điểm theo quy định",
    Reason.NO_CASES_ZERO: "không có trường hợp, không điểm theo quy định",
    Reason.NOT_SUBMITTED: "chưa nộp số liệu",
    Reason.OFF: "không có đánh giá nào",
    Reason.UNVERIFIED: "chờ xác nhận",
    Reason.NO_EARLIER_PERIOD: "chưa có kỳ trước để so",
}
UNKNOWN = "chưa xác định được"
COMPARISONS = {
    Comparison.AT_LEAST: "từ",
    Comparison.MORE_THAN: "trên",
    Comparison.EQUAL: "đúng",
    Comparison.AT_MOST: "không quá",
    Comparison.RISES: "tăng trên",
}


def seen_by(
    standing: Standing, unit_ids: Collection[int] | None, without: int | None
) -> dict[CompetitorKind, list[Place]]:
    """Give both rankings as far as a reader may see them: officers of `unit_ids` only, not oneself.

    None stands for all units; `without` is the key of the reader as an officer.
    """
    individuals = [
        place
        for place in standing.of_kind(CompetitorKind.INDIVIDUAL)
        if (unit_ids is None or place.competitor.unit_id in unit_ids)
        and place.competitor.officer_id != without
    ]
    return {
        CompetitorKind.COLLECTIVE: standing.of_kind(CompetitorKind.COLLECTIVE),
        CompetitorKind.INDIVIDUAL: individuals,
    }


def tables(found: Standing, rankings: Rankings) -> list[Table]:
    """Give a workbook's first sheets: rankings, every criterion of everybody, what is missing."""
    shown = [(kind, places) for kind, places in rankings.items() if places]
    return [
        *(ranking(found, kind, places) for kind, places in shown),
        *(_details(found, kind, places) for kind, places in shown),
        missing(rankings),
    ]


def ranking(found: Standing, kind: CompetitorKind, places: Sequence[Place]) -> Table:
    """Rank competitors; peer groups, levels and doubt are columns where the campaign has them."""
    doubted = found.indistinct(places)
    columns: list[tuple[Column, Callable[[Place], Cell]]] = [
        (Column("Hạng", "integer", 6), lambda place: place.row.rank),
        (Column(WHO[kind], width=34), name),
        (Column("Nhóm", width=14), lambda place: place.group),
        (Column("Điểm trên 100", "number", 10, 2), lambda place: plain_float(place.row.total)),
        (Column("Mức", width=15), lambda place: level_words(found, place)),
        (Column("Tiêu chí đạt", width=10), lambda place: f"{place.row.met}/{place.row.judged}"),
        (Column("Đủ số liệu", width=9), lambda place: "đủ" if place.row.complete else "chưa"),
        (
            Column("Phân biệt với hạng trên", width=13),
            lambda place: "không đủ dữ liệu" if place.competitor.key in doubted else None,
        ),
    ]
    absent = {
        "Nhóm": not found.group_names(kind),
        "Mức": not found.plan.bands,
        "Phân biệt với hạng trên": not doubted,
    }
    used = [(column, cell) for column, cell in columns if not absent.get(column.title)]
    rows = tuple(tuple(cell(place) for _, cell in used) for place in places)
    return Table(f"Xếp hạng {KINDS[kind]}", tuple(column for column, _ in used), rows)


def level_words(found: Standing, place: Place) -> str:
    """Name the level a place reaches; empty without one."""
    level = found.level_of(place)
    if level is None:
        return ""
    return f"{level.band.name} (tạm)" if level.provisional else level.band.name


def by_criterion(kind: CompetitorKind, places: Sequence[Place]) -> Table:
    """Tell of every criterion how many reached it."""
    columns = (
        Column("Mã", width=6),
        Column("Tiêu chí", width=40),
        Column("Mục tiêu", width=12),
        Column("Đạt", "integer", 7),
        Column("Được tính", "integer", 9),
    )
    rows: list[tuple[Cell, ...]] = []
    for scores in zip(*(place.row.entry.scores for place in places), strict=True):
        rule = scores[0].rule
        met = sum(score.met is True for score in scores)
        judged = sum(score.state is not ScoreState.EXEMPT for score in scores)
        rows.append((rule.code, rule.name, target_words(rule.target), met, judged))
    return Table(f"Kết quả theo tiêu chí, {KINDS[kind]}", columns, tuple(rows))


def _details(found: Standing, kind: CompetitorKind, places: Sequence[Place]) -> Table:
    points = Column("Điểm", "number", 8, 2)
    digits = max((score.digits for place in places for score in place.row.entry.scores), default=0)
    columns = (
        Column("Mã", width=7),
        Column("Tiêu chí", width=44),
        Column("Nguồn", width=12),
        Column("Mục tiêu", width=12),
        Column("Kết quả", "number", 10, max(digits, 2)),
        Column("Số đạt", "integer", 9),
        Column("Tổng số (n)", "integer", 11),
        Column("Cận dưới 95 %", "number", 11, 2),
        Column("Cận trên 95 %", "number", 11, 2),
        points,
        Column("Điểm tối đa", "number", 9, 2),
        Column("Mức", width=30),
        Column("Ghi chú", width=40),
    )
    rows: list[tuple[Cell, ...] | Heading] = []
    for place in places:
        total = "–" if place.row.total is None else written(plain_float(place.row.total), points)
        rows.append(Heading(f"{name(place)}: {total} điểm"))
        rows.extend(
            _detail(score, found.interval_of_score(place, score))
            for score in place.row.entry.scores
        )
    return Table(f"Chi tiết {KINDS[kind]}", columns, tuple(rows))


def _detail(score: Score, known: Interval | None) -> tuple[Cell, ...]:
    found, told = score.measurement, not _too_few(score)
    interval = known if told else None
    note = _note(score)
    return (
        score.rule.code,
        score.rule.name,
        SOURCES[score.rule.source],
        target_words(score.rule.target),
        plain_float(found.value) if told else None,
        found.hits if told else None,
        found.cases,
        None if interval is None else float(interval.low),
        None if interval is None else float(interval.high),
        float(score.points) if score.state is ScoreState.SCORED else None,
        float(score.rule.max_points),
        UNKNOWN if score.reason is Reason.OFF and note else REASONS[score.reason],
        note if told else "dưới 5 đánh giá: không nêu tỷ lệ",
    )


def _note(score: Score) -> str:
    note = score.measurement.note
    return note.text % note.values if note else ""


def _why_missing(score: Score) -> str:
    """Say why there is no figure; a source that was off may say itself why."""
    return (_note(score) if score.reason is Reason.OFF else "") or REASONS[score.reason]


def missing(rankings: Rankings) -> Table:
    """List every figure that is not there: who, which criterion, why."""
    rows = tuple(
        (name(place), score.rule.code, score.rule.name, _why_missing(score))
        for places in rankings.values()
        for place in places
        for score in place.row.entry.scores
        if score.state is ScoreState.MISSING
    )
    columns = (
        Column("Đơn vị, cá nhân", width=30),
        code_column(row[1] for row in rows),
        Column("Tiêu chí", width=40),
        Column("Lý do", width=20),
    )
    return Table("Số liệu còn thiếu", columns, rows)


def code_column(codes: Iterable[str]) -> Column:
    """Make a column of criteria's codes wide enough for the longest."""
    return Column("Mã", width=max(9, *(len(code) + 3 for code in codes), 0))


def target_words(target: Target) -> str:
    """Say a target in Vietnamese: “trên 99%”, “từ 3”, “có”."""
    if target.comparison is Comparison.YES:
        return "có"
    if target.comparison is Comparison.ZERO:
        return "không có"
    sign = {TargetUnit.PERCENT: "%", TargetUnit.POINTS: " điểm"}.get(target.unit, "")
    amount = f"{plain(target.value)}{sign}"
    if amount == "100%" and target.comparison is Comparison.AT_LEAST:
        return amount
    return f"{COMPARISONS[target.comparison]} {amount}"


def _too_few(score: Score) -> bool:
    """A share of fewer than five ratings could be traced to a person."""
    cases = score.measurement.cases
    return score.rule.source == "ratings" and bool(cases) and not enough(cases or 0)


def name(place: Place) -> str:
    """Name a competitor, an officer with the unit."""
    one = place.competitor
    return one.name if one.officer_id is None else f"{one.name}, {one.unit_name}"


def plain_float(value: Decimal | None) -> float | None:
    """Give an exact number as a cell; it has two decimals or few digits."""
    return None if value is None else float(value)


def plain(value: Decimal | None) -> str:
    """Write a number with a comma and without needless zeros."""
    if value is None:
        return "–"
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")
