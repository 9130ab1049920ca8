"""A form opened before somebody else saved the same thing: told what stands, nothing taken back."""

import html
import re
from dataclasses import dataclass

import pytest

from shared.services.unit_levels import SHIPPED_KEYS
from tests.access.addresses import addresses
from tests.infrastructure.peopled import Peopled
from tests.opened_pages import Opened, forms_of, open_form, send
from tests.refused_pages import summary

ROOT = "root"
SAVED = (302, 303)
TOLD = "Người khác đã sửa nội dung này sau khi Ông/Bà mở trang."


@dataclass(frozen=True)
class Case:
    """A form, what somebody else writes into one field of it, and what I write into another."""

    page: str
    theirs: dict[str, str]
    mine: dict[str, str]
    action: str = ""
    named: str = ""  # how the field that says what stands begins, where it is another

    def __str__(self) -> str:
        return f"{self.page} {self.action}".strip()


NAME = {"name": "Tên người kia đặt"}
DOCUMENT = {"document": "Văn bản tôi gõ vào"}
LATER = {
    "amount": "7",
    "in_force_from": "2026-12-01",
    "document": "Quyết định của người kia",
    "legal_basis": "Trong 7 ngày làm việc",
}
ALLOWED = {
    "pauses_max": "1",
    "pause_cap": "9",
    "in_force_from": "2026-12-01",
    "document": "Quy chế của người kia",
    "legal_basis": "Được tạm dừng một lần",
}
MY_LATER = {"in_force_from": "2026-12-20", "document": "Văn bản tôi gõ", "legal_basis": "Tôi gõ"}
GROUP = {"group_name": "Nhóm người kia"}
CASES = [
    Case("organisation.edit units", NAME, {"administrative_code": "77777"}),
    Case("organisation.edit levels", NAME, {"basis": "Căn cứ tôi gõ"}),
    Case("organisation.edit desks", NAME, {"valid_from": "2025-08-01"}),
    Case("organisation.edit officers", {"post": "Trưởng bộ phận"}, {"name": "Tên tôi gõ"}),
    Case("organisation.edit shifts", {"starts": "06:15"}, {"ends": "18:45"}),
    Case("organisation.edit procedures", {"fee": "20.000 đồng"}, {"field": "Lĩnh vực tôi gõ"}),
    Case("organisation.edit days", {"document": "Văn bản người kia"}, {"name": "Tên tôi gõ"}),
    Case("organisation.edit publications", {"checked_on": "2026-09-09"}, {"by_qr": "1"}),
    Case("organisation.posted", {"on_paper": ""}, {"by_qr": "1"}, named="posted-"),
    Case("registers.edit training", {"title": "Lớp người kia đặt"}, DOCUMENT),
    Case("registers.edit index-results", NAME, DOCUMENT),
    Case("improvement.action", {"owner": "Người kia chọn"}, {"cause": "Nguyên nhân tôi gõ"}),
    Case("rule_sets.new_limit", LATER, {"amount": "4", **MY_LATER}),
    Case("rule_sets.new_handling", ALLOWED, {"pauses_max": "0", "pause_cap": "0", **MY_LATER}),
    Case("case_policy.form", {"contact_days": "31", "reason": "Kia"}, {"reason": "Lý do tôi gõ"}),
    Case("outbox.rules", {"days-overdue": "9"}, {"days-two_days": "7"}, named="overdue"),
    Case("outbox.write_to", {"email-1": "kia@vi-du.vn"}, {"email-2": "toi@vi-du.vn"}),
    Case("accounts.edit", {"full_name": "Tên người kia"}, {"officer_id": "1"}),
    Case("questionnaires.version", NAME, {"text-vi-0": "Câu tôi gõ?"}),
    Case("campaign_editing.setup", {"theme": "Chủ đề người kia"}, {"name": "Tên tôi gõ"}),
    Case("campaign_editing.weights", {"name-": "Tên người kia"}, {"target-": "12,5"}),
    Case("campaign_editing.taking_part", {"joined_on": "2026-02-03"}, {"left_on": "2026-11-12"}),
    Case("campaign_levels.levels", {"band_name": "Kia"}, {"band_lowest": "91"}, "bands", "bands"),
    Case("campaign_levels.levels", GROUP, {"group_fewest": "123"}, "groups", "groups"),
    Case("campaign_leaders.leading", {"leader_name": "Cơ quan kia"}, {"leader_document": "VB 1"}),
    Case("figure_steps.deadlines", {"explain_days": "8"}, {"enter_until-": "2026-06-20"}),
    Case("reports.data", {"agency": "Cơ quan kia"}, {"place": "Nơi tôi gõ"}),
    Case("award_titles.title", NAME, {"level": "Cấp tôi gõ"}),
    Case(
        "award_councils.council", {"document": "Văn bản kia"}, {"quorum": "4/5"}, named="change-doc"
    ),
]


