"""GET /healthz says which part fails, as whoever watches the installation is to repair it."""

import shutil

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from shared import migrating
from shared.config import Settings
from shared.web import health

Answer = tuple[int, str | None, str | None]


def asked(client: FlaskClient) -> Answer:
    """Give the status, and what is said to fail at which schema."""
    answer = client.get("/healthz")
    assert answer.json is not None
    return answer.status_code, answer.json.get("failing"), answer.json.get("schema")


def test_all_is_well(client: FlaskClient) -> None:
    assert asked(client) == (200, None, migrating.head())


def test_a_database_of_another_time_is_told(client: FlaskClient, session: Session) -> None:
    session.execute(text("UPDATE alembic_version SET version_num = '0001_earlier'"))
    session.commit()
    assert asked(client) == (503, "schema", "0001_earlier")


def test_a_disk_without_room_is_told(
    client: FlaskClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = shutil.disk_usage(settings.data_directory).free
    monkeypatch.setattr(health, "LEAST_ROOM", room * 2)
    assert asked(client)[:2] == (503, "disk")


def test_a_data_folder_that_is_gone_is_told(client: FlaskClient, settings: Settings) -> None:
    shutil.rmtree(settings.data_directory)
    assert asked(client)[:2] == (503, "disk")
