"""The `niemno` command: what it prints, what it refuses, that only JSON is JSON."""

import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, event, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from shared.cli.command import main
from shared.cli.serving import begin
from shared.config import PROJECT_ROOT
from shared.domain.complaint import Kind
from shared.models.account import Account
from shared.models.channel import Kiosk
from shared.models.organisation import Officer, Organisation, Unit
from shared.services import accounts, calendars, complaints, due_days
from shared.services.complaints import Filing
from tests import cast
from tests.conftest import Clock
from tests.infrastructure.server import NIEMNO, environment
from tests.infrastructure.worlds import lay


class Shell:
    """Runs the command on this test's database."""

    def __init__(self, settings: dict[str, str]) -> None:
        self.settings = settings

    def __call__(self, *words: str) -> Result:
        """Run it; give its exit code and what it printed."""
        return CliRunner().invoke(main, words, env=self.settings)

    def json(self, *words: str) -> Any:
        """Run it with --json; the whole of standard output must be JSON."""
        done = self(*words, "--json")
        assert done.exit_code == 0, done.stderr
        return json.loads(done.stdout)


def _office(session: Session, now: datetime) -> None:
    places = cast.build(session, now)
    calendars.install_reference(session, places["sen"].organisation_id)


@pytest.fixture
def shell(session: Session, clock: Clock, tmp_path: Path, database_url: str) -> Shell:
    """A shell on an office with the cast and a legal calendar."""
    lay(_office, session, clock())
    session.commit()
    return Shell({"NIEMNO_DATA": str(tmp_path), "DATABASE_URL": database_url})


def test_desks_are_listed_with_code_name_and_unit(shell: Shell) -> None:
    assert shell.json("desk", "list") == [
        {"code": "Q-sen", "name": "Quầy 1", "unit": "SEN"},
        {"code": "Q-lua", "name": "Quầy 1", "unit": "LUA"},
    ]


def test_pairing_adds_a_kiosk_and_revokes_none(shell: Shell, session: Session) -> None:
    first = shell.json("kiosk", "pair", "--desk", "Q-sen")
    second = shell.json("kiosk", "pair", "--desk", "Q-sen")
    assert set(first) == {"kiosk", "desk", "token"}
    assert first["token"] != second["token"]
    kiosks = session.scalars(select(Kiosk)).all()
    assert {kiosk.code for kiosk in kiosks} == {first["kiosk"], second["kiosk"]}
    assert all(kiosk.revoked_at is None for kiosk in kiosks)
    assert first["token"] not in {kiosk.token_hash for kiosk in kiosks}


def test_pairing_at_an_unknown_desk_is_refused_in_one_line(shell: Shell) -> None:
    done = shell("kiosk", "pair", "--desk", "nowhere")
    assert done.exit_code == 1
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1


def test_words_that_are_no_utf8_are_refused_in_one_line(shell: Shell) -> None:
    done = shell("kiosk", "pair", "--desk", os.fsdecode(b"Q-\xff"))
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert "UTF-8" in done.stderr


@pytest.mark.parametrize(
    ("kind", "tier", "received", "due"),
    [
        ("report", "own", "2026-01-01T09:00:00+07:00", "2026-01-09T23:59:59+07:00"),
        ("report", "across", "2026-01-01T09:00:00+07:00", "2026-01-12T23:59:59+07:00"),
        ("petition", "special", "2026-02-13T16:59:00+07:00", "2026-03-06T23:59:59+07:00"),
        ("report", "own", "2026-08-20T17:30:00Z", "2026-08-27T23:59:59+07:00"),
        ("formal_complaint", "own", "2026-11-18T23:59:59+07:00", "2026-12-18T23:59:59+07:00"),
    ],
)
def test_a_due_day_is_told_with_its_offset(
    shell: Shell, kind: str, tier: str, received: str, due: str
) -> None:
    words = ("--kind", kind, "--tier", tier, "--received", received)
    told = shell.json("deadline", *words)
    assert told["due_at"] == due
    assert told["provisional"] is False
    counted = [day for day in told["days"] if day["counted"]]
    assert len(counted) == told["amount"]
    assert set(told["days"][0]) == {"date", "counted", "reason"}


