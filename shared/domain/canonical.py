"""One way to write facts down as text, so that equal facts are equal byte for byte."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

NOTHING = "–"
ABSENT = object()
# Where the parts of a list have their code, in themselves or one step below.
CODES = (("code",), ("competitor", "code"), ("rule", "code"))


@dataclass(frozen=True)
class Difference:
    """A place where two records differ: the way there, and what stands on either side."""

    way: tuple[str, ...]
    was: object  # ABSENT where there is nothing
    becomes: object

    @property
    def path(self) -> str:
        """Give the way joined by dots, such as places.X01.row.total."""
        return ".".join(self.way)

    @property
    def before(self) -> str:
        """Give what stood there, as text."""
        return _shown(self.was)

    @property
    def after(self) -> str:
        """Give what stands there now, as text."""
        return _shown(self.becomes)


def canonical(facts: object) -> str:
    """Write plain facts as JSON with sorted names, without spaces or fractions of binary numbers.

    Raises TypeError for what JSON does not know and for floats, which are not exact.
    """
    _refuse_floats(facts)
    return json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(text: str) -> str:
    """Give the SHA-256 of a canonical text in UTF-8, hexadecimal."""
    return sha256(text.encode()).hexdigest()


def differences(before: object, after: object, way: tuple[str, ...] = ()) -> Iterator[Difference]:
    """Name every place in which two plain records differ, in the order of the first."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        yield from _of_parts(before, after, way)
    elif _is_list(before) and _is_list(after):
        first, second = parts_of(before), parts_of(after)
        if first.keys() == second.keys() and list(first) != list(second):
            yield Difference(way, ", ".join(first), ", ".join(second))
        yield from _of_parts(first, second, way)
    elif _text(before) != _text(after):
        yield Difference(way, before, after)


def parts_of(facts: object) -> Mapping[str, object]:
    """Give the parts of a record or a list by the names that ways go by; nothing of the rest.

    Those of a list go by their codes where they have some, else by their places.
    """
    return facts if isinstance(facts, Mapping) else _named(facts)


def _of_parts(
    before: Mapping[str, object], after: Mapping[str, object], way: tuple[str, ...]
) -> Iterator[Difference]:
    for name in [*before, *(name for name in after if name not in before)]:
        yield from differences(before.get(name, ABSENT), after.get(name, ABSENT), (*way, name))


def _refuse_floats(facts: object) -> None:
    if isinstance(facts, float):
        raise TypeError("a binary fraction is not exact")
    for fact in facts.values() if isinstance(facts, Mapping) else _parts(facts):
        _refuse_floats(fact)


def _is_list(facts: object) -> bool:
    return isinstance(facts, Sequence) and not isinstance(facts, str)


def _parts(facts: object) -> Sequence[object]:
    return facts if isinstance(facts, Sequence) and not isinstance(facts, str) else ()


def _named(facts: object) -> dict[str, object]:
    named: dict[str, object] = {}
    for place, fact in enumerate(_parts(facts)):
        code = next(filter(None, (_at(fact, way) for way in CODES)), None)
        named[str(place) if code is None or code in named else code] = fact
    return named


def _at(fact: object, way: Sequence[str]) -> str | None:
    for name in way:
        fact = fact.get(name) if isinstance(fact, Mapping) else None
    return fact if isinstance(fact, str) else None


def _text(fact: object) -> str:
    return "" if fact is ABSENT else json.dumps(fact, sort_keys=True, ensure_ascii=False)


def _shown(fact: object) -> str:
    if fact is None or fact is ABSENT:
        return NOTHING
    return fact if isinstance(fact, str) else _text(fact)
