"""Setting up an office: what may be saved, by whom, and what is closed when."""

from datetime import date, datetime, time

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.domain.errors import Invalid, NotAllowed, NotFound, RuleBroken
from shared.models.audit import AuditEvent
from shared.models.calendar import CalendarDay, DeadlineRule
from shared.models.organisation import (
    Desk,
    Officer,
    Procedure,
    ProcedurePublication,
    Shift,
    Unit,
)
from shared.services import (
    calendar_days,
    channels,
    office_setup,
    organisations,
    publications,
)
from shared.services.registers import Setup, matching
from tests.setup_office import (
    DESK,
    OFFICER,
    ONE_DAY,
    PROCEDURE,
    SHIFT,
    UNIT,
    Office,
    person,
    reaching_all,
    refused,
)


@pytest.fixture
def office(session: Session, now: datetime) -> Office:
    """An organisation without units."""
    return Office(session, now)


def test_a_new_organisation_has_the_shipped_calendar_and_limits(
    office: Office, session: Session
) -> None:
    for table in (CalendarDay, DeadlineRule):
        known = session.scalar(
            select(func.count()).where(table.organisation_id == office.organisation.id)
        )
        assert known is not None
        assert known > 40


def test_an_organisation_needs_a_code_of_its_own(office: Office, session: Session) -> None:
    for code in ("MAIN", "", "có dấu", "a b"):
        with pytest.raises(Invalid):
            organisations.found(session, code, "Khác", office.now)


def test_an_empty_office_is_set_up_to_somebody_on_duty(office: Office, session: Session) -> None:
    office.filled()
    shift = session.scalars(select(Shift)).one()
    assert (shift.weekdays, shift.starts, shift.ends) == ("12345", time(7, 30), time(11, 30))
    assert office_setup.counts(session, office.setup) == {
        "units": 1,
        "desks": 1,
        "officers": 1,
        "shifts": 1,
        "procedures": 1,
        "publications": 0,
        "days": office_setup.counts(session, office.setup)["days"],
        "levels": 5,  # districts ended
        "successions": 0,
    }


@pytest.mark.parametrize(
    ("noun", "cells", "field"),
    [
        ("units", {**UNIT, "code": "có dấu"}, "code"),
        ("units", {**UNIT, "code": "x" * 41}, "code"),
        ("units", {**UNIT, "name": "   "}, "name"),
        ("units", {**UNIT, "name": "x" * 201}, "name"),
        ("units", {**UNIT, "name": "Sen\x00Hồng"}, "name"),
        ("units", {**UNIT, "level": "galaxy"}, "level"),
        ("units", {**UNIT, "valid_from": "31/02/2026"}, "valid_from"),
        ("units", {**UNIT, "valid_from": "01/01/0001"}, "valid_from"),
        ("units", {**UNIT, "valid_to": "30/06/2025"}, "valid_to"),
        ("units", {**UNIT, "parent": "KHONG-CO"}, "parent"),
        ("desks", DESK, "unit"),  # no such unit yet
        ("shifts", SHIFT, "desk"),
        ("procedures", {**PROCEDURE, "name": "x" * 501}, "name"),
        ("days", {"on": "hôm nay", "kind": "holiday", "name": "x", "document": "y"}, "on"),
        ("days", {"on": "02/09/2030", "kind": "nghỉ", "name": "x", "document": "y"}, "kind"),
        ("publications", {"unit": "P-SEN", "procedure": "1", "checked_on": "1/1/2026"}, "unit"),
    ],
)
def test_what_cannot_be_read_is_refused_by_its_field_and_leaves_nothing(
    office: Office, session: Session, noun: str, cells: dict[str, str], field: str
) -> None:
    assert refused(office, noun, cells).field == field
    assert not session.new
    assert session.scalars(select(Unit)).all() == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"ends": "07:30"}, "ends"),
        ({"starts": "25:00"}, "starts"),
        ({"weekdays": ""}, "weekdays"),
        ({"weekdays": "T6-T2"}, "weekdays"),
        ({"weekdays": "T8"}, "weekdays"),
        ({"officer": "KHAC"}, "officer"),
    ],
)
def test_a_shift_that_cannot_be_is_refused(
    office: Office, change: dict[str, str], field: str
) -> None:
    office.filled()
    assert refused(office, "shifts", SHIFT | change).field == field


