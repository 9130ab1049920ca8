"""Setting a campaign up: opening, copying, plan, weights, competitors, start and close."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin import campaign_forms as forms
from admin.auth import actor
from admin.views import campaigns as pages
from shared.domain.access import Permission
from shared.domain.campaign import Measure, MilestoneKind
from shared.domain.criteria_tree import tree
from shared.domain.errors import Invalid
from shared.domain.faults import Faults
from shared.domain.filter_rules import ALLOWED
from shared.domain.rating import Lane
from shared.domain.scoring import Comparison, CompetitorKind, Scoring
from shared.services import campaign_parents, campaigns, competitors, criteria, freezes
from shared.services.campaigns import Campaign
from shared.services.fresh_standings import fresh_standing
from shared.web import current
from shared.web.refusals import problems_of

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
    try:
        before = campaigns.plan_of(current.session(), campaign)
        campaigns.edit_plan(current.session(), campaign, forms.plan_of(request.form, before))
        if "parent" in request.form:
            campaign_parents.set_parent(current.session(), campaign, _parent())
    except Invalid as refusal:
        return _setup_page(campaign, problems_of(refusal)), 422
    return redirect(url_for("admin.campaign_editing.setup", code=code))


@routes.route("/campaigns/<code>/weights/<kind>", methods=("GET", "POST"))
def weights(code: str, kind: str) -> Answer:
    """Show or change targets, comparisons and weights of one kind of competitor."""
    campaign = _mine(code)
    which = forms.kind_of(kind)
    if request.method == "GET":
        return _weights_page(campaign, which, {})
    keys = [key for key, _ in campaigns.criteria_of(current.session(), campaign)]
    try:
        edits = forms.edits_of(request.form, keys)
        criteria.edit(current.session(), campaign, which, edits)
    except Invalid as refusal:
        return _weights_page(campaign, which, problems_of(refusal)), 422
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
    campaign = _mine(code)
    try:
        with Faults() as faults:
            joined_on = faults.read(forms.optional_date_of, request.form, "joined_on")
            left_on = faults.read(forms.optional_date_of, request.form, "left_on")
        competitors.set_period(current.session(), campaign, key, joined_on, left_on)
        if "head_known" in request.form:
            competitors.set_head(current.session(), campaign, key, head="head" in request.form)
    except Invalid as refusal:
        return _competitors_page(campaign, problems_of(refusal)), 422
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


@routes.post("/campaigns/<code>/close")
def close(code: str) -> Response:
    """End a running campaign and freeze its closing review."""
    freezes.close(current.session(), _mine(code), actor().name, current.now())
    return redirect(url_for("admin.campaigns.standing", code=code))


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


def _setup_page(campaign: Campaign, problems: dict[str, str]) -> str:
    session = current.session()
    lines = campaigns.listed(session, actor().units(Permission.CAMPAIGNS))
    parent = campaign_parents.parent_of(session, campaign)
    return _page(
        campaign,
        "setup",
        problems,
        lanes=list(Lane),
        milestones=campaigns.milestones_of(session, campaign),
        milestone_kinds=list(MilestoneKind),
        parent=parent.code if parent else "",
        above=[(line.code, line.name) for line in lines if line.code != campaign.code],
    )


def _weights_page(campaign: Campaign, kind: CompetitorKind, problems: dict[str, str]) -> str:
    rows = [
        (key, rule)
        for key, rule in campaigns.criteria_of(current.session(), campaign)
        if rule.kind is kind
    ]
    return _page(
        campaign,
        "weights",
        problems,
        kind=kind,
        rows=rows,
        nodes=tree([rule for _, rule in rows]),
        measures=list(Measure),
        narrowable=frozenset(ALLOWED),
        comparisons=[one for one in Comparison if one is not Comparison.YES],
        scorings=list(Scoring),
    )


def _competitors_page(campaign: Campaign, problems: dict[str, str]) -> str:
    units, officers = competitors.could_join(current.session(), campaign, _scope())
    return _page(
        campaign,
        "competitors",
        problems,
        competitors=competitors.of_campaign(current.session(), campaign),
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
