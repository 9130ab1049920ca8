"""Photos and PDF with a complaint from the phone: kept, shown to its sender, refused in words."""

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from shared.domain.attachment import FileState
from shared.models.attachment import Attachment
from shared.models.audit import AuditEvent
from shared.models.complaint import Complaint
from shared.outside import FileLimits, Outside
from shared.services.attachments import path_of
from tests.infrastructure.peopled import Peopled

WORDS = "Sáng nay ghế chờ ở quầy bị gãy, xem ảnh."
FORM = {"id": "0e8a4c3e-6f3b-4a53-9d2e-0a8f5b7c1d22", "kind": "report", "body": WORDS}
HEAD, OFFICER, OTHER = "head-sen", "officer-sen", "head-lua"
PDF = b"%PDF-1.4\n1 0 obj<</OpenAction<</S/JavaScript>>>>endobj\n%%EOF"


def photo(colour: str = "blue") -> bytes:
    """Take a small photo."""
    written = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(written, "JPEG")
    return written.getvalue()


def send(peopled: Peopled, *files: tuple[bytes, str], **fields: str) -> tuple[int, str]:
    """Send a complaint with files; give the status and the words."""
    path = f"/q/{peopled.units['sen'].desk_token}/complaint"
    sent: MultiDict[str, Any] = MultiDict({**FORM, **fields})
    for content, name in files:
        sent.add("files", FileStorage(io.BytesIO(content), name, "files"))
    boundary, body = encode_multipart(sent)
    kind = f'multipart/form-data; boundary="{boundary}"'
    answer = peopled.person().post(path, data=body, content_type=kind)
    return answer.status_code, " ".join(answer.get_data(as_text=True).split())


def rows(peopled: Peopled) -> list[Attachment]:
    """Give the files of the newest case."""
    with Session(peopled.engine) as session:
        newest = select(Complaint.id).order_by(Complaint.id.desc()).limit(1).scalar_subquery()
        return list(
            session.scalars(
                select(Attachment).where(Attachment.complaint_id == newest).order_by(Attachment.id)
            )
        )


def number(peopled: Peopled) -> str:
    """Give the number of the newest case."""
    with Session(peopled.engine) as session:
        return session.scalars(select(Complaint.number).order_by(Complaint.id.desc())).all()[0]


def folder(peopled: Peopled) -> Path:
    """Give where files lie."""
    return peopled.settings.data_directory / "attachments"


def code_in(page: str) -> str:
    """Find the tracking code on the page that hands it out."""
    return page.partition("/qr/follow/")[2].partition(".svg")[0]


def test_photos_and_pdf_stay_with_the_case_and_their_hashes_in_the_log(peopled: Peopled) -> None:
    status, page = send(peopled, (photo(), "ghế.jpg"), (PDF, "đơn.pdf"))
    assert status == 200
    assert "Đã nhận 2 tệp" in page
    picture, document = rows(peopled)
    assert (picture.kind, picture.name, picture.state) == ("jpg", "ghế.jpg", FileState.OPEN)
    assert path_of(folder(peopled), document.digest).read_bytes() == PDF
    with Session(peopled.engine) as session:
        log = session.scalars(select(AuditEvent).where(AuditEvent.subject == "attachment")).all()
    told = [event.change for event in log]
    assert {picture.digest, document.digest} <= {change["digest"] for change in told}
    assert "ghế" not in str(told)


def test_the_sender_opens_them_by_the_code_and_nobody_by_another(peopled: Peopled) -> None:
    _status, page = send(peopled, (photo(), "ghế.jpg"), (PDF, "đơn.pdf"))
    code, (picture, document) = code_in(page), rows(peopled)
    shown = peopled.get(f"/follow/{code}").get_data(as_text=True)
    assert f"/follow/{code}/files/{picture.id}/small" in shown
    small = peopled.get(f"/follow/{code}/files/{picture.id}/small")
    assert (small.status_code, small.mimetype) == (200, "image/jpeg")
    download = peopled.get(f"/follow/{code}/files/{document.id}")
    assert download.data == PDF
    assert download.headers["Content-Disposition"].startswith("attachment")
    assert any("sandbox" in value for value in download.headers.getlist("Content-Security-Policy"))
    assert "no-store" in download.headers["Cache-Control"]
    other = peopled.units["sen"].code
    for path in (f"{picture.id}", f"{picture.id}/small", f"{document.id}"):
        assert peopled.get(f"/follow/{other}/files/{path}").status_code == 404


