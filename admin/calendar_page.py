"""A change of the calendar on its way: shown with what it would move, then written."""

import json
from collections.abc import Mapping

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin.auth import actor
from admin.opened import opened
from shared.domain.calendar_change import CalendarChange, as_values, day_values, read_change
from shared.domain.entry import WEEKDAYS
from shared.domain.errors import N_, Invalid, NotFound
from shared.domain.office_hours import write_week
from shared.services import calendar_changes, calendar_days, calendar_moves, jobs
from shared.services.calendar_changes import Origin
from shared.services.calendars import calendar_version
from shared.services.opened_forms import OpenedForm, Shown, mark_of
from shared.services.registers import Setup
from shared.web import current

UNREADABLE = N_("Nội dung sửa lịch không đọc được.")


def propose(
    known: Setup,
    change: CalendarChange,
    origin: Origin,
    frame: Mapping[str, object],
    refusal: str = "",
) -> str | Response:
    """Show what a change would move; one day that moves nothing is written at once.

    With a `refusal` it is shown whatever it moves.
    """
    session = current.session()
    mark = mark_of(_shown(known))  # before the calendar is read: an older one is refused at worst
    outlook = calendar_moves.outlook(session, known, change)
    if origin is Origin.FORM and not outlook.judged_anew and not refusal:
        return write(known, change, origin)
    return render_template(
        "organisation/calendar_preview.html",
        outlook=outlook,
        mark=mark,
        refusal=refusal,
        altered=[
            (one.on, one.before and day_values(one.before), one.after and day_values(one.after))
            for one in calendar_changes.check(session, known, change)
        ],
        kinds=calendar_days.KINDS,
        week=change.week,
        week_hours=write_week(change.week.hours) if change.week else [],
        weekdays=WEEKDAYS,
        change=json.dumps(as_values(change), ensure_ascii=False),
        origin=origin,
        **frame,
    )


def proposed() -> tuple[CalendarChange, Origin]:
    """Read the change that was looked at back from its page; raises Invalid for any other."""
    try:
        values = json.loads(request.form.get("change", ""))
        origin = Origin(request.form.get("origin", ""))
    except (ValueError, RecursionError):
        raise Invalid("change_wrong", UNREADABLE, field="change") from None
    return read_change(values), origin


def looked_at(known: Setup) -> OpenedForm:
    """Give the form of a change that was looked at, in the version of the calendar of then."""
    return opened(known.organisation, lambda: _shown(known))


def _shown(known: Setup) -> Shown:
    return {"version": calendar_version(current.session(), known.organisation.id)}


def write(known: Setup, change: CalendarChange, origin: Origin) -> Response:
    """Write a change and ask for the job by which open deadlines follow it."""
    session, org = current.session(), known.organisation.code
    version = calendar_changes.apply(session, known, change, origin)
    if version is None:
        return redirect(url_for("admin.organisation.listing", noun="days", org=org, same=1))
    job_id = follow(known, version.number)
    if origin is Origin.FORM:
        return redirect(
            url_for("admin.organisation.listing", noun="days", org=org, version=version.number)
        )
    return redirect(url_for("admin.jobs.job", job_id=job_id))


def follow(known: Setup, number: int) -> int:
    """Ask for the job that moves the open deadlines to a version of the calendar; give its key."""
    session = current.session()
    version = calendar_moves.version_of(session, known, number)
    if version.finished_at is not None:
        raise NotFound
    job = jobs.request(
        session,
        "deadlines",
        {"version_id": version.id, "org": known.organisation.code},
        actor().account_id,
        known.now,
    )
    version.job_id = job.id
    return job.id
