"""Reports of a campaign: the data around the figures, and asking for the files."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin import campaign_forms as forms
from admin.auth import actor
from admin.opened import opened
from admin.views import campaigns as pages
from shared.domain.access import Permission
from shared.domain.errors import Invalid, NotFound
from shared.services import campaign_reports, campaigns, jobs, report_data
from shared.services.campaign_reports import NOW_KEY
from shared.services.campaigns import Campaign
from shared.services.fresh_standings import fresh_standing
from shared.web import current
from shared.web.refusals import problems_of, status_of

routes = Blueprint("reports", __name__)
KINDS = {"xlsx": "campaign_xlsx", "docx": "campaign_docx", "pdf": "campaign_pdf"}
"""Form of the file → kind of the job that makes it."""


@routes.route("/campaigns/<code>/report", methods=("GET", "POST"))
def data(code: str) -> Response | str | tuple[str, int]:
    """Show or change number, place, signatory and recipients of the report."""
    campaign = pages.found(code)
    held = opened(campaign, lambda: vars(report_data.report_of(campaign)))
    if request.method == "GET":
        return _page(campaign, "report", {}, mark=held.mark)
    mine = campaigns.find_to_run(current.session(), code, actor().units(Permission.RUN_CAMPAIGNS))
    try:
        with held.saving():
            report_data.edit_report(mine, forms.report_data_of(request.form))
    except Invalid as refusal:
        page = _page(campaign, "report", problems_of(refusal), mark=held.mark)
        return page, status_of(refusal)
    return redirect(url_for("admin.reports.data", code=code))


@routes.route("/campaigns/<code>/report/<form>", methods=("GET", "POST"))
def file(code: str, form: str) -> Response | str:
    """Say what the file will hold and which periods there are, and on asking have it made."""
    campaign = pages.found(code)
    if form not in KINDS:
        raise NotFound
    session, now = current.session(), current.now()
    if request.method == "GET":
        offers = campaign_reports.offered(session, campaign, now)
        return _page(campaign, "report_file", {}, form=form, offers=offers)
    asked = campaign_reports.offer(session, campaign, request.form.get("report", NOW_KEY), now)
    arguments = {
        "campaign": code,
        "report": asked.key,
        "unit_ids": _officers_of(),
        "without": actor().officer_id,
    }
    job = jobs.request(session, KINDS[form], arguments, actor().account_id, now)
    return redirect(url_for("admin.jobs.job", job_id=job.id))


def _officers_of() -> list[int]:
    """Give the units whose officers the report may show: those the actor sees on the pages too."""
    may = actor().may(Permission.RATINGS)
    return sorted(actor().units(Permission.RATINGS)) if may else []


def _page(campaign: Campaign, name: str, problems: dict[str, str], **more: object) -> str:
    ranking = fresh_standing(current.session(), campaign, current.now())
    return render_template(
        f"campaigns/{name}.html",
        data=report_data.report_of(campaign),
        typed=request.form,
        problems=problems,
        ranking=ranking,
        **pages.frame(campaign, ranking),
        **more,
    )
