"""How long a hundred thousand dossiers take from file to database, and in how much memory."""

import csv
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import xlsxwriter
from sqlalchemy.orm import Session

from bench.ground import Ground, empty_database
from bench.table import Row, Section
from shared.audit import sign_session
from shared.config import PROJECT_ROOT
from shared.db import make_engine
from shared.models.organisation import Unit
from shared.services import organisations

DOSSIERS = 100_000
MOST_SECONDS, MOST_MEGABYTES, LONGEST_WAIT = 60, 300, 5
NOW = datetime(2026, 11, 18, 2, 30, tzinfo=UTC)
HEADINGS = (
    "STT", "Mã hồ sơ", "Mã thủ tục", "Tên thủ tục", "Lĩnh vực", "Người nộp", "Số điện thoại",
    "Địa chỉ", "Ngày tiếp nhận", "Ngày hẹn trả", "Ngày xử lý xong", "Ngày trả kết quả",
    "Trạng thái", "Hình thức nộp", "Mức độ", "Số lần bổ sung", "Cán bộ thụ lý", "Đơn vị",
)  # fmt: skip
HOW = (
    f"A generated export of {DOSSIERS:,} dossiers in {len(HEADINGS)} columns is read, checked row "
    "by row, compared with what is known and written, in a process of its own, as the job does. "
    "Memory is the most that process and the one that reads the file held together. The wait is "
    "how long other writers stood still, the changed file has another state in every tenth row."
)


def measure(tell: Callable[[str], None]) -> list[Section]:
    """Measure both kinds of file on both databases."""
    rows: list[Row] = []
    for kind in ("sqlite", "postgresql"):
        for name in ("xlsx", "csv"):
            tell(f"import of dossiers, {name}, {kind}")
            with empty_database(kind) as ground:
                rows += _rows(ground, name)
    return [Section("Import of dossiers", rows, HOW)]


def _rows(ground: Ground, name: str) -> Iterator[Row]:
    unit_id = _office(ground)
    first, later = ground.folder / f"first.{name}", ground.folder / f"later.{name}"
    for path, changed in ((first, False), (later, True)):
        (_write_xlsx if name == "xlsx" else _write_csv)(path, changed)
    for what, path in (("new", first), ("again", first), ("a tenth changed", later)):
        done = _apart(ground, unit_id, path)
        size = f"{path.stat().st_size / 1e6:.0f} MB"
        beside = f"{size}; {done['megabytes']} MB held; others waited {done['wait']:.1f} s"
        met = (
            done["seconds"] <= MOST_SECONDS
            and done["megabytes"] <= MOST_MEGABYTES
            and done["wait"] <= LONGEST_WAIT
        )
        yield Row(
            what=f"{DOSSIERS:,} dossiers, {what}, {name}, {ground.kind}",
            figure=f"{done['seconds']:.1f} s",
            beside=f"{beside}; {done['added']:,} new, {done['changed']:,} changed",
            wanted=f"≤ {MOST_SECONDS} s, ≤ {MOST_MEGABYTES} MB",
            met=met,
        )


def _office(ground: Ground) -> int:
    engine = make_engine(ground.url)
    with Session(engine) as session, session.begin():
        sign_session(session, "bench", NOW)
        organisation = organisations.found(session, "BENCH", "Bench", NOW)
        unit = Unit(
            organisation_id=organisation.id,
            code="BENCH-1",
            name="Xã Đo Thử",
            level="commune",
            valid_from=date(2025, 7, 1),
        )
        session.add(unit)
        session.flush()
        unit_id = unit.id
    engine.dispose()
    return unit_id


def _apart(ground: Ground, unit_id: int, path: Path) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.import_one", ground.url, str(unit_id), str(path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=PROJECT_ROOT,
    )
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def _dossiers(changed: bool) -> Iterator[list[object]]:
    begin = datetime(2026, 1, 5, 8, 0)  # noqa: DTZ001  as a sheet has it
    for number in range(1, DOSSIERS + 1):
        received = begin + timedelta(days=number % 300, minutes=number % 480)
        yield [
            number,
            f"H01.001.02-{received:%y%m%d}-{number // 300:04}",
            f"1.00{number % 97:04}",
            f"Thủ tục hành chính mẫu số {number % 97} thuộc thẩm quyền cấp xã",
            "Hộ tịch",
            f"Nguyễn Văn Mẫu {number}",
            f"09{number:08}",
            f"Thôn {number % 50}, xã Không Có Thật",
            received,
            received + timedelta(days=5),
            received + timedelta(days=3 + number % 4),
            received + timedelta(days=4 + number % 4),
            "Đã lưu kho" if changed and number % 10 == 0 else "Đã trả kết quả",
            "Trực tuyến" if number % 2 else "Trực tiếp",
            "Toàn trình" if number % 3 else "Một phần",
            number % 2,
            f"CB{number % 7}",
            "Xã Đo Thử",
        ]


def _write_xlsx(path: Path, changed: bool) -> None:
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        dated = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        sheet.write_row(0, 0, HEADINGS)
        for index, row in enumerate(_dossiers(changed), 1):
            for column, cell in enumerate(row):
                form = dated if isinstance(cell, datetime) else None
                sheet.write(index, column, cell, form)


def _write_csv(path: Path, changed: bool) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        for row in _dossiers(changed):
            writer.writerow(
                [f"{cell:%d/%m/%Y %H:%M}" if isinstance(cell, datetime) else cell for cell in row]
            )


def seconds_since(begin: float) -> float:
    """Give the seconds that have passed."""
    return time.perf_counter() - begin