def page_of(peopled: Peopled, name: str) -> str:
    """Give the address of the page of a case, with the keys of Sen Hồng and of its draft."""
    endpoint, _, noun = name.partition(" ")
    if noun == "levels":
        return f"/admin/organisation/levels/{SHIPPED_KEYS}"
    unit = peopled.units["sen"]
    found = addresses(peopled.app, f"admin.{endpoint}", unit, ROOT)
    path = next(path for path in reversed(found) if f"/{noun}" in path)
    return path if "/awards/" in path else path.replace(f"/{unit.campaign}/", f"/{unit.draft}/")


def filled(form: Opened, changes: dict[str, str]) -> dict[str, list[str]]:
    """Name the fields of a form as they are to be filled in: of several alike, the first."""
    found = {}
    for begin, value in changes.items():
        name = form.named(begin)
        found[name] = [value, *form.fields.getlist(name)[1:]] if value else []
    return found


def shown(peopled: Peopled, page: str, action: str) -> dict[str, list[str]]:
    fields = dict(open_form(peopled, ROOT, page, action).fields.lists())
    return {name: values for name, values in fields.items() if name != "csrf_token"}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_somebody_saved_meanwhile_is_told_before_it_is_taken_back(
    peopled: Peopled, case: Case
) -> None:
    page = page_of(peopled, case.page)
    theirs = open_form(peopled, ROOT, page, case.action)
    mine = open_form(peopled, ROOT, page, case.action)
    typed = filled(mine, case.mine)
    assert send(peopled, ROOT, theirs, **filled(theirs, case.theirs))[0] in SAVED
    stands = shown(peopled, page, case.action)
    status, text = send(peopled, ROOT, mine, **typed)
    told = summary(text)
    assert (status, told[""][: len(TOLD)]) == (409, TOLD)
    wanted = [case.named] if case.named else [theirs.named(begin) for begin in case.theirs]
    assert all(any(name.startswith(one) for name in told) for one in wanted), told
    assert shown(peopled, page, case.action) == stands
    again = next(one for one in forms_of(text, page) if case.action in one.action)
    assert {name: again.fields.getlist(name) for name in typed} == typed
    assert send(peopled, ROOT, again)[0] in SAVED
    after = shown(peopled, page, case.action)
    if "limits/" not in page:  # which begins each version anew
        assert {name: after[name][:1] for name in typed} == {
            name: values[:1] for name, values in typed.items()
        }


def test_a_form_sent_twice_is_saved_once_and_nobody_is_told(peopled: Peopled) -> None:
    form = open_form(peopled, ROOT, page_of(peopled, "organisation.edit officers"))
    for _time in range(2):
        assert send(peopled, ROOT, form, name=["  Tên có khoảng trắng "])[0] in SAVED


def test_a_wrong_value_is_told_first_and_the_rest_with_the_next_sending(peopled: Peopled) -> None:
    page = page_of(peopled, "organisation.edit officers")
    mine, theirs = (open_form(peopled, ROOT, page) for _one in range(2))
    send(peopled, ROOT, theirs, post=["Trưởng bộ phận"])
    status, text = send(peopled, ROOT, mine, name=[""])
    assert (status, set(summary(text))) == (422, {"name"})
    (again,) = forms_of(text, page)
    status, text = send(peopled, ROOT, again, name=["Tên tôi gõ"])
    assert status == 409
    assert summary(text)["post"] == "Chức danh: Đang lưu: Trưởng bộ phận"


