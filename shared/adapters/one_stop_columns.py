"""The columns of an export: which field each one fills, and which are about the applicant."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, get_args

from shared.domain.errors import N_

Field = Literal[
    "code",
    "received_on",
    "due_on",
    "finished_on",
    "returned_on",
    "stopped_on",
    "procedure_code",
    "procedure_name",
    "status",
    "online",
    "level",
    "supplements",
    "supplement_requested_on",
    "supplemented_on",
    "waited_days",
    "apologised_on",
    "reappointed_on",
    "reappointments",
    "one_stop",
    "officer_code",
    "unit_code",
]
FIELDS: tuple[Field, ...] = get_args(Field)
REQUIRED: tuple[Field, ...] = ("code", "received_on")


@dataclass(frozen=True)
class _Known:
    label: str
    phrases: tuple[str, ...]  # the best first
    unlike: tuple[str, ...] = ()  # words that speak against it


# Written as `plain` leaves them.
_KNOWN: dict[Field, _Known] = {
    "code": _Known(
        N_("Mã hồ sơ"), ("ma ho so", "so ho so", "so bien nhan", "ma bien nhan", "ma hs", "so hs")
    ),
    "received_on": _Known(
        N_("Ngày tiếp nhận"),
        ("ngay tiep nhan", "thoi gian tiep nhan", "ngay nhan ho so", "ngay nhan", "ngay nop ho so",
         "ngay nop", "tiep nhan"),
        ("bo sung", "ket qua", "can bo", "hinh thuc", "nguoi", "noi", "don vi", "kenh"),
    ),
    "due_on": _Known(
        N_("Ngày hẹn trả"),
        ("ngay hen tra ban dau", "ngay hen ban dau", "ngay hen tra ket qua", "ngay hen tra",
         "thoi gian hen tra", "han tra ket qua", "ngay hen", "han xu ly", "han giai quyet",
         "han tra", "ngay het han", "hen tra"),
        ("hen lai", "gia han", "hen tra moi"),
    ),
    "finished_on": _Known(
        N_("Ngày xử lý xong"),
        ("ngay ket thuc xu ly", "ngay xu ly xong", "ngay hoan thanh", "ngay co ket qua",
         "ngay ket thuc", "thoi gian ket thuc xu ly"),
        ("hen", "han", "du kien", "hinh thuc", "noi", "can bo", "nguoi"),
    ),
    "returned_on": _Known(
        N_("Ngày trả kết quả"),
        ("ngay tra ket qua", "thoi gian tra ket qua", "ngay tra", "tra ket qua"),
        ("hen", "han", "du kien", "hinh thuc", "noi", "can bo", "nguoi"),
    ),
    "stopped_on": _Known(
        N_("Ngày dừng hoặc từ chối"),
        ("ngay dung xu ly", "ngay tu choi", "ngay rut ho so", "ngay dung"),
        ("tam dung", "ly do"),
    ),
    "procedure_code": _Known(N_("Mã thủ tục"), ("ma thu tuc", "ma tthc", "ma so tthc")),
    "procedure_name": _Known(
        N_("Tên thủ tục"),
        ("ten thu tuc hanh chinh", "ten thu tuc", "ten tthc", "thu tuc hanh chinh", "thu tuc"),
        ("ma",),
    ),
    "status": _Known(N_("Trạng thái"), ("trang thai ho so", "trang thai", "tinh trang")),
    "online": _Known(
        N_("Hình thức nộp"),
        ("hinh thuc nop", "hinh thuc tiep nhan", "kenh tiep nhan", "cach nop", "nop truc tuyen",
         "nguon ho so", "hinh thuc"),
        ("tra",),
    ),
    "level": _Known(N_("Mức độ"), ("muc do dich vu cong", "muc do dvc", "muc do", "loai dvc")),
    "supplements": _Known(
        N_("Số lần yêu cầu bổ sung"), ("so lan yeu cau bo sung", "so lan bo sung", "lan bo sung")
    ),
    "supplement_requested_on": _Known(
        N_("Ngày yêu cầu bổ sung"),
        ("ngay yeu cau bo sung", "ngay de nghi bo sung", "ngay thong bao bo sung",
         "thoi gian yeu cau bo sung", "ngay tam dung"),
        ("so lan", "so ngay"),
    ),
    "supplemented_on": _Known(
        N_("Ngày người nộp bổ sung"),
        ("ngay bo sung ho so", "ngay bo sung", "ngay nhan bo sung", "thoi gian bo sung",
         "ngay tiep nhan bo sung", "ngay nop bo sung", "ngay xu ly lai"),
        ("yeu cau", "de nghi", "thong bao", "so lan", "so ngay", "han"),
    ),
    "waited_days": _Known(
        N_("Số ngày chờ người nộp (ngày lịch)"),
        ("so ngay cho bo sung", "so ngay cho nguoi nop", "so ngay tam dung", "so ngay cho",
         "thoi gian cho bo sung", "thoi gian tam dung"),
    ),
    "apologised_on": _Known(
        N_("Ngày gửi phiếu xin lỗi"),
        ("ngay gui phieu xin loi", "ngay phieu xin loi", "ngay xin loi", "phieu xin loi",
         "thu xin loi", "xin loi"),
        ("hen lai",),
    ),
    "reappointed_on": _Known(
        N_("Ngày hẹn trả lại"),
        ("ngay hen lai", "ngay hen tra lai", "ngay hen tra moi", "ngay xin loi va hen lai",
         "ngay gia han", "hen lai", "ngay hen tra", "ngay hen tra ket qua"),
        ("so lan", "ban dau"),
    ),
    "reappointments": _Known(
        N_("Số lần hẹn lại"), ("so lan hen lai", "so lan xin loi", "so lan gia han")
    ),
    "one_stop": _Known(N_("Qua một cửa"), ("qua mot cua", "mot cua")),
    "officer_code": _Known(
        N_("Cán bộ xử lý"),
        ("can bo thu ly", "can bo xu ly", "can bo giai quyet", "nguoi xu ly", "cong chuc xu ly",
         "can bo tiep nhan", "can bo"),
    ),
    "unit_code": _Known(
        N_("Đơn vị"),
        ("ma don vi", "don vi tiep nhan", "don vi xu ly", "co quan giai quyet", "don vi",
         "co quan"),
    ),
}  # fmt: skip

_ABOUT_THE_APPLICANT = (
    "nguoi nop", "nguoi yeu cau", "nguoi dang ky", "nguoi nhan", "nguoi uy quyen", "chu ho so",
    "ho ten", "ho va ten", "ho dem", "khach hang", "cong dan", "ca nhan", "doanh nghiep",
    "to chuc nop", "ten to chuc", "dien thoai", "sdt", "di dong", "dia chi", "noi o", "cu tru",
    "thuong tru", "tam tru", "cccd", "cmnd", "cmt", "can cuoc", "dinh danh", "giay to tuy than",
    "ho chieu", "ngay sinh", "nam sinh", "gioi tinh", "email", "thu dien tu", "ma so thue",
    "tai khoan", "zalo", "trich yeu", "noi dung", "ghi chu",
)  # fmt: skip
_ABOUT_STAFF = ("can bo", "cong chuc", "chuyen vien", "nguoi xu ly", "nguoi tiep nhan")


def label(field: Field) -> str:
    """Return the Vietnamese name (msgid) of a field, to offer beside the columns of a file."""
    return _KNOWN[field].label


@lru_cache(maxsize=8_192)
def plain(text: str) -> str:
    """Return small letters without diacritics, one space between words."""
    apart = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    kept = (sign if sign.isalnum() else " " for sign in apart if not unicodedata.combining(sign))
    return " ".join("".join(kept).split())


def is_personal(header: str) -> bool:
    """Say whether a column may hold data about the applicant: its values are never taken.

    Free text (abstract, remarks) counts as well, since names are written there.
    """
    name = plain(header)
    if any(_holds(name, words) for words in _ABOUT_STAFF):
        return False
    if name.startswith(("ngay ", "thoi gian ", "hinh thuc ")) and "sinh" not in name.split():
        return False
    return any(_holds(name, words) for words in _ABOUT_THE_APPLICANT)


def guess_mapping(headers: Sequence[str]) -> dict[Field, str]:
    """Guess which header fills which field; fields without a likely header are left out."""
    offers = sorted(
        (*rank, field, header)
        for field in FIELDS
        for header in headers
        if (rank := _fit(field, header)) and not is_personal(header)
    )
    mapping: dict[Field, str] = {}
    for _, _, field, header in offers:
        if field not in mapping and header not in mapping.values():
            mapping[field] = header
    return {field: mapping[field] for field in FIELDS if field in mapping}


def _fit(field: Field, header: str) -> tuple[int, int] | None:
    """Rank a header for a field: whole phrases before parts, better phrases before worse."""
    known, name = _KNOWN[field], plain(header)
    if name in known.phrases:
        return 0, known.phrases.index(name)
    if any(_holds(name, word) for word in known.unlike):
        return None
    held = (place for place, phrase in enumerate(known.phrases) if _holds(name, phrase))
    place = next(held, None)
    return None if place is None else (1, place)


def _holds(name: str, words: str) -> bool:
    return f" {words} " in f" {name} "
