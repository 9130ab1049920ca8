"""Scripts go over the wire without their comments: a third of what they weigh."""

import re

# Only comments that have their lines to themselves; one beside code may stand inside a string.
_COMMENTS = re.compile(
    rb"^[ \t]*(?:/\*\*(?:(?!\*/).)*\*/|//[^\n]*)[ \t]*\n", re.MULTILINE | re.DOTALL
)
_INDENTS = re.compile(rb"^[ \t]+", re.MULTILINE)


def without_comments(source: bytes) -> bytes:
    """Give a script of ours without the comments that fill whole lines.

    Scripts of others and those with texts over several lines (backquotes) stay as they are.
    """
    if source.startswith(b"/*!") or _has_long_text(source):
        return source
    return _INDENTS.sub(b"", _COMMENTS.sub(b"", source))


def _has_long_text(source: bytes) -> bool:
    return any(line.count(b"`") % 2 for line in source.splitlines())
