"""An officer asks the resident at a desk to rate; that desk's screen is told and no other."""

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.db import db
from shared.models.channel import DeskInvitation, Kiosk
from shared.models.dossier import Dossier
from shared.models.organisation import Desk, Organisation, Procedure, Shift
from shared.services import channels
from tests import cast
from tests.cast import FOUNDED, Place
from tests.conftest import Clock
from tests.infrastructure.statements import statements

PATH = "/api/v1/screen/invitation"


@pytest.fixture
def places(session: Session, clock: Clock) -> dict[str, Place]:
    """Let the cast exist."""
    made = cast.build(session, clock())
    session.commit()
    return made


@pytest.fixture
def sen(places: dict[str, Place]) -> Place:
    """The unit with the screen."""
    return places["sen"]


@pytest.fixture
def token(session: Session, sen: Place, clock: Clock) -> str:
    """The token of the screen at its desk."""
    kiosk, token = channels.pair(session, "Q-sen", None, clock())
    kiosk.seen_at = clock()
    session.commit()
    return token


@pytest.fixture
def officer(app: Flask, session: Session, sen: Place, token: str, clock: Clock) -> FlaskClient:
    """The officer who serves at the desk."""
    return cast.enter(app, session, "officer-sen", clock())


def ask(app: Flask, token: str, after: object = 0) -> tuple[int, dict[str, object] | None]:
    """Ask as a screen does, from a machine where nobody has signed in."""
    headers = {"Authorization": f"Bearer {token}"}
    answer = app.test_client().get(f"{PATH}?after={after}", headers=headers)
    return answer.status_code, answer.get_json(silent=True)


def invite(officer: FlaskClient, sen: Place, **fields: object) -> tuple[int, str]:
    """Press the button."""
    typed = {"desk": sen.desk_id, **fields}
    return cast.send(officer, "/admin/invite", {name: str(value) for name, value in typed.items()})


def test_the_screen_is_told_what_to_ask_about_once(
    app: Flask, officer: FlaskClient, sen: Place, token: str, clock: Clock
) -> None:
    assert ask(app, token) == (204, None)
    status, _page = invite(officer, sen, procedure=sen.procedure_id)
    assert status == 302
    status, told = ask(app, token)
    assert told is not None
    key = told["id"]
    assert (status, told) == (
        200,
        {
            "id": key,
            "procedure": {"code": "1.001193", "name": "Đăng ký khai sinh"},
            "dossier": None,
            "expires_at": (clock() + timedelta(minutes=5)).isoformat(),
        },
    )
    assert ask(app, token, key) == (204, None)


def test_a_scanned_dossier_brings_its_procedure(
    app: Flask, officer: FlaskClient, session: Session, sen: Place, token: str, clock: Clock
) -> None:
    session.add(
        Dossier(
            unit_id=sen.unit_id,
            code="H01-1",
            procedure_id=sen.procedure_id,
            received_on=date(2026, 11, 2),
            imported_at=clock(),
        )
    )
    session.commit()
    invite(officer, sen, dossier=" H01-1 ")
    _status, told = ask(app, token)
    assert told is not None
    assert (told["dossier"], told["procedure"]) == (
        "H01-1",
        {"code": "1.001193", "name": "Đăng ký khai sinh"},
    )
    invite(officer, sen, dossier="H99-unknown")
    _status, told = ask(app, token, told["id"])
    assert told is not None
    assert (told["dossier"], told["procedure"]) == ("H99-unknown", None)


def test_the_newest_one_is_told_and_an_old_one_is_over(
    app: Flask, officer: FlaskClient, sen: Place, token: str, clock: Clock
) -> None:
    invite(officer, sen, dossier="first")
    invite(officer, sen, dossier="second")
    _status, told = ask(app, token)
    assert told is not None
    assert told["dossier"] == "second"
    clock.advance(timedelta(minutes=5) - timedelta(seconds=1))
    assert ask(app, token)[0] == 200
    clock.advance(timedelta(seconds=1))
    assert ask(app, token) == (204, None)


