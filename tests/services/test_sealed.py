"""Confidential reports: who reads them, what goes up, what their sender follows, and the clock."""

from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite
import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from shared.config import Settings
from shared.db import Base
from shared.domain.access import Role
from shared.domain.errors import Invalid, NotFound, RuleBroken
from shared.domain.sealed import RISES_AFTER, Action, State
from shared.jobs import loop
from shared.models.account import Account
from shared.models.sealed import SealedReport, SealedStep, SealedWrap
from shared.services import (
    accounts,
    jobs,
    sealed_following,
    sealed_inbox,
    sealed_readers,
    sealed_reports,
    sealed_rising,
)
from shared.services.sealed_readers import readers
from tests import sealed_world as world
from tests.case_world import ANSWER, build, person
from tests.cast import Place
from tests.conftest import SECRET

NEAR, ABOVE = "thanhtra-sen", "thanhtra-tinh"


@pytest.fixture
def sen(session: Session, now: datetime) -> Place:
    """Phường Sen Hồng with an inspector, and one in the province above."""
    places = build(session, now)
    province = world.raise_province(session, places)
    world.add_inspector(session, NEAR, places["sen"].unit_id, now)
    world.add_inspector(session, ABOVE, province, now)
    session.commit()
    return places["sen"]


def names(session: Session, who: str) -> list[str]:
    return [one.report.number for one in sealed_inbox.listed(session, person(session, who))]


def opened(session: Session, number: str, who: str, now: datetime) -> dict[str, Any]:
    found = sealed_reports.open_texts(session, number, person(session, who), now)
    return world.read(found[0], [world.private_key(who)])


def conclude(session: Session, report: SealedReport, action: Action, now: datetime) -> None:
    who = person(session, NEAR)
    sealed_reports.conclude(session, report.number, action, ANSWER, report.version, who, now)


def test_the_nearest_inspector_opens_it_and_it_is_written_down(
    session: Session, sen: Place, now: datetime
) -> None:
    report, _code = world.report(session, sen.unit_id, now, sen.officer_id)
    assert names(session, NEAR) == [report.number]
    found = opened(session, report.number, NEAR, now + timedelta(hours=1))
    assert found == {"text": world.TEXT, "contact": world.CONTACT}
    assert sealed_inbox.openings(session, report) == [(NEAR, now + timedelta(hours=1))]
    assert (report.state, report.rises_at) == (State.OPENED, None)


def test_the_level_above_gets_neither_number_nor_key_before_it_went_up(
    session: Session, sen: Place, now: datetime
) -> None:
    report, _code = world.report(session, sen.unit_id, now)
    above = person(session, ABOVE)
    assert names(session, ABOVE) == []
    with pytest.raises(NotFound):
        sealed_reports.open_texts(session, report.number, above, now)
    assert session.scalars(select(SealedWrap.level).order_by(SealedWrap.level)).all() == [0, 1]


def test_what_nobody_opened_in_24_hours_goes_up_once(
    session: Session, sen: Place, settings: Settings, now: datetime
) -> None:
    report, _code = world.report(session, sen.unit_id, now)
    sealed_rising.raise_unopened(session, now + RISES_AFTER - timedelta(seconds=1))
    assert report.level == 0
    session.commit()
    for late in (RISES_AFTER, RISES_AFTER + timedelta(minutes=15)):  # and once more, for nothing
        jobs.request(session, "sealed", {}, None, now)
        session.commit()
        loop.run_waiting(settings, now + late)
        session.expire_all()
    assert (report.level, report.rises_at) == (1, None)
    rises = select(SealedStep).where(SealedStep.action == "rise")
    assert [(step.actor, step.level) for step in session.scalars(rises)] == [("system", 1)]
    assert (names(session, NEAR), names(session, ABOVE)) == ([], [report.number])
    assert opened(session, report.number, ABOVE, now + 2 * RISES_AFTER)["text"] == world.TEXT


def test_what_was_opened_does_not_go_up_by_itself(
    session: Session, sen: Place, now: datetime
) -> None:
    report, _code = world.report(session, sen.unit_id, now)
    opened(session, report.number, NEAR, now)
    sealed_rising.raise_unopened(session, now + 9 * RISES_AFTER)
    assert report.level == 0


def test_a_lost_key_lets_unopened_reports_go_up_at_once_and_opened_ones_by_hand(
    session: Session, sen: Place, now: datetime
) -> None:
    waiting, _code = world.report(session, sen.unit_id, now)
    read, _code = world.report(session, sen.unit_id, now)
    opened(session, read.number, NEAR, now)
    world.give_key(session, NEAR, "new key", now)
    sealed_rising.raise_unopened(session, now)
    assert (waiting.level, read.level) == (1, 0)
    sealed_reports.pass_up(session, read.number, read.version, person(session, NEAR), now)
    assert read.level == 1
    assert opened(session, read.number, ABOVE, now)["text"] == world.TEXT


