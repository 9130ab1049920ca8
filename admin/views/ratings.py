"""Đánh giá: figures by desk, officer and procedure; one's own weeks; single ratings."""

from datetime import date

from flask import Blueprint, render_template, request

from admin.auth import actor
from shared.domain.access import Permission
from shared.domain.calendar import ONE_DAY, local_date, monday_of
from shared.domain.campaign import Settings, Window
from shared.domain.pages import pages_of
from shared.domain.rating import Lane
from shared.domain.small_groups import Batch
from shared.statistics import answers, opinions
from shared.statistics.opinions import By
from shared.web import current
from shared.web.filters import ZONE
from shared.web.numbers import whole

routes = Blueprint("ratings", __name__)
# Whole weeks, so that two looks never differ by a handful of ratings.
WEEKS = {"4": 4, "13": 13, "52": 52}
LANES = {"counted": Settings().lanes, "open": (str(Lane.OPEN),)}


@routes.get("/ratings")
def ratings() -> str:
    """Show the figures to those who may see them, and to an officer their own weeks."""
    if actor().may(Permission.RATINGS):
        return _figures()
    return render_template("ratings/own.html", weeks=_own_weeks(), officer=actor().officer_id)


@routes.get("/ratings/own")
def own() -> str:
    """Show an officer who also sees the figures their own weeks."""
    return render_template("ratings/own.html", weeks=_own_weeks(), officer=actor().officer_id)


@routes.get("/ratings/single")
def single() -> str:
    """List single ratings: the day only, none of the reader's own.

    What was sent in confidence to the level above is for those who read of the whole organisation.
    """
    session, units = current.session(), actor().units(Permission.SINGLE_RATINGS)
    choices = opinions.units_named(session, units)
    unit = _chosen(dict(choices))
    score = request.args.get("score", "")
    page = max(request.args.get("page", 1, type=whole), 1)
    found, total = opinions.single(
        session,
        {unit} if unit else units,
        actor().officer_id,
        int(score) if score in {"1", "2", "3", "4", "5"} else None,
        page,
        unseal=Permission.SINGLE_RATINGS in actor().everywhere,
    )
    return render_template(
        "ratings/single.html",
        ratings=found,
        total=total,
        page=page,
        pages=pages_of(total, opinions.PAGE),
        units=choices,
        unit=unit,
        score=score,
        kept={key: request.args[key] for key in ("unit", "score") if request.args.get(key)},
    )


def _figures() -> str:
    session, units = current.session(), actor().units(Permission.RATINGS)
    choices = opinions.units_named(session, units)
    unit = _chosen(dict(choices))
    within = {unit} if unit else units
    weeks = request.args.get("weeks", "4") if request.args.get("weeks") in WEEKS else "4"
    lane = request.args.get("lane", "counted") if request.args.get("lane") in LANES else "counted"
    window = _window(WEEKS[weeks])
    several = len(within) > 1
    shown = [By.UNIT] if several else [By.DESK, By.OFFICER, By.PROCEDURE]
    return render_template(
        "ratings/index.html",
        whole=opinions.whole(session, within, window, LANES[lane]),
        items=answers.items(
            session,
            within,
            window,
            LANES[lane],
            unseal=Permission.RATINGS in actor().everywhere,
        ),
        tables=[(by, opinions.lines(session, by, within, window, LANES[lane])) for by in shown],
        window=window,
        units=choices,
        unit=unit,
        weeks=weeks,
        lane=lane,
        single=actor().may(Permission.SINGLE_RATINGS),
        officer=actor().officer_id,
    )


def _chosen(units: dict[int, str]) -> int | None:
    asked = request.args.get("unit", type=whole)
    if asked in units:
        return asked
    return next(iter(units)) if len(units) == 1 else None


def _window(weeks: int) -> Window:
    """Give the last whole weeks, Monday to Sunday."""
    sunday = monday_of(_today()) - ONE_DAY
    return Window(sunday - (7 * weeks - 1) * ONE_DAY, sunday)


def _own_weeks() -> list[Batch]:
    officer_id = actor().officer_id
    if officer_id is None:
        return []
    return opinions.own_weeks(current.session(), officer_id, _today())


def _today() -> date:
    return local_date(current.now(), ZONE)
