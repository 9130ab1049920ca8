"""The annexes of a campaign's report: what is missing first, then every table with its chart."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from shared.domain.campaign import in_groups
from shared.domain.scoring import CompetitorKind, Score, ScoreState
from shared.reports import campaign_changes, standing
from shared.reports.content import Annex, Bar, Block, Cell, Chart, Column, Table
from shared.reports.standing import Rankings
from shared.services.campaign_reports import Grounds
from shared.services.standings import Place, Standing

MISSING = "Số liệu còn thiếu"
RESULTS = {kind: f"Kết quả của {words}" for kind, words in standing.KINDS.items()}
CRITERIA = "Kết quả theo tiêu chí"
CHANGES = "Thay đổi so với kỳ trước"
VETOES = "Vi phạm tiêu chí loại trừ"
PARTS = "Tham gia một phần của kỳ"
"""Titles of annexes; the text refers to an annex by the number of its title."""
_CRITERIA_AT_ONCE = 10  # columns of points beside a name
_OPEN = "cột rỗng: chưa đủ số liệu"


def annexes(grounds: Grounds, rankings: Rankings) -> tuple[Annex, ...]:
    """Give the annexes that have something to say; the one of missing figures always is first."""
    found = grounds.standing
    shown = {kind: list(places) for kind, places in rankings.items() if places}
    made = [Annex(MISSING, tuple(_missing(shown)))]
    for kind, places in shown.items():
        made.append(Annex(RESULTS[kind], tuple(_results(found, kind, places))))
    made.append(Annex(CRITERIA, tuple(_criteria(found, shown))))
    changed: list[Block] = []
    for kind, places in shown.items():
        changed += campaign_changes.blocks(grounds, kind, places)
    further = ((CHANGES, changed), (VETOES, vetoes(shown)), (PARTS, parts(found, shown)))
    made += [Annex(title, tuple(blocks)) for title, blocks in further if blocks]
    return tuple(made)


def further_tables(grounds: Grounds, rankings: Rankings) -> list[Table]:
    """Give what a workbook holds besides standing and details."""
    shown = {kind: list(places) for kind, places in rankings.items() if places}
    blocks: list[Block] = [standing.by_criterion(kind, places) for kind, places in shown.items()]
    for kind, places in shown.items():
        blocks += campaign_changes.blocks(grounds, kind, places)
    blocks += [*vetoes(shown), *parts(grounds.standing, shown)]
    return [block for block in blocks if isinstance(block, Table)]


def vetoes(rankings: Rankings) -> list[Table]:
    """List whom a criterion of zero tolerance keeps from an award; no table where nobody."""
    rows: list[tuple[Cell, ...]] = [
        (standing.name(place), score.rule.code, score.rule.name, _found(score))
        for places in rankings.values()
        for place in places
        for score in place.row.vetoes
    ]
    columns = (
        Column("Đơn vị, cá nhân", width=30),
        standing.code_column(str(row[1]) for row in rows),
        Column("Tiêu chí", width=40),
        Column("Kết quả", width=14),
    )
    return [Table("Không đủ điều kiện khen thưởng", columns, tuple(rows))] if rows else []


def parts(found: Standing, rankings: Rankings) -> list[Table]:
    """List who is judged on a part of the period, with its days; no table where nobody."""
    rows: list[tuple[Cell, ...]] = [
        (standing.name(place), part.first, part.last)
        for places in rankings.values()
        for place in places
        if (part := found.part_of(place)) is not None
    ]
    columns = (
        Column("Đơn vị, cá nhân", width=40),
        Column("Tính từ ngày", "date", 14),
        Column("Đến hết ngày", "date", 14),
    )
    return [Table("Chỉ tính những ngày có tham gia", columns, tuple(rows))] if rows else []


def _missing(rankings: Rankings) -> Iterator[Block]:
    table = standing.missing(rankings)
    if table.rows:
        yield "Các số liệu sau chưa nộp hoặc chưa xác nhận nên chưa có điểm:"
        yield table
    else:
        yield "Không có số liệu nào còn thiếu."


def _results(found: Standing, kind: CompetitorKind, places: Sequence[Place]) -> Iterator[Block]:
    bars = tuple(_total(place) for place in places)
    yield Chart(f"Tổng điểm của {standing.KINDS[kind]}", bars, 100, _OPEN)
    yield standing.ranking(found, kind, places)
    yield from _points(kind, places)


def _total(place: Place) -> Bar:
    total = place.row.total
    shown = "chưa có điểm" if total is None else f"{total:.2f}".replace(".", ",")
    value = None if total is None else float(total)
    return Bar(standing.name(place), value, shown, open=not place.row.complete)


def _points(kind: CompetitorKind, places: Sequence[Place]) -> Iterator[Block]:
    """Give everybody's points, so many criteria at once as fit beside the names."""
    rules = [score.rule for score in places[0].row.entry.scores]
    for first in range(0, len(rules), _CRITERIA_AT_ONCE):
        some = rules[first : first + _CRITERIA_AT_ONCE]
        last = first + len(some)
        titles = [Column(rule.code, "number", 8, 2) for rule in some]
        rows = tuple(
            (standing.name(place), *(_cell(one) for one in place.row.entry.scores[first:last]))
            for place in places
        )
        title = f"Điểm từng tiêu chí của {standing.KINDS[kind]}, {some[0].code} – {some[-1].code}"
        most: tuple[Cell, ...] = ("Tối đa", *(float(rule.max_points) for rule in some))
        columns = (Column(standing.WHO[kind], width=32), *titles)
        yield Table(title, columns, rows, most, size=10)


