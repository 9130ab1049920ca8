"""What changed for a competitor since the last review."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from shared.domain.band import Band, band_of
from shared.domain.scoring import Row, ScoreState


@dataclass(frozen=True)
class Earlier:
    """A competitor's place at a review: total of 100, rank, band name, points by criterion.

    A criterion that was exempt or missing then has no points here.
    """

    total: Decimal | None
    rank: int | None
    complete: bool
    band: str | None
    points: Mapping[str, Decimal]


@dataclass(frozen=True)
class Change:
    """Since the review: points gained, places gained (up is positive), band, points by criterion.

    None where one of both sides has no figure.
    """

    before: Earlier
    points: Decimal | None
    places: int | None
    band: str | None  # that of now
    criteria: Mapping[str, Decimal | None]

    @property
    def other_band(self) -> bool:
        """Tell whether the band is another one than at the review."""
        return self.before.band != self.band


def change(before: Earlier, after: Row, bands: Sequence[Band]) -> Change:
    """Hold a competitor's row against its place at an earlier review."""
    band = band_of(bands, after.total)
    return Change(
        before=before,
        points=_gained(before.total, after.total),
        places=None if before.rank is None or after.rank is None else before.rank - after.rank,
        band=None if band is None else band.name,
        criteria={
            one.rule.code: _gained(before.points.get(one.rule.code), one.points)
            if one.state is ScoreState.SCORED
            else None
            for one in after.entry.scores
        },
    )


def _gained(before: Decimal | None, after: Decimal | None) -> Decimal | None:
    return None if before is None or after is None else after - before
