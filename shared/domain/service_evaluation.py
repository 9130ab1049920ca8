"""Circular 01/2018/TT-VPCP, articles 13 to 15: nine indicators of 2, 1 or 0 points.

An indicator without enough information is left out of the sum and named; thresholds stay as they
are, so nothing is scaled up. The smiling faces of a rating are no part of it: indicator 7 follows
from time kept and from complaints alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum, StrEnum
from fractions import Fraction

from shared.domain.rounding import half_up

MOST_POINTS = 2
SECOND_OF_EXPLAINING = Fraction(90, 100)
PROCEDURES_ONLINE = Fraction(20, 100)
DOSSIERS_ONLINE = Fraction(30, 100)
FEWEST_DOSSIERS_ONLINE = Fraction(15, 100)


class Indicator(IntEnum):
    """The nine indicators of article 13, by their number."""

    TOTAL_TIME = 1
    AGENCY_TIME = 2
    CONTACTS = 3
    AGENCIES = 4
    ONE_STOP = 5
    PUBLICATION = 6
    ATTITUDE = 7
    EXPLAINING = 8
    ONLINE = 9


class Pace(StrEnum):
    """Time taken against the limit."""

    SHORTER = "shorter"
    EQUAL = "equal"
    LONGER = "longer"


class Finding(StrEnum):
    """What checking a complaint about an officer's conduct found."""

    UNCHECKED = "unchecked"
    TRUE = "true"
    PARTLY = "partly"
    UNTRUE = "untrue"
    SLANDER = "slander"


_OF_PACE = {Pace.SHORTER: 2, Pace.EQUAL: 1, Pace.LONGER: 0}


@dataclass(frozen=True)
class Band:
    """A level and the points it begins at; exactly so many points belong to it."""

    level: str
    from_points: Decimal


@dataclass(frozen=True)
class Scheme:
    """What is added up for an officer or a unit, and the levels of the sum."""

    indicators: tuple[Indicator, ...]
    bands: tuple[Band, ...]  # the highest first
    digits: int = 1  # of one indicator's score (article 15)

    @property
    def most(self) -> Decimal:
        """Give the largest possible sum."""
        return Decimal(MOST_POINTS * len(self.indicators))


@dataclass(frozen=True)
class EvaluationRules:
    """The schemes of one version of the rules."""

    officer: Scheme
    unit: Scheme


@dataclass(frozen=True)
class Counted:
    """The points of all dossiers on one indicator, and of how many dossiers they are known."""

    points: int = 0
    dossiers: int = 0

    def __add__(self, other: "Counted") -> "Counted":
        """Add the dossiers of two units."""
        return Counted(self.points + other.points, self.dossiers + other.dossiers)

    @classmethod
    def of(cls, points: Iterable[int | None]) -> "Counted":
        """Count points dossier by dossier; None is a dossier nothing is known of."""
        known = [one for one in points if one is not None]
        return cls(sum(known), len(known))

    def score(self, digits: int = 1) -> Decimal | None:
        """Give points by dossier, rounded half up; None without a dossier that is known."""
        return half_up(Fraction(self.points, self.dossiers), digits) if self.dossiers else None


@dataclass(frozen=True)
class Evaluation:
    """A sum with its level; `missing` are the indicators left out for want of data."""

    scores: Mapping[Indicator, Decimal]
    missing: tuple[Indicator, ...]
    points: Decimal
    most: Decimal
    level: str | None  # None: nothing at all is known

    @property
    def complete(self) -> bool:
        """Tell whether every indicator was known."""
        return not self.missing


def time_points(pace: Pace) -> int:
    """Give the points of indicators 1 and 2: shorter than the limit 2, equal 1, longer 0."""
    return _OF_PACE[pace]


def contact_points(times: int, *, applicant_at_fault: bool = False) -> int:
    """Give the points of indicator 3: no further contact 2, one 1, more 0.

    More than one through the applicant's own fault is not punished with 0; as the text gives it
    no other place, it counts like one.
    """
    if times == 0:
        return 2
    return 1 if times == 1 or applicant_at_fault else 0


