"""What residents touched at a desk of the records: ratings, one held back, one to go on with."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from shared.domain.rating import Reason
from shared.services import channels, continuations, invitations, ratings
from shared.services.invitations import PhoneRating

NUMBERS = {"sen": 1, "lua": 2}


def rate(
    session: Session, key: str, words: str, kiosk_token: str, desk_token: str, now: datetime
) -> None:
    """Six touches of last week at the desk, and a phone's rating with words."""
    channel = channels.recognise(session, kiosk_token)
    assert channel is not None
    number = NUMBERS[key] << 64
    moments = [now - timedelta(days=8, minutes=minute) for minute in range(6, 0, -1)]
    touches: list[object] = [
        {
            "id": str(UUID(int=number + sequence, version=4)),
            "sequence": sequence,
            "rated_at": moment.isoformat(),
            "score": 1 + sequence % 5,
            "questionnaire": "default",
            "answers": {},
            "language": "vi",
            "duration_ms": 900,
        }
        for sequence, moment in enumerate(moments, 1)
    ]
    ratings.record(session, channel, touches, now, now)
    form = PhoneRating(
        id=UUID(int=number + 99, version=4),
        score=1,
        reasons=(str(Reason.ATTITUDE),),
        comment=f"{words}: cán bộ nói to",
        language="vi",
    )
    invitations.rate(session, invitations.look_up(session, desk_token, now), form, now)


def hold_back(session: Session, words: str, kiosk_token: str, now: datetime) -> None:
    """A touch that cannot be stored."""
    channel = channels.recognise(session, kiosk_token)
    assert channel is not None
    ratings.record(session, channel, [{"id": words, "sequence": 7}], now, now)


def go_on(session: Session, key: str, kiosk_token: str, now: datetime) -> str:
    """Somebody asked at the screen to go on writing on a telephone."""
    channel = channels.recognise(session, kiosk_token)
    assert channel is not None
    rating_id = UUID(int=(NUMBERS[key] << 64) + 1, version=4)
    return continuations.issue(session, channel, rating_id, "-", now)[0]
