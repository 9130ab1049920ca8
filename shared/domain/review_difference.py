"""What differs between two frozen standings, in words: whose, of which criterion, what of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from shared.domain.canonical import ABSENT, NOTHING, differences, parts_of
from shared.domain.errors import N_
from shared.domain.frozen_words import RESULT, RULE, SCORE, WHOLE, Reader, Value, Words, as_it_is
from shared.domain.scoring import CompetitorKind, Note, TargetUnit


@dataclass(frozen=True)
class Whose:
    """A competitor as a frozen standing names it."""

    kind: CompetitorKind
    code: str
    name: str


@dataclass(frozen=True)
class Told:
    """One thing that differs; where it is of nobody's or of no criterion, it holds for all."""

    what: str  # Vietnamese gettext msgid
    before: Value
    after: Value
    path: str  # the way in the JSON, of the first place that says so
    whose: Whose | None = None
    criterion: tuple[str, str] | None = None  # code and name


ORDER = ("places",)
_SCORES = ("row", "entry", "scores")
OTHER = N_("Chi tiết khác")
SHARE = N_("Kết quả đo (%)")
TOO_FEW = N_("chưa đủ dữ liệu")
FEWEST = 5  # of fewer answers nobody tells a share: it could be traced to a person
_OF_ANSWERS = {"value", "hits", "interval", "previous"}


@dataclass(frozen=True)
class _Spot:
    """Where a way leads to: whose, which criterion, and the way from there in a table of words."""

    whole: tuple[str, ...]
    words: Words
    way: tuple[str, ...]
    whose: Whose | None = None
    rule: Mapping[str, Any] | None = None
    place: tuple[int, int, int] = (0, 0, 0)  # section, competitor, criterion


class _Facts:
    """A frozen standing as plain facts, looked into by ways; lists are indexed once."""

    def __init__(self, facts: object) -> None:
        self._whole = facts  # kept, so that no other fact gets an id that is remembered
        self._parts: dict[int, Mapping[str, object]] = {}
        self._order: dict[tuple[str, ...], Mapping[str, int]] = {}

    def at(self, way: tuple[str, ...]) -> object:
        """Give what a way leads to, or ABSENT."""
        found = self._whole
        for name in way:
            found = self._parts_of(found).get(name, ABSENT)
        return found

    def order_in(self, way: tuple[str, ...]) -> Mapping[str, int]:
        """Give the places of the parts that a way leads to, by their names."""
        if way not in self._order:
            names = self._parts_of(self.at(way))
            self._order[way] = {name: place for place, name in enumerate(names)}
        return self._order[way]

    def _parts_of(self, fact: object) -> Mapping[str, object]:
        if id(fact) not in self._parts:
            self._parts[id(fact)] = parts_of(fact)
        return self._parts[id(fact)]


def told(before: object, after: object) -> list[Told]:
    """Tell what differs between two frozen standings as plain records, each thing once.

    First what holds for all, then rules, then each competitor in the order of the standing after:
    its result, then its criteria. What has no words of its own is told by its way in the JSON.
    """
    records = (_Facts(after), _Facts(before))
    ways = [one.way for one in differences(before, after)]
    # The order of all follows from ranks and names, which are told by themselves.
    ways = sorted((way for way in ways if way != ORDER or len(ways) == 1), key=_is_of_places)
    found: dict[str, tuple[tuple[int, ...], Told]] = {}
    for way in ways:
        label, said = _said(_spot(way, records), records)
        key = repr((said.whose, said.criterion, said.what, said.before, said.after))
        found.setdefault(key, (label, said))
    return [said for _, said in sorted(found.values(), key=lambda both: both[0])]


def _is_of_places(way: tuple[str, ...]) -> bool:
    return way[:1] == ORDER


def _spot(way: tuple[str, ...], records: Sequence[_Facts]) -> _Spot:
    """Find what a way leads to. Rules and instants that every score repeats are everybody's."""
    if way[:2] == ("plan", "criteria") and len(way) > 2:
        place = (1, 0, _position(records, way[:3]))
        return _Spot(way, RULE, way[3:], rule=_record(records, way[:3]), place=place)
    if not _is_of_places(way) or way == ORDER:
        return _Spot(way, WHOLE, way)
    whose, at = _whose(_record(records, way[:2])), _position(records, way[:2])
    if way[2:5] != _SCORES:
        return _Spot(way, RESULT, way[2:], whose, place=(2, at, 0))
    if not way[5:]:
        return _Spot(way, WHOLE, ("plan", "criteria"))
    return _spot_of_score(way, records, whose, at)


