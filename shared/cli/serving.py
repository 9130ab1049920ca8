"""`niemno run` and `niemno migrate`: bringing an installation up."""

import os
import runpy
import signal
import sys
import time

import click
from gunicorn.app import wsgiapp
from sqlalchemy import Engine, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from shared import migrating, sample
from shared.audit import sign_session
from shared.cli.context import now, one_line_refusals, settings
from shared.config import PROJECT_ROOT, Settings
from shared.db import make_engine
from shared.domain.access import Role
from shared.models.account import Account
from shared.models.organisation import Organisation
from shared.services import accounts, channels, invitations, organisations
from shared.services.calendars import MAIN
from shared.services.invitations import Target

FIRST_ADMINISTRATOR = "admin"
LOOK_SECONDS = 0.5


@click.command()
@one_line_refusals
def run() -> None:
    """Mở máy chủ ở nền trước; Ctrl-C để dừng tất cả."""
    known = settings()
    known.require_free_port()
    engine = make_engine(known.database_url)
    migrating.upgrade(engine)
    password = begin(engine, with_sample=True)
    engine.dispose()
    _say_addresses(known, password)
    _begin_jobs()
    # Becoming gunicorn keeps one process group with one head: what ends it ends everything,
    # and what is loaded by now need not be loaded again.
    sys.argv = ["gunicorn", "--config", str(PROJECT_ROOT / "deploy" / "gunicorn.conf.py")]
    wsgiapp.run(prog="gunicorn")


def _begin_jobs() -> None:
    """Let a copy of this process do the jobs: most of what it needs is loaded by now.

    Another one watches it and begins it anew when it ends before its time: nobody else would
    notice that no reminder goes out any more.
    """
    head = os.getpid()
    if os.fork() != 0:
        return
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    while os.getppid() == head:
        doing = os.fork()
        if doing == 0:
            runpy.run_module("shared.jobs", run_name="__main__")
            os._exit(0)
        time.sleep(LOOK_SECONDS)
        while os.getppid() == head and os.waitpid(doing, os.WNOHANG) == (0, 0):
            time.sleep(LOOK_SECONDS)
    os._exit(0)


def begin(engine: Engine, *, with_sample: bool) -> str | None:
    """Set up an empty database; give the first administrator's one-time password, else None."""
    with Session(engine) as session, session.begin():
        sign_session(session, "command", now())
        if not _any(session, Organisation.sample):
            organisations.found(session, MAIN, "Cơ quan của tôi", now())
        if _any(session, Account.sample):
            return None
        everywhere = [(role, None) for role in (Role.ADMIN, Role.HEAD, Role.ORGANISER)]
        _account, password = accounts.add(
            session, FIRST_ADMINISTRATOR, "Quản trị đầu tiên", everywhere, now()
        )
        if with_sample and not session.scalar(select(Organisation.id).where(Organisation.sample)):
            sample.load(session, now())
        return password


def _any(session: Session, of_sample: InstrumentedAttribute[bool]) -> bool:
    """Say whether there is a row that is not the sample's."""
    return session.scalar(select(of_sample).where(of_sample.is_(False)).limit(1)) is not None


@click.command()
@one_line_refusals
def migrate() -> None:
    """Đưa cơ sở dữ liệu lên bản mới nhất."""
    engine = make_engine(settings().database_url)
    migrating.upgrade(engine)
    click.echo(f"đã ở bản {migrating.head()}")


def _say_addresses(known: Settings, password: str | None) -> None:
    engine = make_engine(known.database_url)
    with Session(engine) as session, session.begin():
        sign_session(session, "command", now())
        phone = _phone_path(session)
    engine.dispose()
    lines = [
        ("Màn hình ở quầy", known.public_url + "/"),
        ("Trang điện thoại", known.public_url + phone),
        ("Phía cán bộ", known.public_url + "/admin/"),
    ]
    for label, address in lines:
        click.echo(f"{label:<18} {address}")
    if password is not None:
        click.echo(
            f"{'Quản trị đầu tiên':<18} {FIRST_ADMINISTRATOR} / {password} (một lần, 24 giờ)"
        )
    else:
        click.echo(f"{'Quên mật khẩu':<18} {sys.argv[0]} user reset {FIRST_ADMINISTRATOR}")
    if known.public_url_is_loopback:
        click.echo("Điện thoại chưa mở được địa chỉ này: đặt PUBLIC_URL=http://<địa chỉ máy>:PORT")
    sys.stdout.flush()


def _phone_path(session: Session) -> str:
    """Give the page behind the first desk's printed code; without a desk, where a case is found."""
    for desk, unit in channels.open_desks(session, None, now())[:1]:
        return f"/q/{invitations.printed(session, unit.id, Target.DESK, desk.id, now())}"
    return "/follow"


COMMANDS = (run, migrate)
