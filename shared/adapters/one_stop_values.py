"""Cells of an export as dates, numbers and choices; each refusal says what was expected."""

import re
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache

from shared.adapters.one_stop_columns import Field, plain
from shared.domain.dossier import (
    MAX_CODE_LENGTH,
    Channel,
    checked,
    national_procedure_code,
    recognise,
)
from shared.domain.errors import N_, Invalid

_VIETNAM = timezone(timedelta(hours=7))
_EXCEL_DAY_NOUGHT = date(1899, 12, 30)
_FIRST, _LAST = date(1990, 1, 1), date(2099, 12, 31)
_CLOCK = r"\d{1,2}(?::|h|g)\d{2}(?::\d{2})?(?:\s*[ap]m)?"
_DAY_FIRST = re.compile(
    rf"(?:{_CLOCK}\s+)?(\d{{1,2}})[/.-](\d{{1,2}})[/.-](\d{{4}})(?:\s+{_CLOCK})?"
)
_SERIAL = re.compile(r"\d{5}(?:[.,]\d+)?")
_WRITTEN_DAY = re.compile(r"\d{1,4}[/.-]\d{1,2}[/.-]\d.*")
_ONE_NUMBERED_WORD = re.compile(r"(?=.*\d{3})[\w./-]{5,}")
_FAILED_FORMULA = re.compile(r"#(?:[A-Z_]+[!?]?|N/A|DIV/0!)")
_CUT_PROCEDURE = re.compile(r"\d\.\d{1,5}")

_ONLINE = ("truc tuyen", "online", "qua mang", "internet", "dich vu cong", "dvc", "dvcqg", "vneid")
_BY_POST = ("buu chinh", "buu dien", "bcci")
_AT_THE_DESK = (
    "truc tiep", "tai quay", "tai cho", "mot cua", "offline", "giay", "dien thoai", "tai nha",
    "luu dong",
)  # fmt: skip
_YES = {"1", "x", "co", "yes", "true", "dung", "da co"}
_NO = {"0", "", "khong", "no", "false", "sai", "chua", "ko"}


@lru_cache(maxsize=8_192)  # a list holds few days, each many times
def as_date(text: str) -> date:
    """Read dd/mm/yyyy with or without a time, ISO 8601, or an Excel serial as a local date.

    An instant with an offset is taken to the day it falls on in Vietnam (UTC+7).
    Raises Invalid (`not_a_date`, `date_out_of_range`).
    """
    found = _day_first(text) or _iso(text) or _serial(text)
    if found is None:
        raise Invalid("not_a_date", N_("không phải là ngày, xin ghi như 05/03/2026"))
    if not _FIRST <= found <= _LAST:
        raise Invalid("date_out_of_range", N_("năm không hợp lý"))
    return found


def _day_first(text: str) -> date | None:
    match = _DAY_FIRST.fullmatch(text.lower())
    if not match:
        return None
    try:
        return date(int(match[3]), int(match[2]), int(match[1]))
    except ValueError:
        return None


def _iso(text: str) -> date | None:
    if not re.match(r"\d{4}-\d{2}-\d{2}", text):
        return None
    try:
        instant = datetime.fromisoformat(text)
        return (instant.astimezone(_VIETNAM) if instant.tzinfo else instant).date()
    except (ValueError, OverflowError):
        return None


def _serial(text: str) -> date | None:
    if not _SERIAL.fullmatch(text):
        return None
    return _EXCEL_DAY_NOUGHT + timedelta(days=int(text[:5]))


def is_of_a_dossier(name: Field, text: str) -> bool:
    """Say whether a cell alone in its row tells of a dossier, not of a title, sum or signature.

    So the row is handed back as one with faults; it would be lost without a word otherwise.
    """
    is_day = bool(_WRITTEN_DAY.fullmatch(text))
    if name == "received_on":
        return is_day or bool(_SERIAL.fullmatch(text))
    if name == "code" and _ONE_NUMBERED_WORD.fullmatch(text):
        return not is_day and not as_procedure_code(text)
    return recognise(text[:MAX_CODE_LENGTH]).form != "free"


