"""What changed in a standing since the last frozen review."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from shared.domain.band import Band, band_of
from shared.domain.milestone import MilestoneKind
from shared.domain.review_change import Change, Earlier, change
from shared.domain.scoring import ScoreState
from shared.models.campaign import Campaign
from shared.models.freeze import CampaignFreeze
from shared.services import freezes
from shared.services.standings import Place, Standing


@dataclass(frozen=True)
class LastReview:
    """The last review before a standing, and each competitor's place at it by kind and code."""

    key: int
    kind: MilestoneKind
    on: date  # the last local day that counted
    version: int
    places: Mapping[tuple[str, str], Earlier]
    bands: tuple[Band, ...]

    def of(self, place: Place) -> Change | None:
        """Give what changed for a competitor; None for one that was not judged at the review."""
        one = place.competitor
        before = self.places.get((one.kind, one.code))
        return None if before is None else change(before, place.row, self.bands)


def since_last(session: Session, campaign: Campaign, standing: Standing) -> LastReview | None:
    """Give the newest version of the last review frozen before the instant of a standing.

    None where there is none yet, or its text is not the one frozen, which checking it tells. A
    frozen standing is held against the review before it.
    """
    earlier = [
        frozen for frozen in freezes.listed(session, campaign) if frozen.as_of < standing.as_of
    ]
    if not earlier:
        return None
    last = max(earlier, key=lambda frozen: (frozen.as_of, frozen.version))
    return _read(last, standing.plan.bands) if freezes.holds(last) else None


def _read(frozen: CampaignFreeze, bands: tuple[Band, ...]) -> LastReview:
    """Read of a frozen text only what is compared: it is large, and the page should be quick."""
    content = json.loads(frozen.content)
    then = tuple(
        Band(band["name"], Decimal(band["lowest"])) for band in content["plan"].get("bands", ())
    )
    return LastReview(
        key=frozen.id,
        kind=MilestoneKind(frozen.kind),
        on=frozen.on,
        version=frozen.version,
        places={
            (place["competitor"]["kind"], place["competitor"]["code"]): _earlier(place["row"], then)
            for place in content["places"]
        },
        bands=bands,
    )


def _earlier(row: Mapping[str, Any], bands: tuple[Band, ...]) -> Earlier:
    total = None if row["total"] is None else Decimal(row["total"])
    band = band_of(bands, total)
    return Earlier(
        total=total,
        rank=row["rank"],
        complete=row["complete"],
        band=None if band is None else band.name,
        points={
            one["rule"]["code"]: Decimal(one["points"])
            for one in row["entry"]["scores"]
            if one["state"] == ScoreState.SCORED
        },
    )
