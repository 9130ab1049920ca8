"""Exports handed in by another program: its key, one content once, and what it is told."""

import io
import re
from datetime import date, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.adapters.one_stop_sheet import MAX_FILE_BYTES
from shared.config import Settings
from shared.jobs import loop
from shared.models.api_key import ApiKey
from shared.models.audit import AuditEvent
from shared.models.dossier import Dossier, DossierFeed, DossierImport
from shared.services.channels import hash_token
from tests import records, sent_records
from tests.cast import Place, build, enter
from tests.cast import send as post

HEADINGS = "Mã hồ sơ;Ngày tiếp nhận;Ngày hẹn trả;Họ tên người nộp\n"
EXPORT = f"{HEADINGS}HS-1;02/11/2026;09/11/2026;Trần Thị Bịa\nHS-2;mai;;\n".encode()


@pytest.fixture
def places(session: Session, now: datetime) -> dict[str, Place]:
    known = build(session, now)
    for key in known:
        sent_records.give_key(session, key, known[key].unit_id, now)
    session.commit()
    return known


@pytest.fixture
def program(app: Flask, places: dict[str, Place]) -> FlaskClient:
    """Give what a program with the key of Sen Hồng uses."""
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = "Bearer nn_sen"
    return client


def send(
    program: FlaskClient, content: bytes = EXPORT, query: str = "?name=dem.csv"
) -> tuple[int, dict[str, Any]]:
    answer = program.post(f"/api/v1/dossiers{query}", data=content)
    return answer.status_code, answer.get_json()


def test_a_file_is_taken_over_and_the_program_told(
    program: FlaskClient, settings: Settings, session: Session, now: datetime
) -> None:
    status, handed = send(program)
    assert (status, handed["unit"], handed["new"]) == (202, "SEN", True)
    path = handed["href"].removeprefix(settings.public_url)
    assert program.get(path).get_json()["state"] == "waiting"
    loop.run_waiting(settings, now)
    told = program.get(path).get_json()
    assert told["state"] == "done"
    assert told["result"] == {
        "added": 1,
        "changed": 0,
        "unchanged": 0,
        "refused": 1,
        "skipped": 0,
    }
    assert [(error["row"], error["column"]) for error in told["errors"]] == [(3, "Ngày tiếp nhận")]
    errors = program.get(told["errors_href"].removeprefix(settings.public_url))
    assert "HS-2" in errors.get_data(as_text=True)
    assert "Bịa" not in errors.get_data(as_text=True)
    errors.close()
    session.rollback()
    noted = session.scalars(select(DossierImport)).one()
    assert (noted.source, noted.imported_by) == ("http", f"API Phần mềm {records.secret('sen')}")
    assert session.scalars(select(Dossier.code)).all() == ["HS-1"]


def test_the_same_content_is_the_same_job(
    program: FlaskClient, settings: Settings, session: Session, now: datetime
) -> None:
    _status, first = send(program)
    status, again = send(program, query="?name=khac.csv")
    assert (status, again["new"], again["href"]) == (200, False, first["href"])
    loop.run_waiting(settings, now)
    assert send(program)[1]["href"] == first["href"]
    kept = (settings.data_directory / "uploads").iterdir()
    assert [path.suffix for path in kept] == [".rows"]  # what is not read again may name applicants
    session.rollback()
    assert session.scalar(select(func.count()).select_from(DossierFeed)) == 1


def test_a_content_comes_anew_after_another_one(
    program: FlaskClient, settings: Settings, session: Session, now: datetime
) -> None:
    other = EXPORT.replace(b"09/11/2026", b"10/11/2026")
    _status, first = send(program)
    loop.run_waiting(settings, now)
    assert send(program, other)[0] == 202
    status, anew = send(program)  # before the other one was taken over
    assert (status, anew["new"]) == (202, True)
    assert send(program)[1]["href"] == anew["href"]
    loop.run_waiting(settings, now)
    for href in (first["href"], anew["href"]):
        told = program.get(href.removeprefix(settings.public_url)).get_json()
        assert (told["state"], told["sha256"]) == ("done", first["sha256"])
    session.rollback()
    assert session.scalars(select(Dossier.due_on)).one() == date(2026, 11, 9)
    assert session.scalar(select(func.count()).select_from(DossierImport)) == 3


def test_a_file_that_was_refused_says_why_and_may_come_again(
    program: FlaskClient, settings: Settings, now: datetime
) -> None:
    _status, handed = send(program, b"%PDF-1.7")
    loop.run_waiting(settings, now)
    told = program.get(handed["href"].removeprefix(settings.public_url)).get_json()
    assert told["state"] == "failed"
    assert ".xlsx" in told["reason"]
    status, again = send(program, b"%PDF-1.7")
    assert (status, again["new"]) == (202, True)


