"""The due days of My work as a month."""

from datetime import date

from flask import Blueprint, render_template, request

from admin.work_page import NARROWED_BY, kept, tray
from shared.domain.calendar import ONE_DAY
from shared.services.due_calendar import YEARS, due_month, month_of, next_month
from shared.services.work_lists import MOST_COUNTED

routes = Blueprint("work_calendar", __name__)


@routes.get("/work-calendar")
def month() -> str:
    """Show how many cases are due on each day of a month; a day leads to its cases."""
    lists = tray()
    first = month_of(request.args.get("month", ""), lists.today)
    return render_template(
        "work/calendar.html",
        tray=lists,
        month=due_month(lists, first),
        previous=_named((first - ONE_DAY).replace(day=1)),
        following=_named(next_month(first)),
        named=_named(first),
        narrowed=kept(*NARROWED_BY, "form"),
        as_list=request.args.get("form") == "list",
        most=MOST_COUNTED,
    )


def _named(first: date) -> str:
    """Name a month as its address does; nothing where the calendar ends."""
    return f"{first:%Y-%m}" if first.year in YEARS else ""
