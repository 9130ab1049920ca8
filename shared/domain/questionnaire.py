"""Questionnaires: short items asked after the boxes, their versions, and what an answer may be."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Any

from shared.domain.errors import N_, Invalid, RuleBroken
from shared.domain.faults import Faults
from shared.domain.organisation import in_force
from shared.domain.rating import Mark

SOURCE_LANGUAGE = "vi"
MOST_ITEMS = 12
MOST_NAMED = 10  # answers outside that are named beside a rating
LONGEST_TEXT = 120
LONGEST_NAME = 200
FEWEST_OF_MANY = 4  # the largest count stands for itself and all above it: "4+"

_ITEM = re.compile(r"[a-z][a-z0-9_]{0,38}\Z")
_SERIES = re.compile(r"[a-z0-9][a-z0-9-]{1,33}[a-z0-9]\Z")


class Kind(StrEnum):
    """How an item is answered."""

    SCALE = "scale"  # five faces, 1 to 5
    YES_NO = "yes_no"
    COUNT = "count"  # 1, 2, 3, and 4 for four or more


class Group(StrEnum):
    """What an item is about; the measures of campaigns read whole groups."""

    RECEPTION = "reception"  # "Dân vào niềm nở – Hướng dẫn tận tình – Dân về vui vẻ"
    PREMISES = "premises"  # "Thân thiện – Sạch sẽ – Gọn gàng – Hiện đại"
    VISITS = "visits"
    EXTRA_MONEY = "extra_money"
    OTHER = "other"


# Fixed, so that a group's share means the same in every version.
KIND_OF: Mapping[Group, Kind] = MappingProxyType(
    {
        Group.RECEPTION: Kind.SCALE,
        Group.PREMISES: Kind.SCALE,
        Group.VISITS: Kind.COUNT,
        Group.EXTRA_MONEY: Kind.YES_NO,
    }
)
VALUES: Mapping[Kind, range] = MappingProxyType(
    {Kind.SCALE: range(1, 6), Kind.YES_NO: range(2), Kind.COUNT: range(1, FEWEST_OF_MANY + 1)}
)
# Its answers are for the level above, never shown to the office itself; it is always called so.
SEALED_ITEM = "extra_money"


@dataclass(frozen=True)
class Item:
    """One question; `texts` by language code, Vietnamese always among them."""

    code: str
    kind: Kind
    group: Group
    texts: Mapping[str, str]

    @property
    def sealed(self) -> bool:
        """Whether the office itself never sees the answers."""
        return self.code == SEALED_ITEM

    def text(self, language: str) -> str:
        """Give the whole question in a language, in Vietnamese where it is not translated."""
        return self.texts.get(language) or self.texts[SOURCE_LANGUAGE]


@dataclass(frozen=True)
class Questionnaire:
    """One version; once it has been put to use it never changes, another version is a copy."""

    code: str
    name: str
    items: tuple[Item, ...] = ()

    def item(self, code: str) -> Item | None:
        """Find an item by its code."""
        return next((item for item in self.items if item.code == code), None)


# In a rating it stands for the version in force where and when it was touched.
DEFAULT = "default"
# Today's boxes alone; what most ratings answered.
BUILT_IN = Questionnaire("niemno-1", N_("Chỉ các ô có sẵn"))


class Scope(IntEnum):
    """For whom a version was put to use; of several the highest number stands."""

    ORGANISATION = 0
    UNIT_ABOVE = 1  # any level above; the nearest stands
    UNIT = 2
    CAMPAIGN = 3


@dataclass(frozen=True)
class Use:
    """A version put to use for a unit, from one local day to another, both included."""

    key: int
    code: str
    scope: Scope
    valid_from: date
    valid_to: date | None
    steps: int = 0  # how many levels above the unit it was put to use


@dataclass(frozen=True)
class Judged:
    """What counts of the answers of a rating, as numbers, and the codes of what does not."""

    counted: Mapping[str, int]
    outside: tuple[str, ...]  # "" stands for codes that are of no form

    @property
    def marks(self) -> list[str]:
        """What is marked beside the rating; the first tells that there is something at all."""
        named = [f"{Mark.ANSWERS_OUTSIDE}:{code}" for code in self.outside if code]
        return [str(Mark.ANSWERS_OUTSIDE), *named] if self.outside else []


def code_in_force(uses: Iterable[Use], on: date) -> str:
    """Give the code of the version in force on a local day.

    A campaign's stands before a unit's own, that before those of the units above, the nearest$
    that before the organisation's; of the same scope and level the one begun last.
    """
    found = [use for use in uses if in_force(use.valid_from, use.valid_to, on)]
    if not found:
        return BUILT_IN.code
    return max(found, key=lambda use: (use.scope, -use.steps, use.valid_from, use.key)).code


def judge(questionnaire: Questionnaire, answers: Mapping[str, Any]) -> Judged:
    """Tell the answers that fit the items from those that do not; nothing is refused.

    A scale takes 1 to 5, a count 1 to 4, yes and no are the JSON values true and false.
    """
    items = {item.code: item for item in questionnaire.items}
    counted: dict[str, int] = {}
    outside = []
    for code, value in answers.items():
        number = _number(items.get(code), value)
        if number is None:
            outside.append(code if _ITEM.match(code) else "")
        else:
            counted[code] = number
    return Judged(counted, tuple(dict.fromkeys(outside))[:MOST_NAMED])


def unknown_questionnaire(code: str) -> Invalid:
    """Give the refusal of a code that no version in use has."""
    return Invalid(
        "questionnaire_unknown",
        N_("Không có bộ câu hỏi mang mã %(code)s."),
        field="questionnaire",
        code=code,
    )


def answered_sealed(answers: Mapping[str, Any] | None) -> bool:
    """Say whether a rating told of something that only the level above may read."""
    return bool(answers) and (answers or {}).get(SEALED_ITEM) is True


def in_headings(items: Iterable[Item]) -> list[tuple[Group, list[Item]]]:
    """Gather items under the heading they are asked with; the mottos have their own."""
    found: dict[Group, list[Item]] = {}
    for item in items:
        worded = item.group in {Group.RECEPTION, Group.PREMISES}
        found.setdefault(item.group if worded else Group.OTHER, []).append(item)
    return list(found.items())


def check_questionnaire(questionnaire: Questionnaire) -> None:
    """Refuse a version that could not be shown or counted; raises Invalid naming the field."""
    with Faults() as faults:
        faults.read(check_name, questionnaire.name)
        faults.read(_check_items, questionnaire)


def check_name(name: str) -> None:
    """Refuse a name of a questionnaire that is none; raises Invalid."""
    if not 0 < len(name.strip()) <= LONGEST_NAME:
        raise Invalid("questionnaire_name", N_("Hãy ghi tên bộ câu hỏi."), field="name")


def _check_items(questionnaire: Questionnaire) -> None:
    if len(questionnaire.items) > MOST_ITEMS:
        raise Invalid(
            "questionnaire_long",
            N_("Nhiều nhất %(most)s câu: người dân trả lời đứng ở quầy."),
            field="items",
            most=MOST_ITEMS,
        )
    for item in questionnaire.items:
        _check_item(item)
    codes = [item.code for item in questionnaire.items]
    if len(set(codes)) < len(codes):
        raise Invalid("item_twice", N_("Hai câu hỏi không được cùng một mã."), field="items")


def check_series(series: str) -> None:
    """Refuse a stem of codes that is not of its form; raises Invalid."""
    if not _SERIES.match(series):
        raise Invalid(
            "questionnaire_series",
            N_("Mã chỉ gồm chữ thường, số và dấu gạch, từ 3 đến 35 ký tự."),
            field="series",
        )


def check_unused(used: bool) -> None:
    """Refuse to change a version that has been put to use: ratings answered just this one."""
    if used:
        raise RuleBroken(
            "questionnaire_used",
            N_("Bản này đã được dùng nên không đổi. Hãy tạo bản mới rồi sửa."),
        )


def check_days(valid_from: date, valid_to: date | None, today: date) -> None:
    """Refuse to put a version to use before today, or until a day before it begins."""
    if valid_from < today:
        raise Invalid("use_past", N_("Chỉ dùng được từ hôm nay trở đi."), field="valid_from")
    if valid_to is not None and valid_to < valid_from:
        raise Invalid("use_dates", N_("Ngày cuối phải từ ngày đầu trở đi."), field="valid_to")


def items_to_data(items: Sequence[Item]) -> list[dict[str, Any]]:
    """Give items as the JSON that is stored."""
    return [
        {
            "code": item.code,
            "kind": str(item.kind),
            "group": str(item.group),
            "texts": dict(item.texts),
        }
        for item in items
    ]


def items_of_data(data: Iterable[Mapping[str, Any]]) -> tuple[Item, ...]:
    """Read items as they were stored."""
    return tuple(
        Item(one["code"], Kind(one["kind"]), Group(one["group"]), MappingProxyType(one["texts"]))
        for one in data
    )


def _number(item: Item | None, value: object) -> int | None:
    """Give an answer as the number that is counted; None when it is none of the item's."""
    if item is None:
        return None
    wanted = bool if item.kind is Kind.YES_NO else int
    if type(value) is not wanted or value not in VALUES[item.kind]:
        return None
    return int(value)


