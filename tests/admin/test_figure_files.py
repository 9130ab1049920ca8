"""Figures by file on the pages: handed out, looked at, handed in, and the rest handed back."""

import csv
import io

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from shared.models.campaign import CampaignCompetitor, ManualFigure
from tests.campaign_pages import CODE, HOME, figure_path, page, person, plain
from tests.campaign_world import World
from tests.cast import csrf
from tests.conftest import Clock

IMPORT = f"{HOME}/figures/import"
Rows = list[dict[str, str]]


def handed_out(client: FlaskClient, language: str = "vi") -> Rows:
    client.set_cookie("lang", language)
    answer = client.get(f"{IMPORT}/template.csv")
    assert answer.mimetype == "text/csv"
    return read(answer.data)


def read(data: bytes) -> Rows:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def written(rows: Rows) -> bytes:
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue().encode("utf-8-sig")


def looked(client: FlaskClient, data: bytes) -> str:
    fields = {"csrf_token": csrf(client), "file": (io.BytesIO(data), "so-lieu.csv")}
    return client.post(IMPORT, data=fields).get_data(as_text=True)


def taken(client: FlaskClient, data: bytes, take: str) -> tuple[int, str]:
    fields = {"csrf_token": csrf(client), "text": data.decode("utf-8-sig"), "take": take}
    answer = client.post(f"{IMPORT}/apply", data=fields)
    return answer.status_code, plain(answer.get_data(as_text=True))


def of(rows: Rows, whom: str, criterion: str) -> dict[str, str]:
    (found,) = [
        row for row in rows if (row["Mã đơn vị, cá nhân"], row["Mã tiêu chí"]) == (whom, criterion)
    ]
    return found


def count(world: World) -> int:
    world.session.rollback()
    return world.session.scalar(select(func.count()).select_from(ManualFigure)) or 0


def test_a_file_goes_out_comes_back_and_what_cannot_be_taken_comes_back_with_reasons(
    running: World, tung: FlaskClient
) -> None:
    rows = handed_out(tung)
    an, binh = of(rows, "an", "2.1"), of(rows, "binh", "2.1")
    assert (an["Đơn vị, cá nhân"], an["Đơn vị tính"]) == ("Xã An", "số đạt trên tổng số")
    an |= {"Số liệu": "7", "Trên tổng số": "8", "Minh chứng": "=Công văn 45/UBND"}
    binh |= {"Số liệu": "9", "Trên tổng số": "8", "Minh chứng": "Công văn 46/UBND"}
    data = written(rows)
    words = plain(looked(tung, data))
    assert "Chưa có gì được ghi." in words
    assert "Số đạt phải từ 0 và không lớn hơn tổng số." in words
    assert taken(tung, data, "all")[0] == 409
    assert count(running) == 0
    status, words = taken(tung, data, "good")
    assert (status, count(running)) == (200, 1)
    assert "1 số liệu đã nộp, chờ người khác xác nhận." in words
    fields = {"csrf_token": csrf(tung), "text": data.decode("utf-8-sig")}
    (back,) = read(tung.post(f"{IMPORT}/refused.csv", data=fields).data)
    assert (back["Mã đơn vị, cá nhân"], back["Số liệu"]) == ("binh", "9")
    assert back["Lý do chưa nhận"] == "Số liệu: Số đạt phải từ 0 và không lớn hơn tổng số."
    mended = written([back | {"Số liệu": "8"}])
    assert "Cột không dùng" not in looked(tung, mended)
    assert taken(tung, mended, "all")[0] == 200
    assert count(running) == 2


def test_what_was_handed_in_stands_in_the_file_and_hands_nothing_in_again(
    running: World, tung: FlaskClient
) -> None:
    rows = handed_out(tung)
    of(rows, "an", "2.10").update({"Số liệu": "không", "Minh chứng": "=HYPERLINK(0)"})
    taken(tung, written(rows), "all")
    again = handed_out(tung)
    row = of(again, "an", "2.10")
    assert (row["Số liệu"], row["Minh chứng"]) == ("không", "'=HYPERLINK(0)")
    assert "Đã nộp, không đổi 1" in plain(looked(tung, written(again)))
    assert "=HYPERLINK(0)" in page(tung, figure_path(running, "an", "2.10"))


def test_a_file_in_english_is_read_as_it_was_handed_out(running: World, tung: FlaskClient) -> None:
    rows = handed_out(tung, "en")
    (row,) = [
        one
        for one in rows
        if (one["Code of unit or person"], one["Criterion code"]) == ("an", "2.10")
    ]
    row |= {"Figure": "yes", "Evidence": "Minutes 3"}
    assert "Handed in for the first time 1" in plain(looked(tung, written(rows)))


def test_a_unit_gets_and_hands_in_its_own_rows_alone(
    app: Flask, running: World, tung: FlaskClient, clock: Clock
) -> None:
    every = handed_out(tung)
    head = person(app, running, "head-an", clock)
    own = handed_out(head)
    assert {row["Mã đơn vị, cá nhân"] for row in own} == {"an", "mai"}
    of(every, "binh", "2.10").update({"Số liệu": "có", "Minh chứng": "x"})
    assert "Ngoài phạm vi của Ông/Bà." in looked(head, written(every))


def test_a_file_that_is_no_table_says_so(running: World, tung: FlaskClient) -> None:
    assert "Đây là tệp Excel" in looked(tung, b"PK\x03\x04")
    assert "Thiếu cột" in looked(tung, b"a,b\r\n1,2\r\n")


def test_the_page_is_found_from_the_list_while_the_campaign_runs(
    running: World, tung: FlaskClient
) -> None:
    assert f"/admin/campaigns/{CODE}/figures/import" in page(tung, f"{HOME}/figures")
    assert running.session.scalar(select(func.count()).select_from(CampaignCompetitor))
