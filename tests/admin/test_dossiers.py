"""Hồ sơ on the staff side: from a file to dossiers."""

import os
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.adapters.one_stop_sheet import MAX_FILE_BYTES
from shared.config import Settings
from shared.jobs import loop
from shared.models.dossier import Dossier
from shared.models.job import Job
from shared.services import dossier_mappings
from tests.adapters.exports import dossier_row, xlsx
from tests.case_world import build
from tests.cast import Place, csrf, enter

CHOOSE = "/admin/dossiers/import"
HEADER = "Mã hồ sơ;Ngày tiếp nhận;Ngày hẹn trả;Mã thủ tục;Họ tên người nộp"
People = Callable[[str], FlaskClient]


@pytest.fixture
def places(session: Session, now: datetime) -> dict[str, Place]:
    return build(session, now)


@pytest.fixture
def people(app: Flask, session: Session, places: dict[str, Place], now: datetime) -> People:
    return lambda name: enter(app, session, name, now)


@pytest.fixture
def head(people: People) -> FlaskClient:
    return people("head-sen")


def export(rows: int = 3, bad: int = 0) -> bytes:
    """Write an export with that many good rows, then bad ones."""
    good = [f"HS-{number:04};02/11/2026;12/11/2026;1.001193;Mẫu" for number in range(rows)]
    wrong = [f"HX-{number:04};hôm nào;;1.001193;Mẫu" for number in range(bad)]
    return "\n".join([HEADER, *good, *wrong]).encode("utf-8-sig")


def upload(client: FlaskClient, unit_id: int, content: bytes) -> tuple[int, str]:
    """Choose a file and send it; give the status, and where it led or the page shown."""
    # Written out, since the test client leaves its own spooled copy of a large file open.
    fields = {"csrf_token": csrf(client), "unit": str(unit_id)}
    parts = [f'"{name}"\r\n\r\n{value}'.encode() for name, value in fields.items()]
    parts.append('"file"; filename="../../xuất tháng 11.csv"\r\n\r\n'.encode() + content)
    body = b"".join(
        b"--B\r\nContent-Disposition: form-data; name=" + part + b"\r\n" for part in parts
    )
    answer = client.post(
        CHOOSE, data=body + b"--B--\r\n", content_type="multipart/form-data; boundary=B"
    )
    return answer.status_code, answer.headers.get("Location") or answer.get_data(as_text=True)


def kept_files(settings: Settings) -> list[str]:
    """Name the files kept as they were sent."""
    return [path.name for path in (settings.data_directory / "uploads").iterdir()]


def work(settings: Settings, client: FlaskClient, job_page: str, now: datetime) -> str:
    """Let the job process work, follow where its page leads; give that address."""
    loop.run_waiting(settings, now)
    page = client.get(job_page).get_data(as_text=True)
    onward = re.search(r'href="(/admin/dossiers/import/\d+)"', page)
    assert onward is not None, page
    return onward.group(1)


def choose_columns(client: FlaskClient, path: str, **fields: str) -> tuple[int, str]:
    """Send the page of columns as it stands, but for the given fields."""
    page = client.get(path).get_data(as_text=True)
    chosen = dict(
        re.findall(
            r'<select[^>]*name="(column_\w+)".*?<option value="([^"]*)" selected', page, re.DOTALL
        )
    )
    form = chosen | {"csrf_token": csrf(client)} | fields
    answer = client.post(path, data=form)
    return answer.status_code, answer.headers.get("Location") or answer.get_data(as_text=True)


def codes(session: Session) -> list[str]:
    session.rollback()
    return sorted(session.scalars(select(Dossier.code)))


def test_a_file_is_looked_at_imported_and_its_bad_rows_handed_back(
    head: FlaskClient,
    places: dict[str, Place],
    settings: Settings,
    session: Session,
    now: datetime,
) -> None:
    status, job_page = upload(head, places["sen"].unit_id, export(97, bad=3))
    assert status == 302
    columns = work(settings, head, job_page, now)
    page = head.get(columns).get_data(as_text=True)
    assert "100 dòng: 97 nhận được, 3 dòng lỗi" in page
    assert "HS-0019" in page
    assert "HS-0020" not in page  # the first twenty rows
    assert "Không đọc: Họ tên người nộp" in page
    assert codes(session) == []

    status, job_page = choose_columns(head, columns, act="import")
    assert status == 302
    outcome = head.get(work(settings, head, job_page, now)).get_data(as_text=True)
    assert len(codes(session)) == 97
    assert "3 dòng lỗi chưa nhập" in outcome
    assert "xin ghi như 05/03/2026" in outcome
    file = re.search(r'href="(/admin/jobs/\d+/file)"', outcome)
    assert file is not None
    handed_back = head.get(file.group(1))
    assert len(handed_back.get_data(as_text=True).splitlines()) == 4
    assert "errors.csv" in handed_back.headers["Content-Disposition"]
    handed_back.close()