def _check_item(item: Item) -> None:
    if not _ITEM.match(item.code):
        raise _wrong_item(item, N_("Mã câu hỏi “%(code)s” chỉ gồm chữ thường không dấu, số và _."))
    if KIND_OF.get(item.group, item.kind) is not item.kind:
        raise _wrong_item(item, N_("Câu “%(code)s”: cách trả lời không hợp với nhóm."))
    if item.sealed is not (item.group is Group.EXTRA_MONEY):
        raise _wrong_item(
            item,
            N_(
                "Câu “%(code)s”: nhóm gửi kín chỉ dành cho câu hỏi có sẵn về đưa thêm tiền. "
                "Hãy chọn nhóm khác, hoặc trả câu ấy về nhóm của nó."
            ),
        )
    texts = item.texts.values()
    if not item.texts.get(SOURCE_LANGUAGE) or any(len(text) > LONGEST_TEXT for text in texts):
        raise _wrong_item(
            item, N_("Câu “%(code)s”: hãy ghi câu hỏi tiếng Việt, không quá 120 ký tự.")
        )


def _wrong_item(item: Item, message: str) -> Invalid:
    # By its words: whoever writes questions sees no code of them.
    words = item.texts.get(SOURCE_LANGUAGE) or next(iter(item.texts.values()), item.code)
    return Invalid("questionnaire_item", message, field="items", code=words[:60])


