"""Staff accounts: adding, signing in and out, passwords, roles over units."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import Table, bindparam, delete, select, update
from sqlalchemy.orm import Session

from shared.domain.access import Actor, Role
from shared.domain.account import (
    ONE_TIME_PASSWORD_LASTS,
    checked_password,
    one_time_password,
    session_ended,
    wait_after,
)
from shared.domain.errors import N_, Invalid, NotFound, RuleBroken
from shared.domain.faults import Faults
from shared.models.account import Account, Grant, SignInFailure, StaffSession
from shared.services.channels import hash_token
from shared.services.rating_storage import dialect_of, insert
from shared.services.reach import actor_by

# OWASP's least for argon2id (19 MiB, 2 passes): two cores also have residents to serve.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_NOBODY = _HASHER.hash(secrets.token_hex())  # an unknown name must cost the same time
SEEN_EVERY = timedelta(minutes=1)
FAILURES_LAST = timedelta(days=1)
LONGEST_NAME = 80
# Who acts so in histories is nobody of staff.
WITHOUT_ACCOUNT = frozenset({"resident", "system", "command", "folder"})
# Built once: the guard asks at every request of staff.
_SIGNED_IN = (
    select(StaffSession, Account, Grant.role, Grant.unit_id)
    .join(Account, StaffSession.account_id == Account.id)
    .outerjoin(Grant, Grant.account_id == Account.id)
    .where(StaffSession.token_hash == bindparam("token_hash"))
)


@dataclass(frozen=True)
class Signed:
    """A signed-in person and the token for the browser, which is not kept."""

    account: Account
    token: str


def add(
    session: Session,
    name: str,
    full_name: str,
    grants: Iterable[tuple[Role, int | None]],
    now: datetime,
    *,
    officer_id: int | None = None,
    sample: bool = False,
) -> tuple[Account, str]:
    """Add an account; give it and its one-time password, good for 24 hours.

    Grants are (role, unit key); no unit means every unit. Invalid when the name is taken, by
    somebody or by the histories.
    """
    name = free_name(session, name)
    password = one_time_password()
    account = Account(
        name=name,
        full_name=full_name.strip(),
        password_hash=_HASHER.hash(password),
        password_expires_at=now + ONE_TIME_PASSWORD_LASTS,
        officer_id=officer_id,
        sample=sample,
        created_at=now,
    )
    session.add(account)
    session.flush()
    set_grants(session, account, grants)
    return account, password


def free_name(session: Session, typed: str) -> str:
    """Read the sign-in name of a new account; give it as it is kept, in small letters.

    Raises Invalid when it cannot be one, when histories use it, and when an account has it.
    """
    name = typed.strip().lower()
    if (
        not 2 <= len(name) <= LONGEST_NAME
        or not (name.isascii() and name.isprintable())
        or " " in name
    ):
        raise Invalid(
            "wrong_name",
            N_("Tên đăng nhập cần 2–80 ký tự không dấu, không khoảng trắng."),
            field="name",
        )
    if name in WITHOUT_ACCOUNT:
        raise Invalid(
            "name_reserved",
            N_("Tên “%(name)s” dành riêng cho hệ thống. Xin chọn tên khác."),
            field="name",
            name=name,
        )
    if session.scalar(select(Account.id).where(Account.name == name)) is not None:
        raise Invalid("name_taken", N_("Tên đăng nhập này đã có. Xin chọn tên khác."), field="name")
    return name


def set_grants(
    session: Session, account: Account, grants: Iterable[tuple[Role, int | None]]
) -> None:
    """Make an account's roles exactly these, keeping the rows that stay."""
    wanted = set(grants)
    for grant in session.scalars(select(Grant).where(Grant.account_id == account.id)):
        if (Role(grant.role), grant.unit_id) in wanted:
            wanted.discard((Role(grant.role), grant.unit_id))
        else:
            session.delete(grant)
    for role, unit_id in sorted(wanted, key=str):
        session.add(Grant(account_id=account.id, role=str(role), unit_id=unit_id))
    session.flush()


def sign_in(session: Session, name: str, password: str, now: datetime) -> Signed:
    """Open a staff session.

    Raises RuleBroken `sign_in_wait` while the account must wait after failures, and
    `wrong_sign_in` otherwise, the same for a wrong name, password or an expired one-time password.
    """
    name = _typed(name)
    failure = session.get(SignInFailure, name)
    if failure is not None:
        _check_waited(failure, now)
    account = session.scalar(select(Account).where(Account.name == name))
    if not _matches(account, password) or account is None or not _may_enter(account, now):
        raise RuleBroken(
            "wrong_sign_in",
            N_("Tên đăng nhập hoặc mật khẩu không đúng, hoặc mật khẩu dùng một lần đã hết hạn."),
        )
    if failure is not None:
        session.execute(delete(SignInFailure).where(SignInFailure.name == name))
    token = secrets.token_urlsafe(32)
    session.add(
        StaffSession(
            token_hash=hash_token(token), account_id=account.id, created_at=now, seen_at=now
        )
    )
    session.flush()
    return Signed(account, token)


