"""What a rule set allows a clock besides its limit: when it stands still, when it is longer."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from shared.domain.calendar import (
    ONE_DAY,
    WorkCalendar,
    cell,
    date_cell,
    end_of_day,
    local_date,
    wrong_cell,
)
from shared.domain.complaint import Kind, Tier
from shared.domain.deadline import AMOUNT_MAX, Limit, Pause, Receipt, Receiving
from shared.domain.errors import N_, Invalid, RuleBroken

REASON_MIN = 10
REASON_MAX = 1000
# More would hide lateness behind questions.
PAUSE_CAP_MAX = 30


@dataclass(frozen=True)
class Handling:
    """One version of what is allowed for a kind and tier, in force between two local dates.

    `pause_cap` is in working days for all pauses of a case together; `extension_max` and
    `ceiling`, for the limit with its extensions, are in the unit of the limit.
    """

    kind: Kind
    tier: Tier
    in_force_from: date
    in_force_to: date | None
    code: str
    document: str
    legal_basis: str
    receipt: Receipt = Receipt.SAME_DAY
    cut_off: time | None = None
    pauses_max: int = 0
    pause_cap: int = 0
    extensions_max: int = 0
    extension_max: int = 0
    ceiling: int | None = None
    second_person: bool = False
    fresh_on_transfer: bool = False

    @property
    def receiving(self) -> Receiving:
        """Return by which rule the day of the receipt is found."""
        return Receiving(self.receipt, self.cut_off)


def handling_in_force(
    rules: Iterable[Handling], kind: Kind, tier: Tier, on: date
) -> Handling | None:
    """Return what is allowed on local date `on`; None, and so nothing, without a rule."""
    found = [
        rule
        for rule in rules
        if (rule.kind, rule.tier) == (kind, tier)
        and rule.in_force_from <= on
        and (rule.in_force_to is None or on <= rule.in_force_to)
    ]
    return max(found, key=lambda rule: rule.in_force_from, default=None)


def pause_until(
    rule: Handling | None,
    earlier: Sequence[Pause],
    due_on: date,
    now: datetime,
    calendar: WorkCalendar,
) -> datetime:
    """Return when a pause that begins now ends at the latest: the rule's cap, at midnight.

    Raise RuleBroken `pause_not_allowed` where no rule lets the clock stand still (for reports and
    petitions no statute does), `pauses_used_up`, `pause_too_late` after the due day.
    """
    if rule is None or not rule.pauses_max:
        raise RuleBroken(
            "pause_not_allowed",
            N_("Quy định không cho tạm dừng tính thời hạn loại việc này. Thời hạn vẫn tiếp tục."),
        )
    used = _days_used(earlier, calendar)
    if len(earlier) >= rule.pauses_max or used >= rule.pause_cap:
        raise RuleBroken(
            "pauses_used_up",
            N_("Đã hết số lần hoặc số ngày được tạm dừng. Thời hạn vẫn tiếp tục."),
        )
    on = local_date(now, calendar.zone)
    if on > due_on:
        raise RuleBroken(
            "pause_too_late", N_("Đã quá hạn nên không tạm dừng được. Thời hạn giữ nguyên.")
        )
    for _day in range(rule.pause_cap - used):
        on = calendar.next_working(on)
    return end_of_day(on, calendar.zone)


def _days_used(pauses: Sequence[Pause], calendar: WorkCalendar) -> int:
    """Return the working days that pauses took: those after the day one began, to its last."""
    used = 0
    for pause in pauses:
        on, last = (local_date(at, calendar.zone) for at in (pause.began_at, pause.ended_at))
        while (on := on + ONE_DAY) <= last:
            used += calendar.is_working(on)
    return used


def check_extension(
    rule: Handling | None,
    limit: Limit,
    granted: Sequence[int],
    amount: int,
    due_on: date,
    today: date,
) -> None:
    """Let an extension by `amount` of the limit's units pass, or say why not.

    The resident must be told before the old day, so on that day itself it is too late. Raise
    RuleBroken `extension_not_allowed`, `extensions_used_up`, `extension_too_late`; Invalid
    `extension_too_long`.
    """
    if rule is None or not rule.extensions_max:
        raise RuleBroken("extension_not_allowed", N_("Quy định không cho gia hạn loại việc này."))
    if len(granted) >= rule.extensions_max:
        raise RuleBroken("extensions_used_up", N_("Vụ việc đã được gia hạn đủ số lần cho phép."))
    if today >= due_on:
        raise RuleBroken(
            "extension_too_late",
            N_("Phải gia hạn và báo người gửi trước ngày hết hạn %(due_on)s."),
            due_on=due_on.strftime("%d/%m/%Y"),
        )
    most = longest_extension(rule, limit, granted)
    if not 1 <= amount <= most:
        raise Invalid(
            "extension_too_long",
            N_("Chỉ được gia hạn từ 1 đến %(most)s."),
            field="amount",
            most=most,
        )


def longest_extension(rule: Handling, limit: Limit, granted: Sequence[int]) -> int:
    """Return how many of the limit's units one more extension may add."""
    if rule.ceiling is None:
        return rule.extension_max
    return max(min(rule.extension_max, rule.ceiling - limit.amount - sum(granted)), 0)


