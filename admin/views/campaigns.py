"""Campaigns: the list, the standing, a competitor's criteria, and the records behind a score."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from flask import Blueprint, render_template, request

from admin.auth import actor
from admin.campaign_forms import kind_of
from shared.domain.access import Permission
from shared.domain.campaign import CampaignState
from shared.domain.criteria_tree import tree
from shared.domain.errors import NotFound
from shared.domain.rounding import digits_needed
from shared.domain.scoring import CompetitorKind, Score, ScoreState
from shared.services import (
    campaign_days,
    competitor_asides,
    criteria,
    evidence,
    figures,
    freezes,
    review_changes,
)
from shared.services import campaigns as service
from shared.services.campaigns import Campaign
from shared.services.freezes import CampaignFreeze
from shared.services.review_changes import LastReview
from shared.services.standings import Place, Standing
from shared.web import current
from shared.web.numbers import whole

routes = Blueprint("campaigns", __name__)


@dataclass(frozen=True)
class Group:
    """A group of criteria with what it earned of what it could."""

    name: str
    depth: int  # 0 for a group at the top of the tree
    scores: Sequence[Score]  # its own; what it earned is of those below it too
    earned: Decimal
    possible: Decimal


@routes.get("/campaigns")
def campaigns() -> str:
    """List the campaigns the actor's units run or compete in."""
    lines = service.listed(current.session(), actor().units(Permission.CAMPAIGNS))
    may_open = actor().may(Permission.RUN_CAMPAIGNS)
    may_evaluate = actor().may(Permission.REPORTS)
    return render_template(
        "campaigns/index.html",
        campaigns=lines,
        may_open=may_open,
        may_evaluate=may_evaluate,
        may_keep=actor().may(Permission.ENTER_FIGURES),
    )


@routes.get("/campaigns/<code>")
def standing(code: str) -> str:
    """Show a ranking, and below it the criteria of one competitor."""
    campaign = found(code)
    kind = kind_of(request.args.get("kind", ""))
    frozen = _frozen(campaign)
    ranking = freezes.standing_of(frozen) if frozen else _ranking(campaign)
    group = _group(ranking, kind)
    places = visible(ranking, kind, group)
    chosen = _chosen(places, request.args.get("competitor"))
    last = review_changes.since_last(current.session(), campaign, ranking)
    return render_template(
        "campaigns/standing.html",
        ranking=ranking,
        frozen=frozen,
        kind=kind,
        group=group,
        group_names=ranking.group_names(kind),
        places=places,
        alike=ranking.indistinct(places),
        last=last,
        digits=_digits(places, chosen, last),
        chosen=chosen,
        groups=[] if chosen is None else _groups(chosen),
        asides=asides(campaign),
        **frame(campaign, ranking),
    )


@routes.get("/campaigns/<code>/evidence/<kind>/<competitor>/<criterion>")
def records(code: str, kind: str, competitor: str, criterion: str) -> str:
    """Show the records behind one score, as far as the actor may see them."""
    campaign = found(code)
    ranking = _ranking(campaign)
    place = _place(visible(ranking, kind_of(kind)), competitor)
    key, rule = criteria.by_code(current.session(), campaign, kind_of(kind), criterion)
    (score,) = [one for one in place.row.entry.scores if one.rule.code == rule.code]
    behind = evidence.evidence(
        current.session(), actor(), ranking, place, score, key, request.args.get("page", 1, whole)
    )
    return render_template(
        "campaigns/evidence.html",
        ranking=ranking,
        place=place,
        score=score,
        behind=behind,
        asides=asides(campaign),
        **frame(campaign, ranking),
    )


@routes.get("/campaigns/<code>/criteria")
def rules(code: str) -> str:
    """Show a campaign's criteria by kind of competitor and group."""
    campaign = found(code)
    ranking = _ranking(campaign)
    kinds = {
        kind: tree([rule for rule in ranking.plan.criteria if rule.kind is kind])
        for kind in CompetitorKind
    }
    return render_template(
        "campaigns/criteria.html", ranking=ranking, kinds=kinds, **frame(campaign, ranking)
    )


def found(code: str) -> Campaign:
    """Give a campaign within the actor's units; NotFound otherwise."""
    return service.find(current.session(), code, actor().units(Permission.CAMPAIGNS))


