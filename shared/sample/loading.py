"""Making the sample: the same for the same seed but for secrets, as recent as the moment given."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.errors import N_, RuleBroken
from shared.models.organisation import Organisation
from shared.sample import (
    campaign,
    complaints,
    dossiers,
    invitations,
    office,
    published,
    questionnaires,
    ratings,
    registers,
    staff,
)
from shared.sample.names import ORGANISATION_CODE, ORGANISATION_NAME
from shared.sample.rhythm import Span
from shared.services import calendars, organisations

SEED = 20250701


@dataclass(frozen=True)
class Loaded:
    """What whoever asked may want to know of the sample; none of it is kept in the clear."""

    organisation: str
    passwords: Mapping[str, str] = field(repr=False)  # one-time, by account name
    dossier_tokens: tuple[str, ...] = field(repr=False)  # unused
    complaint_codes: tuple[str, ...] = field(repr=False)


def load(session: Session, now: datetime, rng_seed: int = SEED) -> Loaded:
    """Fill the sample up to `now` (UTC).

    Raises RuleBroken `sample_loaded` when it is there already. The session must be signed.
    """
    if session.scalar(select(Organisation.id).where(Organisation.code == ORGANISATION_CODE)):
        raise RuleBroken("sample_loaded", N_("Dữ liệu mẫu đã có sẵn."))
    rng = Random(rng_seed)  # noqa: S311  believable figures, not secrets
    organisation = organisations.found(
        session, ORGANISATION_CODE, ORGANISATION_NAME, now, sample=True
    )
    span = Span(calendars.work_calendar(session, organisation.id), now)
    offices = office.add_offices(session, organisation, span)
    procedures = office.add_procedures(session, organisation, offices[0].unit.valid_from)
    office.add_publications(session, rng, offices, procedures, span)
    accounts, passwords = staff.add_staff(session, organisation.id, now)
    questionnaires.add_questionnaire(session, organisation, offices, span)
    kiosks = ratings.add_kiosks(session, offices, span)
    printed = invitations.add_printed(session, offices, procedures, span.at(span.first, time(7)))
    filed = dossiers.add_dossiers(session, rng, offices, procedures, span)
    used = ratings.add_ratings(session, rng, offices, kiosks, procedures, filed, printed, span)
    tokens = invitations.add_unused(session, rng, filed, used, now)
    codes = complaints.add_complaints(session, rng, offices, accounts, span)
    published.put_out(session, accounts, now)
    registers.add_registers(session, offices, procedures, span)
    campaign.add_campaign(session, rng, campaign.Reach.of(offices), span)
    session.flush()
    return Loaded(ORGANISATION_CODE, passwords, tokens, codes)