def test_the_same_file_again_changes_nothing_and_says_so(
    head: FlaskClient, places: dict[str, Place], settings: Settings, now: datetime
) -> None:
    outcome = ""
    for _time in range(2):
        _status, job_page = upload(head, places["sen"].unit_id, export())
        columns = work(settings, head, job_page, now)
        _status, job_page = choose_columns(head, columns, act="import")
        outcome = head.get(work(settings, head, job_page, now)).get_data(as_text=True)
    assert "không có gì thay đổi" in outcome


def test_columns_chosen_by_hand_are_checked_used_and_remembered(
    head: FlaskClient,
    places: dict[str, Place],
    settings: Settings,
    session: Session,
    now: datetime,
) -> None:
    content = "Sổ\tVào\tRa\nA-1\t02/11/2026\t03/11/2026\nA-2\t02/11/2026\tmai\n".encode()
    _status, job_page = upload(head, places["sen"].unit_id, content)
    columns = work(settings, head, job_page, now)
    page = head.get(columns).get_data(as_text=True)
    assert "Chưa chọn đúng cột cho: Mã hồ sơ, Ngày tiếp nhận" in page
    status, page = choose_columns(head, columns, act="import")
    assert status == 422
    assert 'id="column_code-error"' in page

    picked = {"column_code": "Sổ", "column_received_on": "Vào", "column_finished_on": "Ra"}
    _status, job_page = choose_columns(head, columns, act="check", **picked)
    columns = work(settings, head, job_page, now)
    assert "1 nhận được, 1 dòng lỗi" in head.get(columns).get_data(as_text=True)
    _status, job_page = choose_columns(head, columns, act="import")
    work(settings, head, job_page, now)
    assert codes(session) == ["A-1"]

    _status, job_page = upload(head, places["sen"].unit_id, content)
    again = head.get(work(settings, head, job_page, now)).get_data(as_text=True)
    assert "1 nhận được, 1 dòng lỗi" in again


def test_nothing_of_applicants_stays_on_the_server(
    head: FlaskClient, places: dict[str, Place], settings: Settings, now: datetime
) -> None:
    _status, job_page = upload(
        head, places["sen"].unit_id, export().replace("Mẫu".encode(), b"TenToi")
    )
    columns = work(settings, head, job_page, now)
    _status, job_page = choose_columns(head, columns, act="import")
    work(settings, head, job_page, now)
    kept = [path for path in settings.data_directory.rglob("*") if path.is_file()]
    assert [path.name for path in kept if b"TenToi" in path.read_bytes()] == []


def test_kept_files_have_random_names_and_go_after_a_week(
    head: FlaskClient, places: dict[str, Place], settings: Settings
) -> None:
    upload(head, places["sen"].unit_id, export())
    folder: Path = settings.data_directory / "uploads"
    (old,) = folder.iterdir()
    assert re.fullmatch(r"[0-9a-f]{32}", old.name)
    week = timedelta(days=8).total_seconds()
    moved = old.stat().st_mtime - week
    os.utime(old, (moved, moved))
    upload(head, places["sen"].unit_id, export())
    assert old not in list(folder.iterdir())


def test_a_workbook_is_read_and_imported(
    head: FlaskClient,
    places: dict[str, Place],
    settings: Settings,
    session: Session,
    now: datetime,
    tmp_path: Path,
) -> None:
    rows = [dossier_row(number) for number in (1, 2)]
    content = xlsx(tmp_path / "xuat.xlsx", rows).read_bytes()
    _status, job_page = upload(head, places["sen"].unit_id, content)
    columns = work(settings, head, job_page, now)
    _status, job_page = choose_columns(head, columns, act="import")
    work(settings, head, job_page, now)
    assert codes(session) == [row[1] for row in rows]


@pytest.mark.parametrize("size", [0, MAX_FILE_BYTES + 1])
def test_a_file_of_no_use_is_refused_at_once(
    head: FlaskClient,
    places: dict[str, Place],
    settings: Settings,
    session: Session,
    size: int,
) -> None:
    status, page = upload(head, places["sen"].unit_id, b"x" * size)
    assert status == 422
    assert 'id="file-error"' in page
    assert session.scalars(select(Job)).all() == []
    assert kept_files(settings) == []


def test_a_body_over_the_limit_is_answered_413(head: FlaskClient, places: dict[str, Place]) -> None:
    status, page = upload(head, places["sen"].unit_id, b"x" * (MAX_FILE_BYTES + 128 * 1024))
    assert status == 413
    assert "quá lớn" in page


def test_a_file_that_is_no_table_fails_in_one_line(
    head: FlaskClient, places: dict[str, Place], settings: Settings, now: datetime
) -> None:
    _status, job_page = upload(head, places["sen"].unit_id, b"%PDF-1.7 something")
    loop.run_waiting(settings, now)
    assert "không phải là bảng .xlsx hoặc .csv" in head.get(job_page).get_data(as_text=True)
    assert kept_files(settings) == []  # it may have named applicants


