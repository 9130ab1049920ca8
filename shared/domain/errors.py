"""Refusals that carry a stable code and a sentence a person can act on."""

from collections.abc import Mapping


def N_(text: str) -> str:
    """Mark Vietnamese text for extraction by gettext; the edge translates it."""
    return text


class RuleBroken(Exception):
    """A rule forbids what was asked.

    `code` is a stable English word for programs. `message` is a Vietnamese gettext msgid with
    `%(name)s` places, filled from `params` after translation; `str()` is that text, filled.
    """

    def __init__(self, code: str, message: str, /, **params: object) -> None:
        super().__init__(message % params if params else message)
        self.code = code
        self.message = message
        self.params: Mapping[str, object] = params


class Invalid(RuleBroken):
    """A value given by a person or a program cannot be taken; `field` names where it stood."""

    def __init__(
        self, code: str, message: str, /, *, field: str | None = None, **params: object
    ) -> None:
        super().__init__(code, message, **params)
        self.field = field


class NotFound(Exception):
    """Nothing of this name exists, or the asker may not know that it does."""


class NotAllowed(Exception):
    """The asker exists but may not do this."""
