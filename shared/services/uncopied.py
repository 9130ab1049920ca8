"""Whether an installation has had data of its own for days, and never a nightly copy of them."""

from datetime import datetime
from pathlib import Path

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from shared.domain.backup import UNCOPIED_AFTER
from shared.models.complaint import Complaint
from shared.models.dossier import DossierImport
from shared.models.organisation import Organisation, Unit
from shared.models.rating import RatingDay
from shared.services import backup_notes
from shared.services.local_days import USUAL_ZONE


def is_uncopied(session: Session, folder: Path, now: datetime) -> bool:
    """Say whether real data, the sample's left aside, are three days old and none was ever copied.

    `folder` is the data folder. Copies that were tried once have alarms of their own.
    """
    if backup_notes.is_noted(folder):
        return False
    before = now - UNCOPIED_AFTER
    day = before.astimezone(USUAL_ZONE).date()
    holding = or_(
        select(RatingDay.on).where(RatingDay.unit_id == Unit.id, RatingDay.on <= day).exists(),
        select(Complaint.id)
        .where(Complaint.unit_id == Unit.id, Complaint.received_on <= day)
        .exists(),
        select(DossierImport.id)
        .where(DossierImport.unit_id == Unit.id, DossierImport.imported_at <= before)
        .exists(),
    )
    real = select(Unit.id).join(Organisation, Organisation.id == Unit.organisation_id)
    real = real.where(Organisation.sample.is_(False), holding)
    return session.scalar(real.limit(1)) is not None