def test_nothing_is_passed_above_the_top(session: Session, sen: Place, now: datetime) -> None:
    report, _code = world.report(session, sen.unit_id, now)
    sealed_reports.pass_up(session, report.number, report.version, person(session, NEAR), now)
    with pytest.raises(RuleBroken, match="cấp nào cao hơn"):
        sealed_reports.pass_up(session, report.number, report.version, person(session, ABOVE), now)


@pytest.mark.parametrize("role", [Role.OFFICER, Role.HEAD, Role.ADMIN])
def test_an_inspector_who_serves_leads_or_administers_the_unit_is_no_reader(
    session: Session, sen: Place, now: datetime, role: Role
) -> None:
    report, _code = world.report(session, sen.unit_id, now)
    account = session.scalars(select(Account).where(Account.name == NEAR)).one()
    accounts.set_grants(session, account, [(Role.INSPECTOR, sen.unit_id), (role, sen.unit_id)])
    assert names(session, NEAR) == []
    with pytest.raises(NotFound):
        sealed_inbox.entry(session, report.number, person(session, NEAR))
    assert [one.full_name for one in readers(session, sen.unit_id, None)] == [ABOVE]


def test_an_accused_inspector_gets_no_key_and_finds_nothing(
    session: Session, sen: Place, now: datetime
) -> None:
    world.add_inspector(session, "accused", sen.unit_id, now, officer_id=sen.officer_id)
    report, _code = world.report(session, sen.unit_id, now, sen.officer_id)
    other, _code = world.report(session, sen.unit_id, now)
    wrapped = select(func.count()).where(SealedWrap.level == 0)
    assert session.scalar(wrapped) == 1 + 2  # about the accused for one, about nobody for both
    assert names(session, "accused") == [other.number]
    with pytest.raises(NotFound):
        sealed_inbox.entry(session, report.number, person(session, "accused"))


def test_keys_for_people_who_may_not_read_are_thrown_away(
    session: Session, sen: Place, now: datetime
) -> None:
    world.add_inspector(session, "accused", sen.unit_id, now, officer_id=sen.officer_id)
    filed, code = world.filing(session, sen.unit_id)  # as a browser seals it, for all it knows
    sealed_reports.receive(session, replace(filed, officer_id=sen.officer_id), code, now)
    assert names(session, "accused") == []
    assert len(session.scalars(select(SealedWrap)).all()) == 2


def test_nobody_takes_in_what_nobody_may_read(session: Session, sen: Place, now: datetime) -> None:
    filed, code = world.filing(session, sen.unit_id)
    for who in (NEAR, ABOVE):
        account = session.scalars(select(Account).where(Account.name == who)).one()
        accounts.close(session, account.id, now)
    with pytest.raises(Invalid, match="đã thay đổi"):
        sealed_reports.receive(session, filed, code, now)


def test_the_same_form_twice_is_one_report(session: Session, sen: Place, now: datetime) -> None:
    filed, code = world.filing(session, sen.unit_id)
    one = sealed_reports.receive(session, filed, code, now)
    assert sealed_reports.receive(session, filed, code, now) is one


def test_the_clock_is_that_of_a_denunciation(session: Session, sen: Place, now: datetime) -> None:
    report, _code = world.report(session, sen.unit_id, now)
    # Received on Wednesday 18 November 2026: 7 working days, with the 24th off (Law, article 24).
    assert report.due_on == date(2026, 11, 30)
    opened(session, report.number, NEAR, now)
    sealed_reports.verify(session, report.number, report.version, person(session, NEAR), now)
    assert report.due_on == date(2026, 12, 18)  # 30 days from the acceptance (article 30)
    conclude(session, report, Action.UPHOLD, now)
    assert (report.state, report.concluded_on) == (State.UPHELD, date(2026, 11, 18))


def test_a_conclusion_needs_words_and_what_was_seen(
    session: Session, sen: Place, now: datetime
) -> None:
    report, _code = world.report(session, sen.unit_id, now)
    near = person(session, NEAR)
    opened(session, report.number, NEAR, now)
    with pytest.raises(RuleBroken, match="Người khác"):
        sealed_reports.verify(session, report.number, report.version - 1, near, now)
    with pytest.raises(RuleBroken, match="trạng thái"):
        conclude(session, report, Action.UPHOLD, now)
    with pytest.raises(Invalid, match="ít nhất"):
        sealed_reports.conclude(
            session, report.number, Action.GIVE_UP, "", report.version, near, now
        )
    with pytest.raises(Invalid, match="chọn một kết luận"):
        conclude(session, report, Action.ADD, now)


