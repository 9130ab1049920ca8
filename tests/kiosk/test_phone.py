"""The phone pages: without script or cookie, sent once, nothing typed is ever lost."""

import gzip
import html
import re
from datetime import date, timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from kiosk.slowing import Slowing
from kiosk.views import phone
from shared.models.channel import Invitation
from shared.models.complaint import Complaint, ComplaintOfficer
from shared.models.dossier import Dossier
from shared.models.rating import Rating
from shared.services import invitations
from shared.services.invitations import Target
from tests.case_world import WORDS, build
from tests.cast import Place
from tests.conftest import Clock
from tests.refused_pages import beside, summary

CODE = re.compile(r"(?<=/follow/)[0-9A-Z]{26}")
LIGHT = 30 * 1024


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
        unit_id=sen.unit_id,
        code="H32.14-261118-0001",
        procedure_id=sen.procedure_id,
        received_on=date(2026, 11, 16),
        imported_at=clock(),
    )
    session.add(dossier)
    session.flush()
    token = invitations.issue_for_dossier(session, dossier.id, clock())
    session.commit()
    return f"/q/{token}"


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test begins with a fresh count."""
    monkeypatch.setattr(phone, "slowing", Slowing())


def text(answer: TestResponse) -> str:
    return html.unescape(answer.get_data(as_text=True))


def rating(**fields: object) -> dict[str, object]:
    return {"id": str(uuid4()), "score": "2", "reason": ["waiting", "visits"], **fields}


def complaint(**fields: object) -> dict[str, object]:
    return {"id": str(uuid4()), "kind": "report", "body": WORDS, **fields}


def count(session: Session, table: type[Rating] | type[Complaint]) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_rating_by_a_printed_code_is_stored_in_the_open_lane(
    client: FlaskClient, session: Session, printed: str
) -> None:
    page = text(client.get(printed))
    assert "Phường Sen Hồng" in page
    answer = client.post(printed, data=rating(comment="Chờ lâu."))
    assert answer.status_code == 200
    assert "Xin cảm ơn" in text(answer)
    row = session.scalars(select(Rating)).one()
    assert (row.lane, row.score, row.reasons, row.comment) == (
        "open",
        2,
        ["waiting", "visits"],
        "Chờ lâu.",
    )


def test_a_refused_form_says_every_wrong_field_at_once_and_files_nothing(
    client: FlaskClient, session: Session, printed: str
) -> None:
    typed = complaint(kind="tax", body="ngắn", officer="KHONG-CO", contact_name="Bà Ba")
    typed["files"] = (BytesIO(b"no photo"), "anh.jpg")
    answer = client.post(f"{printed}/complaint", data=typed)
    assert answer.status_code == 422
    page = text(answer)
    wrong = ["kind", "body", "officer", "files", "consent"]
    assert list(summary(page)) == ["kind-report", *wrong[1:]]
    assert set(beside(page)) == set(wrong)
    assert "Bà Ba" in page
    assert count(session, Complaint) == 0


def test_a_rating_says_at_once_that_its_face_and_its_words_are_missing(
    client: FlaskClient, session: Session, printed: str
) -> None:
    answer = client.post(printed, data={"id": str(uuid4()), "answer": "yes"})
    assert answer.status_code == 422
    assert list(summary(text(answer))) == ["score-1", "comment"]
    assert count(session, Rating) == 0


def test_nothing_on_the_phone_pages_sets_a_cookie_or_runs_a_script(
    client: FlaskClient, printed: str
) -> None:
    sent = client.post(f"{printed}/complaint", data=complaint())
    code = CODE.search(text(sent))
    assert code is not None
    pages = [
        client.get(printed),
        client.get(f"{printed}/complaint"),
        client.post(printed, data=rating()),
        sent,
        client.get("/follow"),
        client.get(f"/follow/{code.group()}"),
    ]
    for page in pages:
        assert page.status_code == 200
        assert "Set-Cookie" not in page.headers
        assert "<script" not in text(page)
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["Referrer-Policy"] == "no-referrer"


def weight(client: FlaskClient, path: str) -> int:
    """Count the bytes of a file on the wire."""
    with client.get(path, headers={"Accept-Encoding": "gzip"}) as answer:
        return len(answer.data)


def test_a_page_with_its_styles_weighs_less_than_thirty_kilobytes(
    client: FlaskClient, printed: str
) -> None:
    for path in (printed, f"{printed}/complaint"):
        page = client.get(path, headers={"Accept-Encoding": "gzip"})
        body = gzip.decompress(page.data).decode()
        needed = re.findall(r'(?:href|src)="(/static/[^"]+)"', body)
        assert any("phone.css" in one for one in needed)
        assert len(page.data) + sum(weight(client, one) for one in needed) < LIGHT
        assert not any("woff" in one for one in needed)


def test_opening_a_slips_page_uses_nothing_up_and_sending_does(
    client: FlaskClient, session: Session, slip: str
) -> None:
    for _ in range(3):
        assert "Gửi đánh giá" in text(client.get(slip))
    assert client.head(slip).status_code == 200
    assert session.scalars(select(Invitation)).one().used_at is None
    sent = rating()
    assert "Xin cảm ơn" in text(client.post(slip, data=sent))
    again = client.post(slip, data=sent)
    assert again.status_code == 200
    assert "Xin cảm ơn" in text(again)
    assert count(session, Rating) == 1
    later = text(client.get(slip))
    assert "đã được dùng" in later
    assert f"{slip}/complaint" in later
    assert client.post(slip, data=rating()).status_code == 409
    assert count(session, Rating) == 1


def test_a_used_slip_still_files_a_complaint(
    client: FlaskClient, session: Session, slip: str
) -> None:
    client.post(slip, data=rating())
    answer = client.post(f"{slip}/complaint", data=complaint())
    assert CODE.search(text(answer))
    assert count(session, Complaint) == 1


def test_a_slip_past_its_time_says_so(client: FlaskClient, slip: str, clock: Clock) -> None:
    clock.advance(timedelta(hours=72))
    assert "hết hạn" in text(client.get(slip))
    assert client.post(slip, data=rating()).status_code == 409


def test_changing_a_sent_rating_keeps_the_first_and_says_so(
    client: FlaskClient, session: Session, printed: str
) -> None:
    sent = rating()
    client.post(printed, data=sent)
    answer = client.post(printed, data=sent | {"score": "5"})
    assert "giữ nguyên" in text(answer)
    assert session.scalars(select(Rating.score)).one() == 2


@pytest.mark.parametrize("score", ["", "0", "6", "3.0", "ba", "１", "-1", "1 "])
def test_a_wrong_score_shows_the_form_again_with_everything_typed(
    client: FlaskClient, session: Session, printed: str, score: str
) -> None:
    sent = rating(score=score, comment="Lời tôi đã gõ", answer="yes")
    answer = client.post(printed, data=sent)
    page = text(answer)
    assert answer.status_code == 422
    assert "Xin chọn một khuôn mặt" in page
    assert 'href="#score-1"' in page
    assert "Lời tôi đã gõ" in page
    assert f'value="{sent["id"]}"' in page
    assert re.search(r'value="visits"[^>]* checked', page)
    assert re.search(r'name="answer"[^>]* checked', page)
    assert count(session, Rating) == 0


def test_wanting_an_answer_makes_a_case_of_the_comment(
    client: FlaskClient, session: Session, sen: Place, printed: str
) -> None:
    sent = rating(comment=WORDS, answer="yes", reason=["attitude"])
    page = text(client.post(printed, data=sent))
    assert CODE.search(page)
    case = session.scalars(select(Complaint)).one()
    assert (case.body, case.kind, case.rating_id) == (WORDS, "report", sent["id"])
    assert session.scalars(select(ComplaintOfficer.officer_id)).all() == [sen.officer_id]
    assert CODE.findall(text(client.post(printed, data=sent)))[0] in page
    assert (count(session, Rating), count(session, Complaint)) == (1, 1)


@pytest.mark.parametrize("words", ["", "   ", "ngắn"])
def test_wanting_an_answer_without_saying_to_what_stores_nothing_yet(
    client: FlaskClient, session: Session, slip: str, words: str
) -> None:
    answer = client.post(slip, data=rating(comment=words, answer="yes"))
    assert answer.status_code == 422
    assert 'id="comment-error"' in text(answer)
    assert (count(session, Rating), count(session, Complaint)) == (0, 0)
    assert session.scalars(select(Invitation)).one().used_at is None


def test_the_receipt_shows_code_qr_due_day_in_words_and_why(
    client: FlaskClient, session: Session, printed: str
) -> None:
    page = text(client.post(f"{printed}/complaint", data=complaint()))
    code = CODE.search(page)
    assert code is not None
    assert f"/qr/follow/{code.group()}.svg" in page
    assert "Thứ\u00a0Năm, 26/11/2026" in page
    assert "Ngày Văn hóa" in page
    assert "Điều 147, 148 Bộ luật Dân sự 2015" in page
    assert "PUBLIC_URL" in page  # the test's address is this machine's own
    assert code.group() not in str(session.scalars(select(Complaint)).one().__dict__)


def test_a_double_click_files_one_case_under_one_code(
    client: FlaskClient, session: Session, printed: str
) -> None:
    sent = complaint()
    codes = {
        CODE.findall(text(client.post(f"{printed}/complaint", data=sent)))[0] for _ in range(2)
    }
    assert len(codes) == 1
    assert count(session, Complaint) == 1


def test_a_sent_form_gone_back_to_and_changed_is_another_case(
    client: FlaskClient, session: Session, printed: str
) -> None:
    sent = complaint()
    client.post(f"{printed}/complaint", data=sent)
    changed = "Đây là một việc khác hẳn, xin xem giúp tôi."
    client.post(f"{printed}/complaint", data=sent | {"body": changed})
    assert changed in session.scalars(select(Complaint.body)).all()
    assert count(session, Complaint) == 2


def test_praise_is_told_it_has_no_due_day(client: FlaskClient, printed: str) -> None:
    page = text(client.post(f"{printed}/complaint", data=complaint(kind="praise")))
    assert CODE.search(page)
    assert "không có thời hạn" in page


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"kind": "denunciation"}, "kind"),
        ({"kind": "formal_complaint"}, "kind"),
        ({"kind": ""}, "kind"),
        ({"body": ""}, "body"),
        ({"body": "x" * 5_001}, "body"),
        ({"officer": "CB-lua"}, "officer"),
        ({"contact_phone": "0900000000"}, "consent"),
    ],
)
def test_a_wrong_field_is_named_and_everything_typed_stays(
    client: FlaskClient, session: Session, printed: str, fields: dict[str, str], field: str
) -> None:
    sent = complaint(contact_name="Người Mẫu", consent="yes") | fields
    if field == "consent":
        del sent["consent"]
    answer = client.post(f"{printed}/complaint", data=sent)
    page = text(answer)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in page
    assert "Người Mẫu" in page
    assert str(sent["body"]) in page
    assert f'value="{sent["id"]}"' in page
    assert count(session, Complaint) == 0


def test_the_chosen_officer_is_named_by_the_case(
    client: FlaskClient, session: Session, sen: Place, printed: str
) -> None:
    client.post(f"{printed}/complaint", data=complaint(officer="CB-sen"))
    assert session.scalars(select(ComplaintOfficer.officer_id)).all() == [sen.officer_id]


def test_consent_is_never_ticked_beforehand(client: FlaskClient, printed: str) -> None:
    box = re.search(r'<input[^>]*name="consent"[^>]*>', text(client.get(f"{printed}/complaint")))
    assert box is not None
    assert "checked" not in box.group()


def test_fields_that_are_not_of_the_form_change_nothing(
    client: FlaskClient, session: Session, printed: str
) -> None:
    extra = {"unit_id": "99", "state": "closed", "due_on": "2030-01-01", "tier": "special"}
    client.post(f"{printed}/complaint", data=complaint() | extra)
    case = session.scalars(select(Complaint)).one()
    assert (case.state, case.tier, case.due_on) == ("received", "own", date(2026, 11, 26))


def test_what_is_typed_is_shown_as_text(client: FlaskClient, printed: str) -> None:
    attack = "<img src=x onerror=alert(1)>{{ 7*7 }}"
    answer = client.post(printed, data=rating(score="", comment=attack))
    raw = answer.get_data(as_text=True)
    assert "<img src=x" not in raw
    assert attack in html.unescape(raw)


@pytest.mark.parametrize("path", ["/q/unknown", "/q/unknown/complaint", "/qr/unknown.svg"])
def test_an_unknown_code_is_not_found(client: FlaskClient, sen: Place, path: str) -> None:
    assert client.get(path).status_code == 404


def test_sending_to_an_unknown_code_is_not_found(client: FlaskClient, sen: Place) -> None:
    assert client.post("/q/unknown", data=rating()).status_code == 404


def test_the_qr_of_a_printed_code_leads_to_the_public_address(
    client: FlaskClient, printed: str
) -> None:
    drawn = client.get(f"/qr/{printed.removeprefix('/q/')}.svg", headers={"Host": "localhost"})
    assert drawn.mimetype == "image/svg+xml"
    assert b"<svg" in drawn.data
    assert drawn.headers["Cache-Control"] == "private, max-age=3600"
    same = client.get(f"/qr/{printed.removeprefix('/q/')}.svg", headers={"Host": "127.0.0.1"})
    assert drawn.data == same.data


def test_an_abused_code_is_slowed_and_what_was_typed_is_kept(
    client: FlaskClient, session: Session, printed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr(phone.slowing, "_sleep", waits.append)
    sent = complaint(contact_name="Người Mẫu")
    for _ in range(40):
        assert client.post(f"{printed}/complaint", data=sent).status_code == 422
    assert len(waits) == 10
    assert max(waits) <= 1.5
    held = [phone.slowing._places.take() for _ in range(4)]
    assert all(held)
    answer = client.post(f"{printed}/complaint", data=sent)
    page = text(answer)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) >= 1
    assert WORDS in page
    assert f'value="{sent["id"]}"' in page
    assert re.search(r'name="contact_name" value="Người Mẫu"', page)
    assert count(session, Complaint) == 0
    # Another code is not slowed.
    assert client.get(printed).status_code == 200
