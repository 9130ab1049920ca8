"""Units through time: levels with their days, what a unit was on a day, who came after whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from shared.domain.errors import N_, Invalid


class SuccessionKind(StrEnum):
    """How one unit went on as another; how many there are on each side says the rest."""

    MERGER = "merger"
    SPLIT = "split"
    LEVEL = "level"  # the same place at another level
    HANDOVER = "handover"  # the unit ended, its duties went on elsewhere


@dataclass(frozen=True)
class Level:
    """A level of units; local days, both included, None without bound."""

    code: str
    name: str
    name_en: str = ""
    partner: bool = False
    valid_from: date | None = None
    valid_to: date | None = None
    basis: str = ""

    def words(self, language: str) -> str:
        """Give its name in a language; the Vietnamese one where there is no other."""
        return (self.name_en if language == "en" else "") or self.name


@dataclass(frozen=True)
class Standing:
    """What a unit is called and where it stands: name, code of its level, key of the unit above."""

    name: str
    level: str
    parent_id: int | None


@dataclass(frozen=True)
class Past:
    """What a unit was up to a local day, that day included."""

    until: date
    was: Standing


def check_level(level: Level, first: date, last: date | None) -> None:
    """Refuse a unit outside the days of its level; raises Invalid naming the field.

    Since 2025-07-01 there are no districts (Law on Organisation of Local Government 2025); a
    unit of theirs needs a last day up to 2025-06-30.
    """
    if level.valid_from is not None and first < level.valid_from:
        raise Invalid(
            "level_not_yet",
            N_("Cấp “%(level)s” chỉ có từ ngày %(day)s."),
            field="valid_from",
            level=level.name,
            day=f"{level.valid_from:%d/%m/%Y}",
        )
    if level.valid_to is not None and (last is None or last > level.valid_to):
        raise Invalid(
            "level_ended",
            N_(
                "Cấp “%(level)s” chỉ có đến hết ngày %(day)s. Xin chọn cấp khác, hoặc ghi ngày"
                " cuối của đơn vị."
            ),
            field="level",
            level=level.name,
            day=f"{level.valid_to:%d/%m/%Y}",
        )


def as_of(pasts: Sequence[Past], today: Standing, on: date) -> Standing:
    """Give what a unit was on a local day: the earliest past that reaches it, else what it is."""
    reaching = [past for past in pasts if past.until >= on]
    return min(reaching, key=lambda past: past.until).was if reaching else today


def check_change(pasts: Sequence[Past], first: date, last: date | None, since: date) -> date:
    """Give the last day on which a unit was what it no longer is since a local day.

    Raises Invalid where that day is not within the unit's days, or not after an earlier change.
    """
    until = since - timedelta(days=1)
    if not first <= until or (last is not None and since > last):
        raise Invalid(
            "change_outside",
            N_("Ngày đổi phải nằm trong thời gian hoạt động của đơn vị."),
            field="changed_from",
        )
    if any(past.until >= until for past in pasts):
        raise Invalid(
            "change_before",
            N_("Đơn vị đã có thay đổi từ ngày này trở đi."),
            field="changed_from",
        )
    return until


def check_succession(ended_on: date | None, began_on: date, on: date) -> None:
    """Refuse a succession before the successor exists or after a gap; raises Invalid.

    `ended_on` is the predecessor's last local day (None: it goes on, as after a split), `began_on`
    the successor's first.
    """
    if on < began_on:
        raise Invalid(
            "successor_later",
            N_("Đơn vị kế tục chỉ hoạt động từ ngày %(day)s."),
            field="on",
            day=f"{began_on:%d/%m/%Y}",
        )
    if ended_on is not None and on > ended_on + timedelta(days=1):
        raise Invalid(
            "predecessor_earlier",
            N_("Đơn vị trước chỉ hoạt động đến hết ngày %(day)s."),
            field="on",
            day=f"{ended_on:%d/%m/%Y}",
        )
