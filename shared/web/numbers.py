"""Keys and page numbers in addresses and forms: whole numbers that a column can hold."""

from werkzeug.routing import IntegerConverter

MOST_FIGURES = 9  # below 2³¹, which PostgreSQL's integer holds; more is no key of ours


def whole(text: str) -> int:
    """Read a whole number from 0; ValueError for anything else, however long.

    Made for `args.get(name, type=whole)`, which then gives the default.
    """
    if not (text.isascii() and text.isdecimal() and len(text) <= MOST_FIGURES):
        raise ValueError("not a whole number, or too long a one")
    return int(text)


class Key(IntegerConverter):
    """A key in an address; one that no row can have is not found."""

    regex = rf"[0-9]{{1,{MOST_FIGURES}}}"