def checked_reason(text: str) -> str:
    """Return the trimmed reason of an extension; raise Invalid when it says nothing."""
    words = " ".join(text.split())
    if not REASON_MIN <= len(words) <= REASON_MAX:
        raise Invalid(
            "extension_reason_missing",
            N_("Xin ghi lý do gia hạn, từ %(minimum)s đến %(maximum)s ký tự."),
            field="reason",
            minimum=REASON_MIN,
            maximum=REASON_MAX,
        )
    return words


def read_handling(rows: Iterable[Mapping[str, str | None]]) -> list[Handling]:
    """Return rules from rows with the columns of `Handling`; yes and no, empty for none.

    Raise Invalid naming line (the heading is line 1) and column.
    """
    return [_read(row, line) for line, row in enumerate(rows, start=2)]


def _read(row: Mapping[str, str | None], line: int) -> Handling:
    rule = Handling(
        kind=Kind(_one_of(set(Kind), row, "kind", line)),
        tier=Tier(_one_of(set(Tier), row, "tier", line)),
        in_force_from=date_cell(row, "in_force_from", line),
        in_force_to=date_cell(row, "in_force_to", line) if row.get("in_force_to") else None,
        code=cell(row, "code", line),
        document=cell(row, "document", line),
        legal_basis=cell(row, "legal_basis", line),
        receipt=Receipt(_one_of(set(Receipt), row, "receipt", line)),
        cut_off=time.fromisoformat(cell(row, "cut_off", line)) if row.get("cut_off") else None,
        pauses_max=_count(row, "pauses_max", line),
        pause_cap=_count(row, "pause_cap", line),
        extensions_max=_count(row, "extensions_max", line),
        extension_max=_count(row, "extension_max", line),
        ceiling=_count(row, "ceiling", line) if row.get("ceiling") else None,
        second_person=_one_of({"yes", "no"}, row, "second_person", line) == "yes",
        fresh_on_transfer=_one_of({"yes", "no"}, row, "fresh_on_transfer", line) == "yes",
    )
    wrong = wrong_part(rule)
    if wrong is not None:
        raise wrong_cell(wrong, line, str(getattr(rule, wrong)))
    return rule


def wrong_part(rule: Handling) -> str | None:
    """Return the name of the part that hides lateness or contradicts another; None if sound.

    Pauses need a cap, extensions a length, and both a sane size.
    """
    if bool(rule.pauses_max) != bool(rule.pause_cap) or rule.pause_cap > PAUSE_CAP_MAX:
        return "pause_cap"
    if bool(rule.extensions_max) != bool(rule.extension_max):
        return "extension_max"
    if rule.in_force_to is not None and rule.in_force_to < rule.in_force_from:
        return "in_force_to"
    return None


def _one_of(words: Iterable[str], row: Mapping[str, str | None], column: str, line: int) -> str:
    text = cell(row, column, line)
    if text not in words:
        raise wrong_cell(column, line, text)
    return text


def _count(row: Mapping[str, str | None], column: str, line: int) -> int:
    text = cell(row, column, line)
    if not (text.isascii() and text.isdigit() and int(text[:6]) <= AMOUNT_MAX):
        raise wrong_cell(column, line, text)
    return int(text)
