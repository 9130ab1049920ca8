"""`niemno import dossiers`: an export taken over from the command line."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from openpyxl import Workbook
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.cli.command import main
from shared.models.dossier import Dossier, DossierImport
from shared.models.organisation import Desk
from tests.cast import FOUNDED, build
from tests.infrastructure.server import environment

HEADER = ("Mã hồ sơ", "Ngày tiếp nhận", "Ngày hẹn trả", "Mã thủ tục", "Họ tên người nộp")
Row = tuple[str, str, str, str, str]
Import = Callable[..., Result]


@pytest.fixture
def import_file(session: Session, database_url: str, tmp_path: Path, now: datetime) -> Import:
    """Give the command on an office with two units, Sen Hồng and Lúa Vàng."""
    build(session, now)
    session.commit()

    def run(*words: str) -> Result:
        env = environment(tmp_path, DATABASE_URL=database_url)
        return CliRunner().invoke(main, ["import", "dossiers", *words], env=env)

    return run


def row(number: int, received: str = "02/01/2024", code: str | None = None) -> Row:
    known = f"H01.001.02-240102-{number:04}" if code is None else code
    return (known, received, "12/01/2024", "1.001193", "Nguyễn Văn Mẫu")


def workbook(path: Path, rows: list[Row]) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEADER)
    for cells in rows:
        sheet.append(cells)
    book.save(path)
    return path


def table(path: Path, rows: list[Row]) -> Path:
    lines = (";".join(cells) for cells in (HEADER, *rows))
    path.write_text("\n".join(lines), encoding="utf-8-sig")
    return path


def facts(done: Result) -> dict[str, Any]:
    assert done.exit_code == 0, done.output
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_a_workbook_with_3_bad_rows_of_1000_gives_997_and_the_3_with_reasons(
    import_file: Import, session: Session, tmp_path: Path
) -> None:
    rows = [row(number) for number in range(1, 1_001)]
    rows[99] = row(100, received="32/13/2026")
    rows[499] = row(500, received="")
    rows[899] = row(900, code="")
    file = workbook(tmp_path / "thang-11.xlsx", rows)
    told = facts(import_file(str(file), "--unit", "SEN", "--json"))
    counts = {name: told[name] for name in ("unit", "added", "changed", "unchanged", "refused")}
    assert counts == {"unit": "SEN", "added": 997, "changed": 0, "unchanged": 0, "refused": 3}
    assert [error["row"] for error in told["errors"]] == [101, 501, 901]
    assert {error["column"] for error in told["errors"][:2]} == {"Ngày tiếp nhận"}
    assert told["errors"][0]["value"] == "32/13/2026"
    assert all(error["reason"] for error in told["errors"])
    assert session.scalar(select(func.count()).select_from(Dossier)) == 997
    handed_back = (tmp_path / "thang-11.xlsx.errors.csv").read_text("utf-8-sig").splitlines()
    assert len(handed_back) == 4
    assert "32/13/2026" in handed_back[1]
    assert "Nguyễn Văn Mẫu" not in "".join(handed_back)


def test_the_same_file_twice_changes_nothing(
    import_file: Import, session: Session, tmp_path: Path
) -> None:
    file = str(table(tmp_path / "xuat.csv", [row(1), row(2)]))
    facts(import_file(file, "--unit", "SEN", "--json"))
    told = facts(import_file(file, "--unit", "SEN", "--json"))
    assert (told["added"], told["changed"], told["unchanged"]) == (0, 0, 2)
    assert not (tmp_path / "xuat.csv.errors.csv").exists()
    noted = session.scalars(select(DossierImport)).all()
    assert {one.imported_by for one in noted} == {"command"}
    assert noted[0].file_digest == noted[1].file_digest


def test_without_a_unit_the_first_with_desks_is_taken_and_named(
    import_file: Import, tmp_path: Path
) -> None:
    done = import_file(str(table(tmp_path / "xuat.csv", [row(1)])), "--json")
    assert facts(done)["unit"] == "LUA"
    assert "LUA Xã Lúa Vàng" in done.stderr


def test_the_only_unit_with_desks_needs_no_word(
    import_file: Import, session: Session, tmp_path: Path
) -> None:
    desk = session.scalars(select(Desk).where(Desk.code == "Q-lua")).one()
    desk.valid_to = FOUNDED
    session.commit()
    done = import_file(str(table(tmp_path / "xuat.csv", [row(1)])), "--json")
    assert (facts(done)["unit"], done.stderr) == ("SEN", "")


def test_lines_for_people_say_the_counts_and_where_the_bad_rows_are(
    import_file: Import, tmp_path: Path
) -> None:
    file = table(tmp_path / "xuat.csv", [row(1), row(2, received="hôm qua")])
    done = import_file(str(file), "--unit", "SEN")
    assert done.exit_code == 0
    assert "thêm 1" in done.stdout
    assert f"{file}.errors.csv" in done.stderr


def test_a_shorter_export_takes_nothing_away(
    import_file: Import, session: Session, tmp_path: Path
) -> None:
    facts(import_file(str(table(tmp_path / "xuat.csv", [row(1)])), "--unit", "SEN", "--json"))
    short = tmp_path / "tiep-nhan.csv"
    short.write_text(f"Mã hồ sơ;Ngày tiếp nhận\n{row(1)[0]};02/01/2024\n")
    told = facts(import_file(str(short), "--unit", "SEN", "--json"))
    assert (told["changed"], told["unchanged"]) == (0, 1)
    kept = session.scalars(select(Dossier)).one()
    assert (kept.due_on, kept.procedure_code) == (date(2024, 1, 12), "1.001193")


def test_rows_that_were_passed_over_are_counted(import_file: Import, tmp_path: Path) -> None:
    rows = [("I. Hộ tịch", "", "", "", ""), row(1), row(1), row(2)]
    file = str(table(tmp_path / "xuat.csv", rows))
    told = facts(import_file(file, "--unit", "SEN", "--json"))
    assert (told["added"], told["refused"], told["skipped"]) == (2, 0, 2)
    assert "bỏ qua 2" in import_file(file, "--unit", "SEN").stdout


def one_line(done: Result) -> str:
    assert done.exit_code == 1
    assert done.stdout == ""
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("niemno: ")]
    return line


def test_a_file_of_which_no_row_can_be_taken_is_refused_and_leaves_nothing(
    import_file: Import, session: Session, tmp_path: Path
) -> None:
    file = table(tmp_path / "xuat.csv", [row(1, received="x"), row(2, received="y")])
    assert "2 dòng lỗi" in one_line(import_file(str(file), "--unit", "SEN", "--json"))
    assert (tmp_path / "xuat.csv.errors.csv").exists()
    assert session.scalars(select(DossierImport)).all() == []


@pytest.mark.parametrize(
    "content",
    [b"", b"%PDF-1.7", b"PK\x03\x04broken", b"mot cot\nhai\n", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"],
)
def test_a_file_that_is_no_export_is_refused_in_one_line(
    import_file: Import, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "la.xlsx"
    file.write_bytes(content)
    assert one_line(import_file(str(file), "--unit", "SEN"))


def test_an_unknown_unit_is_refused(import_file: Import, tmp_path: Path) -> None:
    file = table(tmp_path / "xuat.csv", [row(1)])
    assert one_line(import_file(str(file), "--unit", "KHÁC"))


def test_rows_of_another_unit_are_handed_back(
    import_file: Import, session: Session, tmp_path: Path
) -> None:
    file = tmp_path / "xuat.csv"
    file.write_text(
        "Mã hồ sơ;Ngày tiếp nhận;Đơn vị\n"
        "HS-1;02/01/2024;Phường Sen Hồng\n"
        "HS-2;02/01/2024;Xã Lúa Vàng\n"
    )
    told = facts(import_file(str(file), "--unit", "SEN", "--json"))
    assert (told["added"], told["refused"]) == (1, 1)
    assert told["errors"][0]["reason"] == "là hồ sơ của đơn vị khác: Xã Lúa Vàng"


def test_a_missing_file_is_wrong_use(import_file: Import, tmp_path: Path) -> None:
    assert import_file(str(tmp_path / "khong-co.csv")).exit_code == 2


def test_a_day_that_has_not_come_is_refused(import_file: Import, tmp_path: Path) -> None:
    coming = datetime.now(UTC) + timedelta(days=400)
    file = table(tmp_path / "xuat.csv", [row(1), row(2, received=f"{coming:%d/%m/%Y}")])
    assert facts(import_file(str(file), "--unit", "SEN", "--json"))["refused"] == 1
