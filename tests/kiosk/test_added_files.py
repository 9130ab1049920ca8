"""Photos with words that residents add to a case: kept with them, refused in words, raced."""

import io
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from PIL import Image
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse, encode_multipart

import kiosk.views.complaints
from kiosk.slowing import MOST_WAITING, Slowing
from shared.config import Settings
from shared.domain.attachment import FileState
from shared.models.attachment import Attachment
from shared.models.complaint import Complaint
from shared.models.organisation import Unit
from shared.outside import FileLimits, Outside
from shared.services import complaints, handling, invitations
from shared.services.attachments import folder_of, path_of
from shared.services.invitations import Target
from tests.case_world import ANSWER, build_in_line, code_of, file, person
from tests.cast import Place, enter
from tests.conftest import Clock
from tests.infrastructure.first_to_write import written_first
from tests.infrastructure.peopled import Peopled
from tests.kiosk.test_attachments import PDF, photo

LATER = timedelta(minutes=5)
WORDS = "Ghế gãy thêm một cái nữa, xem ảnh."
FORMS = pytest.mark.parametrize("form", ["addition", "reply"])
FIELD = {"addition": "add", "reply": "reply"}


@pytest.fixture
def sen(session: Session, clock: Clock) -> Place:
    """Phường Sen Hồng, under Lúa Vàng."""
    return build_in_line(session, clock())["sen"]


@pytest.fixture
def case(session: Session, sen: Place, clock: Clock) -> Complaint:
    """A report that was just filed."""
    return file(session, sen, clock())


def send(
    client: FlaskClient, code: str, form: str, words: str, *files: tuple[bytes, str]
) -> TestResponse:
    """Send words with files as the page's form does."""
    sent: MultiDict[str, Any] = MultiDict({FIELD[form]: words})
    for content, name in files:
        sent.add("files", FileStorage(io.BytesIO(content), name, "files"))
    boundary, body = encode_multipart(sent)
    kind = f'multipart/form-data; boundary="{boundary}"'
    return client.post(f"/follow/{code}/{form}", data=body, content_type=kind)


def status(client: FlaskClient, path: str) -> int:
    """Ask for a file, and close it again."""
    with closing(client.get(path)) as answer:
        return answer.status_code


def asked(session: Session, case: Complaint, form: str, clock: Clock) -> None:
    """Ask the resident when the form answers a question."""
    if form == "reply":
        head = person(session, "head-sen")
        handling.note(session, case.number, "Ảnh đâu ạ?", head, clock(), ask=True)
        session.commit()


def rows(session: Session) -> Sequence[Attachment]:
    """Give all files there are."""
    session.expire_all()
    return session.scalars(select(Attachment).order_by(Attachment.id)).all()


def steps(page: TestResponse) -> list[str]:
    """Give the case's steps as its resident reads them, the newest first."""
    found = html.document_fromstring(page.text).xpath("//ol[@class='time']/li")
    return [" ".join(step.text_content().split()) for step in found]


@FORMS
def test_photos_stand_with_the_words_they_came_with(
    client: FlaskClient, session: Session, case: Complaint, clock: Clock, form: str
) -> None:
    asked(session, case, form, clock)
    clock.advance(LATER)
    done = send(client, code_of(case), form, WORDS, (photo(), "ghế.jpg"), (PDF, "đơn.pdf"))
    assert (done.status_code, done.location.partition("#")[2]) == (303, "steps")
    clock.advance(LATER)
    assert send(client, code_of(case), "addition", "Không có ảnh.").status_code == 303
    page = client.get(f"/follow/{code_of(case)}")
    newest, before, *_earlier = steps(page)
    assert ("Không có ảnh." in newest, "ghế.jpg" in newest) == (True, False)
    for shown in (WORDS, "ghế.jpg", "đơn.pdf"):
        assert shown in before
    assert "Ảnh, tệp đã gửi" not in page.text
    picture = rows(session)[0]
    assert status(client, f"/follow/{code_of(case)}/files/{picture.id}/small") == 200


