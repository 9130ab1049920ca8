"""Setting a campaign up: opening, copying, plan, weights, competitors, start and close."""

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin import campaign_forms as forms
from admin.auth import actor
from admin.opened import opened
from admin.views import campaigns as pages
from shared.domain.access import Permission
from shared.domain.campaign import CampaignState, Measure, MilestoneKind, check_running
from shared.domain.criteria_tree import tree
from shared.domain.errors import Invalid
from shared.domain.faults import Faults
from shared.domain.filter_rules import ALLOWED
from shared.domain.rating import Lane
from shared.domain.scoring import Comparison, CompetitorKind, CriterionRule, Scoring
from shared.services import campaign_parents, campaigns, competitors, criteria, freezes
from shared.services.campaigns import Campaign
from shared.services.fresh_standings import fresh_standing
from shared.services.local_days import today_in
from shared.services.opened_forms import OpenedForm, Shown, mark_of
from shared.web import current
from shared.web.refusals import problems_of, status_of

routes = Blueprint("campaign_editing", __name__)
Answer = Response | str | tuple[str, int]


@routes.route("/campaigns/new", methods=("GET", "POST"))
def new() -> Answer:
    """Open a draft from a template."""
    if request.method == "GET":
        return _new_page({})
    try:
        with Faults() as faults:
            opening = faults.read(forms.opening_of, request.form)
            unit_ids = faults.read(forms.keys_of, request.form, "competitors")
        made = campaigns.open_from_template(
            current.session(),
            request.form.get("template", ""),
            opening,
            _scope(),
            current.now(),
            unit_ids=unit_ids,
            with_officers="officers" in request.form,
        )
    except Invalid as refusal:
        return _new_page(problems_of(refusal)), 422
    return redirect(url_for("admin.campaign_editing.setup", code=made.code))


@routes.route("/campaigns/<code>/copy", methods=("GET", "POST"))
def copy(code: str) -> Answer:
    """Open a draft with the rules and competitors of another campaign."""
    source = pages.found(code)
    if request.method == "GET":
        return _copy_page(source, {})
    try:
        made = campaigns.copy(
            current.session(), source, forms.opening_of(request.form), _scope(), current.now()
        )
    except Invalid as refusal:
        return _copy_page(source, problems_of(refusal)), 422
    return redirect(url_for("admin.campaign_editing.setup", code=made.code))


@routes.route("/campaigns/<code>/setup", methods=("GET", "POST"))
def setup(code: str) -> Answer:
    """Show or change the plan: name, document, dates, what counts."""
    campaign = _mine(code)
    if request.method == "GET":
        return _setup_page(campaign, {})
    form = _opened_plan(campaign)
    try:
        with form.saving():
            before = campaigns.plan_of(current.session(), campaign)
            campaigns.edit_plan(current.session(), campaign, forms.plan_of(request.form, before))
            if "parent" in request.form:
                campaign_parents.set_parent(current.session(), campaign, _parent())
    except Invalid as refusal:
        return _setup_page(campaign, problems_of(refusal), form), status_of(refusal)
    return redirect(url_for("admin.campaign_editing.setup", code=code))


@routes.route("/campaigns/<code>/weights/<kind>", methods=("GET", "POST"))
def weights(code: str, kind: str) -> Answer:
    """Show or change targets, comparisons and weights of one kind of competitor."""
    campaign = _mine(code)
    which = forms.kind_of(kind)
    if request.method == "GET":
        return _weights_page(campaign, which, {})
    form = _opened_weights(campaign, which)
    try:
        with form.saving():
            keys = [key for key, _ in campaigns.criteria_of(current.session(), campaign)]
            edits = forms.edits_of(request.form, keys)
            criteria.edit(current.session(), campaign, which, edits)
    except Invalid as refusal:
        return _weights_page(campaign, which, problems_of(refusal), form), status_of(refusal)
    return redirect(url_for("admin.campaign_editing.weights", code=code, kind=which))


@routes.post("/campaigns/<code>/criteria/add")
def add_criterion(code: str) -> Answer:
    """Add a criterion to a draft."""
    campaign = _mine(code)
    which = forms.kind_of(request.form.get("kind", ""))
    try:
        criteria.add(current.session(), campaign, forms.added_criterion_of(request.form))
    except Invalid as refusal:
        return _weights_page(campaign, which, problems_of(refusal)), 422
    return redirect(url_for("admin.campaign_editing.weights", code=code, kind=which))


