"""Whom and what the sample shows; people and texts are invented, communes are real ones."""

from collections.abc import Mapping
from dataclasses import dataclass

ORGANISATION_CODE = "MAU"
ORGANISATION_NAME = "Cơ quan mẫu (số liệu và tên người là ví dụ)"
PROVINCE_CODE = "92"

REGISTRY = ("Hộ tịch", "Nuôi con nuôi")
CERTIFICATION = ("Chứng thực",)
WELFARE = ("Bảo trợ xã hội", "Người có công", "Dân số")
BUILDING = ("Xây dựng",)
RESIDENCE = ("Cư trú", "Liên thông")


@dataclass(frozen=True)
class DeskPlan:
    """A desk, the fields of the procedures it takes, and how much of the discontent it gathers."""

    name: str
    fields: tuple[str, ...]
    discontent: float = 1.0  # against the other desks


@dataclass(frozen=True)
class OfficerPlan:
    """An officer, the desk served (position in the plan), the weekdays and the half of the day."""

    name: str
    post: str
    desk: int
    weekdays: str = "12345"
    half: str = "both"


@dataclass(frozen=True)
class CommunePlan:
    """A commune of the sample and what is believable of it."""

    code: str
    letters: str
    desks: tuple[DeskPlan, ...]
    officers: tuple[OfficerPlan, ...]
    dossiers: int
    ratings: int
    satisfied: float  # fraction of the scored ratings that stays just below this
    late: float  # fraction of dossiers
    online: float | None  # fraction of dossiers; None: nothing is offered online
    posted: int  # procedures posted on paper and by QR code
    paper_only: tuple[int, ...] | None  # by month, oldest first; None: not reported


_CLERK = "Công chức tư pháp – hộ tịch"
_WELFARE = "Công chức văn hóa – xã hội"
_LAND = "Công chức địa chính – xây dựng"
_POLICE = "Cán bộ công an phường"
_DESK = "Công chức một cửa"

LONG_MY = CommunePlan(
    code="31471",
    letters="LM",
    desks=(
        DeskPlan("Quầy 1: Hộ tịch", REGISTRY),
        DeskPlan("Quầy 2: Chứng thực", CERTIFICATION),
        DeskPlan("Quầy 3: Bảo trợ xã hội, người có công", WELFARE),
        DeskPlan("Quầy 4: Đất đai, xây dựng", BUILDING, 3.5),
        DeskPlan("Quầy 5: Cư trú, thủ tục liên thông", RESIDENCE),
    ),
    officers=(
        OfficerPlan("Lê Thu Hà", _CLERK, 0, half="morning"),
        OfficerPlan("Nguyễn Minh Khôi", _CLERK, 0, half="afternoon"),
        OfficerPlan("Trần Ngọc Diệp", _CLERK, 1, half="morning"),
        OfficerPlan("Phạm Quốc Thái", _CLERK, 1, half="afternoon"),
        OfficerPlan("Võ Thị Kim Sen", _WELFARE, 2),
        OfficerPlan("Đặng Hữu Lộc", _LAND, 3),
        OfficerPlan("Huỳnh Gia Bảo", _POLICE, 4, weekdays="135"),
        OfficerPlan("Bùi Thị Thanh Mai", _POLICE, 4, weekdays="24"),
    ),
    dossiers=1300,
    ratings=1720,
    satisfied=0.95,
    late=0.006,
    online=0.74,
    posted=45,
    paper_only=(0, 3, 1, 0),
)
LONG_BINH = CommunePlan(
    code="31473",
    letters="LB",
    desks=(
        DeskPlan("Quầy 1: Hộ tịch, chứng thực", REGISTRY + CERTIFICATION),
        DeskPlan("Quầy 2: Các lĩnh vực khác", WELFARE + BUILDING + RESIDENCE),
    ),
    officers=(
        OfficerPlan("Nguyễn Thị Bích Trâm", _DESK, 0, half="morning"),
        OfficerPlan("Cao Văn Phúc", _DESK, 0, half="afternoon"),
        OfficerPlan("Đoàn Thị Mỹ Linh", _DESK, 1),
    ),
    dossiers=430,
    ratings=470,
    satisfied=0.968,
    late=0.003,
    online=0.78,
    posted=45,
    paper_only=(0, 0, 0, 0),
)
LUONG_TAM = CommunePlan(
    code="31492",
    letters="LT",
    desks=(
        DeskPlan("Quầy 1: Hộ tịch, chứng thực", REGISTRY + CERTIFICATION),
        DeskPlan("Quầy 2: Các lĩnh vực khác", WELFARE + BUILDING + RESIDENCE),
    ),
    officers=(
        OfficerPlan("Thạch Văn Hiếu", _DESK, 0),
        OfficerPlan("Lâm Thị Hồng Nhung", _DESK, 1),
    ),
    dossiers=400,
    ratings=430,
    satisfied=0.925,
    late=0.03,
    online=0.58,
    posted=41,
    paper_only=None,
)
VINH_VIEN = CommunePlan(
    code="31489",
    letters="VV",
    desks=(
        DeskPlan(
            "Quầy một cửa",
            REGISTRY + CERTIFICATION + WELFARE + BUILDING + RESIDENCE,
        ),
    ),
    officers=(
        OfficerPlan("Trương Thị Cẩm Tú", _DESK, 0, half="morning"),
        OfficerPlan("Ngô Hoàng Nam", _DESK, 0, half="afternoon"),
    ),
    dossiers=370,
    ratings=380,
    satisfied=0.942,
    late=0.015,
    online=None,
    posted=43,
    paper_only=(2, 6, 4, 3),
)
COMMUNES = (LONG_MY, LONG_BINH, LUONG_TAM, VINH_VIEN)


@dataclass(frozen=True)
class StaffPlan:
    """A sample account: role, the unit it holds over, and the officer it belongs to."""

    name: str
    full_name: str
    role: str
    unit: str
    officer: str | None = None


STAFF = (
    StaffPlan("mau.canbo1", "Lê Thu Hà", "officer", "MAU-31471", "MAU-LM-01"),
    StaffPlan("mau.canbo2", "Võ Thị Kim Sen", "officer", "MAU-31471", "MAU-LM-05"),
    StaffPlan("mau.giamdoc", "Hồ Thanh Bình", "head", "MAU-31471"),
    StaffPlan("mau.giamdoc2", "Nguyễn Thị Bích Trâm", "head", "MAU-31473", "MAU-LB-01"),
    StaffPlan("mau.giamdoc3", "Thạch Văn Hiếu", "head", "MAU-31492", "MAU-LT-01"),
    StaffPlan("mau.giamdoc4", "Trương Thị Cẩm Tú", "head", "MAU-31489", "MAU-VV-01"),
    StaffPlan("mau.giamsat", "Phan Thị Ngọc Hân", "reviewer", "MAU-92"),
    StaffPlan("mau.noivu", "Võ Thanh Tùng", "organiser", "MAU-92"),
    # They make their keys themselves: until then no confidential report can be sent.
    StaffPlan("mau.thanhtra1", "Lâm Quốc Việt", "inspector", "MAU-31471"),
    StaffPlan("mau.thanhtra2", "Đinh Thị Thu Nguyệt", "inspector", "MAU-92"),
)
# Who answers the complaints of a commune.
HANDLERS: Mapping[str, tuple[str, ...]] = {
    "31471": ("mau.canbo1", "mau.canbo2", "mau.giamdoc"),
    "31473": ("mau.giamdoc2",),
    "31492": ("mau.giamdoc3",),
    "31489": ("mau.giamdoc4",),
}
