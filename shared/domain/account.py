"""Rules of accounts: passwords, one-time passwords, sessions, waiting after failed sign-ins."""

import secrets
from datetime import datetime, timedelta

from shared.domain.errors import N_, Invalid

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 128
ONE_TIME_PASSWORD_LASTS = timedelta(hours=24)
SESSION_IDLE = timedelta(minutes=30)
SESSION_LASTS = timedelta(hours=12)
FREE_FAILURES = 5
LONGEST_WAIT = timedelta(minutes=5)
# What people here try first; compared without case, spaces and digits at the end.
GUESSED_FIRST = frozenset(
    (
        "password",
        "matkhau",
        "motcua",
        "hanhchinhcong",
        "phucvuhanhchinhcong",
        "niemno",
        "qwertyuiop",
        "administrator",
        "quantri",
        "vietnam",
        "uybannhandan",
        "ubnd",
    )
)
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def one_time_password() -> str:
    """Make a password to be used once within 24 hours (about 79 bits), easy to read aloud."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


def checked_password(password: str, name: str) -> str:
    """Give back a password that is good enough for this account; Invalid says what is missing.

    Length and guessability only, no forced mixture (OWASP ASVS 5.0, 6.2.1 to 6.2.5).
    """
    if len(password) < SHORTEST_PASSWORD:
        raise _weak(N_("Mật khẩu cần ít nhất 12 ký tự, ví dụ bốn từ ghép lại."))
    if len(password) > LONGEST_PASSWORD:
        raise _weak(N_("Mật khẩu dài quá 128 ký tự."))
    bare = "".join(password.lower().split()).rstrip("0123456789!@#.")
    if bare in GUESSED_FIRST or name.lower() in bare or len(set(password)) < 5:
        raise _weak(N_("Mật khẩu này dễ đoán. Xin chọn mật khẩu khác, không chứa tên đăng nhập."))
    return password


def wait_after(failures: int, last_at: datetime) -> datetime:
    """Say from when an account may be tried again (UTC).

    Five failures in a row are free; then each doubles the wait from 2 s to at most 5 minutes. A
    wait, never a lock-out: nobody may shut a colleague out by guessing.
    """
    if failures < FREE_FAILURES:
        return last_at
    wait = timedelta(seconds=2 ** min(failures - FREE_FAILURES + 1, 16))
    return last_at + min(wait, LONGEST_WAIT)


def session_ended(created_at: datetime, seen_at: datetime, now: datetime) -> bool:
    """Say whether a signed-in browser must sign in again: 30 minutes idle or 12 hours in all."""
    return now - seen_at > SESSION_IDLE or now - created_at > SESSION_LASTS


def _weak(message: str) -> Invalid:
    return Invalid("weak_password", message, field="password")
