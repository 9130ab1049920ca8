"""Words kept for answers that come often: filled from the case, offered below, changed by one."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from shared.domain.errors import Invalid
from shared.models.complaint import Complaint
from shared.services import answer_templates
from tests.case_world import build_in_line, file, person
from tests.cast import Place


@pytest.fixture
def places(session: Session, now: datetime) -> dict[str, Place]:
    """The two units with their people; Lúa Vàng stands above Sen Hồng."""
    return build_in_line(session, now)


@pytest.fixture
def sen(places: dict[str, Place]) -> Place:
    """Phường Sen Hồng."""
    return places["sen"]


@pytest.fixture
def case(session: Session, sen: Place, now: datetime) -> Complaint:
    """A report to Sen Hồng."""
    return file(session, sen, now)


def test_a_template_is_filled_after_what_was_typed(
    session: Session, sen: Place, case: Complaint, now: datetime
) -> None:
    head = person(session, "head-sen")
    words = "Kính gửi Ông/Bà, việc {số} nhận ngày {ngày nhận}, hạn {hạn}. {đơn vị}."
    kept = answer_templates.add(session, sen.unit_id, "answer", "Chung", words, head)
    filled = answer_templates.written(session, case.number, kept.id, "Xin chào.", head, now)
    assert filled.startswith(
        f"Xin chào.\n\nKính gửi Ông/Bà, việc {case.number} nhận ngày 18/11/2026"
    )
    assert "hạn 26/11/2026. Phường Sen Hồng." in filled


def test_templates_of_a_unit_above_are_offered_and_those_beside_are_not(
    session: Session, places: dict[str, Place], case: Complaint, now: datetime
) -> None:
    sen, lua = places["sen"].unit_id, places["lua"].unit_id
    head, above = person(session, "head-sen"), person(session, "head-lua")
    answer_templates.add(session, lua, "answer", "Cấp trên", "Chung cho cả vùng.", above)
    own = answer_templates.add(session, sen, "answer", "Của mình", "Riêng của phường.", head)
    assert [one.name for one in answer_templates.offered(session, sen)] == [
        "Của mình",
        "Cấp trên",
    ]
    assert [one.name for one in answer_templates.offered(session, lua)] == ["Cấp trên"]
    answer_templates.retire(session, own.id, head, now)
    assert [one.name for one in answer_templates.offered(session, sen)] == ["Cấp trên"]


def test_a_template_sent_twice_is_kept_once_and_a_name_stands_for_one(
    session: Session, sen: Place
) -> None:
    head = person(session, "head-sen")
    add = answer_templates.add
    first, second = (
        add(session, sen.unit_id, "answer", "Chung", "Lời mẫu.", head) for _ in range(2)
    )
    assert first.id == second.id
    with pytest.raises(Invalid) as refusal:
        add(session, sen.unit_id, "answer", "Chung", "Lời khác.", head)
    assert refusal.value.field == "name"


@pytest.mark.parametrize("text", ["", "Hạn {han}", "Mở { ngoặc", "{}"])
def test_a_template_with_a_place_nobody_fills_is_refused(
    session: Session, sen: Place, text: str
) -> None:
    head = person(session, "head-sen")
    with pytest.raises(Invalid) as refusal:
        answer_templates.add(session, sen.unit_id, "answer", "Mẫu", text, head)
    assert refusal.value.field == "text"
