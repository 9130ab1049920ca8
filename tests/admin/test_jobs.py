"""The page of long work leads back to where the work was asked for."""

import re

import pytest
from sqlalchemy.orm import Session

from admin.views.jobs import ASKED_FOR_AT
from shared.jobs.kinds import KINDS
from shared.models.job import Job
from shared.models.organisation import Organisation
from tests.conftest import ORDINARY_MOMENT
from tests.infrastructure.peopled import Peopled

WAY = re.compile(r'<nav class="crumb".*?href="([^"]+)"')
WHO = {"case_figures": "head-sen", "poster": "admin-sen", "poster_a4": "admin-sen"}


def page_of(peopled: Peopled, kind: str, who: str) -> str:
    """Let somebody have asked for work, and open its page."""
    sen = peopled.units["sen"]
    with Session(peopled.engine) as session, session.begin():
        organisation = session.get_one(Organisation, sen.place.organisation_id)
        arguments = {
            "campaign": sen.campaign,
            "session": sen.awards["session"],
            "org": organisation.code,
        }
        job = Job(
            kind=kind,
            arguments=arguments,
            account_id=sen.accounts[who],
            state="done",
            created_at=ORDINARY_MOMENT,
        )
        session.add(job)
        session.flush()
        path = f"/admin/jobs/{job.id}"
    return peopled.get(path, who).get_data(as_text=True)


@pytest.mark.parametrize("kind", ASKED_FOR_AT)
def test_the_page_of_finished_work_leads_back(peopled: Peopled, kind: str) -> None:
    assert kind in KINDS
    who = WHO.get(kind, "organiser-sen" if kind.startswith(("award", "campaign")) else "admin-sen")
    way = WAY.search(page_of(peopled, kind, who))
    assert way is not None
    assert peopled.get(way.group(1), who).status_code == 200


def test_nobody_is_led_where_they_may_no_longer_go(peopled: Peopled) -> None:
    assert WAY.search(page_of(peopled, "poster", "officer-sen")) is None
