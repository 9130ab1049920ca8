"""Quản trị: QR codes to print."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from admin.auth import actor
from admin.views.organisation import frame, setup
from shared.adapters import qr
from shared.domain.access import Permission
from shared.domain.errors import N_, NotFound
from shared.services import desks, invitations, jobs, officers, procedures, units
from shared.services.invitations import Invited, Target
from shared.services.registers import Entry, Setup
from shared.web import current
from shared.web.numbers import whole

routes = Blueprint("channels", __name__)
MOST_CODES = 200
TARGETS = (Target.DESK, Target.OFFICER, Target.PROCEDURE)
EVERY = "all"  # in place of a key: all that a unit has of a kind
# The five scores in words, lowest first, as sheets and posters print them.
FACES = (
    N_("Rất không hài lòng"),
    N_("Không hài lòng"),
    N_("Bình thường"),
    N_("Hài lòng"),
    N_("Rất hài lòng"),
)


@dataclass(frozen=True)
class Code:
    """A printed code: what it stands for, and the address a phone opens."""

    token: str
    target: Target
    title: str
    more: str
    address: str


@routes.get("/codes")
def codes() -> str:
    """Choose what to print codes for, unit by unit."""
    known = setup()
    return _to_choose(known, *_unit(known), {})


@routes.get("/codes/sheet")
def sheet() -> str | tuple[str, int]:
    """Lay the chosen codes out for printing; a code is made when it is first asked for.

    A sheet holds so many codes; `start` in the address tells how many stand on sheets before it.
    """
    known = setup()
    units_of, unit_id = _unit(known)
    wanted = _wanted(known, unit_id)
    start = max(request.args.get("start", 0, type=whole), 0)
    part = wanted[start : start + MOST_CODES]
    if not part and any(map(request.args.getlist, TARGETS)):
        raise NotFound
    if not part:
        problem = _("Hãy chọn ít nhất một quầy, cán bộ hoặc thủ tục rồi mở lại trang in.")
        return _to_choose(known, units_of, unit_id, {"chosen": problem}), 422
    after = start + len(part)
    return render_template(
        "channels/sheet.html",
        codes=[_code(unit_id, target, entry) for target, entry in part],
        faces=[_(label) for label in FACES],
        layout="sticker" if request.args.get("layout") == "sticker" else "poster",
        unit_name=units_of[unit_id],
        unit_id=unit_id,
        start=start,
        total=len(wanted),
        following=_following(after) if after < len(wanted) else "",
        following_count=min(len(wanted) - after, MOST_CODES),
        loopback=current.settings().public_url_is_loopback,
        public_url=current.settings().public_url,
        **frame(known),
    )


def _to_choose(
    known: Setup, units_of: Mapping[int, str], unit_id: int, problems: Mapping[str, str]
) -> str:
    return render_template(
        "channels/codes.html",
        units=units_of,
        unit_id=unit_id,
        groups=_choices(known, unit_id),
        every=EVERY,
        chosen=request.args,
        problems=problems,
        loopback=current.settings().public_url_is_loopback,
        public_url=current.settings().public_url,
        **frame(known),
    )


def _wanted(known: Setup, unit_id: int) -> list[tuple[Target, Entry]]:
    """List what is ticked, in the order of the page; one word stands for all of a kind."""
    return [
        (target, entry)
        for target, entries in _choices(known, unit_id).items()
        for ticked in [request.args.getlist(target)]
        for entry in entries
        if EVERY in ticked or str(entry.key) in ticked
    ]


def _following(start: int) -> str:
    """Give the address of the sheet of the same choice that begins after so many codes."""
    asked = [pair for pair in request.args.items(multi=True) if pair[0] != "start"]
    return f"{url_for('admin.channels.sheet')}?{urlencode([*asked, ('start', str(start))])}"


@routes.get("/codes/<token>.svg")
def svg(token: str) -> Response:
    """Draw a printed code, sharp at any size."""
    return Response(qr.svg_file(_address(_within_reach(token).token)), mimetype="image/svg+xml")


@routes.get("/codes/<token>.pdf")
def pdf(token: str) -> Response:
    """Draw a printed code as a one-page PDF for a printing house."""
    code = _within_reach(token)
    response = Response(qr.pdf(_address(code.token)), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="ma-qr-{code.code}.pdf"'
    return response


@routes.post("/codes/<token>/poster")
def poster(token: str) -> AnyResponse:
    """Ask for a PNG with the emblem in the middle; Pillow loads in the job process only."""
    code = _within_reach(token)
    return _drawn("poster", {"address": _address(code.token), "code": code.code})


@routes.post("/codes/<token>/poster.pdf")
def poster_pdf(token: str) -> AnyResponse:
    """Ask for the poster on A4 as a file, sharp in print."""
    code = _within_reach(token)
    address = _address(token)
    officer = f"{code.officer.name} · {code.officer.post}" if code.officer else ""
    words = {
        "office": code.unit_name,
        "headline": _("Mời Ông/Bà đánh giá phục vụ"),
        "place": code.desk_name or code.procedure_name or officer.rstrip(" ·"),
        "faces": [_(label) for label in FACES],
        "steps": [
            _("Mở máy ảnh điện thoại, quét mã"),
            _("Chọn một khuôn mặt, nói thêm nếu muốn"),
            _("Cần trả lời? Giữ mã để theo dõi"),
        ],
        "private": _("Ẩn danh. Cán bộ không xem được ai đã đánh giá."),
        "typed": f"{_('Không quét được? Gõ')} {address.partition('://')[2]}",
        "sample": _("Dữ liệu mẫu: tên và số liệu là ví dụ.") if code.sample else "",
    }
    return _drawn("poster_a4", {"address": address, "code": code.code, "words": words})


def _drawn(kind: str, arguments: Mapping[str, object]) -> AnyResponse:
    asked = jobs.request(current.session(), kind, arguments, actor().account_id, current.now())
    return redirect(url_for("admin.jobs.job", job_id=asked.id))


def _unit(known: Setup) -> tuple[dict[int, str], int]:
    """Give the units to choose from and the chosen one, 0 when there is none."""
    choices = dict(units.ids(current.session(), known))
    asked = request.args.get("unit", type=whole)
    if asked in choices:
        return choices, asked
    serving = {entry.cells["unit"] for entry in desks.entries(current.session(), known)}
    codes_of = {entry.key: entry.cells["code"] for entry in units.entries(current.session(), known)}
    with_desks = (key for key in choices if codes_of[key] in serving)
    return choices, next(with_desks, next(iter(choices), 0))


def _choices(known: Setup, unit_id: int) -> dict[Target, list[Entry]]:
    """List what a unit can have codes for."""
    session = current.session()
    code = next(
        (entry.cells["code"] for entry in units.entries(session, known) if entry.key == unit_id), ""
    )
    offered = {
        Target.DESK: [e for e in desks.entries(session, known) if e.cells["unit"] == code],
        Target.OFFICER: [e for e in officers.entries(session, known) if e.cells["unit"] == code],
        Target.PROCEDURE: procedures.entries(session, known) if code else [],
    }
    return {
        target: [entry for entry in entries if not entry.closed]
        for target, entries in offered.items()
    }


def _code(unit_id: int, target: Target, entry: Entry) -> Code:
    token = invitations.printed(current.session(), unit_id, target, entry.key, current.now())
    more = {Target.OFFICER: "post", Target.PROCEDURE: "code"}.get(target, "")
    return Code(token, target, entry.title, entry.cells.get(more, ""), _address(token))


def _address(token: str) -> str:
    return current.settings().invitation_url(token)


def _within_reach(token: str) -> Invited:
    """Give what is known of a printed code of a unit within reach; else NotFound."""
    known = invitations.look_up(current.session(), token, current.now())
    if known.target not in TARGETS or known.unit_id not in actor().units(Permission.CHANNELS):
        raise NotFound
    return known
