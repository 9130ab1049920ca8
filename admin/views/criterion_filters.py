"""Which records a criterion counts: a page of its own beside the weights."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from admin import campaign_forms as forms
from admin.auth import actor
from admin.opened import opened
from admin.views import campaigns as pages
from shared.domain.access import Permission
from shared.domain.criterion_filter import By, CriterionFilter
from shared.domain.errors import Invalid
from shared.domain.filter_rules import allowed, choices
from shared.services import campaigns, criteria
from shared.services.campaigns import Campaign
from shared.services.fresh_standings import fresh_standing
from shared.services.opened_forms import OpenedForm
from shared.web import current
from shared.web.refusals import problems_of, status_of

routes = Blueprint("criterion_filters", __name__)
LONGEST_LIST = 2_000


@routes.route("/campaigns/<code>/criteria/<int:key>/filter", methods=("GET", "POST"))
def form(code: str, key: int) -> Response | str | tuple[str, int]:
    """Show or change which records a criterion of a draft counts."""
    scope = actor().units(Permission.RUN_CAMPAIGNS)
    campaign = campaigns.find_to_run(current.session(), code, scope)
    rule = criteria.rule(current.session(), campaign, key)
    opened_filter = _opened(campaign, key)
    if request.method == "GET":
        return _page(campaign, key, rule.filter, {}, opened_filter)
    wanted = rule.filter
    try:
        with opened_filter.saving():
            wanted = _filter_of(request.form, rule.measure)
            criteria.set_filter(current.session(), campaign, key, wanted)
    except Invalid as refusal:
        page = _page(campaign, key, wanted, problems_of(refusal), opened_filter)
        return page, status_of(refusal)
    return redirect(url_for("admin.campaign_editing.weights", code=code, kind=rule.kind))


def _filter_of(form: MultiDict[str, str], measure: str) -> CriterionFilter:
    """Read what was ticked, and codes and words written one a line, of what the form offers."""
    return CriterionFilter(**{by.value: _values_of(form, by) for by in allowed(measure)})


def _values_of(form: MultiDict[str, str], by: By) -> tuple[str, ...]:
    for text in form.getlist(by.value):
        forms.text_of(MultiDict({by.value: text}), by.value, LONGEST_LIST)
    lines = (line.strip() for text in form.getlist(by.value) for line in text.splitlines())
    return tuple(dict.fromkeys(line for line in lines if line))


def _opened(campaign: Campaign, key: int) -> OpenedForm:
    def shown() -> dict[str, object]:
        chosen = criteria.rule(current.session(), campaign, key).filter
        return {by.value: chosen.of(by) for by in By}

    return opened(campaign, shown)


def _page(
    campaign: Campaign,
    key: int,
    shown: CriterionFilter,
    problems: dict[str, str],
    form: OpenedForm,
) -> str:
    session = current.session()
    rule = criteria.rule(session, campaign, key)
    ranking = fresh_standing(session, campaign, current.now())
    return render_template(
        "campaigns/filter.html",
        ranking=ranking,
        key=key,
        mark=form.mark,
        rule=rule,
        shown={by: shown.of(by) for by in By},
        kinds=[(by, choices(rule.measure, by)) for by in allowed(rule.measure)],
        known=criteria.offices_values(session, campaign),
        problems=problems,
        **pages.frame(campaign, ranking),
    )
