"""Quản trị: the calendar of an organisation, its sources, its hours and what changes moved."""

from collections.abc import Collection, Mapping
from zoneinfo import ZoneInfo

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from admin.calendar_page import follow, looked_at, propose, proposed, write
from admin.opened import opened
from admin.views.organisation import frame, may_change, setup
from shared.adapters.ical import read as read_ical
from shared.domain import entry
from shared.domain.calendar_change import CalendarChange, Week
from shared.domain.entry import WEEKDAYS
from shared.domain.errors import ChangedMeanwhile, Invalid, NotAllowed
from shared.domain.faults import Faults
from shared.domain.holiday_base import LABOUR_CODE
from shared.domain.office_hours import read_week, write_week
from shared.services import (
    calendar_changes,
    calendar_days,
    calendar_feeds,
    calendar_moves,
    csv_import,
    organisations,
    year_days,
)
from shared.services.calendar_changes import Origin
from shared.services.calendar_feeds import Feed
from shared.services.opened_forms import OpenedForm
from shared.services.registers import Setup
from shared.web import current
from shared.web.errors import in_words
from shared.web.numbers import whole
from shared.web.refusals import problems_of, status_of

routes = Blueprint("calendar", __name__)
Page = str | tuple[str, int] | AnyResponse
PARTS = ("morning_from", "morning_to", "afternoon_from", "afternoon_to")


@routes.post("/organisation/calendar/apply")
def apply() -> Page:
    """Write the change that was looked at."""
    change, origin = proposed()
    known = _changeable()
    try:
        with looked_at(known).saving():
            return write(known, change, origin)
    except ChangedMeanwhile as refusal:
        told = in_words(refusal.faults[0])
        page = propose(known, change, origin, frame(known), told)
        return make_response(page, status_of(refusal))


@routes.route("/organisation/calendar/year", methods=("GET", "POST"))
def year() -> Page:
    """Show the days off a year is expected to have, and take those that are chosen."""
    known = setup()
    years = calendar_changes.expected_years()
    asked = request.args.get("year", type=whole)
    missing = calendar_changes.missing_year(current.session(), known.organisation.id, known.today)
    chosen = asked if asked is not None and asked in years else missing or known.today.year
    if request.method == "POST":
        _check_changeable(known)
        ticked = frozenset(request.form.getlist("on"))
        typed = {name: request.form.get(name, "") for name in ("by_law", "by_decision")}
        try:
            wanted = year_days.chosen(current.session(), known, chosen, ticked, typed)
        except Invalid as refusal:
            return _year_page(known, chosen, typed, ticked, problems_of(refusal)), 422
        return propose(known, wanted, Origin.BASE, frame(known))
    return _year_page(known, chosen, {"by_law": LABOUR_CODE})


def _year_page(
    known: Setup,
    chosen: int,
    typed: Mapping[str, str],
    ticked: Collection[str] | None = None,
    problems: Mapping[str, str] | None = None,
) -> str:
    return render_template(
        "organisation/calendar_year.html",
        year=chosen,
        years=calendar_changes.expected_years(),
        proposals=calendar_changes.year_proposals(current.session(), known, chosen),
        kinds=calendar_days.KINDS,
        typed=typed,
        ticked=ticked,
        problems=problems or {},
        today=known.today,
        changeable=may_change(calendar_days.REGISTER, known),
        **frame(known),
    )


@routes.route("/organisation/calendar/ical", methods=("GET", "POST"))
def ical() -> Page:
    """Ask for a calendar file, and show what its events mean."""
    known = setup()
    if request.method == "GET":
        return _ical_page(known)
    _check_changeable(known)
    upload = request.files.get("file")
    try:
        text = csv_import.decode(upload.read() if upload else b"")
        events, problems = read_ical(text, ZoneInfo(known.organisation.zone))
        feed = calendar_feeds.preview(current.session(), known, events, problems)
    except Invalid as refusal:
        return _ical_page(known, problem=in_words(refusal)), 422
    return _ical_page(known, feed=feed)


@routes.post("/organisation/calendar/ical/take")
def take_ical() -> Page:
    """Take the days that were ticked, each with its kind, under one document."""
    known = _changeable()
    rows = [
        {name: request.form.get(f"{name}-{on}", "") for name in ("kind", "name", "line")}
        | {"on": on}
        for on in dict.fromkeys(request.form.getlist("row"))
    ]
    ticked = request.form.getlist("on")
    common = {name: request.form.get(name, "") for name in ("document", "provisional")}
    try:
        wanted = calendar_feeds.chosen([row for row in rows if row["on"] in ticked], common)
    except Invalid as refusal:
        feed = calendar_feeds.typed(current.session(), known, rows)
        return _ical_page(
            known, problem=in_words(refusal), feed=feed, ticked=ticked, common=common
        ), 422
    return propose(known, wanted, Origin.ICAL, frame(known))


