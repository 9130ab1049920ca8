"""The standing of now, kept for as long as nothing at all was written since it was computed.

What is kept is given out again only for the same question on the same local day, and only while
the database itself says that no transaction was committed since before it was computed: on
PostgreSQL by the snapshot of transactions (the same text is given only for the same set of
committed ones), on SQLite by `PRAGMA data_version`, which for one connection changes with every
commit of another, and the connection's own count of changes. A session that has written
something itself computes anew. So nothing is shown that is not so; each process keeps its own,
and a new one begins with nothing. A standing told again bears the instant it was computed at.
"""

from collections import OrderedDict
from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from threading import Lock
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

from shared.domain.calendar import ONE_DAY, local_date
from shared.models.campaign import Campaign
from shared.models.organisation import Organisation, Unit
from shared.services.standings import Standing, standings

MOST_KEPT = 8
_SNAPSHOT = text(
    "SELECT CAST(pg_current_snapshot() AS text), pg_current_xact_id_if_assigned() IS NULL"
)
Key = tuple[str, int, date, bool]
_kept: OrderedDict[Key, tuple[object, Standing]] = OrderedDict()
_alone = Lock()


def fresh_standing(session: Session, campaign: Campaign, now: datetime) -> Standing:
    """Give the standing as of `now` (UTC): the kept one if nothing was written since, else anew."""
    today = _today(session, campaign, now)
    return _fresh(session, campaign, today, partial(standings, session, campaign, now))


def shown_standing(session: Session, campaign: Campaign, now: datetime) -> Standing:
    """Give the standing that anybody may see, in the same way.

    It counts the days that are over, and of ratings whole weeks only.
    """
    today = _today(session, campaign, now)
    compute = partial(standings, session, campaign, now, today - ONE_DAY, ratings_in_weeks=True)
    return _fresh(session, campaign, today, compute, shown=True)


def _fresh(
    session: Session,
    campaign: Campaign,
    day: date,
    compute: Callable[[], Standing],
    *,
    shown: bool = False,
) -> Standing:
    state = _state_of(session)
    if state is None:
        return compute()
    engine = session.connection().engine
    key = (str(engine.url), campaign.id, day, shown)
    with _alone:
        known, found = _kept.get(key, (None, None))
    if found is None or known != state:
        found = compute()
        with _alone:
            _kept[key] = (state, found)
            _kept.move_to_end(key)
            while len(_kept) > MOST_KEPT:
                _kept.popitem(last=False)
    return found


def _today(session: Session, campaign: Campaign, now: datetime) -> date:
    unit = session.get_one(Unit, campaign.unit_id)
    return local_date(now, ZoneInfo(session.get_one(Organisation, unit.organisation_id).zone))


def _state_of(session: Session) -> object:
    """Give what any commit to the database changes, read before anything else is.

    None where the session has written something that is not committed.
    """
    if session.new or session.dirty or session.deleted:
        return None
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        snapshot, untouched = connection.execute(_SNAPSHOT).one()
        return snapshot if untouched else None
    driver = connection.connection.dbapi_connection
    if driver is None or driver.in_transaction:
        return None
    others = connection.exec_driver_sql("PRAGMA data_version").scalar_one()
    return connection.info.setdefault(__name__, object()), others, driver.total_changes