@routes.post("/campaigns/<code>/criteria/<int:key>/remove")
def remove_criterion(code: str, key: int) -> Response:
    """Take a criterion off a draft."""
    campaign = _mine(code)
    kind = criteria.row_of(current.session(), campaign, key).kind
    criteria.remove(current.session(), campaign, key)
    return redirect(url_for("admin.campaign_editing.weights", code=code, kind=kind))


@routes.get("/campaigns/<code>/competitors")
def taking_part(code: str) -> str:
    """Show who takes part, and who could."""
    return _competitors_page(_mine(code), {})


@routes.post("/campaigns/<code>/competitors")
def join(code: str) -> Answer:
    """Let a unit or an officer take part."""
    campaign = _mine(code)
    try:
        with Faults() as faults:
            whom = faults.read(forms.whom_of, request.form)
            joined_on = faults.read(forms.optional_date_of, request.form, "joined_on")
        kind, key = whom
        if kind is CompetitorKind.INDIVIDUAL:
            competitors.add_officer(current.session(), campaign, key, _scope(), joined_on)
        else:
            competitors.add_units(current.session(), campaign, [key], _scope(), joined_on)
    except Invalid as refusal:
        return _competitors_page(campaign, problems_of(refusal)), 422
    return redirect(url_for("admin.campaign_editing.taking_part", code=code))


@routes.post("/campaigns/<code>/competitors/<int:key>")
def change_period(code: str, key: int) -> Answer:
    """Set from when and until when a competitor is judged."""
    campaign, session = _mine(code), current.session()
    form = opened(campaign, lambda: _terms(campaign).get(key, {}))
    try:
        with form.saving():
            with Faults() as faults:
                joined_on = faults.read(forms.optional_date_of, request.form, "joined_on")
                left_on = faults.read(forms.optional_date_of, request.form, "left_on")
            competitors.set_period(session, campaign, key, joined_on, left_on)
            if "head_known" in request.form:
                competitors.set_head(session, campaign, key, head="head" in request.form)
    except Invalid as refusal:
        page = _competitors_page(campaign, problems_of(refusal), {key: form.mark})
        return page, status_of(refusal)
    return redirect(url_for("admin.campaign_editing.taking_part", code=code))


@routes.post("/campaigns/<code>/competitors/<int:key>/remove")
def leave(code: str, key: int) -> Response:
    """Take a competitor off a draft."""
    competitors.remove(current.session(), _mine(code), key)
    return redirect(url_for("admin.campaign_editing.taking_part", code=code))


@routes.post("/campaigns/<code>/start")
def start(code: str) -> Answer:
    """Let a draft run."""
    campaign = _mine(code)
    try:
        if "weights_confirmed" in request.form:
            campaigns.confirm_weights(campaign, actor().name, current.now())
        campaigns.start(current.session(), campaign, current.now())
    except Invalid as refusal:
        return _setup_page(campaign, problems_of(refusal)), 422
    return redirect(url_for("admin.campaigns.standing", code=code))


@routes.route("/campaigns/<code>/close", methods=("GET", "POST"))
def close(code: str) -> Answer:
    """Ask before a running campaign ends; then end it and freeze its closing review.

    Of one that has ended already its standing is shown: asked twice, it ends once.
    """
    campaign = _mine(code)
    if campaign.state != CampaignState.CLOSED:
        if request.method == "GET":
            return _close_page(campaign)
        freezes.close(current.session(), campaign, actor().name, current.now())
    return redirect(url_for("admin.campaigns.standing", code=code))


def _close_page(campaign: Campaign) -> str:
    check_running(CampaignState(campaign.state))
    session, now = current.session(), current.now()
    ranking = fresh_standing(session, campaign, now)
    lacking = [place for place in ranking.places if not place.row.complete]
    seen = [place for kind in CompetitorKind for place in pages.visible(ranking, kind)]
    named = [place for place in lacking if place in seen]
    return render_template(
        "campaigns/close.html",
        ranking=ranking,
        lacking=named,
        unnamed=len(lacking) - len(named),
        before_its_end=today_in(session, [campaign.unit_id], now) <= campaign.ends_on,
        **pages.frame(campaign, ranking),
    )


def _scope() -> frozenset[int]:
    return actor().units(Permission.RUN_CAMPAIGNS)


def _mine(code: str) -> Campaign:
    return campaigns.find_to_run(current.session(), code, _scope())


def _parent() -> Campaign | None:
    """Give the campaign of the level above that is chosen, within the person's reach."""
    code = request.form["parent"]
    return pages.found(code) if code else None


