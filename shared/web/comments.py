"""Scripts and style sheets go over the wire without their comments: a third of what they weigh."""

import re
from collections.abc import Callable, Mapping

# Only comments that have their lines to themselves; one beside code may stand inside a string.
_OF_SCRIPTS = re.compile(
    rb"^[ \t]*(?:/\*\*(?:(?!\*/).)*\*/|//[^\n]*)[ \t]*\n", re.MULTILINE | re.DOTALL
)
_OF_STYLES = re.compile(rb"^[ \t]*/\*(?!!)(?:(?!\*/).)*\*/[ \t]*\n", re.MULTILINE | re.DOTALL)
_INDENTS = re.compile(rb"^[ \t]+", re.MULTILINE)


def script_without_comments(source: bytes) -> bytes:
    """Give a script of ours without the comments that fill whole lines.

    Scripts of others and those with texts over several lines (backquotes) stay as they are.
    """
    if source.startswith(b"/*!") or _has_long_text(source):
        return source
    return _INDENTS.sub(b"", _OF_SCRIPTS.sub(b"", source))


def styles_without_comments(source: bytes) -> bytes:
    """Give a style sheet without the comments that fill whole lines; licences (`/*!`) stay."""
    return _INDENTS.sub(b"", _OF_STYLES.sub(b"", source))


def _has_long_text(source: bytes) -> bool:
    return any(line.count(b"`") % 2 for line in source.splitlines())


WITHOUT_COMMENTS: Mapping[str | None, Callable[[bytes], bytes]] = {
    "text/javascript": script_without_comments,
    "text/css": styles_without_comments,
}