def test_a_file_goes_to_no_unit_out_of_reach(
    head: FlaskClient, places: dict[str, Place], session: Session
) -> None:
    assert upload(head, places["lua"].unit_id, export())[0] == 404
    assert session.scalars(select(Job)).all() == []


def test_a_file_of_somebody_else_is_not_found(
    head: FlaskClient,
    people: People,
    places: dict[str, Place],
    settings: Settings,
    now: datetime,
) -> None:
    _status, job_page = upload(head, places["sen"].unit_id, export())
    columns = work(settings, head, job_page, now)
    other = people("admin-sen")
    assert other.get(columns).status_code == 404
    assert other.post(columns, data={"csrf_token": csrf(other)}).status_code == 404


def test_whoever_lost_a_unit_meanwhile_imports_nothing_into_it(
    head: FlaskClient,
    places: dict[str, Place],
    settings: Settings,
    session: Session,
    now: datetime,
) -> None:
    _status, job_page = upload(head, places["sen"].unit_id, export())
    columns = work(settings, head, job_page, now)
    job = session.scalars(select(Job)).one()
    job.arguments = {**job.arguments, "unit_id": places["lua"].unit_id}
    session.commit()
    assert choose_columns(head, columns, act="import")[0] == 404
    loop.run_waiting(settings, now)
    assert codes(session) == []


def test_a_row_left_out_is_called_so_and_not_asked_to_be(app: Flask) -> None:
    tag = "{% from 'dossiers/_words.html' import fate_tag %}{{ fate_tag('skipped') }}"
    with app.test_request_context("/?lang=en"):
        assert ">Left out<" in render_template_string(tag)


CHANGED = "Mã hồ sơ;Ngày tiếp nhận;Ngày hẹn trả;Ngày trả kết quả;Hình thức nộp\n"


def imported(head: FlaskClient, unit_id: int, settings: Settings, now: datetime, body: str) -> str:
    """Import a table; give the page that was shown before."""
    _status, job_page = upload(head, unit_id, (CHANGED + body).encode())
    columns = work(settings, head, job_page, now)
    preview = head.get(columns).get_data(as_text=True)
    _status, job_page = choose_columns(head, columns, act="import")
    work(settings, head, job_page, now)
    return preview


def test_the_preview_says_what_becomes_of_each_row_and_the_dossier_what_was_changed(
    head: FlaskClient,
    places: dict[str, Place],
    settings: Settings,
    session: Session,
    now: datetime,
) -> None:
    unit_id = places["sen"].unit_id
    first = imported(head, unit_id, settings, now, "A-1;02/11/2026;06/11/2026;;bưu chính\n")
    assert "Thêm mới" in first
    assert "Đoán theo tên cột" in first
    rows = "A-1;02/11/2026;06/11/2026;05/11/2026;bưu chính\nA-2;02/11/2026;;;\n;x;;;online\n"
    rows += "Tổng cộng: 2;;;;\n"
    again = imported(head, unit_id, settings, now, rows)
    assert "Như đã chọn cho tệp cùng các cột này lần trước." in again
    fates = re.findall(
        r'<th scope="row" class="num"[^>]*>(\d+)</th><td[^>]*><span class="tag[^>]*>(.*?)</span>',
        again,
    )
    assert [(row, re.sub("<.*>", "", words)) for row, words in fates] == [
        ("2", "Thay đổi"),
        ("3", "Thêm mới"),
        ("4", "Dòng lỗi"),
        ("5", "Đã bỏ qua"),
    ]
    assert "đổi: Ngày xử lý xong" in again
    key = session.scalars(select(Dossier.id).where(Dossier.code == "A-1")).one()
    page = head.get(f"/admin/dossiers/{key}").get_data(as_text=True)
    assert "Qua bưu chính" in page
    assert re.search(r"<td[^>]*>–</td><td[^>]*>05/11/2026</td>", page)
    assert head.get(f"/admin/dossiers/{key + 1_000}").status_code == 404


def test_columns_are_remembered_for_the_organisation_and_the_shape_of_the_file(
    head: FlaskClient, places: dict[str, Place], settings: Settings, session: Session, now: datetime
) -> None:
    unit_id, other = places["sen"].unit_id, places["lua"].unit_id
    headings = ["Sổ", "Vào", "Ra"]
    chosen = {"code": "Sổ", "received_on": "Ra"}
    dossier_mappings.remember(session, unit_id, headings, chosen, "x", now)
    known = dossier_mappings.remembered(session, other, [" ra", "VÀO", "sổ "])
    assert known is not None
    assert known.mapping == chosen
    assert dossier_mappings.remembered(session, unit_id, ["Sổ", "Vào"]) is None
