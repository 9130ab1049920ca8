"""Published indexes compared year on year, which criteria are weak, and what becomes of an action.

Source: row 4.1 of the campaigns (plans 117/KH-UBND and 119/KH-UBND of 2022): every criterion of the
published indexes is reviewed, and each weak one gets a cause, a remedy, an owner and a due date.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from shared.domain.errors import N_, Invalid, RuleBroken
from shared.domain.rounding import half_up

WHOLE = Decimal(100)


class Index(StrEnum):
    """An index that a higher level or an independent body publishes."""

    PAR_INDEX = "par_index"
    SIPAS = "sipas"
    PAPI = "papi"


class Weakness(StrEnum):
    """Why a criterion counts as weak."""

    BELOW = "below"
    FALLEN = "fallen"


class State(StrEnum):
    """Where an action stands."""

    OPEN = "open"
    IN_WORK = "in_work"
    DONE = "done"
    DROPPED = "dropped"


OPEN_STATES = frozenset({State.OPEN, State.IN_WORK})


@dataclass(frozen=True)
class WeakBelow:
    """A rule: weak below a percentage of the most points, or fallen by more than so many points.

    `below` is percent of the most points; `fallen_by` percentage points against the year before,
    of which a fall must be more.
    """

    below: Decimal
    fallen_by: Decimal


# What holds until an organisation decides otherwise; shown as a suggestion.
SUGGESTED = WeakBelow(Decimal(80), Decimal(0))


def percent(points: Decimal, most: Decimal) -> Fraction:
    """Give what was reached of the most points, in percent, exact; Invalid where that cannot be."""
    if most <= 0:
        raise Invalid("no_points", N_("Điểm tối đa phải lớn hơn 0."), field="most_points")
    if points > most:
        raise Invalid("too_many_points", N_("Điểm đạt cao hơn điểm tối đa."), field="points")
    return Fraction(points) / Fraction(most) * 100


def shown(value: Fraction) -> Decimal:
    """Round a percentage, or a difference of two, for people: two digits."""
    return half_up(value, 2)


def weaknesses(reached: Fraction, before: Fraction | None, rule: WeakBelow) -> tuple[Weakness, ...]:
    """Say why a criterion is weak: percent reached, and percent of the year before where known.

    Exactly `below` is not below, and a fall of exactly `fallen_by` is not more. Nothing known of
    the year before says nothing.
    """
    found = []
    if reached < Fraction(rule.below):
        found.append(Weakness.BELOW)
    if before is not None and before - reached > Fraction(rule.fallen_by):
        found.append(Weakness.FALLEN)
    return tuple(found)


def check_step(was: State, to: State, note: str) -> None:
    """Refuse a step that says nothing: done and dropped need words, and what is over stays over.

    An action that is over can be opened again, with the reason.
    """
    if to in {State.DONE, State.DROPPED} and not note:
        raise Invalid(
            "result_missing", N_("Xin ghi kết quả, hoặc lý do không làm nữa."), field="note"
        )
    if was not in OPEN_STATES and to is not was and not note:
        raise Invalid("reason_missing", N_("Xin ghi lý do mở lại."), field="note")
    if was not in OPEN_STATES and to not in OPEN_STATES and to is not was:
        raise RuleBroken("action_over", N_("Việc đã kết thúc. Xin mở lại trước khi sửa."))


def is_overdue(state: State, due_on: date, today: date) -> bool:
    """Say whether an action is not over and its due day (local, the day counts) has passed."""
    return state in OPEN_STATES and due_on < today
