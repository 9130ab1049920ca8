"""An officer whom a complaint names never learns of it: no list, count, search, address or file."""

import io
import re
import zipfile
from collections.abc import Iterable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.audit import sign_session
from shared.domain.access import Role
from shared.jobs import loop
from shared.models.complaint import Complaint
from tests import records
from tests.access.addresses import addresses
from tests.access.table import ANYBODY, STAFF
from tests.access.test_confidential import ANSWER, handle, report
from tests.access.test_endpoints import WRITING_GETS
from tests.infrastructure.crawling import crawl, kind_of
from tests.infrastructure.peopled import NOBODY, Peopled
from tests.sealed_world import WORDS_INSIDE

# Somebody who is that officer and holds every role there is.
NAMED, COLLEAGUE = "named-sen", "colleague-sen"
WORD = "quyếtliệtlạlùng"
BODY = f"Cán bộ ở quầy {WORD} gợi ý đưa tiền."
FOLDED = "quyetlietlalung"
LATER = timedelta(days=30)
EVIDENCE = "admin.campaigns.records"  # differs by the criterion
LISTS = ("/admin/today", "/admin/work", "/admin/complaints")
# What is new on every page: the token of its forms, and the id of a form not sent yet.
CSRF = re.compile(r'name="(?:csrf_token|id)"[^>]*value="[^"]+"')


@pytest.fixture
def sen(peopled: Peopled) -> records.Records:
    """The unit, a month later, with two people who may do everything there."""
    peopled.clock.advance(LATER)
    unit = peopled.units["sen"]
    with Session(peopled.engine) as session:
        sign_session(session, "system", peopled.clock())
        for name, officer_id in ((NAMED, unit.place.officer_id), (COLLEAGUE, None)):
            records.add_person(
                session, name, list(Role), unit.place, peopled.clock(), officer_id=officer_id
            )
        session.commit()
    answered_in_time = {
        "kind": "collective",
        "code": "9.9",
        "group": "G",
        "name": "Trả lời đúng hạn",
        "measure": "complaints_answered_on_time",
        "unit": "percent",
        "comparison": "at_least",
        "target": "100",
    }
    added = peopled.post(f"/admin/campaigns/{unit.draft}/criteria/add", answered_in_time, COLLEAGUE)
    assert added.status_code == 302
    return unit


def complain(peopled: Peopled, sen: records.Records) -> str:
    """File a complaint about the officer as a resident does, a month ago; give its number."""
    peopled.clock.advance(-LATER)
    page = f"/q/{sen.desk_token}/complaint"
    fields = {"kind": "report", "body": BODY, "officer": "CB-sen"}
    assert peopled.post(page, fields).status_code == 200
    peopled.clock.advance(LATER)
    with Session(peopled.engine) as session:
        newest = select(Complaint.number).order_by(Complaint.id.desc()).limit(1)
        return session.scalars(newest).one()


def timely(peopled: Peopled) -> str:
    """Give the page with what stands behind the unit's share of complaints answered in time."""
    return f"/admin/campaigns/{peopled.units['sen'].draft}/evidence/collective/SEN/9.9"


def looks(peopled: Peopled, who: str) -> dict[str, str]:
    """Open everything a person can open, by links and by every known address of another kind."""
    seen = crawl(peopled, who, [timely(peopled), "/admin/"], "/admin")
    seen |= opened(peopled, who, public(peopled))
    kinds = {kind_of(peopled, path) for path in seen}
    for name in STAFF:
        if name.startswith("GET"):
            endpoint = name.removeprefix("GET ")
            for path in addresses(peopled.app, endpoint, peopled.units["sen"], who):
                if path.endswith(".pdf"):  # holds its date
                    continue
                if path in seen or (kind_of(peopled, path) in kinds and endpoint != EVIDENCE):
                    continue
                answer = peopled.get(path, who)
                if answer.status_code == 200:
                    seen[path] = answer.data.decode(errors="replace")
    return {path: CSRF.sub("", page) for path, page in seen.items()}


def public(peopled: Peopled) -> list[str]:
    """Give the addresses of what everybody may open and is no picture."""
    unit = peopled.units["sen"]
    names = [name for name in ANYBODY if name.startswith("GET") and name not in WRITING_GETS]
    return [
        path
        for name in sorted(names)
        if not name.endswith(("static", "healthz"))
        for path in addresses(peopled.app, name.removeprefix("GET "), unit, NOBODY)
        if not path.endswith(".svg")
    ]


def opened(peopled: Peopled, who: str, paths: Iterable[str]) -> dict[str, str]:
    """Open some addresses, whatever they answer."""
    answers = {path: peopled.get(path, who) for path in paths}
    return {
        path: CSRF.sub("", answer.data.decode(errors="replace")) for path, answer in answers.items()
    }


# The same officer is left out by the same condition of every query, whoever answers it; that
# PostgreSQL does is told by the tests of lists, search and single addresses below.
@pytest.mark.once
def test_no_page_differs_because_of_a_complaint_or_a_report_about_the_reader(
    peopled: Peopled, sen: records.Records
) -> None:
    """Neither an ordinary complaint nor a confidential report, opened and upheld, tells itself."""
    before = looks(peopled, NAMED)
    told = {*public(peopled), *(path for path in before if "/campaigns/" in path)}
    peopled.clock.advance(-LATER)
    reported = report(peopled, sen)
    handle(peopled, reported)
    peopled.clock.advance(LATER)
    with_report = opened(peopled, NAMED, told)
    number = complain(peopled, sen)
    after = looks(peopled, NAMED)
    marks = (WORD, FOLDED, number, reported, *WORDS_INSIDE, ANSWER)
    seen = [*after.items(), *with_report.items()]
    assert [path for path, page in seen if any(mark in page for mark in marks)] == []
    differing = {
        path for path in before.keys() | after.keys() if before.get(path) != after.get(path)
    }
    # A score is of all cases, and their number public; what stands behind it is not. Of
    # confidential reports there is nothing even there.
    assert differing <= told
    assert [path for path, page in with_report.items() if page != before[path]] == []


