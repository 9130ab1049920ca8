"""The figures of complaints as a workbook: for who asked, and of nothing closed to them."""

import csv
import io
from datetime import timedelta

from openpyxl import load_workbook

from shared.jobs import loop
from tests import records
from tests.infrastructure.peopled import Peopled


def made(peopled: Peopled, who: str, query: str = "") -> dict[str, list[tuple[object, ...]]]:
    """Ask for the workbook, let it be made, and read its sheets."""
    answer = peopled.post(f"/admin/complaints/figures/workbook{query}", {}, who)
    assert answer.status_code == 303
    loop.run_waiting(peopled.settings, peopled.clock())
    file = peopled.get(f"{answer.location}/file", who)
    book = load_workbook(io.BytesIO(file.get_data()), read_only=True)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def test_a_head_gets_the_table_and_the_cases_behind_it(peopled: Peopled) -> None:
    sheets = made(peopled, "head-sen", "?by=kind")
    cells = str(sheets)
    unit = peopled.units["sen"]
    assert "Tỷ lệ đúng hạn" in cells
    assert ("phản ánh", unit.number) in {row[:2] for row in sheets["Các việc"]}
    assert peopled.units["lua"].number not in cells
    assert records.secret("sen") not in cells


def test_the_officer_a_case_names_finds_it_in_no_sheet(peopled: Peopled) -> None:
    unit = peopled.units["sen"]
    assert unit.number_naming in str(made(peopled, "head-sen"))
    assert unit.number_naming not in str(made(peopled, "officer-sen"))


def test_the_list_of_a_line_is_given_as_a_file(peopled: Peopled) -> None:
    path = "/admin/complaints/figures/cases.csv?by=kind&key=report"
    text = peopled.get(path, "head-sen").get_data(as_text=True)
    assert text.splitlines()[0].startswith("\ufeffnumber") or text.startswith("number")
    assert peopled.units["sen"].number in text
    assert "open" in text
    nothing = peopled.get(f"{path}&part=refused", "head-sen").get_data(as_text=True)
    assert peopled.units["sen"].number not in nothing


def test_no_single_case_tells_at_what_time_of_day_it_came(peopled: Peopled) -> None:
    """Staff know to the minute when they answered."""
    unit = peopled.units["sen"]
    peopled.clock.advance(timedelta(minutes=24))
    sent = {"version": unit.version, "answer": "Kính gửi Ông/Bà, chúng tôi đã bố trí thêm quầy."}
    assert peopled.post(f"/admin/complaints/{unit.number}", sent, "head-sen").status_code == 303
    path = "/admin/complaints/figures/cases.csv?by=kind&key=report"
    lines = csv.DictReader(io.StringIO(peopled.get(path, "head-sen").get_data(as_text=True)))
    hours = [line["office_hours"] for line in lines if unit.number in line.values()]
    assert hours == ["0"]
