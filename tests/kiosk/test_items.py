"""Items of a questionnaire at the citizen's door: what the screen is told, the phone's form."""

import gzip
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.prompts import name_of
from shared.domain.questionnaire import OF_THE_CAMPAIGNS
from shared.models.rating import Rating
from shared.services import invitations
from shared.services.invitations import Target
from tests.conftest import Clock
from tests.infrastructure.office import ask_items
from tests.rating_office import RatingOffice, a_rating, rating_office, send

LIGHT = 30 * 1024


@pytest.fixture
def office(session: Session, clock: Clock) -> RatingOffice:
    """The office, asking nothing but the boxes."""
    return rating_office(session, clock())


@pytest.fixture
def asking(office: RatingOffice, session: Session, clock: Clock) -> RatingOffice:
    """The office, asking the items of the campaigns."""
    ask_items(session, clock())
    session.commit()
    return office


@pytest.fixture
def scanned(asking: RatingOffice, session: Session, clock: Clock) -> str:
    """The address behind the printed code of a desk."""
    token = invitations.printed(session, asking.unit_id, Target.DESK, asking.desk_id, clock())
    session.commit()
    return f"/q/{token}"


def told(client: FlaskClient, office: RatingOffice) -> dict[str, object]:
    """Ask what the screen should show."""
    answer = client.get("/api/v1/screen", headers={"Authorization": f"Bearer {office.token}"})
    found: dict[str, object] = answer.json or {}
    return found


def test_a_screen_is_told_the_version_by_its_code_and_no_items_without_one(
    client: FlaskClient, office: RatingOffice
) -> None:
    state = told(client, office)
    assert (state["questionnaire"], state["items"]) == ("niemno-1", [])


def test_a_screen_is_told_the_items_in_its_languages(
    client: FlaskClient, asking: RatingOffice
) -> None:
    state = told(client, asking)
    assert state["questionnaire"] == "mau-1"
    items = state["items"]
    assert isinstance(items, list)
    assert [item["code"] for item in items] == [item.code for item in OF_THE_CAMPAIGNS]
    heard = items[0].pop("heard")
    assert heard == {lang: name_of(OF_THE_CAMPAIGNS[0], lang) for lang in ("vi", "en")}
    assert items[0] == {
        "code": "welcome",
        "kind": "scale",
        "group": "reception",
        "confidential": False,
        "texts": {"vi": "Đón tiếp niềm nở", "en": "Welcomed warmly"},
    }
    assert [item["code"] for item in items if item["confidential"]] == ["extra_money"]
    rating = a_rating(questionnaire=state["questionnaire"], answers={"welcome": 5})
    assert send(client, asking.token, rating).status_code == 201


def test_the_phone_asks_the_same_items_and_keeps_what_was_answered(
    client: FlaskClient, scanned: str, session: Session
) -> None:
    page = client.get(scanned)
    assert len(gzip.compress(page.data)) < LIGHT
    for item in OF_THE_CAMPAIGNS:
        assert item.texts["vi"] in page.text
    assert OF_THE_CAMPAIGNS[0].texts["en"] in client.get(f"{scanned}?lang=en").text
    form = {
        "id": str(uuid4()),
        "score": "4",
        "asked": "mau-1",
        "item-welcome": "5",
        "item-visits": "4",
        "item-extra_money": "no",
        "item-unheard_of": "x",
    }
    assert [client.post(scanned, data=form).status_code for _twice in range(2)] == [200, 200]
    rating = session.scalars(select(Rating)).one()
    assert rating.questionnaire == "mau-1"
    assert {code: rating.answers[code] for code in ("welcome", "visits", "extra_money")} == {
        "welcome": 5,
        "visits": 4,
        "extra_money": False,
    }
    assert rating.marks[-2:] == ["answers_outside", "answers_outside:unheard_of"]


def test_a_form_without_a_face_keeps_what_was_answered(client: FlaskClient, scanned: str) -> None:
    page = client.post(scanned, data={"asked": "mau-1", "item-clean": "2"})
    assert page.status_code == 422
    assert 'name="item-clean" value="2" checked' in page.text
    assert page.text.count(" checked") == 1


def test_an_unheard_of_version_is_refused_and_stores_nothing(
    client: FlaskClient, scanned: str, session: Session
) -> None:
    page = client.post(scanned, data={"score": "4", "asked": "never-heard-of"})
    assert page.status_code == 422
    assert session.scalar(select(Rating)) is None
