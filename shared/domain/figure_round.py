"""Rounds of figures: for which review a figure is handed in, and until when it may be."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from shared.domain.errors import N_, Invalid, RuleBroken
from shared.domain.figure_course import Terms
from shared.domain.milestone import MilestoneKind

REVIEWS = frozenset({MilestoneKind.PRELIMINARY, MilestoneKind.CLOSING})


@dataclass(frozen=True)
class Round:
    """A review with its last local days; key None is the close of a campaign without milestone."""

    key: int | None
    kind: MilestoneKind
    name: str
    on: date
    enter_until: date
    explain_until: date | None = None
    decide_until: date | None = None

    def terms(self, explain_days: int) -> Terms:
        """Give the days a figure of this round is held to after it was handed in."""
        return Terms(explain_days, self.explain_until, self.decide_until)


@dataclass(frozen=True)
class Leave:
    """The round a figure may be handed in for, its last day, and whether that day is over."""

    round: Round
    until: date  # the last day of the leave: of the round, or of its re-opening
    late: bool


def in_order(rounds: Collection[Round], ends_on: date) -> tuple[Round, ...]:
    """Order rounds by day; where none is the closing review, the campaign's last day closes it."""
    found = sorted(rounds, key=lambda one: (one.on, one.key or 0))
    if not any(one.kind is MilestoneKind.CLOSING for one in found):
        found.append(Round(None, MilestoneKind.CLOSING, "", ends_on, ends_on))
    return tuple(found)


def of_day(rounds: Sequence[Round], on: date) -> int:
    """Give the place of the round that a local day lies in: the first not over, else the last."""
    days = [number for number, one in enumerate(rounds) if one.on >= on]
    return days[0] if days else len(rounds) - 1


def entered_on(rounds: Sequence[Round], on: date) -> Round:
    """Give the round that a figure of no stated round was entered for, by its local day."""
    return next((one for one in rounds if one.enter_until >= on), rounds[-1])


def leaves(rounds: Sequence[Round], reopened: dict[int | None, date], today: date) -> list[Leave]:
    """List the rounds a figure may be handed in for: those re-opened, then the first still open.

    `reopened` gives the last day of the leave by the key of the round.
    """
    late = [
        Leave(one, reopened[one.key], late=True)
        for one in rounds
        if one.enter_until < today <= reopened.get(one.key, date.min)
    ]
    open_ones = [Leave(one, one.enter_until, False) for one in rounds if one.enter_until >= today]
    return late + open_ones[:1]


def locked() -> RuleBroken:
    """Give the refusal of a figure that comes after the last day."""
    return RuleBroken(
        "entries_locked",
        N_("Đã hết hạn nộp số liệu của kỳ này. Cơ quan tổ chức có thể mở lại, có ghi lý do."),
    )


def check_days(one: Round, starts_on: date) -> None:
    """Refuse last days that lie before the start or cross one another; raises Invalid."""
    days = [starts_on, one.enter_until]
    days += [day for day in (one.explain_until, one.decide_until) if day is not None]
    if days != sorted(days):
        raise Invalid(
            "round_days",
            N_("“%(name)s”: hạn nộp, hạn giải trình, hạn quyết định phải theo thứ tự."),
            field=f"enter_until-{one.key}",
            name=one.name,
        )
