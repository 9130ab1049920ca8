"""Who touches when, and what they say: just under each commune's share, more at a weaker desk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import ceil
from random import Random

from shared.domain.rating import Lane, Reason
from shared.sample.dossiers import Filed
from shared.sample.invitations import Code
from shared.sample.office import Office
from shared.sample.rhythm import Span

BY_DOSSIER, BY_PRINTED_CODE = 0.1, 0.08  # fractions of a commune's ratings; the rest at the desks
DESK_SHARES = (1.0, 1.3, 0.6, 0.55, 0.7)  # how busy the desks are
AT_HOME = (time(11, 40), time(21, 30))
QUEUE = 1.8  # Monday mornings make that much more discontent

COMPLAINED_OF: Mapping[Reason, float] = {
    Reason.WAITING: 5,
    Reason.UNCLEAR: 3,
    Reason.VISITS: 3,
    Reason.ATTITUDE: 2,
    Reason.PREMISES: 1,
    Reason.OTHER: 1,
    Reason.EXTRA_MONEY: 0.12,
    Reason.BROKER: 0.08,
}
PRAISING = (
    "Cán bộ hướng dẫn rõ, làm nhanh.",
    "Rất nhiệt tình, tôi chỉ phải đến một lần.",
    "Nơi chờ sạch sẽ, có nước uống.",
    "Được giải thích kỹ về lệ phí.",
)
CRITICAL = (
    "Chờ hơn một tiếng mới đến lượt.",
    "Bảng hướng dẫn chữ nhỏ quá, người già khó đọc.",
    "Phải quay về lấy thêm giấy tờ mà trước đó không ai nói.",
    "Máy lấy số hay hết giấy.",
    "Mong có thêm người ở quầy đất đai.",
)


@dataclass(frozen=True)
class Touch:
    """A resident who rates: where (position of the desk), when (UTC) and through what."""

    lane: Lane
    desk: int
    moment: datetime
    dossier: Filed | None = None
    code: Code | None = None


@dataclass(frozen=True)
class Opinion:
    """What the resident says."""

    score: int
    reasons: tuple[str, ...]
    comment: str | None


def touches(
    rng: Random, office: Office, filed: Sequence[Filed], printed: Sequence[Code], span: Span
) -> list[Touch]:
    """Plan an office's touches, in no order.

    The scored ones are one short of a multiple of twenty: with a share of 95 % that stays just
    below, one more content resident reaches it.
    """
    total = office.plan.ratings
    scored = _at_desks(rng, office, round(total * (1 - BY_DOSSIER - BY_PRINTED_CODE)), span)
    scored += _by_dossier(rng, filed, round(total * BY_DOSSIER), span)
    for _ in range((len(scored) + 1) % 20):
        scored.pop(rng.randrange(len(scored)))
    return scored + _by_printed_code(rng, printed, round(total * BY_PRINTED_CODE), span)


def opinions(
    rng: Random, office: Office, planned: Sequence[Touch], span: Span
) -> list[tuple[Touch, Opinion]]:
    """Give every touch its opinion; exactly so many are content as keep the share just below."""
    scored = [touch for touch in planned if touch.lane is not Lane.OPEN]
    others = [touch for touch in planned if touch.lane is Lane.OPEN]
    chosen = _discontent(rng, office, scored, span) + _discontent(rng, office, others, span)
    return [(touch, _opinion(rng, content)) for touch, content in chosen]


def _at_desks(rng: Random, office: Office, count: int, span: Span) -> list[Touch]:
    shares = DESK_SHARES[: len(office.desks)]
    planned = []
    for desk, share in enumerate(shares):
        for on, times in span.spread(rng, round(count * share / sum(shares))).items():
            planned += [Touch(Lane.DESK, desk, at) for at in span.touches(rng, on, times)]
    return planned


def _by_dossier(rng: Random, filed: Sequence[Filed], count: int, span: Span) -> list[Touch]:
    planned = []
    for dossier in rng.sample(filed, min(count, len(filed))):
        moment = _at_home(rng, dossier.finished_on, span)
        if moment is not None:
            planned.append(Touch(Lane.DOSSIER, dossier.desk, moment, dossier=dossier))
    return planned


def _by_printed_code(rng: Random, printed: Sequence[Code], count: int, span: Span) -> list[Touch]:
    planned = []
    for code in rng.choices(printed, k=count):
        moment = _at_home(rng, rng.choice(span.days), span)
        if moment is not None:
            planned.append(Touch(Lane.OPEN, code.desk, moment, code=code))
    return planned


def _at_home(rng: Random, on: date, span: Span) -> datetime | None:
    """Choose a moment within three days; None when it has not come yet."""
    begin, end = AT_HOME
    minutes = (end.hour - begin.hour) * 60 + end.minute - begin.minute
    start = span.at(on + timedelta(days=rng.choice((0, 0, 1, 2))), begin)
    moment = start + timedelta(minutes=rng.randrange(minutes), seconds=rng.randrange(60))
    return moment if moment <= span.now else None


def _discontent(
    rng: Random, office: Office, planned: Sequence[Touch], span: Span
) -> list[tuple[Touch, bool]]:
    """Say who is content: those who are not are drawn by the weight of their desk and hour."""
    content = max(ceil(office.plan.satisfied * len(planned)) - 1, 0)
    drawn = sorted(
        (
            (rng.random() ** (1 / _weight(office, touch, span)), number)
            for number, touch in enumerate(planned)
        ),
        reverse=True,
    )
    discontent = {number for _, number in drawn[: len(planned) - content]}
    return [(touch, number not in discontent) for number, touch in enumerate(planned)]


def _weight(office: Office, touch: Touch, span: Span) -> float:
    local = touch.moment.astimezone(span.calendar.zone)
    queueing = local.isoweekday() == 1 and 9 <= local.hour < 11
    return office.plan.desks[touch.desk].discontent * (QUEUE if queueing else 1)


def _opinion(rng: Random, content: bool) -> Opinion:
    if content:
        praise = (str(Reason.ALL_GOOD),) if rng.random() < 0.3 else ()
        comment = rng.choice(PRAISING) if rng.random() < 0.02 else None
        return Opinion(rng.choices((4, 5), (0.36, 0.64))[0], praise, comment)
    chosen = rng.choices(list(COMPLAINED_OF), list(COMPLAINED_OF.values()), k=rng.choice((0, 1, 2)))
    comment = rng.choice(CRITICAL) if rng.random() < 0.2 else None
    reasons = tuple(sorted({str(reason) for reason in chosen}))
    return Opinion(rng.choices((3, 2, 1), (0.6, 0.27, 0.13))[0], reasons, comment)
