"""Who sees which case, and in what order: one rule for lists, counts, search and addresses."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from shared.domain.complaint import Kind
from shared.domain.errors import NotFound
from shared.domain.work_list import WorkList
from shared.models.complaint import Complaint
from shared.services import complaints, handling, inbox
from shared.services.inbox import Filters
from shared.services.work_lists import Narrowing, Tray, Who
from tests.case_world import ANSWER, build, file, numbers, person
from tests.cast import Place


@pytest.fixture
def places(session: Session, now: datetime) -> dict[str, Place]:
    """The two units with their people."""
    return build(session, now)


@pytest.fixture
def sen(places: dict[str, Place]) -> Place:
    """Phường Sen Hồng."""
    return places["sen"]


def receive(session: Session, place: Place, now: datetime, **fields: Any) -> Complaint:
    return file(session, place, now, **fields)


WHOLE = Narrowing(Who.UNIT)


def in_work(session: Session, name: str, now: datetime, narrowing: Narrowing = WHOLE) -> list[str]:
    """Give the numbers in all of a person's lists."""
    tray = Tray(session, person(session, name), now, narrowing)
    lists = [tray.page(tray.span(one)).entries for one in tray.lists()]
    return [one.waiting.complaint.number for entries in lists for one in entries]


@pytest.mark.parametrize("name", ["officer-sen", "head-sen", "root"])
def test_people_of_the_unit_see_it(session: Session, sen: Place, now: datetime, name: str) -> None:
    complaint = receive(session, sen, now)
    actor = person(session, name)
    assert in_work(session, name, now) == [complaint.number]
    assert inbox.case(session, complaint.number, actor).id == complaint.id


@pytest.mark.parametrize("name", ["officer-lua", "head-lua"])
def test_people_of_another_unit_see_nothing_of_it(
    session: Session, sen: Place, now: datetime, name: str
) -> None:
    complaint = receive(session, sen, now)
    assert_invisible(session, complaint, name, sen, now)


def test_the_officer_it_names_sees_nothing_of_it(
    session: Session, sen: Place, now: datetime
) -> None:
    complaint = receive(session, sen, now, officer_ids=(sen.officer_id,))
    assert_invisible(session, complaint, "officer-sen", sen, now)
    assert in_work(session, "head-sen", now) == [complaint.number]


def test_an_officer_named_later_loses_it_everywhere(
    session: Session, sen: Place, now: datetime
) -> None:
    complaint = receive(session, sen, now)
    officer, head = person(session, "officer-sen"), person(session, "head-sen")
    complaints.take(session, complaint.number, complaint.version, officer, now)
    handling.name_officer(session, complaint.number, sen.officer_id, complaint.version, head, now)
    session.commit()
    assert_invisible(session, complaint, "officer-sen", sen, now)
    assert complaint.handler_id is None


def assert_invisible(
    session: Session, complaint: Complaint, name: str, place: Place, now: datetime
) -> None:
    """Nothing a person can ask tells that the case exists."""
    actor = person(session, name)
    assert in_work(session, name, now) == []
    assert in_work(session, name, now, Narrowing(Who.UNIT, query="hai gio")) == []
    tray = Tray(session, actor, now, Narrowing(Who.UNIT))
    assert (set(tray.counts().values()), tray.of_others()) == ({0}, 0)
    assert inbox.listed(session, actor, Filters(), 1, now) == ([], 0)
    assert inbox.listed(session, actor, Filters(query=complaint.number), 1, now) == ([], 0)
    assert inbox.counts(session, actor, now, frozenset({place.unit_id})).open == 0
    acts: list[Any] = [
        lambda: inbox.case(session, complaint.number, actor),
        lambda: inbox.opened(session, complaint.number, actor, now),
        lambda: complaints.answer(session, complaint.number, ANSWER, complaint.version, actor, now),
        lambda: handling.note(session, complaint.number, "ghi chú", actor, now),
        lambda: handling.handlers(session, complaint.number, actor),
        lambda: handling.read_contact(session, complaint.number, actor, now),
    ]
    for act in acts:
        with pytest.raises(NotFound):
            act()


def test_it_is_found_without_diacritics_by_words_or_number(
    session: Session, sen: Place, now: datetime
) -> None:
    complaint = receive(session, sen, now)
    actor = person(session, "officer-sen")

    def found(query: str) -> list[str]:
        return numbers(inbox.listed(session, actor, Filters(query=query), 1, now)[0])

    for query in ("duong hoang", "ĐƯỜNG", "quay cho", complaint.number.lower()):
        assert found(query) == [complaint.number], query
    for query in ("duong xa", "%", "_"):
        assert found(query) == [], query


def test_filters_narrow_and_overdue_means_the_day_is_over(
    session: Session, sen: Place, now: datetime
) -> None:
    complaint = receive(session, sen, now)
    praise = receive(session, sen, now, kind=Kind.PRAISE)
    actor = person(session, "officer-sen")

    def listed(filters: Filters, at: datetime) -> list[str]:
        return numbers(inbox.listed(session, actor, filters, 1, at)[0])

    assert complaint.due_at is not None
    last_second = complaint.due_at
    assert listed(Filters(kind="praise"), now) == [praise.number]
    assert listed(Filters(state="answered"), now) == []
    assert listed(Filters(overdue=True), last_second) == []
    assert listed(Filters(overdue=True), last_second + timedelta(seconds=1)) == [complaint.number]
    counted = inbox.counts(session, actor, last_second, frozenset({sen.unit_id}))
    assert (counted.open, counted.due_today, counted.overdue) == (2, 1, 0)


def test_due_today_is_the_local_day_and_not_the_next_twenty_four_hours(
    session: Session, sen: Place, now: datetime
) -> None:
    complaint = receive(session, sen, now)
    complaint.due_at = now + timedelta(hours=20)  # tomorrow morning, by a limit in hours
    session.flush()
    actor, units = person(session, "officer-sen"), frozenset({sen.unit_id})
    found = [
        inbox.counts(session, actor, now + timedelta(hours=hours), units) for hours in (0, 19, 21)
    ]
    assert [(one.open, one.due_today, one.overdue) for one in found] == [
        (1, 0, 0),
        (1, 1, 0),
        (1, 0, 1),
    ]


def test_work_is_ordered_by_time_left_and_others_cases_stand_apart(
    session: Session, sen: Place, now: datetime
) -> None:
    later = receive(session, sen, now)
    sooner = receive(session, sen, now - timedelta(days=2))
    free = receive(session, sen, now, kind=Kind.PRAISE)
    taken = receive(session, sen, now - timedelta(days=1))
    head, officer = person(session, "head-sen"), person(session, "officer-sen")
    complaints.take(session, taken.number, taken.version, head, now)
    at_hand = [sooner.number, later.number, free.number]
    assert in_work(session, officer.name, now, Narrowing(Who.HAND)) == at_hand
    others = Tray(session, officer, now, Narrowing(Who.OTHERS)).first([WorkList.ANSWER])[
        WorkList.ANSWER
    ]
    assert [one.waiting.complaint.number for one in others] == [taken.number]
    assert others[0].waiting.handler == "head-sen"
