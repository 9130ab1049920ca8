"""Refusals that carry a stable code and a sentence a person can act on."""

from collections.abc import Mapping, Sequence


def N_(text: str) -> str:
    """Mark Vietnamese text for extraction by gettext; the edge translates it."""
    return text


class Translatable(tuple[str, ...]):
    """Words of a refusal that are translated one by one; `str()` is the Vietnamese."""

    __slots__ = ()

    def __str__(self) -> str:
        return " ".join(self)


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
    """A value given by a person or a program cannot be taken; `field` names where it stood.

    Where several values of a form cannot be taken, `faults` holds a refusal for each of them, in
    the order of the form, and the first of them gives code, message and field.
    """

    def __init__(
        self, code: str, message: str, /, *, field: str | None = None, **params: object
    ) -> None:
        super().__init__(code, message, **params)
        self.field = field
        self._several: tuple[Invalid, ...] = ()

    def __str__(self) -> str:
        """Say it in one line; of several faults each names its field."""
        if not self._several:
            return super().__str__()
        return " ".join(f"{one.field}: {one}" if one.field else str(one) for one in self.faults)

    @classmethod
    def together(cls, faults: Sequence["Invalid"]) -> "Invalid":
        """Make one refusal of several, each of a single value; one alone stays what it is."""
        first = faults[0]
        if len(faults) == 1:
            return first
        refusal = cls(first.code, first.message, field=first.field, **first.params)
        refusal._several = tuple(faults)
        return refusal

    @property
    def faults(self) -> tuple["Invalid", ...]:
        """Everything that is wrong, each with its own words and field."""
        return self._several or (self,)

    def called(self, names: Mapping[str, str]) -> "Invalid":
        """Give the same refusal with fields under the names of another form; others keep theirs."""
        return Invalid.together(
            [
                Invalid(
                    one.code, one.message, field=names.get(one.field or "", one.field), **one.params
                )
                for one in self.faults
            ]
        )


class ChangedMeanwhile(Invalid):
    """Somebody else saved what a form shows after it was opened; the faults name what differs."""


class NotFound(Exception):
    """Nothing of this name exists, or the asker may not know that it does."""


class NotAllowed(Exception):
    """The asker exists but may not do this."""
