"""What changed in a campaign's standing since an earlier one, as a chart and a table."""

from dataclasses import dataclass
from decimal import Decimal

from shared.domain.scoring import CompetitorKind
from shared.reports import standing
from shared.reports.content import Bar, Cell, Chart, Column, Table
from shared.services.campaign_reports import Grounds
from shared.services.standings import Place

_COLUMNS = (
    Column("Điểm trước", "number", 9, 2),
    Column("Điểm nay", "number", 9, 2),
    Column("Tăng, giảm", "number", 9, 2),
    Column("Hạng trước", "integer", 8),
    Column("Hạng nay", "integer", 8),
)
_SMALLEST_AXIS = 5.0  # points: a change of a tenth must not fill the page


@dataclass(frozen=True)
class _Pair:
    """A competitor now and before; None where it was not judged then."""

    now: Place
    before: Place | None

    @property
    def gained(self) -> Decimal | None:
        """Give the points gained; None where one of both sides has none."""
        if self.before is None or self.before.row.total is None or self.now.row.total is None:
            return None
        return self.now.row.total - self.before.row.total


def blocks(
    grounds: Grounds, kind: CompetitorKind, places: list[Place]
) -> tuple[Chart, Table] | tuple[()]:
    """Give chart and table of one kind of competitors; nothing where there was nothing before."""
    if grounds.earlier is None or grounds.earlier_on is None:
        return ()
    then = {place.competitor.code: place for place in grounds.earlier.of_kind(kind)}
    pairs = [_Pair(place, then.get(place.competitor.code)) for place in places]
    title = f"so với ngày {grounds.earlier_on:%d/%m/%Y}, {standing.KINDS[kind]}"
    chart = Chart(f"Điểm tăng, giảm {title}", tuple(map(_bar, pairs)), _SMALLEST_AXIS)
    columns = (Column(standing.WHO[kind], width=34), *_COLUMNS)
    lines = tuple(map(_line, pairs))
    sheet = f"Thay đổi {standing.KINDS[kind]} từ {grounds.earlier_on:%d-%m-%Y}"
    return chart, Table(f"Thay đổi {title}", columns, lines, sheet=sheet)


def sentence(grounds: Grounds, kind: CompetitorKind, places: list[Place]) -> str:
    """Say how many gained and lost; empty where there was nothing before."""
    if grounds.earlier is None or grounds.earlier_on is None:
        return ""
    then = {place.competitor.code: place for place in grounds.earlier.of_kind(kind)}
    gains = [_Pair(place, then.get(place.competitor.code)).gained for place in places]
    up = sum(gain is not None and gain > 0 for gain in gains)
    down = sum(gain is not None and gain < 0 for gain in gains)
    return (
        f"So với ngày {grounds.earlier_on:%d/%m/%Y}: {up} {standing.KINDS[kind]} tăng điểm, "
        f"{down} giảm điểm."
    )


def _bar(pair: _Pair) -> Bar:
    gained = pair.gained
    if gained is None:
        shown = "mới tham gia" if pair.before is None else "không so được"
        return Bar(standing.name(pair.now), None, shown)
    return Bar(standing.name(pair.now), float(gained), f"{gained:+.2f}".replace(".", ","))


def _line(pair: _Pair) -> tuple[Cell, ...]:
    before = None if pair.before is None else pair.before.row
    return (
        standing.name(pair.now),
        None if before is None else standing.plain_float(before.total),
        standing.plain_float(pair.now.row.total),
        standing.plain_float(pair.gained),
        None if before is None else before.rank,
        pair.now.row.rank,
    )
