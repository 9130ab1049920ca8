"""The whole path through the public doors: touch, rating, complaint, answer, score, report."""

import json
import re
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

import admin.blueprint
import kiosk.blueprint
from shared.cli.command import main
from shared.config import Settings
from shared.db import db
from shared.jobs import loop
from shared.web.app import create_app
from tests.infrastructure.databases import PostgresqlDatabases, SqliteDatabases
from tests.infrastructure.server import environment

CASE_NUMBER = re.compile(r"PA-\d{4}-\d{5}")
TRACKING_CODE = re.compile(r"(?<=/follow/)[0-9A-Z]{26}")
SATISFACTION, ANSWERED_ON_TIME = "2.8", "2.12"
OUR_ANSWER = "Kính gửi Ông/Bà, máy gọi số hỏng sáng nay, chúng tôi đã sửa và xin lỗi."


class Office:
    """One installation, used only through its commands and its two doors."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        self.settings = Settings.from_environment(environment)
        self.app: Flask = create_app(
            self.settings, (kiosk.blueprint.register, admin.blueprint.register)
        )
        self.resident = self.app.test_client()

    def niemno(self, *words: str) -> Any:
        """Run the command; give what it printed, read as JSON where it is.

        It is called here: as a program tests/cli starts it, and each start takes a second.
        """
        done = CliRunner().invoke(main, words, env=self.environment)
        assert done.exit_code == 0, done.stderr
        return json.loads(done.stdout) if "--json" in words else done.stdout

    def leave(self) -> None:
        """Let go of the database."""
        with self.app.app_context():
            db.engine.dispose()

    def touch(self, token: str, sequence: int, score: int) -> None:
        """Send one touch as the desk screen does."""
        now = datetime.now(UTC).isoformat()
        rating = {
            "id": str(uuid.uuid4()),
            "sequence": sequence,
            "rated_at": now,
            "score": score,
            "questionnaire": "default",
            "answers": {},
            "procedure": None,
            "dossier": None,
            "language": "vi",
            "duration_ms": 1200,
        }
        answer = self.resident.post(
            "/api/v1/ratings",
            json={"device_time": now, "ratings": [rating]},
            headers={"Authorization": f"Bearer {token}"},
        )
        assert answer.status_code == 201
        assert answer.get_json()["results"][0]["result"] == "stored"
        assert answer.get_json()["next_sequence"] == sequence + 1

    def printed_address(self, desk: str) -> str:
        """Give the path behind the QR code that a desk's screen shows."""
        paired = self.niemno("kiosk", "pair", "--desk", desk, "--json")
        screen = self.resident.get(
            "/api/v1/screen", headers={"Authorization": f"Bearer {paired['token']}"}
        )
        return str(screen.get_json()["phone_url"]).removeprefix(self.settings.public_url)

    def staff(self, line: str) -> FlaskClient:
        """Sign in with the one-time password a command printed, and set one's own."""
        name, password = line.split(" (", maxsplit=1)[0].split(" / ")
        client = self.app.test_client()
        post(client, "/admin/sign-in", name=name, password=password)
        own = f"bốn từ dễ nhớ {uuid.uuid4().hex[:4]}"
        post(client, "/admin/password", old=password, password=own, again=own)
        post(client, "/admin/sign-in", name=name, password=own)
        return client

    def criterion(self, code: str, competitor: str) -> dict[str, Any]:
        """Give one criterion of a competitor in the running campaign now."""
        campaign = self.niemno("campaign", "list", "--json")[0]["code"]
        for row in self.niemno("campaign", "score", campaign, "--json")["standing"]:
            if row["competitor"] == competitor:
                return next(entry for entry in row["criteria"] if entry["code"] == code)
        raise AssertionError(competitor)


def post(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    """Fill in the form at a page and send it, following where it leads."""
    page = client.get(path).get_data(as_text=True)
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    token = {"csrf_token": found.group(1)} if found else {}
    answer = client.post(path, data=token | fields, follow_redirects=True)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer


@pytest.fixture(scope="module")
def office(
    databases: SqliteDatabases | PostgresqlDatabases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    """Set up an installation with the sample."""
    folder = tmp_path_factory.mktemp("office")
    with databases.fresh() as url:
        known = Office(environment(folder, DATABASE_URL=url))
        known.niemno("sample", "load")
        yield known
        known.leave()


def test_a_touch_moves_the_standing(office: Office) -> None:
    desk = office.niemno("desk", "list", "--json")[0]
    before = office.criterion(SATISFACTION, desk["unit"])

    paired = office.niemno("kiosk", "pair", "--desk", desk["code"], "--json")
    for sequence in range(1, 4):
        office.touch(paired["token"], sequence, score=1)
    after = office.criterion(SATISFACTION, desk["unit"])
    assert after["n"] == before["n"] + 3
    assert after["value"] < before["value"]


def test_a_complaint_by_phone_is_answered_read_and_moves_the_standing(office: Office) -> None:
    desk = office.niemno("desk", "list", "--json")[0]
    before = office.criterion(ANSWERED_ON_TIME, desk["unit"])
    phone = office.printed_address(desk["code"])
    assert office.resident.get(phone).status_code == 200
    filed = office.resident.post(
        phone + "/complaint",
        data={"id": str(uuid.uuid4()), "kind": "report", "body": "Chờ hai giờ dù đã lấy số."},
        follow_redirects=True,
    ).get_data(as_text=True)
    code = TRACKING_CODE.search(filed)
    assert code is not None

    officer = office.staff(
        office.niemno("user", "add", "canbo", "--full-name", "Cán Bộ", "--role", "officer")
    )
    work = officer.get("/admin/work?q=hai+gio").get_data(as_text=True)
    number = CASE_NUMBER.search(work)
    assert number is not None
    assert code.group() not in work
    case = officer.get(f"/admin/complaints/{number.group()}").get_data(as_text=True)
    version = re.search(r'name="version"[^>]*value="(\d+)"', case)
    assert version is not None
    post(
        officer, f"/admin/complaints/{number.group()}", answer=OUR_ANSWER, version=version.group(1)
    )

    followed = office.resident.get(f"/follow/{code.group()}").get_data(as_text=True)
    assert OUR_ANSWER in followed
    after = office.criterion(ANSWERED_ON_TIME, desk["unit"])
    assert after["n"] == before["n"] + 1


@pytest.mark.once  # what is written into files has been read by then
@pytest.mark.parametrize("kind", ["xlsx", "docx"])
def test_the_standing_becomes_a_report(office: Office, kind: str) -> None:
    campaign = office.niemno("campaign", "list", "--json")[0]["code"]
    organiser = office.staff(
        office.niemno(
            "user", "add", f"noivu-{kind}", "--full-name", "Nội Vụ", "--role", "organiser"
        )
    )
    waiting = post(organiser, f"/admin/campaigns/{campaign}/report/{kind}")
    assert "Đang làm" in waiting.get_data(as_text=True)
    loop.run_waiting(office.settings, datetime.now(UTC))
    with organiser.get(f"{waiting.request.path}/file") as file:
        assert file.status_code == 200
        assert file.data.startswith(b"PK")