@FORMS
def test_staff_see_them_with_the_words_as_far_as_they_see_the_case(
    app: Flask, session: Session, sen: Place, case: Complaint, clock: Clock, form: str
) -> None:
    session.get_one(Unit, sen.unit_id).parent_id = None  # or Lúa Vàng would read it, too
    asked(session, case, form, clock)
    clock.advance(LATER)
    session.commit()
    send(app.test_client(), code_of(case), form, WORDS, (photo(), "ghế.jpg"))
    (picture,) = rows(session)
    head = enter(app, session, "head-sen", clock())
    page = html.document_fromstring(head.get(f"/admin/complaints/{case.number}").text)
    (said,) = [quote for quote in page.iter("blockquote") if quote.text_content() == WORDS]
    below = said.getnext()
    assert below is not None
    assert "ghế.jpg" in below.text_content()
    assert page.text_content().count("ghế.jpg") == 1
    session.refresh(case)
    named = (sen.officer_id, case.version, person(session, "head-sen"), clock())
    handling.name_officer(session, case.number, *named)
    session.commit()
    here = f"/admin/complaints/{case.number}/files/{picture.id}"
    assert status(head, here) == 200
    for who in ("officer-sen", "head-lua"):
        assert status(enter(app, session, who, clock()), here) == 404


def test_where_a_photo_was_taken_is_not_kept(
    client: FlaskClient, session: Session, case: Complaint, settings: Settings
) -> None:
    exif = Image.Exif()
    exif[0x010E] = "nha ba Ly Mai"
    taken = io.BytesIO()
    Image.new("RGB", (40, 30)).save(taken, "JPEG", exif=exif)
    send(client, code_of(case), "addition", WORDS, (taken.getvalue(), "../../ghế.exe"))
    (picture,) = rows(session)
    kept = path_of(folder_of(settings.data_directory), picture.digest).read_bytes()
    assert b"nha ba Ly Mai" in taken.getvalue()
    assert b"nha ba Ly Mai" not in kept
    assert picture.name == "ghế.jpg"


@FORMS
@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"<svg onload='alert(1)'/>", "Chỉ nhận ảnh JPEG, PNG, WebP và tệp PDF"),
        (photo()[:100], "ảnh hỏng hoặc quá lớn"),
        (b"%PDF-" + b"x" * (10 * 1024 * 1024), "lớn hơn 10 MB"),
    ],
    ids=["another kind", "cut off", "too large"],
)
def test_a_refused_file_keeps_the_words_and_says_what_to_do(
    client: FlaskClient,
    session: Session,
    case: Complaint,
    clock: Clock,
    form: str,
    content: bytes,
    told: str,
) -> None:
    asked(session, case, form, clock)
    refused = send(client, code_of(case), form, WORDS, (photo(), "tốt.jpg"), (content, "lạ.jpg"))
    page = html.document_fromstring(refused.text)
    assert refused.status_code == 422
    assert told in page.get_element_by_id("files-error").text_content()
    assert page.get_element_by_id(FIELD[form]).text_content() == WORDS
    assert "Xin chọn lại các tệp" in refused.text
    assert page.get_element_by_id("files").get("aria-invalid") == "true"
    assert all(
        one.get("open") is not None for one in page.xpath("//details[.//input[@id='files']]")
    )
    assert rows(session) == []
    assert not any("lạ.jpg" in step or WORDS in step for step in steps(refused))


def test_wrong_words_and_a_wrong_file_are_told_at_once(
    client: FlaskClient, case: Complaint
) -> None:
    refused = send(client, code_of(case), "addition", "x" * 5001, (b"MZ", "x.exe"))
    page = html.document_fromstring(refused.text)
    assert refused.status_code == 422
    assert "dài quá 5000 ký tự" in page.get_element_by_id("add-error").text_content()
    assert "x.exe" in page.get_element_by_id("files-error").text_content()


