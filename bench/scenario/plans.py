"""The districts of the scenario: invented units and people, and how each goes about its work."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum, auto

from shared.domain.search import fold


class Quirk(Enum):
    """What sets a unit apart, so that every rule of a standing has somebody it applies to."""

    HIDES = auto()  # hands one figure in for nobody to see: it is missing and earns nothing
    UNCONFIRMED = auto()  # a figure is handed in, and nobody confirms it
    VETOED = auto()  # what tolerates no case has one
    JOINS_LATE = auto()
    NOBODY_WRITES = auto()  # no report, no request for an explanation: exempt
    SCREEN_OFF = auto()  # residents come, and nobody can rate
    REPORTS_LATE = auto()


@dataclass(frozen=True)
class Manner:
    """How a unit works; fractions, and counts by month of a unit of ordinary size."""

    satisfied: float = 0.955
    premises: float = 0.93
    one_visit: float = 0.96
    late: float = 0.008
    supplemented: float = 0.02
    online: float = 0.74
    answered_late: float = 0.04
    posted: float = 1.0
    done: float = 1.0  # of what is planned
    initiatives: int = 2
    size: float = 1.0


GOOD = Manner()
BEST = Manner(0.978, 0.97, 0.985, 0.0, 0.004, 0.86, 0.0, 1.0, 1.0, 4, 0.9)
PLAIN = Manner(0.935, 0.9, 0.94, 0.015, 0.03, 0.68, 0.08, 0.96, 0.95, 1)
SLOW = Manner(0.91, 0.9, 0.92, 0.09, 0.05, 0.6, 0.2, 0.94, 0.9, 1, 1.2)
COLD = Manner(0.84, 0.82, 0.9, 0.02, 0.03, 0.7, 0.1, 0.9, 0.9, 0)
SMALL = replace(GOOD, size=0.35, online=0.66)
OFFICE = replace(GOOD, size=0.5, premises=0.95)


@dataclass(frozen=True)
class UnitPlan:
    """A unit below the district."""

    letters: str
    name: str
    manner: Manner = GOOD
    level: str = "commune"
    quirk: Quirk | None = None
    partner: bool = False  # a post office with a service point stands below it


@dataclass(frozen=True)
class District:
    """A district as a campaign found it."""

    key: str  # of the template
    letters: str
    name: str
    town: str
    superior: str
    founded_on: date  # from when on there is data
    units: tuple[UnitPlan, ...]
    report_number: str
    kind: str = "huyện"
    document: str | None = None  # where that of the template leaves a number open
    signed_by_committee: bool = False  # who gives certificates, as the law has it
    heads_compete: bool = False
    children: tuple[str, ...] = ()  # letters of units that start a campaign of their own
    ratings: int = 90  # a month and unit of ordinary size
    dossiers: int = 80
    cases: int = 3  # reports and petitions


def _units(
    *plans: UnitPlan, quirks: Mapping[str, Quirk], partners: tuple[str, ...] = ()
) -> tuple[UnitPlan, ...]:
    """Give units their quirks and post offices by letters."""
    return tuple(
        replace(one, quirk=quirks.get(one.letters), partner=one.letters in partners)
        for one in plans
    )


def _communes(*names: str) -> tuple[UnitPlan, ...]:
    """Give communes of all manners by their names."""
    manners = (GOOD, BEST, PLAIN, SLOW, GOOD, COLD, SMALL, PLAIN, GOOD)
    return tuple(
        UnitPlan(_initials(name), name, manner)
        for name, manner in zip(names, manners, strict=False)
    )


def _initials(name: str) -> str:
    return "".join(fold(word)[0] for word in name.split()).upper()


THACH_THAT = District(
    key="thach_that",
    letters="TT",
    name="Huyện Thạch Thất (mẫu)",
    town="Thạch Thất",
    superior="UBND THÀNH PHỐ (MẪU)",
    founded_on=date(2021, 1, 1),
    units=_units(
        *_communes("Xã Đồi Chè", "Xã Hồ Gươm Nhỏ", "Xã Lũy Tre", "Xã Giếng Làng", "Xã Cầu Ngói"),
        UnitPlan("XBD", "Xã Bến Đò", COLD),
        UnitPlan("PTN", "Phòng Tài nguyên và Môi trường (mẫu)", OFFICE, "department"),
        UnitPlan("PLD", "Phòng Lao động (mẫu)", OFFICE, "department"),
        quirks={
            "XLT": Quirk.HIDES,
            "XCN": Quirk.JOINS_LATE,
            "XBD": Quirk.UNCONFIRMED,
            "PLD": Quirk.SCREEN_OFF,
        },
    ),
    report_number="87/BC-PNV",
    heads_compete=True,
)
DISTRICT = District(
    key="district_2022",
    letters="HM",
    name="Huyện Mẫu",
    town="Huyện Mẫu",
    superior="UBND TỈNH (MẪU)",
    founded_on=date(2021, 1, 1),
    units=_units(
        *_communes(
            "Thị trấn Hoa Ban",
            "Xã Suối Trong",
            "Xã Rừng Thông",
            "Xã Đèo Gió",
            "Xã Bản Mới",
            "Xã Nà Đồng",
        ),
        UnitPlan("XPS", "Xã Phiêng Sáng", SMALL),
        UnitPlan("XKL", "Xã Khe Lạnh", PLAIN),
        quirks={
            "XRT": Quirk.HIDES,
            "XND": Quirk.VETOED,
            "XPS": Quirk.NOBODY_WRITES,
            "XKL": Quirk.UNCONFIRMED,
        },
        partners=("TTHB", "XST", "XDG"),
    ),
    report_number="112/BC-PNV",
    dossiers=60,
    ratings=70,
)
LONG_MY = District(
    key="long_my",
    letters="LM",
    name="Thị xã Long Mỹ (mẫu)",
    town="Long Mỹ",
    superior="UBND TỈNH (MẪU)",
    founded_on=date(2023, 1, 1),
    units=_units(
        *_communes(
            "Phường Bông Súng",
            "Phường Trà Mơ",
            "Phường Vàm Nhỏ",
            "Xã Kinh Xáng",
            "Xã Lung Sen",
            "Xã Cỏ Lau",
            "Xã Rạch Dừa",
        ),
        UnitPlan("XBL", "Xã Bàu Lớn", PLAIN),
        quirks={
            "PVN": Quirk.UNCONFIRMED,
            "XLS": Quirk.JOINS_LATE,
            "XCL": Quirk.HIDES,
            "XRD": Quirk.NOBODY_WRITES,
        },
    ),
    report_number="134/BC-PNV",
    kind="thị xã",
    document="phong trào thi đua do UBND thị xã Long Mỹ phát động ngày 30/3/2023",
)
NUI_THANH = District(
    key="nui_thanh",
    letters="NT",
    name="Huyện Núi Thành (mẫu)",
    town="Núi Thành",
    superior="UBND TỈNH (MẪU)",
    founded_on=date(2023, 8, 1),
    units=_units(
        *_communes(
            "Thị trấn Hải Âu",
            "Xã Cát Vàng",
            "Xã Sóng Biển",
            "Xã Đảo Yến",
            "Xã Làng Chài",
            "Xã Gió Nồm",
            "Xã Đồng Muối",
        ),
        UnitPlan("XBN", "Xã Bến Neo", PLAIN),
        UnitPlan("PTP", "Phòng Tư pháp (mẫu)", OFFICE, "department"),
        quirks={
            "XSB": Quirk.HIDES,
            "XDY": Quirk.VETOED,
            "XDM": Quirk.NOBODY_WRITES,
            "XBN": Quirk.JOINS_LATE,
            "PTP": Quirk.SCREEN_OFF,
        },
    ),
    report_number="312/BC-UBND",
    document="Kế hoạch mẫu số 01/KH-UBND của UBND huyện Núi Thành",
    signed_by_committee=True,
)
BAC_TRA_MY = District(
    key="bac_tra_my",
    letters="BM",
    name="Huyện Bắc Trà My (mẫu)",
    town="Bắc Trà My",
    superior="UBND TỈNH (MẪU)",
    founded_on=date(2024, 1, 1),
    units=_units(
        *_communes(
            "Thị trấn Quế Thơm",
            "Xã Nước Trong",
            "Xã Trà Xanh",
            "Xã Đèo Sương",
            "Xã Núi Ngọc",
            "Xã Suối Nguồn",
            "Xã Làng Quế",
        ),
        UnitPlan("PNN", "Phòng Nông nghiệp (mẫu)", OFFICE, "department"),
        UnitPlan("PKT", "Phòng Kinh tế và Hạ tầng (mẫu)", PLAIN, "department"),
        quirks={
            "XTX": Quirk.REPORTS_LATE,
            "XSN": Quirk.HIDES,
            "XLQ": Quirk.NOBODY_WRITES,
            "PKT": Quirk.JOINS_LATE,
        },
    ),
    report_number="151/BC-PNV",
    heads_compete=True,
    children=("TTQT", "XNT", "XDS", "XSN", "PNN"),
)
# In the order of their first days.
DISTRICTS = (THACH_THAT, DISTRICT, LONG_MY, NUI_THANH, BAC_TRA_MY)

FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ")
MIDDLE = ("Thị", "Văn", "Thanh", "Minh", "Thu", "Quốc", "Ngọc", "Hữu", "Kim", "Đức", "Hồng", "Gia")
GIVEN = (
    "An",
    "Bình",
    "Chi",
    "Dũng",
    "Giang",
    "Hà",
    "Hòa",
    "Khánh",
    "Lan",
    "Linh",
    "Mai",
    "Nam",
    "Nga",
    "Phúc",
    "Quân",
    "Sơn",
    "Tâm",
    "Thảo",
    "Tuấn",
    "Uyên",
    "Việt",
    "Xuân",
    "Yến",
    "Đạt",
)
