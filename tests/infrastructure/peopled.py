"""The application with people and records in two units: built once, put back after every test."""

import hashlib
import io
import re
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from shared.audit import sign_session
from shared.config import Settings
from shared.db import make_engine
from shared.jobs import loop, uploads
from shared.jobs.work import result_path
from shared.services import attachments, jobs
from tests import cast, records
from tests.conftest import ORDINARY_MOMENT, SECRET, Clock
from tests.infrastructure.applications import build, leave
from tests.infrastructure.databases import PostgresqlDatabases, SqliteDatabases
from tests.infrastructure.rows import KnownRows
from tests.records import Records

NOBODY = ""
EXPORT = """Mã hồ sơ,Ngày tiếp nhận,Ngày hẹn trả,Trạng thái
H02-$-1,02/11/2026,09/11/2026,Bí-mật-$
H02-$-2,32/11/2026,09/11/2026,Bí-mật-$
"""
CSRF = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass
class Peopled:
    """The running application, who is in it, and how it looked before."""

    app: Flask
    engine: Engine
    clock: Clock
    settings: Settings
    units: Mapping[str, Records]
    known: KnownRows
    _clients: dict[str, FlaskClient] = field(default_factory=dict)
    _tokens: dict[str, str] = field(default_factory=dict)

    def person(self, name: str = NOBODY) -> FlaskClient:
        """Give the browser in which this person has signed in; nobody by default."""
        if name not in self._clients:
            client = self.app.test_client()
            if name != NOBODY:
                client.set_cookie("niemno", records.token_of(name))
            self._clients[name] = client
        return self._clients[name]

    def csrf(self, name: str = NOBODY) -> str:
        """Give the token this browser's forms carry."""
        if name not in self._tokens:
            path = "/admin/sign-in" if name == NOBODY else "/admin/password"
            page = self.person(name).get(path).get_data(as_text=True)
            found = CSRF.search(page)
            assert found is not None, (name, page)
            self._tokens[name] = found.group(1)
        return self._tokens[name]

    def get(self, path: str, name: str = NOBODY, **more: Any) -> TestResponse:
        """Ask for a page as a person, and read it to its end."""
        return _read(self.person(name).get(path, **more))

    def post(
        self, path: str, fields: Mapping[str, Any] | None = None, name: str = NOBODY
    ) -> TestResponse:
        """Send a form as a person, with the token that staff forms carry."""
        token = {"csrf_token": self.csrf(name)} if path.startswith("/admin") else {}
        return _read(self.person(name).post(path, data={**token, **(fields or {})}))

    def forget(self) -> None:
        """Close the browsers; the next ones begin anew."""
        self._clients.clear()
        self._tokens.clear()

    def changed(self) -> dict[str, list[tuple[Any, ...]]]:
        """Name the tables that are not as they were, with the new or changed rows."""
        return self.known.changed()

    def put_back(self) -> bool:
        """Make everything as it was; tell whether anything was not."""
        return self.known.put_back()


def _read(answer: TestResponse) -> TestResponse:
    """Read the answer whole and let go of what it was read from, such as a file."""
    with closing(answer):
        answer.get_data()
    return answer


def _read_exports(session: Session, settings: Settings, key: str, unit: Records) -> dict[str, int]:
    """Let those who may import upload a file, which is read but not taken over yet."""
    found = {}
    for name in (f"head-{key}", f"admin-{key}"):
        kept = uploads.keep(settings, io.BytesIO(EXPORT.replace("$", key).encode()))
        arguments = {
            "unit_id": unit.place.unit_id,
            "upload": kept.name,
            "digest": kept.digest,
            "file_name": f"xuất {records.secret(key)}.csv",
        }
        account_id = unit.accounts[name]
        job = jobs.request(session, "dossier_read", arguments, account_id, ORDINARY_MOMENT)
        found[name] = job.id
    session.commit()
    loop.run_waiting(settings, ORDINARY_MOMENT)
    return found


def _keep_photo(data: Path, number: str) -> None:
    """Put something where the photo of a case lies."""
    digest = hashlib.sha256(number.encode()).hexdigest()
    path = attachments.path_of(attachments.folder_of(data), digest)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"\xff\xd8\xff")


@pytest.fixture(scope="session")
def _peopled(
    databases: SqliteDatabases | PostgresqlDatabases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Peopled]:
    folder, clock = tmp_path_factory.mktemp("peopled"), Clock(ORDINARY_MOMENT)
    with databases.fresh() as url:
        settings = Settings(
            port=8000,
            data_directory=folder,
            database_url=url,
            public_url="http://127.0.0.1:8000",
            trusted_hosts=("127.0.0.1", "localhost"),
            secret_key=SECRET,
        )
        engine = make_engine(url)
        with Session(engine) as session:
            sign_session(session, "system", clock())
            units = records.fill(session, cast.build(session, clock()), clock())
            session.commit()
            for key, unit in units.items():
                unit.readings = _read_exports(session, settings, key, unit)
        for unit in units.values():
            for job_id in unit.jobs.values():
                result_path(settings, job_id).write_bytes(b"png")
            _keep_photo(folder, unit.number)
            _keep_photo(folder, f"figure {unit.campaign}")
        app = build(settings, clock)
        with closing(KnownRows(engine)) as known:
            yield Peopled(app, engine, clock, settings, units, known)
        leave(app)
        engine.dispose()


@pytest.fixture
def peopled(_peopled: Peopled) -> Iterator[Peopled]:
    """Sen Hồng and Lúa Vàng with one record of every kind; everything is put back afterwards."""
    yield _peopled
    _peopled.forget()
    _peopled.clock.moment = ORDINARY_MOMENT
    _peopled.put_back()
    _peopled.known.look_everywhere()
