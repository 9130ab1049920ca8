"""Which questionnaire is in force where: read with the channel, or for one unit."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any, cast

from sqlalchemy import CTE, ColumnElement, Row, Select, Table, and_, bindparam, literal, or_, select
from sqlalchemy.orm import Session

from shared.domain.campaign import CampaignState
from shared.domain.questionnaire import (
    BUILT_IN,
    Questionnaire,
    Scope,
    Use,
    code_in_force,
    items_of_data,
)
from shared.models import questionnaire as tables
from shared.models.campaign import Campaign, CampaignCompetitor
from shared.models.organisation import Unit

_version, _use, _campaign, _competitor, _unit = (
    cast(Table, model.__table__)
    for model in (
        tables.Questionnaire,
        tables.QuestionnaireUse,
        Campaign,
        CampaignCompetitor,
        Unit,
    )
)


# Deeper than any authority is; a circle, which nothing lets in, ends here too.
_MOST_LEVELS = 20


def with_uses(query: Select[Any], unit: Table) -> Select[Any]:
    """Let a query of one unit bring the uses that concern it: a row each, and one without if none.

    Those are its own, those of every unit above it, of the organisation, and of campaigns in which
    it or a unit above it takes part.
    """
    line = _line_up(query, unit)
    within = select(line.c.id)
    taking_part = select(_competitor.c.id).where(
        _competitor.c.campaign_id == _use.c.campaign_id, _competitor.c.unit_id.in_(within)
    )
    everybody = and_(_use.c.unit_id.is_(None), _use.c.campaign_id.is_(None))
    concerns = or_(everybody, _use.c.unit_id.in_(within), taking_part.exists())
    return (
        query.add_columns(*_columns(line))
        .outerjoin(_use, and_(_use.c.organisation_id == unit.c.organisation_id, concerns))
        .outerjoin(line, _use.c.unit_id == line.c.id)
        .outerjoin(_version, _use.c.questionnaire_id == _version.c.id)
        .outerjoin(_campaign, _use.c.campaign_id == _campaign.c.id)
    )


def _line_up(query: Select[Any], unit: Table) -> CTE:
    """Give the unit of a query and all above it, with how many steps above each stands."""
    own = query.with_only_columns(unit.c.id, unit.c.parent_id, literal(0).label("steps"))
    line = own.cte("line", recursive=True)
    above = _unit.alias("above")
    higher = select(above.c.id, above.c.parent_id, line.c.steps + 1).where(
        above.c.id == line.c.parent_id, line.c.steps < _MOST_LEVELS
    )
    return line.union_all(higher)


def _columns(line: CTE) -> list[Any]:
    return [
        _use.c.id.label("use_id"),
        _version.c.code.label("use_code"),
        _use.c.unit_id.label("use_unit_id"),
        line.c.steps.label("use_steps"),
        _use.c.valid_from.label("use_from"),
        _use.c.valid_to.label("use_to"),
        _use.c.campaign_id.label("use_campaign_id"),
        _campaign.c.state.label("campaign_state"),
        _campaign.c.starts_on.label("campaign_from"),
        _campaign.c.ends_on.label("campaign_to"),
    ]


def uses_in(rows: Iterable[Row[Any]]) -> tuple[Use, ...]:
    """Read the uses that a query made by `with_uses` brought; a draft's count for nothing."""
    return tuple(
        _as_use(row)
        for row in rows
        if row.use_id is not None and row.campaign_state != CampaignState.DRAFT
    )


def _as_use(row: Row[Any]) -> Use:
    first, last = row.use_from, row.use_to
    if row.use_campaign_id is not None:
        first = max(first, row.campaign_from)
        last = min(last or row.campaign_to, row.campaign_to)
        scope = Scope.CAMPAIGN
    elif row.use_unit_id is None:
        scope = Scope.ORGANISATION
    else:
        scope = Scope.UNIT_ABOVE if row.use_steps else Scope.UNIT
    return Use(row.use_id, row.use_code or BUILT_IN.code, scope, first, last, row.use_steps or 0)


_ASKED = select(_unit.c.organisation_id).select_from(_unit).where(_unit.c.id == bindparam("asked"))
_OF_UNIT = with_uses(_ASKED, _unit)


def uses_of(session: Session, unit_id: int) -> tuple[Use, ...]:
    """Find every use that concerns a unit, whenever."""
    return uses_in(session.execute(_OF_UNIT, {"asked": unit_id}))


def in_force(session: Session, unit_id: int, on: date) -> Questionnaire:
    """Give the version that residents of a unit are asked on a local day."""
    code = code_in_force(uses_of(session, unit_id), on)
    return versions_of_unit(session, unit_id, [code]).get(code, BUILT_IN)


def _used(organisation: ColumnElement[bool]) -> Select[Any]:
    """Ask for versions of some codes that an organisation has ever put to use."""
    return select(_version.c.code, _version.c.name, _version.c["items"]).where(
        organisation,
        _version.c.code.in_(bindparam("codes", expanding=True)),
        _version.c.used_at.is_not(None),
    )


# Built once: every rating by telephone asks.
_USED_IN = _used(_version.c.organisation_id == bindparam("organisation"))
_USED_OVER = _used(
    _version.c.organisation_id
    == select(Unit.organisation_id).where(Unit.id == bindparam("unit")).scalar_subquery()
)


def versions_of_unit(
    session: Session, unit_id: int, codes: Collection[str]
) -> Mapping[str, Questionnaire]:
    """Find the versions of these codes that the unit's organisation has ever put to use."""
    return _versions(session, codes, _USED_OVER, unit=unit_id)


def versions(
    session: Session, organisation_id: int, codes: Collection[str]
) -> Mapping[str, Questionnaire]:
    """Find the versions of these codes that an organisation has ever put to use, by code."""
    return _versions(session, codes, _USED_IN, organisation=organisation_id)


def _versions(
    session: Session, codes: Collection[str], query: Select[Any], **place: int
) -> Mapping[str, Questionnaire]:
    found = {BUILT_IN.code: BUILT_IN} if BUILT_IN.code in codes else {}
    wanted = sorted(set(codes) - {BUILT_IN.code})
    if wanted:
        for code, name, items in session.execute(query, {"codes": wanted, **place}):
            found[code] = Questionnaire(code, name, items_of_data(items))
    return found