def test_neither_words_nor_a_good_file_is_refused_and_leaves_nothing(
    client: FlaskClient, session: Session, case: Complaint
) -> None:
    code = code_of(case)
    for chosen, field in (((), "add-error"), (((b"MZ", "x.exe"),), "files-error")):
        refused = send(client, code, "addition", "  ", *chosen)
        assert refused.status_code == 422
        told = html.document_fromstring(refused.text).xpath("//span[@class='msg']/@id")
        assert told == [field]
    assert len(steps(client.get(f"/follow/{code}"))) == 1
    assert rows(session) == []


@FORMS
def test_photos_without_words_are_taken_once_and_the_history_says_so(
    app: Flask, client: FlaskClient, session: Session, case: Complaint, clock: Clock, form: str
) -> None:
    asked(session, case, form, clock)
    number, before = case.number, len(steps(client.get(f"/follow/{code_of(case)}")))
    for _twice in range(2):
        clock.advance(LATER)
        assert send(client, code_of(case), form, " ", (photo(), "ghế.jpg")).status_code == 303
    newest, *earlier = steps(client.get(f"/follow/{code_of(case)}"))
    assert ("Chỉ gửi ảnh, tệp, không kèm lời." in newest, "ghế.jpg" in newest) == (True, True)
    assert (len(earlier), len(rows(session))) == (before, 1)
    head = enter(app, session, "head-sen", clock())
    assert "Chỉ gửi ảnh, tệp, không kèm lời." in head.get(f"/admin/complaints/{number}").text


@FORMS
def test_a_form_sent_twice_is_kept_once_and_another_photo_is_not_lost(
    client: FlaskClient, session: Session, case: Complaint, clock: Clock, form: str
) -> None:
    asked(session, case, form, clock)
    for _twice in range(2):
        clock.advance(LATER)
        send(client, code_of(case), form, WORDS, (photo(), "ghế.jpg"))
    page = client.get(f"/follow/{code_of(case)}")
    assert len(rows(session)) == 1
    assert sum(WORDS in step for step in steps(page)) == 1
    clock.advance(LATER)
    send(client, code_of(case), form, WORDS, (photo("red"), "bàn.jpg"))
    newest = steps(client.get(f"/follow/{code_of(case)}"))[0]
    assert (WORDS in newest, "bàn.jpg" in newest, "ghế.jpg" in newest) == (True, True, False)


def test_so_many_files_of_a_case_and_no_more_whenever_they_came(
    client: FlaskClient, session: Session, case: Complaint, clock: Clock
) -> None:
    for part in range(5):
        clock.advance(LATER)
        more = [(PDF + f"{part} {place}".encode(), f"{place}.pdf") for place in range(5)]
        assert send(client, code_of(case), "addition", f"Phần {part}.", *more).status_code == 303
    full = send(client, code_of(case), "addition", WORDS, (photo(), "ghế.jpg"))
    page = html.document_fromstring(full.text)
    assert full.status_code == 422
    told = page.get_element_by_id("files-error").text_content()
    assert "đã có 25 tệp của Ông/Bà" in told
    assert page.get_element_by_id("add").text_content() == WORDS
    assert len(rows(session)) == 25
    assert not any(WORDS in step for step in steps(full))
    assert send(client, code_of(case), "addition", WORDS).status_code == 303


def test_one_form_brings_no_more_than_five(
    client: FlaskClient, session: Session, case: Complaint
) -> None:
    many = [(PDF + str(place).encode(), f"{place}.pdf") for place in range(6)]
    refused = send(client, code_of(case), "addition", WORDS, *many)
    assert (refused.status_code, "Chỉ gửi được 5 tệp một lần" in refused.text) == (422, True)
    assert WORDS in refused.text
    assert rows(session) == []


