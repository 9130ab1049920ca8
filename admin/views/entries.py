"""Nhập thay người dân: what was said at the counter, on the telephone, or lay in the paper box."""

import base64
from datetime import date
from uuid import UUID, uuid4

from flask import Blueprint, render_template, request

from admin.auth import actor
from admin.case_page import chosen_id
from shared.adapters import qr
from shared.domain.complaint import Kind
from shared.domain.errors import N_, Invalid
from shared.domain.faults import Faults
from shared.services import entries
from shared.services.entries import Entered, Entry, Way
from shared.services.local_days import today_in
from shared.web import current
from shared.web.refusals import problems_of

routes = Blueprint("entries", __name__)
# What stays for the next one: a box is opened once and holds many papers.
KEPT = ("way", "unit", "opened_on", "source", "desk")


@routes.get("/complaints/new")
def form() -> str:
    """Show an empty form."""
    return _form({}, {})


@routes.post("/complaints/new")
def enter() -> str | tuple[str, int]:
    """Open the case, show its code once, and ask for the next one."""
    typed = request.form
    try:
        entered = entries.enter(
            current.session(),
            _read(),
            current.settings().secret_key,
            actor(),
            current.now(),
        )
    except Invalid as refusal:
        return _form(typed, problems_of(refusal)), 422
    return _form({name: typed.get(name, "") for name in KEPT}, {}, entered)


def _form(typed: dict[str, str], problems: dict[str, str], entered: Entered | None = None) -> str:
    places = entries.places(current.session(), actor())
    units = [place.unit.id for place in places]
    return render_template(
        "complaints/entry.html",
        typed=typed,
        problems=problems,
        entered=entered,
        drawn="" if entered is None else _drawn(entered.code.link),
        public_url=current.settings().public_url,
        form_id=typed.get("id") or str(uuid4()),
        places=places,
        ways=list(Way),
        kinds=list(Kind),
        today=today_in(current.session(), units, current.now()),
    )


def _drawn(link: str) -> str:
    """Draw the way to a case into the page itself: its link stands in no address of ours."""
    drawn = qr.svg_file(f"{current.settings().public_url}/follow/{link}")
    return f"data:image/svg+xml;base64,{base64.b64encode(drawn).decode()}"


def _read() -> Entry:
    typed = request.form
    with Faults() as faults:
        return Entry(
            form_id=faults.read(_form_id),
            unit_id=chosen_id("unit"),
            way=faults.read(_way),
            kind=faults.read(_kind),
            body=typed.get("body", ""),
            opened_on=faults.read(_day, "opened_on"),
            written_on=faults.read(_day, "written_on"),
            source=typed.get("source", ""),
            desk_id=chosen_id("desk") or None,
            officer_id=chosen_id("officer") or None,
            contact_name=typed.get("contact_name", ""),
            contact_phone=typed.get("contact_phone", ""),
            consent="consent" in typed,
        )


def _way() -> Way:
    way = request.form.get("way", "")
    if way not in set(Way):
        raise Invalid("way_missing", N_("Xin chọn cách nhận."), field="way")
    return Way(way)


def _kind() -> Kind:
    kind = request.form.get("kind", "")
    if kind not in set(Kind):
        raise Invalid("kind_missing", N_("Xin chọn một loại."), field="kind")
    return Kind(kind)


def _form_id() -> UUID:
    try:
        return UUID(request.form.get("id", ""))
    except ValueError:
        raise Invalid("form_old", N_("Trang đã cũ. Xin tải lại.")) from None


def _day(field: str) -> date | None:
    text = request.form.get(field, "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid("day_wrong", N_("Xin ghi ngày."), field=field) from None
