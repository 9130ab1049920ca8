"""The pages of awards: nominating, a council's session, ballots, and who is told what."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from shared.config import Settings
from shared.domain.access import Role
from shared.jobs import loop
from shared.models.account import Account
from shared.models.award import (
    AwardCouncil,
    AwardItem,
    AwardNomination,
    AwardSeat,
    AwardSession,
    AwardTitle,
)
from shared.models.campaign import CampaignCompetitor
from shared.models.complaint import ComplaintOfficer
from shared.models.job import Job
from shared.services import accounts
from tests.campaign_pages import HOME, page, person, plain
from tests.campaign_world import TODAY, World
from tests.cast import csrf
from tests.conftest import Clock

AWARDS = f"{HOME}/awards"
HELD = "Đang được xem xét, chưa trình được"


def send(client: FlaskClient, path: str, status: int = 302, /, **fields: str | list[str]) -> str:
    """Send a form with the token of this browser; give where it leads, or the page it answers."""
    answer = client.post(path, data={"csrf_token": csrf(client), **fields})
    assert answer.status_code == status, answer.get_data(as_text=True)
    return answer.location or answer.get_data(as_text=True)


def key_of(world: World, unit: str) -> str:
    world.session.expire_all()
    found = select(CampaignCompetitor.id).where(
        CampaignCompetitor.unit_id == world.unit(unit), CampaignCompetitor.officer_id.is_(None)
    )
    return str(world.session.scalars(found).one())


def title(world: World, code: str = "giay-khen") -> str:
    found = select(AwardTitle.id).where(AwardTitle.code == code, AwardTitle.valid_to.is_(None))
    return str(world.session.scalars(found).one())


def nominee(world: World, unit: str) -> dict[str, str]:
    return {"competitor": key_of(world, unit), "title": title(world)}


@pytest.fixture
def council(running: World, tung: FlaskClient) -> World:
    """Titles, and a council of two organisers and somebody from outside."""
    send(tung, f"{AWARDS}/titles/shipped")
    made = send(tung, f"{AWARDS}/councils", name="Hội đồng Tỉnh", quorum="2/3")
    for name, chair in (("tung", "có"), ("hoa", "")):
        account = running.session.scalars(select(Account.id).where(Account.name == name)).one()
        send(tung, f"{made}/members", account_id=str(account), chair=chair)
    send(tung, f"{made}/members", name="Bà Lụa", post="Mặt trận")
    return running


def plan(world: World, tung: FlaskClient, *units: str) -> str:
    """Nominate units by hand and plan a session on them; give its address."""
    for unit in units:
        send(tung, f"{AWARDS}/nominations", **nominee(world, unit), reason="Cố gắng")
    world.session.expire_all()
    keys = [str(key) for key in world.session.scalars(select(AwardNomination.id))]
    found = re.search(r'<select[^>]*id="council"[^>]*>\s*<option value="(\d+)"', page(tung, AWARDS))
    assert found is not None
    fields = {"council": found[1], "held_on": "2026-11-18"}
    return send(tung, f"{AWARDS}/sessions", nominations=keys, **fields)


def rows(world: World, table: type) -> list:  # type: ignore[type-arg]  # of any table
    world.session.expire_all()
    return list(world.session.scalars(select(table).order_by(table.id)))  # type: ignore[attr-defined]  # they all have it


def attend(world: World, tung: FlaskClient, meeting: str, absent: str = "") -> None:
    here = [str(seat.id) for seat in rows(world, AwardSeat) if seat.name != absent]
    send(tung, f"{meeting}/attendance", present=here)


def test_from_nomination_to_certificates(
    council: World, app: Flask, tung: FlaskClient, settings: Settings, clock: Clock
) -> None:
    meeting = plan(council, tung, "an")
    assert "Chưa đủ số người dự họp" in plain(send(tung, f"{meeting}/open", 409))
    attend(council, tung, meeting, absent="hoa")
    send(tung, f"{meeting}/open")
    item = str(rows(council, AwardItem)[0].id)
    seats = {seat.name: str(seat.id) for seat in rows(council, AwardSeat)}
    hoa = person(app, council, "hoa", clock)
    (ballot,) = re.findall(r'href="(/admin/ballots/\d+)"', page(hoa, "/admin/ballots"))
    send(hoa, ballot, item=item, choice="for")
    assert "Ý kiến của Ông/Bà: Tán thành , bằng văn bản" in plain(page(hoa, ballot))
    send(tung, ballot, item=item, choice="for")
    refused = send(tung, f"{meeting}/papers", 422, item=item, seat=seats["Bà Lụa"], choice="for")
    assert "Xin nhập mục này." in plain(refused)
    paper = {"item": item, "seat": seats["Bà Lụa"], "choice": "against", "paper": "Phiếu 3"}
    send(tung, f"{meeting}/papers", **paper)
    during = plain(page(tung, meeting))
    assert "3 thành viên đã bỏ phiếu" in during
    assert "không tính là" not in during
    send(tung, f"{meeting}/close")
    words = plain(page(tung, meeting))
    assert "2 tán thành, 1 không tán thành" in words
    assert "cần 2 trên 3 thành viên" in words
    send(tung, f"{meeting}/decision", 422, decision_number="", decision_on="2026-11-18")
    send(tung, f"{meeting}/decision", decision_number="12/QĐ", decision_on="2026-11-18")
    assert "Được khen thưởng" in plain(page(tung, AWARDS))
    for form in ("docx", "xlsx", "certificates"):
        send(tung, f"{meeting}/files", form=form)
    loop.run_waiting(settings, clock())
    made = [(job.state, job.file_name) for job in rows(council, Job)]
    code = HOME.rpartition("/")[2]
    assert made == [
        ("done", f"{code}-danh-sach-khen-thuong.docx"),
        ("done", f"{code}-danh-sach-khen-thuong.xlsx"),
        ("done", f"{code}-giay-khen.pdf"),
    ]


def test_a_session_planned_by_mistake_is_cancelled_and_its_nominations_wait_again(
    council: World, tung: FlaskClient
) -> None:
    meeting = plan(council, tung, "an")
    assert f'action="{meeting}/cancel"' in page(tung, meeting)
    send(tung, f"{meeting}/cancel")
    page(tung, meeting, 404)
    assert "Chờ họp" in plain(page(tung, AWARDS))
    attend(council, tung, again := plan(council, tung))
    send(tung, f"{again}/open")
    assert f'action="{again}/cancel"' not in page(tung, again)
    words = plain(send(tung, f"{again}/cancel", 409))
    assert "Kết thúc và kiểm phiếu" in words  # the session itself, with why


def test_a_nomination_made_twice_is_told_on_the_page_with_its_words(
    council: World, tung: FlaskClient
) -> None:
    said = {**nominee(council, "an"), "reason": "Nhiều sáng kiến trong năm"}
    send(tung, f"{AWARDS}/nominations", **said)
    again = send(tung, f"{AWARDS}/nominations", 409, **said)
    assert "Đã có đề nghị này rồi." in again
    assert re.search(r"<textarea[^>]*>Nhiều sáng kiến trong năm</textarea>", again)


def test_a_session_refused_keeps_what_was_ticked(council: World, tung: FlaskClient) -> None:
    send(tung, f"{AWARDS}/nominations", **nominee(council, "an"), reason="Nhiều cố gắng")
    key, who = (str(rows(council, table)[0].id) for table in (AwardNomination, AwardCouncil))
    refused = send(tung, f"{AWARDS}/sessions", 422, held_on="", nominations=[key], council=who)
    assert f'value="{key}" checked' in refused
    none = send(tung, f"{AWARDS}/sessions", 422, held_on="2026-11-18", council=who)
    assert 'id="nominations-error"' in none


def test_no_file_comes_before_its_step(council: World, tung: FlaskClient) -> None:
    meeting = plan(council, tung, "an")
    send(tung, f"{meeting}/files", 409, form="docx")
    send(tung, f"{meeting}/files", 409, form="certificates")


def test_a_member_without_a_seat_sees_no_session(
    council: World, app: Flask, tung: FlaskClient, clock: Clock
) -> None:
    plan(council, tung, "an")
    session = rows(council, AwardSession)[0]
    head = person(app, council, "head-an", clock)
    assert "không có phiên họp nào" in plain(page(head, "/admin/ballots"))
    page(head, f"/admin/ballots/{session.id}", 404)
    page(head, AWARDS, 403)


def test_who_reaches_a_line_is_nominated_in_one_step(council: World, tung: FlaskClient) -> None:
    path = f"{AWARDS}/from-standing"
    asked = {"title": title(council), "kind": "collective", "by": "rank", "value": "1"}
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    assert "Được đề nghị" in plain(page(tung, f"{path}?{query}"))
    page(tung, f"{path}?{query.replace('value=1', 'value=x')}", 422)
    send(tung, path, **asked)
    assert "hạng 1" in plain(page(tung, AWARDS))
    send(tung, path, 409, **asked)  # nobody is left


def test_a_hold_reads_the_same_whoever_or_whatever_put_it(
    council: World, app: Flask, tung: FlaskClient, clock: Clock
) -> None:
    nam = select(CampaignCompetitor.id).where(
        CampaignCompetitor.officer_id == council.officers["nam"].id
    )
    fields = {"title": title(council, "ldtt"), "reason": "Tận tụy"}
    competitor = str(council.session.scalars(nam).one())
    send(tung, f"{AWARDS}/nominations", competitor=competitor, **fields)
    meeting = plan(council, tung, "an")
    case = council.complaint("binh", TODAY, TODAY, None)
    council.session.add(
        ComplaintOfficer(complaint_id=case.id, officer_id=council.officers["nam"].id)
    )
    council.session.commit()
    attend(council, tung, meeting)
    send(tung, f"{meeting}/open")
    words = plain(page(tung, AWARDS))
    assert (HELD in words, case.number in words) == (True, False)
    both = [(Role.ORGANISER, council.unit("province")), (Role.HEAD, council.unit("province"))]
    accounts.add(council.session, "reads-cases", "reads-cases", both, clock())
    council.session.commit()
    reader = person(app, council, "reads-cases", clock)
    assert case.number in plain(page(reader, AWARDS))
    row = next(one for one in rows(council, AwardNomination) if one.held)
    send(tung, f"{AWARDS}/nominations/{row.id}/hold", held="")
    assert HELD not in plain(page(tung, AWARDS))
    send(tung, f"{AWARDS}/nominations/{row.id}/hold", held="1")
    assert HELD in plain(page(tung, AWARDS))
    refused = send(tung, f"{AWARDS}/nominations/{row.id}/withdraw", 422, reason="")
    assert "Xin ghi lý do." in plain(refused)
    send(tung, f"{AWARDS}/nominations/{row.id}/withdraw", reason="Tự xin rút")
    assert "Tự xin rút" in plain(page(tung, AWARDS))


def test_a_declared_interest_needs_its_reason(council: World, tung: FlaskClient) -> None:
    meeting = plan(council, tung, "an")
    (ballot,) = re.findall(r'href="(/admin/ballots/\d+)"', page(tung, "/admin/ballots"))
    item = str(rows(council, AwardItem)[0].id)
    send(tung, f"{ballot}/recusal", 422, item=item, reason="")
    send(tung, f"{ballot}/recusal", item=item, reason="Vợ tôi làm ở đó")
    assert "tự khai: Vợ tôi làm ở đó" in plain(page(tung, ballot))
    assert "tự khai: Vợ tôi làm ở đó" in plain(page(tung, meeting))


def test_a_share_that_is_none_is_refused_beside_its_field(
    council: World, tung: FlaskClient
) -> None:
    path = f"{AWARDS}/titles/{title(council)}"
    known = page(tung, path)
    assert "Đề xuất" in plain(known)
    cells = {
        "code": "giay-khen",
        "name": "Giấy khen",
        "kind": "any",
        "level": "Cơ sở",
        "given": "có",
        "legal_basis": "Quy chế",
        "valid_from": "2025-07-01",
    }
    assert "share-error" in send(tung, path, 422, share="80", **cells)
    send(tung, path, share="51/100", **cells)
    assert "51/100" in plain(page(tung, f"{AWARDS}/titles"))


def test_the_council_page_changes_what_it_shows(council: World, tung: FlaskClient) -> None:
    (path,) = set(re.findall(rf'href="({AWARDS}/councils/\d+)"', page(tung, f"{AWARDS}/councils")))
    send(tung, path, 422, name="Hội đồng", quorum="hai phần ba")
    send(tung, path, name="Hội đồng mới", document="", quorum="80/100")
    assert "Hội đồng mới" in plain(page(tung, path))
    leave = re.findall(rf'action="({path}/members/\d+/leave)"', page(tung, path))
    assert len(leave) == 3
    send(tung, leave[1])
    assert page(tung, path).count("/leave") == 2
