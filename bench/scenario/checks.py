"""What must hold of a closed campaign: every row has a figure, freezes verify, totals fit."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from sqlalchemy.orm import Session

from bench.scenario.running import Closed
from shared.domain.milestone import Verdict
from shared.domain.scoring import CompetitorKind, Score, ScoreState
from shared.services import campaigns, freezes
from shared.services.standings import Place, Standing

# The rows of the five tables; a row without a criterion that somebody has a figure of is missing.
ROWS: Mapping[str, tuple[str, ...]] = {
    "nui_thanh": tuple(f"1.{row}" for row in range(1, 11)),
    "long_my": tuple(f"2.{row}" for row in range(1, 15)),
    "bac_tra_my": tuple(f"3.{row}" for row in range(1, 14)),
    "district_2022": tuple(f"4.{row}" for row in range(1, 14)),
    "thach_that": tuple(f"5.{row}" for row in range(1, 8)),
}
KINDS = {CompetitorKind.COLLECTIVE: "tập thể", CompetitorKind.INDIVIDUAL: "cá nhân"}
# Two criteria of one row are told apart by a letter.
LETTERS = "ab"
FULL = Decimal(100)


def wrong(session: Session, closed: Closed) -> list[str]:
    """List what does not hold of a closed campaign; nothing when all does."""
    campaign = campaigns.by_code(session, closed.code)
    standing = freezes.in_force(session, campaign, closed.until)
    return [
        *_rows_without_figure(closed.district.key, standing),
        *_outside(standing),
        *_unverified(session, closed),
    ]


def _rows_without_figure(key: str, standing: Standing) -> Iterator[str]:
    found = {
        score.rule.code.rstrip(LETTERS)
        for place in standing.places
        for score in place.row.entry.scores
        if score.state is ScoreState.SCORED
    }
    # Exemplary people and deeds are found by nominations; their register is the count of 5.6.
    for row in ROWS[key]:
        if row not in found:
            yield f"{key}: row {row} is neither computed nor entered"


def _outside(standing: Standing) -> Iterator[str]:
    for place in standing.places:
        total = place.row.total
        if total is not None and not 0 <= total <= FULL:
            yield f"{standing.plan.code}: {place.competitor.name} has {total} points"


def _unverified(session: Session, closed: Closed) -> Iterator[str]:
    campaign = campaigns.by_code(session, closed.code)
    frozen = freezes.listed(session, campaign)
    if len(frozen) < 2:
        yield f"{closed.code}: {len(frozen)} reviews were frozen"
    for one in frozen:
        checked = freezes.check(session, one, closed.until)
        if checked.verdict is not Verdict.SAME:
            told = "; ".join(f"{each}" for each in checked.differences[:6])
            yield f"{closed.code}: {one.kind} of {one.on} is {checked.verdict}: {told}"


def as_text(session: Session, closed: Closed) -> str:
    """Give the standing in force as tables, with every row's best figure."""
    campaign = campaigns.by_code(session, closed.code)
    standing = freezes.in_force(session, campaign, closed.until)
    plan = standing.plan
    lines = [
        f"{plan.name}: {closed.district.name}",
        f"{plan.starts_on:%d/%m/%Y} – {plan.ends_on:%d/%m/%Y}, {closed.acts} việc",
    ]
    for kind in CompetitorKind:
        places = standing.of_kind(kind)
        if places:
            lines += ["", f"  Xếp hạng {KINDS[kind]}", *map(_line, places)]
    return "\n".join([*lines, ""])


def _line(place: Place) -> str:
    row, one = place.row, place.competitor
    rank = "–" if row.rank is None else f"{row.rank}"
    total = "–" if row.total is None else f"{row.total:.2f}"
    name = one.name if one.officer_id is None else f"{one.name}, {one.unit_name}"
    marks = [
        "chưa đủ số liệu" if not row.complete else "",
        "từ " + f"{one.joined_on:%d/%m/%Y}" if one.joined_on else "",
        "loại trừ: " + ", ".join(score.rule.code for score in row.vetoes) if row.vetoes else "",
        _exempt([score for score in row.entry.scores if score.state is ScoreState.EXEMPT]),
    ]
    return f"  {rank:>3}  {total:>6}  {row.met:>2}/{row.judged:<2}  {name}" + "".join(
        f"; {mark}" for mark in marks if mark
    )


def _exempt(scores: list[Score]) -> str:
    return "miễn " + ", ".join(score.rule.code for score in scores) if scores else ""
