"""The conditions of a query judge every dossier as the rule on plain values does."""

from datetime import date, datetime, timedelta
from itertools import product
from typing import Any

from sqlalchemy import case, insert, select
from sqlalchemy.orm import Session

from shared.domain.dossier_time import Standing, Times, standing
from shared.models.dossier import Dossier
from shared.services.dossier_list import Filters, dossiers
from shared.statistics import dossier_times
from tests.cast import build_places

DUE, DAY = date(2026, 3, 20), timedelta(days=1)
TODAY = DUE + 3 * DAY
DAYS = (None, DUE - DAY, DUE, DUE + 3 * DAY, DUE + 5 * DAY)
CASES = [
    Times(DUE, finished, supplements, waited, waiting, apologised, again, count)
    for finished, supplements, waited, waiting, (apologised, again, count) in product(
        DAYS,
        (0, 2),
        (0, 3),
        (None, DUE, DUE + DAY),
        (
            (None, None, 0),
            (DUE - DAY, DUE + 4 * DAY, 1),
            (DUE - DAY, DUE + 2 * DAY, 1),
            (DUE, DUE + 4 * DAY, 1),
            (DUE - DAY, DUE + 4 * DAY, 2),
            (None, DUE + 4 * DAY, 1),
            (DUE - DAY, DUE, 1),
        ),
    )
] + [Times(None), Times(None, DUE)]


def _stored(session: Session, unit_id: int, now: datetime) -> None:
    rows: list[dict[str, Any]] = [
        vars(times)
        | {"unit_id": unit_id, "code": str(number), "received_on": DUE - 20 * DAY}
        | {"procedure_code": "", "status": "", "online": False, "one_stop": True}
        | {"imported_at": now}
        for number, times in enumerate(CASES)
    ]
    session.execute(insert(Dossier), rows)


def test_the_query_judges_as_the_rule_does(session: Session, now: datetime) -> None:
    unit_id = build_places(session, now)["sen"].unit_id
    _stored(session, unit_id, now)
    judged, on_time = dossier_times.is_judged(TODAY), dossier_times.is_on_time()
    words = case(
        (dossier_times.is_open(TODAY), Standing.OPEN.value),
        (judged & on_time, Standing.ON_TIME.value),
        (judged & ~on_time, Standing.LATE.value),
        (Dossier.due_on.is_(None), Standing.UNDATED.value),
    )
    found = {row[0]: row[1] for row in session.execute(select(Dossier.code, words))}
    expected = {str(number): standing(times, TODAY) for number, times in enumerate(CASES)}
    wrong = {code: CASES[int(code)] for code in expected if found[code] != expected[code]}
    assert wrong == {}
    assert set(found.values()) == set(Standing)
    assert dossiers(session, {unit_id}, Filters(), 1, TODAY).total == len(CASES)
