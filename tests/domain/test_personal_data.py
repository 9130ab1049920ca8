"""Hints for what may tell who somebody is in a text that goes to the public."""

import pytest

from shared.domain.personal_data import Finding, Trait, findings

OFFICERS = ("Lê Thu Hà", "Trần Minh Khôi")


@pytest.mark.parametrize(
    ("text", "trait", "found"),
    [
        ("Gọi tôi số 0912 345 678 nhé", Trait.PHONE, "0912 345 678"),
        ("gọi 0912.345.678.", Trait.PHONE, "0912.345.678"),
        ("gọi +84 912-345-678", Trait.PHONE, "+84 912-345-678"),
        ("gọi 84912345678", Trait.PHONE, "84912345678"),
        ("máy bàn (024) 3825 1234", Trait.PHONE, "(024) 3825 1234"),
        ("máy bàn 02933 123 456", Trait.PHONE, "02933 123 456"),
        ("CCCD 093085001234 của tôi", Trait.ID_NUMBER, "093085001234"),
        ("số 093 085 001 234", Trait.ID_NUMBER, "093 085 001 234"),
        ("CMND 362 123 456", Trait.ID_NUMBER, "362 123 456"),
        ("hộ chiếu B1234567", Trait.ID_NUMBER, "B1234567"),
        ("thẻ GD 4 93 93 2123 4567", Trait.ID_NUMBER, "GD 4 93 93 2123 4567"),
        ("thư mai.ly@example.vn", Trait.EMAIL, "mai.ly@example.vn"),
        ("xem https://fb.com/ai-do", Trait.LINK, "https://fb.com/ai-do"),
        ("zalo: maily", Trait.LINK, "zalo: maily"),
        ("xe 65A-123.45 đỗ", Trait.PLATE, "65A-123.45"),
        ("xe 65a 12345", Trait.PLATE, "65a 12345"),
        ("xe máy 65-B1 123.45", Trait.PLATE, "65-B1 123.45"),
        ("xe 95H1-2345", Trait.PLATE, "95H1-2345"),
        ("tài khoản 1903 6789 0123 45", Trait.NUMBER, "1903 6789 0123 45"),
        ("mã hồ sơ 251101-0001", Trait.NUMBER, "251101-0001"),
        ("số nhà 12/3 đường này", Trait.ADDRESS, "số nhà 12/3"),
        ("ở ấp 4", Trait.ADDRESS, "ấp 4"),
        ("lấy số lúc 7 giờ 40 rồi chờ", Trait.TIME, "7 giờ 40"),
        ("lúc 9h05 có mặt", Trait.TIME, "9h05"),
        ("Cô Lê Thu Hà làm tốt", Trait.OFFICER, "Lê Thu Hà"),
        ("le thu ha làm tốt", Trait.OFFICER, "le thu ha"),
        ("LÊ THU HÀ làm tốt", Trait.OFFICER, "LÊ THU HÀ"),
        ("cô thu hà ở quầy 2", Trait.OFFICER, "thu hà"),
        ("anh Tuấn ở quầy 2", Trait.PERSON, "Tuấn"),
        ("cán bộ Đỗ Văn Nam nói", Trait.PERSON, "Đỗ Văn Nam"),
        ("Tôi là Nguyễn Thị Mai.", Trait.PERSON, "Nguyễn Thị Mai"),
    ],
)
def test_what_leads_to_somebody_is_found_as_it_is_written(
    text: str, trait: Trait, found: str
) -> None:
    assert findings(text, OFFICERS) == [Finding(trait, found)]


@pytest.mark.parametrize(
    "text",
    [
        "Sáng nay tôi chờ hai giờ ở quầy dù đã lấy số đường hoàng.",
        "Kính gửi Ông/Bà, máy gọi số hỏng, chúng tôi đã sửa.",
        "Kính gửi Ông Bà.",
        "Ngày 18/11/2026, từ 7:30 đến 11:30, và ngày 18.11.2026.",
        "Theo Nghị định 61/2018/NĐ-CP và Luật 91/2025/QH15.",
        "Giai đoạn 2025-2030 thu 1.500.000 đồng.",
        "Gọi tổng đài 1900 6789 hay 18001234.",
        "Quầy số 3, phiếu 125, phòng 12, chờ 2 giờ.",
    ],
)
def test_everyday_words_days_laws_money_and_public_lines_are_left_alone(text: str) -> None:
    assert findings(text, OFFICERS) == []


def test_the_name_the_sender_left_is_found_however_it_is_written() -> None:
    found = findings("Tôi, ly mai, đã gửi hai lần.", senders=["Lý Mai"])
    assert found == [Finding(Trait.SENDER, "ly mai")]


def test_a_piece_is_told_once_and_in_the_order_of_the_text() -> None:
    text = "Gọi 0912345678 hoặc anh Tuấn; nhắc lại: 0912345678."
    assert [one.key for one in findings(text)] == ["phone:0912345678", "person:Tuấn"]


def test_accents_put_together_from_parts_hide_nothing() -> None:
    apart = "Cô Le\u0302 Thu Ha\u0300 làm tốt"
    assert findings(apart, OFFICERS) == [Finding(Trait.OFFICER, "Lê Thu Hà")]
