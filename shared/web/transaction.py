"""The one place that commits a request, and the second one for what must outlive a refusal."""

from collections.abc import Callable

from flask import Flask, Response
from sqlalchemy.orm import Session

from shared.audit import sign_session
from shared.db import db
from shared.web import current


def one_transaction_per_request(app: Flask) -> None:
    """Commit after a good answer, roll back after any other."""

    @app.before_request
    def sign() -> None:
        sign_session(db.session(), "resident", current.now())

    @app.after_request
    def finish(response: Response) -> Response:
        if response.status_code < 400:
            db.session.commit()
        else:
            db.session.rollback()
        return response


def keep_despite_refusal(record: Callable[[Session], None]) -> None:
    """Write what must stay although the request is refused, such as a failed sign-in."""
    db.session.rollback()
    with Session(db.engine) as outliving:
        sign_session(outliving, "system", current.now())
        record(outliving)
        outliving.commit()
