"""Copies of a PostgreSQL database, by its own tools."""

import os
import shutil
import subprocess
from pathlib import Path

from sqlalchemy import make_url, text

from shared.db import make_engine
from shared.domain.errors import N_, RuleBroken
from shared.services.whole_files import replacing, unused

EMPTY = "DROP SCHEMA public CASCADE; CREATE SCHEMA public"


def copy(database_url: str, draft: Path) -> None:
    """Copy what is committed at this moment; others read and write meanwhile."""
    _run("pg_dump", database_url, "--format=custom", "--no-owner", "--file", str(draft))
    _run("pg_restore", None, "--file", os.devnull, str(draft))  # reads it to its end


def revision_of(file: Path) -> str | None:
    """Name the schema revision of a copy; None when it holds none. Raises when it is no copy."""
    _run("pg_restore", None, "--file", os.devnull, str(file))
    wanted = ("--data-only", "--table=alembic_version", "--file=-", str(file))
    lines = iter(_run("pg_restore", None, *wanted).splitlines())
    for line in lines:
        if line.startswith("COPY "):
            return next(lines, None)
    return None


def put_back(database_url: str, file: Path) -> Path:
    """Put a copy in the database's place in one transaction; give where the old one was kept."""
    _refuse_company(database_url)
    kept = unused(file.with_name(f"{file.name}.before-restore"))
    with replacing(kept) as draft:
        copy(database_url, draft)
    script = file.with_name(f".{file.name}.{os.getpid()}.sql")
    try:
        _run("pg_restore", None, "--no-owner", "--no-privileges", "--file", str(script), str(file))
        at_once = ("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1")
        _run("psql", database_url, *at_once, f"--command={EMPTY}", f"--file={script}")
    finally:
        script.unlink(missing_ok=True)
    return kept


def _refuse_company(database_url: str) -> None:
    engine = make_engine(database_url)
    with engine.connect() as connection:
        others = connection.scalar(
            text(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )
        )
    engine.dispose()
    if others:
        raise RuleBroken(
            "database_in_use",
            N_("Máy chủ đang dùng cơ sở dữ liệu. Xin dừng máy chủ rồi phục hồi lại."),
        )


def _run(tool: str, database_url: str | None, *arguments: str) -> str:
    """Run one of PostgreSQL's tools; the password goes by the environment, not the command line."""
    program = shutil.which(tool)
    if program is None:
        raise RuleBroken(
            "postgresql_tools_missing",
            N_("Thiếu công cụ %(tool)s. Xin cài gói postgresql-client."),
            tool=tool,
        )
    environment = dict(os.environ)
    command = [program, *arguments]
    if database_url is not None:
        address = make_url(database_url)
        if address.password is not None:
            environment["PGPASSWORD"] = str(address.password)
        plain = address.set(drivername="postgresql", password=None)
        command.append(f"--dbname={plain.render_as_string(hide_password=False)}")
    done = subprocess.run(  # noqa: S603  PostgreSQL's own tools
        command, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        said = (done.stderr.strip().splitlines() or [f"{tool}: {done.returncode}"])[0]
        raise RuleBroken("postgresql_tool_failed", "%(said)s", said=said)
    return done.stdout
