"""Request bodies: one that states no length is held to the same limit as one that does."""

from tempfile import SpooledTemporaryFile
from typing import IO, Any, cast

from flask import Request
from gunicorn.http.errors import ParseException
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge
from werkzeug.utils import cached_property
from werkzeug.wsgi import LimitedStream

from shared.outside import FileLimits

IN_MEMORY_BYTES = 256 * 1024


class WholeOrRefused(LimitedStream):
    """The framework's own stream stops at the limit as if the body ended there."""

    def readall(self) -> bytes:
        """Read to the end; raise RequestEntityTooLarge when something lies beyond the limit."""
        data = super().readall()
        try:
            more = self.is_exhausted and self._stream.read(1)
        except ParseException:
            raise BadRequest from None
        if more:
            raise RequestEntityTooLarge
        return data

    def readinto(self, into: bytearray) -> int | None:  # type: ignore[override]  # as its parent
        """Read some; raise BadRequest when the pieces a body came in are malformed."""
        try:
            return super().readinto(into)
        except ParseException:
            raise BadRequest from None


class CutFile(SpooledTemporaryFile[bytes]):
    """A file of a form of which no more is kept than shows that it is too large.

    So the rest of the form can be read, and nothing typed in it is lost.
    """

    def __init__(self, most: int) -> None:
        super().__init__(max_size=IN_MEMORY_BYTES, mode="w+b")
        self._most = most

    def write(self, piece: Any) -> int:
        """Keep a piece, or let it go."""
        return super().write(piece) if self.tell() <= self._most else len(piece)


class BoundedRequest(Request):
    """A request whose body is whole or refused, sent in chunks or not."""

    largest_file: int | None = None  # in bytes; what lies far beyond is read and not kept

    def let_files_in(self, limits: FileLimits) -> None:
        """Take a larger body than others, for an endpoint to which files are sent."""
        self.max_content_length = limits.bytes_in_a_form
        self.largest_file = limits.bytes_each

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        if self.largest_file is None:
            return super()._get_file_stream(
                total_content_length, content_type, filename, content_length
            )
        return cast("IO[bytes]", CutFile(self.largest_file))

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
