"""What differs between two frozen standings, in words: whose, of which criterion, what of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from shared.domain.canonical import ABSENT, NOTHING, differences, parts_of
from shared.domain.errors import N_
from shared.domain.scoring import CompetitorKind, Note, TargetUnit

# What a value is once read: None where there is none, a note where words have to be translated.
Value = str | bool | int | Decimal | date | datetime | Note | tuple["Value", ...] | None
Reader = Callable[[Any], Value]


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


def _words(of: Mapping[str, str]) -> Reader:
    return lambda plain: Note(of[plain]) if plain in of else str(plain)


def _number(plain: Any) -> Value:
    return Decimal(str(plain))


def _hundredfold(plain: Any) -> Value:
    return Decimal(str(plain)) * 100


def _interval(plain: Mapping[str, Any]) -> Value:
    return Note("%(low)s – %(high)s", {end: Decimal(plain[end]) for end in ("low", "high")})


def _note(plain: Mapping[str, Any]) -> Value:
    return Note(plain["text"], plain["values"])


def _names(plain: Sequence[Any]) -> Value:
    return tuple(_name(one) for one in plain)


def _codes(plain: Sequence[Mapping[str, Any]]) -> Value:
    return tuple(str(one.get("rule", one)["code"]) for one in plain)


def _name(plain: Any) -> Value:
    """Name what has a name; of the rest its plain values."""
    if isinstance(plain, Mapping) and "competitor" in plain:
        return _name(plain["competitor"])
    if isinstance(plain, Mapping):
        return str(plain["name"]) if "name" in plain else tuple(map(_plain, plain.values()))
    return _plain(plain)


def _plain(plain: Any) -> Value:
    if plain is None or isinstance(plain, bool | int | str):
        return plain
    return _names(list(plain.values()) if isinstance(plain, Mapping) else plain)


KINDS = {"collective": N_("Tập thể"), "individual": N_("Cá nhân")}
MILESTONES = {
    "preliminary": N_("Sơ kết"),
    "closing": N_("Tổng kết"),
    "other": N_("Mốc khác"),
}
LANES = {
    "dossier": N_("Theo hồ sơ (mã dùng một lần)"),
    "desk": N_("Máy ở quầy"),
    "open": N_("Mã QR in sẵn"),
}
COMPARISONS = {
    "at_least": N_("từ"),
    "more_than": N_("trên"),
    "equal": N_("đúng bằng"),
    "at_most": N_("không quá"),
    "zero": N_("không có"),
    "yes": N_("có"),
    "rises": N_("tăng hơn"),
}
UNITS = {
    "percent": N_("phần trăm"),
    "count": N_("số lượng"),
    "yes_no": N_("có hoặc không"),
    "points": N_("điểm"),
}
SCORINGS = {
    "proportional": N_("theo tỷ lệ khi chưa đạt"),
    "all_or_nothing": N_("chưa đạt thì không điểm"),
    "steps": N_("theo bậc"),
    "penalty": N_("trừ điểm mỗi trường hợp"),
    "bonus": N_("điểm thưởng ngoài 100"),
}
STATES = {"scored": N_("được chấm"), "exempt": N_("Miễn"), "missing": N_("Thiếu số liệu")}
MEASURED = {
    "measured": N_("có số liệu"),
    "no_cases": N_("không có trường hợp"),
    "not_submitted": N_("chưa nộp"),
    "off": N_("nguồn đã tắt"),
    "unverified": N_("Chờ xác nhận"),
}
REASONS = {
    **MEASURED,
    "met": N_("Đạt"),
    "unmet": N_("Chưa đạt"),
    "no_cases_full": N_("không có trường hợp, được đủ điểm"),
    "no_cases_zero": N_("không có trường hợp, không có điểm"),
    "no_earlier_period": N_("chưa có kỳ trước để so"),
}
NO_CASES = {
    "exempt": N_("Miễn"),
    "full": N_("đủ điểm"),
    "zero": N_("không có điểm"),
}
RUNNING = {
    "draft": N_("Đang soạn"),
    "running": N_("Đang chạy"),
    "closed": N_("Đã kết thúc"),
}

Words = Mapping[tuple[str, ...], tuple[str, Reader]]
_SETTINGS: Words = {
    ("lanes",): (N_("Đường đánh giá được tính"), _words(LANES)),
    ("satisfied_from_score",): (N_("Mức được tính là hài lòng"), _number),
    ("unmet_ceiling",): (N_("Mức trần khi chưa đạt (%)"), _hundredfold),
}
# In the order in which they are told: first what came out, then what it follows from.
RESULT: Words = {
    (): (N_("Có trong bảng xếp hạng"), _plain),
    ("row", "rank"): (N_("Hạng"), _number),
    ("row", "total"): (N_("Tổng điểm"), _number),
    ("row", "complete"): (N_("Đủ số liệu"), _plain),
    ("group",): (N_("Nhóm so sánh"), _plain),
    ("volume",): (N_("Số hồ sơ đã nhận"), _number),
    ("competitor", "name"): (N_("Tên"), _plain),
    ("row", "entry", "name"): (N_("Tên"), _plain),
    ("competitor", "code"): (N_("Mã"), _plain),
    ("row", "entry", "competitor"): (N_("Mã"), _plain),
    ("competitor", "kind"): (N_("Loại đối tượng"), _words(KINDS)),
    ("row", "entry", "kind"): (N_("Loại đối tượng"), _words(KINDS)),
    ("competitor", "unit_name"): (N_("Đơn vị"), _plain),
    ("competitor", "head"): (N_("Là người đứng đầu"), _plain),
    ("competitor", "joined_on"): (N_("Tham gia từ"), date.fromisoformat),
    ("competitor", "left_on"): (N_("Rời sau ngày"), date.fromisoformat),
    ("subject", "window", "first"): (N_("Được xét từ ngày"), date.fromisoformat),
    ("subject", "window", "last"): (N_("Được xét đến hết ngày"), date.fromisoformat),
    ("subject", "unit_ids"): (N_("Mã số các đơn vị được tính gộp"), _plain),
    ("subject", "officer_id"): (N_("Mã số cán bộ"), _plain),
    ("subject", "key"): (N_("Mã số trong phong trào"), _plain),
    ("competitor", "key"): (N_("Mã số trong phong trào"), _plain),
    ("competitor", "unit_id"): (N_("Mã số đơn vị"), _plain),
    ("competitor", "officer_id"): (N_("Mã số cán bộ"), _plain),
}
SCORE: Words = {
    (): (N_("Được chấm tiêu chí này"), _plain),
    ("points",): (N_("Điểm"), _number),
    ("met",): (N_("Đạt mục tiêu"), _plain),
    ("state",): (N_("Tình trạng chấm"), _words(STATES)),
    ("reason",): (N_("Căn cứ cho điểm"), _words(REASONS)),
    ("measurement", "state"): (N_("Tình trạng số liệu"), _words(MEASURED)),
    ("measurement", "value"): (N_("Kết quả đo"), _number),
    ("measurement", "hits"): (N_("Số đạt"), _number),
    ("measurement", "cases"): (N_("Số trường hợp"), _number),
    ("measurement", "previous"): (N_("Kết quả kỳ trước"), _number),
    ("measurement", "interval"): (N_("Khoảng 95 %"), _interval),
    ("measurement", "note"): (N_("Ghi chú của số liệu"), _note),
}
RULE: Words = {
    (): (N_("Có trong bộ tiêu chí"), _plain),
    ("code",): (N_("Mã tiêu chí"), _plain),
    ("name",): (N_("Tên tiêu chí"), _plain),
    ("group",): (N_("Nhóm tiêu chí"), _plain),
    ("max_points",): (N_("Điểm tối đa"), _number),
    ("target", "comparison"): (N_("Cách so sánh"), _words(COMPARISONS)),
    ("target", "value"): (N_("Mục tiêu"), _number),
    ("target", "unit"): (N_("Đơn vị tính"), _words(UNITS)),
    ("scoring",): (N_("Cách cho điểm khi chưa đạt"), _words(SCORINGS)),
    ("steps",): (N_("Các bậc điểm"), _names),
    ("per_case",): (N_("Điểm mỗi trường hợp"), _number),
    ("no_cases",): (N_("Khi không có trường hợp"), _words(NO_CASES)),
    ("veto",): (N_("Vi phạm thì không được khen thưởng"), _plain),
    ("kind",): (N_("Loại đối tượng"), _words(KINDS)),
    ("source",): (N_("Nguồn số liệu"), _plain),
    ("measure",): (N_("Cách đo"), _plain),
    ("filter",): (N_("Bản ghi được tính"), _plain),
}
WHOLE: Words = {
    ("places",): (N_("Thứ tự xếp hạng"), _names),
    ("frame", "as_of"): (N_("Tính đến"), datetime.fromisoformat),
    ("frame", "today"): (N_("Ngày tính"), date.fromisoformat),
    ("frame", "over"): (N_("Kỳ đã kết thúc"), _plain),
    ("frame", "zone"): (N_("Múi giờ"), _plain),
    ("frame", "organisation_id"): (N_("Mã số tổ chức"), _plain),
    ("left_aside",): (N_("Đánh giá đến muộn không được tính"), _number),
    ("sample",): (N_("Dữ liệu mẫu"), _plain),
    ("state",): (N_("Tình trạng phong trào"), _words(RUNNING)),
    ("plan", "code"): (N_("Mã phong trào"), _plain),
    ("plan", "name"): (N_("Tên phong trào"), _plain),
    ("plan", "theme"): (N_("Chủ đề"), _plain),
    ("plan", "document"): (N_("Văn bản"), _plain),
    ("plan", "organiser"): (N_("Đơn vị tổ chức"), _plain),
    ("plan", "starts_on"): (N_("Từ ngày"), date.fromisoformat),
    ("plan", "ends_on"): (N_("Đến ngày"), date.fromisoformat),
    ("plan", "launched_on"): (N_("Ngày phát động"), date.fromisoformat),
    ("plan", "milestones"): (N_("Các mốc"), _names),
    ("plan", "milestones", "kind"): (N_("Loại mốc"), _words(MILESTONES)),
    ("plan", "milestones", "on"): (N_("Ngày của mốc"), date.fromisoformat),
    ("plan", "bands"): (N_("Các mức xếp loại"), _names),
    ("plan", "bands", "lowest"): (N_("Điểm thấp nhất của mức"), _number),
    ("plan", "bands_set_at"): (N_("Các mức được thêm lúc"), datetime.fromisoformat),
    ("plan", "groups"): (N_("Các nhóm so sánh"), _names),
    ("plan", "groups", "fewest"): (N_("Số hồ sơ ít nhất của nhóm"), _number),
    ("plan", "groups", "kind"): (N_("Loại đối tượng"), _words(KINDS)),
    ("plan", "leaders"): (N_("Cơ quan thường trực"), _names),
    ("plan", "leaders", "since"): (N_("Thường trực từ ngày"), date.fromisoformat),
    ("plan", "leaders", "until"): (N_("Thường trực đến hết ngày"), date.fromisoformat),
    ("plan", "leaders", "document"): (N_("Văn bản giao thường trực"), _plain),
    ("plan", "criteria"): (N_("Thứ tự tiêu chí"), _codes),
    **{("plan", "settings", *way): told for way, told in _SETTINGS.items()},
    **{("frame", "settings", *way): told for way, told in _SETTINGS.items()},
}
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
            return known.index(begun), SHARE if share else what, read if begun == names else _plain
    return len(known), OTHER, _plain


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