def test_a_colleague_sees_the_complaint(peopled: Peopled, sen: records.Records) -> None:
    """Or the test above would prove nothing."""
    number = complain(peopled, sen)
    for path in (*LISTS, timely(peopled)):
        assert number in peopled.get(path, COLLEAGUE).get_data(as_text=True), path


def test_search_and_direct_address_find_nothing(peopled: Peopled, sen: records.Records) -> None:
    number = complain(peopled, sen)
    for query in (WORD, FOLDED, number, number[-5:]):
        for path in ("/admin/complaints", "/admin/work"):
            found = peopled.get(path, NAMED, query_string={"q": query}).get_data(as_text=True)
            told = found.replace(f'value="{query}"', "").replace(f"“{query}”", "")
            assert WORD not in told
            assert f"/complaints/{number}" not in told
    shown = peopled.get(f"/admin/work?case={number}", NAMED).get_data(as_text=True)
    assert WORD not in shown
    nowhere = peopled.get(f"/admin/complaints/{number}", NAMED)
    missing = peopled.get("/admin/complaints/PA-2026-99999", NAMED)
    assert (nowhere.status_code, nowhere.data) == (404, missing.data)


@pytest.mark.parametrize(
    "act",
    ["", "/refuse", "/take", "/close", "/notes", "/handler", "/class", "/officers", "/contact"],
)
def test_the_named_officer_can_do_nothing_with_it(
    peopled: Peopled, sen: records.Records, act: str
) -> None:
    number = complain(peopled, sen)
    with Session(peopled.engine) as session:
        wanted = select(Complaint).where(Complaint.number == number)
        before = session.scalars(wanted).one().version
    fields = {
        "version": before,
        "answer": "Kính gửi Ông/Bà, chúng tôi xin lỗi.",
        "reason": "Không đúng thẩm quyền của chúng tôi.",
        "note": "Ghi chú",
        "kind": "praise",
        "tier": "own",
        "handler": 1,
        "officer": sen.place.officer_id,
    }
    answer = peopled.post(f"/admin/complaints/{number}{act}", fields, NAMED)
    assert answer.status_code == 404
    assert WORD not in answer.get_data(as_text=True)
    with Session(peopled.engine) as session:
        assert session.scalars(wanted).one().version == before


def test_files_made_for_the_named_officer_do_not_tell(
    peopled: Peopled, sen: records.Records
) -> None:
    number = complain(peopled, sen)
    for form in ("xlsx", "docx"):
        path = f"/admin/campaigns/{sen.campaign}/report/{form}"
        asked = peopled.post(path, {}, NAMED)
        assert asked.status_code == 302
        loop.run_waiting(peopled.settings, peopled.clock())
        file = peopled.get(f"{asked.location}/file", NAMED)
        assert file.status_code == 200
        with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
            text = "".join(
                archive.read(name).decode(errors="replace") for name in archive.namelist()
            )
        assert "Thi đua" in text
        assert [mark for mark in (WORD, FOLDED, number) if mark in text] == []


def test_a_case_does_not_stay_with_a_handler_who_is_named_later(
    peopled: Peopled, sen: records.Records
) -> None:
    took = peopled.post(f"/admin/complaints/{sen.number}/take", {"version": sen.version}, NAMED)
    assert took.status_code == 303
    page = peopled.get(f"/admin/complaints/{sen.number}", COLLEAGUE).get_data(as_text=True)
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found is not None
    peopled.post(
        f"/admin/complaints/{sen.number}/officers",
        {"version": found.group(1), "officer": sen.place.officer_id},
        COLLEAGUE,
    )
    for path in LISTS:
        assert sen.number not in peopled.get(path, NAMED).get_data(as_text=True)
    assert sen.number in peopled.get("/admin/work", COLLEAGUE).get_data(as_text=True)


def test_a_resident_following_the_case_is_not_told_who_handles_it(
    peopled: Peopled, sen: records.Records
) -> None:
    peopled.post(f"/admin/complaints/{sen.number}/take", {"version": sen.version}, COLLEAGUE)
    page = peopled.get(f"/follow/{sen.code}", NOBODY).get_data(as_text=True)
    assert COLLEAGUE not in page


def test_reviewers_do_not_read_single_ratings_of_their_own_service(
    peopled: Peopled, sen: records.Records
) -> None:
    paths = ["/admin/ratings", "/admin/ratings/own", "/admin/ratings/single"]
    paths += addresses(peopled.app, "admin.campaigns.records", sen, NAMED)
    own = {path: peopled.get(path, NAMED).get_data(as_text=True) for path in paths}
    other = {path: peopled.get(path, COLLEAGUE).get_data(as_text=True) for path in paths}
    single = re.compile(r"[1-5] / 5</td>|cán bộ nói to")  # all of them are of that officer
    showing = {path for path, page in other.items() if single.search(page)}
    assert "/admin/ratings/single" in showing
    assert any("/evidence/collective" in path for path in showing)
    assert [path for path, page in own.items() if single.search(page)] == []
