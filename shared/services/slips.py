"""The invitation on a dossier's return slip: one rating, by one code, for one dossier."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from shared.domain.errors import N_, RuleBroken
from shared.models.channel import Invitation
from shared.services.dossier_list import Line, dossier
from shared.services.invitations import DOSSIER_TOKEN_LASTS, issue_for_dossier
from shared.services.local_days import today_in


@dataclass(frozen=True)
class Slip:
    """A dossier, the token to rate it once, and when that ends (UTC)."""

    line: Line
    token: str
    expires_at: datetime


def slip(session: Session, units: Collection[int], dossier_id: int, now: datetime) -> Slip:
    """Issue the code of a return slip; an unused earlier one of the same dossier ends.

    Raises NotFound for a dossier out of reach, RuleBroken `dossier_rated` when a code of the
    dossier was used: a dossier is rated once, so that nobody can fill in slips at will.
    """
    line = dossier(session, units, dossier_id, today_in(session, units, now))
    of_dossier = Invitation.dossier_id == dossier_id
    used = select(Invitation.id).where(of_dossier, Invitation.used_at.is_not(None)).limit(1)
    if session.scalar(used) is not None:
        raise RuleBroken("dossier_rated", N_("Hồ sơ này đã được đánh giá bằng mã trên phiếu."))
    session.execute(
        update(Invitation).where(of_dossier, Invitation.closed_at.is_(None)).values(closed_at=now)
    )
    token = issue_for_dossier(session, dossier_id, now)
    return Slip(line, token, now + DOSSIER_TOKEN_LASTS)
