"""What the pages of a campaign's awards have in common: whose campaign it is, and its frame."""

from datetime import date

from flask import render_template, request

from admin.auth import actor
from admin.views import campaigns as pages
from shared.domain.access import Permission
from shared.services import award_titles, campaigns, freezes
from shared.services.campaigns import Campaign
from shared.services.local_days import today_in
from shared.services.registers import Setup
from shared.services.standings import Standing
from shared.web import current


def mine(code: str) -> Campaign:
    """Give a campaign the actor runs; NotFound otherwise."""
    return campaigns.find_to_run(current.session(), code, reach())


def reach() -> frozenset[int]:
    """Give the units whose campaigns the actor runs."""
    return actor().units(Permission.RUN_CAMPAIGNS)


def ranking_of(campaign: Campaign) -> Standing:
    """Give the standing that holds."""
    return freezes.in_force(current.session(), campaign, current.now())


def setup_of(campaign: Campaign) -> Setup:
    """Say who acts for the organisation of a campaign, and when."""
    organisation = award_titles.organisation(current.session(), campaign)
    return Setup(actor(), organisation, current.now(), permission=Permission.RUN_CAMPAIGNS)


def today_of(campaign: Campaign) -> date:
    """Give the local day where a campaign is run."""
    return today_in(current.session(), {campaign.unit_id}, current.now())


def page(
    campaign: Campaign,
    name: str,
    problems: dict[str, str] | None = None,
    ranking: Standing | None = None,
    **more: object,
) -> str:
    """Draw a page of a campaign's awards."""
    found = ranking or ranking_of(campaign)
    return render_template(
        f"awards/{name}.html",
        ranking=found,
        typed=request.form,
        problems=problems or {},
        today=today_of(campaign),
        **pages.frame(campaign, found),
        **more,
    )
