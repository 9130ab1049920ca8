"""QR invitations: printed ones that last, a dossier's used once, and the ratings they bring."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, bindparam, case, select, update
from sqlalchemy.orm import Session

from shared.domain.errors import N_, Invalid, NotFound, RuleBroken
from shared.domain.questionnaire import DEFAULT, Questionnaire, judge, unknown_questionnaire
from shared.domain.rating import (
    LONGEST_COMMENT,
    Lane,
    Mark,
    Reason,
    Submission,
    clean_text,
    digest_of,
)
from shared.models.channel import Invitation
from shared.models.dossier import Dossier
from shared.models.organisation import Desk, Officer, Organisation, Procedure, Unit
from shared.models.rating import Rating
from shared.services.channels import hash_token
from shared.services.duty import OfficerShown, officer_on_duty, shifts_at, shown
from shared.services.questionnaire_uses import in_force, versions_of_unit
from shared.services.rating_additions import add, additions_of
from shared.services.rating_storage import Row, store
from shared.services.ratings import rating_row
from shared.statistics.periods import in_force_on

TOKEN_BYTES = 16  # 128 bits: not to be guessed
DOSSIER_TOKEN_LASTS = timedelta(hours=72)


class Target(StrEnum):
    """What a code stands for."""

    DESK = "desk"
    OFFICER = "officer"
    PROCEDURE = "procedure"
    DOSSIER = "dossier"
    CONTINUATION = "continuation"  # of a rating begun on a desk's screen


class Standing(StrEnum):
    """Whether a code may still bring a rating; a complaint it always may."""

    OPEN = "open"
    USED = "used"
    EXPIRED = "expired"


@dataclass(frozen=True)
class Invited:
    """Where a scanned code leads: the unit, and what is known of desk, officer and procedure."""

    invitation_id: int
    token: str
    target: Target
    standing: Standing
    unit_id: int
    unit_name: str
    sample: bool
    zone: ZoneInfo
    desk_id: int | None
    desk_name: str
    officer: OfficerShown | None
    procedure_id: int | None
    procedure_name: str
    dossier_code: str | None
    code: str  # of the desk, officer or procedure that a printed one stands for, else nothing

    @property
    def lane(self) -> Lane:
        """How strongly a rating by this code is bound to a service."""
        return Lane.DOSSIER if self.target is Target.DOSSIER else Lane.OPEN


@dataclass(frozen=True)
class PhoneRating:
    """What the rating form of a phone page held."""

    id: UUID
    score: int
    reasons: tuple[str, ...]
    comment: str
    language: str
    officer: str = ""  # code of the officer the page showed
    questionnaire: str = DEFAULT  # the version the page showed
    answers: Mapping[str, Any] = field(default_factory=dict)


def printed(session: Session, unit_id: int, target: Target, target_id: int, now: datetime) -> str:
    """Give the public token of a printed code, made when first asked for.

    Raises NotFound when the desk, officer or procedure is not of this unit, RuleBroken for a
    dossier, whose token is never public.
    """
    if target in (Target.DOSSIER, Target.CONTINUATION):
        raise RuleBroken("not_printed", N_("Mã của hồ sơ chỉ dùng một lần, không in sẵn."))
    _check_target(session, unit_id, target, target_id)
    column: Mapping[Target, ColumnElement[Any]] = {
        Target.DESK: Invitation.desk_id.expression,
        Target.OFFICER: Invitation.officer_id.expression,
        Target.PROCEDURE: Invitation.procedure_id.expression,
    }
    known = session.scalar(
        select(Invitation.token)
        .where(
            Invitation.unit_id == unit_id,
            Invitation.target == str(target),
            column[target] == target_id,
            Invitation.closed_at.is_(None),
            Invitation.token.is_not(None),
        )
        .order_by(Invitation.id)
    )
    if known is not None:
        return known
    token = secrets.token_urlsafe(TOKEN_BYTES)
    invitation = Invitation(
        token=token,
        token_hash=hash_token(token),
        target=str(target),
        unit_id=unit_id,
        created_at=now,
    )
    setattr(invitation, f"{target}_id", target_id)
    session.add(invitation)
    session.flush()
    return token


def printed_at(session: Session, unit_id: int, desk_id: int | None) -> str | None:
    """Give the token of a code that hangs at a desk of the unit, at this one if it can be.

    None where nothing was printed. Makes none.
    """
    here = Invitation.desk_id == desk_id
    return session.scalar(
        select(Invitation.token)
        .where(
            Invitation.unit_id == unit_id,
            Invitation.target == str(Target.DESK),
            Invitation.closed_at.is_(None),
            Invitation.token.is_not(None),
        )
        .order_by(case((here, 0), else_=1), Invitation.id)
        .limit(1)
    )


def issue_for_dossier(
    session: Session, dossier_id: int, now: datetime, lasts: timedelta = DOSSIER_TOKEN_LASTS
) -> str:
    """Give a dossier a fresh single-use token; only its hash is kept. NotFound without dossier."""
    dossier = session.get(Dossier, dossier_id)
    if dossier is None:
        raise NotFound
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.add(
        Invitation(
            token_hash=hash_token(token),
            target=str(Target.DOSSIER),
            unit_id=dossier.unit_id,
            officer_id=dossier.officer_id,
            procedure_id=dossier.procedure_id,
            dossier_id=dossier.id,
            created_at=now,
            expires_at=now + lasts,
        )
    )
    return token


# Built once: every page a code leads to asks.
_SCANNED = (
    select(Invitation, Unit.name, Organisation.sample, Organisation.zone)
    .join(Unit, Invitation.unit_id == Unit.id)
    .join(Organisation, Unit.organisation_id == Organisation.id)
    .where(Invitation.token_hash == bindparam("token_hash"), Invitation.closed_at.is_(None))
)


def look_up(session: Session, token: str, now: datetime) -> Invited:
    """Say where a scanned code leads, changing nothing; NotFound for an unknown or closed one."""
    row = session.execute(_SCANNED, {"token_hash": hash_token(token)}).one_or_none()
    if row is None:
        raise NotFound
    invitation, unit_name, sample, zone = row
    dossier = session.get(Dossier, invitation.dossier_id) if invitation.dossier_id else None
    desk = session.get(Desk, invitation.desk_id) if invitation.desk_id else None
    procedure = session.get(Procedure, invitation.procedure_id) if invitation.procedure_id else None
    officer = _officer(session, invitation, dossier, now.astimezone(ZoneInfo(zone)))
    standing_for = {Target.DESK: desk, Target.OFFICER: officer, Target.PROCEDURE: procedure}
    printed_for = standing_for.get(Target(invitation.target))
    return Invited(
        invitation_id=invitation.id,
        token=token,
        target=Target(invitation.target),
        standing=_standing(invitation, now),
        unit_id=invitation.unit_id,
        unit_name=unit_name,
        sample=sample,
        zone=ZoneInfo(zone),
        desk_id=invitation.desk_id,
        desk_name="" if desk is None else desk.name,
        officer=officer,
        procedure_id=invitation.procedure_id,
        procedure_name="" if procedure is None else procedure.name,
        dossier_code=None if dossier is None else dossier.code,
        code="" if printed_for is None else printed_for.code,
    )


def officers_of(session: Session, unit_id: int, today: date) -> list[OfficerShown]:
    """List the officers of a unit on a local day, as residents see them."""
    found = session.scalars(
        select(Officer)
        .where(
            Officer.unit_id == unit_id,
            in_force_on(Officer, today),
        )
        .order_by(Officer.name, Officer.id)
    )
    return [shown(row) for row in found]


def rate(session: Session, invited: Invited, form: PhoneRating, now: datetime) -> str:
    """Store a phone's rating once; give `stored`, `duplicate`, or `conflict` for changed content.

    A dossier's token is used up by the first rating. Raises RuleBroken `token_used` or
    `token_expired` afterwards, Invalid when the comment is too long.
    """
    comment = checked_comment(form.comment)
    row, counted = _row(session, invited, form, comment, now)
    if invited.lane is Lane.DOSSIER and not use_up(session, invited, now):
        kept = session.scalar(select(Rating.digest).where(Rating.id == form.id))
        if kept is None:
            raise _no_longer(session, invited, now)
        return "duplicate" if kept == row["digest"] else "conflict"
    stored, digests = store(session, [row])
    answers = {(row["id"], row["digest"]): counted}
    add(session.connection(), additions_of(stored.values(), answers))
    if form.id in stored:
        return "stored"
    return "duplicate" if digests[form.id] == row["digest"] else "conflict"


def comment_of(session: Session, invited: Invited, rating_id: UUID) -> str:
    """Give the comment that a form brought through a code, or an empty text."""
    query = select(Rating.comment).where(
        Rating.id == rating_id, Rating.invitation_id == invited.invitation_id
    )
    return session.scalar(query) or ""


def _check_target(session: Session, unit_id: int, target: Target, target_id: int) -> None:
    unit = session.get(Unit, unit_id)
    if unit is None or not _belongs(session, unit, target, target_id):
        raise NotFound


def _belongs(session: Session, unit: Unit, target: Target, target_id: int) -> bool:
    if target is Target.PROCEDURE:
        procedure = session.get(Procedure, target_id)
        return procedure is not None and procedure.organisation_id == unit.organisation_id
    if target is Target.DESK:
        desk = session.get(Desk, target_id)
        return desk is not None and desk.unit_id == unit.id
    officer = session.get(Officer, target_id)
    return officer is not None and officer.unit_id == unit.id


def _standing(invitation: Invitation, now: datetime) -> Standing:
    if invitation.used_at is not None:
        return Standing.USED
    if invitation.expires_at is not None and invitation.expires_at <= now:
        return Standing.EXPIRED
    return Standing.OPEN


def _officer(
    session: Session, invitation: Invitation, dossier: Dossier | None, local: datetime
) -> OfficerShown | None:
    """Find whom the page names: the officer of the code or dossier, else the one on duty."""
    officer_id = invitation.officer_id or (dossier.officer_id if dossier else None)
    if officer_id is None and invitation.desk_id is not None and dossier is None:
        return officer_on_duty(session, invitation.desk_id, local)
    return None if officer_id is None else shown(session.get_one(Officer, officer_id))


def use_up(session: Session, invited: Invited, now: datetime) -> bool:
    """Take the token; of two at once only one gets it."""
    taken = session.execute(
        update(Invitation)
        .where(
            Invitation.id == invited.invitation_id,
            Invitation.used_at.is_(None),
            Invitation.expires_at > now,
        )
        .values(used_at=now)
        .returning(Invitation.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    return taken is not None


def _no_longer(session: Session, invited: Invited, now: datetime) -> RuleBroken:
    invitation = session.get_one(Invitation, invited.invitation_id, populate_existing=True)
    if _standing(invitation, now) is Standing.EXPIRED:
        return RuleBroken(
            "token_expired",
            N_("Mã trên phiếu này đã hết hạn đánh giá. Ông/Bà vẫn gửi được phản ánh."),
        )
    return RuleBroken(
        "token_used",
        N_("Mã trên phiếu này đã được dùng để đánh giá. Ông/Bà vẫn gửi được phản ánh."),
    )


def checked_comment(text: str) -> str | None:
    """Clean what was written; None for nothing, Invalid `comment_too_long` for too much."""
    comment = clean_text(text)
    if len(comment) > LONGEST_COMMENT:
        raise Invalid(
            "comment_too_long",
            N_("Lời nhắn dài quá %(maximum)s ký tự. Xin rút gọn."),
            field="comment",
            maximum=LONGEST_COMMENT,
        )
    return comment or None


def _row(
    session: Session, invited: Invited, form: PhoneRating, comment: str | None, now: datetime
) -> tuple[Row, Mapping[str, int]]:
    """Give a rating's columns, and what of its answers counts."""
    local = now.astimezone(invited.zone)
    asked = _asked(session, invited, form, local.date())
    submission = Submission(
        id=form.id,
        rated_at=now,
        rated_at_text=now.isoformat(),
        score=form.score,
        questionnaire=asked.code,
        answers=form.answers,
        language=form.language,
        duration_ms=0,  # without script nobody measures it
        dossier=invited.dossier_code,
        reasons=tuple(reason for reason in Reason if reason in form.reasons),
        comment=comment,
        closed_by="done",
    )
    judged = judge(asked, form.answers)
    officer_id = _whose(session, invited, form.officer)
    place = {"unit_id": invited.unit_id, "desk_id": invited.desk_id, "officer_id": officer_id}
    marks = [Mark.NO_OFFICER] if officer_id is None else []
    row = rating_row(submission, invited.lane, asked.code, place, invited.procedure_id, now)
    # The moment of sending is no content: a form sent twice is the same rating.
    content = [form.score, row["reasons"], comment, form.language, invited.invitation_id]
    if form.answers:  # younger than the first ratings, whose digests stay as they are
        content.append(row["answers"])
    changed = {
        "digest": digest_of(content),
        "invitation_id": invited.invitation_id,
        "rated_at": now,
        "rated_on": local.date(),
        "marks": [str(mark) for mark in marks] + judged.marks,
    }
    return row | changed, judged.counted


def _asked(session: Session, invited: Invited, form: PhoneRating, on: date) -> Questionnaire:
    """Give the version the page showed; Invalid when it was never in use here."""
    if form.questionnaire == DEFAULT:
        return in_force(session, invited.unit_id, on)
    known = versions_of_unit(session, invited.unit_id, [form.questionnaire])
    if form.questionnaire not in known:
        raise unknown_questionnaire(form.questionnaire)
    return known[form.questionnaire]


def _whose(session: Session, invited: Invited, shown: str) -> int | None:
    """Say whose rating it is: for a desk the officer the page showed, if one of that desk's."""
    if invited.target is Target.DESK and invited.desk_id is not None and shown:
        known = {
            shift.officer_code: shift.officer_id for shift in shifts_at(session, invited.desk_id)
        }
        if shown in known:
            return known[shown]
    return None if invited.officer is None else invited.officer.id