def test_a_file_of_which_nothing_can_be_taken_fails_and_leaves_nothing(
    program: FlaskClient, settings: Settings, session: Session, now: datetime
) -> None:
    _status, handed = send(program, f"{HEADINGS}HS-2;mai;;\nHS-3;mốt;;\n".encode())
    loop.run_waiting(settings, now)
    told = program.get(handed["href"].removeprefix(settings.public_url)).get_json()
    assert (told["state"], told["reason"]) == ("failed", "Không dòng nào nhận được: 2 dòng lỗi.")
    assert "errors_href" in told
    session.rollback()
    assert session.scalars(select(DossierImport)).all() == []


@pytest.mark.parametrize("key", ["", "Bearer ", "Bearer nn_khac", "Basic nn_sen"])
def test_without_a_key_nothing_is_taken(program: FlaskClient, key: str) -> None:
    answer = program.post("/api/v1/dossiers", data=EXPORT, headers={"Authorization": key})
    assert answer.status_code == 403
    assert answer.get_json()["message"]


def test_a_key_reaches_its_own_unit_and_an_ended_one_nothing(
    app: Flask, program: FlaskClient, settings: Settings
) -> None:
    for code in ("LUA", "%00", "SEN%00"):
        assert send(program, query=f"?unit={code}")[0] == 404
    for job in ("999", "9" * 20):
        assert program.get(f"/api/v1/dossiers/{job}").status_code == 404
    _status, handed = send(program)
    other = app.test_client()
    other.environ_base["HTTP_AUTHORIZATION"] = "Bearer nn_lua"
    assert other.get(handed["href"].removeprefix(settings.public_url)).status_code == 404


def test_a_key_named_like_a_person_does_not_act_in_their_name(
    app: Flask, program: FlaskClient, settings: Settings, session: Session, now: datetime
) -> None:
    key = session.scalars(select(ApiKey).where(ApiKey.key_hash == hash_token("nn_sen"))).one()
    key.name = "head-sen"
    session.commit()
    send(program)
    loop.run_waiting(settings, now)
    session.rollback()
    assert session.scalars(select(DossierImport.imported_by)).all() == ["API head-sen"]
    assert "head-sen" not in set(session.scalars(select(AuditEvent.actor)))


def test_a_file_over_the_limit_is_answered_413(program: FlaskClient) -> None:
    whole = program.post("/api/v1/dossiers", data=io.BytesIO(bytes(MAX_FILE_BYTES + 1)))
    assert whole.status_code == 413
    chunked = {"wsgi.input_terminated": True, "CONTENT_LENGTH": ""}
    body = io.BytesIO(bytes(MAX_FILE_BYTES + 1))
    in_pieces = program.post("/api/v1/dossiers", input_stream=body, environ_overrides=chunked)
    assert in_pieces.status_code == 413


def test_an_empty_body_is_no_file(program: FlaskClient) -> None:
    status, told = send(program, b"")
    assert (status, told["error"]) == (422, "file_empty")


def test_an_administrator_gives_a_key_shows_it_once_and_ends_it(
    app: Flask, program: FlaskClient, places: dict[str, Place], session: Session, now: datetime
) -> None:
    admin = enter(app, session, "admin-sen", now)
    unit = str(places["sen"].unit_id)
    status, page = post(admin, "/admin/dossier-feeds", {"name": "Đêm", "unit": unit})
    given = re.search(r'<p class="num key">(nn_[\w-]{43})</p>', page)
    assert status == 200
    assert given is not None
    assert given[1] not in admin.get("/admin/dossier-feeds").get_data(as_text=True)
    row = session.scalars(select(ApiKey).where(ApiKey.name == "Đêm")).one()
    program.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {given[1]}"
    assert send(program)[0] == 202
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    ended = admin.post(f"/admin/dossier-feeds/{row.id}/end", data={"csrf_token": token[1]})
    assert ended.status_code == 303
    assert program.get("/api/v1/dossiers/1").status_code == 403
    assert program.post("/api/v1/dossiers", data=EXPORT).status_code == 403


@pytest.mark.parametrize(
    ("fields", "field"), [({"name": " "}, "name"), ({"name": "x", "unit": "0"}, "unit")]
)
def test_a_key_needs_a_name_and_a_unit_within_reach(
    app: Flask,
    places: dict[str, Place],
    session: Session,
    now: datetime,
    fields: dict[str, str],
    field: str,
) -> None:
    admin = enter(app, session, "admin-sen", now)
    usual = {"unit": str(places["sen"].unit_id)}
    status, page = post(admin, "/admin/dossier-feeds", usual | fields)
    assert status == 422
    assert f'id="{field}-error"' in page