@routes.route("/organisation/calendar/hours", methods=("GET", "POST"))
def hours() -> Page:
    """Show the weekly hours by their first day, and take new ones."""
    known = setup()
    form = _opened_hours(known)
    if request.method == "GET":
        now_in_force = year_days.week_of(current.session(), known)
        typed: Mapping[str, str] = {
            f"day_{number}_{part}": value
            for number, values in enumerate(now_in_force)
            for part, value in zip(PARTS, values, strict=True)
        }
        return _hours_page(known, form, typed)
    _check_changeable(known)
    try:
        wanted = CalendarChange(week=_typed_week())
        form.check()
    except Invalid as refusal:
        page = _hours_page(known, form, request.form, problems_of(refusal))
        return page, status_of(refusal)
    return propose(known, wanted, Origin.HOURS, frame(known))


@routes.get("/organisation/calendar/versions")
def versions() -> str:
    """List the changes of the calendar and how many deadlines each moved."""
    known = setup()
    found = calendar_changes.versions(current.session(), known.organisation.id)
    return render_template("organisation/calendar_versions.html", versions=found, **frame(known))


@routes.get("/organisation/calendar/versions/<int:number>")
def version(number: int) -> str:
    """Show one change: its days, and what it moved of what the person may see."""
    known = setup()
    found = calendar_moves.version_of(current.session(), known, number)
    outlook = calendar_moves.batch(current.session(), known.actor, found)
    return render_template(
        "organisation/calendar_version.html",
        version=found,
        outlook=outlook,
        kinds=calendar_days.KINDS,
        weekdays=WEEKDAYS,
        changeable=may_change(calendar_days.REGISTER, known),
        **frame(known),
    )


@routes.post("/organisation/calendar/versions/<int:number>/follow")
def run_again(number: int) -> AnyResponse:
    """Ask again for the job of a change whose deadlines have not followed."""
    known = _changeable()
    return redirect(url_for("admin.jobs.job", job_id=follow(known, number)))


def _changeable() -> Setup:
    known = setup()
    _check_changeable(known)
    return known


def _check_changeable(known: Setup) -> None:
    if not organisations.may_change_whole(current.session(), known):
        raise NotAllowed


def _typed_week() -> Week:
    """Read the form of weekly hours; raises Invalid naming the field."""
    cells = request.form
    days = []
    for number in range(len(WEEKDAYS)):
        at = [cells.get(f"day_{number}_{part}", "").strip() for part in PARTS]
        spans = [f"{opens}-{closes}" for opens, closes in (at[:2], at[2:]) if opens or closes]
        days.append(", ".join(spans))
    with Faults() as faults:
        hours = faults.read(read_week, days)
        valid_from = faults.read(entry.day, cells, "valid_from")
        document = faults.read(entry.text, cells, "document", 300)
    return Week(valid_from, hours, document)


def _opened_hours(known: Setup) -> OpenedForm:
    def shown() -> dict[str, object]:
        weeks = calendar_changes.weeks(current.session(), known.organisation.id)
        return {str(one.valid_from): (write_week(one.hours), one.document) for one in weeks}

    return opened(known.organisation, shown)


def _hours_page(
    known: Setup,
    form: OpenedForm,
    typed: Mapping[str, str],
    problems: Mapping[str, str] | None = None,
) -> str:
    return render_template(
        "organisation/calendar_hours.html",
        weeks=[
            (week, write_week(week.hours))
            for week in calendar_changes.weeks(current.session(), known.organisation.id)
        ],
        mark=form.mark,
        typed=typed,
        problems=problems or {},
        weekdays=WEEKDAYS,
        parts=PARTS,
        today=known.today,
        changeable=may_change(calendar_days.REGISTER, known),
        **frame(known),
    )


def _ical_page(
    known: Setup,
    *,
    problem: str = "",
    feed: Feed | None = None,
    ticked: Collection[str] | None = None,
    common: Mapping[str, str] | None = None,
) -> str:
    """Show a feed; `ticked` and `common` are what was typed before it was refused."""
    return render_template(
        "organisation/calendar_ical.html",
        problem=problem,
        ticked=ticked,
        common=common or {},
        feed=feed,
        changeable=may_change(calendar_days.REGISTER, known),
        reasons=[in_words(one.refusal) for one in feed.problems] if feed else [],
        kinds=calendar_days.KINDS,
        **frame(known),
    )
