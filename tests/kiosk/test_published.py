"""The public page of answered cases: searched, narrowed, in two languages, without anybody."""

import html

from tests import records
from tests.infrastructure.peopled import Peopled


def text(peopled: Peopled, path: str) -> str:
    return html.unescape(peopled.get(path).get_data(as_text=True))


def test_everybody_reads_the_list_and_one_case(peopled: Peopled) -> None:
    page = text(peopled, "/answered")
    assert "Phường Sen Hồng" in page
    assert "Xã Lúa Vàng" in page
    one = text(peopled, f"/answered/{peopled.units['sen'].reference}")
    assert "Máy đã được sửa." in one
    assert "tháng 11/2026" in one


def test_nothing_that_leads_to_a_person_stands_there(peopled: Peopled) -> None:
    unit = peopled.units["sen"]
    pages = text(peopled, "/answered") + text(peopled, f"/answered/{unit.reference}")
    for hidden in ("PA-2026", "Lê Thu Hà", records.PHONE, records.secret("sen"), "head-sen"):
        assert hidden not in pages


def test_the_list_is_searched_and_narrowed(peopled: Peopled) -> None:
    assert "Không có việc nào như vậy" in text(peopled, "/answered?q=không+có+gì")
    page = text(peopled, "/answered?q=goi+so+hong&unit=LUA")
    assert peopled.units["lua"].reference in page
    assert peopled.units["sen"].reference not in page
    assert "Không có việc nào như vậy" in text(peopled, "/answered?field=%00&unit=%00")


def test_a_page_beyond_the_last_is_the_last(peopled: Peopled) -> None:
    assert "Trang 1 trên 1" in text(peopled, "/answered?page=99")


def test_a_sender_says_no_and_yes_again_on_the_page_of_the_code(peopled: Peopled) -> None:
    path = f"/follow/{peopled.units['sen'].code}"
    assert "Đừng công khai việc này" in text(peopled, path)
    for said, then in (("no", "Ông/Bà không cho công khai việc này."), ("yes", "Đừng công khai")):
        assert peopled.post(f"{path}/publication", {"public": said}).status_code == 303
        assert then in text(peopled, path)


def test_where_it_never_can_be_public_nothing_is_offered(peopled: Peopled) -> None:
    page = text(peopled, f"/follow/{peopled.units['sen'].code_naming}")
    assert "Đừng công khai" not in page


def test_it_speaks_english(peopled: Peopled) -> None:
    page = text(peopled, "/answered?lang=en")
    assert "Answered reports" in page


def test_what_has_no_such_name_is_not_found(peopled: Peopled) -> None:
    for name in ("nothing", "ÁÁ", "%00"):
        assert peopled.get(f"/answered/{name}").status_code == 404
