"""What the parts of a frozen standing are called, and how each is read."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from shared.domain.errors import N_
from shared.domain.scoring import Note

# What a value is once read: None where there is none, a note where words have to be translated.
Value = str | bool | int | Decimal | date | datetime | Note | tuple["Value", ...] | None
Reader = Callable[[Any], Value]


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
        return str(plain["name"]) if "name" in plain else tuple(map(as_it_is, plain.values()))
    return as_it_is(plain)


def as_it_is(plain: Any) -> Value:
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
    (): (N_("Có trong bảng xếp hạng"), as_it_is),
    ("row", "rank"): (N_("Hạng"), _number),
    ("row", "total"): (N_("Tổng điểm"), _number),
    ("row", "complete"): (N_("Đủ số liệu"), as_it_is),
    ("group",): (N_("Nhóm so sánh"), as_it_is),
    ("volume",): (N_("Số hồ sơ đã nhận"), _number),
    ("competitor", "name"): (N_("Tên"), as_it_is),
    ("row", "entry", "name"): (N_("Tên"), as_it_is),
    ("competitor", "code"): (N_("Mã"), as_it_is),
    ("row", "entry", "competitor"): (N_("Mã"), as_it_is),
    ("competitor", "kind"): (N_("Loại đối tượng"), _words(KINDS)),
    ("row", "entry", "kind"): (N_("Loại đối tượng"), _words(KINDS)),
    ("competitor", "unit_name"): (N_("Đơn vị"), as_it_is),
    ("competitor", "head"): (N_("Là người đứng đầu"), as_it_is),
    ("competitor", "joined_on"): (N_("Tham gia từ"), date.fromisoformat),
    ("competitor", "left_on"): (N_("Rời sau ngày"), date.fromisoformat),
    ("subject", "window", "first"): (N_("Được xét từ ngày"), date.fromisoformat),
    ("subject", "window", "last"): (N_("Được xét đến hết ngày"), date.fromisoformat),
    ("subject", "unit_ids"): (N_("Mã số các đơn vị được tính gộp"), as_it_is),
    ("subject", "officer_id"): (N_("Mã số cán bộ"), as_it_is),
    ("subject", "key"): (N_("Mã số trong phong trào"), as_it_is),
    ("competitor", "key"): (N_("Mã số trong phong trào"), as_it_is),
    ("competitor", "unit_id"): (N_("Mã số đơn vị"), as_it_is),
    ("competitor", "officer_id"): (N_("Mã số cán bộ"), as_it_is),
}
SCORE: Words = {
    (): (N_("Được chấm tiêu chí này"), as_it_is),
    ("points",): (N_("Điểm"), _number),
    ("met",): (N_("Đạt mục tiêu"), as_it_is),
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
    (): (N_("Có trong bộ tiêu chí"), as_it_is),
    ("code",): (N_("Mã tiêu chí"), as_it_is),
    ("name",): (N_("Tên tiêu chí"), as_it_is),
    ("group",): (N_("Nhóm tiêu chí"), as_it_is),
    ("max_points",): (N_("Điểm tối đa"), _number),
    ("target", "comparison"): (N_("Cách so sánh"), _words(COMPARISONS)),
    ("target", "value"): (N_("Mục tiêu"), _number),
    ("target", "unit"): (N_("Đơn vị tính"), _words(UNITS)),
    ("scoring",): (N_("Cách cho điểm khi chưa đạt"), _words(SCORINGS)),
    ("steps",): (N_("Các bậc điểm"), _names),
    ("per_case",): (N_("Điểm mỗi trường hợp"), _number),
    ("no_cases",): (N_("Khi không có trường hợp"), _words(NO_CASES)),
    ("veto",): (N_("Vi phạm thì không được khen thưởng"), as_it_is),
    ("kind",): (N_("Loại đối tượng"), _words(KINDS)),
    ("source",): (N_("Nguồn số liệu"), as_it_is),
    ("measure",): (N_("Cách đo"), as_it_is),
    ("filter",): (N_("Bản ghi được tính"), as_it_is),
}
WHOLE: Words = {
    ("places",): (N_("Thứ tự xếp hạng"), _names),
    ("frame", "as_of"): (N_("Tính đến"), datetime.fromisoformat),
    ("frame", "today"): (N_("Ngày tính"), date.fromisoformat),
    ("frame", "over"): (N_("Kỳ đã kết thúc"), as_it_is),
    ("frame", "zone"): (N_("Múi giờ"), as_it_is),
    ("frame", "organisation_id"): (N_("Mã số tổ chức"), as_it_is),
    ("left_aside",): (N_("Đánh giá đến muộn không được tính"), _number),
    ("sample",): (N_("Dữ liệu mẫu"), as_it_is),
    ("state",): (N_("Tình trạng phong trào"), _words(RUNNING)),
    ("plan", "code"): (N_("Mã phong trào"), as_it_is),
    ("plan", "name"): (N_("Tên phong trào"), as_it_is),
    ("plan", "theme"): (N_("Chủ đề"), as_it_is),
    ("plan", "document"): (N_("Văn bản"), as_it_is),
    ("plan", "organiser"): (N_("Đơn vị tổ chức"), as_it_is),
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
    ("plan", "leaders", "document"): (N_("Văn bản giao thường trực"), as_it_is),
    ("plan", "criteria"): (N_("Thứ tự tiêu chí"), _codes),
    **{("plan", "settings", *way): told for way, told in _SETTINGS.items()},
    **{("frame", "settings", *way): told for way, told in _SETTINGS.items()},
}