def test_a_button_pressed_twice_is_one_invitation(
    officer: FlaskClient, session: Session, sen: Place, token: str, clock: Clock
) -> None:
    for seconds in (0, 2, 2):
        clock.advance(timedelta(seconds=seconds))
        invite(officer, sen, dossier="H01-1")
    assert len(session.scalars(select(DeskInvitation)).all()) == 2


def test_another_desks_screen_is_not_told(
    app: Flask,
    officer: FlaskClient,
    session: Session,
    sen: Place,
    token: str,
    clock: Clock,
) -> None:
    session.add(Desk(unit_id=sen.unit_id, code="Q-2", name="Quầy 2", valid_from=FOUNDED))
    session.flush()
    others = [channels.pair(session, code, None, clock())[1] for code in ("Q-2", "Q-lua")]
    session.commit()
    invite(officer, sen)
    assert [ask(app, other)[0] for other in others] == [204, 204]
    assert ask(app, token)[0] == 200


@pytest.mark.parametrize("after", ["", "x", "-1", "9" * 30])
def test_a_number_that_is_none_is_taken_as_none_seen(
    app: Flask, officer: FlaskClient, sen: Place, token: str, after: str
) -> None:
    invite(officer, sen)
    assert ask(app, token, after)[0] == 200


def test_asking_reads_twice_and_writes_nothing(
    app: Flask, officer: FlaskClient, sen: Place, token: str
) -> None:
    invite(officer, sen)
    with app.app_context():
        engine = db.engine
    with statements(engine) as seen:
        ask(app, token)
    assert len(seen) == 2
    assert all(statement.startswith(("SELECT", "WITH RECURSIVE")) for statement in seen)


def test_nobody_invites_at_a_desk_of_another_unit_or_a_closed_one(
    officer: FlaskClient, session: Session, places: dict[str, Place]
) -> None:
    sen, lua = places["sen"], places["lua"]
    assert invite(officer, lua)[0] == 404
    assert invite(officer, sen, desk=999_999)[0] == 404
    assert invite(officer, sen, desk="")[0] == 422
    session.get_one(Desk, sen.desk_id).valid_to = FOUNDED
    session.commit()
    assert invite(officer, sen)[0] == 404
    assert session.scalars(select(DeskInvitation)).all() == []


def test_a_procedure_of_another_organisation_and_a_code_that_is_none_are_refused(
    officer: FlaskClient, session: Session, sen: Place
) -> None:
    abroad = Organisation(code="P", name="Tỉnh khác")
    session.add(abroad)
    session.flush()
    strange = Procedure(organisation_id=abroad.id, code="9", name="Lạ", valid_from=FOUNDED)
    session.add(strange)
    session.commit()
    status, page = invite(officer, sen, procedure=strange.id)
    assert (status, "Không có thủ tục này." in page) == (422, True)
    status, page = invite(officer, sen, dossier="x" * 61)
    assert (status, "Mã hồ sơ quá dài." in page) == (422, True)


def test_my_work_offers_the_desk_the_officer_serves_at(
    officer: FlaskClient, session: Session, sen: Place
) -> None:
    shown = officer.get("/admin/work").get_data(as_text=True)
    here = f'<input type="hidden" name="desk" value="{sen.desk_id}">'
    assert here in shown
    session.query(Shift).delete()
    session.commit()
    shown = officer.get("/admin/work").get_data(as_text=True)
    assert here not in shown
    assert 'href="/admin/invite"' in shown


def test_the_officer_is_told_when_the_screen_does_not_hear(
    officer: FlaskClient, session: Session, sen: Place, clock: Clock
) -> None:
    path = f"/admin/invite?sent=1&desk={sen.desk_id}"
    assert "Đã mời trên màn hình ở Quầy 1." in officer.get(path).get_data(as_text=True)
    clock.advance(timedelta(minutes=11))
    assert "không liên lạc" in officer.get(path).get_data(as_text=True)
    session.scalars(select(Kiosk)).one().revoked_at = clock()
    session.commit()
    assert "Chưa có màn hình nào" in officer.get("/admin/invite").get_data(as_text=True)
