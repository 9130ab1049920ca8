"""Searching Vietnamese without diacritics: “duong” finds “đường”."""

import unicodedata


def fold(text: str) -> str:
    """Give a text in lower case without tone and letter marks, runs of blanks as one."""
    apart = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    bare = "".join(
        sign if sign.isprintable() else " "  # PostgreSQL takes no NUL, not even to look for
        for sign in apart
        if not unicodedata.combining(sign)
    )
    return " ".join(bare.split())
