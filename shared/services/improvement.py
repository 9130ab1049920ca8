"""Improvement plans: published results year on year, the weak ones, and what is done about them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain import entry, improvement
from shared.domain.entry import Cells
from shared.domain.errors import N_, Invalid, NotFound, RuleBroken
from shared.domain.faults import Faults
from shared.domain.improvement import OPEN_STATES, State, WeakBelow, Weakness
from shared.models.improvement import ImprovementAction, ImprovementStep, IndexResult
from shared.models.organisation import Unit
from shared.services import weakness_rules
from shared.services.index_results import result
from shared.services.local_days import today_in
from shared.services.registers import set_all


@dataclass(frozen=True)
class Line:
    """A criterion of one year beside the year before; percent of the most points, exact."""

    result: IndexResult
    unit: str
    reached: Fraction
    before: Fraction | None
    weak: Sequence[Weakness]
    action: ImprovementAction | None
    overdue: bool

    @property
    def change(self) -> Fraction | None:
        """The change against the year before in percentage points."""
        return None if self.before is None else self.reached - self.before


@dataclass(frozen=True)
class Late:
    """An action past its due day, so many calendar days ago."""

    result_id: int
    name: str
    unit: str
    owner: str
    due_on: date
    days: int


def years(session: Session, unit_ids: Collection[int]) -> list[tuple[str, int]]:
    """List the indexes and years the units have results of, the newest first."""
    query = (
        select(IndexResult.index, IndexResult.year)
        .where(IndexResult.unit_id.in_(unit_ids))
        .distinct()
        .order_by(IndexResult.year.desc(), IndexResult.index)
    )
    return [(index, year) for index, year in session.execute(query)]


def lines(
    session: Session,
    unit_ids: Collection[int],
    index: str,
    year: int,
    now: datetime,
) -> list[Line]:
    """List the results of the units by criterion, each with the year before and its action."""
    today = today_in(session, unit_ids, now)
    before = _of_year(session, unit_ids, index, year - 1)
    rules: dict[int, WeakBelow] = {}
    found = []
    for row, unit, action in _rows(session, unit_ids, index, year):
        if unit.organisation_id not in rules:
            rules[unit.organisation_id] = weakness_rules.in_use(
                session, unit.organisation_id, index, year
            )
        earlier = before.get((row.unit_id, row.code))
        found.append(_line(row, unit, action, earlier, rules[unit.organisation_id], today))
    return found


def line(session: Session, unit_ids: frozenset[int], key: int, now: datetime) -> Line:
    """Give one result of the units with the year before; NotFound for any other."""
    row = result(session, unit_ids, key)
    of_unit = lines(session, {row.unit_id}, row.index, row.year, now)
    return next(one for one in of_unit if one.result.id == key)


def steps(session: Session, action_id: int) -> list[ImprovementStep]:
    """List the steps of an action, the first one first."""
    query = select(ImprovementStep).where(ImprovementStep.action_id == action_id)
    return list(session.scalars(query.order_by(ImprovementStep.id)))


def plan(
    session: Session, unit_ids: frozenset[int], key: int, cells: Cells, by: str, now: datetime
) -> ImprovementAction:
    """Say what is done about a result: cause, remedy, owner, due day. Each change is a step.

    Raises Invalid naming the column, NotFound for a result of another unit, RuleBroken for an
    action that is over.
    """
    row = result(session, unit_ids, key)
    action = _action_of(session, row.id)
    with Faults() as faults:
        values = {
            "cause": faults.read(entry.words, cells, "cause"),
            "remedy": faults.read(entry.words, cells, "remedy"),
            "owner": faults.read(entry.text, cells, "owner"),
            "due_on": faults.read(entry.day, cells, "due_on"),
        }
    if action is None:
        action = ImprovementAction(result_id=row.id, state=State.OPEN, **values)
        session.add(action)
        session.flush()
        _note(session, action, "", by, now)
    elif State(action.state) not in OPEN_STATES:
        raise RuleBroken("action_over", N_("Việc đã kết thúc. Xin mở lại trước khi sửa."))
    elif any(getattr(action, name) != value for name, value in values.items()):
        set_all(action, values)
        _note(session, action, "", by, now)
    session.flush()
    return action


def step(
    session: Session, unit_ids: frozenset[int], key: int, cells: Cells, by: str, now: datetime
) -> None:
    """Take the action about a result to a state, with words that done and dropped cannot lack.

    Raises Invalid naming the column, NotFound where there is no action within reach.
    """
    action = _action_of(session, result(session, unit_ids, key).id)
    typed = entry.raw(cells, "state")
    if action is None:
        raise NotFound
    if typed not in set(State):
        raise Invalid("state_unknown", N_("Xin chọn tình trạng."), field="state")
    note = entry.words(cells, "note", required=False)
    improvement.check_step(State(action.state), State(typed), note)
    last = steps(session, action.id)[-1]
    if (typed, note) == (last.state, last.note):
        return  # the form was sent twice
    action.state = typed
    _note(session, action, note, by, now)
    session.flush()


def late(session: Session, unit_ids: Collection[int], now: datetime) -> list[Late]:
    """List the actions of the units that are past their due day, the oldest first."""
    today = today_in(session, unit_ids, now)
    query = (
        select(ImprovementAction, IndexResult, Unit.name)
        .join(IndexResult, ImprovementAction.result_id == IndexResult.id)
        .join(Unit, IndexResult.unit_id == Unit.id)
        .where(
            IndexResult.unit_id.in_(unit_ids),
            ImprovementAction.state.in_(OPEN_STATES),
            ImprovementAction.due_on < today,
        )
        .order_by(ImprovementAction.due_on, ImprovementAction.id)
    )
    return [
        Late(row.id, row.name, unit, action.owner, action.due_on, (today - action.due_on).days)
        for action, row, unit in session.execute(query)
    ]


def _action_of(session: Session, result_id: int) -> ImprovementAction | None:
    return session.scalar(select(ImprovementAction).where(ImprovementAction.result_id == result_id))


def _note(session: Session, action: ImprovementAction, note: str, by: str, now: datetime) -> None:
    session.add(
        ImprovementStep(
            action_id=action.id,
            state=action.state,
            due_on=action.due_on,
            note=note,
            noted_by=by,
            noted_at=now,
        )
    )


def _rows(
    session: Session, unit_ids: Collection[int], index: str, year: int
) -> Sequence[tuple[IndexResult, Unit, ImprovementAction | None]]:
    query = (
        select(IndexResult, Unit, ImprovementAction)
        .join(Unit, IndexResult.unit_id == Unit.id)
        .outerjoin(ImprovementAction, ImprovementAction.result_id == IndexResult.id)
        .where(
            IndexResult.unit_id.in_(unit_ids),
            IndexResult.index == index,
            IndexResult.year == year,
        )
        .order_by(Unit.name, IndexResult.code)
    )
    return [(row, unit, action) for row, unit, action in session.execute(query)]


def _of_year(
    session: Session, unit_ids: Collection[int], index: str, year: int
) -> Mapping[tuple[int, str], Fraction]:
    return {
        (row.unit_id, row.code): improvement.percent(row.points, row.most_points)
        for row, _unit, _action in _rows(session, unit_ids, index, year)
    }


def _line(
    row: IndexResult,
    unit: Unit,
    action: ImprovementAction | None,
    before: Fraction | None,
    rule: WeakBelow,
    today: date,
) -> Line:
    reached = improvement.percent(row.points, row.most_points)
    return Line(
        row,
        unit.name,
        reached,
        before,
        improvement.weaknesses(reached, before, rule),
        action,
        action is not None and improvement.is_overdue(State(action.state), action.due_on, today),
    )
