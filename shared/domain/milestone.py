"""The days on which a campaign is looked at, and what checking a frozen standing can find."""

from enum import StrEnum


class MilestoneKind(StrEnum):
    """Which review a day is for."""

    PRELIMINARY = "preliminary"  # sơ kết
    CLOSING = "closing"  # tổng kết
    OTHER = "other"


class Verdict(StrEnum):
    """What checking a frozen standing found."""

    SAME = "same"  # computed anew it is the same, byte for byte
    DIFFERENT = "different"  # the facts or the rules of today give something else
    SPOILT = "spoilt"  # the text is not the one that was frozen
