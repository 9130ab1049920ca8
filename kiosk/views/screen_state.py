"""/api/v1/screen: what a paired kiosk should show now, and what it says of itself."""

from collections.abc import Mapping
from dataclasses import asdict

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import BadRequest

from kiosk.asked import as_asked
from kiosk.channel import kiosk_channel
from kiosk.wording import REASONS
from shared.domain.opening import next_opening
from shared.domain.screen import read_report
from shared.services import (
    answering,
    invitations,
    officer_photos,
    screen_reports,
    sequences,
    staff_pins,
)
from shared.services.calendars import work_calendar
from shared.services.channels import KioskChannel
from shared.services.duty import OfficerShown, officer_on_duty, officers_of
from shared.services.invitations import Target
from shared.services.staff_pins import PinCheck
from shared.web import current
from shared.web.language import languages

routes = Blueprint("screen_state", __name__)


@routes.get("/api/v1/screen")
def state() -> Response:
    """Name the desk, the officer on duty and the boxes, to a screen that only asks."""
    channel = kiosk_channel()
    screen_reports.note_contact(current.session(), channel.kiosk_id, current.now())
    return _answer(channel)


@routes.post("/api/v1/screen")
def report() -> Response:
    """Take what the screen says of itself, every minute and after a rating; answer the same."""
    try:
        body = request.get_json()
    except RecursionError:  # nested without end
        raise BadRequest from None
    channel = kiosk_channel()
    said = read_report(body)
    screen_reports.note_report(current.session(), channel.kiosk_id, said, current.now())
    return _answer(channel)


def _answer(channel: KioskChannel) -> Response:
    counted = sequences.counted(current.session(), channel.kiosk_id)
    token = invitations.printed(
        current.session(), channel.unit_id, Target.DESK, channel.desk_id, current.now()
    )
    local = current.now().astimezone(channel.zone)
    officer = officer_on_duty(current.session(), channel.desk_id, local)
    officers = officers_of(current.session(), channel.unit_id, local.date())
    photos = officer_photos.digests(
        current.session(), {one.id for one in (officer, *officers) if one is not None}
    )
    asked = answering.in_force_at(current.session(), channel, local.date())
    calendar = work_calendar(current.session(), channel.organisation_id)
    opens_at = next_opening(current.now(), calendar)
    return jsonify(
        kiosk={"code": channel.kiosk_code, "name": channel.kiosk_name},
        desk={"code": channel.desk_code, "name": channel.desk_name},
        unit={"name": channel.unit_name},
        officer=_as_shown(officer, photos) if officer else None,
        officers=[_as_shown(one, photos) for one in officers],
        procedure=None,
        questionnaire=asked.code,
        items=as_asked(asked.items),
        reasons=REASONS,
        languages=languages(),
        opens_at=opens_at.isoformat() if opens_at else None,
        zone=channel.zone.key,
        sample=channel.sample,
        panel_inches=channel.panel_inches,
        staff=asdict(_pin_check(channel)),
        phone_url=current.settings().invitation_url(token),
        phone_qr=f"/qr/{token}.svg",
        phones_cannot_reach=current.settings().public_url_is_loopback,
        server_time=current.now().isoformat(),
        next_sequence=counted.next_sequence,
        highest_sequence=counted.highest_sequence,
    )


def _pin_check(channel: KioskChannel) -> PinCheck:
    secret = current.settings().secret_key
    return staff_pins.check(current.session(), channel.kiosk_id, secret)


def _as_shown(officer: OfficerShown, photos: Mapping[int, str]) -> dict[str, str | None]:
    shown = {"code": officer.code, "name": officer.name, "post": officer.post}
    return shown | {"photo": photos.get(officer.id)}
