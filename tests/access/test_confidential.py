"""A confidential report exists for its named inspectors alone: every endpoint, role and unit."""

import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.audit import sign_session
from shared.domain.access import Role
from shared.jobs import loop
from shared.models.sealed import SealedReport
from shared.services import jobs
from tests import records
from tests.access.addresses import addresses
from tests.access.table import ANYBODY, INSPECTING, STAFF
from tests.access.test_endpoints import WRITING_GETS
from tests.infrastructure.peopled import NOBODY, Peopled
from tests.sealed_world import CONTACT, TEXT, WORDS_INSIDE, give_key

INSPECTOR, OTHER_UNITS = "inspector-sen", "inspector-lua"
ACCUSED_INSPECTOR = "accused-inspector-sen"  # the officer whom reports accuse
DRAWN = (".svg", ".pdf", "static", "healthz")  # pictures of codes, and what holds its time
CSRF = re.compile(r'name="(?:csrf_token|id)"[^>]*value="[^"]+"')
SEALED = [name for name in STAFF if " admin.sealed." in name]
A_PAGE_OF_ADMINISTRATORS = "GET admin.accounts.index"
ANSWER = "Đã xác minh, xin cảm ơn Ông/Bà."


@pytest.fixture
def sen(peopled: Peopled) -> records.Records:
    """The unit, with an inspector who may read all but what accuses an officer."""
    unit = peopled.units["sen"]
    with Session(peopled.engine) as session:
        sign_session(session, "system", peopled.clock())
        records.add_person(
            session,
            ACCUSED_INSPECTOR,
            [Role.INSPECTOR],
            unit.place,
            peopled.clock(),
            officer_id=unit.place.officer_id,
        )
        give_key(session, ACCUSED_INSPECTOR, ACCUSED_INSPECTOR, peopled.clock())
        session.commit()
    return unit


def report(peopled: Peopled, sen: records.Records) -> str:
    """Report the officer as a resident without script does; give the number."""
    fields = {"matter": "extra_money", "officer": "CB-sen", "text": TEXT, "contact": CONTACT}
    assert peopled.post(f"/q/{sen.desk_token}/sealed", fields).status_code == 200
    with Session(peopled.engine) as session:
        newest = select(SealedReport.number).order_by(SealedReport.id.desc()).limit(1)
        return session.scalars(newest).one()


def version(peopled: Peopled, number: str) -> int:
    with Session(peopled.engine) as session:
        found = select(SealedReport.version).where(SealedReport.number == number)
        return session.scalars(found).one()


def handle(peopled: Peopled, number: str) -> None:
    """Open, verify and uphold a report as its inspector does."""
    path = f"/admin/sealed/reports/{number}"
    assert peopled.post(f"{path}/texts", {}, INSPECTOR).status_code == 200
    for act, fields in (
        ("verification", {}),
        ("conclusion", {"conclusion": "uphold", "answer": ANSWER}),
    ):
        seen = {"version": version(peopled, number), **fields}
        assert peopled.post(f"{path}/{act}", seen, INSPECTOR).status_code == 303, act


def looks(peopled: Peopled, who: str) -> dict[str, str]:
    """Open every address of their unit that an inspector can open, and one that is not theirs."""
    seen, unit = {}, peopled.units[who.rpartition("-")[2]]
    may = {name for name, allowed in STAFF.items() if Role.INSPECTOR in allowed}
    for name in sorted(may | ANYBODY | {A_PAGE_OF_ADMINISTRATORS}):
        if name.startswith("GET") and name not in WRITING_GETS and not name.endswith(DRAWN):
            for path in addresses(peopled.app, name.removeprefix("GET "), unit, who):
                answer = peopled.get(path, who)
                seen[path] = f"{answer.status_code} {answer.data.decode(errors='replace')}"
    return {path: CSRF.sub("", page) for path, page in seen.items()}


# What tells of a report is what was written: see below, of both databases. To whom it accuses no
# page tells it, of whatever role, either: see test_named_officer.
@pytest.mark.once
@pytest.mark.thorough
def test_no_page_of_another_units_inspector_differs_because_of_a_report(
    peopled: Peopled, sen: records.Records
) -> None:
    before = looks(peopled, OTHER_UNITS)
    number = report(peopled, sen)
    handle(peopled, number)
    after = looks(peopled, OTHER_UNITS)
    marks = (number, *WORDS_INSIDE, ANSWER)
    assert [path for path, page in after.items() if any(mark in page for mark in marks)] == []
    assert [path for path in before if before[path] != after[path]] == []


def test_its_inspector_sees_it(peopled: Peopled, sen: records.Records) -> None:
    """Or the test above would prove nothing."""
    number = report(peopled, sen)
    assert number in peopled.get("/admin/sealed", INSPECTOR).get_data(as_text=True)
    page = peopled.get(f"/admin/sealed/reports/{number}", INSPECTOR).get_data(as_text=True)
    assert [word for word in WORDS_INSIDE if word in page] == []


@pytest.mark.parametrize("key", ["sen", "lua"])
@pytest.mark.parametrize("role", Role)
def test_for_everybody_else_its_address_leads_nowhere_and_changes_nothing(
    peopled: Peopled, sen: records.Records, role: Role, key: str
) -> None:
    who = f"{role}-{key}"
    number = report(peopled, sen)
    if who == INSPECTOR:
        who = ACCUSED_INSPECTOR  # the same role and unit, held by the one it accuses
    before = peopled.changed()
    for name in SEALED:
        for path in addresses(peopled.app, name.partition(" ")[2], sen, who):
            if sen.sealed_number not in path:
                continue
            nowhere = path.replace(sen.sealed_number, "K-00000000")
            about_me = path.replace(sen.sealed_number, number)
            ask = peopled.get if name.startswith("GET") else peopled.post
            found, missing = ask(about_me, name=who), ask(nowhere, name=who)
            assert found.status_code == (404 if role in INSPECTING else 403), path
            assert CSRF.sub("", found.text) == CSRF.sub("", missing.text), path
    assert peopled.changed() == before


def test_nothing_outside_its_own_tables_tells_of_a_report(
    peopled: Peopled, sen: records.Records
) -> None:
    """No audit event, no message, no job's outcome, no total, no session: nothing to count."""
    peopled.csrf(INSPECTOR)
    before = peopled.changed()
    handle(peopled, report(peopled, sen))
    report(peopled, sen)
    after = peopled.changed()
    differing = {name for name in after if after[name] != before.get(name)}
    assert {name for name in differing if not name.startswith("sealed_")} == set()
    assert {"sealed_report", "sealed_message", "sealed_opening"} <= differing


def test_the_job_that_takes_reports_up_does_not_tell_how_many(
    peopled: Peopled, sen: records.Records
) -> None:
    with Session(peopled.engine) as session:
        job = jobs.request(session, "sealed", {}, None, peopled.clock())
        session.commit()
        loop.run_waiting(peopled.settings, peopled.clock())
        session.refresh(job)
        assert (job.state, job.outcome) == ("done", {})


def test_who_holds_the_code_learns_no_name_and_no_number(
    peopled: Peopled, sen: records.Records
) -> None:
    handle(peopled, sen.sealed_number)
    page = peopled.get(f"/sealed/{sen.sealed_code}", NOBODY).get_data(as_text=True)
    assert ANSWER in page
    told = (sen.sealed_number, INSPECTOR, "CB-sen", "Lê Thu Hà", *WORDS_INSIDE)
    assert [word for word in told if word in page] == []
