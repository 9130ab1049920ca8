"""The scenario in small: one campaign of three units, from its opening to its closing report."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.orm import Session

from bench.scenario import checks
from bench.scenario.plans import THACH_THAT
from bench.scenario.running import run
from shared.jobs import campaign_reports
from shared.services import campaigns, freezes

SMALL = replace(THACH_THAT, units=THACH_THAT.units[1:4], ratings=8, dossiers=6, cases=1)


# Each step is a service with tests of its own on both databases.
@pytest.mark.once
@pytest.mark.thorough
def test_a_campaign_runs_from_its_opening_to_its_closing_report(session: Session) -> None:
    closed = run(session, 1, SMALL)
    assert checks.wrong(session, closed) == []
    campaign = campaigns.by_code(session, closed.code)
    assert campaign.document == campaigns.template(SMALL.key).document
    reviews = [one.on for one in freezes.listed(session, campaign)]
    assert reviews == [date(2021, 11, 30), date(2021, 7, 31)]
    told = checks.as_text(session, closed)
    assert all(one.name in told for one in SMALL.units)
    key = "closing-2021-11-30-1"
    material = campaign_reports.gather(session, closed.code, key, closed.until)
    assert campaign_reports.as_docx(material).startswith(b"PK")
