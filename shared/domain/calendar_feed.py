"""What an event of somebody else's calendar means for an office, by its words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from shared.domain.calendar import ONE_DAY, DayKind
from shared.domain.errors import N_, RuleBroken
from shared.domain.search import fold


@dataclass(frozen=True)
class FeedEvent:
    """An event of a file: the line it begins on, its words, its first and last local date."""

    line: int
    summary: str
    categories: tuple[str, ...]
    description: str
    first: date
    last: date

    @property
    def dates(self) -> list[date]:
        """Every date of the event."""
        return [self.first + step * ONE_DAY for step in range((self.last - self.first).days + 1)]


@dataclass(frozen=True)
class FeedProblem:
    """An event that cannot be taken, and why."""

    line: int
    summary: str
    refusal: RuleBroken


@dataclass(frozen=True)
class FeedRule:
    """Words that decide a kind, and what the preview calls the rule."""

    kind: DayKind | None
    words: re.Pattern[str]
    told: str


# In this order: "làm bù … hoán đổi" is worked, "nghỉ bù … quốc khánh" is a compensation. A feed is
# full of days nobody has off; what no rule knows stays undecided and is never taken by itself.
RULES = (
    FeedRule(
        DayKind.MAKE_UP_WORKING,
        re.compile(r"\b(lam bu|di lam|make-?up|working day)\b"),
        N_("có chữ “làm bù”, “đi làm”"),
    ),
    FeedRule(
        DayKind.SWAPPED_OFF,
        re.compile(r"\b(hoan doi|thay cho ngay|swap(ped)?)\b"),
        N_("có chữ “hoán đổi”, “thay cho ngày”"),
    ),
    FeedRule(
        DayKind.COMPENSATION,
        re.compile(r"\b(nghi bu|in lieu|observed|compensat\w*|substitute)\b"),
        N_("có chữ “nghỉ bù”"),
    ),
    FeedRule(
        None,
        re.compile(r"\b(observance|ky niem)\b"),
        N_("ngày kỷ niệm, không nghỉ"),
    ),
    FeedRule(
        DayKind.HOLIDAY,
        re.compile(
            r"\b(tet (nguyen dan|duong lich|am lich|ta)|(29|30) tet|giao thua|nghi tet|nghi le"
            r"|mung (mot|hai|ba|bon|nam)|hung vuong|ngay chien thang|thong nhat|giai phong mien nam"
            r"|quoc te lao dong|quoc khanh|van hoa viet nam|public holiday|national holiday"
            r"|ngay nghi le)\b"
        ),
        N_("tên ngày lễ theo luật"),
    ),
)
UNDECIDED = N_("không rõ; chọn loại nếu là ngày nghỉ hoặc làm bù")


def kind_of(
    summary: str, categories: Sequence[str] = (), description: str = ""
) -> tuple[DayKind | None, str]:
    """Return the kind of an event and the rule that said so, a gettext msgid.

    Categories come first, then the summary, then the description. None when no rule knows it.
    """
    for text in (" ".join(categories), summary, description):
        words = fold(text)
        for rule in RULES:
            if rule.words.search(words):
                return rule.kind, rule.told
    return None, UNDECIDED