def _ranking(campaign: Campaign) -> Standing:
    """Give the standing; ratings in whole weeks to officers, who may know whose came last."""
    if actor().may(Permission.RATINGS):
        return freezes.in_force(current.session(), campaign, current.now())
    return freezes.shown_in_force(current.session(), campaign, current.now())


def _frozen(campaign: Campaign) -> CampaignFreeze | None:
    """Give the frozen standing that the address asks for; NotFound when there is no such one."""
    key = request.args.get("frozen", type=whole)
    return None if key is None else freezes.one(current.session(), campaign, key)


def _group(ranking: Standing, kind: CompetitorKind) -> str:
    """Give the peer group the address asks for, or none; NotFound when nobody is in it."""
    asked = request.args.get("group", "")
    if asked and asked not in ranking.group_names(kind):
        raise NotFound
    return asked


def visible(ranking: Standing, kind: CompetitorKind, group: str = "") -> list[Place]:
    """Give the places the actor may see: units all, officers only of units whose ratings one reads.

    Officers read of themselves nothing but weekly counts, on their own page. With a peer group
    its places alone, ranked within it.
    """
    places = ranking.of_group(kind, group) if group else ranking.of_kind(kind)
    if kind is CompetitorKind.COLLECTIVE:
        return places
    if not actor().may(Permission.RATINGS):
        return []
    units = actor().units(Permission.RATINGS)
    return [
        place
        for place in places
        if place.competitor.unit_id in units and place.competitor.officer_id != actor().officer_id
    ]


def frame(campaign: Campaign, ranking: Standing) -> dict[str, object]:
    """Give what stands around every page of a campaign: name, tabs, what the actor may do."""
    person = actor()
    return {
        "campaign": campaign,
        "plan": ranking.plan,
        "ended_on": campaign_days.ended_early_on(current.session(), campaign),
        "counts": {kind: len(visible(ranking, kind)) for kind in CompetitorKind},
        "individuals": person.may(Permission.RATINGS),
        "may_run": person.reaches(Permission.RUN_CAMPAIGNS, campaign.unit_id),
        "may_report": person.may(Permission.REPORTS),
        "may_enter": person.may(Permission.ENTER_FIGURES),
        "waiting": _waiting(campaign),
    }


def asides(campaign: Campaign) -> Mapping[int, competitor_asides.Aside]:
    """Give what is said beside competitors, by their key."""
    return competitor_asides.asides(current.session(), campaign, current.now())


def _waiting(campaign: Campaign) -> int:
    """Count the figures that wait for a second person within the actor's reach; none once ended."""
    closed = CampaignState(campaign.state) is CampaignState.CLOSED
    if closed or not actor().may(Permission.VERIFY_FIGURES):
        return 0
    reach = actor().units(Permission.VERIFY_FIGURES)
    return figures.waiting(current.session(), campaign, reach)


def _chosen(places: list[Place], code: str | None) -> Place | None:
    """Give the competitor asked for; else the first of the actor's own units, else the first."""
    if code is not None:
        return _place(places, code)
    units = actor().units(Permission.CAMPAIGNS)
    own = [place for place in places if place.competitor.unit_id in units]
    return next(iter(own or places), None)


def _place(places: list[Place], code: str) -> Place:
    for place in places:
        if place.competitor.code == code:
            return place
    raise NotFound


def _digits(places: list[Place], chosen: Place | None, last: LastReview | None) -> int:
    """Say with how many digits after the comma this page writes points, so that all are alike."""
    shown = [place.row.total for place in places]
    if chosen is not None:
        shown += [score.points for score in chosen.row.entry.scores]
    changes = [] if last is None else [(place, last.of(place)) for place in places]
    for place, change in changes:
        if change is not None:
            shown += [change.points, *(change.criteria.values() if place is chosen else ())]
    return digits_needed(shown)


def _groups(place: Place) -> list[Group]:
    """Gather a competitor's scores by group, with what each earned with the groups below it."""
    scores = {score.rule.code: score for score in place.row.entry.scores}
    gathered = []
    for node in tree([score.rule for score in scores.values()]):
        within = [scores[rule.code] for rule in node.within]
        counted = [score for score in within if score.state is not ScoreState.EXEMPT]
        earned = sum((score.points for score in counted), Decimal(0))
        possible = sum((score.rule.max_points for score in counted), Decimal(0))
        own = [scores[rule.code] for rule in node.own]
        gathered.append(Group(node.name, node.depth, own, earned, possible))
    return gathered
