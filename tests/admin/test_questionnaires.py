"""Setting questionnaires up: by whom, until when a version may change, and where it is asked."""

import html
import re
from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from shared.domain.questionnaire import OF_THE_CAMPAIGNS, Group, items_of_data
from shared.models.questionnaire import Questionnaire, QuestionnaireUse
from shared.services.questionnaire_uses import in_force
from tests.case_world import build
from tests.cast import Place, csrf, enter
from tests.conftest import Clock

HOME = "/admin/questionnaires"
TODAY = date(2026, 11, 18)
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def places(session: Session, clock: Clock) -> dict[str, Place]:
    """The two units."""
    return build(session, clock())


@pytest.fixture
def admin(app: Flask, session: Session, places: dict[str, Place], clock: Clock) -> FlaskClient:
    """The browser of who sets Sen Hồng up."""
    assert places
    return enter(app, session, "admin-sen", clock())


def said(answer: TestResponse) -> str:
    return html.unescape(answer.get_data(as_text=True))


def post(client: FlaskClient, path: str, fields: Mapping[str, str] | None = None) -> TestResponse:
    """Send a form as a page of this browser would."""
    return client.post(path, data={"csrf_token": csrf(client), **(fields or {})})


def made(session: Session, admin: FlaskClient, series: str = "bo-thu") -> Questionnaire:
    """Make the first version of a series through the page."""
    answer = post(admin, HOME, {"series": series, "name": "Bộ thử"})
    assert answer.status_code == 303, said(answer)
    return newest(session)


def newest(session: Session) -> Questionnaire:
    session.rollback()
    return session.scalars(select(Questionnaire).order_by(Questionnaire.id.desc())).all()[0]


def put_to_use(admin: FlaskClient, version: object, whom: str, **days: str) -> TestResponse:
    fields = {"version": str(version), "whom": whom, **days}
    return post(admin, f"{HOME}/uses", fields)


def rows_of(version: Questionnaire) -> dict[str, str]:
    """Fill the form in as the page shows it."""
    fields = {"name": version.name}
    for row, item in enumerate(items_of_data(version.items)):
        fields |= {f"text-{code}-{row}": text for code, text in item.texts.items()}
        fields |= {
            f"place-{row}": str(row + 1),
            f"code-{row}": item.code,
            f"group-{row}": str(item.group),
            f"kind-{row}": str(item.kind),
        }
    return fields


def test_a_series_begins_with_the_items_of_the_campaigns_and_belongs_to_the_unit(
    session: Session, admin: FlaskClient, places: dict[str, Place]
) -> None:
    version = made(session, admin)
    assert (version.code, version.unit_id) == ("bo-thu-1", places["sen"].unit_id)
    assert items_of_data(version.items) == OF_THE_CAMPAIGNS
    page = said(admin.get(f"{HOME}/{version.id}"))
    assert all(item.texts["vi"] in page for item in OF_THE_CAMPAIGNS)


@pytest.mark.parametrize("fields", [{"series": "A B"}, {"name": " "}, {"series": "bo-thu"}])
def test_a_bad_code_a_taken_one_and_an_empty_name_are_refused(
    session: Session, admin: FlaskClient, fields: dict[str, str]
) -> None:
    first = made(session, admin)
    answer = post(admin, HOME, {"series": "bo-khac", "name": "Bộ", **fields})
    assert answer.status_code == 422
    assert newest(session).id == first.id


def test_an_unused_version_is_reordered_shortened_and_added_to(
    session: Session, admin: FlaskClient
) -> None:
    version = made(session, admin)
    fields = rows_of(version) | {
        "place-0": "9",
        "drop-1": "1",
        "text-vi-9": "Có chỗ để xe không?",
        "group-9": "other",
        "kind-9": "yes_no",
        "place-9": "1",
    }
    assert post(admin, f"{HOME}/{version.id}", fields).status_code == 303
    items = items_of_data(newest(session).items)
    codes = [item.code for item in items]
    assert codes[:2] == ["co_cho_de_xe_khong", "farewell"]
    assert codes[-2:] == ["welcome", "extra_money"]
    assert "guidance" not in codes
    assert (items[0].group, dict(items[0].texts)) == (Group.OTHER, {"vi": "Có chỗ để xe không?"})


