"""How an organisation handles its cases where the law leaves the choice."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from shared.domain.errors import N_, Invalid
from shared.domain.faults import Faults
from shared.domain.rating import clean_text
from shared.models.case_work import CasePolicy
from shared.models.organisation import Unit

# No law names these. Contact data is kept while a sender may still come back to the answer.
CONTACT_DAYS = 90
CONFIRM_DAYS = 15
LONGEST_DAYS = 1825
LONGEST_REASON = 500


@dataclass(frozen=True)
class Policy:
    """What was chosen; days are calendar days."""

    second_person: bool = False  # approves every answer before it is sent
    contact_days: int = CONTACT_DAYS  # contact data is kept after the end of a case
    confirm_days: int = CONFIRM_DAYS  # after which an answer nobody spoke about is closed
    reason: str = ""


def policy_of(session: Session, organisation_id: int) -> Policy:
    """Give an organisation's choices, or what holds until it chooses."""
    row = session.get(CasePolicy, organisation_id)
    if row is None:
        return Policy()
    return Policy(row.second_person, row.contact_days, row.confirm_days, row.reason)


def policy_for(session: Session, unit_id: int) -> Policy:
    """Give the choices of a unit's organisation."""
    return policy_of(session, session.get_one(Unit, unit_id).organisation_id)


def choose(session: Session, organisation_id: int, policy: Policy) -> None:
    """Keep an organisation's choices; Invalid names the field that cannot be taken."""
    reason = clean_text(policy.reason)
    with Faults() as faults:
        for name in ("contact_days", "confirm_days"):
            if not 1 <= getattr(policy, name) <= LONGEST_DAYS:
                told = N_("Số ngày từ 1 đến %(most)s.")
                faults.add(Invalid("days_wrong", told, field=name, most=LONGEST_DAYS))
        if not reason or len(reason) > LONGEST_REASON:
            told = N_("Xin ghi lý do hoặc văn bản, không quá 500 ký tự.")
            faults.add(Invalid("reason_missing", told, field="reason"))
    row = session.get(CasePolicy, organisation_id)
    if row is None:
        row = CasePolicy(organisation_id=organisation_id)
        session.add(row)
    row.second_person = policy.second_person
    row.contact_days = policy.contact_days
    row.confirm_days = policy.confirm_days
    row.reason = reason
    session.flush()
