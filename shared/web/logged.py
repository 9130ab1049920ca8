"""What goes into the log when a request fails: never an address, for secrets stand in those."""

from types import TracebackType

from flask import Flask, request


class Application(Flask):
    """Flask, but a failure is logged by its endpoint: tokens and tracking codes stay out."""

    def log_exception(
        self,
        exc_info: tuple[type, BaseException, TracebackType] | tuple[None, None, None],
    ) -> None:
        """Log where it failed and how."""
        self.logger.error("%s %s failed", request.method, request.endpoint, exc_info=exc_info)