def test_everything_wrong_with_a_shift_is_said_at_once(office: Office) -> None:
    office.filled()
    columns = ["desk", "officer", "weekdays", "starts", "ends", "valid_from"]
    refusal = refused(office, "shifts", dict.fromkeys(columns, "?"))
    assert [fault.field for fault in refusal.faults] == columns


def test_a_code_is_used_once_in_the_whole_installation(office: Office, session: Session) -> None:
    office.filled()
    other = organisations.found(session, "KHAC", "Cơ quan khác", office.now)
    elsewhere = reaching_all(session, other, office.now)
    register = office_setup.register_of("units")
    with pytest.raises(Invalid) as refusal:
        register.save(session, elsewhere, UNIT, None)
    assert refusal.value.field == "code"
    assert register.key_of(session, elsewhere, UNIT) is None
    # A catalogue is each organisation's own.
    assert office_setup.register_of("procedures").save(session, elsewhere, PROCEDURE, None)


def test_saving_again_without_a_change_leaves_no_trace(office: Office, session: Session) -> None:
    keys = office.filled()
    session.flush()
    before = session.scalar(select(func.count()).select_from(AuditEvent))
    for noun in keys:
        register = office_setup.register_of(noun)
        entry = office_setup.entry_of(session, office.setup, register, keys[noun])
        assert office.save(noun, dict(entry.cells), keys[noun]) == keys[noun]
    assert session.scalar(select(func.count()).select_from(AuditEvent)) == before


def test_only_who_reaches_everything_adds_a_unit_above_all(
    office: Office, session: Session
) -> None:
    keys = office.filled()
    partial = Setup(person(keys["units"]), office.organisation, office.now)
    register = office_setup.register_of("units")
    with pytest.raises(Invalid) as refusal:
        register.save(session, partial, UNIT | {"code": "P-MOI"}, None)
    assert refusal.value.field == "parent"
    below = UNIT | {"code": "TT-SEN", "level": "centre", "parent": "P-SEN"}
    assert register.save(session, partial, below, None)


def test_another_units_entries_do_not_exist_for_an_administrator(
    office: Office, session: Session
) -> None:
    keys = office.filled()
    other = office.save("units", UNIT | {"code": "X-LUA", "name": "Xã Lúa Vàng"})
    elsewhere = Setup(person(other), office.organisation, office.now)
    for noun, cells in (("units", UNIT), ("desks", DESK), ("officers", OFFICER), ("shifts", SHIFT)):
        register = office_setup.register_of(noun)
        assert keys[noun] not in {entry.key for entry in register.entries(session, elsewhere)}
        assert register.key_of(session, elsewhere, cells) is None
        with pytest.raises((NotFound, Invalid)):
            register.save(session, elsewhere, cells, keys[noun])
    with pytest.raises(NotFound):
        publications.post(session, elsewhere, keys["units"], frozenset(), frozenset())


@pytest.mark.parametrize("noun", ["procedures", "days"])
def test_what_holds_for_all_units_is_not_changed_by_who_reaches_some(
    office: Office, session: Session, noun: str
) -> None:
    office.filled()
    second = office.save("units", UNIT | {"code": "X-LUA"})
    partial = Setup(person(second), office.organisation, office.now)
    cells = {"procedures": PROCEDURE | {"code": "2.000815"}}.get(
        noun, {"on": "01/06/2028", "kind": "holiday", "name": "Nghỉ", "document": "Số 1"}
    )
    with pytest.raises(NotAllowed):
        office_setup.register_of(noun).save(session, partial, cells, None)


def test_a_unit_is_not_put_below_itself(office: Office) -> None:
    keys = office.filled()
    office.save("units", UNIT | {"code": "TT-SEN", "parent": "P-SEN"})
    assert refused(office, "units", UNIT | {"parent": "TT-SEN"}, keys["units"]).field == "parent"


def test_a_unit_is_closed_after_what_is_in_it(office: Office) -> None:
    keys = office.filled()
    closing = {"valid_to": office.setup.today.isoformat()}
    assert refused(office, "units", UNIT | closing, keys["units"]).field == "valid_to"
    office.save("desks", DESK | closing, keys["desks"])
    office.save("officers", OFFICER | closing, keys["officers"])
    assert office.save("units", UNIT | closing, keys["units"])