def as_code(text: str) -> str:
    """Return a dossier code in order.

    Raises Invalid as `checked`, and `failed_formula` for the sign a spreadsheet shows instead of a
    value it could not compute.
    """
    if _FAILED_FORMULA.fullmatch(text):
        raise Invalid("failed_formula", N_("là lỗi công thức của bảng tính, không phải mã"))
    return checked(text)


def as_procedure_code(text: str) -> str:
    """Return the national code in `text`, or an empty text where there is none.

    A code that Excel took for a number has lost its last noughts (2.00088): they are put back.
    """
    padded = text.ljust(8, "0") if _CUT_PROCEDURE.fullmatch(text) else text
    return national_procedure_code(padded) or ""


def as_channel(text: str) -> Channel | None:
    """Return the way a dossier came in; None where it is only known not to have been online.

    Raises Invalid (`unknown_channel`).
    """
    name = plain(text)
    if name in _YES or _names(name, _ONLINE):
        return Channel.ONLINE
    if _names(name, _BY_POST):
        return Channel.POST
    if _names(name, _AT_THE_DESK):
        return Channel.DESK
    if name in _NO:
        return None
    raise Invalid("unknown_channel", N_("không rõ là trực tuyến, trực tiếp hay qua bưu chính"))


def as_dates(text: str) -> tuple[date, ...]:
    """Read one or more dates set apart by semicolons, commas or lines.

    Raises Invalid as `as_date`, and `dates_out_of_order`.
    """
    found = tuple(as_date(part.strip()) for part in re.split(r"[;,\n]", text) if part.strip())
    if list(found) != sorted(found):
        raise Invalid("dates_out_of_order", N_("các ngày không theo thứ tự"))
    return found


def as_apology(text: str) -> date | None:
    """Read the day of an apology; None where the cell only says whether there was one.

    Raises Invalid as `as_date`.
    """
    return None if plain(text) in _YES | _NO else as_date(text)


def _names(name: str, phrases: tuple[str, ...]) -> bool:
    return any(f" {phrase} " in f" {name} " for phrase in phrases)


def is_yes(text: str) -> bool:
    """Read có/không. Raises Invalid (`not_yes_or_no`)."""
    name = plain(text)
    if name not in _YES | _NO:
        raise Invalid("not_yes_or_no", N_("xin ghi “có” hoặc “không”"))
    return name in _YES


def as_level(text: str) -> int | None:
    """Return the degree of an online service, 1 to 4; None where the cell is empty.

    Today's words stand for the old degrees: "toàn trình" for 4, "một phần" for 3, "cung cấp thông
    tin" for 2. Raises Invalid (`unknown_level`).
    """
    name = plain(text)
    if not name:
        return None
    for phrase, level in (("toan trinh", 4), ("mot phan", 3), ("cung cap thong tin", 2)):
        if phrase in name:
            return level
    digits = re.findall(r"\d+", name)
    if len(digits) == 1 and digits[0] in {"1", "2", "3", "4"}:
        return int(digits[0])
    raise Invalid("unknown_level", N_("mức độ phải từ 1 đến 4, “toàn trình” hoặc “một phần”"))


def as_count(text: str) -> int:
    """Read a small count; an empty cell is none. Raises Invalid (`not_a_count`)."""
    if not text:
        return 0
    if not re.fullmatch(r"\d{1,3}", text, re.ASCII):
        raise Invalid("not_a_count", N_("phải là số đếm, như 0 hoặc 1"))
    return int(text)


def within(text: str, limit: int) -> str:
    """Return `text` if it has at most `limit` characters. Raises Invalid (`too_long`)."""
    if len(text) > limit:
        raise Invalid("too_long", N_("dài quá %(limit)s ký tự"), limit=limit)
    return text
