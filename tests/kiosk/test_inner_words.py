"""What staff write among themselves about a case is nowhere at the citizen's door."""

import pytest
from sqlalchemy.orm import Session

from shared.audit import sign_session
from shared.services import case_policies, complaints, handling
from shared.services.case_policies import Policy
from shared.services.inbox import case
from tests.access.addresses import addresses
from tests.access.table import ANYBODY, KIOSK
from tests.case_world import person
from tests.infrastructure.peopled import NOBODY, Peopled

INNER = "LờiNộiBộKhôngAiNgoàiĐọc"
FOLDED = "loinoibokhongaingoaidoc"
FIELDS = {
    "answer": "x",
    "reply": "Số 47.",
    "add": "Số 48.",
    "code": "",
    "satisfied": "no",
    "appeal": "",
}


def write_inside(peopled: Peopled) -> None:
    """Write a note, a draft and a remark, hand the case over, and link another to it."""
    sen = peopled.units["sen"]
    with Session(peopled.engine) as session:
        now = peopled.clock()
        sign_session(session, "head-sen", now)
        head, officer = person(session, "head-sen"), person(session, "officer-sen")
        policy = Policy(second_person=True, reason=INNER)
        case_policies.choose(session, sen.place.organisation_id, policy)
        handling.note(session, sen.number, f"{INNER} ghi chú", officer, now)
        complaint = case(session, sen.number, head)
        handling.assign(session, sen.number, head.account_id, complaint.version, head, now)
        complaints.answer(
            session, sen.number, f"{INNER} bản nháp chờ duyệt", complaint.version, officer, now
        )
        session.commit()


@pytest.mark.thorough
def test_no_endpoint_of_the_citizens_door_tells_an_inner_word(peopled: Peopled) -> None:
    write_inside(peopled)
    asked = 0
    for name in sorted(ANYBODY | KIOSK):
        method, endpoint = name.split()
        if not endpoint.startswith("kiosk.") or endpoint == "kiosk.static":
            continue
        for path in addresses(peopled.app, endpoint, peopled.units["sen"], NOBODY):
            token = {"Authorization": f"Bearer {peopled.units['sen'].kiosk_token}"}
            for language in ("vi", "en"):
                client = peopled.person()
                client.set_cookie("lang", language)
                if method == "GET":
                    answer = client.get(path, headers=token)
                else:
                    fields = {**FIELDS, "code": peopled.units["sen"].code}
                    answer = client.post(path, data=fields, headers=token)
                said = answer.get_data().decode(errors="replace") + str(answer.headers)
                answer.close()
                assert INNER not in said, path
                assert FOLDED not in said.lower(), path
                asked += 1
    assert asked > 40
    for who in ("head-sen", "officer-sen"):  # and inside it is read
        page = peopled.get(f"/admin/complaints/{peopled.units['sen'].number}", who)
        assert f"{INNER} ghi chú" in page.get_data(as_text=True)
