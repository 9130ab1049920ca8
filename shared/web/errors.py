"""Errors as answers: a broken rule 409, a bad field 422, a missing row 404, never a stack trace."""

import time
from contextlib import suppress

from flask import Flask, Response, jsonify, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from gunicorn.http.errors import ParseException
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import (
    HTTPException,
    InternalServerError,
    RequestEntityTooLarge,
    SecurityError,
)

from shared.domain.errors import Invalid, NotAllowed, NotFound, RuleBroken, Translatable
from shared.web.typed import typed_texts

Answer = tuple[Response | str, int]
RETRY_AFTER_SECONDS = 5
UNIQUE_VIOLATION = "23505"  # of PostgreSQL
DRAIN_AT_MOST_BYTES = 64 * 1024 * 1024
DRAIN_AT_MOST_SECONDS = 10.0


def errors_as_answers(app: Flask) -> None:
    """Register what each kind of error is answered with."""
    app.register_error_handler(RuleBroken, rule_broken)
    app.register_error_handler(NotFound, lambda _error: answer(404, _not_found()))
    app.register_error_handler(NotAllowed, lambda _error: answer(403, _not_allowed()))
    app.register_error_handler(StaleDataError, lambda _error: answer(409, _changed_meanwhile()))
    app.register_error_handler(RequestEntityTooLarge, too_large)
    app.register_error_handler(SecurityError, strange_host)
    app.register_error_handler(CSRFError, lambda _error: answer(400, _form_expired()))
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(InternalServerError, server_error)


def answer(status: int, message: str, code: str | None = None) -> Answer:
    """Answer a machine with JSON and a person with a page that says what to do.

    What a person typed stands there once more, for nothing of it was stored.
    """
    if request.path.startswith("/api/"):
        told = jsonify(error=code or str(status), message=message)
        if status == 401:  # must be said by what to show who one is (RFC 9110, section 15.5.2)
            told.headers["WWW-Authenticate"] = "Bearer"
        return told, status
    typed = typed_texts()
    return render_template("error.html", status=status, message=message, typed=typed), status


def rule_broken(error: RuleBroken) -> Answer:
    """Say which rule forbids it; nothing was written."""
    status = 422 if isinstance(error, Invalid) else 409
    return answer(status, in_words(error), error.code)


def in_words(error: RuleBroken) -> str:
    """Give a refusal in the reader's language, of several faults each sentence once."""
    faults = error.faults if isinstance(error, Invalid) else (error,)
    return " ".join(dict.fromkeys(_sentence(one) for one in faults))


def _sentence(error: RuleBroken) -> str:
    """Put one refusal into words, and likewise one that it quotes."""
    params = {name: _translated(value) for name, value in error.params.items()}
    return _(error.message) % params if params else _(error.message)


def _translated(value: object) -> object:
    if isinstance(value, RuleBroken):
        return in_words(value)
    if isinstance(value, Translatable):
        return " ".join(_(word) for word in value)
    return value


def too_large(_error: RequestEntityTooLarge) -> Answer:
    """Read the rest of the body first: closing early would cut the line before the answer."""
    stream, read = request.environ["wsgi.input"], 0
    until = time.monotonic() + DRAIN_AT_MOST_SECONDS
    with suppress(OSError, ParseException):  # the sender is gone, silent or talks nonsense
        while read < DRAIN_AT_MOST_BYTES and time.monotonic() < until:
            piece = stream.read(64 * 1024)
            if not piece:
                break
            read += len(piece)
    return answer(
        413, _("Dữ liệu gửi lên quá lớn. Xin gửi tệp nhỏ hơn hoặc chia thành nhiều phần.")
    )


def strange_host(_error: SecurityError) -> Answer:
    """Answer without a page: no link can be built under a name that is not ours."""
    text = _("Máy chủ không phục vụ dưới tên này. Xin kiểm tra địa chỉ.")
    return Response(text, mimetype="text/plain"), 400


def http_error(error: HTTPException) -> Answer | HTTPException:
    """Put the framework's own refusals into words."""
    if error.code is None or error.code < 400:
        return error
    words = {
        400: _("Yêu cầu không đúng dạng. Xin kiểm tra địa chỉ và thử lại."),
        404: _not_found(),
        405: _("Địa chỉ này không nhận kiểu yêu cầu đó."),
        429: _("Quá nhiều lần thử. Xin chờ một lát rồi thử lại."),
    }
    told = answer(error.code, words.get(error.code, error.name))
    return _come_back(told) if error.code in {429, 503} else told


def server_error(error: InternalServerError) -> Answer:
    """Say it failed and that nothing was stored; a busy database asks to come back.

    Here also ends what the database finds out only at the commit.
    """
    cause = error.original_exception
    if isinstance(cause, OperationalError):
        busy = _("Máy chủ đang bận. Chưa có gì được lưu, xin thử lại sau ít giây.")
        return _come_back(answer(503, busy))
    if isinstance(cause, StaleDataError):
        return answer(409, _changed_meanwhile())
    if isinstance(cause, IntegrityError) and _taken(cause):
        return answer(409, _done_meanwhile(), "at_once")
    return answer(500, _("Máy chủ gặp lỗi. Chưa có gì được lưu, xin thử lại hoặc báo quản trị."))


def _taken(error: IntegrityError) -> bool:
    """Tell whether there is such a row already.

    Services look before they write, so somebody wrote it in the same instant. PostgreSQL tells the
    kind of constraint by a code, SQLite only in its words.
    """
    of_postgresql = getattr(error.orig, "sqlstate", None) == UNIQUE_VIOLATION
    return of_postgresql or str(error.orig).startswith("UNIQUE ")


def _come_back(told: Answer) -> Answer:
    """Say after how many seconds to try again."""
    page, status = told
    response = page if isinstance(page, Response) else Response(page)
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response, status


def _not_found() -> str:
    if request.path.startswith("/admin/"):
        return _("Không tìm thấy. Địa chỉ có thể đã cũ hoặc không thuộc đơn vị của Ông/Bà.")
    return _("Không tìm thấy. Xin quét lại mã QR, hoặc hỏi cán bộ tại quầy.")


def _not_allowed() -> str:
    return _("Tài khoản này không có quyền làm việc đó. Xin hỏi người quản trị của đơn vị.")


def _changed_meanwhile() -> str:
    return _("Người khác vừa sửa nội dung này. Xin tải lại trang để xem rồi làm tiếp.")


def _done_meanwhile() -> str:
    return _(
        "Có người vừa làm việc này cùng lúc với Ông/Bà. Lần gửi này chưa được lưu;"
        " xin tải lại trang để xem rồi làm lại nếu cần."
    )


def _form_expired() -> str:
    return _("Trang đã mở quá lâu. Xin quay lại, tải lại trang rồi gửi lần nữa.")
