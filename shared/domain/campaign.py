"""What a campaign is: plan, criteria, states, and the checks before it may start."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from shared.domain.band import Band, check_bands
from shared.domain.campaign_leader import Leader
from shared.domain.errors import N_, Invalid, RuleBroken
from shared.domain.faults import Faults
from shared.domain.figure import LARGEST_FIGURE, is_whole
from shared.domain.filter_rules import check_filter
from shared.domain.measure import HAND_ENTERED as HAND_ENTERED
from shared.domain.measure import MEASURES as MEASURES
from shared.domain.measure import Measure as Measure
from shared.domain.measure import Source as Source
from shared.domain.milestone import MilestoneKind as MilestoneKind
from shared.domain.peer_group import PeerGroup
from shared.domain.sampling import HUNDREDTH
from shared.domain.scoring import (
    LESS_IS_BETTER,
    Comparison,
    CompetitorKind,
    CriterionRule,
    Scoring,
    TargetUnit,
)

FULL_WEIGHT = Decimal(100)
CODE = re.compile(r"[a-z0-9][a-z0-9-]{1,39}")
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)
LONGEST_PERIOD = timedelta(days=6 * 366)


class CampaignState(StrEnum):
    """Draft: everything may change. Running: the rules stand. Closed: nothing moves any more."""

    DRAFT = "draft"
    RUNNING = "running"
    CLOSED = "closed"


class Action(StrEnum):
    """What moves a campaign from one state to the next."""

    START = "start"
    CLOSE = "close"


_STEPS = {
    (CampaignState.DRAFT, Action.START): CampaignState.RUNNING,
    (CampaignState.RUNNING, Action.CLOSE): CampaignState.CLOSED,
}


@dataclass(frozen=True)
class Settings:
    """What a campaign counts; each is a choice of its organiser with the usual one as default.

    “Bình thường” (3) is not satisfied: the reading of the satisfaction index of the Ministry of
    Home Affairs (QĐ 1001/QĐ-BNV of 2023-12-11). Open ratings (printed QR) are shown, not scored.
    """

    satisfied_from_score: int = 4
    lanes: tuple[str, ...] = ("dossier", "desk")
    unmet_ceiling: Decimal = Decimal("0.9")  # fraction of a criterion's points


@dataclass(frozen=True)
class Milestone:
    """A day of a campaign that was settled beforehand; local date."""

    kind: MilestoneKind
    name: str
    on: date


@dataclass(frozen=True)
class CampaignPlan:
    """A campaign as its founding document has it; dates are local and both count."""

    code: str
    name: str
    theme: str
    document: str
    organiser: str
    starts_on: date
    ends_on: date
    launched_on: date | None = None
    settings: Settings = field(default_factory=Settings)
    criteria: tuple[CriterionRule, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    bands: tuple[Band, ...] = ()  # the highest first
    bands_set_at: datetime | None = None  # UTC; only where they were added after the start
    groups: tuple[PeerGroup, ...] = ()
    leaders: tuple[Leader, ...] = ()  # with their days; none: the organiser all the time

    @property
    def led_by(self) -> str:
        """Name who leads at the end of what is known: the last of several, or the organiser."""
        return self.leaders[-1].name if self.leaders else self.organiser


@dataclass(frozen=True)
class Window:
    """The days a competitor is judged on, both included; local dates."""

    first: date
    last: date


def next_state(state: CampaignState, action: Action) -> CampaignState:
    """Give the state after an action; raises RuleBroken where the action does not fit the state."""
    try:
        return _STEPS[state, action]
    except KeyError:
        raise RuleBroken(
            "campaign_state", N_("Phong trào đang ở trạng thái không cho phép bước này.")
        ) from None


def check_rules_editable(state: CampaignState) -> None:
    """Refuse to change criteria, targets, weights or the first day once a campaign has started.

    A running campaign keeps its rules so that its standing holds in an argument; other rules are
    a copy of it. Its name, document and last day, and who takes part from when, may still change.
    """
    if state is not CampaignState.DRAFT:
        raise RuleBroken(
            "campaign_started",
            N_("Phong trào đã bắt đầu nên tiêu chí và trọng số không đổi. Hãy sao chép rồi sửa."),
        )


def shifted(on: date, by: timedelta, latest: date) -> date:
    """Move a local day, no later than `latest`; the calendar ends with the year 9999."""
    return latest if by >= latest - on else on + by


def check_open(state: CampaignState) -> None:
    """Refuse any change of a closed campaign."""
    if state is CampaignState.CLOSED:
        raise RuleBroken("campaign_closed", N_("Phong trào đã kết thúc, không sửa được nữa."))


def check_running(state: CampaignState) -> None:
    """Refuse figures before the start and after the close."""
    if state is not CampaignState.RUNNING:
        raise RuleBroken(
            "campaign_not_running", N_("Chỉ nhập và xác nhận số liệu khi phong trào đang chạy.")
        )


def check_plan(plan: CampaignPlan) -> None:
    """Refuse a plan without a name, with crossed dates, or settings nobody could score by.

    Raises Invalid naming the fields.
    """
    with Faults() as faults:
        faults.read(checked_name, plan.name)
        faults.read(checked_code, plan.code)
        faults.read(check_period, plan.starts_on, plan.ends_on)
        faults.read(_check_milestones, plan)
        faults.read(_check_settings, plan.settings)
        for criterion in plan.criteria:
            faults.read(check_criterion, criterion)


def checked_code(text: str) -> str:
    """Return the trimmed code of a campaign; raise Invalid for one that is not of its form."""
    code = text.strip()
    if not CODE.fullmatch(code):
        raise Invalid(
            "campaign_code", N_("Mã chỉ gồm chữ thường, số và dấu gạch, từ 2 ký tự."), field="code"
        )
    return code


def checked_name(text: str) -> str:
    """Return the trimmed name of a campaign; raise Invalid for none."""
    name = text.strip()
    if not name:
        raise Invalid("campaign_name", N_("Hãy ghi tên phong trào."), field="name")
    return name


def check_period(starts_on: date, ends_on: date) -> None:
    """Refuse days that cross, lie far away or are too far apart; raises Invalid."""
    if ends_on < starts_on:
        raise Invalid(
            "campaign_dates", N_("Ngày kết thúc phải từ ngày bắt đầu trở đi."), field="ends_on"
        )
    within = starts_on >= EARLIEST and ends_on <= LATEST
    if not within or ends_on - starts_on > LONGEST_PERIOD:
        raise Invalid(
            "campaign_period",
            N_("Kỳ của phong trào dài nhất sáu năm, từ năm 2000 đến 2100."),
            field="starts_on",
        )


def check_criterion(rule: CriterionRule) -> None:
    """Refuse a criterion whose measure, target and points do not fit together; raises Invalid."""
    facts = MEASURES[Measure(rule.measure)]
    fits = rule.kind in facts.kinds and rule.target.unit in facts.units
    if not fits or Source(rule.source) not in facts.sources:
        raise Invalid(
            "criterion_measure",
            N_("Tiêu chí %(code)s: cách đo không hợp với nguồn, đối tượng hoặc đơn vị tính."),
            field="measure",
            code=rule.code,
        )
    if rule.max_points < 0:
        raise Invalid(
            "criterion_points",
            N_("Tiêu chí %(code)s: điểm tối đa không được âm."),
            field="max_points",
            code=rule.code,
        )
    _check_target(rule)
    _check_scoring(rule)
    check_filter(rule.code, rule.measure, rule.filter)


def check_written(rule: CriterionRule) -> None:
    """Refuse numbers of a new or changed criterion that would not be what they look like.

    A count is written without any sign in it: “1.500” would be one and a half. Points have two
    decimals at most, for scores are rounded to two: with finer ones full marks would not add up
    to 100. Raises Invalid; rules that already hold are not asked.
    """
    counts = [rule.target.value, *(step.value for step in rule.steps)]
    if rule.target.unit is TargetUnit.COUNT and not all(map(is_whole, counts)):
        raise Invalid(
            "criterion_count",
            N_("Tiêu chí %(code)s: viết số lượng liền nhau, không dấu chấm, dấu phẩy, như 1500."),
            field="target",
            code=rule.code,
        )
    if rule.max_points != rule.max_points.quantize(HUNDREDTH):
        raise Invalid(
            "criterion_points_fine",
            N_("Tiêu chí %(code)s: điểm tối đa có nhiều nhất hai chữ số sau dấu phẩy."),
            field="max_points",
            code=rule.code,
        )


def check_bands_added(state: CampaignState, known: Sequence[Band], added: Sequence[Band]) -> None:
    """Refuse bands for a campaign that is not running or has some; Invalid for wrong or no bands.

    A campaign that started before there were bands may get some once. Those it has stand.
    """
    if state is not CampaignState.RUNNING:
        raise RuleBroken("not_running", N_("Chỉ thêm mức được khi phong trào đang chạy."))
    if known:
        raise RuleBroken("bands_known", N_("Phong trào đã có mức xếp loại nên mức không đổi."))
    if not added:
        raise Invalid("bands_missing", N_("Hãy ghi ít nhất một mức."), field="bands")
    check_bands(added)


def check_weights(criteria: Iterable[CriterionRule], kind: CompetitorKind) -> None:
    """Refuse weights of one kind of competitor, bonuses apart, that do not add up to 100."""
    weights = [
        rule.max_points
        for rule in criteria
        if rule.kind is kind and rule.scoring is not Scoring.BONUS
    ]
    if sum(weights) != FULL_WEIGHT:
        raise Invalid(
            "weights_sum",
            N_("Tổng điểm các tiêu chí phải bằng 100, hiện là %(sum)s."),
            field="max_points",
            sum=f"{sum(weights, Decimal(0)):f}".replace(".", ","),
        )


def check_start(plan: CampaignPlan, kinds: Iterable[CompetitorKind]) -> None:
    """Refuse to start without competitors or with weights that do not add up.

    `kinds` are the kinds of the competitors taking part.
    """
    taking_part = set(kinds)
    if not taking_part:
        raise RuleBroken("no_competitors", N_("Chưa có đơn vị hoặc cá nhân nào tham gia."))
    check_plan(plan)
    for rule in plan.criteria:
        check_written(rule)
    for kind in sorted(taking_part):
        check_weights(plan.criteria, kind)


def window(
    starts_on: date, ends_on: date, joined_on: date | None, left_on: date | None, today: date
) -> Window | None:
    """Give the days a competitor is judged on up to today; None where there is no such day.

    A late joiner is judged on its part of the period only.
    """
    first = max(starts_on, joined_on or starts_on)
    last = min(ends_on, left_on or ends_on, today)
    return Window(first, last) if first <= last else None


def in_groups(criteria: Sequence[CriterionRule]) -> list[tuple[str, list[CriterionRule]]]:
    """Gather criteria by group, groups and criteria in the order of the plan."""
    groups: dict[str, list[CriterionRule]] = {}
    for rule in criteria:
        groups.setdefault(rule.group, []).append(rule)
    return list(groups.items())


def checked_lanes(lanes: tuple[str, ...]) -> tuple[str, ...]:
    """Return the lanes whose ratings count; raise Invalid for none."""
    if not lanes:
        words = N_("Hãy chọn ít nhất một đường đánh giá được tính.")
        raise Invalid("lanes", words, field="lanes")
    return lanes


def _check_milestones(plan: CampaignPlan) -> None:
    for milestone in plan.milestones:
        if not milestone.name.strip() or not plan.starts_on <= milestone.on <= LATEST:
            raise Invalid(
                "campaign_milestone",
                N_("Mỗi mốc cần tên và ngày, từ ngày bắt đầu trở đi."),
                field="milestones",
            )


def _check_settings(settings: Settings) -> None:
    with Faults() as faults:
        if not 1 <= settings.satisfied_from_score <= 5:
            words = N_("Mức được tính là hài lòng phải từ 1 đến 5.")
            faults.add(Invalid("satisfied_from", words, field="satisfied_from_score"))
        faults.read(checked_lanes, settings.lanes)
        if not 0 <= settings.unmet_ceiling <= 1:
            words = N_("Mức trần khi chưa đạt phải từ 0 đến 100 phần trăm.")
            faults.add(Invalid("unmet_ceiling", words, field="unmet_ceiling"))


def _check_target(rule: CriterionRule) -> None:
    target = rule.target
    highest = FULL_WEIGHT if target.unit is TargetUnit.PERCENT else Decimal(LARGEST_FIGURE)
    out_of_reach = target.comparison is Comparison.MORE_THAN and target.value >= highest
    is_yes = target.comparison is Comparison.YES
    if not 0 <= target.value <= highest or out_of_reach:
        raise Invalid(
            "criterion_target",
            N_("Tiêu chí %(code)s: mục tiêu nằm ngoài khoảng có thể đạt."),
            field="target",
            code=rule.code,
        )
    if is_yes is not (target.unit is TargetUnit.YES_NO):
        raise Invalid(
            "criterion_comparison",
            N_("Tiêu chí %(code)s: cách so sánh không hợp với đơn vị tính."),
            field="comparison",
            code=rule.code,
        )


def _check_scoring(rule: CriterionRule) -> None:
    needs_amount = rule.scoring in {Scoring.PENALTY, Scoring.BONUS}
    shares = [step.share for step in rule.steps]
    penalty = rule.scoring is Scoring.PENALTY
    wrong = (
        bool(rule.steps) is not (rule.scoring is Scoring.STEPS)
        or any(not 0 <= share <= 1 for share in shares)
        or rule.per_case < 0
        or (needs_amount and not rule.per_case)
        or (penalty and rule.target.comparison not in LESS_IS_BETTER)
    )
    if wrong:
        raise Invalid(
            "criterion_scoring",
            N_("Tiêu chí %(code)s: cách cho điểm khi chưa đạt thiếu mức hoặc điểm mỗi trường hợp."),
            field="scoring",
            code=rule.code,
        )
