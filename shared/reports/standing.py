"""The standing of a campaign as report content: tables for Excel, a letter for Word.

Official documents are in Vietnamese whatever the reader's language, so nothing here is translated.
"""

from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal

from shared.domain.sampling import enough
from shared.domain.scoring import (
    Comparison,
    CompetitorKind,
    Reason,
    Score,
    ScoreState,
    Target,
    TargetUnit,
)
from shared.reports.content import Cell, Column, Heading, OfficialLetter, Table
from shared.services.campaigns import ReportData
from shared.services.standings import Place, Standing

KINDS = {CompetitorKind.COLLECTIVE: "tập thể", CompetitorKind.INDIVIDUAL: "cá nhân"}
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
COMPARISONS = {
    Comparison.AT_LEAST: "từ",
    Comparison.MORE_THAN: "trên",
    Comparison.EQUAL: "đúng",
    Comparison.AT_MOST: "không quá",
    Comparison.RISES: "tăng trên",
}


def seen_by(
    standing: Standing, unit_ids: Collection[int], without: int | None
) -> dict[CompetitorKind, list[Place]]:
    """Give both rankings as far as a reader may see them: officers of `unit_ids` only, not oneself.

    `without` is the key of the reader as an officer.
    """
    individuals = [
        place
        for place in standing.of_kind(CompetitorKind.INDIVIDUAL)
        if place.competitor.unit_id in unit_ids and place.competitor.officer_id != without
    ]
    return {
        CompetitorKind.COLLECTIVE: standing.of_kind(CompetitorKind.COLLECTIVE),
        CompetitorKind.INDIVIDUAL: individuals,
    }


def tables(rankings: dict[CompetitorKind, list[Place]]) -> list[Table]:
    """Give the workbook's sheets: rankings, every criterion of everybody, and what is missing."""
    shown = [(kind, places) for kind, places in rankings.items() if places]
    return [
        *(_ranking(kind, places) for kind, places in shown),
        *(_details(kind, places) for kind, places in shown),
        _missing([place for _, places in shown for place in places]),
    ]


def letter(
    standing: Standing, rankings: dict[CompetitorKind, list[Place]], data: ReportData
) -> OfficialLetter:
    """Give the report as an administrative document; its number, place and signatory are data.

    Without a number the day stays open too: both are written when the document is registered.
    """
    number, _, symbol = data.number.partition("/")
    local = standing.as_of.astimezone(standing.frame.zone)
    return OfficialLetter(
        superior_agency=data.authority,
        agency=data.agency or standing.plan.organiser,
        number=number.strip(),
        symbol=symbol.strip(),
        place=data.place,
        on=local.date() if number.strip() else None,
        kind="Báo cáo",
        subject=f"Kết quả phong trào thi đua “{standing.plan.name}”",
        body=tuple(_body(standing, rankings)),
        signatory_title=data.signatory_title,
        signatory_name=data.signatory_name,
        signing_for=data.signing_for,
        recipients=data.recipients,
        sample=standing.sample,
    )


def _body(
    standing: Standing, rankings: dict[CompetitorKind, list[Place]]
) -> Iterator[str | Heading | Table]:
    plan = standing.plan
    if plan.document:
        yield f"Thực hiện {plan.document};"
    moment = standing.as_of.astimezone(standing.frame.zone)
    yield (
        f"Kết quả thi đua kỳ {plan.starts_on:%d/%m/%Y} – {plan.ends_on:%d/%m/%Y}, "
        f"số liệu tính đến {moment:%H giờ %M ngày %d/%m/%Y}, như sau:"
    )
    numeral = iter(("I", "II", "III", "IV"))
    for kind, places in rankings.items():
        if places:
            yield Heading(f"{next(numeral)}. Xếp hạng {KINDS[kind]}")
            yield _summary(kind, places)
            yield _ranking(kind, places)
            yield _by_criterion(kind, places)
            yield from _vetoes(kind, places)
    if standing.left_aside:
        yield (
            f"{standing.left_aside} đánh giá không rõ lúc chạm, đến sau khi kỳ thi đua kết thúc, "
            "không tính vào kết quả trên."
        )
    everybody = [place for places in rankings.values() for place in places]
    missing = _missing(everybody)
    yield Heading(f"{next(numeral)}. Số liệu còn thiếu")
    if missing.rows:
        yield "Các số liệu sau chưa nộp hoặc chưa xác nhận nên chưa có điểm:"
        yield missing
    else:
        yield "Không có."
    yield (
        "Cách tính: đạt mục tiêu thì đủ điểm; chưa đạt thì theo tỷ lệ, không quá "
        f"{_plain(plan.settings.unmet_ceiling * 100)}% điểm của tiêu chí; không có trường hợp thì "
        "miễn và các tiêu chí khác giữ nguyên tỷ lệ; bằng điểm thì cùng hạng."
    )
    yield "Trên đây là báo cáo kết quả phong trào thi đua./."