def test_a_desk_with_a_paired_kiosk_is_not_closed_before_the_kiosk_is_revoked(
    office: Office, session: Session
) -> None:
    keys = office.filled()
    kiosk, _token = channels.pair(session, "SH-Q1", None, office.now)
    closing = DESK | {"valid_to": office.setup.today.isoformat()}
    refusal = refused(office, "desks", closing, keys["desks"])
    assert (refusal.code, refusal.field) == ("still_used", "valid_to")
    channels.revoke(session, kiosk.id, frozenset({keys["units"]}), office.now)
    office.save("desks", closing, keys["desks"])


@pytest.mark.parametrize(("noun", "cells"), [("desks", DESK), ("officers", OFFICER)])
def test_closing_ends_the_shifts_and_deletes_nothing(
    office: Office, session: Session, noun: str, cells: dict[str, str]
) -> None:
    keys = office.filled()
    last = office.setup.today
    office.save(noun, cells | {"valid_to": last.isoformat()}, keys[noun])
    shift = session.scalars(select(Shift)).one()
    assert shift.valid_to == last
    assert session.scalars(select(Desk.code)).all() == ["SH-Q1"]
    assert session.scalars(select(Officer.code)).all() == ["SH-01"]
    # It can be taken back.
    office.save(noun, cells, keys[noun])
    assert matching(office_setup.register_of(noun).entries(session, office.setup), "", closed=False)


def test_a_day_of_the_calendar_can_be_taken_back_until_it_has_come(
    office: Office, session: Session
) -> None:
    today = office.setup.today
    day = {"kind": "holiday", "name": "Nghỉ riêng", "document": "Số 5"}
    coming = office.save("days", day | {"on": (today + 9 * ONE_DAY).isoformat()})
    calendar_days.remove(session, office.setup, coming)
    assert session.get(CalendarDay, coming) is None
    past = office.save("days", day | {"on": (today - 9 * ONE_DAY).isoformat()})
    with pytest.raises(RuleBroken):
        calendar_days.remove(session, office.setup, past)
    assert refused(office, "days", day | {"on": "02/09/2026"}).code == "code_taken"


def test_what_is_posted_is_noted_with_the_day_it_was_checked(
    office: Office, session: Session
) -> None:
    keys = office.filled()
    unit, procedure = keys["units"], keys["procedures"]
    publications.post(session, office.setup, unit, frozenset({procedure}), frozenset())
    (line,) = publications.posted(session, office.setup, unit)
    assert (line.on_paper, line.by_qr, line.checked_on) == (True, False, office.setup.today)
    publications.post(session, office.setup, unit, frozenset(), frozenset())
    row = session.scalars(select(ProcedurePublication)).one()
    assert (row.on_paper, row.by_qr) == (False, False)


def test_a_list_is_searched_without_accents(office: Office, session: Session) -> None:
    office.filled()
    entries = office_setup.register_of("officers").entries(session, office.setup)
    assert matching(entries, "le thu HA", closed=False)
    assert matching(entries, "sh-01 hà", closed=False)
    assert not matching(entries, "nguyen", closed=False)
    shifts = office_setup.register_of("shifts").entries(session, office.setup)
    assert matching(shifts, "ha quay 1", closed=False)  # by names, though it holds codes
    assert not matching(shifts, "nguyen quay 1", closed=False)


def test_an_organisation_is_chosen_within_reach_real_ones_first(
    office: Office, session: Session
) -> None:
    keys = office.filled()
    sample = organisations.found(session, "A-MAU", "Mẫu", office.now, sample=True)
    everywhere = person(keys["units"], everywhere=True)
    assert organisations.setup_of(session, everywhere, "", office.now).organisation.code == "MAIN"
    chosen = organisations.setup_of(session, everywhere, "A-MAU", office.now).organisation
    assert chosen.id == sample.id
    with pytest.raises(NotFound):
        organisations.setup_of(session, person(keys["units"]), "A-MAU", office.now)


def test_dates_are_the_organisations_own(office: Office, session: Session) -> None:
    late_evening = datetime.fromisoformat("2026-11-18T18:30:00+00:00")  # past midnight in Việt Nam
    assert Setup(person(), office.organisation, late_evening).today == date(2026, 11, 19)
    office.filled()
    assert session.scalars(select(Procedure)).one().organisation_id == office.organisation.id
