"""Daily totals of dossiers say of every period and day what counting the dossiers says."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from shared.domain.campaign import Window
from shared.domain.dossier import DossierRecord
from shared.domain.dossier_time import Standing, Times, is_reappointed, last_day, standing
from shared.models.dossier import Dossier, DossierDay
from shared.models.organisation import Procedure
from shared.services import dossier_totals, dossiers
from shared.services.dossiers import Export
from shared.statistics import dossier_days, participation
from shared.statistics.dossier_days import DayCounts
from tests.cast import Place, build_places

FIRST, DAY = date(2026, 3, 25), timedelta(days=1)
SPAN = 45  # days over which dossiers come, across two ends of months
NEVER = DayCounts()


@pytest.fixture
def places(session: Session, now: datetime) -> dict[str, Place]:
    places = build_places(session, now)
    organisation_id = places["sen"].organisation_id
    session.add(
        Procedure(
            organisation_id=organisation_id, code="2.000815", name="Chứng thực", valid_from=FIRST
        )
    )
    return places


def some_record(rng: Random, number: int) -> DossierRecord:
    """Make up a dossier of which anything may be: early, late, open, asked, appointed anew."""
    received = FIRST + rng.randrange(SPAN) * DAY
    due = received + rng.randrange(12) * DAY if rng.random() < 0.9 else None
    finished = received + rng.randrange(20) * DAY if rng.random() < 0.7 else None
    again = due is not None and rng.random() < 0.3
    return DossierRecord(
        code=f"H01-{number}",
        procedure_code=rng.choice(("1.001193", "2.000815", "9.999999")),
        received_on=received,
        due_on=due,
        finished_on=finished,
        online=rng.random() < 0.3,
        level=rng.choice((None, 2, 3, 4)),
        one_stop=rng.random() < 0.9,
        supplements=rng.choice((0, 0, 1, 2)),
        officer_code=rng.choice(("CB-sen", "CB-sen", None)),
        waited_days=rng.choice((0, 0, 0, 4)),
        waiting_since=received + DAY if finished is None and rng.random() < 0.3 else None,
        apologised_on=due - rng.randrange(3) * DAY if again and due else None,
        reappointed_on=due + 5 * DAY if again and due else None,
        reappointments=rng.choice((1, 1, 2)) if again else 0,
    )


def counted(rows: Iterable[Dossier], today: date) -> DayCounts:
    """Count dossiers one by one, by the rule on plain values."""
    found = dict.fromkeys(vars(NEVER), 0)
    for row in rows:
        for name, met in _facts_of(row, today).items():
            found[name] += met
    return DayCounts(**found)


def _facts_of(row: Dossier, today: date) -> dict[str, bool]:
    times = _times(row)
    stands, last = standing(times, today), last_day(times)
    done = row.finished_on if row.finished_on and row.finished_on <= today else None
    judged = stands in (Standing.ON_TIME, Standing.LATE)
    possible = row.level is None or row.level >= 3
    kept = judged and done is not None and last is not None and done <= last
    return {
        "received": True,
        "one_stop": row.one_stop,
        "could_be_online": possible,
        "online": row.online,
        "online_of_these": possible and row.online,
        "without_due": row.due_on is None,
        "finished": done is not None,
        "unjudged": stands is Standing.OPEN,
        "on_time": stands is Standing.ON_TIME,
        "reappointed": judged and is_reappointed(times),
        "shorter": kept and done != last,
        "equal": kept and done == last,
        "not_asked": judged and row.supplements == 0,
        "asked_once": judged and row.supplements == 1,
        "online_dated": judged and row.online,
        "online_kept": kept and row.online,
    }


def _times(row: Dossier) -> Times:
    return Times(
        row.due_on,
        row.finished_on,
        row.supplements,
        row.waited_days,
        row.waiting_since,
        row.apologised_on,
        row.reappointed_on,
        row.reappointments,
    )


def overdue(rows: Iterable[Dossier], window: Window, today: date) -> int:
    """Count the dossiers that are past their last day and not finished, one by one."""
    return sum(
        (last_day(_times(row)) or date.max) < today
        and (row.finished_on or date.max) > today
        and row.received_on <= window.last
        for row in rows
    )


def check(session: Session, unit_id: int, officer_id: int, window: Window, today: date) -> None:
    """Hold every figure over a window, as of a day, against counting one by one."""
    every = list(session.scalars(select(Dossier).where(Dossier.unit_id == unit_id)))
    rows = [row for row in every if window.first <= row.received_on <= window.last]
    units, said = [unit_id], (window, today)
    by_unit = dossier_days.by_unit(session, units, window, today)
    assert by_unit.get(unit_id, NEVER) == counted(rows, today), said
    by_officer = dossier_days.by_officer(session, [officer_id], units, window, today)
    own = [row for row in rows if row.officer_id == officer_id]
    assert by_officer.get((officer_id, unit_id), NEVER) == counted(own, today), said
    late = dossier_days.overdue_by_unit(session, units, window, today)
    assert late.get(unit_id, 0) == overdue(every, window, today), said
    served = {row.procedure_id for row in rows if row.online or (row.level or 0) >= 3} - {None}
    online = dossier_days.online_procedures(session, units, window)
    assert online.get(unit_id, frozenset()) == served, said
    assert dossier_days.units_receiving(session, units, window) == ({unit_id} if rows else set())
    months = participation.months_of(window)
    whole = {row.received_on.replace(day=1) for row in every} & set(months)
    received = participation.months_received(session, units, months)
    assert received.get(unit_id, frozenset()) == whole, said


def test_imports_in_any_order_leave_totals_that_say_what_counting_says(
    session: Session, places: dict[str, Place], now: datetime
) -> None:
    rng, sen = Random(766), places["sen"]
    for turn in range(6):
        numbers = rng.sample(range(120), 60)
        records = [some_record(rng, number) for number in numbers]
        for place in places.values():
            export = Export("f", str(turn), "a")
            dossiers.import_records(session, place.unit_id, records, export, now)
        session.expire_all()
        assert dossier_totals.differences(session) == []
        for _case in range(6):
            ends = sorted(FIRST + rng.randrange(-5, SPAN + 5) * DAY for _ in range(2))
            today = FIRST + rng.randrange(-5, SPAN + 30) * DAY
            check(session, sen.unit_id, sen.officer_id, Window(*ends), today)


def test_a_total_that_differs_is_named_and_counted_anew(
    session: Session, places: dict[str, Place], now: datetime
) -> None:
    sen = places["sen"]
    records = [some_record(Random(1), number) for number in range(3)]
    dossiers.import_records(session, sen.unit_id, records, Export("f", "1", "a"), now)
    day = records[0].received_on
    session.execute(update(DossierDay).where(DossierDay.on == day).values(received=99))
    found = dossier_totals.differences(session)
    assert ("dossier_day", (sen.unit_id, 0, day)) in {(one.table, one.key) for one in found}
    assert {one.total[1] for one in found} == {99}
    dossier_totals.recount_all(session, [sen.unit_id])
    assert dossier_totals.differences(session) == []


def test_what_another_import_moved_since_the_plan_is_counted_too(
    session: Session, places: dict[str, Place], now: datetime
) -> None:
    sen, export = places["sen"], Export("f", "1", "a")
    record = some_record(Random(2), 1)
    dossiers.import_records(session, sen.unit_id, [record], export, now)

    def others_come(_count: int) -> None:
        moved = update(Dossier).values(received_on=record.received_on + 3 * DAY, status="x")
        session.execute(moved)
        dossier_totals.recount_all(session, [sen.unit_id])

    changed = [some_record(Random(3), 1)]
    dossiers.import_records(session, sen.unit_id, changed, export, now, done=others_come)
    assert dossier_totals.differences(session) == []
