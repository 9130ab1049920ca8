"""Posts of ratings stand in line within a process: nobody is forgotten, nobody holds others up."""

import threading

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import create_environ, run_wsgi_app

from tests.conftest import Clock
from tests.rating_office import ADDRESS, RatingOffice, a_rating, rating_office, send

PATIENCE_SECONDS = 30.0


@pytest.fixture
def office(session: Session, clock: Clock) -> RatingOffice:
    return rating_office(session, clock())


@pytest.mark.parametrize(
    ("token", "body", "status"),
    [("nobody", "{}", 401), ("", "{", 400), ("", "{}", 422), ("", "x" * 1_100_000, 413)],
)
def test_whoever_is_refused_lets_the_next_one_in(
    client: FlaskClient, office: RatingOffice, token: str, body: str, status: int
) -> None:
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
    app: Flask, client: FlaskClient, office: RatingOffice
) -> None:
    body = SlowBody()
    headers = {"Authorization": f"Bearer {office.token}", "Content-Type": "application/json"}
    sent = create_environ(ADDRESS, method="POST", headers=headers)
    sent |= {"wsgi.input": body, "CONTENT_LENGTH": "100", "HTTP_HOST": "127.0.0.1"}
    slow = threading.Thread(target=run_wsgi_app, args=(app.wsgi_app, sent, True))
    slow.start()
    assert body.asked.wait(PATIENCE_SECONDS)
    assert send(client, office.second_token, a_rating()).status_code == 201
    body.goes.set()
    slow.join(PATIENCE_SECONDS)
    assert not slow.is_alive()