def test_nobody_opens_an_added_file_before_the_scanner_looked(
    app: Flask, session: Session, case: Complaint, settings: Settings
) -> None:
    quiet = replace(settings, outside=Outside(scanner="/run/none", files=FileLimits(2)))
    app.extensions["settings"] = quiet
    client = app.test_client()
    send(client, code_of(case), "addition", WORDS, (photo(), "ghế.jpg"))
    (picture,) = rows(session)
    assert picture.state == FileState.QUARANTINED
    assert status(client, f"/follow/{code_of(case)}/files/{picture.id}") == 404


def test_a_confidential_report_takes_no_file_and_none_is_kept(peopled: Peopled) -> None:
    code = peopled.units["sen"].sealed_code
    folder = folder_of(peopled.settings.data_directory)
    before = sorted(folder.rglob("*"))
    for form in FIELD:
        led = send(peopled.person(), code, form, WORDS, (photo(), "ghế.jpg"))
        assert (led.status_code, led.location.partition("?")[0]) == (303, f"/sealed/{code}")
    assert sorted(folder.rglob("*")) == before
    assert peopled.changed() == {}


def test_nothing_is_taken_in_for_a_case_that_is_over_or_not_there(
    client: FlaskClient, session: Session, case: Complaint, clock: Clock, settings: Settings
) -> None:
    answered(session, case, clock)
    for code in (code_of(case), code_of(case)[:-2] + "00"):
        refused = send(client, code, "addition", WORDS, (photo(), "ghế.jpg"))
        assert refused.status_code in {404, 409}
    assert not folder_of(settings.data_directory).exists()


