"""A province of a hundred units with so many ratings, dossiers and complaints, for measuring."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from sqlalchemy import Engine, delete, insert, text
from sqlalchemy.orm import Session

from shared.audit import sign_session
from shared.domain.access import Role
from shared.domain.measure import MEASURES, Measure
from shared.domain.questionnaire import OF_THE_CAMPAIGNS, items_to_data
from shared.domain.scoring import (
    Comparison,
    CompetitorKind,
    CriterionRule,
    Scoring,
    Target,
    TargetUnit,
)
from shared.models.campaign import CampaignCompetitor, CampaignCriterion
from shared.models.dossier import DossierImport
from shared.models.organisation import Desk, Officer, Procedure, ProcedurePublication, Shift, Unit
from shared.models.questionnaire import Questionnaire
from shared.services import accounts, campaigns, dossier_totals, organisations
from shared.services.campaigns import Opening
from shared.services.criterion_rows import criterion_row

CAMPAIGN, ORGANISER, ASKED, PASSWORD = (
    "bench",
    "bench.noivu",
    "bench-1",
    "only for measuring, four words",
)
UNITS, DESKS, PROCEDURES, DAYS = 100, 2, 60, 250
# Twenty measures of units, all that read ratings, dossiers or cases, and those of officers.
OF_UNITS = (
    Measure.SATISFACTION,
    Measure.PARTICIPATION,
    Measure.RECEPTION,
    Measure.PREMISES,
    Measure.ONE_VISIT,
    Measure.PROCEDURES_PUBLIC,
    Measure.DOSSIERS_ONE_STOP,
    Measure.DOSSIERS_IN_SOFTWARE,
    Measure.DOSSIERS_ONLINE,
    Measure.DOSSIERS_ON_TIME,
    Measure.DOSSIERS_ONE_GO,
    Measure.COMPLAINTS_ANSWERED_ON_TIME,
    Measure.ANSWERS_SATISFYING,
    Measure.EXPLANATIONS_ON_TIME,
    Measure.CASES_OUTSTANDING,
    Measure.SERVICE_EVALUATION,
    Measure.INDEX_PROGRESS,
    Measure.INDEX_SATISFACTION,
    Measure.CHANNELS_IN_USE,
    Measure.UNIT_OVERDUE,
)
OF_OFFICERS = (
    Measure.SATISFACTION,
    Measure.RECEPTION,
    Measure.ONE_VISIT,
    Measure.DOSSIERS_ON_TIME,
    Measure.DOSSIERS_ONE_GO,
)


@dataclass(frozen=True)
class Province:
    """What stands in a database: the campaign's code and the organiser's session token."""

    campaign: str
    token: str


@dataclass(frozen=True)
class _Office:
    """The keys of what was set up, each in an unbroken row from the first."""

    province: int
    unit: int
    desk: int
    officer: int
    procedure: int


def build(engine: Engine, ratings: int, dossiers: int, cases: int, now: datetime) -> Province:
    """Found the province, open its campaign, and write so many facts with their totals."""
    with Session(engine) as session, session.begin():
        sign_session(session, "bench", now)
        office = _office(session, now)
        _campaign(session, office, now)
        roles = [(role, office.province) for role in (Role.ORGANISER, Role.HEAD)]
        account, first = accounts.add(session, ORGANISER, ORGANISER, roles, now)
        session.flush()
        accounts.change_password(session, account.id, first, PASSWORD, now)
        token = accounts.sign_in(session, ORGANISER, PASSWORD, now).token
    first_day = now.date() - timedelta(days=DAYS)
    with engine.begin() as connection:
        for statement in _facts(
            connection.dialect.name, office, ratings, dossiers, cases, first_day
        ):
            connection.execute(text(statement))
    with Session(engine) as session, session.begin():
        dossier_totals.recount_all(session, range(office.unit, office.unit + UNITS))
    settle(engine)
    return Province(CAMPAIGN, token)


def settle(engine: Engine) -> None:
    """Leave the database as it rests: written out, and known to its planner."""
    on_sqlite = engine.dialect.name == "sqlite"
    settled = "PRAGMA wal_checkpoint(TRUNCATE)" if on_sqlite else "VACUUM ANALYZE"
    with engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text(settled))


def _office(session: Session, now: datetime) -> _Office:
    since = date(now.year - 2, 1, 1)
    organisation = organisations.found(session, "BENCH", "Bench", now)
    province = Unit(
        organisation_id=organisation.id,
        code="TINH",
        name="Tỉnh Đo Thử",
        level="province",
        valid_from=since,
    )
    session.add(province)
    session.flush()
    units = [
        Unit(
            organisation_id=organisation.id,
            parent_id=province.id,
            code=f"XA{number}",
            name=f"Xã Đo Thử {number}",
            level="commune",
            valid_from=since,
        )
        for number in range(UNITS)
    ]
    procedures = [
        Procedure(
            organisation_id=organisation.id,
            code=f"1.{number:06}",
            name=f"Thủ tục {number}",
            valid_from=since,
        )
        for number in range(PROCEDURES)
    ]
    asked = Questionnaire(
        organisation_id=organisation.id,
        series="bench",
        version=1,
        code=ASKED,
        name="Đo thử",
        items=items_to_data(OF_THE_CAMPAIGNS),
        created_at=now,
        used_at=now,
    )
    session.add_all([asked, *units, *procedures])
    session.flush()
    desks = [
        Desk(unit_id=unit.id, code=f"{unit.code}-{number}", name="Quầy", valid_from=since)
        for number in range(DESKS)
        for unit in units
    ]
    officers = [
        Officer(unit_id=unit.id, code=f"CB-{unit.code}-{number}", name="Cán bộ", valid_from=since)
        for number in range(DESKS)
        for unit in units
    ]
    session.add_all([*desks, *officers])
    session.flush()
    for desk, officer in zip(desks, officers, strict=True):
        session.add(
            Shift(
                desk_id=desk.id,
                officer_id=officer.id,
                starts=time(7, 30),
                ends=time(17),
                valid_from=since,
            )
        )
    for unit in units:
        session.add(_import(unit.id, now))
    posted = [
        {
            "unit_id": unit.id,
            "procedure_id": procedure.id,
            "on_paper": True,
            "by_qr": procedure.id % 7 > 0,
            "checked_on": now.date(),
        }
        for unit in units
        for procedure in procedures
    ]
    session.execute(insert(ProcedurePublication), posted)
    return _Office(province.id, units[0].id, desks[0].id, officers[0].id, procedures[0].id)


def _import(unit_id: int, now: datetime) -> DossierImport:
    return DossierImport(
        unit_id=unit_id,
        file_name="bench.xlsx",
        file_digest="0" * 64,
        imported_by="bench",
        imported_at=now,
        added=0,
        changed=0,
        unchanged=0,
        refused=0,
    )


def _campaign(session: Session, office: _Office, now: datetime) -> None:
    """Open a campaign over the days, of twenty criteria for units and five for officers."""
    opening = Opening(
        code=CAMPAIGN,
        name="Thi đua đo thử",
        unit_id=office.province,
        starts_on=now.date() - timedelta(days=DAYS),
        ends_on=now.date() + timedelta(days=30),
        document="Kế hoạch đo thử",
        organiser="Sở Nội vụ",
    )
    units = range(office.unit, office.unit + UNITS)
    scope = frozenset({office.province, *units})
    campaign = campaigns.open_from_template(
        session, "long_my", opening, scope, now, unit_ids=units, with_officers=False
    )
    session.add_all(
        CampaignCompetitor(campaign_id=campaign.id, unit_id=unit, officer_id=officer)
        for unit, officer in zip(units, range(office.officer, office.officer + UNITS), strict=True)
    )
    session.execute(delete(CampaignCriterion).where(CampaignCriterion.campaign_id == campaign.id))
    session.add_all(
        criterion_row(campaign.id, position, rule) for position, rule in enumerate(_rules())
    )
    session.flush()
    session.expire_all()
    campaigns.confirm_weights(campaign, "bench", now)
    campaigns.start(session, campaign, now)


def _rules() -> Iterator[CriterionRule]:
    of_kinds = ((CompetitorKind.COLLECTIVE, OF_UNITS), (CompetitorKind.INDIVIDUAL, OF_OFFICERS))
    for kind, measures in of_kinds:
        for number, measure in enumerate(measures, 1):
            facts = MEASURES[measure]
            unit = min(facts.units)
            share = unit is TargetUnit.PERCENT
            yield CriterionRule(
                code=f"{kind}-{number}",
                group="Đo thử",
                name=f"Tiêu chí {measure}",
                source=str(facts.sources[0]),
                measure=str(measure),
                target=Target(
                    Comparison.AT_LEAST if share else Comparison.ZERO,
                    Decimal(90 if share else 0),
                    unit,
                ),
                max_points=Decimal(100) / len(measures),
                kind=kind,
                scoring=Scoring.PROPORTIONAL if share else Scoring.ALL_OR_NOTHING,
            )


def _facts(
    dialect: str, office: _Office, ratings: int, dossiers: int, cases: int, first: date
) -> Iterator[str]:
    """Build the statements that write the facts and the daily totals of ratings.

    Everything follows from a running number by remainders of primes, so that both databases and
    every run hold the same.
    """
    sqlite = dialect == "sqlite"

    def on(days: str) -> str:
        return f"date('{first}', ({days}) || ' days')" if sqlite else f"DATE '{first}' + ({days})"

    def at(days: str) -> str:
        return f"{on(days)} || ' 02:00:00.000000'" if sqlite else f"({on(days)})::timestamp"

    uuid = "lower(hex(randomblob(16)))" if sqlite else "gen_random_uuid()"
    empty, none = ("'{}'", "'[]'") if sqlite else ("'{}'::json", "'[]'::json")
    true, false = ("1", "0") if sqlite else ("true", "false")
    day = f"h % {DAYS}"
    place, unit = f"n % {UNITS * DESKS}", f"{office.unit} + n % {UNITS}"
    procedure = f"{office.procedure} + g % {PROCEDURES}"
    officer = f"{office.officer} + {place}"

    def numbers(count: int) -> str:
        return (
            "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers"
            f" WHERE n < {count}), mixed(n, h, g) AS (SELECT n,"
            " CAST((CAST(n AS bigint) * 48271) % 1000003 AS integer),"
            " CAST((CAST(n AS bigint) * 69621) % 999983 AS integer) FROM numbers)"
        )

    yield f"""INSERT INTO rating (id, digest, lane, unit_id, desk_id, officer_id, procedure_id,
        score, questionnaire, answers, reasons, language, duration_ms, device_rated_at, rated_at,
        rated_on, received_at, marks)
        {numbers(ratings)}
        SELECT {uuid}, 'd', CASE WHEN g % 11 = 0 THEN 'dossier' ELSE 'desk' END, {unit},
        {office.desk} + {place}, {officer}, {procedure},
        CASE WHEN g % 13 = 0 THEN 2 WHEN g % 7 = 0 THEN 3 ELSE 4 + g % 2 END,
        '{ASKED}', {empty}, {none}, 'vi', 3000, 'x', {at(day)}, {on(day)}, {at(day)}, {none}
        FROM mixed"""
    scores = ", ".join(f"score_{score}" for score in range(1, 6))
    sums = ", ".join(f"sum(CASE WHEN score = {score} THEN 1 ELSE 0 END)" for score in range(1, 6))
    yield f"""INSERT INTO rating_day (unit_id, "on", lane, desk_id, officer_id, {scores})
        SELECT unit_id, rated_on, lane, desk_id, officer_id, {sums} FROM rating
        GROUP BY unit_id, rated_on, lane, desk_id, officer_id"""
    values = ", ".join(f"value_{value}" for value in range(1, 6))
    for item in OF_THE_CAMPAIGNS:
        yield f"""INSERT INTO rating_day_answer
            (unit_id, "on", lane, desk_id, officer_id, questionnaire, item, value_0, {values})
            SELECT unit_id, "on", lane, desk_id, officer_id, '{ASKED}', '{item.code}', 0,
            {scores} FROM rating_day"""
    month = "date(\"on\", 'start of month')" if sqlite else "date_trunc('month', \"on\")::date"
    all_values = [f"value_{value}" for value in range(6)]
    yield f"""INSERT INTO rating_month_answer
        (unit_id, month, lane, officer_id, questionnaire, item, {", ".join(all_values)})
        SELECT unit_id, {month}, lane, officer_id, questionnaire, item,
        {", ".join(f"sum({value})" for value in all_values)} FROM rating_day_answer
        GROUP BY 1, 2, 3, 4, 5, 6"""
    yield f"""INSERT INTO dossier (unit_id, code, procedure_id, procedure_code, officer_id,
        received_on, due_on, finished_on, status, online, level, one_stop, supplements,
        imported_at, waited_days, reappointments)
        {numbers(dossiers)}
        SELECT {unit}, 'H01-' || n, {procedure}, '1', {officer}, {on(day)},
        {on(f"{day} + 3 + g % 12")},
        CASE WHEN {day} + g % 14 <= {DAYS} AND g % 500 > 0 THEN {on(f"{day} + g % 14")} END,
        '', g % 3 = 0, 2 + g % 3, {true}, CASE WHEN g % 23 = 0 THEN 1 ELSE 0 END, {at(day)},
        CASE WHEN g % 37 = 0 THEN 2 ELSE 0 END, 0
        FROM mixed"""
    answered = f"CASE WHEN {day} + g % 16 <= {DAYS} AND g % 50 > 0 THEN {on(f'{day} + g % 16')} END"
    yield f"""INSERT INTO complaint (number, code_hash, form_id, unit_id, kind, tier, state,
        channel, body, search_text, language, received_at, received_on, due_on, answered_on,
        answer_satisfied, version)
        {numbers(cases)}
        SELECT 'PA-' || n, 'h' || n, 'f' || n, {unit},
        CASE WHEN g % 17 = 0 THEN 'explanation' WHEN g % 5 = 0 THEN 'petition' ELSE 'report' END,
        'own', CASE WHEN {answered} IS NULL THEN 'in_work' ELSE 'answered' END,
        CASE WHEN g % 2 = 0 THEN 'phone' ELSE 'open' END,
        'Words of a case that are long enough for a line in a list, number ' || n, 'words', 'vi',
        {at(day)}, {on(day)}, {on(f"{day} + 14")}, {answered},
        CASE WHEN g % 4 = 0 THEN {true} WHEN g % 9 = 0 THEN {false} END, 1
        FROM mixed"""
    yield f"""INSERT INTO complaint_officer (complaint_id, officer_id)
        SELECT id, {office.officer} + (unit_id - {office.unit}) FROM complaint WHERE id % 20 = 0"""
    yield """INSERT INTO complaint_outcome
        (complaint_id, at, action, text, unit_id, due_on, ended_on)
        SELECT id, received_at, 'answer', '', unit_id, due_on, answered_on FROM complaint
        WHERE answered_on IS NOT NULL"""
    yield f"""INSERT INTO complaint_event (complaint_id, at, action, actor, state, text, public)
        SELECT id, received_at, 'receive', 'resident', 'received', '', {false} FROM complaint"""
