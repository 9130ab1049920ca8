"""Setting up questionnaires: versions listed, copied and edited until used; put to use, ended."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, func, or_, select, true
from sqlalchemy.orm import Session

from shared.domain.campaign import CampaignState
from shared.domain.errors import N_, Invalid, NotAllowed, NotFound, RuleBroken
from shared.domain.faults import Faults
from shared.domain.questionnaire import (
    OF_THE_CAMPAIGNS,
    Item,
    Questionnaire,
    check_days,
    check_name,
    check_questionnaire,
    check_series,
    check_unused,
    items_of_data,
    items_to_data,
)
from shared.domain.rating import clean_text
from shared.models import questionnaire as tables
from shared.models.campaign import Campaign
from shared.models.organisation import Unit
from shared.models.questionnaire import QuestionnaireUse
from shared.services.organisations import may_change_whole
from shared.services.registers import Setup

Stored = tables.Questionnaire
FIRST = 1


class UseState(StrEnum):
    """Whether residents are asked by a use today."""

    ASKED = "asked"
    COMING = "coming"  # its first day, or that of its campaign, is still to come
    REPLACED = "replaced"  # another version was put to use for the same ones later
    WAITING = "waiting"  # its campaign has not been started


@dataclass(frozen=True)
class UseLine:
    """A use as staff see it: for whom, which version, and the local days."""

    key: int
    whom: str  # nothing: everybody
    campaign: bool
    code: str  # nothing: only the boxes
    name: str
    valid_from: date
    valid_to: date | None
    state: UseState
    changeable: bool


@dataclass(frozen=True)
class Whom:
    """For whom a version is put to use: one unit, those of a campaign, or everybody."""

    unit_id: int | None = None
    campaign_id: int | None = None


def listed(session: Session, setup: Setup) -> list[Stored]:
    """List the versions within reach: everybody's and those of one's own units, newest first."""
    query = select(Stored).where(
        Stored.organisation_id == setup.organisation.id, _within(session, setup)
    )
    return list(session.scalars(query.order_by(Stored.series, Stored.version.desc())))


def one(session: Session, setup: Setup, key: int) -> Stored:
    """Find a version within reach; raises NotFound for any other."""
    for row in listed(session, setup):
        if row.id == key:
            return row
    raise NotFound


def content(row: Stored) -> Questionnaire:
    """Give a stored version as it is asked."""
    return Questionnaire(row.code, row.name, items_of_data(row.items))


def may_edit(session: Session, setup: Setup, row: Stored) -> bool:
    """Say whether the person may change a version: it is unused and of their own units."""
    return row.used_at is None and _owns(session, setup, row.unit_id)


def found(session: Session, setup: Setup, series: str, name: str) -> Stored:
    """Add the first version of a series, with the items of the campaigns; give it.

    It belongs to the whole organisation where the person sets up all of it, else to their unit.
    Raises Invalid for a code that is not of its form or is taken, or an empty name.
    """
    with Faults() as faults:
        faults.read(check_name, clean_text(name))
        faults.read(check_series, series)
    taken = select(Stored.id).where(
        Stored.organisation_id == setup.organisation.id, Stored.series == series
    )
    if session.scalar(taken) is not None:
        raise Invalid("code_taken", N_("Mã này đã được dùng."), field="series")
    return _add(session, setup, series, FIRST, name, OF_THE_CAMPAIGNS)


def copy(session: Session, setup: Setup, key: int) -> Stored:
    """Add a version after the last of its series, with the items of this one; give it.

    A copy that nobody has changed since is given instead: asked for twice, it is made once.
    """
    row = one(session, setup, key)
    last = session.scalars(
        select(Stored)
        .where(Stored.organisation_id == setup.organisation.id, Stored.series == row.series)
        .order_by(Stored.version.desc())
    ).first()
    untouched = last is not None and (last.items, last.name) == (row.items, row.name)
    if last and untouched and last.id != row.id and may_edit(session, setup, last):
        return last
    items = items_of_data(row.items)
    return _add(session, setup, row.series, (last or row).version + 1, row.name, items)


def edit(session: Session, setup: Setup, key: int, name: str, items: Collection[Item]) -> None:
    """Change an unused version.

    Raises NotFound out of reach, NotAllowed for one of others, RuleBroken once it has been put to
    use, Invalid for items that could not be shown or counted.
    """
    row = one(session, setup, key)
    _check_owner(session, setup, row.unit_id)
    check_unused(row.used_at is not None)
    changed = Questionnaire(row.code, clean_text(name), tuple(items))
    check_questionnaire(changed)
    row.name, row.items = changed.name, items_to_data(changed.items)
    session.flush()


def put_to_use(
    session: Session,
    setup: Setup,
    key: int | None,
    whom: Whom,
    valid_from: date,
    valid_to: date | None,
) -> int:
    """Let a version be asked from one local day to another; without a key, only the boxes.

    Raises NotFound for a version, unit or campaign out of reach, NotAllowed when everybody is
    meant and the person sets up only a part, RuleBroken for a version without items, Invalid for
    a day of the past.
    """
    check_days(valid_from, valid_to, setup.today)
    _check_whom(session, setup, whom)
    if key is not None:
        row = one(session, setup, key)
        if not row.items:
            raise RuleBroken(
                "questionnaire_empty", N_("Bản này chưa có câu hỏi nào nên chưa dùng được.")
            )
        row.used_at = row.used_at or setup.now
    wanted = {
        "organisation_id": setup.organisation.id,
        "questionnaire_id": key,
        "unit_id": whom.unit_id,
        "campaign_id": whom.campaign_id,
        "valid_from": valid_from,
        "valid_to": valid_to,
    }
    newest = session.scalars(_of_whom(setup, whom).order_by(QuestionnaireUse.id.desc())).first()
    if newest is not None and all(getattr(newest, name) == wanted[name] for name in wanted):
        return newest.id  # sent twice
    use = QuestionnaireUse(**wanted, created_at=setup.now)
    session.add(use)
    session.flush()
    return use.id


def end(session: Session, setup: Setup, key: int) -> None:
    """Let a use end with today; one that has not begun is taken back.

    A version that was never asked can be changed again then. Raises NotFound for one that is not
    there, NotAllowed for one of others.
    """
    use = session.get(QuestionnaireUse, key)
    if use is None or use.organisation_id != setup.organisation.id:
        raise NotFound
    _check_whom(session, setup, Whom(use.unit_id, use.campaign_id))
    _end(session, use, setup.today)
    session.flush()


def end_with_campaign(session: Session, campaign: Campaign, today: date) -> None:
    """Let every use of a campaign that is ended on this local day end with it."""
    query = select(QuestionnaireUse).where(QuestionnaireUse.campaign_id == campaign.id)
    for use in session.scalars(query).all():
        _end(session, use, today)
    session.flush()


def uses(session: Session, setup: Setup) -> list[UseLine]:
    """List the uses that are not over, those of everybody first, then by name."""
    rows = session.execute(
        select(QuestionnaireUse, Stored.code, Stored.name, Unit.name, Campaign)
        .outerjoin(Stored, QuestionnaireUse.questionnaire_id == Stored.id)
        .outerjoin(Unit, QuestionnaireUse.unit_id == Unit.id)
        .outerjoin(Campaign, QuestionnaireUse.campaign_id == Campaign.id)
        .where(
            QuestionnaireUse.organisation_id == setup.organisation.id,
            or_(QuestionnaireUse.valid_to.is_(None), QuestionnaireUse.valid_to >= setup.today),
        )
        .order_by(QuestionnaireUse.valid_from.desc(), QuestionnaireUse.id.desc())
    )
    whole, reach = may_change_whole(session, setup), set(campaigns(session, setup))
    lines, asked = [], set[tuple[int | None, int | None]]()
    for use, code, name, unit, campaign in rows:
        state = _state(use, campaign, setup.today)
        if state is UseState.ASKED and (use.unit_id, use.campaign_id) in asked:
            state = UseState.REPLACED
        elif state is UseState.ASKED:
            asked.add((use.unit_id, use.campaign_id))
        mine = use.unit_id in setup.units or use.campaign_id in reach
        everybody = use.unit_id is None and use.campaign_id is None
        if mine or everybody:
            lines.append(
                UseLine(
                    use.id,
                    unit or (campaign.name if use.campaign_id is not None else ""),
                    use.campaign_id is not None,
                    code or "",
                    name or "",
                    use.valid_from,
                    use.valid_to,
                    state,
                    changeable=mine or whole,
                )
            )
    return lines


def campaigns(session: Session, setup: Setup) -> Mapping[int, str]:
    """Give the campaigns that units within reach run and that are not over, by key."""
    rows = session.execute(
        select(Campaign.id, Campaign.name)
        .join(Unit, Campaign.unit_id == Unit.id)
        .where(
            Unit.organisation_id == setup.organisation.id,
            Campaign.unit_id.in_(setup.units),
            Campaign.state != CampaignState.CLOSED,
            Campaign.ends_on >= setup.today,
        )
        .order_by(Campaign.name)
    )
    return {row.id: row.name for row in rows}


def _state(use: QuestionnaireUse, campaign: Campaign | None, today: date) -> UseState:
    """Say how a use stands by itself, as if no other were there."""
    if campaign is not None and campaign.state == CampaignState.DRAFT:
        return UseState.WAITING
    first = max(use.valid_from, campaign.starts_on) if campaign else use.valid_from
    return UseState.COMING if first > today else UseState.ASKED


def _end(session: Session, use: QuestionnaireUse, today: date) -> None:
    if use.valid_from > today:
        session.delete(use)
        session.flush()
        _free(session, use.questionnaire_id)
    elif use.valid_to is None or use.valid_to > today:
        use.valid_to = today


def _free(session: Session, key: int | None) -> None:
    """Let a version be changed again when no use of it is left: nobody has been asked it."""
    of_it = select(QuestionnaireUse.id).where(QuestionnaireUse.questionnaire_id == key)
    if key is not None and session.scalar(of_it.limit(1)) is None:
        session.get_one(Stored, key).used_at = None


def _of_whom(setup: Setup, whom: Whom) -> Select[QuestionnaireUse]:
    return select(QuestionnaireUse).where(
        QuestionnaireUse.organisation_id == setup.organisation.id,
        QuestionnaireUse.unit_id.is_not_distinct_from(whom.unit_id),
        QuestionnaireUse.campaign_id.is_not_distinct_from(whom.campaign_id),
    )


def _add(
    session: Session,
    setup: Setup,
    series: str,
    version: int,
    name: str,
    items: tuple[Item, ...],
) -> Stored:
    code = f"{series}-{version}"
    check_questionnaire(Questionnaire(code, clean_text(name), items))
    row = Stored(
        organisation_id=setup.organisation.id,
        unit_id=None if may_change_whole(session, setup) else _own_unit(session, setup),
        series=series,
        version=version,
        code=code,
        name=clean_text(name),
        items=items_to_data(items),
        created_at=setup.now,
    )
    session.add(row)
    session.flush()
    return row


def _own_unit(session: Session, setup: Setup) -> int:
    """Give the unit a part's new version belongs to: the first one within reach."""
    key = session.scalar(
        select(func.min(Unit.id)).where(
            Unit.organisation_id == setup.organisation.id, Unit.id.in_(setup.units)
        )
    )
    if key is None:
        raise NotAllowed
    return key


def _within(session: Session, setup: Setup) -> ColumnElement[bool]:
    if may_change_whole(session, setup):
        return true()
    return or_(Stored.unit_id.is_(None), Stored.unit_id.in_(setup.units))


def _owns(session: Session, setup: Setup, unit_id: int | None) -> bool:
    return unit_id in setup.units or may_change_whole(session, setup)


def _check_owner(session: Session, setup: Setup, unit_id: int | None) -> None:
    if not _owns(session, setup, unit_id):
        raise NotAllowed


def _check_whom(session: Session, setup: Setup, whom: Whom) -> None:
    if whom.campaign_id is not None:
        if whom.campaign_id not in campaigns(session, setup):
            raise NotFound
    elif whom.unit_id is not None:
        unit = session.get(Unit, whom.unit_id)
        known = unit is not None and unit.organisation_id == setup.organisation.id
        if not known or whom.unit_id not in setup.units:
            raise NotFound
    elif not may_change_whole(session, setup):
        raise NotAllowed
