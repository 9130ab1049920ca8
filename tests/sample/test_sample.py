"""The sample: believable, the same for a seed, counted like real data, and gone when cleared."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from admin.office_forms import csv_of
from shared import sample
from shared.audit import sign_session
from shared.db import Base, make_engine
from shared.domain.calendar import local_date
from shared.domain.campaign import Window
from shared.domain.errors import RuleBroken
from shared.domain.organisation import on_duty
from shared.domain.questionnaire import Group
from shared.models.account import Account
from shared.models.complaint import Complaint, ComplaintOfficer
from shared.models.dossier import Dossier
from shared.models.organisation import Desk, Officer, Organisation, Procedure, Shift, Unit
from shared.models.rating import Rating, RatingDay, RatingDayProcedure
from shared.services import (
    channels,
    csv_import,
    duty,
    freezes,
    office_setup,
    published_cases,
    ratings,
)
from shared.services.calendars import work_calendar
from shared.services.published_cases import Filters
from shared.statistics.answers import items
from tests import cast
from tests.conftest import ORDINARY_MOMENT
from tests.infrastructure.databases import PostgresqlDatabases, SqliteDatabases
from tests.setup_office import reaching_all

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
TODAY = local_date(ORDINARY_MOMENT, ZONE)
CAMPAIGN = f"mau-{TODAY.year}"
DETAILED = "MAU-31471"


@pytest.fixture(scope="module")
def loaded(databases: SqliteDatabases | PostgresqlDatabases) -> Iterator[Session]:
    """A database with the sample; tests undo what they change."""
    with databases.fresh() as url:
        engine = make_engine(url)
        with Session(engine) as session:
            sign_session(session, "system", ORDINARY_MOMENT)
            sample.load(session, ORDINARY_MOMENT)
            session.commit()
            yield session
        engine.dispose()


@pytest.fixture
def session_with_sample(loaded: Session) -> Iterator[Session]:
    """The loaded session, rolled back afterwards."""
    yield loaded
    loaded.rollback()


def unit_of(session: Session, code: str) -> Unit:
    return session.scalars(select(Unit).where(Unit.code == code)).one()


def count(session: Session, table: type[Base]) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def row_counts(session: Session) -> dict[str, int]:
    return {
        table.name: session.scalar(select(func.count()).select_from(table)) or 0
        for table in Base.metadata.sorted_tables
        if table.name != "audit_event"
    }


def fingerprint(session: Session) -> list[object]:
    """Everything of the sample but its secrets, and the keys the database gave."""
    facts: list[object] = []
    for query in (
        select(Rating.id, Rating.score, Rating.rated_at, Rating.lane, Rating.comment),
        select(Dossier.code, Dossier.finished_on, Dossier.procedure_code, Dossier.online),
        select(Complaint.form_id, Complaint.body, Complaint.state, Complaint.due_on),
    ):
        facts += sorted(str(tuple(row)) for row in session.execute(query))
    score = freezes.score_in_force_json(session, CAMPAIGN, ORDINARY_MOMENT)
    return [*facts, score["standing"]]


def test_it_is_as_large_as_promised(session_with_sample: Session) -> None:
    session = session_with_sample
    assert count(session, Complaint) == 40
    assert count(session, Dossier) == 2_500
    assert 2_850 <= count(session, Rating) <= 3_150
    communes = session.scalars(select(Unit).where(Unit.level == "commune")).all()
    assert len(communes) == 4
    desks = Counter(session.scalars(select(Unit.code).join(Desk, Desk.unit_id == Unit.id)))
    officers = Counter(session.scalars(select(Unit.code).join(Officer, Officer.unit_id == Unit.id)))
    assert (desks.pop(DETAILED), officers.pop(DETAILED)) == (5, 8)
    assert all(1 <= desks[code] <= 2 and 2 <= officers[code] <= 3 for code in desks)
    assert count(session, Procedure) == 45
    assert session.scalars(select(Organisation)).one().sample


def test_somebody_is_on_duty_at_every_desk_in_office_hours(session_with_sample: Session) -> None:
    session = session_with_sample
    organisation = session.scalars(select(Organisation)).one()
    calendar = work_calendar(session, organisation.id)
    days = [TODAY + timedelta(days=number) for number in range(-59, 60)]
    working = [on for on in days if calendar.is_working(on)]
    planned = {
        desk.code: duty.shifts_at(session, desk.id) for desk in session.scalars(select(Desk))
    }
    unattended = [
        (desk, on, clock)
        for desk, shifts in planned.items()
        for on in working
        for clock in (time(7, 45), time(11), time(14), time(16, 50))
        if on_duty(shifts, datetime.combine(on, clock, tzinfo=ZONE)) is None
    ]
    assert unattended == []


def test_its_shifts_are_taken_anew_as_an_office_would_write_them(
    session_with_sample: Session,
) -> None:
    session = session_with_sample
    organisation = session.scalars(select(Organisation)).one()
    register = office_setup.register_of("shifts")
    setup = reaching_all(session, organisation, ORDINARY_MOMENT)
    text = csv_of(register, register.entries(session, setup)).decode("utf-8-sig")
    shifts = session.scalar(select(func.count()).select_from(Shift))
    session.execute(delete(Shift))
    taken = csv_import.apply(session, setup, register, text, without_bad=False)
    assert {line.outcome for line in taken.lines} == {"add"}
    assert session.scalar(select(func.count()).select_from(Shift)) == shifts


def test_daily_totals_equal_the_ratings(session_with_sample: Session) -> None:
    session = session_with_sample
    for table in (RatingDay, RatingDayProcedure):
        columns = [getattr(table, f"score_{score}") for score in range(1, 6)]
        totals = session.execute(select(*(func.sum(column) for column in columns))).one()
        query = select(Rating.score, func.count()).group_by(Rating.score)
        if table is RatingDayProcedure:
            query = query.where(Rating.procedure_id.is_not(None))
        facts = dict(iter(session.execute(query)))
        assert list(totals) == [facts.get(score, 0) for score in range(1, 6)]


def test_desks_are_touched_in_office_hours_of_working_days_only(
    session_with_sample: Session,
) -> None:
    session = session_with_sample
    organisation = session.scalars(select(Organisation)).one()
    calendar = work_calendar(session, organisation.id)
    moments = [
        moment.astimezone(ZONE)
        for moment in session.scalars(select(Rating.rated_at).where(Rating.lane == "desk"))
    ]
    assert all(calendar.is_working(moment.date()) for moment in moments)
    assert max(moments) <= ORDINARY_MOMENT
    by_hour = Counter(moment.hour for moment in moments)
    assert by_hour[12] == 0
    assert by_hour[11] < by_hour[9] / 3


def test_one_desk_is_weaker_than_the_others(session_with_sample: Session) -> None:
    rows = session_with_sample.execute(
        select(Desk.code, Rating.score)
        .join(Desk, Rating.desk_id == Desk.id)
        .where(Rating.lane == "desk", Desk.code.startswith("MAU-LM"))
    )
    scores: dict[str, list[int]] = {}
    for code, score in rows:
        scores.setdefault(code, []).append(score)
    content = {code: sum(score >= 4 for score in all_) / len(all_) for code, all_ in scores.items()}
    weakest = min(content, key=lambda code: content[code])
    assert weakest == "MAU-LM-Q4"
    assert content[weakest] < 0.9 < min(share for code, share in content.items() if code != weakest)


def test_no_rating_came_in_an_impossible_way(session_with_sample: Session) -> None:
    marks = {mark for row in session_with_sample.scalars(select(Rating.marks)) for mark in row}
    assert marks <= {"no_officer"}  # codes of procedures and dossiers name nobody


def test_some_at_the_desks_answer_both_mottos_and_the_visits(session_with_sample: Session) -> None:
    session = session_with_sample
    given = list(session.scalars(select(Rating.answers).where(Rating.lane == "desk")))
    assert 0.25 < sum(map(bool, given)) / len(given) < 0.45
    units = {unit.id for unit in session.scalars(select(Unit))}
    year = Window(date(2026, 1, 1), date(2026, 12, 31))
    lines = items(session, units, year, ("desk",))
    assert [line.item.code for line in lines if line.average is None] == []
    assert Counter(line.item.group for line in lines) == {
        Group.RECEPTION: 3,
        Group.PREMISES: 4,
        Group.VISITS: 1,
    }


def test_complaints_stand_in_every_state_and_some_are_due(session_with_sample: Session) -> None:
    cases = session_with_sample.scalars(select(Complaint)).all()
    states = Counter(case.state for case in cases)
    ended = {"answered", "confirmed", "closed", "refused", "withdrawn"}
    assert set(states) == {"received", "in_work", *ended}
    waiting = [case.due_on for case in cases if case.state in {"received", "in_work"}]
    due = [on for on in waiting if on is not None]
    assert TODAY in due
    assert any(on < TODAY for on in due)
    assert any(TODAY < on <= TODAY + timedelta(days=3) for on in due)
    late = [
        case for case in cases if case.answered_on and case.answered_on > (case.due_on or TODAY)
    ]
    assert len(late) == 4
    assert all(case.received_at <= ORDINARY_MOMENT for case in cases)


def test_every_commune_shows_some_answered_cases_and_none_about_an_officer(
    session_with_sample: Session,
) -> None:
    shown, _page, total = published_cases.listed(session_with_sample, Filters(), 1)
    assert {case.unit_code for case in shown} == {
        unit.code
        for unit in session_with_sample.scalars(select(Unit).where(Unit.level == "commune"))
    }
    assert 8 <= total == len(shown) <= 16
    assert all(case.sample for case in shown)
    assert not [case for case in shown if "Cán bộ đất đai" in case.question]


def test_no_officer_handled_a_complaint_that_names_them(session_with_sample: Session) -> None:
    named = session_with_sample.execute(
        select(ComplaintOfficer.officer_id, Account.officer_id)
        .join(Complaint, ComplaintOfficer.complaint_id == Complaint.id)
        .outerjoin(Account, Complaint.handler_id == Account.id)
    ).all()
    assert len(named) >= 3
    assert all(officer != handler for officer, handler in named)


def test_the_campaign_of_this_year_shows_every_state(session_with_sample: Session) -> None:
    score = freezes.score_in_force_json(session_with_sample, CAMPAIGN, ORDINARY_MOMENT)
    collectives = [row for row in score["standing"] if row["kind"] == "collective"]
    individuals = [row for row in score["standing"] if row["kind"] == "individual"]
    assert (len(collectives), len(individuals)) == (4, 15)
    for rows in (collectives, individuals):
        states = {criterion["state"] for row in rows for criterion in row["criteria"]}
        assert states == {"scored", "exempt", "missing"}
    assert len({criterion["code"] for criterion in collectives[0]["criteria"]}) == 16
    assert len({row["score"] for row in collectives}) == 4


def test_one_content_touch_lifts_the_standing(session_with_sample: Session) -> None:
    session = session_with_sample

    def points() -> float:
        score = freezes.score_in_force_json(session, CAMPAIGN, ORDINARY_MOMENT)
        (row,) = (row for row in score["standing"] if row["competitor"] == DETAILED)
        return float(row["score"])

    before = points()
    _kiosk, token = channels.pair(session, "MAU-LM-Q1", None, ORDINARY_MOMENT)
    channel = channels.recognise(session, token)
    assert channel is not None
    touch = {
        "id": str(uuid4()),
        "sequence": 1,
        "rated_at": ORDINARY_MOMENT.isoformat(),
        "score": 5,
        "questionnaire": "default",
        "answers": {},
        "language": "vi",
        "duration_ms": 900,
    }
    receipt = ratings.record(session, channel, [touch], ORDINARY_MOMENT, ORDINARY_MOMENT)
    assert receipt.results[0].result == "stored"
    assert points() > before


def test_it_is_loaded_once(session_with_sample: Session) -> None:
    with pytest.raises(RuleBroken) as refusal:
        sample.load(session_with_sample, ORDINARY_MOMENT)
    assert refusal.value.code == "sample_loaded"


# Nothing of it is asked of a database before it is written.
@pytest.mark.once
def test_it_is_the_same_for_a_seed(session: Session, loaded: Session, now: datetime) -> None:
    made = sample.load(session, now)
    session.flush()
    assert {"mau.canbo1", "mau.noivu"} <= made.passwords.keys()
    assert fingerprint(session) == fingerprint(loaded)


def test_clearing_leaves_everything_else(session_with_sample: Session, now: datetime) -> None:
    session = session_with_sample
    before = row_counts(session)
    places = cast.build(session, now)
    session.flush()
    others = {table: count - before[table] for table, count in row_counts(session).items()}
    # A real person was tied to the sample for a while.
    officer_id = session.scalars(select(Officer.id).where(Officer.code == "MAU-LM-01")).one()
    tied = select(Account).where(Account.name == "officer-lua")
    session.scalars(tied).one().officer_id = officer_id
    session.flush()

    sample.clear(session)
    session.flush()
    assert row_counts(session) == others
    assert session.scalars(tied).one().officer_id is None
    assert session.get(Unit, places["sen"].unit_id) is not None


def test_clearing_nothing_is_refused(session: Session) -> None:
    with pytest.raises(RuleBroken) as refusal:
        sample.clear(session)
    assert refusal.value.code == "no_sample"


@pytest.mark.once
def test_it_can_be_made_on_the_first_day_of_a_year(session: Session) -> None:
    moment = datetime(2027, 1, 1, 3, tzinfo=UTC)
    sign_session(session, "system", moment)
    sample.load(session, moment)
    assert freezes.score_in_force_json(session, "mau-2027", moment)["standing"]
    assert count(session, Complaint) == 40
