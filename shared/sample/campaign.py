"""The sample's campaign of the current year, with figures handed in, confirmed and still owed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from random import Random

from sqlalchemy.orm import Session

from shared.domain.figure import Figure
from shared.domain.scoring import CompetitorKind
from shared.models.campaign import Campaign
from shared.sample.office import Office
from shared.sample.rhythm import Span
from shared.services import campaigns, figures
from shared.services.figures import Place

TEMPLATE = "long_my"
ORGANISER = "mau.noivu"
# Figures of the communes in the order of the plan: hits of cases, or a number; None: not handed in.
Given = tuple[int, int] | int | None
COLLECTIVE: Mapping[str, Sequence[Given]] = {
    "2.1": ((8, 8), (8, 8), (7, 8), (8, 8)),
    "2.11": ((186, 200), (172, 200), (149, 200), (158, 200)),
    "2.9": ((2306, 2306), (1410, 1410), (1188, 1204), (1097, 1097)),
    "2.10": (1, 1, 1, 0),
    "2.11b": (1, 1, 1, 1),
}
WAITING = {("2.11", 2), ("2.10", 0)}  # handed in, not yet confirmed
EVIDENCE = {
    "2.1": "Danh mục văn bản chỉ đạo trong năm (minh chứng mẫu).",
    "2.7": "Danh sách lớp và chứng nhận tham gia (minh chứng mẫu).",
    "2.11": "Báo cáo phát, thu phiếu điều tra (minh chứng mẫu).",
    "2.9": "Thống kê của phần mềm văn bản (minh chứng mẫu).",
    "2.10": "Biên bản kiểm tra chữ ký số (minh chứng mẫu).",
    "2.11b": "Báo cáo tự đánh giá chỉ số cải cách hành chính (minh chứng mẫu).",
}
HANDED_IN, CONFIRMED = 0.85, 0.9  # fractions of the officers' own figures


@dataclass(frozen=True)
class Reach:
    """Every unit of the sample, and the offices in the order of the plan."""

    units: frozenset[int]
    province: int
    offices: Sequence[Office]

    @classmethod
    def of(cls, offices: Sequence[Office]) -> "Reach":
        """Gather the units of the offices and the province above them."""
        province = offices[0].unit.parent_id
        assert province is not None
        units = {office.unit.id for office in offices}
        return cls(frozenset(units | {province}), province, offices)


def add_campaign(session: Session, rng: Random, reach: Reach, span: Span) -> Campaign:
    """Open the Long Mỹ template for the year, start it, and hand in figures."""
    year = span.today.year
    opened = min(span.at(date(year, 1, 5), time(8)), span.now)
    opening = campaigns.Opening(
        code=f"mau-{year}",
        name=f"Cải cách hành chính và nâng cao chất lượng công vụ năm {year} (mẫu)",
        unit_id=reach.province,
        starts_on=date(year, 1, 1),
        ends_on=date(year, 12, 31),
        document=f"Kế hoạch mẫu số 01/KH-UBND ngày 05/01/{year}",
        organiser="Sở Nội vụ (mẫu)",
    )
    communes = [office.unit.id for office in reach.offices]
    campaign = campaigns.open_from_template(
        session, TEMPLATE, opening, reach.units, opened, unit_ids=communes
    )
    campaigns.confirm_weights(campaign, ORGANISER, opened)
    campaigns.start(session, campaign, opened)
    _hand_in(session, rng, campaign, reach, span)
    return campaign


def _hand_in(session: Session, rng: Random, campaign: Campaign, reach: Reach, span: Span) -> None:
    order = {office.unit.id: number for number, office in enumerate(reach.offices)}
    entered_at = span.now - timedelta(days=9)
    places = figures.places(session, campaign, reach.units)
    for place in sorted(places, key=lambda one: (one.competitor.code, one.rule.code)):
        position = order.get(place.competitor.unit_id)
        figure, confirmed = _figure(rng, place, position)
        if figure is None:
            continue
        row = figures.enter(
            session,
            campaign,
            place.criterion_id,
            place.competitor.key,
            figure,
            EVIDENCE[place.rule.code],
            reach.units,
            "mau.giamdoc",
            entered_at,
        )
        if confirmed:
            figures.verify(session, campaign, row.id, figure, "", reach.units, ORGANISER, span.now)


def _figure(rng: Random, place: Place, position: int | None) -> tuple[Figure | None, bool]:
    code = place.rule.code
    if place.rule.kind is CompetitorKind.COLLECTIVE and position is not None:
        given = COLLECTIVE[code][position]
        return _of(given), (code, position) not in WAITING
    if rng.random() > HANDED_IN:
        return None, False
    cases = rng.choice((4, 5, 6))
    given = (cases - (rng.random() < 0.15), cases)
    return _of(given), rng.random() < CONFIRMED


def _of(given: Given) -> Figure | None:
    if given is None:
        return None
    if isinstance(given, tuple):
        return Figure(hits=given[0], cases=given[1])
    return Figure(value=Decimal(given))
