"""Cells of tables handed out: none that a spreadsheet would compute, and each readable again."""

import unicodedata

_STARTS = "=+-−@\t\r\n"
"""Signs after which a spreadsheet may read a formula; their full-width forms fold to them."""

_UNSEEN = {"Zs", "Cf", "Cc"}  # Unicode categories: spaces, formats, controls


def guarded(text: str) -> str:
    """Return `text` with a leading apostrophe if a spreadsheet might read it as a formula.

    Spaces and invisible signs before the formula do not hide it.
    """
    folded = unicodedata.normalize("NFKC", text)
    first = next((sign for sign in folded if _is_seen(sign)), "")
    return f"'{text}" if first in {*_STARTS, "'"} else text


def _is_seen(sign: str) -> bool:
    return sign in _STARTS or unicodedata.category(sign) not in _UNSEEN


def unguarded(text: str) -> str:
    """Return what `guarded` was given, so that a file handed back can be read again."""
    return text[1:] if text.startswith("'") and guarded(text[1:]) == text else text
