"""Request bodies: one that states no length is held to the same limit as one that does."""

from typing import IO, cast

from flask import Request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge
from werkzeug.utils import cached_property
from werkzeug.wsgi import LimitedStream


class WholeOrRefused(LimitedStream):
    """The framework's own stream stops at the limit as if the body ended there."""

    def readall(self) -> bytes:
        """Read to the end; raise RequestEntityTooLarge when something lies beyond the limit."""
        data = super().readall()
        if self.is_exhausted and self._stream.read(1):
            raise RequestEntityTooLarge
        return data


class BoundedRequest(Request):
    """A request whose body is whole or refused, sent in chunks or not."""

    @cached_property
    def stream(self) -> IO[bytes]:
        """Give the body."""
        given = super().stream
        if self.content_length is None and isinstance(given, LimitedStream):
            source, limit = self.environ["wsgi.input"], self.max_content_length or 0
            return cast("IO[bytes]", WholeOrRefused(source, limit, is_max=True))
        return given

    def _load_form_data(self) -> None:
        """Refuse a part without a name: nobody could ask for it, and searching names would fail."""
        super()._load_form_data()
        if None in self.form or None in self.files:
            raise BadRequest
