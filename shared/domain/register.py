"""What the entries of units' registers are, kind by kind, and what none of them may say.

Sources: the campaigns' rows 1.9, 2.7, 2.12–2.14, 3.10–3.13, 4.8, 4.12, 4.13, 5.3, 5.4, 5.6. The
register of officers moved or disciplined holds a count and the decision only: no name, no case.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from shared.domain.errors import N_, Invalid
from shared.domain.faults import Faults


class RegisterKind(StrEnum):
    """Which register an entry stands in."""

    TRAINING = "training"
    COMMITTEE = "committee"
    INSPECTION = "inspection"
    PUBLICITY = "publicity"
    EXEMPLARY = "exemplary"
    DISCIPLINE = "discipline"
    REVIEW = "review"
    INITIATIVE = "initiative"
    REPORT = "report"


# The choice each kind offers, and what each value of it is called.
CHOICES: Mapping[RegisterKind, Mapping[str, str]] = {
    RegisterKind.TRAINING: {
        "reform": N_("Cải cách hành chính"),
        "conduct": N_("Giao tiếp, ứng xử, xử lý trực tuyến"),
        "indexes": N_("PAR INDEX, SIPAS, PAPI"),
        "other": N_("Nội dung khác"),
    },
    RegisterKind.COMMITTEE: {
        "head": N_("Người đứng đầu làm trưởng ban"),
        "other": N_("Người khác làm trưởng ban"),
        "none": N_("Không thuộc diện phải lập"),
    },
    RegisterKind.INSPECTION: {
        "inspection": N_("Kiểm tra"),
        "reminder": N_("Đôn đốc"),
        "visit": N_("Xuống cơ sở"),
    },
    RegisterKind.EXEMPLARY: {"collective": N_("Tập thể"), "individual": N_("Cá nhân")},
    RegisterKind.DISCIPLINE: {
        "moved": N_("Chuyển vị trí"),
        "replaced": N_("Thay thế"),
        "disciplined": N_("Kỷ luật"),
    },
    RegisterKind.REVIEW: {
        "keep": N_("Giữ nguyên"),
        "simplify": N_("Đề nghị đơn giản hoá"),
        "cut": N_("Đề nghị cắt giảm"),
    },
    RegisterKind.INITIATIVE: {
        "unit": N_("Trong đơn vị"),
        "commune": N_("Cấp xã"),
        "district": N_("Cấp huyện (trước 01/7/2025)"),
        "province": N_("Cấp tỉnh"),
        "nation": N_("Toàn quốc"),
    },
}


@dataclass(frozen=True)
class Filled:
    """An entry as it was typed: days are local, `planned` and `done` whole numbers."""

    due_on: date
    done_on: date | None = None
    planned: int | None = None
    done: int | None = None
    choice: str | None = None
    mark: Decimal | None = None
    document: str = ""
    findings: str = ""
    remedy: str = ""
    remedy_due_on: date | None = None
    remedied_on: date | None = None
    people: Sequence[str] = ()


def check(kind: RegisterKind, filled: Filled, today: date) -> None:
    """Refuse an entry that contradicts itself or tells of days to come; Invalid names the field."""
    with Faults() as faults:
        faults.read(_check_days, filled, today)
        faults.read(_check_counts, kind, filled)
        if kind is RegisterKind.INSPECTION:
            faults.read(_check_inspection, filled)
        if kind is RegisterKind.COMMITTEE:
            faults.read(_check_committee, filled)
        if kind is RegisterKind.INITIATIVE and filled.done_on and not filled.document:
            faults.add(_missing("document"))


def _check_days(filled: Filled, today: date) -> None:
    with Faults() as faults:
        for field in ("done_on", "remedied_on"):
            on = getattr(filled, field)
            if on is not None and on > today:
                faults.add(_later(field))


def _check_committee(filled: Filled) -> None:
    """A unit that owes no committee says by which document, and has set none up."""
    if (filled.done_on or filled.choice == "none") and not filled.document:
        raise _missing("document")
    if filled.done_on and filled.choice == "none":
        raise Invalid("none_owed", N_("Đã thành lập thì không chọn mục này."), field="choice")


def _check_counts(kind: RegisterKind, filled: Filled) -> None:
    attended = kind is RegisterKind.TRAINING
    # Nobody was due at any course of a period: told with a document, the unit has no such case.
    if filled.planned == 0 and not attended:
        raise Invalid("none_planned", N_("Xin nhập một số lớn hơn 0."), field="planned")
    if filled.planned == 0 and not filled.document:
        raise _missing("document")
    too_many = filled.done is not None and filled.planned is not None
    if attended and too_many and (filled.done or 0) > (filled.planned or 0):
        raise Invalid("more_than_due", N_("Số người dự nhiều hơn số người phải dự."), field="done")
    if kind is RegisterKind.DISCIPLINE and not filled.done:
        raise Invalid("none_planned", N_("Xin nhập một số lớn hơn 0."), field="done")


def _check_inspection(filled: Filled) -> None:
    with Faults() as faults:
        if filled.findings and filled.done_on is None:
            faults.add(_missing("done_on"))
        if filled.findings and not filled.remedy:
            faults.add(_missing("remedy"))
        if filled.remedy and filled.remedy_due_on is None:
            faults.add(_missing("remedy_due_on"))
        if (filled.remedy or filled.remedied_on) and not filled.findings:
            faults.add(_missing("findings"))


def _missing(field: str) -> Invalid:
    return Invalid("missing", N_("Xin nhập mục này."), field=field)


def _later(field: str) -> Invalid:
    return Invalid("day_to_come", N_("Ngày này chưa đến."), field=field)
