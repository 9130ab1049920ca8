"""Posts of ratings stand in line within a process: nobody is forgotten, nobody holds others up."""

import threading
from contextlib import ExitStack

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import create_environ, run_wsgi_app

from shared.config import Settings
from shared.web.lines import AT_ONCE, stand_in_line
from tests.conftest import Clock
from tests.rating_office import ADDRESS, RatingOffice, a_rating, rating_office, send

PATIENCE_SECONDS = 30.0


@pytest.fixture
def office(session: Session, clock: Clock) -> RatingOffice:
    return rating_office(session, clock())


@pytest.fixture
def places(settings: Settings) -> range:
    """As many as may be under way at once."""
    return range(AT_ONCE[settings.database_kind])


def test_one_more_than_may_be_under_way_waits_until_another_is_over(
    app: Flask, places: range
) -> None:
    line: threading.Semaphore = app.extensions["line"]
    with ExitStack() as under_way:
        for _ in places:
            under_way.enter_context(app.test_request_context())
            stand_in_line()
        assert not line.acquire(blocking=False)
    assert line.acquire(blocking=False)
    line.release()


@pytest.mark.parametrize(
    ("token", "body", "status"),
    [("nobody", "{}", 401), ("", "{", 400), ("", "{}", 422), ("", "x" * 1_100_000, 413)],
)
def test_whoever_is_refused_lets_the_next_one_in(
    client: FlaskClient, office: RatingOffice, places: range, token: str, body: str, status: int
) -> None:
    for _ in places:
        refused = client.post(
            ADDRESS,
            data=body,
            content_type="application/json",
            headers={"Authorization": f"Bearer {token or office.token}"},
        )
        assert refused.status_code == status
    assert send(client, office.token, a_rating()).status_code == 201


class SlowBody:
    """A body whose sender has fallen silent until it is told to go on."""

    def __init__(self) -> None:
        self.asked, self.goes = threading.Event(), threading.Event()

    def read(self, _size: int = -1) -> bytes:
        """Keep the reader waiting, then end too early."""
        self.asked.set()
        self.goes.wait(PATIENCE_SECONDS)
        return b""


def test_whoever_sends_slowly_holds_nobody_up(
    app: Flask, client: FlaskClient, office: RatingOffice, places: range
) -> None:
    headers = {"Authorization": f"Bearer {office.token}", "Content-Type": "application/json"}
    senders = []
    for body in (SlowBody() for _ in places):
        sent = create_environ(ADDRESS, method="POST", headers=headers)
        sent |= {"wsgi.input": body, "CONTENT_LENGTH": "100", "HTTP_HOST": "127.0.0.1"}
        slow = threading.Thread(target=run_wsgi_app, args=(app.wsgi_app, sent, True))
        slow.start()
        assert body.asked.wait(PATIENCE_SECONDS)
        senders.append((body, slow))
    assert send(client, office.second_token, a_rating()).status_code == 201
    for body, slow in senders:
        body.goes.set()
        slow.join(PATIENCE_SECONDS)
        assert not slow.is_alive()
