"""Mail over SMTP: one connection for many messages."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from shared.outside import MailServer

TIMEOUT_SECONDS = 20.0
# Answers that begin with 5 and are about us: commands in a wrong order, no proof of who we are.
ABOUT_US = (503, 530, 534, 535, 538)


class Unreachable(Exception):
    """The server cannot be used now, by no message; the text says why in one line."""


class NotTaken(Exception):
    """The server did not take this one message; the text says why in one line."""


class Refused(NotTaken):
    """The server refused the address or the message for good (RFC 5321, section 4.2.1: 5yz)."""


class HungUp(NotTaken):
    """The server ended the connection over this message; others may go by a new one."""


class Mail:
    """An open connection to the mail server."""

    def __init__(self, connection: smtplib.SMTP, sender: str) -> None:
        self._connection = connection
        self._sender = sender

    def send(self, to: str, subject: str, text: str, identity: str, now: datetime) -> None:
        """Hand a message over; the same `identity` at every try lets its reader see it once.

        Raises NotTaken for this message, Refused when the server means it for good, HungUp when the
        connection is of no use any more.
        """
        try:
            message = self._message(to, subject, text, identity, now)
        except ValueError as error:  # a line break in a header
            raise NotTaken("header refused") from error
        try:
            self._connection.send_message(message)
        except smtplib.SMTPException as error:
            # After 421, or a line that is none, the library has hung up.
            if self._connection.sock is None:
                raise HungUp(_one_line(error)) from error
            refusal = Refused if _for_good(error) else NotTaken
            raise refusal(_one_line(error)) from error
        except OSError as error:
            raise HungUp(_one_line(error)) from error

    def _message(
        self, to: str, subject: str, text: str, identity: str, now: datetime
    ) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self._sender
        message["To"] = to
        message["Subject"] = subject
        message["Date"] = format_datetime(now)
        message["Message-ID"] = f"<{identity}@{self._sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text, cte="quoted-printable")  # not every server takes 8 bits
        return message


@contextmanager
def connected(server: MailServer) -> Iterator[Mail]:
    """Connect, prove who we are, and hang up at the end. Raises Unreachable."""
    try:
        connection = _connect(server)
    except UnicodeError:  # its words would show a letter of the password
        raise Unreachable("password not in plain letters") from None
    except (smtplib.SMTPException, OSError) as error:
        raise Unreachable(_one_line(error)) from error
    try:
        yield Mail(connection, server.sender)
    finally:
        with suppress(smtplib.SMTPException, OSError):
            connection.quit()
        connection.close()


def _connect(server: MailServer) -> smtplib.SMTP:
    trusted = ssl.create_default_context()
    if server.tls == "tls":
        connection: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=TIMEOUT_SECONDS, context=trusted
        )
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_SECONDS)
    try:
        if server.tls == "starttls":
            connection.starttls(context=trusted)
        if server.user is not None and server.password_file is not None:
            connection.login(server.user, server.password_file.read_text("utf-8").strip())
    except BaseException:
        connection.close()
        raise
    return connection


def _for_good(error: smtplib.SMTPException) -> bool:
    """Say whether the server will give this answer again, whenever it is asked the same.

    What it says of the sender is none of it: that is mended here, for all messages at once.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _words in error.recipients.values()]
    else:
        codes = [error.smtp_code] if isinstance(error, smtplib.SMTPDataError) else []
    return bool(codes) and all(500 <= code < 600 and code not in ABOUT_US for code in codes)


def _one_line(error: Exception) -> str:
    """Say what went wrong, without what somebody wrote or who it was for."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = {code for code, _words in error.recipients.values()}
        return f"address refused: {', '.join(map(str, sorted(codes)))}"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{type(error).__name__} {error.smtp_code}"
    return f"{type(error).__name__}: {error}"[:150].replace("\n", " ")
