"""Frozen standings of a campaign: freezing a review, checking it, correcting it."""

from collections.abc import Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin import campaign_forms as forms
from admin.auth import actor
from admin.difference_words import Part, parts
from admin.views import campaigns as pages
from shared.domain.access import Permission
from shared.domain.errors import N_, Invalid, RuleBroken
from shared.domain.milestone import MilestoneKind, Verdict
from shared.domain.review_difference import ORDER, Told
from shared.domain.scoring import CompetitorKind
from shared.services import campaigns
from shared.services import freezes as service
from shared.services.campaigns import Campaign
from shared.services.fresh_standings import fresh_standing
from shared.services.standings import Standing
from shared.web import current
from shared.web.refusals import problems_of, status_of

routes = Blueprint("freezes", __name__)
MOST_SHOWN = 200
Answer = Response | str | tuple[str, int]


@routes.get("/campaigns/<code>/freezes")
def freezes(code: str) -> str:
    """List what was frozen of a campaign."""
    return _list(_mine(code), {})


@routes.post("/campaigns/<code>/freezes")
def freeze(code: str) -> Answer:
    """Freeze a review up to the end of a day."""
    campaign = _mine(code)
    try:
        frozen = service.freeze(
            current.session(),
            campaign,
            _kind(request.form.get("kind", "")),
            forms.date_of(request.form, "on"),
            actor().name,
            current.now(),
        )
    except RuleBroken as refusal:
        current.session().rollback()
        return _list(campaign, problems_of(refusal)), status_of(refusal)
    return redirect(url_for("admin.freezes.check", code=code, key=frozen.id))


@routes.get("/campaigns/<code>/freezes/<int:key>")
def check(code: str, key: int) -> str:
    """Compute a frozen standing anew and show what differs."""
    return _page(_mine(code), key, {})


@routes.post("/campaigns/<code>/freezes/<int:key>/correct")
def correct(code: str, key: int) -> Answer:
    """Put a corrected version beside a frozen standing."""
    campaign = _mine(code)
    try:
        made = service.correct(
            current.session(),
            service.one(current.session(), campaign, key),
            request.form.get("reason", ""),
            actor().name,
            current.now(),
        )
    except RuleBroken as refusal:
        current.session().rollback()
        return _page(campaign, key, problems_of(refusal)), status_of(refusal)
    return redirect(url_for("admin.freezes.check", code=code, key=made.id))


def _mine(code: str) -> Campaign:
    return campaigns.find_to_run(current.session(), code, actor().units(Permission.RUN_CAMPAIGNS))


def _kind(text: str) -> MilestoneKind:
    if text not in set(MilestoneKind):
        raise Invalid("kind_missing", N_("Xin chọn kỳ."), field="kind")
    return MilestoneKind(text)


def _list(campaign: Campaign, problems: dict[str, str]) -> str:
    ranking = _now(campaign)
    return render_template(
        "campaigns/freezes.html",
        ranking=ranking,
        frozen=service.listed(current.session(), campaign),
        kinds=list(MilestoneKind),
        typed=request.form,
        problems=problems,
        **pages.frame(campaign, ranking),
    )


def _now(campaign: Campaign) -> Standing:
    return fresh_standing(current.session(), campaign, current.now())


def _page(campaign: Campaign, key: int, problems: dict[str, str]) -> str:
    session = current.session()
    frozen = service.one(session, campaign, key)
    checked = service.check(session, frozen, current.now())
    spoilt = checked.verdict is Verdict.SPOILT
    ranking = _now(campaign) if spoilt else service.standing_of(frozen)
    newest = service.newest(session, campaign, MilestoneKind(frozen.kind), frozen.on)
    corrected = service.corrected(session, frozen)
    return render_template(
        "campaigns/freeze.html",
        ranking=ranking,
        frozen=frozen,
        checked=checked,
        differences=_shown(checked.differences, ranking),
        corrected=corrected,
        changes_made=_shown((corrected and corrected.changes) or [], ranking),
        is_newest=newest is frozen,
        typed=request.form,
        problems=problems,
        **pages.frame(campaign, ranking),
    )


def _shown(found: Sequence[Told], ranking: Standing) -> tuple[list[Part], int]:
    """Give what is shown of differences, and how many more there are."""
    mine = _readable(found, ranking)
    return parts(mine[:MOST_SHOWN]), max(len(mine) - MOST_SHOWN, 0)


def _readable(found: Sequence[Told], ranking: Standing) -> list[Told]:
    """Leave out what tells of officers whose ratings the person may not read."""
    kind = CompetitorKind.INDIVIDUAL
    shown = {place.competitor.code for place in pages.visible(ranking, kind)}
    everyone = {place.competitor.code for place in ranking.of_kind(kind)}
    mine = [
        one
        for one in found
        if one.whose is None or one.whose.kind is not kind or one.whose.code in shown
    ]
    # The order of all names everybody in it.
    named = [one for one in mine if one.path != ".".join(ORDER)]
    return mine if shown == everyone else named
