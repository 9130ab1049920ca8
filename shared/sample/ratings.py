"""The sample's ratings, stored by the same services as real ones."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import groupby
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.calendar import monday_of
from shared.domain.rating import Lane
from shared.models.channel import Kiosk
from shared.models.dossier import Dossier
from shared.models.organisation import Procedure
from shared.sample.dossiers import Filed
from shared.sample.invitations import Code
from shared.sample.office import Office, Procedures
from shared.sample.opinions import Opinion, Touch, opinions, touches
from shared.sample.questionnaires import answers
from shared.sample.rhythm import Span
from shared.services import channels, invitations, questionnaire_uses, ratings

LARGEST_BATCH = 500  # what a post of a kiosk may hold
Rated = tuple[Touch, Opinion]


@dataclass
class Pair:
    """A kiosk as the device itself knows it: its token and the next sequence number."""

    kiosk: Kiosk
    token: str = field(repr=False)
    sequence: int = 1


def add_kiosks(session: Session, offices: Sequence[Office], span: Span) -> dict[int, Pair]:
    """Pair a kiosk at every desk; give them by desk key."""
    opened = span.at(span.first, time(7))
    return {
        desk.id: Pair(*channels.pair(session, desk.code, f"Màn hình {desk.name}", opened))
        for office in offices
        for desk in office.desks
    }


def add_ratings(
    session: Session,
    rng: Random,
    offices: Sequence[Office],
    kiosks: Mapping[int, Pair],
    procedures: Procedures,
    filed: Sequence[Filed],
    printed: Mapping[int, Sequence[Code]],
    span: Span,
) -> set[int]:
    """Add every office's ratings; give the keys of the dossiers that were rated."""
    used: set[int] = set()
    for office in offices:
        theirs = [dossier for dossier in filed if dossier.office is office]
        planned = touches(rng, office, theirs, printed[office.unit.id], span)
        rated = opinions(rng, office, planned, span)
        for position, desk in enumerate(office.desks):
            offered = [row for row in procedures.rows if office.desk_of(row) == position]
            here = [(t, o) for t, o in rated if t.lane is Lane.DESK and t.desk == position]
            _send(session, rng, office, kiosks[desk.id], offered, here, span)
        by_phone = [(touch, said) for touch, said in rated if touch.lane is not Lane.DESK]
        _rate_by_phone(session, rng, office, by_phone, span)
        used |= {touch.dossier.id for touch, _ in rated if touch.dossier is not None}
    return used


def _send(
    session: Session,
    rng: Random,
    office: Office,
    pair: Pair,
    offered: Sequence[Procedure],
    rated: Iterable[Rated],
    span: Span,
) -> None:
    """Send a kiosk's touches as one does that is started every morning and sends once a week.

    A batch for every day would take several times as long.
    """

    def day(one: Rated) -> date:
        return one[0].moment.astimezone(span.calendar.zone).date()

    weeks: dict[date, list[dict[str, Any]]] = {}
    sent_at: dict[date, datetime] = {}
    for on, touched in groupby(sorted(rated, key=lambda one: one[0].moment), key=day):
        boot = str(_uuid(rng))
        for touch, said in touched:
            procedure = rng.choice(offered).code if rng.random() < 0.6 else None
            item = _item(rng, office, touch, said, span)
            item |= {"sequence": pair.sequence, "boot": boot, "procedure": procedure}
            weeks.setdefault(monday_of(on), []).append(item)
            sent_at[monday_of(on)] = touch.moment
            pair.sequence += 1
    for monday, items in weeks.items():
        for first in range(0, len(items), LARGEST_BATCH):
            batch = items[first : first + LARGEST_BATCH]
            _post(session, pair, batch, sent_at[monday])
    _post(session, pair, [], span.now)  # it is seen now as well


def _post(session: Session, pair: Pair, items: Sequence[dict[str, Any]], sent_at: datetime) -> None:
    channel = channels.recognise(session, pair.token)
    assert channel is not None
    ratings.record(session, channel, items, sent_at, sent_at)


def _item(rng: Random, office: Office, touch: Touch, said: Opinion, span: Span) -> dict[str, Any]:
    local = touch.moment.astimezone(span.calendar.zone)
    officer = office.officer_at(touch.desk, local.date(), local.time())
    identity = _uuid(rng)
    return {
        "id": str(identity),
        "rated_at": local.isoformat(),
        "score": said.score,
        "questionnaire": "default",
        "answers": answers(identity, said.score),
        "officer": None if officer is None else officer.code,
        "language": "en" if rng.random() < 0.015 else "vi",
        "duration_ms": rng.randint(1_500, 24_000),
        "reasons": list(said.reasons),
        "comment": said.comment,
        "closed_by": "done" if rng.random() < 0.55 else "idle",
    }


def _rate_by_phone(
    session: Session, rng: Random, office: Office, rated: Sequence[Rated], span: Span
) -> None:
    """Rate from the pages behind codes; they all ask what is in force from the first day on."""
    asked = questionnaire_uses.in_force(session, office.unit.id, span.first)
    named = {touch.dossier.id for touch, _said in rated if touch.dossier is not None}
    # As long as they are held here, nobody reads them one by one.
    held = session.scalars(select(Dossier).where(Dossier.id.in_(named))).all()
    assert len(held) == len(named)
    tokens = [_token(session, touch) for touch, _said in rated]
    for (touch, said), token in zip(rated, tokens, strict=True):
        invited = invitations.look_up(session, token, touch.moment)
        form = invitations.PhoneRating(
            id=_uuid(rng),
            score=said.score,
            reasons=said.reasons,
            comment=said.comment or "",
            language="vi",
            officer="" if invited.officer is None else invited.officer.code,
            questionnaire=asked.code,
        )
        invitations.rate(session, invited, form, touch.moment)


def _token(session: Session, touch: Touch) -> str:
    """Give the token of the code that was scanned, a new one for a dossier."""
    if touch.dossier is not None:
        issued_at = touch.moment - timedelta(hours=4)
        return invitations.issue_for_dossier(session, touch.dossier.id, issued_at)
    assert touch.code is not None
    return touch.code.token


def _uuid(rng: Random) -> UUID:
    return UUID(int=rng.getrandbits(128), version=4)