def _new_page(problems: dict[str, str]) -> str:
    asked = request.args.get("template", "")
    known = [one for one in campaigns.templates() if one.key == asked]
    return render_template(
        "campaigns/new.html",
        templates=campaigns.templates(),
        known={
            "unit_id": campaigns.top_unit(current.session(), _scope()),
            **(forms.known_of(known[0]) if known else {}),
        },
        units=_unit_choices(),
        typed=request.form,
        problems=problems,
    )


def _copy_page(source: Campaign, problems: dict[str, str]) -> str:
    return render_template(
        "campaigns/copy.html",
        source=source,
        units=_unit_choices(),
        typed=request.form,
        problems=problems,
    )


def _unit_choices() -> list[tuple[int, str]]:
    return [(row.id, row.name) for row in campaigns.units_within(current.session(), _scope())]


def _opened_plan(campaign: Campaign) -> OpenedForm:
    def shown() -> Shown:
        session = current.session()
        plan = campaigns.plan_of(session, campaign)
        parent = campaign_parents.parent_of(session, campaign)
        return {
            "name": plan.name,
            "theme": plan.theme,
            "document": plan.document,
            "organiser": plan.organiser,
            "starts_on": plan.starts_on,
            "ends_on": plan.ends_on,
            "launched_on": plan.launched_on,
            "milestones": [(one.kind, one.name, one.on) for one in plan.milestones],
            "parent": parent and parent.name,
            "satisfied_from_score": plan.settings.satisfied_from_score,
            "lanes": plan.settings.lanes,
            "unmet_ceiling": plan.settings.unmet_ceiling * 100,
        }

    return opened(campaign, shown)


def _opened_weights(campaign: Campaign, kind: CompetitorKind) -> OpenedForm:
    return opened(campaign, lambda: forms.shown_weights(_rules(campaign, kind)))


def _rules(campaign: Campaign, kind: CompetitorKind) -> list[tuple[int, CriterionRule]]:
    known = campaigns.criteria_of(current.session(), campaign)
    return [(key, rule) for key, rule in known if rule.kind is kind]


def _setup_page(
    campaign: Campaign, problems: dict[str, str], form: OpenedForm | None = None
) -> str:
    session = current.session()
    lines = campaigns.listed(session, actor().units(Permission.CAMPAIGNS))
    parent = campaign_parents.parent_of(session, campaign)
    return _page(
        campaign,
        "setup",
        problems,
        mark=(form or _opened_plan(campaign)).mark,
        lanes=list(Lane),
        milestones=campaigns.milestones_of(session, campaign),
        milestone_kinds=list(MilestoneKind),
        parent=parent.code if parent else "",
        above=[(line.code, line.name) for line in lines if line.code != campaign.code],
    )


def _weights_page(
    campaign: Campaign,
    kind: CompetitorKind,
    problems: dict[str, str],
    form: OpenedForm | None = None,
) -> str:
    rows = _rules(campaign, kind)
    return _page(
        campaign,
        "weights",
        problems,
        mark=(form or _opened_weights(campaign, kind)).mark,
        kind=kind,
        rows=rows,
        nodes=tree([rule for _, rule in rows]),
        measures=list(Measure),
        narrowable=frozenset(ALLOWED),
        comparisons=[one for one in Comparison if one is not Comparison.YES],
        scorings=list(Scoring),
    )


def _terms(campaign: Campaign) -> dict[int, Shown]:
    """Give what the form of each competitor shows."""
    return {
        one.key: {"joined_on": one.joined_on, "left_on": one.left_on, "head": one.head}
        for one in competitors.of_campaign(current.session(), campaign)
    }


def _competitors_page(
    campaign: Campaign, problems: dict[str, str], sent: Mapping[int, str] | None = None
) -> str:
    units, officers = competitors.could_join(current.session(), campaign, _scope())
    marks = {key: mark_of(terms) for key, terms in _terms(campaign).items()}
    return _page(
        campaign,
        "competitors",
        problems,
        competitors=competitors.of_campaign(current.session(), campaign),
        marks=marks | dict(sent or {}),
        units=units,
        officers=officers,
        asides=pages.asides(campaign),
    )


def _page(campaign: Campaign, name: str, problems: dict[str, str], **more: object) -> str:
    ranking = fresh_standing(current.session(), campaign, current.now())
    return render_template(
        f"campaigns/{name}.html",
        ranking=ranking,
        typed=request.form,
        problems=problems,
        **pages.frame(campaign, ranking),
        **more,
    )
