"""Quản trị: kiosks paired, watched, moved and revoked."""

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from admin.auth import actor
from admin.views.organisation import frame, setup
from shared.domain.access import Permission
from shared.domain.entry import text
from shared.domain.errors import N_, Invalid, NotFound, RuleBroken
from shared.domain.faults import Faults
from shared.domain.pages import page_within, pages_of
from shared.domain.panel import read_panel
from shared.domain.search import fold
from shared.services import channels, kiosk_health, pairings, placements, staff_pins
from shared.services.kiosk_health import Health
from shared.web import current
from shared.web.numbers import whole
from shared.web.refusals import problems_of

routes = Blueprint("kiosks", __name__)
Page = str | tuple[str, int] | AnyResponse
PAGE = 50
STATES = ("alarm", "used", "revoked")


@routes.get("/kiosks")
def kiosks() -> str:
    """List the kiosks, how they fare, and offer to pair another by the code it shows."""
    return _kiosks({}, {"code": request.args.get("code", ""), "desk": request.args.get("desk", "")})


@routes.post("/kiosks")
def pair() -> Page:
    """Let the device that shows the code be a desk's kiosk; one known before is asked about."""
    code = request.form.get("code", "")
    try:
        with Faults() as faults:
            desk = faults.read(_desk)
            name = faults.read(text, request.form, "name", required=False)
            panel = faults.read(read_panel, request.form.get("panel", ""))
        pairing = pairings.find_open(current.session(), code, current.now())
        previous = pairings.previous_of(current.session(), pairing, _reach())
        if previous is not None and request.form.get("goes_on") != previous.code:
            return _kiosks({}, request.form)
        pairings.approve(current.session(), code, desk, name, _reach(), current.now(), panel)
    except RuleBroken as refusal:
        problems = {name or "code": words for name, words in problems_of(refusal).items()}
        return _kiosks(problems, request.form), 422
    return redirect(url_for("admin.kiosks.kiosks", paired=1))


def _desk() -> int:
    desk = request.form.get("desk", type=whole)
    if desk is None:
        raise Invalid("missing", N_("Xin chọn quầy."), field="desk")
    return desk


@routes.get("/kiosks/<int:kiosk_id>")
def kiosk(kiosk_id: int) -> str:
    """Show one kiosk: what it last said, what is missing of it, where it stood."""
    return _kiosk(kiosk_id, {}, {})


@routes.post("/kiosks/<int:kiosk_id>/panel")
def resize(kiosk_id: int) -> Page:
    """Note how large the kiosk's panel is, so that targets are 24 mm there."""
    channels.within(current.session(), kiosk_id, _reach())
    try:
        inches = read_panel(request.form.get("panel", ""))
    except Invalid as refusal:
        return _kiosk(kiosk_id, problems_of(refusal), request.form), 422
    channels.resize(current.session(), kiosk_id, inches, _reach())
    return redirect(url_for("admin.kiosks.kiosk", kiosk_id=kiosk_id, resized=1))


def _kiosk(kiosk_id: int, problems: dict[str, str], typed: Mapping[str, str]) -> str:
    fares = _fares(kiosk_id)
    return render_template(
        "kiosks/kiosk.html",
        fares=fares,
        pin=staff_pins.pin(current.session(), kiosk_id, current.settings().secret_key),
        stood=placements.history(current.session(), kiosk_id),
        desks=[
            (desk, unit)
            for desk, unit in channels.open_desks(current.session(), _reach(), current.now())
            if unit.organisation_id == fares.unit.organisation_id
        ],
        now=current.now(),
        problems=problems,
        typed=typed,
        **frame(setup()),
    )


@routes.post("/kiosks/<int:kiosk_id>/move")
def move(kiosk_id: int) -> AnyResponse:
    """Let a kiosk stand at another desk; nobody need touch the device."""
    desk = request.form.get("desk", type=whole)
    channels.within(current.session(), kiosk_id, _reach())
    if desk is None:
        raise Invalid("missing", N_("Xin chọn quầy."), field="desk")
    channels.move(current.session(), kiosk_id, desk, _reach(), current.now())
    return redirect(url_for("admin.kiosks.kiosk", kiosk_id=kiosk_id, moved=1))


@routes.post("/kiosks/<int:kiosk_id>/revoke")
def revoke(kiosk_id: int) -> AnyResponse:
    """End a kiosk's right to send; what it still holds stays on the device."""
    channels.revoke(current.session(), kiosk_id, _reach(), current.now())
    return redirect(url_for("admin.kiosks.kiosks", revoked=1))


def _reach() -> frozenset[int]:
    return actor().units(Permission.CHANNELS)


def _fares(kiosk_id: int) -> Health:
    """Tell how one kiosk fares; NotFound when it is out of reach."""
    found = kiosk_health.health(current.session(), _reach(), current.now())
    for one in found:
        if one.kiosk.id == kiosk_id:
            return one
    raise NotFound


def _kiosks(problems: dict[str, str], typed: Mapping[str, str]) -> str:
    known = kiosk_health.health(current.session(), _reach(), current.now())
    filters = _filters()
    chosen = [one for one in known if _matches(one, filters)]
    chosen.sort(key=lambda one: (one.kiosk.revoked_at is not None, not one.alarms))
    pages = pages_of(len(chosen), PAGE)
    page = page_within(request.args.get("page", 1, type=whole), pages)
    code = typed.get("code", "")
    previous = pairings.shown_before(current.session(), code, _reach(), current.now())
    return render_template(
        "kiosks/index.html",
        known=known,
        shown=chosen[(page - 1) * PAGE : page * PAGE],
        previous=next((one for one in known if previous and one.kiosk.id == previous.id), None),
        desks=channels.open_desks(current.session(), _reach(), current.now()),
        filters=filters,
        page=page,
        pages=pages,
        total=len(chosen),
        problems=problems,
        typed=typed,
        now=current.now(),
        **frame(setup()),
    )


def _filters() -> dict[str, str]:
    """Read what the list is narrowed to; only what is given, so that addresses stay short."""
    state, unit = request.args.get("state", ""), request.args.get("unit", type=whole)
    given = {
        "q": request.args.get("q", "").strip()[:80],
        "state": state if state in STATES else "",
        "unit": "" if unit is None else str(unit),
    }
    return {name: value for name, value in given.items() if value}


def _matches(one: Health, filters: dict[str, str]) -> bool:
    state = filters.get("state")
    words = f"{one.kiosk.name} {one.kiosk.code} {one.desk.name} {one.desk.code} {one.unit.name}"
    return (
        (state != "alarm" or bool(one.alarms))
        and (state != "used" or one.kiosk.revoked_at is None)
        and (state != "revoked" or one.kiosk.revoked_at is not None)
        and filters.get("unit", str(one.unit.id)) == str(one.unit.id)
        and fold(filters.get("q", "")) in fold(words)
    )
