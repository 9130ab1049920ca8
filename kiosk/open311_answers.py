"""What is answered over Open311: services, cases as everybody may read them, where one stands."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from shared.adapters.open311 import Value
from shared.domain.complaint import Kind, State
from shared.services.open311 import KINDS, Offered, Sent
from shared.services.published_cases import PublicCase

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
CHANGED = "2026-11-22T00:00:00+07:00"  # of what is answered here, not of the data
PROCEDURE, CONSENT = "procedure", "consent"
Answer = dict[str, Value]
NAMES: Mapping[str, LazyString] = {
    Kind.REPORT: lazy_gettext("phản ánh"),
    Kind.PETITION: lazy_gettext("kiến nghị"),
    Kind.SUGGESTION: lazy_gettext("góp ý"),
    Kind.PRAISE: lazy_gettext("lời khen"),
    Kind.EXPLANATION: lazy_gettext("yêu cầu giải trình"),
}
HINTS: Mapping[str, LazyString] = {
    Kind.REPORT: lazy_gettext("Việc chưa đúng, chưa tốt đã gặp"),
    Kind.PETITION: lazy_gettext("Đề nghị cơ quan làm hoặc thay đổi một việc"),
    Kind.SUGGESTION: lazy_gettext("Cách làm cho tốt hơn"),
    Kind.PRAISE: lazy_gettext("Điều làm Ông/Bà hài lòng"),
}
# Where a case stands, in the words its sender reads; other states are those of an open case.
STANDS: Mapping[str, LazyString] = {
    State.ANSWERED: lazy_gettext("Đã có trả lời"),
    State.CONFIRMED: lazy_gettext("Đã có trả lời"),
    State.CLOSED: lazy_gettext("Đã kết thúc"),
    State.REFUSED: lazy_gettext("Không tiếp nhận để xử lý"),
    State.TRANSFERRED: lazy_gettext("Đã chuyển đến cơ quan khác"),
    State.WITHDRAWN: lazy_gettext("Đã rút"),
    State.RECEIVED: lazy_gettext("Đã nhận, đang chờ xử lý"),
    State.APPEALED: lazy_gettext("Đã gửi lên cấp trên, đang chờ xử lý"),
}


def discovery(address: str, contact: str, *, sample: bool) -> Answer:
    """Say what is served here, and where; `address` is that of version 2."""
    return {
        "changeset": CHANGED,
        "contact": contact,
        "key_service": _("Người quản trị của cơ quan cấp khoá cho từng hệ thống."),
        "endpoints": [
            {
                "specification": SPECIFICATION,
                "url": address,
                "changeset": CHANGED,
                "type": "test" if sample else "production",
                "formats": ["text/xml", "application/json"],
            }
        ],
    }


def services() -> list[Value]:
    """List the kinds of cases that can be sent."""
    return [
        {
            "service_code": str(kind),
            "service_name": _name(kind),
            "description": str(HINTS[kind]),
            "metadata": True,
            "type": "realtime",
            "keywords": "",
            "group": _("Phản ánh, kiến nghị"),
        }
        for kind in KINDS
    ]


def definition(code: str, offered: Iterable[Offered]) -> Answer:
    """Say what more can be told of a kind: the procedure it is about, and consent."""
    procedures: Sequence[Value] = [
        {"key": one.code, "name": f"{one.field}: {one.name}" if one.field else one.name}
        for one in offered
    ]
    about = _attribute(1, PROCEDURE, _("Thủ tục"), procedures)
    agreed: list[Value] = [{"key": "yes", "name": _("Đồng ý")}]
    words = _("Người gửi đồng ý để cơ quan liên hệ; cần có khi gửi kèm tên hoặc số điện thoại.")
    consent = _attribute(2, CONSENT, words, agreed)
    return {"service_code": code, "attributes": [about, consent]}


def _attribute(order: int, code: str, words: str, values: Sequence[Value]) -> Answer:
    return {
        "variable": True,
        "code": code,
        "datatype": "singlevaluelist",
        "required": False,
        "datatype_description": "",
        "order": order,
        "description": words,
        "values": values,
    }


def published(case: PublicCase) -> Answer:
    """Give a case as its public page shows it: days, not times, and those only where it does."""
    zone, told = ZoneInfo(case.zone), not case.whole_months
    return {
        "service_request_id": case.reference,
        "status": "closed",
        "status_notes": case.answer,
        "service_name": _name(case.kind),
        "service_code": case.kind,
        "description": case.question,
        "agency_responsible": case.unit,
        "service_notice": "",
        "requested_datetime": _day(case.received_on, zone) if told else "",
        "updated_datetime": _day(case.answered_on, zone) if told else "",
        "expected_datetime": _end_of(case.due_on, zone),
        **_NOWHERE,
    }


def own(sent: Sent) -> Answer:
    """Give where a case stands to the system that sent it; its words stay here."""
    zone = ZoneInfo(sent.zone)
    return {
        "service_request_id": sent.reference,
        "status": "open" if sent.is_open else "closed",
        "status_notes": str(STANDS.get(sent.state, _("Đang xử lý"))),
        "service_name": _name(sent.kind),
        "service_code": sent.kind,
        "description": "",
        "agency_responsible": sent.unit,
        "service_notice": "",
        "requested_datetime": _moment(sent.received_at, zone),
        "updated_datetime": _moment(sent.answered_at or sent.received_at, zone),
        "expected_datetime": _moment(sent.due_at, zone),
        **_NOWHERE,
    }


def taken(sent: Sent, address: str) -> Answer:
    """Tell what was made of a sending; `address` is where the resident follows the case."""
    digits = sent.code.digits if sent.code is not None else ""
    notice = _(
        "Mã theo dõi của người dân: %(digits)s, %(address)s.", digits=digits, address=address
    )
    if sent.due_at is not None:
        due = sent.due_at.astimezone(ZoneInfo(sent.zone))
        notice += " " + _("Hạn trả lời: %(on)s.", on=f"{due:%d/%m/%Y}")
    return {
        "service_request_id": sent.reference,
        "service_notice": notice,
        "account_id": "",
    }


# Cases here happen in an office, and what comes with one is shown to nobody.
_NOWHERE: Mapping[str, Value] = dict.fromkeys(
    ("address", "address_id", "zipcode", "lat", "long", "media_url"), ""
)


def _name(kind: str) -> str:
    words = str(NAMES.get(kind, kind))
    return words[:1].upper() + words[1:]


def _moment(at: datetime | None, zone: ZoneInfo) -> str:
    """Write an instant with the organisation's offset, to the second."""
    return "" if at is None else at.astimezone(zone).isoformat(timespec="seconds")


def _day(on: date, zone: ZoneInfo) -> str:
    return datetime.combine(on, time(), zone).isoformat()


def _end_of(on: date | None, zone: ZoneInfo) -> str:
    """Write the end of a due day: it is on time until midnight (Civil Code 2015, article 148)."""
    return "" if on is None else datetime.combine(on, time(23, 59, 59), zone).isoformat()


def as_utc(at: datetime) -> datetime:
    """Give an instant in UTC; one without an offset is taken for it."""
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
