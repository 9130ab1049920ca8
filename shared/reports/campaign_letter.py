"""A campaign's report as an administrative document: of now, a month, a quarter or a review.

Official documents are in Vietnamese whatever the reader's language, so nothing here is translated.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from shared.domain.campaign_leader import Leader
from shared.domain.report_period import ReportKind
from shared.domain.scoring import CompetitorKind
from shared.reports import campaign_annexes, campaign_changes, decree, standing
from shared.reports.content import Annex, Block, Heading, OfficialLetter
from shared.reports.standing import Rankings
from shared.services.campaign_reports import Frozen, Grounds, Offer
from shared.services.report_data import ReportData
from shared.services.standings import Place, Standing

MOST_IN_TEXT = 10
"""How many places the text itself lists; an annex has them all."""
REVIEWS = {
    ReportKind.PRELIMINARY: "sơ kết",
    ReportKind.CLOSING: "tổng kết",
    ReportKind.OTHER: "chốt kỳ",
}


def letter(grounds: Grounds, rankings: Rankings, data: ReportData, on: date) -> OfficialLetter:
    """Give the report as an administrative document; its number, place and signatory are data.

    `on` is the local day it is written. Without a number the day stays open too: both are written
    when the document is registered.
    """
    number, _, symbol = data.number.partition("/")
    found = grounds.standing
    annexes = campaign_annexes.annexes(grounds, rankings)
    return OfficialLetter(
        superior_agency=data.authority,
        agency=data.agency or found.plan.led_by,
        number=number.strip(),
        symbol=symbol.strip(),
        place=data.place,
        on=on if number.strip() else None,
        kind="Báo cáo",
        subject=_subject(grounds.offer, found),
        body=tuple(_body(grounds, rankings, annexes)),
        signatory_title=data.signatory_title,
        signatory_name=data.signatory_name,
        signing_for=data.signing_for,
        recipients=data.recipients,
        sample=found.sample,
        annexes=annexes,
    )


def period_words(offer: Offer) -> str:
    """Name what a report is about: “tháng 3 năm 2026”, “quý I năm 2026”, “sơ kết”."""
    if offer.kind is ReportKind.MONTHLY:
        return f"tháng {offer.first.month} năm {offer.first.year}"
    if offer.kind is ReportKind.QUARTERLY:
        return f"quý {decree.NUMERALS[offer.quarter - 1]} năm {offer.first.year}"
    return REVIEWS.get(offer.kind, "")


def _subject(offer: Offer, found: Standing) -> str:
    name = called(found.plan.name)
    match offer.kind:
        case ReportKind.PRELIMINARY | ReportKind.CLOSING:
            return f"{REVIEWS[offer.kind].capitalize()} {name}"
        case ReportKind.MONTHLY | ReportKind.QUARTERLY:
            return f"Kết quả {name} {period_words(offer)}"
        case _:
            return f"Kết quả {name}"


def called(name: str) -> str:
    """Speak of a campaign within a sentence; a name that says what it is says it once."""
    if name.casefold().startswith("phong trào"):
        return f"{name[0].lower()}{name[1:]}"
    if name.casefold().startswith("thi đua"):
        return f"phong trào “{name}”"
    return f"phong trào thi đua “{name}”"


def _body(grounds: Grounds, rankings: Rankings, annexes: Sequence[Annex]) -> Iterator[Block]:
    found = grounds.standing
    yield from _opening(grounds)
    numeral = iter(decree.NUMERALS)
    for kind, places in rankings.items():
        if places:
            yield Heading(f"{next(numeral)}. Xếp hạng {standing.KINDS[kind]}")
            yield from _ranked(grounds, kind, places, annexes)
    if found.left_aside:
        yield (
            f"{found.left_aside} đánh giá không rõ lúc chạm, đến sau khi kỳ thi đua kết thúc, "
            "không tính vào kết quả trên."
        )
    yield Heading(f"{next(numeral)}. Số liệu còn thiếu")
    yield _missing(rankings, annexes)
    yield "Trên đây là báo cáo kết quả phong trào thi đua./."


def _opening(grounds: Grounds) -> Iterator[Block]:
    found, plan = grounds.standing, grounds.standing.plan
    if plan.document:
        yield f"Thực hiện {plan.document};"
    if len(plan.leaders) > 1:
        yield f"Cơ quan thường trực: {'; '.join(map(_led, plan.leaders))}."
    words = period_words(grounds.offer)
    which = "" if grounds.frozen or not words else f" đến hết {words}"
    planned = f" (kế hoạch đến hết ngày {plan.ends_on:%d/%m/%Y}, kết thúc sớm)"
    until = grounds.ended_on or plan.ends_on
    yield (
        f"Kết quả thi đua kỳ {plan.starts_on:%d/%m/%Y} – {until:%d/%m/%Y}"
        f"{planned if grounds.ended_on else ''}{which}, "
        f"số liệu tính đến {_until(found)}, như sau:"
    )
    if grounds.frozen is not None:
        yield _seal(grounds.frozen, grounds.offer, found)


def _led(leader: Leader) -> str:
    """Name a leading body with its days, and the document of a handover."""
    since = f" từ ngày {leader.since:%d/%m/%Y}" if leader.since else ""
    until = f" đến hết ngày {leader.until:%d/%m/%Y}" if leader.until else ""
    return f"{leader.name}{since}{until}" + (f" ({leader.document})" if leader.document else "")


def _until(found: Standing) -> str:
    """Say up to when facts count; the last second of a day, or midnight after it, is that day."""
    moment = found.as_of.astimezone(found.frame.zone)
    last = moment - timedelta(seconds=1)
    if last.date() < moment.date() or (moment + timedelta(seconds=1)).date() > moment.date():
        return f"hết ngày {last:%d/%m/%Y}"
    return f"{moment:%H giờ %M ngày %d/%m/%Y}"


def _seal(frozen: Frozen, offer: Offer, found: Standing) -> str:
    """Name the frozen review that the report repeats, so that anybody can check it."""
    made = frozen.frozen_at.astimezone(found.frame.zone)
    digest = " ".join(frozen.sha256[at : at + 8] for at in range(0, len(frozen.sha256), 8))
    corrected = f" Đây là bản đính chính, lý do: {frozen.reason}." if frozen.reason else ""
    return (
        f"Kết quả lấy từ bản {REVIEWS[offer.kind]} đã chốt cho ngày {frozen.on:%d/%m/%Y}, "
        f"phiên bản {frozen.version}, lập lúc {made:%H giờ %M ngày %d/%m/%Y}; số liệu đến sau "
        f"không làm đổi bản này. Mã kiểm SHA-256: {digest}.{corrected}"
    )


def _ranked(
    grounds: Grounds, kind: CompetitorKind, places: Sequence[Place], annexes: Sequence[Annex]
) -> Iterator[Block]:
    where = _annex(annexes, campaign_annexes.RESULTS[kind])
    yield f"{_summary(kind, places)} Chi tiết tại {where}."
    yield standing.ranking(grounds.standing, kind, places[:MOST_IN_TEXT])
    if len(places) > MOST_IN_TEXT:
        equals = _equals(kind, places)
        yield f"Bảng trên nêu {MOST_IN_TEXT} {standing.KINDS[kind]} đứng đầu{equals}."
    changed = campaign_changes.sentence(grounds, kind, list(places))
    if changed:
        yield f"{changed} Chi tiết tại {_annex(annexes, campaign_annexes.CHANGES)}."
    yield from _vetoes(kind, places)


def _summary(kind: CompetitorKind, places: Sequence[Place]) -> str:
    ranked = [place for place in places if place.row.rank is not None]
    first = ", ".join(place.competitor.name for place in ranked if place.row.rank == 1)
    complete = sum(place.row.complete for place in places)
    leading = f" Dẫn đầu: {first}." if first else ""
    return (
        f"Có {len(places)} {standing.KINDS[kind]} tham gia, {len(ranked)} được xếp hạng, "
        f"{complete} đủ số liệu.{leading}"
    )


def _equals(kind: CompetitorKind, places: Sequence[Place]) -> str:
    """Count who shares the last rank of the table in the text and is not in it: equal is equal."""
    last = places[MOST_IN_TEXT - 1].row.rank
    left_out = sum(place.row.rank == last for place in places[MOST_IN_TEXT:])
    if last is None or not left_out:
        return ""
    return f"; còn {left_out} {standing.KINDS[kind]} cùng hạng {last}"


def _vetoes(kind: CompetitorKind, places: Sequence[Place]) -> Iterator[str]:
    """Name whom a criterion of zero tolerance keeps from an award, whatever the points."""
    found = [
        f"{standing.name(place)} (tiêu chí {', '.join(one.rule.code for one in place.row.vetoes)})"
        for place in places
        if place.row.vetoes
    ]
    if found:
        yield (
            f"Không đủ điều kiện khen thưởng vì vi phạm tiêu chí loại trừ, {standing.KINDS[kind]}: "
            f"{'; '.join(found)}."
        )


def _missing(rankings: Rankings, annexes: Sequence[Annex]) -> str:
    lines = len(standing.missing(rankings).rows)
    where = _annex(annexes, campaign_annexes.MISSING)
    if not lines:
        return "Không có."
    return f"Còn {lines} số liệu chưa nộp hoặc chưa xác nhận nên chưa có điểm, kê tại {where}."


def _annex(annexes: Sequence[Annex], title: str) -> str:
    place = [annex.title for annex in annexes].index(title)
    return f"Phụ lục\xa0{decree.NUMERALS[place]}"