def full_name(session: Session, name: str) -> str:
    """Give whose sign-in name this is; the name itself where it is nobody's."""
    known = session.scalar(select(Account.full_name).where(Account.name == name))
    return known or name


def note_failure(session: Session, name: str, now: datetime) -> None:
    """Count a failed sign-in; this must stay although the request is refused."""
    table = cast(Table, SignInFailure.__table__)
    first = {"name": _typed(name), "failures": 1, "last_at": now}
    # In one statement: whoever tries many passwords at once has each of them counted.
    again = {"failures": table.c.failures + 1, "last_at": now}
    counted = insert(dialect_of(session), table).values(first)
    session.execute(counted.on_conflict_do_update(index_elements=["name"], set_=again))


def forget_failures(session: Session, now: datetime) -> int:
    """Forget failed sign-ins of names that nobody has tried for a day; give how many names.

    No wait is so long, and a name that is none has a row here too.
    """
    old = SignInFailure.last_at < now - FAILURES_LAST
    return session.connection().execute(delete(SignInFailure).where(old)).rowcount


def actor_of(
    session: Session, token: str, now: datetime, *, unattended: bool = False
) -> Actor | None:
    """Find who a browser's token belongs to; None when the session has ended.

    A page that looks again by itself is no use of the session: `unattended` keeps none alive.
    """
    rows = session.execute(_SIGNED_IN, {"token_hash": hash_token(token)}).all()
    if not rows:
        return None
    staff_session, account, *_ = rows[0]
    over = session_ended(staff_session.created_at, staff_session.seen_at, now)
    if staff_session.ended_at is not None or account.closed_at is not None or over:
        return None
    if now - staff_session.seen_at > SEEN_EVERY and not unattended:
        staff_session.seen_at = now
    return actor_by(session, account, [(role, unit_id) for *_, role, unit_id in rows])


def sign_out(session: Session, token: str, now: datetime) -> None:
    """End one staff session."""
    session.execute(
        update(StaffSession)
        .where(StaffSession.token_hash == hash_token(token), StaffSession.ended_at.is_(None))
        .values(ended_at=now)
    )


def change_password(session: Session, account_id: int, old: str, new: str, now: datetime) -> None:
    """Change one's own password and end every session of the account.

    Raises Invalid for a wrong old password or a weak new one, and RuleBroken `sign_in_wait` while
    the account must wait after failures, here or at the door.
    """
    account = _account(session, account_id)
    failure = session.get(SignInFailure, account.name)
    if failure is not None:
        _check_waited(failure, now)
    with Faults() as faults:
        if not _matches(account, old):
            faults.add(Invalid("wrong_password", N_("Mật khẩu hiện tại không đúng."), field="old"))
        if old == new:
            told = N_("Mật khẩu mới phải khác mật khẩu cũ.")
            faults.add(Invalid("same_password", told, field="password"))
        password = faults.read(checked_password, new, account.name)
    account.password_hash = _HASHER.hash(password)
    account.must_change_password = False
    account.password_expires_at = None
    _end_sessions(session, account.id, now)


def reset_password(session: Session, account_id: int, now: datetime) -> str:
    """Give an account a new one-time password (24 hours) and end its sessions."""
    account = _account(session, account_id)
    password = one_time_password()
    account.password_hash = _HASHER.hash(password)
    account.must_change_password = True
    account.password_expires_at = now + ONE_TIME_PASSWORD_LASTS
    _end_sessions(session, account.id, now)
    return password


def close(session: Session, account_id: int, now: datetime) -> None:
    """Close an account: it stays for history and signs in no more."""
    account = _account(session, account_id)
    account.closed_at = account.closed_at or now
    _end_sessions(session, account.id, now)


def _typed(name: str) -> str:
    """Give an account's name as it is kept, however long or loud it was typed."""
    known = "".join(sign for sign in name if sign.isprintable())  # no account has another sign
    return known.strip().lower()[:LONGEST_NAME]


def _check_waited(failure: SignInFailure, now: datetime) -> None:
    left = wait_after(failure.failures, failure.last_at) - now
    if failure.failures and left > timedelta():
        raise RuleBroken(
            "sign_in_wait",
            N_("Sai quá nhiều lần. Xin chờ %(seconds)s giây rồi thử lại."),
            seconds=int(left.total_seconds()) + 1,
        )


def _account(session: Session, account_id: int) -> Account:
    account = session.get(Account, account_id)
    if account is None:
        raise NotFound
    return account


def _end_sessions(session: Session, account_id: int, now: datetime) -> None:
    session.execute(
        update(StaffSession)
        .where(StaffSession.account_id == account_id, StaffSession.ended_at.is_(None))
        .values(ended_at=now)
    )


def _matches(account: Account | None, password: str) -> bool:
    try:
        return _HASHER.verify(_NOBODY if account is None else account.password_hash, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


def _may_enter(account: Account, now: datetime) -> bool:
    expired = account.password_expires_at is not None and account.password_expires_at <= now
    return account.closed_at is None and not expired
