"""What a new or changed shift may not do: put one officer, or one desk, into two shifts at once."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from shared.domain.entry import WEEKDAYS
from shared.domain.errors import N_, Invalid, RuleBroken, Translatable
from shared.domain.organisation import DutyShift, is_cut_from, overlap, stands_in
from shared.models.organisation import Desk, Officer, Shift

DAY = "%d/%m/%Y"
_COLUMNS = (
    Shift.desk_id,
    Desk.name,
    Officer.name,
    Shift.officer_id,
    Officer.code,
    Shift.weekdays,
    Shift.starts,
    Shift.ends,
    Shift.valid_from,
    Shift.valid_to,
)


@dataclass(frozen=True)
class _Other:
    """Another shift: where, of whom by name, and when."""

    desk_id: int
    desk: str
    officer: str
    duty: DutyShift


def check(
    session: Session, desk: Desk, officer: Officer, planned: Shift, known: Shift | None
) -> None:
    """Let a shift pass that leaves no doubt who is on duty, neither here nor at another desk.

    Raises Invalid that names the other shift and says what to do. A stand-in passes: within the
    period of another shift of the desk, begun later and with a last day. `known` is the shift
    that is changed; to shorten it or to leave it as it is always passes, so that shifts that
    overlap since long ago can be put right one after the other.
    """
    duty = _duty(planned)
    if known is not None and known.desk_id == desk.id and is_cut_from(duty, _duty(known)):
        return
    _check_open((desk, officer), planned.valid_to)
    for other in _others(session, planned, known):
        if overlap(duty, other.duty):
            _check_pair(desk, duty, other)


def _check_open(rows: tuple[Desk, Officer], last: date | None) -> None:
    """Let a shift pass that ends with its desk and its officer at the latest."""
    for row in rows:
        if row.valid_to is not None and (last is None or last > row.valid_to):
            raise Invalid(
                "beyond_end",
                N_(
                    "%(name)s chỉ đến hết ngày %(last)s. Xin ghi ngày cuối của ca không sau"
                    " ngày ấy, hoặc bỏ ngày kết thúc ở mục Cán bộ hay Quầy trước."
                ),
                field="valid_to",
                name=row.name,
                last=row.valid_to.strftime(DAY),
            )


def _others(session: Session, planned: Shift, known: Shift | None) -> list[_Other]:
    """List the other shifts of the desk or the officer that are in force on a day of this one."""
    query = (
        select(*_COLUMNS)
        .join(Desk, Shift.desk_id == Desk.id)
        .join(Officer, Shift.officer_id == Officer.id)
        .where(
            or_(Shift.desk_id == planned.desk_id, Shift.officer_id == planned.officer_id),
            Shift.valid_from <= (planned.valid_to or date.max),
            or_(Shift.valid_to.is_(None), Shift.valid_to >= planned.valid_from),
        )
        .order_by(Shift.valid_from, Shift.starts, Shift.id)
    )
    if known is not None:
        query = query.where(Shift.id != known.id)
    rows = session.execute(query)
    return [
        _Other(desk_id, desk, officer, DutyShift(*duty)) for desk_id, desk, officer, *duty in rows
    ]


def _duty(shift: Shift) -> DutyShift:
    code = ""  # nobody asks for it here
    hours = (shift.weekdays, shift.starts, shift.ends)
    return DutyShift(shift.officer_id, code, *hours, shift.valid_from, shift.valid_to)


def _check_pair(desk: Desk, planned: DutyShift, other: _Other) -> None:
    """Refuse two shifts that share moments, but for a stand-in."""
    quoted, same_officer = _in_words(other), other.duty.officer_id == planned.officer_id
    if same_officer and other.desk_id != desk.id:
        raise Invalid(
            "officer_elsewhere",
            N_(
                "%(other)s Một người không thể ngồi hai quầy cùng lúc: xin chọn cán bộ khác,"
                " hoặc đổi giờ hay ngày của một trong hai ca."
            ),
            field="officer",
            other=quoted,
        )
    if same_officer:
        raise Invalid(
            "shift_twice",
            N_(
                "%(other)s Hai ca của một người ở cùng một quầy không được trùng giờ: xin sửa"
                " ca ấy, hoặc đóng ca ấy trước ngày ca này bắt đầu."
            ),
            field="officer",
            other=quoted,
        )
    if not (stands_in(planned, other.duty) or stands_in(other.duty, planned)):
        raise Invalid(
            "desk_taken",
            N_(
                "%(other)s Mỗi lúc một quầy chỉ có một người trực: xin đổi giờ, hoặc đóng ca ấy"
                " trước ngày ca này bắt đầu. Nếu chỉ trực thay ít ngày: ca này cần bắt đầu sau"
                " ngày đầu của ca ấy và có ngày cuối."
            ),
            field="desk",
            other=quoted,
        )


def _in_words(other: _Other) -> RuleBroken:
    """Name a shift: who, where, weekdays, hours and days."""
    shift = other.duty
    params = {
        "officer": other.officer,
        "desk": other.desk,
        "weekdays": Translatable(WEEKDAYS[int(figure) - 1] for figure in shift.weekdays),
        "starts": f"{shift.starts:%H:%M}",
        "ends": f"{shift.ends:%H:%M}",
        "first": shift.valid_from.strftime(DAY),
    }
    if shift.valid_to is None:
        message = N_(
            "%(officer)s đã có ca ở %(desk)s (%(weekdays)s, %(starts)s–%(ends)s, từ %(first)s)."
        )
        return RuleBroken("shift", message, **params)
    message = N_(
        "%(officer)s đã có ca ở %(desk)s (%(weekdays)s, %(starts)s–%(ends)s,"
        " từ %(first)s đến hết %(last)s)."
    )
    return RuleBroken("shift", message, **params, last=shift.valid_to.strftime(DAY))
