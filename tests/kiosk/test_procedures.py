"""The public list of procedures, looked through on a telephone without script."""

import gzip
import html
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from shared.models.organisation import Procedure
from tests.case_world import build
from tests.cast import FOUNDED
from tests.conftest import Clock
from tests.kiosk.test_phone import LIGHT, weight

PAGE = "/procedures/SEN"
NAMES = ("Đăng ký giám hộ", "Đăng ký kết hôn", "Chứng thực bản sao từ bản chính")
CARD = re.compile(r'<li class="card"><a [^>]*>([^<]+)')


@pytest.fixture(autouse=True)
def catalogue(session: Session, clock: Clock) -> None:
    """A catalogue as long as a real one: three that are looked for, and forty-two others."""
    organisation = build(session, clock())["sen"].organisation_id
    names = [*NAMES, *(f"Xác nhận tình trạng nhà đất trường hợp số {n}" for n in range(42))]
    for n, name in enumerate(names):
        session.add(
            Procedure(
                organisation_id=organisation,
                code=f"3.{n:06}",
                name=name,
                field="Gia đình" if n < 2 else "Tư pháp, đất đai",
                time_limit="Trong ngày làm việc",
                valid_from=FOUNDED,
            )
        )
    session.commit()


def text(client: FlaskClient, asked: str = "") -> str:
    answer = client.get(f"{PAGE}{asked}")
    assert answer.status_code == 200
    return html.unescape(answer.get_data(as_text=True))


def shown(client: FlaskClient, asked: str) -> list[str]:
    return CARD.findall(text(client, asked))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("giam+ho", [NAMES[0]]),
        ("HÒ+GIẢM", [NAMES[0]]),
        ("đình+gia+dang+ky", list(NAMES[:2])),
        ("gia+dinh+kết", [NAMES[1]]),
        ("3.000002", [NAMES[2]]),
        ("3000002", [NAMES[2]]),
    ],
)
def test_a_procedure_is_found_by_name_field_or_code_whatever_the_accents(
    client: FlaskClient, query: str, found: list[str]
) -> None:
    assert shown(client, f"?q={query}") == found


def test_without_words_everything_is_listed(client: FlaskClient) -> None:
    everything = shown(client, "")
    assert len(everything) >= 45
    for nothing in ("?q=", "?q=+++", "?q=%00"):
        assert shown(client, nothing) == everything


def test_what_was_looked_for_stays_in_the_field_and_leads_back(client: FlaskClient) -> None:
    page = text(client, "?q=giam+ho")
    assert 'value="giam ho"' in page
    assert "Tìm thấy 1 thủ tục." in page
    assert f'<a href="{PAGE}?lang=vi">Xem tất cả thủ tục</a>' in page


def test_who_finds_nothing_is_told_so_and_led_to_the_whole_list(client: FlaskClient) -> None:
    page = text(client, '?q="><b>nhập+khẩu+tàu')
    assert "Không có thủ tục nào như vậy" in page
    assert f'href="{PAGE}?lang=vi">Xem tất cả</a>' in page
    assert CARD.findall(page) == []
    assert "Phường Sen Hồng" in page  # whose list it is
    assert '"><b>' not in client.get(f'{PAGE}?q="><b>').get_data(as_text=True)


def test_the_search_keeps_the_language(client: FlaskClient) -> None:
    assert '<input type="hidden" name="lang" value="en">' in text(client, "?lang=en")
    page = text(client, "?q=giam+ho&lang=en")
    assert "1 procedure found." in page
    assert f'<a href="{PAGE}?lang=en">' in page
    assert 'href="?q=giam+ho&lang=vi"' in page  # the other language shows the same


def test_the_whole_list_is_light(client: FlaskClient) -> None:
    page = client.get(PAGE, headers={"Accept-Encoding": "gzip"})
    body = gzip.decompress(page.data).decode()
    needed = re.findall(r'(?:href|src)="(/static/[^"]+)"', body)
    assert len(page.data) + sum(weight(client, one) for one in needed) < LIGHT
    assert "<script" not in body
