"""Frozen standings: rules, inputs and results of a review in one text that nothing moves."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from cattrs import Converter
from cattrs.gen import make_dict_unstructure_fn
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.calendar import local_date
from shared.domain.campaign import CampaignPlan, CampaignState
from shared.domain.canonical import canonical, differences, digest
from shared.domain.errors import N_, Invalid, NotFound, RuleBroken
from shared.domain.milestone import MilestoneKind, Verdict
from shared.domain.rating import clean_text
from shared.domain.review_difference import Told, in_vietnamese, told
from shared.domain.scoring import CriterionRule
from shared.models.campaign import Campaign
from shared.models.freeze import CampaignFreeze as CampaignFreeze  # the doors name it by this
from shared.services import campaigns, questionnaires
from shared.services.campaign_turns import take_turn
from shared.services.fresh_standings import fresh_standing, shown_standing
from shared.services.local_days import today_in, zone_of
from shared.services.standings import Place, Standing, score_json, standings
from shared.statistics.frames import Frame

LONGEST_REASON = 2_000
# What was added since reviews are frozen is written only where it says something, so that what was
# frozen before still is, byte for byte, what the same facts give.
ADDED: Mapping[type, tuple[str, ...]] = {
    CriterionRule: ("filter",),  # before what it is a part of
    CampaignPlan: ("bands", "bands_set_at", "groups", "leaders"),
    Place: ("group", "volume"),
    Frame: ("shown_until",),  # never of a review: it counts everything
}


@dataclass(frozen=True)
class Corrected:
    """The version that a correction stands beside, and what it changed."""

    before: CampaignFreeze
    changes: Sequence[Told] | None  # None where one of the two texts is not the one frozen


@dataclass(frozen=True)
class Checked:
    """A frozen standing held against what the same days give now."""

    frozen: CampaignFreeze
    verdict: Verdict
    differences: Sequence[Told]


def freeze(
    session: Session,
    campaign: Campaign,
    kind: MilestoneKind,
    on: date,
    actor: str,
    now: datetime,
) -> CampaignFreeze:
    """Freeze a review: what the facts up to the end of the local day `on` give.

    Raises RuleBroken for a draft, a day that is not over, and a review that is frozen already;
    Invalid for a day before the campaign or after it was ended.
    """
    if CampaignState(campaign.state) is CampaignState.DRAFT:
        raise RuleBroken("not_started", N_("Phong trào chưa bắt đầu."))
    _check_day(session, campaign, on)
    if kind is MilestoneKind.CLOSING and CampaignState(campaign.state) is CampaignState.CLOSED:
        raise _frozen_already()  # by the close itself, whatever day was asked for
    _check_next(session, campaign, (kind, on, 1))  # at once, before anything is computed
    judged = _judged(session, campaign, on, now)
    if judged[0].as_of >= now:
        raise RuleBroken("day_not_over", N_("Chỉ chốt được khi ngày chốt đã qua."))
    return _keep(session, campaign, (kind, on, 1), judged, actor, now)


def close(session: Session, campaign: Campaign, actor: str, now: datetime) -> CampaignFreeze:
    """End a running campaign and freeze its closing review with what is known at this instant.

    Its questions are asked to the end of the day.

    A closing review that is frozen already stands. Raises RuleBroken when the campaign is not
    running, and `closing_differs` when the facts of now no longer give what was frozen.
    """
    take_turn(session, campaign)
    campaigns.close(campaign, now)
    questionnaires.end_with_campaign(session, campaign, today_in(session, {campaign.unit_id}, now))
    last = newest(session, campaign, MilestoneKind.CLOSING, campaign.ends_on)
    if last is not None:
        return _still_so(session, last, now)
    judged = _judged(session, campaign, campaign.ends_on, now)
    key = (MilestoneKind.CLOSING, campaign.ends_on, 1)
    return _keep(session, campaign, key, judged, actor, now)


def correct(
    session: Session, frozen: CampaignFreeze, reason: str, actor: str, now: datetime
) -> CampaignFreeze:
    """Put a new version beside a frozen standing, with its reason and what it changes.

    Raises Invalid without a reason, RuleBroken `corrected_already` for a version that is not the
    newest, `frozen_spoilt` for a text that is not the one frozen, and `nothing_changes` when the
    facts of now give the same.
    """
    words = clean_text(reason)
    if not words or len(words) > LONGEST_REASON:
        raise Invalid("reason_missing", N_("Xin ghi lý do đính chính."), field="reason")
    campaign = session.get_one(Campaign, frozen.campaign_id)
    kind = MilestoneKind(frozen.kind)
    key = (kind, frozen.on, frozen.version + 1)
    _check_next(session, campaign, key)
    found = _as_reviewed(session, frozen, _judged(session, campaign, frozen.on, now)[0])
    judged = found, _written(found)
    changes = list(differences(_facts(frozen), json.loads(judged[1])))
    if not changes:
        raise RuleBroken("nothing_changes", N_("Tính lại không khác bản đã chốt."))
    made = _keep(session, campaign, key, judged, actor, now)
    made.reason, made.changes = (
        words,
        [{"path": one.path, "before": one.before, "after": one.after} for one in changes],
    )
    session.flush()
    return made


def check(session: Session, frozen: CampaignFreeze, now: datetime) -> Checked:
    """Compute a frozen standing anew and compare it byte for byte."""
    if not holds(frozen):
        return Checked(frozen, Verdict.SPOILT, ())
    campaign = session.get_one(Campaign, frozen.campaign_id)
    found = _as_reviewed(session, frozen, _judged(session, campaign, frozen.on, now)[0])
    text = _written(replace(found, state=_state_at(campaign, frozen.frozen_at)))
    if text == frozen.content:
        return Checked(frozen, Verdict.SAME, ())
    return Checked(frozen, Verdict.DIFFERENT, _told(frozen.content, text))


def listed(session: Session, campaign: Campaign) -> list[CampaignFreeze]:
    """List what was frozen of a campaign, the latest review and version first."""
    return list(
        session.scalars(
            select(CampaignFreeze)
            .where(CampaignFreeze.campaign_id == campaign.id)
            .order_by(CampaignFreeze.on.desc(), CampaignFreeze.kind, CampaignFreeze.version.desc())
        )
    )


def newest(
    session: Session, campaign: Campaign, kind: MilestoneKind, on: date
) -> CampaignFreeze | None:
    """Give the version of a review that holds, or None when it was not frozen."""
    found = (one for one in listed(session, campaign) if (one.kind, one.on) == (kind, on))
    return next(found, None)


def one(session: Session, campaign: Campaign, key: int) -> CampaignFreeze:
    """Give one frozen standing of a campaign; NotFound otherwise."""
    for frozen in listed(session, campaign):
        if frozen.id == key:
            return frozen
    raise NotFound


def in_force(session: Session, campaign: Campaign, now: datetime) -> Standing:
    """Give the standing that holds: of a closed campaign the frozen one, else that of now."""
    last = newest(session, campaign, MilestoneKind.CLOSING, campaign.ends_on)
    if CampaignState(campaign.state) is CampaignState.CLOSED and last is not None:
        return standing_of(last)
    return fresh_standing(session, campaign, now)


def shown_in_force(session: Session, campaign: Campaign, now: datetime) -> Standing:
    """Give the standing that holds, as anybody may see it.

    For all who may not read what ratings came to: whoever looks again and again must not find out
    what one resident said (NĐ 61/2018, article 27).
    """
    if CampaignState(campaign.state) is CampaignState.CLOSED:
        return in_force(session, campaign, now)
    return shown_standing(session, campaign, now)


def score_in_force_json(session: Session, code: str, now: datetime) -> dict[str, Any]:
    """Give the standing that holds as the command's JSON; NotFound for an unknown code."""
    return score_json(in_force(session, campaigns.by_code(session, code), now))