def test_a_due_day_in_a_year_without_a_calendar_is_provisional(shell: Shell) -> None:
    words = ("deadline", "--kind", "report", "--received")
    assert shell.json(*words, "2027-12-29T09:00:00+07:00")["provisional"] is True
    assert "dự kiến" in shell(*words, "2027-12-29T09:00:00+07:00").stdout
    assert "dự kiến" not in shell(*words, "2026-01-01T09:00:00+07:00").stdout


def test_acceptance_of_a_formal_complaint_follows_the_law_of_the_day(shell: Shell) -> None:
    words = ("deadline", "--kind", "formal_complaint", "--stage", "acknowledge", "--received")
    before = shell.json(*words, "2026-06-30T09:00:00+07:00")
    after = shell.json(*words, "2026-07-01T09:00:00+07:00")
    assert (before["unit"], before["amount"]) == ("calendar_day", 10)
    assert (after["unit"], after["amount"]) == ("working_day", 7)


def test_why_a_case_is_due_when_it_is_is_told_by_its_number(
    shell: Shell, session: Session, clock: Clock
) -> None:
    unit_id = session.scalars(select(Unit.id).where(Unit.code == "SEN")).one()
    filing = Filing(uuid4(), unit_id, Kind.REPORT, "Chờ hai giờ ở quầy.", "vi", "phone")
    case = complaints.receive(session, filing, complaints.code_of(filing.form_id, "key"), clock())
    session.commit()
    told = shell.json("deadline", case.number)
    known = due_days.explained(session, case, clock(), names=True)
    assert told == known | {"today": told["today"]}
    assert "2026-11-24    ·  holiday  Ngày Văn hóa" in shell("deadline", case.number).stdout
    assert shell("deadline", "PA-1999-00001").exit_code == 1


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("deadline", "--kind", "report", "--received", "yesterday"), 1),
        (("deadline", "--kind", "praise", "--received", "2026-01-01T09:00:00+07:00"), 1),
        (("campaign", "score", "nowhere"), 1),
        (("user", "reset", "nobody"), 1),
        (("deadline", "--kind", "nonsense", "--received", "2026-01-01"), 2),
        (("deadline", "--kind", "report"), 2),
        (("user", "add", "thuha", "--full-name", " ", "--role", "officer"), 2),
        (("user", "add", "thuha", "--full-name", "x" * 201, "--role", "officer"), 2),
        (("kiosk", "pair", "--desk", "Q-sen", "--name", "x" * 201), 2),
        (("nonsense",), 2),
        (("campaign", "list"), 0),
    ],
)
def test_refusals_exit_with_one_and_wrong_use_with_two(
    shell: Shell, words: tuple[str, ...], code: int
) -> None:
    done = shell(*words)
    assert done.exit_code == code
    if code == 1:
        assert len(done.stderr.strip().splitlines()) == 1


def test_a_new_user_signs_in_with_the_printed_password(
    shell: Shell, session: Session, clock: Clock
) -> None:
    done = shell("user", "add", "noivu", "--full-name", "Nội Vụ", "--role", "organiser")
    password = done.stdout.split(" / ")[1].split(" (")[0]
    session.expire_all()
    assert session.scalar(select(Account).where(Account.name == "noivu")) is not None
    assert accounts.sign_in(session, "noivu", password, clock()).account.must_change_password


def user_of(shell: Shell, officer: str, *words: str) -> Result:
    """Add an account that belongs to an officer."""
    return shell(
        *("user", "add", "thuha", "--full-name", "Lê Thu Hà", "--role", "head"),
        *("--officer", officer),
        *words,
    )


def free_officer(session: Session, code: str) -> int:
    """Close whoever's account belongs to an officer; give the officer's key."""
    officer_id = session.scalars(select(Officer.id).where(Officer.code == code)).one()
    closing = update(Account).where(Account.officer_id == officer_id)
    session.execute(closing.values(closed_at=datetime(2026, 1, 1, tzinfo=UTC)))
    session.commit()
    return officer_id


@pytest.mark.parametrize("unit", [(), ("--unit", "SEN")])
def test_a_new_user_belongs_to_the_officer_named_by_code(
    shell: Shell, session: Session, unit: tuple[str, ...]
) -> None:
    officer_id = free_officer(session, "CB-sen")
    assert user_of(shell, "CB-sen", *unit).exit_code == 0
    added = session.scalars(select(Account).where(Account.name == "thuha")).one()
    assert added.officer_id == officer_id