def _motto(group: Group, *items: tuple[str, str, str]) -> tuple[Item, ...]:
    return tuple(
        Item(code, KIND_OF[group], group, MappingProxyType({"vi": vietnamese, "en": english}))
        for code, vietnamese, english in items
    )


# What the five campaigns ask residents: rows 1.3, 1.6, 1.7 and 1.8 of Núi Thành's, 4.2 and 4.4.
RECEPTION = _motto(
    Group.RECEPTION,
    ("welcome", "Đón tiếp niềm nở", "Welcomed warmly"),
    ("guidance", "Hướng dẫn tận tình", "Guided with care"),
    ("farewell", "Ra về vui vẻ", "Left content"),
)
PREMISES = _motto(
    Group.PREMISES,
    ("friendly", "Thân thiện", "Friendly"),
    ("clean", "Sạch sẽ", "Clean"),
    ("tidy", "Gọn gàng", "Tidy"),
    ("modern", "Hiện đại", "Modern"),
)
VISITS = _motto(
    Group.VISITS,
    (
        "visits",
        "Ông/Bà đã phải đến mấy lần cho việc này?",
        "How many times did you have to come for this?",
    ),
)
EXTRA_MONEY = _motto(
    Group.EXTRA_MONEY,
    (
        SEALED_ITEM,
        "Có ai gợi ý Ông/Bà đưa thêm tiền không?",
        "Did anyone hint that you should pay extra?",
    ),
)
OF_THE_CAMPAIGNS = (*RECEPTION, *PREMISES, *VISITS, *EXTRA_MONEY)