def test_the_sender_follows_by_link_and_digits_and_reads_no_name(
    session: Session, sen: Place, now: datetime
) -> None:
    report, code = world.report(session, sen.unit_id, now)
    opened(session, report.number, NEAR, now)
    assert sealed_following.followed(session, code.link) is report
    assert sealed_following.form_of_digits(session, code.digits, SECRET) == report.form_id
    view = sealed_following.sender_view(session, report, now)
    assert [step.action for step in view.history] == ["receive", "open"]
    for wrong in (code.digits, "x", "0" * 26):
        with pytest.raises(NotFound):
            sealed_following.followed(session, wrong)


def test_added_words_open_again_what_ended_for_want_of_them(
    session: Session, sen: Place, now: datetime
) -> None:
    report, _code = world.report(session, sen.unit_id, now)
    opened(session, report.number, NEAR, now)
    conclude(session, report, Action.GIVE_UP, now)
    added, _code = world.filing(session, sen.unit_id)
    for _twice in range(2):
        sealed_following.add_words(session, report, added.text, now)
    assert (report.state, report.answer, report.rises_at) == (
        State.RECEIVED,
        None,
        now + RISES_AFTER,
    )
    found = sealed_reports.open_texts(session, report.number, person(session, NEAR), now)
    assert len(found) == 2


def test_what_is_added_after_it_went_up_is_not_for_those_below(
    session: Session, sen: Place, now: datetime
) -> None:
    report, _code = world.report(session, sen.unit_id, now)
    sealed_rising.raise_unopened(session, now + RISES_AFTER)
    added, _code = world.filing(session, sen.unit_id)
    sealed_following.add_words(session, report, added.text, now)
    assert sorted(session.scalars(select(SealedWrap.level))) == [0, 1, 1]
    upper = sealed_following.readers_now(session, report)
    assert [one.full_name for one in upper] == [ABOVE]


def test_a_key_is_registered_once_and_only_by_inspectors(
    session: Session, sen: Place, now: datetime
) -> None:
    with pytest.raises(Invalid, match="đã được đăng ký"):
        world.give_key(session, ABOVE, NEAR, now)
    world.give_key(session, NEAR, "new key", now)
    keys = sealed_readers.keys_of(session, person(session, NEAR))
    assert [key.retired_at for key in keys] == [None, now]


def test_an_inspector_sees_whose_keys_open_new_reports(
    session: Session, sen: Place, now: datetime
) -> None:
    found = sealed_readers.others(session, person(session, NEAR))
    assert [(one.full_name, one.place) for one in found] == [(ABOVE, "Tỉnh Hoa Sen")]
    found = sealed_readers.others(session, person(session, ABOVE))
    assert [one.full_name for one in found] == [NEAR]


def test_no_word_of_a_report_stands_anywhere_in_the_database(
    session: Session, sen: Place, now: datetime
) -> None:
    report, code = world.report(session, sen.unit_id, now, sen.officer_id)
    opened(session, report.number, NEAR, now)
    sealed_reports.verify(session, report.number, report.version, person(session, NEAR), now)
    conclude(session, report, Action.UPHOLD, now)
    session.commit()
    written = {
        table.name: repr(session.execute(select(table)).all())
        for table in Base.metadata.sorted_tables
    }
    words = (*world.WORDS_INSIDE, code.link, code.digits)
    assert [name for name, rows in written.items() if any(word in rows for word in words)] == []
    # Who changed what is told to administrators, but for these.
    outside = {name: rows for name, rows in written.items() if not name.startswith("sealed_")}
    assert [name for name, rows in outside.items() if report.number in rows] == []
    assert "sealed_report" not in outside["audit_event"]


def test_no_word_stands_in_the_file_of_the_database(
    session: Session, engine: Engine, sen: Place, tmp_path: Path, now: datetime
) -> None:
    world.report(session, sen.unit_id, now, sen.officer_id)
    if engine.dialect.name != "sqlite":
        return  # the rows above are all that PostgreSQL has of it
    copy = tmp_path / "copy.db"
    with closing(engine.raw_connection()) as opened_one, closing(sqlite.connect(copy)) as target:
        assert opened_one.driver_connection is not None
        opened_one.driver_connection.backup(target)
    found = copy.read_bytes()
    assert b"sealed_report" in found
    assert [word for word in world.WORDS_INSIDE if word.encode() in found] == []
