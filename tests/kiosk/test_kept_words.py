"""Words that came too late, or anew with a rating, are kept in the page and can be sent."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from kiosk.slowing import Slowing
from kiosk.views import phone
from shared.models.complaint import Complaint
from shared.models.dossier import Dossier
from shared.models.rating import Rating
from shared.services import invitations
from shared.services.invitations import Target
from tests import sealed_world
from tests.case_world import WORDS, build
from tests.cast import Place
from tests.conftest import Clock

SLIP_LASTS = timedelta(hours=72)


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test begins with a fresh count."""
    monkeypatch.setattr(phone, "slowing", Slowing())


@pytest.fixture
def sen(session: Session, clock: Clock) -> Place:
    """Phường Sen Hồng, with its legal clock."""
    return build(session, clock())["sen"]


@pytest.fixture
def printed(session: Session, sen: Place, clock: Clock) -> str:
    """The address behind the printed code of a desk."""
    token = invitations.printed(session, sen.unit_id, Target.DESK, sen.desk_id, clock())
    session.commit()
    return f"/q/{token}"


@pytest.fixture
def slip(session: Session, sen: Place, clock: Clock) -> str:
    """The address behind the single-use code of a dossier."""
    dossier = Dossier(
        unit_id=sen.unit_id, code="HS-1", received_on=date(2026, 11, 16), imported_at=clock()
    )
    session.add(dossier)
    session.flush()
    token = invitations.issue_for_dossier(session, dossier.id, clock())
    session.commit()
    return f"/q/{token}"


def rating(**fields: object) -> dict[str, object]:
    return {"id": str(uuid4()), "score": "2", "comment": WORDS, **fields}


def send_again(client: FlaskClient, page: TestResponse) -> TestResponse:
    """Press the button under the words the page kept."""
    (form,) = [one for one in html.document_fromstring(page.text).forms if "body" in one.fields]
    assert form.fields["body"] == WORDS
    return client.post(form.action, data=dict(form.form_values()))


@pytest.mark.parametrize("answer", [{}, {"answer": "yes"}], ids=["", "answer wanted"])
@pytest.mark.parametrize("why", ["used", "expired"])
def test_words_beside_a_rating_that_came_too_late_are_kept_and_can_be_sent(
    client: FlaskClient,
    session: Session,
    slip: str,
    clock: Clock,
    why: str,
    answer: dict[str, str],
) -> None:
    if why == "used":
        client.post(slip, data=rating(comment=""))
    else:
        clock.advance(SLIP_LASTS)
    late = client.post(slip, data=rating(**answer))
    assert late.status_code == 409
    assert ("72 giờ" in late.text, "một lần" in late.text) == (why == "expired", why == "used")
    assert send_again(client, late).status_code == 200
    assert session.scalars(select(Complaint.body)).all() == [WORDS]


def test_a_late_rating_without_words_leaves_nothing_to_send(
    client: FlaskClient, slip: str, clock: Clock
) -> None:
    clock.advance(SLIP_LASTS)
    late = client.post(slip, data=rating(comment="  "))
    assert "<form" not in late.text


def test_other_words_with_a_rating_that_was_sent_are_kept_and_can_be_sent(
    client: FlaskClient, session: Session, printed: str
) -> None:
    sent = rating(comment="Chờ lâu.")
    client.post(printed, data=sent)
    again = client.post(printed, data=sent | {"comment": WORDS})
    assert "giữ nguyên" in again.text
    assert send_again(client, again).status_code == 200
    assert session.scalars(select(Rating.comment)).one() == "Chờ lâu."
    assert session.scalars(select(Complaint.body)).all() == [WORDS]
    for same in (sent | {"score": "5"}, sent | {"score": "5", "comment": " "}):
        assert "<form" not in client.post(printed, data=same).text


@pytest.mark.parametrize("why", ["late", "twice"])
def test_such_words_about_money_go_the_confidential_way_where_somebody_reads_them(
    client: FlaskClient, session: Session, sen: Place, slip: str, clock: Clock, why: str
) -> None:
    sealed_world.add_inspector(session, "thanhtra", sen.unit_id, clock())
    session.commit()
    sent = rating(reason=["extra_money"], comment="")
    client.post(slip, data=sent)
    changed = sent if why == "twice" else rating(reason=["extra_money"])
    page = client.post(slip, data=changed | {"comment": WORDS})
    words = html.document_fromstring(page.text).get_element_by_id("text")
    assert words.text_content() == WORDS
    assert "chưa gửi" in page.text
    assert ("đã được dùng để đánh giá" in page.text) == (why == "late")
    assert session.scalars(select(Complaint)).all() == []
