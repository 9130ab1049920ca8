"""What the sample's residents write and what they are answered; all of it is invented."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Matter:
    """One complaint: what kind, what it says, which desk it is about, whom it names."""

    kind: str
    body: str
    desk: int | None = None
    names: str | None = None  # code of an officer
    contact: bool = False


@dataclass(frozen=True)
class Fate:
    """What became of it: the commune, when it came and what was done.

    `due_in` puts its due day so many working days from today (0: today, -2: overdue by two);
    `age` instead gives working days since it came. `outcome` is received, taken, answered, late,
    refused, withdrawn or closed.
    """

    commune: str
    matter: Matter
    outcome: str
    due_in: int | None = None
    age: int = 0
    satisfied: bool | None = None


ANSWERS = (
    (
        "Kính gửi Ông/Bà. Trung tâm đã kiểm tra nội dung phản ánh và xin lỗi vì sự bất tiện "
        "này. Từ tuần này quầy có thêm một người hướng dẫn vào buổi sáng. Xin cảm ơn Ông/Bà."
    ),
    (
        "Kính gửi Ông/Bà. Trung tâm đã làm việc với quầy liên quan, rà soát giấy hướng dẫn và "
        "niêm yết bản mới đủ thành phần hồ sơ. Ông/Bà không phải nộp lại giấy tờ đã có."
    ),
    (
        "Kính gửi Ông/Bà. Hồ sơ của Ông/Bà đã có kết quả. Trung tâm đã nhắc bộ phận trả kết quả "
        "gọi điện cho người dân ngay khi hồ sơ xong. Mong Ông/Bà thông cảm."
    ),
    (
        "Kính gửi Ông/Bà. Thiết bị đã được sửa và có phương án dự phòng. Khi máy lỗi, cán bộ sẽ "
        "gọi số trực tiếp và dán thông báo ở cửa."
    ),
    (
        "Kính gửi Ông/Bà. Trung tâm đã ghi nhận, phân công người phụ trách và sẽ kiểm tra lại "
        "sau một tuần. Nếu còn thắc mắc, xin Ông/Bà gọi số của Trung tâm."
    ),
)
REFUSAL = (
    "Nội dung gửi đến chưa nêu rõ sự việc, thời gian và nơi xảy ra nên chưa thể xem xét. "
    "Xin Ông/Bà bổ sung và gửi lại; Trung tâm sẽ xử lý ngay."
)


def _report(body: str, desk: int | None = None, names: str | None = None) -> Matter:
    return Matter("report", body, desk, names)


def _petition(body: str, desk: int | None = None) -> Matter:
    return Matter("petition", body, desk, contact=True)


FATES = (
    # Still open: these are what My work shows.
    Fate("31471", _report("Chờ lâu ở quầy chứng thực dù đã lấy số từ 8 giờ.", 1), "taken", 0),
    Fate("31471", _report("Máy gọi số hỏng, không ai báo cho người đang chờ.", 0), "received", 0),
    Fate("31471", _petition("Đề nghị ghi giờ nghỉ trưa ở cửa để dân khỏi chờ nắng."), "taken", 1),
    Fate("31471", _report("Bảng hướng dẫn chứng thực chữ quá nhỏ, khó đọc.", 1), "received", 2),
    Fate(
        "31471",
        _report("Cán bộ trả lời cáu gắt khi tôi hỏi lại về giấy tờ.", 2, "MAU-LM-05"),
        "received",
        2,
    ),
    Fate("31471", _report("Phải quay lại hai lần mới đủ giấy khai sinh.", 0), "taken", -1),
    Fate("31471", _petition("Xin lắp mái che ở chỗ gửi xe của Trung tâm."), "received", 4),
    Fate("31473", _report("Quầy mở cửa trễ 20 phút sáng thứ Hai.", 0), "received", 1),
    Fate("31492", _report("Hồ sơ trợ cấp quá hẹn trả, gọi điện không ai nghe.", 1), "taken", -3),
    Fate("31492", _petition("Đề nghị cho nộp trực tuyến thủ tục xác nhận cư trú.", 1), "taken", 0),
    Fate("31489", _report("Không có chỗ ngồi cho người già khi chờ.", 0), "received", 3),
    # Answered in time.
    Fate("31471", _report("Hướng dẫn không rõ giấy nào cần bản sao.", 0), "answered", age=12),
    Fate(
        "31471", _report("Máy lấy số hết giấy cả buổi chiều.", 1), "closed", age=20, satisfied=True
    ),
    Fate(
        "31471",
        _report("Cán bộ đất đai hẹn rồi không có mặt.", 3, "MAU-LM-06"),
        "answered",
        age=9,
        satisfied=False,
    ),
    Fate("31471", _report("Biên lai chứng thực không ghi số trang.", 1), "closed", age=30),
    Fate(
        "31471",
        _petition("Xin tăng thêm người ở quầy chứng thực sáng thứ Hai.", 1),
        "closed",
        age=33,
    ),
    Fate("31471", _report("Loa gọi số nhỏ, ngồi cuối phòng không nghe.", None), "closed", age=26),
    Fate(
        "31471",
        _report("Tôi bị yêu cầu nộp lại căn cước dù đã quét mã.", 4, "MAU-LM-07"),
        "answered",
        age=14,
        satisfied=True,
    ),
    Fate("31471", _report("Không được báo khi hồ sơ xây dựng có kết quả.", 3), "late", age=22),
    Fate("31471", _report("Nhà vệ sinh khoá cửa trong giờ làm việc."), "answered", age=8),
    Fate("31473", _report("Nhân viên giữ xe thu tiền người đến làm giấy."), "closed", age=28),
    Fate(
        "31473", _report("Bản sao trích lục ghi sai tên đệm, phải làm lại.", 0), "answered", age=11
    ),
    Fate("31473", _petition("Đề nghị dán mã QR thủ tục ở cửa ra vào."), "closed", age=35),
    Fate(
        "31492", _report("Trả kết quả đăng ký lại khai sinh trễ một ngày.", 0), "answered", age=16
    ),
    Fate(
        "31492", _report("Phòng chờ nóng, quạt hỏng đã lâu."), "answered", age=13, satisfied=False
    ),
    Fate("31489", _report("Cán bộ đi họp, quầy không người cả buổi.", 0), "closed", age=25),
    Fate("31489", _petition("Xin hỗ trợ người lớn tuổi nộp hồ sơ tại nhà.", 0), "answered", age=10),
    # Answered after the day.
    Fate(
        "31471", _report("Hỏi thủ tục cấp phép nhà ở, mỗi lần một kiểu trả lời.", 3), "late", age=24
    ),
    Fate("31492", _report("Chờ ký chứng thực hơn nửa ngày.", 0), "late", age=27),
    Fate("31489", _report("Thông báo lịch cấp căn cước sai ngày.", 0), "late", age=18),
    # Refused, withdrawn.
    Fate("31471", _report("Làm ăn chán quá."), "refused", age=15),
    Fate("31473", _report("Không hài lòng."), "refused", age=19),
    Fate("31471", _petition("Đề nghị xem lại mức lệ phí bản sao.", 0), "withdrawn", age=17),
    # Other kinds.
    Fate(
        "31471", Matter("suggestion", "Nên có thêm ghế cho trẻ nhỏ ở khu chờ."), "answered", age=21
    ),
    Fate("31473", Matter("suggestion", "Nên gửi tin nhắn khi hồ sơ xong."), "received", age=3),
    Fate(
        "31492", Matter("suggestion", "Nên mở cửa thêm sáng thứ Bảy mỗi tháng."), "answered", age=29
    ),
    Fate(
        "31471",
        Matter("praise", "Cảm ơn chị ở quầy hộ tịch đã giúp mẹ tôi điền tờ khai.", 0, "MAU-LM-01"),
        "received",
        age=5,
    ),
    Fate(
        "31489",
        Matter("praise", "Làm giấy khai sinh cho con chỉ trong một buổi sáng.", 0),
        "closed",
        age=31,
    ),
    Fate(
        "31471",
        Matter(
            "formal_complaint",
            "Tôi khiếu nại việc trả lại hồ sơ cấp phép xây dựng mà không nêu lý do bằng văn bản.",
            3,
            contact=True,
        ),
        "taken",
        age=6,
    ),
    Fate(
        "31492",
        Matter(
            "explanation",
            "Đề nghị giải trình vì sao hồ sơ hưu trí xã hội bị chuyển về hai lần.",
            1,
            contact=True,
        ),
        "answered",
        age=23,
    ),
)
