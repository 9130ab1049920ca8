"""Việc của tôi: every open case in one list by time left, with one case open beside them."""

from collections.abc import Sequence
from datetime import date

from flask import Blueprint, render_template, request

from admin.auth import actor
from admin.bulk_choices import bulk_choices
from admin.case_page import case_facts
from admin.work_page import NARROWED_BY, PLACED_BY, kept, tray
from shared.domain.access import Permission
from shared.domain.complaint import Kind
from shared.domain.work_list import WorkList
from shared.services import desk_invitations, kiosk_health, work_done, work_lists
from shared.services.work_lists import Entry, Tray
from shared.web import current

routes = Blueprint("work", __name__)
# What stands before the others is to be done; the rest waits for somebody else.
TO_DO = frozenset(WorkList) - {WorkList.WAITING}


@routes.get("/work")
def work() -> str:
    """Show all lists with their first cases, one list whole, or the cases due on a day."""
    return show_work(tray())


def show_work(lists: Tray, problems: dict[str, str] | None = None) -> str:
    """Show the page; after a refused step with what was wrong with it."""
    counts = lists.counts()
    page = _page(lists)
    entries = page.entries if page else []
    sections = [] if page else _sections(lists, counts)
    for _list, found in sections:
        entries = [*entries, *found]
    numbers = [one.waiting.complaint.number for one in entries]
    asked = request.args.get("case", "")
    number = asked if asked in numbers else next(iter(numbers), "")
    return render_template(
        "work/work.html",
        tray=lists,
        counts=counts,
        to_do=sum(number for one, number in counts.items() if one in TO_DO),
        page=page,
        day=_day(),
        sections=sections,
        list_name=request.values.get("list", ""),
        of_others=lists.of_others() if lists.narrowing.who == work_lists.Who.HAND else 0,
        choices=work_lists.choices(lists),
        matters=list(Kind),
        narrowed=kept(*NARROWED_BY),
        placed=kept(*PLACED_BY),
        chosen=number,
        ticked=set(request.form.getlist("case")),
        tick_all=request.args.get("all") == "yes",
        bulk_problems=problems or {},
        week=work_done.done_this_week(lists),
        done=request.args.get("done", ""),
        now=current.now(),
        alarmed=_alarmed(),
        may_invite=actor().may(Permission.INVITE),
        served=desk_invitations.desk_served(current.session(), actor(), current.now()),
        sees_today=actor().may(Permission.TODAY),
        **bulk_choices(lists),
        **(case_facts(number) if number else {"case": None}),
    )


def _sections(lists: Tray, counts: dict[WorkList, int]) -> list[tuple[WorkList, Sequence[Entry]]]:
    return list(lists.first(one for one, number in counts.items() if number).items())


def _page(lists: Tray) -> work_lists.Page | None:
    after, before = request.values.get("after", ""), request.values.get("before", "")
    day, name = _day(), request.values.get("list", "")
    if day is not None:
        return lists.page(lists.span_of_day(day), after=after, before=before)
    if name in lists.lists():
        return lists.page(lists.span(WorkList(name)), after=after, before=before)
    return None


def _day() -> date | None:
    try:
        return date.fromisoformat(request.values.get("day", ""))
    except ValueError:
        return None


def _alarmed() -> int:
    """Count the kiosks that ask to be looked at, for those who may see kiosks."""
    person = actor()
    sees = [one for one in (Permission.CHANNELS, Permission.TODAY) if person.may(one)]
    units = frozenset(unit for one in sees for unit in person.units(one))
    return len(kiosk_health.alarmed(current.session(), units, current.now())) if units else 0