def verified_json(session: Session, code: str, now: datetime) -> list[dict[str, Any]]:
    """Check everything frozen of a campaign, as the command's JSON; NotFound for an unknown code.

    For whoever operates the machine itself, so without a scope.
    """
    campaign = campaigns.by_code(session, code)
    return [_checked_json(check(session, frozen, now)) for frozen in listed(session, campaign)]


def _checked_json(checked: Checked) -> dict[str, Any]:
    frozen = checked.frozen
    return {
        "kind": frozen.kind,
        "on": frozen.on.isoformat(),
        "version": frozen.version,
        "sha256": frozen.sha256,
        "verdict": checked.verdict,
        "differences": [_told_json(one) for one in checked.differences],
    }


def _told_json(one: Told) -> dict[str, Any]:
    """Say a difference in Vietnamese words, with its way in the frozen JSON."""
    return {
        "competitor": None if one.whose is None else one.whose.name,
        "criterion": None if one.criterion is None else " ".join(one.criterion),
        "what": one.what,
        "before": in_vietnamese(one.before),
        "after": in_vietnamese(one.after),
        "path": one.path,
    }


def corrected(session: Session, frozen: CampaignFreeze) -> Corrected | None:
    """Give the version that a correction stands beside and what it changed; None for a first."""
    campaign = session.get_one(Campaign, frozen.campaign_id)
    key = (frozen.kind, frozen.on, frozen.version - 1)
    versions = listed(session, campaign)
    before = next((one for one in versions if (one.kind, one.on, one.version) == key), None)
    if before is None:
        return None
    legible = holds(before) and holds(frozen)
    return Corrected(before, _told(before.content, frozen.content) if legible else None)