def test_a_role_given_meanwhile_is_named_and_not_taken_away(peopled: Peopled) -> None:
    page = page_of(peopled, "accounts.edit")
    mine, theirs = (open_form(peopled, ROOT, page) for _one in range(2))
    unit = str(peopled.units["lua"].place.unit_id)
    assert send(peopled, ROOT, theirs, role=["officer"], unit_id=[unit])[0] in SAVED
    status, text = send(peopled, ROOT, mine, full_name=["Tên tôi gõ"])
    assert status == 409
    assert "Cán bộ: Xã Lúa Vàng" in summary(text)["grant"]
    assert len(shown(peopled, page, "")["grant"]) == 2


def test_which_records_count_is_not_taken_back(peopled: Peopled) -> None:
    listing = peopled.get(f"/admin/campaigns/{peopled.units['sen'].draft}/weights/collective", ROOT)
    page = re.findall(r'href="(/admin/[^"]*/filter)"', listing.text)[0]
    mine, theirs = (open_form(peopled, ROOT, page) for _one in range(2))
    field, values = _boxes(peopled, page)
    assert send(peopled, ROOT, theirs, **{field: values[:1]})[0] in SAVED
    status, text = send(peopled, ROOT, mine, **{field: values[-1:]})
    assert (status, summary(text)[""][: len(TOLD)]) == (409, TOLD)
    (again,) = forms_of(text, page)
    assert again.fields.getlist(field) == values[-1:]
    assert send(peopled, ROOT, again)[0] in SAVED


def _boxes(peopled: Peopled, page: str) -> tuple[str, list[str]]:
    """Give the first field with boxes on a page, and their values."""
    found = re.findall(r'type="checkbox" name="(\w+)" value="(\w+)"', peopled.get(page, ROOT).text)
    return found[0][0], [value for name, value in found if name == found[0][0]]


def test_the_message_is_there_in_english(peopled: Peopled) -> None:
    page = page_of(peopled, "organisation.edit officers")
    mine, theirs = (open_form(peopled, ROOT, page) for _one in range(2))
    send(peopled, ROOT, theirs, post=["Trưởng bộ phận"])
    peopled.person(ROOT).set_cookie("lang", "en")
    _status, text = send(peopled, ROOT, mine, post=["", ""])
    told = summary(text)
    assert told[""].startswith("Somebody else changed this after you opened the page.")
    assert told["post"].endswith("Saved now: Trưởng bộ phận")


def test_hours_set_meanwhile_are_told_before_the_preview(peopled: Peopled) -> None:
    page = "/admin/organisation/calendar/hours"
    mine, theirs = (open_form(peopled, ROOT, page) for _one in range(2))
    typed = {"valid_from": ["2027-01-04"], "document": ["Quyết định kia"]}
    status, preview = send(peopled, ROOT, theirs, **typed)
    (looked,) = forms_of(preview, page)
    assert (status, send(peopled, ROOT, looked)[0]) == (200, 302)
    status, text = send(peopled, ROOT, mine, **typed | {"document": ["Quyết định tôi gõ"]})
    assert (status, summary(text)[""][: len(TOLD)]) == (409, TOLD)
    assert "Quyết định kia" in text
    (again,) = forms_of(text, page)
    assert again.fields["document"] == "Quyết định tôi gõ"
    assert send(peopled, ROOT, again)[0] == 200


def test_a_change_of_the_calendar_that_was_looked_at_before_another_is_shown_anew(
    peopled: Peopled,
) -> None:
    page = "/admin/organisation/calendar/hours"
    mine, theirs = (
        forms_of(send(peopled, ROOT, open_form(peopled, ROOT, page), **typed)[1], page)[0]
        for typed in (
            {"valid_from": ["2027-01-04"], "document": ["Quyết định tôi gõ"]},
            {"valid_from": ["2027-02-01"], "document": ["Quyết định kia"]},
        )
    )
    assert send(peopled, ROOT, theirs)[0] == 302
    status, text = send(peopled, ROOT, mine)
    assert (status, summary(text)[""][: len(TOLD)]) == (409, TOLD)
    assert "Quyết định tôi gõ" in html.unescape(text)
    (again,) = forms_of(text, page)
    assert send(peopled, ROOT, again)[0] == 302
    assert send(peopled, ROOT, again)[0] == 302  # the same once more changes nothing
