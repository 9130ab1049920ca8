"""Quản trị › accounts from a CSV file: every wrong row said at once; all are taken or none."""

import io
import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.access import Actor, Permission
from shared.models.account import Account, Grant
from shared.services import account_import, accounts
from tests import cast
from tests.cast import Place
from tests.conftest import Clock

LOOK = "/admin/accounts/import"
TAKE = f"{LOOK}/apply"
HEADING = "name,full_name,role,unit,officer\n"
GOOD = f"{HEADING}thuha,Lê Thu Hà,officer,SEN,CB-sen\nduc,Đức,head,SEN,\n"
NAME, FULL_NAME, ROLE, UNIT = "Tên đăng nhập", "Họ tên", "Vai trò", "Mã đơn vị"
PASSWORD = re.compile(r"(?:\w{4}-){3}\w{4}")
Said = tuple[str, str, str]  # line, column and reason of a bad row


def looked(admin: FlaskClient, content: str | bytes) -> tuple[int, str]:
    """Choose a file."""
    data = content.encode("utf-8-sig") if isinstance(content, str) else content
    fields = {"csrf_token": cast.csrf(admin), "file": (io.BytesIO(data), "tai-khoan.csv")}
    answer = admin.post(LOOK, data=fields)
    return answer.status_code, answer.get_data(as_text=True)


def bad_rows(page: str) -> list[Said]:
    """Read the table of bad rows, one for each wrong cell."""
    rows = re.findall(r'<tr><th scope="row" class="num"[^>]*>(\d+)</th>(.*?)</tr>', page)
    return [
        (line, unescape(column), unescape(reason))
        for line, rest in rows
        for column, reason in re.findall(r"<li>(?:<b>(.*?)</b>: )?(.*?)</li>", rest)
    ]


def note(page: str) -> str:
    """Read what is said of a file as a whole."""
    found = re.search(r'class="note late.*?</div>', page, re.DOTALL)
    assert found is not None
    return unescape(re.sub(r"<[^>]+>", "", found.group().partition(">")[2]))


