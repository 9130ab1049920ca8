"""A province of a hundred units with so many ratings, dossiers and complaints, for measuring."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from sqlalchemy import Engine, delete, insert, text
from sqlalchemy.orm import Session

from bench.province_facts import Amounts, Office, Period, statements
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
    period = Period(now.date() - timedelta(days=DAYS), DAYS)
    amounts = Amounts(ratings, dossiers, cases)
    with engine.begin() as connection:
        for statement in statements(connection.dialect.name, office, period, amounts):
            connection.execute(text(statement))
    with Session(engine) as session, session.begin():
        dossier_totals.recount_all(session, office.units)
    settle(engine)
    return Province(CAMPAIGN, token)


def settle(engine: Engine) -> None:
    """Leave the database as it rests: written out, and known to its planner."""
    on_sqlite = engine.dialect.name == "sqlite"
    settled = "PRAGMA wal_checkpoint(TRUNCATE)" if on_sqlite else "VACUUM ANALYZE"
    with engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text(settled))


def _office(session: Session, now: datetime) -> Office:
    since = date(now.year - 2, 1, 1)
    organisation = organisations.found(session, "BENCH", "Bench", now).id
    province = Unit(
        organisation_id=organisation,
        code="TINH",
        name="Tỉnh Đo Thử",
        level="province",
        valid_from=since,
    )
    session.add(province)
    session.flush()
    units = _units(organisation, province.id, since)
    procedures = _procedures(organisation, since)
    session.add_all([_questionnaire(organisation, now), *units, *procedures])
    session.flush()
    desks, officers = _desks(units, since), _officers(units, since)
    session.add_all([*desks, *officers])
    session.flush()
    session.add_all(_shifts(desks, officers, since))
    session.add_all(_import(unit.id, now) for unit in units)
    session.execute(insert(ProcedurePublication), _posted(units, procedures, now.date()))
    return Office(
        province=province.id,
        units=_row_from(units[0].id, UNITS),
        desks=_row_from(desks[0].id, UNITS * DESKS),
        officers=_row_from(officers[0].id, UNITS * DESKS),
        procedures=_row_from(procedures[0].id, PROCEDURES),
        asked=ASKED,
    )


def _row_from(first: int, count: int) -> range:
    return range(first, first + count)


def _units(organisation: int, province: int, since: date) -> list[Unit]:
    return [
        Unit(
            organisation_id=organisation,
            parent_id=province,
            code=f"XA{number}",
            name=f"Xã Đo Thử {number}",
            level="commune",
            valid_from=since,
        )
        for number in range(UNITS)
    ]


def _procedures(organisation: int, since: date) -> list[Procedure]:
    return [
        Procedure(
            organisation_id=organisation,
            code=f"1.{number:06}",
            name=f"Thủ tục {number}",
            valid_from=since,
        )
        for number in range(PROCEDURES)
    ]


def _questionnaire(organisation: int, now: datetime) -> Questionnaire:
    return Questionnaire(
        organisation_id=organisation,
        series="bench",
        version=1,
        code=ASKED,
        name="Đo thử",
        items=items_to_data(OF_THE_CAMPAIGNS),
        created_at=now,
        used_at=now,
    )


def _desks(units: list[Unit], since: date) -> list[Desk]:
    return [
        Desk(unit_id=unit.id, code=f"{unit.code}-{number}", name="Quầy", valid_from=since)
        for number in range(DESKS)
        for unit in units
    ]


def _officers(units: list[Unit], since: date) -> list[Officer]:
    return [
        Officer(unit_id=unit.id, code=f"CB-{unit.code}-{number}", name="Cán bộ", valid_from=since)
        for number in range(DESKS)
        for unit in units
    ]


def _shifts(desks: list[Desk], officers: list[Officer], since: date) -> Iterator[Shift]:
    for desk, officer in zip(desks, officers, strict=True):
        yield Shift(
            desk_id=desk.id,
            officer_id=officer.id,
            starts=time(7, 30),
            ends=time(17),
            valid_from=since,
        )


def _posted(units: list[Unit], procedures: list[Procedure], on: date) -> list[dict[str, object]]:
    return [
        {
            "unit_id": unit.id,
            "procedure_id": procedure.id,
            "on_paper": True,
            "by_qr": procedure.id % 7 > 0,
            "checked_on": on,
        }
        for unit in units
        for procedure in procedures
    ]


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


def _campaign(session: Session, office: Office, now: datetime) -> None:
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
    scope = frozenset({office.province, *office.units})
    campaign = campaigns.open_from_template(
        session, "long_my", opening, scope, now, unit_ids=office.units, with_officers=False
    )
    session.add_all(
        CampaignCompetitor(campaign_id=campaign.id, unit_id=unit, officer_id=officer)
        for unit, officer in zip(office.units, office.officers[:UNITS], strict=True)
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
