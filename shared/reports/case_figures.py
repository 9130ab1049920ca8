"""The figures of complaints as tables: line by line, and the cases behind them."""

from collections.abc import Sequence
from decimal import Decimal

from shared.domain.case_figures import CaseFigures
from shared.reports.content import Cell, Column, Table
from shared.services.case_figures import By, Counted, Row
from shared.services.case_figures import Table as Figures

WAYS = {
    By.UNIT: "Đơn vị",
    By.OFFICER: "Người xử lý",
    By.PROCEDURE: "Thủ tục",
    By.FIELD: "Lĩnh vực",
    By.CHANNEL: "Cách gửi",
    By.KIND: "Loại",
}
# Keys of kinds and ways in, in the words of the pages.
WORDS = {
    "report": "phản ánh",
    "petition": "kiến nghị",
    "suggestion": "góp ý",
    "praise": "lời khen",
    "explanation": "yêu cầu giải trình",
    "formal_complaint": "khiếu nại",
    "denunciation": "tố cáo",
    "phone": "gửi từ điện thoại",
    "desk": "gửi tại quầy",
    "dossier": "gửi bằng mã hồ sơ",
    "counter": "nói tại quầy",
    "hotline": "gọi đường dây nóng",
    "box": "hòm thư góp ý",
    "open311": "từ hệ thống khác",
}
STANDINGS = {
    "on_time": "đúng hạn",
    "late": "chậm hạn",
    "overdue": "quá hạn, chưa trả lời",
    "open": "còn hạn",
    "refused": "không tiếp nhận",
    "transferred": "đã chuyển cơ quan khác",
    "withdrawn": "người gửi đã rút",
    "without_limit": "không hạn",
}
_COUNTS = (
    "Nhận",
    "Được xét hạn",
    "Đúng hạn",
    "Quá hạn, chưa trả lời",
    "Không tiếp nhận",
    "Đã chuyển",
    "Đã rút",
    "Mở lại",
    "Gửi cấp trên",
    "Có ý kiến",
    "Hài lòng",
)


def tables(found: Figures, by: By, cases: Sequence[tuple[str, Counted]]) -> list[Table]:
    """Give the table of figures and the list of cases, each with the name of its line."""
    counts = tuple(Column(title, "integer", 11) for title in _COUNTS)
    shares = (
        Column("Tỷ lệ đúng hạn", "percent", 11),
        Column("Giờ, một nửa", "number", 11),
        Column("Giờ, chín phần mười", "number", 11),
        Column("Tỷ lệ hài lòng", "percent", 11),
    )
    lines = tuple((name_of(row, by), *_cells(row.figures)) for row in found.rows)
    whole = ("Tất cả", *_cells(found.whole))
    figures = Table("Số liệu", (Column(WAYS[by], width=34), *counts, *shares), lines, whole)
    columns = (
        Column(WAYS[by], width=34),
        Column("Số", width=18),
        Column("Hạn", "date", 12),
        Column("Trả lời", "date", 12),
        Column("Được tính là", width=24),
        Column("Mở lại", width=10),
        Column("Gửi cấp trên", width=14),
        Column("Hài lòng", width=10),
    )
    rows = tuple(_case(name, one) for name, one in cases)
    return [figures, Table("Các việc", columns, rows)]


def name_of(row: Row, by: By) -> str:
    """Give what people call a line."""
    if by in {By.KIND, By.CHANNEL}:
        return WORDS.get(row.key, row.key)
    return (row.key if by is By.FIELD else row.name) or "Không ghi"


def _cells(of: CaseFigures) -> tuple[Cell, ...]:
    counts = (of.received, of.judged, of.on_time, of.overdue, of.refused, of.transferred)
    after = (of.withdrawn, of.reopened, of.appealed, of.rated, of.satisfied)
    hours = (_number(of.median_hours), _number(of.ninetieth_hours))
    return (*counts, *after, _share(of.on_time_share), *hours, _share(of.satisfied_share))


def _case(name: str, one: Counted) -> tuple[Cell, ...]:
    fact = one.fact
    said = {None: "", True: "có", False: "không"}
    standing = STANDINGS[one.standing]
    after = (said[fact.reopened], said[fact.appealed], said[fact.satisfied])
    return (name, fact.number, fact.due_on, fact.answered_on, standing, *after)


def _share(percent: Decimal | None) -> float | None:
    return None if percent is None else float(percent / 100)


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
