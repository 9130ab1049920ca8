"""Searching Vietnamese without diacritics: “duong” finds “đường”."""

import re
import unicodedata

# Two letters that look like Đ: the Vietnamese one and the Icelandic one some keyboards give.
_CROSSED = str.maketrans({"đ": "d", "ð": "d"})
_LONG_NUMBER = re.compile(r"\d(?:[ .\-]?\d){5,}")
_GROUPED = re.compile(r"(?<=\d)[ .\-](?=\d)")


def fold(text: str) -> str:
    """Give a text in lower case without tone and letter marks, runs of blanks as one."""
    apart = unicodedata.normalize("NFD", text.lower().translate(_CROSSED))
    bare = "".join(
        sign if sign.isprintable() else " "  # PostgreSQL takes no NUL, not even to look for
        for sign in apart
        if not unicodedata.combining(sign)
    )
    return " ".join(bare.split())


def searchable(text: str) -> str:
    """Give what is kept to search a text by: folded, and long numbers once more without gaps."""
    folded = fold(text)
    numbers = (_GROUPED.sub("", found) for found in _LONG_NUMBER.findall(folded))
    return " ".join(
        [folded, *(number for number in dict.fromkeys(numbers) if number not in folded)]
    )


def wanted(query: str) -> list[str]:
    """Give the words that must all stand in what `searchable` kept, of what somebody typed."""
    return [
        _GROUPED.sub("", word) if _LONG_NUMBER.fullmatch(word) else word
        for word in fold(query).split()
    ]