def _cell(score: Score) -> Cell:
    if score.state is ScoreState.SCORED:
        return float(score.points)
    return "miễn" if score.state is ScoreState.EXEMPT else "thiếu"


def _criteria(found: Standing, rankings: Rankings) -> Iterator[Block]:
    for kind, places in rankings.items():
        yield from _groups(kind, places)
        yield standing.by_criterion(kind, places)
    ceiling = standing.plain(found.plan.settings.unmet_ceiling * 100)
    yield (
        "Cách tính: đạt mục tiêu thì đủ điểm; chưa đạt thì theo cách chấm của tiêu chí, không quá "
        f"{ceiling}% điểm của tiêu chí; không có trường hợp thì miễn và các tiêu chí khác giữ "
        "nguyên tỷ lệ; thiếu số liệu thì chưa có điểm; bằng điểm thì cùng hạng."
    )


def _groups(kind: CompetitorKind, places: Sequence[Place]) -> Iterator[Block]:
    """Tell of every group of criteria which share of all that counted was met."""
    scores: dict[str, list[Score]] = {}
    for place in places:
        for score in place.row.entry.scores:
            if score.state is not ScoreState.EXEMPT:
                scores.setdefault(score.rule.code, []).append(score)
    rules = [score.rule for score in places[0].row.entry.scores]
    bars: list[Bar] = []
    rows: list[tuple[Cell, ...]] = []
    for group, members in in_groups(rules):
        counted = [score for rule in members for score in scores.get(rule.code, [])]
        met = sum(score.met is True for score in counted)
        share = Decimal(met) / len(counted) if counted else None
        label = group or "Các tiêu chí"
        shown = "không tính" if share is None else f"{share * 100:.1f}%".replace(".", ",")
        bars.append(Bar(label, None if share is None else float(share * 100), shown))
        row: tuple[Cell, ...] = (
            label,
            len(members),
            len(counted),
            met,
            standing.plain_float(share),
        )
        rows.append(row)
    title = f"Tỷ lệ đạt theo nhóm tiêu chí, {standing.KINDS[kind]}"
    columns = (
        Column("Nhóm tiêu chí", width=36),
        Column("Số tiêu chí", "integer", 9),
        Column("Lượt được tính", "integer", 10),
        Column("Lượt đạt", "integer", 9),
        Column("Tỷ lệ đạt", "percent", 9),
    )
    yield Chart(f"{title} (%)", tuple(bars), 100)
    yield Table(title, columns, tuple(rows))


def _found(score: Score) -> str:
    value = score.measurement.value
    return "" if value is None else standing.plain(round(value, 2))
