"""What every command shares: settings, a signed session, one line for a refusal, JSON out."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import wraps
from typing import Any, NoReturn, ParamSpec

import click
from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError, SQLAlchemyError
from sqlalchemy.orm import Session

from shared import migrating
from shared.audit import sign_session
from shared.config import ConfigurationError, Settings
from shared.db import UnsafeLibrary, make_engine
from shared.domain.errors import NotFound, RuleBroken

P = ParamSpec("P")
json_option = click.option("--json", "as_json", is_flag=True, help="Chỉ in JSON.")


def now() -> datetime:
    """Give the current instant (UTC); commands are a door, so the clock is asked here."""
    return datetime.now(UTC)


def settings() -> Settings:
    """Read the settings, or stop with one line."""
    return Settings.from_environment(os.environ)


@contextmanager
def session() -> Iterator[Session]:
    """Open a session on a database at this code's schema; commit at the end, or nothing at all."""
    engine = make_engine(settings().database_url)
    try:
        _check_schema(engine)
        with Session(engine) as opened, opened.begin():
            sign_session(opened, "command", now())
            yield opened
    finally:
        engine.dispose()


def _check_schema(engine: Engine) -> None:
    with engine.connect() as connection:
        at = migrating.current(connection)
    if at != migrating.head():
        refuse(
            f"cơ sở dữ liệu ở bản {at or 'trống'}, cần {migrating.head()}: chạy “niemno migrate”"
        )


def refuse(line: str) -> NoReturn:
    """Stop with one line and exit code 1."""
    click.echo(f"niemno: {line}", err=True)
    sys.exit(1)


def one_line_refusals(command: Callable[P, None]) -> Callable[P, None]:
    """Turn a broken rule or wrong setting into one line and exit code 1."""

    @wraps(command)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except NotFound:
            refuse("không tìm thấy")
        except (RuleBroken, ConfigurationError, UnsafeLibrary) as refusal:
            refuse(str(refusal))
        except DatabaseError as failure:
            line = str(failure.orig or failure).splitlines()[0]
            refuse(f"DATABASE_URL: cơ sở dữ liệu không dùng được / the database fails: {line}")
        except BrokenPipeError:  # whoever read has seen enough, such as `head`
            raise
        except UnicodeEncodeError:  # bytes that are no UTF-8 come in as lone surrogates
            refuse("chữ đưa vào không phải UTF-8 / the words given are not UTF-8")
        except (SQLAlchemyError, OSError) as failure:
            refuse(f"{type(failure).__name__}: {str(failure).splitlines()[0]}")

    return guarded


def say(as_json: bool, facts: Any, lines: Callable[[], Iterator[str]]) -> None:
    """Print the facts as JSON and nothing else, or as lines to read."""
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False))
        return
    for line in lines():
        click.echo(line)
