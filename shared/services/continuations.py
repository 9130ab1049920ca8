"""Continuing on one's own telephone what was begun on the desk's screen: once, within 72 hours."""

import base64
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from shared.domain.errors import N_, Invalid, NotFound, RuleBroken
from shared.domain.rating import CONFIDENTIAL_REASONS, Reason
from shared.models.channel import Invitation
from shared.models.rating import Rating, RatingComment
from shared.services.channels import KioskChannel, hash_token
from shared.services.duty import officer_on_duty
from shared.services.invitations import (
    TOKEN_BYTES,
    Invited,
    Standing,
    Target,
    checked_comment,
    use_up,
)
from shared.services.rating_storage import dialect_of, insert

LASTS = timedelta(hours=72)
# Reasons that are about the person at the desk, who then must not read the case.
ABOUT_OFFICER = frozenset({Reason.ATTITUDE, Reason.EXTRA_MONEY, Reason.BROKER})


@dataclass(frozen=True)
class Words:
    """What the page's form held."""

    comment: str
    answer_wanted: bool = False
    about_officer: bool = False


def issue(
    session: Session, channel: KioskChannel, rating_id: UUID, secret: str, now: datetime
) -> tuple[str, datetime]:
    """Give the token that carries on a rating of a kiosk, and when it ends (UTC).

    The rating may still be on its way here. Asked again it is the same token. Raises NotFound for
    a rating that came by another way.
    """
    rating = session.get(Rating, rating_id)
    if rating is not None and rating.kiosk_id != channel.kiosk_id:
        raise NotFound
    token = _token(rating_id, channel.kiosk_id, secret)
    known = session.scalar(
        select(Invitation.expires_at).where(Invitation.token_hash == hash_token(token))
    )
    if known is not None:
        return token, known
    officer = officer_on_duty(session, channel.desk_id, now.astimezone(channel.zone))
    row = {
        "token_hash": hash_token(token),
        "target": str(Target.CONTINUATION),
        "unit_id": rating.unit_id if rating else channel.unit_id,
        "desk_id": rating.desk_id if rating else channel.desk_id,
        "officer_id": rating.officer_id if rating else officer.id if officer else None,
        "procedure_id": rating.procedure_id if rating else None,
        "rating_id": rating_id,
        "created_at": now,
        "expires_at": now + LASTS,
    }
    table = cast(Table, Invitation.__table__)
    session.execute(insert(dialect_of(session), table).on_conflict_do_nothing(), [row])
    return token, now + LASTS


def use(session: Session, invited: Invited, words: Words, now: datetime) -> str:
    """Keep what was written beside the rating, and use the token up; give the text kept.

    The same words sent again change nothing. Raises Invalid for no or too long a text, RuleBroken
    `token_used` or `token_expired` when the token brings nothing any more.
    """
    comment = checked_comment(words.comment)
    if comment is None:
        raise Invalid("comment_missing", N_("Xin viết lời nhắn."), field="comment")
    if use_up(session, invited, now):
        row = RatingComment(
            invitation_id=invited.invitation_id,
            rating_id=rating_of(session, invited),
            comment=comment,
            written_at=now,
        )
        session.add(row)
        session.flush()
        return comment
    if _kept(session, invited) == comment:
        return comment
    raise _over(invited)


def rating_of(session: Session, invited: Invited) -> UUID:
    """Give the rating a token carries on."""
    rating_id = session.scalar(
        select(Invitation.rating_id).where(Invitation.id == invited.invitation_id)
    )
    if rating_id is None:
        raise NotFound
    return rating_id


def names_officer(session: Session, invited: Invited, words: Words) -> bool:
    """Say whether the officer at the desk must not read what was written.

    So it is when the resident says so or ticked a reason about the person, and also as long as
    the rating is not here to tell.
    """
    if words.about_officer:
        return True
    rating = session.get(Rating, rating_of(session, invited))
    return rating is None or bool(ABOUT_OFFICER & set(rating.reasons))


def confidential_reasons(session: Session, invited: Invited) -> frozenset[str]:
    """Give the ticked reasons that places do not read; none while the rating is not here yet."""
    rating = session.get(Rating, rating_of(session, invited))
    return frozenset() if rating is None else CONFIDENTIAL_REASONS & frozenset(rating.reasons)


def _token(rating_id: UUID, kiosk_id: int, secret: str) -> str:
    """Derive the token: the same when asked again, unknown without the key."""
    content = b"continuation" + rating_id.bytes + kiosk_id.to_bytes(8)
    digest = hmac.digest(secret.encode(), content, "sha256")
    return base64.urlsafe_b64encode(digest[:TOKEN_BYTES]).rstrip(b"=").decode()


def _kept(session: Session, invited: Invited) -> str | None:
    return session.scalar(
        select(RatingComment.comment).where(RatingComment.invitation_id == invited.invitation_id)
    )


def _over(invited: Invited) -> RuleBroken:
    if invited.standing is Standing.EXPIRED:
        return RuleBroken("token_expired", N_("Mã này chỉ dùng trong 72 giờ và đã hết hạn."))
    return RuleBroken("token_used", N_("Mã này đã được dùng; lời nhắn lần đầu đã được ghi nhận."))
