"""Two requests that write the same row in the same instant: one is done, the other is told."""

import logging
from collections.abc import Iterator

import pytest
from flask import Blueprint
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from shared.config import Settings
from shared.models.organisation import Organisation
from shared.web import current
from shared.web.app import create_app
from tests.conftest import Clock
from tests.infrastructure.applications import leave
from tests.infrastructure.first_to_write import written_first

founding = Blueprint("founding", __name__)
BOTH = pytest.mark.parametrize("moment", ["while-asked", "at-the-commit"])


def found(session: Session, name: str) -> None:
    """Add the organisation that everybody wants to add."""
    session.add(Organisation(code="one", name=name))


@founding.post("/<moment>/add", defaults={"door": ""})
@founding.post("/<door>/<moment>/add")
def add(door: str, moment: str) -> str:
    """Add it; whether it is there already is found out now or at the end of the request."""
    found(current.session(), "second")
    if moment == "while-asked":
        current.session().flush()
    return door


@founding.post("/<moment>/rename")
def rename(moment: str) -> str:
    """Give it another name."""
    current.session().scalars(select(Organisation)).one().name = "second"
    if moment == "while-asked":
        current.session().flush()
    return ""


@pytest.fixture
def founder(settings: Settings, clock: Clock) -> Iterator[FlaskClient]:
    """Somebody who asks an application that does nothing else."""
    app = create_app(settings, [lambda app: app.register_blueprint(founding)], clock)
    yield app.test_client()
    leave(app)


@BOTH
def test_who_comes_second_is_told_and_nothing_of_theirs_is_written(
    founder: FlaskClient,
    engine: Engine,
    session: Session,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
    moment: str,
) -> None:
    with written_first(engine, lambda other: found(other, "first"), clock()):
        told = founder.post(f"/{moment}/add")
    assert told.status_code == 409
    assert "Có người vừa làm việc này cùng lúc với Ông/Bà." in told.text
    assert session.scalars(select(Organisation.name)).all() == ["first"]
    (logged,) = [one for one in caplog.records if one.levelno == logging.ERROR]
    assert "founding.add failed" in logged.getMessage()
    assert founder.post(f"/{moment}/rename").status_code == 200  # and the next request is served


PROSE = "Cán bộ hẹn trả hồ sơ <b>ba lần</b> & vẫn chưa có."


@BOTH
def test_what_was_typed_stands_on_the_page_that_refuses_it_but_no_secret(
    founder: FlaskClient, engine: Engine, clock: Clock, moment: str
) -> None:
    typed = {"text": PROSE, "code": "NN-1", "password": "một mật khẩu dài nhiều chữ", "more": PROSE}
    with written_first(engine, lambda other: found(other, "first"), clock()):
        told = founder.post(f"/{moment}/add", data=typed)
    page = html.document_fromstring(told.text)
    shown = [text.text_content() for text in page.iter("textarea")]
    assert (told.status_code, shown) == (409, [PROSE, PROSE])
    assert "mật khẩu" not in told.text
    assert "NN-1" not in told.text


def test_a_page_that_nothing_was_typed_for_shows_no_place_for_it(founder: FlaskClient) -> None:
    for told in (founder.get("/nothing?text=Một đoạn văn dài"), founder.post("/nothing")):
        assert told.status_code == 404
        assert "<textarea" not in told.text


def test_a_program_is_told_by_a_code_and_in_english(
    founder: FlaskClient, engine: Engine, clock: Clock
) -> None:
    with written_first(engine, lambda other: found(other, "first"), clock()):
        told = founder.post("/api/while-asked/add?lang=en")
    assert (told.status_code, told.get_json()["error"]) == (409, "at_once")
    assert told.get_json()["message"].startswith("Somebody did this at the same moment as you.")


@BOTH
def test_what_somebody_removed_meanwhile_is_told_as_changed(
    founder: FlaskClient, engine: Engine, session: Session, clock: Clock, moment: str
) -> None:
    found(session, "first")
    session.commit()
    with written_first(engine, lambda other: other.execute(delete(Organisation)), clock()):
        told = founder.post(f"/{moment}/rename")
    assert told.status_code == 409
    assert "Người khác vừa sửa nội dung này." in told.text