def _summary(kind: CompetitorKind, places: Sequence[Place]) -> str:
    ranked = [place for place in places if place.row.rank is not None]
    first = ", ".join(place.competitor.name for place in ranked if place.row.rank == 1)
    complete = sum(place.row.complete for place in places)
    leading = f" Dẫn đầu: {first}." if first else ""
    return (
        f"Có {len(places)} {KINDS[kind]} tham gia, {len(ranked)} được xếp hạng, "
        f"{complete} đủ số liệu.{leading}"
    )


def _ranking(kind: CompetitorKind, places: Sequence[Place]) -> Table:
    columns = (
        Column("Hạng", "integer", 6),
        Column("Đơn vị" if kind is CompetitorKind.COLLECTIVE else "Cá nhân, đơn vị", width=34),
        Column("Điểm trên 100", "number", 10, 2),
        Column("Tiêu chí đạt", width=10),
        Column("Đủ số liệu", width=9),
    )
    rows = [
        (
            place.row.rank,
            _name(place),
            _float(place.row.total),
            f"{place.row.met}/{place.row.judged}",
            "đủ" if place.row.complete else "chưa",
        )
        for place in places
    ]
    return Table(f"Xếp hạng {KINDS[kind]}", columns, tuple(rows))


def _vetoes(kind: CompetitorKind, places: Sequence[Place]) -> Iterator[str]:
    """Name whom a criterion of zero tolerance keeps from an award, whatever the points."""
    found = [
        f"{_name(place)} (tiêu chí {', '.join(one.rule.code for one in place.row.vetoes)})"
        for place in places
        if place.row.vetoes
    ]
    if found:
        yield (
            f"Không đủ điều kiện khen thưởng vì vi phạm tiêu chí loại trừ, {KINDS[kind]}: "
            f"{'; '.join(found)}."
        )


def _by_criterion(kind: CompetitorKind, places: Sequence[Place]) -> Table:
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


def _details(kind: CompetitorKind, places: Sequence[Place]) -> Table:
    columns = (
        Column("Mã", width=7),
        Column("Tiêu chí", width=44),
        Column("Nguồn", width=12),
        Column("Mục tiêu", width=12),
        Column("Kết quả", "number", 10, 2),
        Column("Số đạt", "integer", 9),
        Column("Tổng số (n)", "integer", 11),
        Column("Cận dưới 95 %", "number", 11, 2),
        Column("Cận trên 95 %", "number", 11, 2),
        Column("Điểm", "number", 8, 2),
        Column("Điểm tối đa", "number", 9, 2),
        Column("Mức", width=30),
        Column("Ghi chú", width=40),
    )
    rows: list[tuple[Cell, ...] | Heading] = []
    for place in places:
        rows.append(Heading(f"{_name(place)}: {_plain(place.row.total)} điểm"))
        rows.extend(_detail(score) for score in place.row.entry.scores)
    return Table(f"Chi tiết {KINDS[kind]}", columns, tuple(rows))


def _detail(score: Score) -> tuple[Cell, ...]:
    found, told = score.measurement, not _too_few(score)
    interval = found.interval if told else None
    note = found.note.text % found.note.values if found.note else ""
    return (
        score.rule.code,
        score.rule.name,
        SOURCES[score.rule.source],
        target_words(score.rule.target),
        _float(found.value) if told else None,
        found.hits if told else None,
        found.cases,
        None if interval is None else float(interval.low),
        None if interval is None else float(interval.high),
        float(score.points) if score.state is ScoreState.SCORED else None,
        float(score.rule.max_points),
        REASONS[score.reason],
        note if told else "dưới 5 đánh giá: không nêu tỷ lệ",
    )


def _missing(places: Sequence[Place]) -> Table:
    columns = (
        Column("Đơn vị, cá nhân", width=30),
        Column("Mã", width=9),
        Column("Tiêu chí", width=40),
        Column("Lý do", width=20),
    )
    rows = tuple(
        (_name(place), score.rule.code, score.rule.name, REASONS[score.reason])
        for place in places
        for score in place.row.entry.scores
        if score.state is ScoreState.MISSING
    )
    return Table("Số liệu còn thiếu", columns, rows)


def target_words(target: Target) -> str:
    """Say a target in Vietnamese: “trên 99%”, “từ 3”, “có”."""
    if target.comparison is Comparison.YES:
        return "có"
    if target.comparison is Comparison.ZERO:
        return "không có"
    sign = {TargetUnit.PERCENT: "%", TargetUnit.POINTS: " điểm"}.get(target.unit, "")
    amount = f"{_plain(target.value)}{sign}"
    if amount == "100%" and target.comparison is Comparison.AT_LEAST:
        return amount
    return f"{COMPARISONS[target.comparison]} {amount}"


def _too_few(score: Score) -> bool:
    """A share of fewer than five ratings could be traced to a person."""
    cases = score.measurement.cases
    return score.rule.source == "ratings" and bool(cases) and not enough(cases or 0)


def _name(place: Place) -> str:
    one = place.competitor
    return one.name if one.officer_id is None else f"{one.name}, {one.unit_name}"


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _plain(value: Decimal | None) -> str:
    """Write a number with a comma and without needless zeros."""
    if value is None:
        return "–"
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")