def test_a_row_that_could_not_be_asked_is_refused_and_what_was_typed_stays(
    session: Session, admin: FlaskClient
) -> None:
    version = made(session, admin)
    fields = rows_of(version) | {"text-vi-0": "", "text-en-0": "Only in English"}
    answer = post(admin, f"{HOME}/{version.id}", fields)
    assert answer.status_code == 422
    assert 'value="Only in English"' in said(answer)
    assert "Câu “Only in English”: hãy ghi câu hỏi tiếng Việt" in said(answer)  # not its code
    assert items_of_data(newest(session).items) == OF_THE_CAMPAIGNS


def test_a_used_version_never_changes_and_the_next_one_is_a_copy(
    session: Session, admin: FlaskClient, places: dict[str, Place]
) -> None:
    unit_id = places["sen"].unit_id
    version = made(session, admin)
    assert put_to_use(admin, version.id, f"unit-{unit_id}").status_code == 303
    assert post(admin, f"{HOME}/{version.id}", {"name": "Khác"}).status_code == 409
    assert "Lưu" not in said(admin.get(f"{HOME}/{version.id}")).split("<h1>")[1]
    assert post(admin, f"{HOME}/{version.id}/copy").status_code == 303
    copied = newest(session)
    assert (copied.code, copied.used_at) == ("bo-thu-2", None)
    assert copied.items == session.get_one(Questionnaire, version.id).items
    assert in_force(session, unit_id, TODAY).code == "bo-thu-1"


def test_a_use_begins_ends_and_gives_way_to_the_boxes(
    session: Session, admin: FlaskClient, places: dict[str, Place]
) -> None:
    unit_id = places["sen"].unit_id
    version, whom = made(session, admin), f"unit-{unit_id}"
    put_to_use(admin, version.id, whom, valid_from=TOMORROW.isoformat())
    begins = [in_force(session, unit_id, day).code for day in (TODAY, TOMORROW)]
    assert begins == ["niemno-1", "bo-thu-1"]
    put_to_use(admin, "none", whom, valid_from=TOMORROW.isoformat())
    assert in_force(session, unit_id, TOMORROW).code == "niemno-1"
    for use in session.scalars(select(QuestionnaireUse)).all():
        assert post(admin, f"{HOME}/uses/{use.id}/end").status_code == 303
    session.rollback()
    assert session.scalars(select(QuestionnaireUse)).all() == []  # none had begun
    put_to_use(admin, version.id, whom)
    [use] = session.scalars(select(QuestionnaireUse))
    post(admin, f"{HOME}/uses/{use.id}/end")
    session.rollback()
    ends = [in_force(session, unit_id, day).code for day in (TODAY, TOMORROW)]
    assert ends == ["bo-thu-1", "niemno-1"]
    assert places["lua"].unit_id != unit_id
    assert in_force(session, places["lua"].unit_id, TODAY).code == "niemno-1"


def states(admin: FlaskClient) -> list[tuple[str, str]]:
    """Read the list of uses: each with its version and how it stands."""
    table = said(admin.get(HOME)).partition("<tbody>")[2].partition("</tbody>")[0]
    row = r'(?s)<small class="num">(\S+)</small>.*?class="tag[^>]*>(?:<svg.*?</svg>)?([^<]+)'
    return re.findall(row, table)


def test_the_list_says_which_version_is_asked_which_is_to_come_and_which_was_replaced(
    session: Session, admin: FlaskClient, places: dict[str, Place]
) -> None:
    first, whom = made(session, admin), f"unit-{places['sen'].unit_id}"
    put_to_use(admin, first.id, whom)
    assert states(admin) == [("bo-thu-1", "Đang hỏi")]
    post(admin, f"{HOME}/{first.id}/copy")
    second = newest(session)
    put_to_use(admin, second.id, whom, valid_from=TOMORROW.isoformat())
    assert states(admin) == [("bo-thu-2", "Chưa đến ngày"), ("bo-thu-1", "Đang hỏi")]
    put_to_use(admin, second.id, whom)
    assert states(admin)[1:] == [("bo-thu-2", "Đang hỏi"), ("bo-thu-1", "Đã có bản khác thay")]
    assert in_force(session, places["sen"].unit_id, TODAY).code == "bo-thu-2"


