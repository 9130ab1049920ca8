"""What checking a case about an officer's conduct found; the newest finding counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.access import Actor, Permission
from shared.domain.errors import N_, Invalid, NotAllowed, RuleBroken
from shared.domain.faults import Faults
from shared.domain.rating import clean_text
from shared.domain.service_evaluation import Finding
from shared.models.case_work import ConductFinding
from shared.models.complaint import Complaint, ComplaintOfficer
from shared.models.organisation import Officer
from shared.services import inbox
from shared.statistics.case_turns import ANSWERED_KINDS

SHORTEST_REASON, LONGEST_REASON = 10, 2_000


@dataclass(frozen=True)
class Conduct:
    """A case with the officers it names and what was found of it, the newest first."""

    complaint: Complaint
    officers: Sequence[str]
    findings: Sequence[ConductFinding]

    @property
    def can_be_checked(self) -> bool:
        """Tell whether it is a report or petition that names somebody."""
        return bool(self.officers) and self.complaint.kind in ANSWERED_KINDS


def conduct(session: Session, number: str, actor: Actor) -> Conduct:
    """Give a case for its finding; NotFound for whoever the case does not exist for."""
    complaint = inbox.case(session, number, actor)
    named = select(Officer.name).join(ComplaintOfficer, ComplaintOfficer.officer_id == Officer.id)
    findings = select(ConductFinding).where(ConductFinding.complaint_id == complaint.id)
    return Conduct(
        complaint,
        session.scalars(
            named.where(ComplaintOfficer.complaint_id == complaint.id).order_by(Officer.name)
        ).all(),
        session.scalars(findings.order_by(ConductFinding.id.desc())).all(),
    )


def record(
    session: Session, number: str, finding: str, reason: str, actor: Actor, now: datetime
) -> ConductFinding:
    """Write a finding down; one found untrue or slander no longer counts (TT 01/2018, article 13).

    Earlier findings stay. Raises NotFound, NotAllowed without the lead over the case's unit,
    RuleBroken for a case that names nobody, Invalid for a finding or reason that is none.
    """
    found = conduct(session, number, actor)
    if not actor.reaches(Permission.LEAD_CASES, found.complaint.unit_id):
        raise NotAllowed
    if not found.can_be_checked:
        raise RuleBroken("nobody_named", N_("Chỉ xác minh phản ánh, kiến nghị nói về một cán bộ."))
    with Faults() as faults:
        if finding not in set(Finding) - {Finding.UNCHECKED}:
            faults.add(Invalid("finding_missing", N_("Xin chọn kết luận."), field="finding"))
        words = faults.read(_checked_reason, reason)
    row = ConductFinding(
        complaint_id=found.complaint.id,
        finding=Finding(finding),
        reason=words,
        found_by=actor.name,
        found_at=now,
    )
    session.add(row)
    session.flush()
    return row


def _checked_reason(text: str) -> str:
    words = clean_text(text)
    if not SHORTEST_REASON <= len(words) <= LONGEST_REASON:
        raise Invalid(
            "finding_reason",
            N_("Xin ghi căn cứ của kết luận, từ %(shortest)s đến %(longest)s ký tự."),
            field="reason",
            shortest=SHORTEST_REASON,
            longest=LONGEST_REASON,
        )
    return words