@pytest.mark.parametrize(
    ("officer", "unit", "reason"),
    [
        ("CB-99", (), "Không có cán bộ mang mã “CB-99”."),
        ("", (), "Không có cán bộ mang mã “”."),
        ("CB-lua", ("--unit", "SEN"), "Cán bộ “CB-lua” thuộc đơn vị khác"),
        ("CB-sen", (), "Cán bộ “CB-sen” đã có tài khoản “officer-sen”."),
    ],
)
def test_an_officer_who_is_unknown_elsewhere_or_has_an_account_is_refused_in_one_line(
    shell: Shell, session: Session, officer: str, unit: tuple[str, ...], reason: str
) -> None:
    done = user_of(shell, officer, *unit)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.strip().startswith(f"niemno: {reason}")
    assert len(done.stderr.strip().splitlines()) == 1
    assert session.scalar(select(Account).where(Account.name == "thuha")) is None


def test_a_database_of_another_schema_is_not_touched(tmp_path: Path) -> None:
    shell = Shell({"NIEMNO_DATA": str(tmp_path)})
    done = shell("desk", "list")
    assert done.exit_code == 1
    assert "niemno migrate" in done.stderr


def test_a_first_start_after_loading_the_sample_still_makes_an_administrator(
    engine: Engine, session: Session, now: datetime
) -> None:
    session.add(Organisation(code="MAU", name="Mẫu", sample=True))
    person = {"name": "mau.noivu", "full_name": "Mẫu", "password_hash": "", "created_at": now}
    session.add(Account(**person, sample=True))
    session.commit()
    assert begin(engine, with_sample=True) is not None
    assert begin(engine, with_sample=True) is None
    assert sorted(session.scalars(select(Organisation.code))) == [calendars.MAIN, "MAU"]


def test_whoever_reads_no_further_sees_no_failure(shell: Shell, tmp_path: Path) -> None:
    with subprocess.Popen(
        [*NIEMNO, "desk", "list"],
        env=environment(tmp_path, **shell.settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as listing:
        assert listing.stdout is not None
        assert listing.stderr is not None
        listing.stdout.close()
        assert listing.stderr.read() == b""


# Says that Ctrl-C was pressed as soon as the command's words begin to be loaded.
INTERRUPTED = """
import os, signal, sys

class Interrupts:
    def find_spec(self, name, *_more):
        if name == "shared.cli.command":
            os.kill(os.getpid(), signal.SIGINT)

signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever runs the tests may ignore it
sys.meta_path.insert(0, Interrupts())
import shared.cli.start
"""


@pytest.mark.once  # no database is asked
def test_ctrl_c_while_the_program_loads_leaves_no_trace(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED],
        cwd=PROJECT_ROOT,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (-signal.SIGINT, "", "")


NEW_HEAD = ("--full-name", "Nội Vụ", "--role", "head")


@pytest.mark.once  # what is told is the same
@pytest.mark.parametrize("asked", [("reset", "noivu"), ("add", "noivu.2", *NEW_HEAD)])
def test_a_password_is_told_only_when_it_has_been_kept(
    shell: Shell, asked: tuple[str, ...]
) -> None:
    assert shell("user", "add", "noivu", *NEW_HEAD).exit_code == 0

    def no_room(_session: Session) -> None:
        raise OperationalError("COMMIT", None, Exception("database or disk is full"))

    event.listen(Session, "before_commit", no_room)
    try:
        done = shell("user", *asked)
    finally:
        event.remove(Session, "before_commit", no_room)
    assert done.exit_code == 1
    assert done.stdout == ""
    assert "disk is full" in done.stderr


def test_the_command_runs_from_any_folder(shell: Shell, tmp_path: Path) -> None:
    done = subprocess.run(
        [*NIEMNO, "desk", "list", "--json"],
        cwd="/",
        env=environment(tmp_path, **shell.settings),
        capture_output=True,
        text=True,
        check=True,
    )
    assert len(json.loads(done.stdout)) == 2