def answered(session: Session, case: Complaint, clock: Clock) -> None:
    """Answer a case in a session of its own."""
    head = person(session, "head-sen")
    complaints.answer(session, case.number, ANSWER, case.version, head, clock())
    session.commit()


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let so many send at once that nobody else can."""
    slowing = Slowing(free=0, clock=lambda: 0.0, sleep=lambda _seconds: None)
    for _place in range(MOST_WAITING):
        slowing._places.take()
    monkeypatch.setattr(kiosk.views.complaints, "slowing", slowing)


@FORMS
@pytest.mark.usefixtures("full")
def test_who_must_wait_keeps_the_words_and_is_told_to_choose_the_files_again(
    client: FlaskClient, session: Session, case: Complaint, form: str
) -> None:
    busy = send(client, code_of(case), form, WORDS, (photo(), "ghế.jpg"))
    page = html.document_fromstring(busy.text)
    (again,) = page.forms
    assert busy.status_code == 503
    assert again.fields[FIELD[form]] == WORDS
    assert again.get("enctype") == "multipart/form-data"
    assert "Xin chọn lại các tệp" in page.get_element_by_id("files-hint").text_content()
    assert rows(session) == []


# an officer in the same instant


@FORMS
def test_words_come_after_what_an_officer_did_in_the_same_instant(
    client: FlaskClient,
    engine: Engine,
    session: Session,
    case: Complaint,
    clock: Clock,
    form: str,
) -> None:
    asked(session, case, form, clock)
    session.refresh(case)
    number, version = case.number, case.version
    step = complaints.resume if form == "reply" else complaints.take

    def act(other: Session) -> None:
        step(other, number, version, person(other, "head-sen"), clock())

    with written_first(engine, act, clock()):
        done = send(client, code_of(case), form, WORDS, (photo(), "ghế.jpg"))
    assert done.status_code == 303
    session.expire_all()
    assert session.get_one(Complaint, case.id).state == "in_work"
    assert len(rows(session)) == 1
    newest, *_earlier = steps(client.get(f"/follow/{code_of(case)}"))
    assert WORDS in newest


@FORMS
def test_words_that_came_after_the_answer_are_kept_with_what_can_be_done_now(
    client: FlaskClient,
    engine: Engine,
    session: Session,
    sen: Place,
    case: Complaint,
    clock: Clock,
    form: str,
) -> None:
    asked(session, case, form, clock)
    session.refresh(case)
    number, version = case.number, case.version
    invitations.printed(session, sen.unit_id, Target.DESK, sen.desk_id, clock())
    session.commit()

    def answer(other: Session) -> None:
        complaints.answer(other, number, ANSWER, version, person(other, "head-sen"), clock())

    with written_first(engine, answer, clock()):
        late = send(client, code_of(case), form, WORDS, (photo(), "ghế.jpg"))
    page = html.document_fromstring(late.text)
    assert late.status_code == 409
    (told,) = page.xpath("//div[@role='alert']//a")
    assert "đã kết thúc trước khi lời của Ông/Bà đến" in told.text_content()
    assert WORDS in page.get_element_by_id(told.get("href")[1:]).getparent().text_content()
    assert ANSWER in late.text
    assert page.get_element_by_id("appeal").text_content() == WORDS
    assert "Xin chọn lại các tệp" in late.text
    assert not any(WORDS in step for step in steps(late))
    assert rows(session) == []
    (again,) = [one for one in page.forms if "body" in one.fields]
    filed = client.post(again.action, data=dict(again.form_values()))
    assert filed.status_code == 200
    newest = session.scalars(select(Complaint).order_by(Complaint.id.desc()).limit(1)).one()
    assert (newest.body, newest.unit_id, newest.kind) == (WORDS, sen.unit_id, "report")


@pytest.mark.parametrize("is_printed", [True, False], ids=["printed", "not printed"])
def test_photos_alone_that_came_too_late_leave_no_empty_words(
    client: FlaskClient,
    session: Session,
    sen: Place,
    case: Complaint,
    clock: Clock,
    *,
    is_printed: bool,
) -> None:
    if is_printed:
        invitations.printed(session, sen.unit_id, Target.DESK, sen.desk_id, clock())
    answered(session, case, clock)
    late = send(client, code_of(case), "addition", "", (photo(), "ghế.jpg"))
    page = html.document_fromstring(late.text)
    (told,) = page.xpath("//div[@role='alert']//a")
    assert "trước khi ảnh, tệp của Ông/Bà đến" in told.text_content()
    heading = page.get_element_by_id(told.get("href")[1:])
    assert heading.text_content() == "Ảnh, tệp chưa gửi được của Ông/Bà"
    assert "Lời đã viết" not in late.text
    assert page.xpath("//textarea[@readonly]") == []
    assert bool(page.xpath("//input[@type='file']")) == is_printed


def test_where_no_code_was_printed_the_words_can_be_copied(
    client: FlaskClient, session: Session, case: Complaint, clock: Clock
) -> None:
    answered(session, case, clock)
    late = send(client, code_of(case), "addition", WORDS)
    (kept,) = html.document_fromstring(late.text).xpath("//textarea[@readonly]")
    assert (late.status_code, kept.text_content()) == (409, WORDS)


def test_words_about_an_answer_that_is_looked_at_anew_can_be_added_instead(
    client: FlaskClient, session: Session, case: Complaint, clock: Clock
) -> None:
    answered(session, case, clock)
    client.post(f"/follow/{code_of(case)}/appeal", data={"appeal": ""})  # on another phone
    said = {"satisfied": "no", "words": WORDS}
    refused = client.post(f"/follow/{code_of(case)}/rating", data=said)
    page = html.document_fromstring(refused.text)
    assert (refused.status_code, page.get_element_by_id("add").text_content()) == (409, WORDS)


def test_words_to_a_question_that_was_dropped_meanwhile_go_with_the_case(
    client: FlaskClient, session: Session, case: Complaint, clock: Clock
) -> None:
    asked(session, case, "reply", clock)
    session.refresh(case)
    head = person(session, "head-sen")
    complaints.resume(session, case.number, case.version, head, clock())
    session.commit()
    refused = send(client, code_of(case), "reply", WORDS, (b"MZ", "x.exe"))
    page = html.document_fromstring(refused.text)
    assert (refused.status_code, page.get_element_by_id("add").text_content()) == (422, WORDS)
    assert send(client, code_of(case), "reply", WORDS).status_code == 303
    assert WORDS in steps(client.get(f"/follow/{code_of(case)}"))[0]
