"""Award titles: the share of all members each needs, on what legal basis, from when until when."""

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from admin.opened import opened
from admin.views.awards import mine, page, setup_of
from shared.domain.entry import Cells
from shared.domain.errors import Invalid
from shared.services import award_titles as service
from shared.services import organisations
from shared.services.campaigns import Campaign
from shared.services.opened_forms import OpenedForm
from shared.web import current
from shared.web.refusals import problems_of, status_of

routes = Blueprint("award_titles", __name__)
Answer = Response | str | tuple[str, int]


@routes.get("/campaigns/<code>/awards/titles")
def titles(code: str) -> str:
    """List the titles with every version."""
    return _page(mine(code))


@routes.post("/campaigns/<code>/awards/titles/")
def add(code: str) -> Answer:
    """Add a title, or a version of one from a day on."""
    return _save(mine(code), None)


@routes.post("/campaigns/<code>/awards/titles/shipped")
def adopt(code: str) -> Answer:
    """Take over the titles that come with the program."""
    campaign = mine(code)
    service.adopt(current.session(), _whole(campaign))
    return redirect(url_for("admin.award_titles.titles", code=code))


@routes.get("/campaigns/<code>/awards/titles/<int:key>")
def title(code: str, key: int) -> str:
    """Show one version of a title, with its form for who may change it."""
    return _page(mine(code), key=key)


@routes.post("/campaigns/<code>/awards/titles/<int:key>")
def change(code: str, key: int) -> Answer:
    """Change one version of a title."""
    return _save(mine(code), key)


def _save(campaign: Campaign, key: int | None) -> Answer:
    form = _opened(campaign, key)
    try:
        with form.saving():
            service.save(current.session(), _whole(campaign), key, request.form)
    except Invalid as refusal:
        return _page(campaign, problems_of(refusal), key, form), status_of(refusal)
    return redirect(url_for("admin.award_titles.titles", code=campaign.code))


def _whole(campaign: Campaign) -> int:
    """Give the organisation's key; NotAllowed for who reaches only a part of it."""
    setup = setup_of(campaign)
    organisations.check_may_change_whole(current.session(), setup)
    return setup.organisation.id


def _opened(campaign: Campaign, key: int | None) -> OpenedForm:
    """Give the form of a version, or of a new one, which shows nothing."""
    organisation = setup_of(campaign).organisation

    def shown() -> Cells:
        if key is None:
            return {}
        return service.cells_of(service.find(current.session(), organisation.id, key))

    return opened(organisation, shown)


def _page(
    campaign: Campaign,
    problems: dict[str, str] | None = None,
    key: int | None = None,
    form: OpenedForm | None = None,
) -> str:
    session, setup = current.session(), setup_of(campaign)
    organisation_id = setup.organisation.id
    known = None if key is None else service.find(session, organisation_id, key)
    cells = {} if known is None else service.cells_of(known)
    return page(
        campaign,
        "titles",
        problems,
        titles=service.listed(session, organisation_id),
        changeable=organisations.may_change_whole(session, setup),
        known=known,
        mark=(form or _opened(campaign, key)).mark,
        cells={**cells, **request.form},
        kinds=service.KINDS,
    )