def holds(frozen: CampaignFreeze) -> bool:
    """Tell whether the text is the one that was frozen, by its SHA-256."""
    return digest(frozen.content) == frozen.sha256


def standing_of(frozen: CampaignFreeze) -> Standing:
    """Read a frozen standing back; RuleBroken `frozen_spoilt` for a text that is not the one."""
    return _converter().structure(_facts(frozen), Standing)


def _facts(frozen: CampaignFreeze) -> Any:
    if not holds(frozen):
        raise RuleBroken(
            "frozen_spoilt",
            N_("Nội dung bản chốt không còn đúng với mã băm. Hãy khôi phục từ bản sao lưu."),
        )
    return json.loads(frozen.content)


def _judged(session: Session, campaign: Campaign, on: date, now: datetime) -> tuple[Standing, str]:
    found = standings(session, campaign, now, until=on)
    return found, _written(found)


def _as_reviewed(session: Session, frozen: CampaignFreeze, found: Standing) -> Standing:
    """Take off bands that were added after a review was frozen for the first time."""
    added = found.plan.bands_set_at
    campaign = session.get_one(Campaign, frozen.campaign_id)
    versions = listed(session, campaign) if added is not None else []
    first = [one.frozen_at for one in versions if (one.kind, one.on) == (frozen.kind, frozen.on)]
    if added is None or min(first) >= added:
        return found
    return replace(found, plan=replace(found.plan, bands=(), bands_set_at=None))


def _written(found: Standing) -> str:
    return canonical(_converter().unstructure(found))


def _state_at(campaign: Campaign, at: datetime) -> CampaignState:
    """Give the state a started campaign was in at an instant: a review before the close ran."""
    closed = campaign.closed_at is not None and campaign.closed_at <= at
    return CampaignState.CLOSED if closed else CampaignState.RUNNING


def _still_so(session: Session, frozen: CampaignFreeze, now: datetime) -> CampaignFreeze:
    if check(session, frozen, now).verdict is not Verdict.SAME:
        raise RuleBroken(
            "closing_differs",
            N_("Kỳ tổng kết đã chốt nay tính lại khác. Xin đính chính bản chốt rồi kết thúc."),
        )
    return frozen


