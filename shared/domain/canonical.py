"""One way to write facts down as text, so that equal facts are equal byte for byte."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

NOTHING = "–"


@dataclass(frozen=True)
class Difference:
    """A place where two records differ: the way there, and what stands on either side."""

    path: str  # names joined by dots, such as places.X01.row.total
    before: str
    after: str


def canonical(facts: object) -> str:
    """Write plain facts as JSON with sorted names, without spaces or fractions of binary numbers.

    Raises TypeError for what JSON does not know and for floats, which are not exact.
    """
    _refuse_floats(facts)
    return json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(text: str) -> str:
    """Give the SHA-256 of a canonical text in UTF-8, hexadecimal."""
    return sha256(text.encode()).hexdigest()


def differences(before: object, after: object, path: str = "") -> Iterator[Difference]:
    """Name every place in which two plain records differ, in the order of their names."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in sorted({*before, *after}):
            yield from differences(before.get(name), after.get(name), _below(path, name))
    elif _is_list(before) and _is_list(after):
        first, second = _named(before), _named(after)
        for name in [*first, *(name for name in second if name not in first)]:
            yield from differences(first.get(name), second.get(name), _below(path, name))
    elif before != after:
        yield Difference(path, _shown(before), _shown(after))


def _refuse_floats(facts: object) -> None:
    if isinstance(facts, float):
        raise TypeError("a binary fraction is not exact")
    inner = facts.values() if isinstance(facts, Mapping) else facts if _is_list(facts) else ()
    for fact in inner:
        _refuse_floats(fact)


def _is_list(facts: object) -> bool:
    return isinstance(facts, Sequence) and not isinstance(facts, str)


def _named(facts: object) -> dict[str, object]:
    """Give the parts of a list by their codes where they have some, else by their places."""
    assert isinstance(facts, Sequence)
    named = {}
    for place, fact in enumerate(facts):
        code = fact.get("code") if isinstance(fact, Mapping) else None
        named[str(code) if code is not None and str(code) not in named else str(place)] = fact
    return named


def _below(path: str, name: object) -> str:
    return f"{path}.{name}" if path else str(name)


def _shown(fact: object) -> str:
    if fact is None:
        return NOTHING
    return fact if isinstance(fact, str) else json.dumps(fact, sort_keys=True, ensure_ascii=False)