@pytest.mark.parametrize(("who", "status"), [(HEAD, 200), (OFFICER, 200), (OTHER, 404)])
def test_staff_open_them_as_far_as_they_see_the_case(
    peopled: Peopled, who: str, status: int
) -> None:
    send(peopled, (photo(), "ghế.jpg"))
    (picture,) = rows(peopled)
    case = f"/admin/complaints/{number(peopled)}"
    for path in ("", f"/{picture.id}", f"/{picture.id}/small"):
        assert peopled.get(f"{case}/files{path}", who).status_code == status
    own = peopled.units["lua"].number if who == OTHER else peopled.units["sen"].number
    assert peopled.get(f"/admin/complaints/{own}/files/{picture.id}", who).status_code == 404


def test_the_officer_whom_the_case_names_opens_nothing(peopled: Peopled) -> None:
    send(peopled, (photo(), "ghế.jpg"), officer="CB-sen")
    (picture,) = rows(peopled)
    case = f"/admin/complaints/{number(peopled)}/files"
    assert peopled.get(f"{case}/{picture.id}", HEAD).status_code == 200
    for path in ("", f"/{picture.id}", f"/{picture.id}/small"):
        assert peopled.get(f"{case}{path}", OFFICER).status_code == 404


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<svg onload='alert(1)'/>", "Chỉ nhận ảnh JPEG, PNG, WebP và tệp PDF"),
        (photo()[:100], "ảnh hỏng hoặc quá lớn"),
        (b"%PDF-" + b"x" * (10 * 1024 * 1024), "lớn hơn 10 MB"),
    ],
    ids=["another kind", "cut off", "too large"],
)
def test_a_refused_file_loses_nothing_typed(peopled: Peopled, content: bytes, words: str) -> None:
    status, page = send(peopled, (content, "lạ.jpg"), contact_name="Lý Mai", consent="yes")
    assert status == 422
    for shown in (words, "lạ.jpg", WORDS, "Lý Mai", "Xin chọn lại các tệp"):
        assert shown in page
    assert peopled.changed() == {}


def test_one_file_too_many_loses_nothing_typed(peopled: Peopled) -> None:
    status, page = send(peopled, *[(PDF, f"{place}.pdf") for place in range(6)])
    assert status == 422
    assert "Chỉ gửi được 5 tệp một lần" in page
    assert WORDS in page


def test_a_form_sent_twice_keeps_each_file_once(peopled: Peopled) -> None:
    for _time in range(2):
        assert send(peopled, (photo(), "ghế.jpg"), (PDF, "đơn.pdf"))[0] == 200
    assert len(rows(peopled)) == 2


def test_a_form_without_files_stays_as_it_was(peopled: Peopled) -> None:
    assert send(peopled, (b"", ""))[0] == 200
    assert rows(peopled) == []


def test_staff_add_files_that_no_resident_sees(peopled: Peopled) -> None:
    _status, page = send(peopled, (photo(), "ghế.jpg"))
    code, path = code_in(page), f"/admin/complaints/{number(peopled)}/files"
    given = {"files": (io.BytesIO(PDF), "biên bản.pdf"), "csrf_token": peopled.csrf(HEAD)}
    assert peopled.person(HEAD).post(path, data=given).status_code == 303
    picture, added = rows(peopled)
    assert added.added_by == HEAD
    assert "biên bản.pdf" in peopled.get(path, HEAD).get_data(as_text=True)
    assert "biên bản" not in peopled.get(f"/follow/{code}").get_data(as_text=True)
    assert peopled.get(f"/follow/{code}/files/{added.id}").status_code == 404
    wrong = {"files": (io.BytesIO(b"MZ"), "x.exe"), "csrf_token": peopled.csrf(HEAD)}
    refused = peopled.person(HEAD).post(path, data=wrong)
    assert refused.status_code == 422
    assert "x.exe" in refused.get_data(as_text=True)
    assert picture.sent_digest != added.sent_digest


def test_where_a_scanner_is_set_nobody_opens_a_file_before_it_looked(peopled: Peopled) -> None:
    quiet = replace(peopled.settings, outside=Outside(scanner="/run/none", files=FileLimits(2)))
    peopled.app.extensions["settings"] = quiet
    try:
        _status, page = send(peopled, (photo(), "ghế.jpg"))
        code, (picture,) = code_in(page), rows(peopled)
        assert picture.state == FileState.QUARANTINED
        assert peopled.get(f"/follow/{code}/files/{picture.id}").status_code == 404
        case = f"/admin/complaints/{number(peopled)}"
        assert "Chờ quét" in peopled.get(case, HEAD).get_data(as_text=True)
        assert peopled.get(f"{case}/files/{picture.id}", HEAD).status_code == 404
    finally:
        peopled.app.extensions["settings"] = peopled.settings