def text_of(page: str) -> str:
    """Read the text of the file that the page has kept, whether to be taken or to be mended."""
    found = re.search(r'<textarea[^>]*name="text"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    return unescape(found.group(1)) if found else ""


def names(session: Session) -> set[str]:
    """Give every account's name."""
    return set(session.scalars(select(Account.name)))


def test_a_file_is_looked_at_and_then_gives_each_a_password_that_opens(
    app: Flask, session: Session, clock: Clock, admin: FlaskClient, places: dict[str, Place]
) -> None:
    before = names(session)
    status, page = looked(admin, GOOD.replace(",", ";"))
    assert (status, bad_rows(page)) == (200, [])
    assert "Thêm 2 tài khoản" in page
    assert names(session) == before  # nothing is written by looking
    status, page = cast.send(admin, TAKE, {"text": text_of(page)})
    passwords = PASSWORD.findall(page)
    assert (status, len(passwords)) == (200, 2)
    officer = session.scalars(select(Account).where(Account.name == "thuha")).one()
    assert officer.officer_id == places["sen"].officer_id
    grant = session.scalars(select(Grant).where(Grant.account_id == officer.id)).one()
    assert (grant.role, grant.unit_id) == ("officer", places["sen"].unit_id)
    status, _page = cast.send(
        app.test_client(), "/admin/sign-in", {"name": "duc", "password": passwords[1]}
    )
    assert status == 302


def test_every_wrong_row_is_said_with_its_line_its_column_and_what_to_do(
    admin: FlaskClient, session: Session
) -> None:
    before = names(session)
    status, page = looked(
        admin,
        f"{GOOD}mai,Mai,head,X-9,\nbinh,Bình,chief,SEN,\nthuha,Thu Hà,head,SEN,\n"
        "head-lua,Người khác,head,SEN,\nresident,R,head,SEN,\nSystem,S,head,SEN,\n\n"
        "an,,head,SEN,\nTên dài,T,head,SEN,\nmai,Mai,head,SEN,\ncuc,Cúc,officer,SEN,CB-lua\n"
        "dao,Đào,,SEN,\nhue,Huệ,head,,\nlan,Lan,head,all,\n,Không tên,head,SEN,\n"
        "sen,,,X-9,\n",
    )
    assert status == 200
    allowed = (
        "Quản trị, Cán bộ, Lãnh đạo trung tâm, Người được xem từng đánh giá, "
        "Tổ chức phong trào thi đua"
    )
    unit = "Không có đơn vị mang mã “%s” trong phạm vi của Ông/Bà. Xin xem mã ở mục Đơn vị."
    reserved = "Tên “%s” dành riêng cho hệ thống. Xin chọn tên khác."
    officer = (
        "Không có cán bộ đang làm việc mang mã “CB-lua” trong phạm vi của Ông/Bà. "
        "Xin xem mã ở mục Cán bộ, hoặc để trống."
    )
    twice = "Tên đăng nhập này đã ghi ở dòng %s. Mỗi tài khoản cần một tên riêng."
    assert bad_rows(page) == [
        ("4", UNIT, unit % "X-9"),
        ("5", ROLE, f"Không có vai trò “chief” để giao. Có thể dùng: {allowed}."),
        ("6", NAME, twice % 2),
        ("7", NAME, "Tên đăng nhập này đã có. Xin chọn tên khác."),
        ("8", NAME, reserved % "resident"),
        ("9", NAME, reserved % "system"),
        ("11", FULL_NAME, "Xin nhập mục này."),
        ("12", NAME, "Tên đăng nhập cần 2–80 ký tự không dấu, không khoảng trắng."),
        ("13", NAME, twice % 4),  # although line 4 is wrong too
        ("14", "Mã cán bộ", officer),
        ("15", ROLE, "Xin nhập mục này."),
        ("16", UNIT, "Xin nhập mục này."),
        ("17", UNIT, unit % "all"),
        ("18", NAME, "Xin nhập mục này."),
        ("19", FULL_NAME, "Xin nhập mục này."),  # all that is wrong with a row at once
        ("19", ROLE, "Xin nhập mục này."),
        ("19", UNIT, unit % "X-9"),
    ]
    assert names(session) == before


def test_bad_rows_are_said_in_the_readers_language(admin: FlaskClient) -> None:
    admin.get(f"{LOOK}?lang=en")
    _status, page = looked(admin, f"{HEADING}mai,Mai,head,X-9,\nbinh,Bình,chief,SEN,\n")
    unit, role = bad_rows(page)
    assert unit[1:] == (
        "Unit code",
        "No unit within your reach has the code “X-9”. Please see the codes under Units.",
    )
    assert role[1] == "Role"
    assert role[2].startswith("There is no role “chief” to give. You can use: Administration, ")


def test_the_text_of_a_file_with_bad_rows_stays_to_be_mended_and_looked_at_again(
    admin: FlaskClient, session: Session
) -> None:
    bad = GOOD.replace("head,SEN", "head,X-9")
    _status, page = looked(admin, bad)
    assert text_of(page) == bad
    assert TAKE not in page  # no way to take the good rows alone
    status, page = cast.send(admin, LOOK, {"text": text_of(page).replace("X-9", "SEN")})
    assert (status, bad_rows(page)) == (200, [])
    assert cast.send(admin, TAKE, {"text": text_of(page)})[0] == 200
    assert {"thuha", "duc"} <= names(session)


def test_nobody_is_added_when_a_row_has_become_bad_since_it_was_looked_at(
    admin: FlaskClient, session: Session, clock: Clock
) -> None:
    _status, page = looked(admin, GOOD)
    accounts.add(session, "duc", "Đức khác", [], clock())
    session.commit()
    status, again = cast.send(admin, TAKE, {"text": text_of(page)})
    assert status == 422
    assert bad_rows(again) == [("3", NAME, "Tên đăng nhập này đã có. Xin chọn tên khác.")]
    assert text_of(again) == GOOD
    assert "thuha" not in names(session)


def test_a_file_with_a_bad_row_writes_nothing_even_before_it_is_refused(
    session: Session, clock: Clock, places: dict[str, Place]
) -> None:
    reach = {Permission.ACCOUNTS: frozenset({places["sen"].unit_id})}
    actor = Actor(1, "admin-sen", "A", None, "vi", must_change_password=False, reach=reach)
    before = names(session)
    outlook, added = account_import.apply(session, actor, f"{GOOD}mai,Mai,head,X-9,\n", clock())
    assert ([line.number for line in outlook.bad], added) == ([4], [])
    assert names(session) == before


def test_a_file_taken_twice_adds_nobody_again_and_says_where_passwords_are_given_anew(
    admin: FlaskClient, session: Session
) -> None:
    assert cast.send(admin, TAKE, {"text": GOOD})[0] == 200
    before = names(session)
    status, page = cast.send(admin, TAKE, {"text": GOOD})
    assert (status, bad_rows(page), PASSWORD.findall(page)) == (409, [], [])
    assert "Đã thêm tài khoản rồi" in page
    assert "không lưu ở đâu" in page
    for name in ("thuha", "duc"):
        key = session.scalars(select(Account.id).where(Account.name == name)).one()
        assert f'href="/admin/accounts/{key}"' in page
    assert names(session) == before


@pytest.mark.parametrize(
    ("text", "bad"),
    [
        (f"{GOOD}mai,Mai,head,SEN,\n", ["2", "3"]),  # somebody new is among them
        (GOOD.replace("Lê Thu Hà", "Lê Thị Hà"), ["2", "3"]),  # somebody else has the name
        (f"{GOOD}duc,Đức,head,SEN,\n", ["2", "3", "4"]),
    ],
)
def test_a_file_that_was_not_taken_as_it_is_names_its_bad_rows(
    admin: FlaskClient, text: str, bad: list[str]
) -> None:
    assert cast.send(admin, TAKE, {"text": GOOD})[0] == 200
    status, page = cast.send(admin, TAKE, {"text": text})
    assert (status, [line for line, *_ in bad_rows(page)]) == (422, bad)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "Tệp trống. Xin tải tệp mẫu, điền rồi chọn lại."),
        (HEADING, "Tệp chỉ có dòng tiêu đề, chưa có dòng nào."),
        (
            "name,role\nthuha,officer\n",
            "Thiếu cột: Họ tên, Mã đơn vị. Xin dùng đúng tiêu đề của tệp mẫu.",
        ),
        (
            "Đưa".encode("cp1258"),
            "Tệp không phải dạng UTF-8. Trong Excel, xin chọn lưu “CSV UTF-8”.",
        ),
        (b"PK\x03\x04", "Đây là tệp Excel. Xin lưu thành “CSV UTF-8” rồi tải lên lại."),
        (
            HEADING + "thuha,Lê Thu Hà,officer,SEN,\n" * 201,
            "Tệp có quá 200 dòng. Xin chia thành nhiều tệp.",
        ),
    ],
    ids=["empty", "heading only", "columns missing", "other encoding", "workbook", "too long"],
)
def test_a_file_that_is_no_such_table_is_refused_with_what_to_do(
    admin: FlaskClient, content: str | bytes, reason: str
) -> None:
    status, page = looked(admin, content)
    assert (status, note(page)) == (422, reason)
    readable = content if isinstance(content, str) else ""
    assert text_of(page) == readable  # kept to be mended
    if readable:
        assert cast.send(admin, TAKE, {"text": readable})[0] == 422


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_sample_file_is_taken_in_the_language_it_was_handed_out_in(
    admin: FlaskClient, session: Session, language: str
) -> None:
    admin.get(f"{LOOK}?lang={language}")
    sample = admin.get("/admin/accounts/template.csv").data.decode("utf-8-sig")
    assert ("Cán bộ" in sample) == (language == "vi")  # the role in words
    mine = sample.replace("P-SENHONG", "SEN").replace("SH-01", "CB-sen")
    status, page = looked(admin, mine)
    assert (status, bad_rows(page)) == (200, [])
    assert cast.send(admin, TAKE, {"text": text_of(page)})[0] == 200
    assert "thuha" in names(session)


def test_an_officer_is_named_by_code_never_by_a_key(
    admin: FlaskClient, places: dict[str, Place]
) -> None:
    key = places["sen"].officer_id
    _status, page = looked(admin, f"{HEADING}thuha,Lê Thu Hà,officer,SEN,{key}\n")
    assert [column for _line, column, _reason in bad_rows(page)] == ["Mã cán bộ"]


def test_roles_and_units_beyond_the_own_reach_are_only_for_who_reaches_everything(
    app: Flask, session: Session, clock: Clock, admin: FlaskClient
) -> None:
    file = f"{HEADING}gian,G,inspector,SEN,\ntatca,T,head,all,\n"
    _status, page = looked(admin, file)
    assert [(line, column) for line, column, _reason in bad_rows(page)] == [
        ("2", ROLE),
        ("3", UNIT),
    ]
    root = cast.enter(app, session, "root", clock())
    assert cast.send(root, TAKE, {"text": file})[0] == 200
    everywhere = select(Grant.unit_id).join(Account, Grant.account_id == Account.id)
    assert session.scalars(everywhere.where(Account.name == "tatca")).one() is None