def _spot_of_score(way: tuple[str, ...], records: Sequence[_Facts], whose: Whose, at: int) -> _Spot:
    rule, criterion = _record(records, (*way[:6], "rule")), _position(records, way[:6])
    if way[6:8] in {("measurement", "note"), ("measurement", "interval")}:
        way = way[:8]  # a sentence and an interval are told whole
    if way[6:] == ("measurement", "as_of"):
        return _Spot(way, WHOLE, ("frame", "as_of"))
    if way[6:7] == ("rule",):
        return _Spot(way, RULE, way[7:], rule=rule, place=(1, 0, criterion))
    return _Spot(way, SCORE, way[6:], whose, rule, (2, at, 1 + criterion))


def _said(spot: _Spot, records: Sequence[_Facts]) -> tuple[tuple[int, ...], Told]:
    """Put a difference into words; with them, where they stand among the others."""
    label, what, read = _label(spot)
    after, before = (_value(record.at(spot.whole), spot, read) for record in records)
    if _few(spot, records):
        before, after = (None if side is None else Note(TOO_FEW) for side in (before, after))
    criterion = None if spot.rule is None else (str(spot.rule["code"]), str(spot.rule["name"]))
    said = Told(what, before, after, ".".join(spot.whole), spot.whose, criterion)
    return (*spot.place, label), said


def _label(spot: _Spot) -> tuple[int, str, Reader]:
    """Give the words of the longest known beginning of a way; places in lists have none."""
    names = tuple(name for name in spot.way if not name.isdecimal())
    known = list(spot.words)
    for length in range(len(names), -1, -1):
        begun = names[:length]
        if begun in spot.words and (begun or not names):
            what, read = spot.words[begun]
            share = begun == ("measurement", "value") and _is_share(spot)
            return (
                known.index(begun),
                SHARE if share else what,
                read if begun == names else as_it_is,
            )
    return len(known), OTHER, as_it_is


def _is_share(spot: _Spot) -> bool:
    return spot.rule is not None and spot.rule["target"]["unit"] == TargetUnit.PERCENT


def _value(fact: object, spot: _Spot, read: Reader) -> Value:
    if not spot.way:
        return fact is not ABSENT  # a whole competitor, score or criterion
    return None if fact is None or fact is ABSENT else read(fact)


def _few(spot: _Spot, records: Sequence[_Facts]) -> bool:
    """Tell whether a figure is a share of too few ratings on either side."""
    if spot.rule is None or spot.rule["source"] != "ratings" or spot.whose is None:
        return False
    cases = [record.at((*spot.whole[:6], "measurement", "cases")) for record in records]
    shown = spot.way[:1] == ("measurement",) and not _OF_ANSWERS.isdisjoint(spot.way[1:2])
    return shown and any(isinstance(count, int) and count < FEWEST for count in cases)


def _whose(place: Mapping[str, Any]) -> Whose:
    one = place["competitor"]
    return Whose(CompetitorKind(one["kind"]), one["code"], one["name"])


def _record(records: Sequence[_Facts], way: tuple[str, ...]) -> Mapping[str, Any]:
    """Give a part as it is after, or as it was where it is no more."""
    found = (record.at(way) for record in records)
    return next(one for one in found if isinstance(one, Mapping))


def _position(records: Sequence[_Facts], way: tuple[str, ...]) -> int:
    """Give the place of a part among its neighbours, those that are no more last."""
    after, before = (record.order_in(way[:-1]) for record in records)
    name = way[-1]
    return after[name] if name in after else len(after) + before[name]


def in_vietnamese(value: Value) -> str:
    """Write a value as it is read in Vietnam, for commands and their JSON; days as ISO 8601."""
    match value:
        case None | bool():
            return NOTHING if value is None else "có" if value else "không"
        case Decimal():
            return f"{value.normalize():f}".replace(".", ",")
        case Note():
            return _filled(value)
        case tuple():
            return ", ".join(map(in_vietnamese, value))
        case _:
            return value.isoformat() if isinstance(value, date) else str(value)


def _filled(note: Note) -> str:
    written = {name: in_vietnamese(_any(value)) for name, value in note.values.items()}
    return note.text % written if written else note.text


def _any(value: object) -> Value:
    return value if isinstance(value, Decimal) else str(value)
