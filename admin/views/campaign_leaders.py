"""Who leads a campaign when, and whose earlier work a successor counts."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from admin import campaign_forms as forms
from admin.auth import actor
from admin.opened import opened
from admin.views import campaigns as pages
from shared.domain.access import Permission
from shared.domain.campaign_leader import Leader
from shared.domain.errors import Invalid
from shared.domain.faults import Faults
from shared.services import campaign_leaders, campaigns, carried_facts
from shared.services.campaigns import Campaign
from shared.services.fresh_standings import fresh_standing
from shared.services.opened_forms import OpenedForm
from shared.web import current
from shared.web.refusals import problems_of, status_of

routes = Blueprint("campaign_leaders", __name__)
FIELDS = ("leader_name", "leader_since", "leader_until", "leader_document")
EMPTY_ROWS = 2


@routes.route("/campaigns/<code>/leading", methods=("GET", "POST"))
def leading(code: str) -> Response | str | tuple[str, int]:
    """Show or change who leads a campaign, from when until when."""
    campaign = _mine(code)
    form = _opened(campaign)
    if request.method == "GET":
        return _page(campaign, {}, form)
    try:
        with form.saving():
            campaign_leaders.keep(current.session(), campaign, _leaders_of(request.form))
    except Invalid as refusal:
        return _page(campaign, problems_of(refusal), form), status_of(refusal)
    return redirect(url_for("admin.campaign_leaders.leading", code=code))


@routes.post("/campaigns/<code>/competitors/<int:key>/carry")
def carry(code: str, key: int) -> Response:
    """Let a successor count what a unit before it did."""
    campaign = _mine(code)
    unit_id = forms.key_of(request.form, "predecessor")
    carried_facts.carry(current.session(), campaign, key, unit_id, _scope())
    return redirect(url_for("admin.campaign_editing.taking_part", code=code))


@routes.post("/campaigns/<code>/competitors/<int:key>/drop")
def drop(code: str, key: int) -> Response:
    """Take that back."""
    campaign = _mine(code)
    unit_id = forms.key_of(request.form, "predecessor")
    carried_facts.drop(current.session(), campaign, key, unit_id)
    return redirect(url_for("admin.campaign_editing.taking_part", code=code))


def _scope() -> frozenset[int]:
    return actor().units(Permission.RUN_CAMPAIGNS)


def _mine(code: str) -> Campaign:
    return campaigns.find_to_run(current.session(), code, _scope())


def _leaders_of(form: MultiDict[str, str]) -> list[Leader]:
    """Read the rows; one that is empty throughout is none."""
    rows = zip(*(form.getlist(name) for name in FIELDS), strict=False)
    with Faults() as faults:
        return [
            faults.read(_leader_of, number, row)
            for number, row in enumerate(rows, start=1)
            if any(cell.strip() for cell in row)
        ]


def _leader_of(number: int, row: tuple[str, ...]) -> Leader:
    """Read a row; Invalid names field and number of the row."""
    names = [f"{name}-{number}" for name in FIELDS]
    cells = MultiDict(zip(names, row, strict=True))
    name, since, until, document = names
    with Faults() as faults:
        return Leader(
            faults.read(forms.text_of, cells, name, 200),
            faults.read(forms.optional_date_of, cells, since),
            faults.read(forms.optional_date_of, cells, until),
            faults.read(forms.text_of, cells, document),
        )


def _opened(campaign: Campaign) -> OpenedForm:
    def shown() -> dict[str, object]:
        """Give the fields of each row by its number."""
        leaders = campaign_leaders.of_campaign(current.session(), campaign)
        return {
            f"{name}-{number}": value
            for number, one in enumerate(leaders, start=1)
            for name, value in zip(
                FIELDS, (one.name, one.since, one.until, one.document), strict=True
            )
        }

    return opened(campaign, shown)


def _page(campaign: Campaign, problems: dict[str, str], form: OpenedForm) -> str:
    session = current.session()
    ranking = fresh_standing(session, campaign, current.now())
    known = campaign_leaders.of_campaign(session, campaign) or [Leader(campaign.organiser)]
    rows = [
        (one.name, one.since or "", one.until or "", one.document)
        for one in known
        if one.name or one.since
    ]
    if request.form:
        rows = list(zip(*(request.form.getlist(name) for name in FIELDS), strict=False))
    return render_template(
        "campaigns/leading.html",
        ranking=ranking,
        mark=form.mark,
        rows=rows if request.form else rows + [("", "", "", "")] * EMPTY_ROWS,
        problems=problems,
        **pages.frame(campaign, ranking),
    )