def test_a_version_taken_back_before_anybody_was_asked_is_a_draft_again(
    session: Session, admin: FlaskClient, places: dict[str, Place]
) -> None:
    version, whom = made(session, admin), f"unit-{places['sen'].unit_id}"
    put_to_use(admin, version.id, whom, valid_from=TOMORROW.isoformat())
    [coming] = session.scalars(select(QuestionnaireUse))
    post(admin, f"{HOME}/uses/{coming.id}/end")
    assert newest(session).used_at is None
    put_to_use(admin, version.id, whom)
    put_to_use(admin, version.id, whom, valid_from=TOMORROW.isoformat())
    session.rollback()
    coming = session.scalars(select(QuestionnaireUse).order_by(QuestionnaireUse.id.desc())).all()[0]
    post(admin, f"{HOME}/uses/{coming.id}/end")
    assert newest(session).used_at is not None  # asked since this morning


def test_nothing_is_put_to_use_in_the_past_for_everybody_or_for_others(
    session: Session, admin: FlaskClient, places: dict[str, Place]
) -> None:
    version = made(session, admin)
    mine, other = (f"unit-{places[key].unit_id}" for key in ("sen", "lua"))
    yesterday = (TODAY - timedelta(days=1)).isoformat()
    refused = [
        put_to_use(admin, version.id, mine, valid_from=yesterday),
        put_to_use(admin, version.id, mine, valid_to=yesterday),
        put_to_use(admin, version.id, mine, valid_from="hôm nay"),
        put_to_use(admin, "", mine),
        put_to_use(admin, version.id, ""),
        put_to_use(admin, version.id, "all"),
        put_to_use(admin, version.id, other),
        put_to_use(admin, version.id + 99, mine),
        put_to_use(admin, version.id, "campaign-99"),
    ]
    statuses = [answer.status_code for answer in refused]
    assert statuses == [422, 422, 422, 422, 422, 403, 404, 404, 404]
    assert session.scalar(select(QuestionnaireUse)) is None


def test_a_copy_or_a_use_asked_for_twice_is_made_once(
    session: Session, admin: FlaskClient, places: dict[str, Place]
) -> None:
    version = made(session, admin)
    for _twice in range(2):
        assert post(admin, f"{HOME}/{version.id}/copy").status_code == 303
        whom = f"unit-{places['sen'].unit_id}"
        assert put_to_use(admin, version.id, whom).status_code == 303
    assert newest(session).code == "bo-thu-2"
    assert len(session.scalars(select(QuestionnaireUse)).all()) == 1


def test_a_version_without_questions_cannot_be_used(
    session: Session, admin: FlaskClient, places: dict[str, Place]
) -> None:
    version = made(session, admin)
    post(admin, f"{HOME}/{version.id}", {"name": "Trống"})
    assert put_to_use(admin, version.id, f"unit-{places['sen'].unit_id}").status_code == 409
    assert newest(session).used_at is None


def test_versions_and_uses_of_another_unit_do_not_exist(
    app: Flask, session: Session, admin: FlaskClient, places: dict[str, Place], clock: Clock
) -> None:
    version = made(session, admin)
    put_to_use(admin, version.id, f"unit-{places['sen'].unit_id}")
    [use] = session.scalars(select(QuestionnaireUse))
    other = enter(app, session, "admin-lua", clock())
    assert "bo-thu" not in said(other.get(HOME))
    assert other.get(f"{HOME}/{version.id}").status_code == 404
    assert post(other, f"{HOME}/{version.id}/copy").status_code == 404
    assert post(other, f"{HOME}/uses/{use.id}/end").status_code == 404
    session.rollback()
    assert session.get_one(QuestionnaireUse, use.id).valid_to is None