def agency_points(agencies: int, *, one_stop: bool) -> int:
    """Give the points of indicator 4: nobody else 2, the one-stop alone 1, others 0.

    The agency that the law puts in charge of a field check or of a council is not counted.
    """
    if agencies == 0:
        return 2
    return 1 if agencies == 1 and one_stop else 0


def one_stop_points(listed: int, received_there: int, decided_there: int) -> int | None:
    """Give the points of indicator 5 from procedures; None where none is listed."""
    if listed == 0:
        return None
    if decided_there >= listed:
        return 2
    return 1 if received_there >= listed else 0


def publication_points(listed: int, in_both_ways: int, in_any_way: int) -> int | None:
    """Give the points of indicator 6 from procedures: all posted and electronic 2, all in one 1.

    None where no procedure is listed.
    """
    if listed == 0:
        return None
    if in_both_ways >= listed:
        return 2
    return 1 if in_any_way >= listed else 0


def stands(finding: Finding) -> bool:
    """Tell whether a complaint counts: all but those found untrue or slander (article 13)."""
    return finding not in {Finding.UNTRUE, Finding.SLANDER}


def explaining_points(received: int, on_time: int, prolonged: int) -> int:
    """Give the points of indicator 8: none or all on time 2, from 90 % 1; any prolonged 0."""
    if prolonged:
        return 0
    if on_time >= received:
        return 2
    return 1 if Fraction(on_time, received) >= SECOND_OF_EXPLAINING else 0


def online_points(
    procedures: int, online_procedures: int, dossiers: int, online_dossiers: int, late: int
) -> int | None:
    """Give the points of indicator 9; None where nothing was to be done at all.

    20 % of procedures online and 30 % of dossiers 2; some online and 15 % of dossiers 1; `late`
    are online dossiers, and a single one makes it 0.
    """
    if procedures == 0 or dossiers == 0:
        return None
    share = Fraction(online_dossiers, dossiers)
    if late or not online_procedures or share < FEWEST_DOSSIERS_ONLINE:
        return 0
    enough = Fraction(online_procedures, procedures) >= PROCEDURES_ONLINE
    return 2 if enough and share >= DOSSIERS_ONLINE else 1


def evaluate(scheme: Scheme, scores: Mapping[Indicator, Decimal | None]) -> Evaluation:
    """Add the indicators of a scheme up and find the level of the sum.

    Indicators without a score are left out of the sum and named, never made up for.
    """
    known = {one: found for one in scheme.indicators if (found := scores.get(one)) is not None}
    points = sum(known.values(), Decimal(0))
    return Evaluation(
        scores=known,
        missing=tuple(one for one in scheme.indicators if one not in known),
        points=points,
        most=scheme.most,
        level=level_of(points, scheme.bands) if known else None,
    )


def level_of(points: Decimal, bands: Sequence[Band]) -> str:
    """Give the level of a sum; a sum exactly at a threshold has reached it.

    Raises ValueError where no band begins as low.
    """
    for band in sorted(bands, key=lambda band: band.from_points, reverse=True):
        if points >= band.from_points:
            return band.level
    raise ValueError(f"no level for {points}")


def attitude_counted(shorter: int, equal: int, longer: int, complaints: int) -> Counted:
    """Count indicator 7 over dossiers: early 2, on time 1, late 0; with a complaint that stands 0.

    Complaints name a person but no dossier: each takes the points of one dossier away, the best
    first, so that not knowing which dossier it was helps nobody.
    """
    voided = min(complaints, shorter)
    voided_equal = min(complaints - voided, equal)
    early, on_time = time_points(Pace.SHORTER), time_points(Pace.EQUAL)
    points = early * (shorter - voided) + on_time * (equal - voided_equal)
    return Counted(points, shorter + equal + longer)
