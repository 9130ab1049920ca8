"""Setting up what a standing says beside points: bands, peer groups, the screen on a wall."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin import level_forms as forms
from admin.auth import actor
from admin.opened import opened
from admin.views import campaigns as pages
from shared.domain import band, peer_group
from shared.domain.access import Permission
from shared.domain.campaign import CampaignState
from shared.domain.errors import Invalid, RuleBroken
from shared.domain.scoring import CompetitorKind
from shared.services import campaign_bands, campaigns, competitors, peer_groups, walls
from shared.services.campaigns import Campaign
from shared.services.fresh_standings import fresh_standing
from shared.services.opened_forms import Shown, mark_of
from shared.web import current
from shared.web.refusals import problems_of, status_of

routes = Blueprint("campaign_levels", __name__)
Answer = Response | str | tuple[str, int]


@routes.get("/campaigns/<code>/levels")
def levels(code: str) -> str:
    """Show bands, groups, who is in them by hand, and whether the wall is open to all."""
    return _page(_mine(code), {})


@routes.post("/campaigns/<code>/levels/bands")
def bands(code: str) -> Answer:
    """Put other bands in place of a draft's, or give some to a running campaign without any."""
    campaign, session = _mine(code), current.session()
    form = opened(campaign, lambda: _bands_shown(campaign))
    try:
        with form.saving():
            typed = forms.bands_of(request.form)
            if CampaignState(campaign.state) is CampaignState.RUNNING:
                campaign_bands.add_later(session, campaign, typed, actor().name, current.now())
            else:
                campaign_bands.set_bands(session, campaign, typed)
    except RuleBroken as refusal:
        return _page(campaign, problems_of(refusal), bands_mark=form.mark), status_of(refusal)
    return _back(code)


@routes.post("/campaigns/<code>/levels/groups")
def groups(code: str) -> Answer:
    """Put other peer groups in place of a draft's."""
    campaign = _mine(code)
    form = opened(campaign, lambda: _groups_shown(campaign))
    try:
        with form.saving():
            peer_groups.set_groups(current.session(), campaign, forms.groups_of(request.form))
    except Invalid as refusal:
        return _page(campaign, problems_of(refusal), groups_mark=form.mark), status_of(refusal)
    return _back(code)


@routes.post("/campaigns/<code>/levels/groups/<int:key>")
def put(code: str, key: int) -> Response:
    """Put a competitor into a group by hand, or take it out again."""
    group = request.form.get("group", "")
    peer_groups.put(current.session(), _mine(code), key, group)
    return _back(code)


def _mine(code: str) -> Campaign:
    scope = actor().units(Permission.RUN_CAMPAIGNS)
    return campaigns.find_to_run(current.session(), code, scope)


def _back(code: str) -> Response:
    return redirect(url_for("admin.campaign_levels.levels", code=code))


def _bands_shown(campaign: Campaign) -> Shown:
    bands = campaign_bands.bands_of(current.session(), campaign)
    return {"bands": "; ".join(f"{one.name} {one.lowest.normalize():f}" for one in bands)}


def _groups_shown(campaign: Campaign) -> Shown:
    groups = peer_groups.groups_of(current.session(), campaign)
    return {"groups": [(one.kind, one.name, one.fewest) for one in groups]}


def _page(
    campaign: Campaign, problems: dict[str, str], *, bands_mark: str = "", groups_mark: str = ""
) -> str:
    session = current.session()
    ranking = fresh_standing(session, campaign, current.now())
    return render_template(
        "campaigns/levels.html",
        ranking=ranking,
        bands=ranking.plan.bands or band.SUGGESTED,
        groups=ranking.plan.groups,
        suggested_groups=peer_group.SUGGESTED,
        kinds=list(CompetitorKind),
        competitors=competitors.of_campaign(session, campaign),
        by_hand=peer_groups.by_hand(session, campaign),
        wall_code=walls.opened(session, campaign),
        typed=request.form,
        problems=problems,
        bands_mark=bands_mark or mark_of(_bands_shown(campaign)),
        groups_mark=groups_mark or mark_of(_groups_shown(campaign)),
        **pages.frame(campaign, ranking),
    )