def _check_day(session: Session, campaign: Campaign, on: date) -> None:
    """Refuse a day up to which the campaign counted nothing, or no more than the day before."""
    zone = zone_of(session, {campaign.unit_id})
    if on < campaign.starts_on:
        message = N_("Phong trào bắt đầu ngày %(day)s; hãy chọn từ ngày ấy trở đi.")
        raise Invalid("before_start", message, field="on", day=f"{campaign.starts_on:%d/%m/%Y}")
    ended_on = local_date(campaign.closed_at, zone) if campaign.closed_at else on
    if on > ended_on:
        message = N_("Phong trào đã kết thúc ngày %(day)s; hãy chọn một ngày không muộn hơn.")
        raise Invalid("after_close", message, field="on", day=f"{ended_on:%d/%m/%Y}")


def _check_next(session: Session, campaign: Campaign, key: tuple[MilestoneKind, date, int]) -> None:
    """Refuse a version that does not follow the newest of its review."""
    kind, on, version = key
    last = newest(session, campaign, kind, on)
    if last is None or last.version < version:
        return
    if version == 1:
        raise _frozen_already()
    raise RuleBroken("corrected_already", N_("Bản này đã được đính chính."))


def _frozen_already() -> RuleBroken:
    return RuleBroken("frozen_already", N_("Kỳ này đã chốt. Cần sửa thì lập bản đính chính."))


def _keep(
    session: Session,
    campaign: Campaign,
    key: tuple[MilestoneKind, date, int],
    judged: tuple[Standing, str],
    actor: str,
    now: datetime,
) -> CampaignFreeze:
    take_turn(session, campaign)  # only now: computing takes long, and others want to write
    _check_next(session, campaign, key)
    kind, on, version = key
    found, text = judged
    frozen = CampaignFreeze(
        campaign_id=campaign.id,
        kind=kind,
        on=on,
        version=version,
        as_of=found.as_of,
        frozen_at=now,
        frozen_by=actor,
        content=text,
        sha256=digest(text),
    )
    session.add(frozen)
    session.flush()
    return frozen


def _told(before: str, after: str) -> list[Told]:
    return told(json.loads(before), json.loads(after))


@cache
def _converter() -> Converter:
    """Write and read what a standing is made of: exact numbers as text, instants in UTC."""
    converter = Converter(unstruct_collection_overrides={frozenset: sorted, tuple: list})
    converter.register_unstructure_hook(Decimal, lambda number: f"{number:f}")
    converter.register_structure_hook(Decimal, lambda text, _: Decimal(text))
    converter.register_unstructure_hook(date, date.isoformat)
    converter.register_structure_hook(date, lambda text, _: date.fromisoformat(text))
    converter.register_unstructure_hook(datetime, lambda at: at.astimezone(UTC).isoformat())
    converter.register_structure_hook(datetime, lambda text, _: datetime.fromisoformat(text))
    converter.register_unstructure_hook(ZoneInfo, lambda zone: zone.key)
    converter.register_structure_hook(ZoneInfo, lambda text, _: ZoneInfo(text))
    converter.register_structure_hook_func(lambda kind: kind is object, lambda plain, _: plain)
    for kind, names in ADDED.items():
        converter.register_unstructure_hook(kind, _sparing(converter, kind, names))
    return converter


def _sparing(
    converter: Converter, kind: type, names: Collection[str]
) -> Callable[[Any], dict[str, Any]]:
    """Write a record without those of the named parts that are as they are by default."""
    whole: Callable[[Any], dict[str, Any]] = make_dict_unstructure_fn(kind, converter)
    defaults = {field.name: field.default for field in fields(kind) if field.name in names}

    def write(record: Any) -> dict[str, Any]:
        plain = {name for name, value in defaults.items() if getattr(record, name) == value}
        return {name: part for name, part in whole(record).items() if name not in plain}

    return write
