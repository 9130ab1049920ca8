"""Flask as it serves here: failures logged without addresses, nothing looked up for nobody."""

from collections.abc import Callable
from types import TracebackType
from typing import Any

from flask import Flask, Request, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface


class Sessions(SecureCookieSessionInterface):
    """Sessions in signed cookies, as Flask's own; kiosks bring none, so no key is made."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Give the session of a request, a new one when it brings none."""
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)


class Application(Flask):
    """The application."""

    session_interface = Sessions()

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Give a function as it is: none is a coroutine, and a request would ask ten of them."""
        return func

    def log_exception(
        self,
        exc_info: tuple[type, BaseException, TracebackType] | tuple[None, None, None],
    ) -> None:
        """Log where it failed and how, never the address: tokens and tracking codes stand there."""
        self.logger.error("%s %s failed", request.method, request.endpoint, exc_info=exc_info)
