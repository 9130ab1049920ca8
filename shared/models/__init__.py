"""Tables, one module a noun; importing this package knows them all."""

from shared.models import (
    account,
    audit,
    calendar,
    campaign,
    channel,
    complaint,
    dossier,
    job,
    organisation,
    rating,
)

__all__ = [
    "account",
    "audit",
    "calendar",
    "campaign",
    "channel",
    "complaint",
    "dossier",
    "job",
    "organisation",
    "rating",
]
