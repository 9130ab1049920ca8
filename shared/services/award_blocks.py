"""What keeps a nomination from a council: cases being verified, open or confidential.

Whether a confidential report is the reason is told to its inspectors alone. It is asked at two
moments only, when a session opens and when it is decided, and leaves the same mark as a
nomination that was held back by hand or for an ordinary case.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from shared.domain.access import Actor, Permission
from shared.domain.award import NominationState
from shared.domain.complaint import OPEN, Kind
from shared.models.award import AwardNomination, AwardTitle
from shared.models.campaign import Campaign, CampaignCompetitor
from shared.models.complaint import Complaint, ComplaintOfficer
from shared.models.organisation import Officer, Unit
from shared.services import sealed_inbox
from shared.services.competitors import subtrees
from shared.statistics import confidential
from shared.statistics.conduct import is_cleared, not_naming

# What somebody is accused of is verified; a suggestion, praise or explanation accuses nobody.
ACCUSING = (Kind.REPORT, Kind.PETITION, Kind.FORMAL_COMPLAINT, Kind.DENUNCIATION)


@dataclass(frozen=True)
class Held:
    """An open nomination with the confidential reports that keep it from a council."""

    name: str
    unit: str
    title: str
    campaign: str
    numbers: Sequence[str]
    held: bool


def held_back(session: Session, competitors: Collection[CampaignCompetitor]) -> frozenset[int]:
    """Give the keys of the competitors that must not be put before a council now.

    For the council's own steps alone. The caller may keep the answer as a mark without a reason.
    """
    accused = _accused(session, {one.officer_id for one in competitors if one.officer_id})
    below = subtrees(session, {one.unit_id for one in competitors if one.officer_id is None})
    units, officers = confidential.with_one_open(
        session,
        frozenset().union(*below.values()),
        {one.officer_id for one in competitors if one.officer_id is not None},
    )
    return frozenset(
        one.id
        for one in competitors
        if (
            bool(below[one.unit_id] & units)
            if one.officer_id is None
            else one.officer_id in officers or one.officer_id in accused
        )
    )


def cases(
    session: Session, actor: Actor, officer_ids: Collection[int]
) -> Mapping[int, Sequence[str]]:
    """Give the numbers of the cases being verified by the officer they name.

    Only those the actor may read; a case is never told to an officer whom it names.
    """
    if not actor.may(Permission.COMPLAINTS):
        return {}
    query = _naming(officer_ids).where(
        Complaint.unit_id.in_(actor.units(Permission.COMPLAINTS)), not_naming(actor.officer_id)
    )
    found: dict[int, list[str]] = {}
    for officer_id, number in session.execute(query.order_by(Complaint.number)):
        found.setdefault(officer_id, []).append(number)
    return found


def confidential_reasons(session: Session, actor: Actor) -> list[Held]:
    """List the open nominations that a confidential report keeps back, for who may open it."""
    reports = [one.report for one in sealed_inbox.listed(session, actor)]
    nominated = session.execute(_nominated()).all()
    below = subtrees(session, {competitor.unit_id for _, competitor, *_ in nominated})
    found = []
    for nomination, competitor, title, campaign, unit, officer in nominated:
        reached = below[competitor.unit_id]
        numbers = [
            report.number
            for report in reports
            if (
                report.unit_id in reached
                if competitor.officer_id is None
                else report.officer_id == competitor.officer_id
            )
        ]
        if numbers:
            name = unit.name if competitor.officer_id is None else officer.name
            found.append(Held(name, unit.name, title.name, campaign.name, numbers, nomination.held))
    return found


def _accused(session: Session, officer_ids: Collection[int]) -> frozenset[int]:
    return frozenset(officer_id for officer_id, _ in session.execute(_naming(officer_ids)))


def _naming(officer_ids: Collection[int]) -> Select[int, str]:
    return (
        select(ComplaintOfficer.officer_id, Complaint.number)
        .join(Complaint, Complaint.id == ComplaintOfficer.complaint_id)
        .where(
            ComplaintOfficer.officer_id.in_(officer_ids),
            Complaint.kind.in_(ACCUSING),
            Complaint.state.in_(OPEN),
            ~is_cleared(),
        )
    )


def _nominated() -> Select[
    AwardNomination, CampaignCompetitor, AwardTitle, Campaign, Unit, Officer
]:
    return (
        select(AwardNomination, CampaignCompetitor, AwardTitle, Campaign, Unit, Officer)
        .join(CampaignCompetitor, AwardNomination.competitor_id == CampaignCompetitor.id)
        .join(AwardTitle, AwardNomination.title_id == AwardTitle.id)
        .join(Campaign, AwardNomination.campaign_id == Campaign.id)
        .join(Unit, CampaignCompetitor.unit_id == Unit.id)
        .outerjoin(Officer, CampaignCompetitor.officer_id == Officer.id)
        .where(AwardNomination.state == NominationState.OPEN)
        .order_by(Campaign.code, AwardNomination.id)
    )
