"""Quản trị: what is sent to staff, tried again at once, addresses, and when whom to remind."""

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from shared.audit import sign_session
from shared.domain.reminder import Audience, Stage
from shared.models.audit import AuditEvent
from shared.models.outbox import AccountAddress, OutboxMessage
from shared.services import outbox, reminders
from tests.infrastructure.peopled import Peopled

ADMIN, ROOT = "admin-sen", "root"
RULES = {
    "days-two_days": "2",
    "to-two_days": "officer",
    "to-due_today": "head",
    "days-overdue": "1",
    "every-overdue": "5",
    "to-overdue": "superior",
}


def words(peopled: Peopled, path: str, name: str = ADMIN) -> str:
    """Read a page, blanks as one."""
    return " ".join(peopled.get(path, name).get_data(as_text=True).split())


def test_messages_stand_with_their_state_and_without_the_case(peopled: Peopled) -> None:
    page = words(peopled, "/admin/outbox")
    assert peopled.units["sen"].number in page
    assert peopled.units["lua"].number not in page
    assert "Đang chờ gửi" in page
    assert "Chưa khai máy chủ thư" in page
    assert "Bí-mật" not in page


def test_a_message_given_up_is_an_alarm_until_it_is_tried_again(peopled: Peopled) -> None:
    key = peopled.units["sen"].message
    with Session(peopled.engine) as session:
        session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.id == key)
            .values(state=outbox.GIVEN_UP, next_at=None, problem="no address")
        )
        session.commit()
    assert "1 thư nhắc chưa gửi được" in words(peopled, "/admin/organisation")
    assert "Chưa có địa chỉ thư" in words(peopled, "/admin/outbox?state=given_up")
    assert peopled.post(f"/admin/outbox/{key}/retry", {}, "admin-lua").status_code == 404
    assert peopled.post(f"/admin/outbox/{key}/retry", {}, ADMIN).status_code == 303
    assert "chưa gửi được" not in words(peopled, "/admin/organisation")
    assert "Không có thư nào" in words(peopled, "/admin/outbox?state=given_up")


def test_addresses_are_kept_changed_and_taken_away(peopled: Peopled) -> None:
    head, other = (peopled.units[unit].accounts[f"head-{unit}"] for unit in ("sen", "lua"))
    typed = {f"email-{head}": " ha@sen.gov.vn ", f"email-{other}": "khoi@lua.gov.vn"}
    assert peopled.post("/admin/outbox/addresses", typed, ADMIN).status_code == 303
    assert kept(peopled) == {head: "ha@sen.gov.vn"}  # nobody else's
    assert "ha@sen.gov.vn" in words(peopled, "/admin/outbox/addresses")
    peopled.post("/admin/outbox/addresses", {f"email-{head}": ""}, ADMIN)
    assert kept(peopled) == {}


def test_an_address_is_not_repeated_in_the_log(peopled: Peopled) -> None:
    head = peopled.units["sen"].accounts["head-sen"]
    peopled.post("/admin/outbox/addresses", {f"email-{head}": "ha@sen.gov.vn"}, ADMIN)
    with Session(peopled.engine) as session:
        told = session.scalars(
            select(AuditEvent).where(AuditEvent.subject == "account_address")
        ).one()
        assert "ha@" not in str(told.change)


@pytest.mark.parametrize("wrong", ["ha", "ha@sen", "ha@sen.gov.vn\r\nBcc: x@y.vn", "@sen.gov.vn"])
def test_a_wrong_address_is_named_and_shown_again(peopled: Peopled, wrong: str) -> None:
    head = peopled.units["sen"].accounts["head-sen"]
    answer = peopled.post("/admin/outbox/addresses", {f"email-{head}": wrong}, ADMIN)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "ten@coquan.gov.vn" in page
    assert wrong.partition("\r")[0] in page
    assert kept(peopled) == {}


def test_an_organisation_chooses_when_whom_to_remind(peopled: Peopled) -> None:
    assert peopled.post("/admin/outbox/rules", RULES, ROOT).status_code == 303
    with Session(peopled.engine) as session:
        sign_session(session, "test", peopled.clock())
        found = reminders.rules_of(session, peopled.units["sen"].place.organisation_id)
    assert [(rule.stage, rule.days, rule.every) for rule in found] == [
        (Stage.TWO_DAYS, -2, None),
        (Stage.DUE_TODAY, 0, None),
        (Stage.OVERDUE, 1, 5),
    ]
    assert found[2].audience == {Audience.SUPERIOR}
    assert 'value="5"' in words(peopled, "/admin/outbox/rules", ROOT)


@pytest.mark.parametrize(
    ("field", "value"), [("days-two_days", "0"), ("every-overdue", "x"), ("days-overdue", "31")]
)
def test_a_number_of_days_that_is_none_changes_nothing(
    peopled: Peopled, field: str, value: str
) -> None:
    answer = peopled.post("/admin/outbox/rules", {**RULES, field: value}, ROOT)
    assert answer.status_code == 422
    assert f'value="{value}"' in answer.get_data(as_text=True)
    assert peopled.changed() == {}


def test_reminding_nobody_at_all_is_refused(peopled: Peopled) -> None:
    assert peopled.post("/admin/outbox/rules", {}, ROOT).status_code == 422


def test_the_administrator_of_one_unit_does_not_change_the_whole(peopled: Peopled) -> None:
    assert peopled.post("/admin/outbox/rules", RULES, ADMIN).status_code == 403


def kept(peopled: Peopled) -> dict[int, str]:
    """Give the addresses by account."""
    with Session(peopled.engine) as session:
        return {row.account_id: row.email for row in session.scalars(select(AccountAddress))}
