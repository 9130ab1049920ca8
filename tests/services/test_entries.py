"""What staff take down for somebody: counted from the day it reached the office, and findable."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.domain.complaint import Kind
from shared.domain.errors import Invalid, NotAllowed, NotFound
from shared.domain.tracking_code import code_of
from shared.models.complaint import Complaint, ComplaintContact
from shared.services import entries, following, inbox
from shared.services.complaints import PURPOSE, Filing, receive
from shared.services.entries import Entry, Way
from tests.case_world import SECRET, WORDS, build, person
from tests.cast import Place


@pytest.fixture
def places(session: Session, now: datetime) -> dict[str, Place]:
    """The two units with their people."""
    return build(session, now)


@pytest.fixture
def paper(places: dict[str, Place]) -> Entry:
    """A paper from the box of Sen Hồng, opened last Friday."""
    return Entry(
        form_id=uuid4(),
        unit_id=places["sen"].unit_id,
        way=Way.BOX,
        kind=Kind.REPORT,
        body=WORDS,
        opened_on=date(2026, 11, 13),
        written_on=date(2026, 11, 9),
        source="Hòm thư ở sảnh",
    )


def test_the_time_of_a_paper_runs_from_the_day_the_box_was_opened(
    session: Session, paper: Entry, now: datetime
) -> None:
    officer = person(session, "officer-sen")
    complaint = entries.enter(session, paper, SECRET, officer, now).complaint
    # Friday 13 November: five working days end on Friday the 20th, whenever it is typed in.
    assert (complaint.received_on, complaint.due_on) == (date(2026, 11, 13), date(2026, 11, 20))
    assert complaint.channel == "box"
    noted = entries.entry_of(session, complaint.id)
    assert noted == entries.Noted("officer-sen", "Hòm thư ở sảnh", date(2026, 11, 9))


def test_what_was_told_today_is_received_now(session: Session, paper: Entry, now: datetime) -> None:
    told = replace(paper, way=Way.HOTLINE, opened_on=date(2026, 1, 1), written_on=None)
    entered = entries.enter(session, told, SECRET, person(session, "officer-sen"), now)
    assert entered.complaint.received_at == now
    assert following.followed(session, entered.code.link).id == entered.complaint.id


def test_the_same_form_sent_again_is_one_case(
    session: Session, paper: Entry, now: datetime
) -> None:
    officer = person(session, "officer-sen")
    first, second = (entries.enter(session, paper, SECRET, officer, now) for _ in range(2))
    assert first.code == second.code
    assert session.scalar(select(func.count()).select_from(Complaint)) == 1


def test_a_form_gone_back_to_and_changed_loses_no_words(
    session: Session, paper: Entry, now: datetime
) -> None:
    officer = person(session, "officer-sen")
    changed = replace(paper, body=f"{WORDS} Và phải đi lại ba lần.")
    first, second = (entries.enter(session, one, SECRET, officer, now) for one in (paper, changed))
    assert second.complaint.body == changed.body
    assert first.code != second.code


def test_nobody_is_handed_the_code_of_a_residents_case_for_knowing_its_form(
    session: Session, paper: Entry, now: datetime
) -> None:
    filing = Filing(paper.form_id, paper.unit_id, Kind.REPORT, WORDS, "vi", "phone")
    code = code_of(paper.form_id, SECRET)
    sent = receive(session, filing, code, now)
    entered = entries.enter(session, paper, SECRET, person(session, "officer-sen"), now)
    assert entered.complaint.id != sent.id
    assert entered.code != code


def test_contact_data_is_kept_with_its_purpose_and_only_with_consent(
    session: Session, paper: Entry, now: datetime
) -> None:
    officer = person(session, "officer-sen")
    named = replace(paper, contact_name="Người Mẫu", contact_phone="0900 000 000")
    with pytest.raises(Invalid) as refusal:
        entries.enter(session, named, SECRET, officer, now)
    assert refusal.value.field == "consent"
    agreed = entries.enter(session, replace(named, consent=True), SECRET, officer, now)
    assert session.get_one(ComplaintContact, agreed.complaint.id).purpose == PURPOSE


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"opened_on": date(2026, 11, 19)}, "opened_on"),
        ({"opened_on": date(2025, 11, 1)}, "opened_on"),
        ({"opened_on": None}, "opened_on"),
        ({"written_on": date(2026, 11, 14)}, "written_on"),
        ({"body": "ngắn"}, "body"),
        ({"kind": Kind.FORMAL_COMPLAINT}, "contact_name"),
        ({"kind": Kind.DENUNCIATION, "way": Way.HOTLINE}, "kind"),
    ],
)
def test_what_cannot_be_taken_down_names_its_field(
    session: Session, paper: Entry, now: datetime, fields: dict[str, Any], field: str
) -> None:
    wrong = replace(paper, **fields)
    with pytest.raises(Invalid) as refusal:
        entries.enter(session, wrong, SECRET, person(session, "officer-sen"), now)
    assert refusal.value.field == field
    assert session.scalar(select(func.count()).select_from(Complaint)) == 0


def test_nobody_takes_a_case_down_for_another_unit(
    session: Session, places: dict[str, Place], paper: Entry, now: datetime
) -> None:
    lua, officer = places["lua"], person(session, "officer-sen")
    for wrong in (
        replace(paper, unit_id=lua.unit_id),
        replace(paper, desk_id=lua.desk_id),
        replace(paper, officer_id=lua.officer_id),
    ):
        with pytest.raises(NotFound):
            entries.enter(session, wrong, SECRET, officer, now)
    with pytest.raises(NotAllowed):
        entries.enter(session, paper, SECRET, person(session, "reviewer-sen"), now)


def test_an_officer_named_in_a_paper_does_not_see_it_even_if_they_typed_it(
    session: Session, places: dict[str, Place], paper: Entry, now: datetime
) -> None:
    officer = person(session, "officer-sen")
    naming = replace(paper, officer_id=places["sen"].officer_id)
    complaint = entries.enter(session, naming, SECRET, officer, now).complaint
    with pytest.raises(NotFound):
        inbox.case(session, complaint.number, officer)


def test_the_day_is_the_offices_day_also_before_seven_in_the_morning(
    session: Session, paper: Entry
) -> None:
    early = datetime(2026, 11, 17, 18, 30, tzinfo=UTC)  # 01:30 on the 18th
    opened = replace(paper, opened_on=date(2026, 11, 18))
    officer = person(session, "officer-sen")
    complaint = entries.enter(session, opened, SECRET, officer, early).complaint
    assert (complaint.received_on, complaint.received_at) == (date(2026, 11, 18), early)
