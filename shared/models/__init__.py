"""Tables, one module a noun; importing this package knows them all."""

from shared.models import (
    account,
    attachment,
    audit,
    calendar,
    campaign,
    case_work,
    channel,
    clock,
    complaint,
    dossier,
    job,
    organisation,
    outbox,
    questionnaire,
    rating,
)

__all__ = [
    "account",
    "attachment",
    "audit",
    "calendar",
    "campaign",
    "case_work",
    "channel",
    "clock",
    "complaint",
    "dossier",
    "job",
    "organisation",
    "outbox",
    "questionnaire",
    "rating",
]
