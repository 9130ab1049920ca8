"""Hồ sơ on the staff side: the list, the slip that invites to rate, the paper register."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.dossier import DossierRecord
from shared.models.channel import Invitation
from shared.models.dossier import Dossier, PaperRegister
from shared.services import dossiers
from shared.services.dossiers import Export
from tests.case_world import build
from tests.cast import Place, csrf, enter, send

CHOOSE = "/admin/dossiers/import"
RECEIVED = date(2026, 11, 2)
People = Callable[[str], FlaskClient]


@pytest.fixture
def places(session: Session, now: datetime) -> dict[str, Place]:
    return build(session, now)


@pytest.fixture
def people(app: Flask, session: Session, places: dict[str, Place], now: datetime) -> People:
    return lambda name: enter(app, session, name, now)


@pytest.fixture
def head(people: People) -> FlaskClient:
    return people("head-sen")


@pytest.mark.parametrize(
    ("name", "listing", "importing"),
    [("officer", 403, 403), ("reviewer", 403, 403), ("organiser", 200, 403), ("admin", 200, 200)],
)
def test_pages_ask_for_their_permissions(
    people: People, name: str, listing: int, importing: int
) -> None:
    person = people(f"{name}-sen")
    assert person.get("/admin/dossiers").status_code == listing
    assert person.get(CHOOSE).status_code == importing
    assert person.get("/admin/dossiers/paper").status_code == importing


@pytest.fixture
def stored(session: Session, places: dict[str, Place], now: datetime) -> list[Dossier]:
    """Three dossiers of Sen Hồng, the last one late, and one of Lúa Vàng."""
    for key, count in (("sen", 3), ("lua", 1)):
        records = [
            DossierRecord(
                code=f"{key.upper()}-{number}",
                procedure_code="1.001193",
                received_on=RECEIVED,
                due_on=RECEIVED + timedelta(days=5),
                finished_on=RECEIVED + timedelta(days=3 * number),
                online=number == 1,
            )
            for number in range(count)
        ]
        dossiers.import_records(session, places[key].unit_id, records, Export("", "", "x"), now)
    session.commit()
    return list(session.scalars(select(Dossier).order_by(Dossier.code)))


def rows(client: FlaskClient, query: str = "") -> list[str]:
    page = client.get(f"/admin/dossiers?{query}").get_data(as_text=True)
    return sorted(re.findall(r'<th scope="row"><a class="num" href="[^"]+">([^<]+)', page))


def test_the_list_shows_ones_own_units_and_keeps_filters_in_the_address(
    head: FlaskClient, stored: list[Dossier]
) -> None:
    assert rows(head) == ["SEN-0", "SEN-1", "SEN-2"]
    assert rows(head, "standing=late") == ["SEN-2"]
    assert rows(head, "standing=on_time&online=no") == ["SEN-0"]
    assert rows(head, "from=2026-11-03") == []
    assert rows(head, "to=2026-11-02&q=sen-1") == ["SEN-1"]
    page = head.get("/admin/dossiers?standing=late&from=2026-11-01").get_data(as_text=True)
    assert 'value="2026-11-01"' in page
    assert '<option value="late" selected>' in page


@pytest.mark.parametrize(
    "query", ["from=x", "standing=%27", "online=maybe", "procedure=x", "unit=-", "page=0", "page=x"]
)
def test_filters_without_sense_are_left_out(
    head: FlaskClient, stored: list[Dossier], query: str
) -> None:
    assert len(rows(head, query)) == 3


def issue(client: FlaskClient, dossier: Dossier) -> tuple[int, str]:
    data = {"csrf_token": csrf(client)}
    answer = client.post(f"/admin/dossiers/{dossier.id}/slip", data=data)
    return answer.status_code, answer.get_data(as_text=True)


def address(page: str) -> str:
    found = re.search(r"http://127\.0\.0\.1:8000(/q/[\w-]+)", page)
    assert found is not None, page
    return found.group(1)


def test_a_slip_invites_once_and_a_new_one_ends_the_old(
    head: FlaskClient, client: FlaskClient, stored: list[Dossier]
) -> None:
    dossier = stored[1]
    status, page = issue(head, dossier)
    assert status == 200
    assert "data:image/svg+xml;base64," in page
    assert "chỉ có trên máy chủ" in page  # phones cannot reach a loopback address
    old, new = address(page), address(issue(head, dossier)[1])
    assert client.get(new).status_code == 200
    assert client.get(old).status_code == 404


def test_a_rated_dossier_gets_no_further_code(
    head: FlaskClient, session: Session, stored: list[Dossier], now: datetime
) -> None:
    issue(head, stored[1])
    invitation = session.scalars(select(Invitation)).one()
    invitation.used_at = now
    session.commit()
    status, page = issue(head, stored[1])
    assert status == 409
    assert "đã được đánh giá" in page


def test_a_slip_of_another_unit_is_not_found(head: FlaskClient, stored: list[Dossier]) -> None:
    assert issue(head, stored[0])[0] == 404


def test_the_paper_register_is_entered_by_month(
    head: FlaskClient, places: dict[str, Place], session: Session
) -> None:
    unit = str(places["sen"].unit_id)
    path = "/admin/dossiers/paper"
    send(head, path, {"unit": unit, "month": "2026-10", "paper_only": "4"})
    register = session.scalars(select(PaperRegister)).one()
    assert (register.month, register.paper_only) == (date(2026, 10, 1), 4)
    assert "10/2026" in head.get(path).get_data(as_text=True)


@pytest.mark.parametrize(
    ("month", "count", "field"),
    [("2026-12", "1", "month"), ("x", "1", "month"), ("2026-10", "-1", "paper_only")],
)
def test_a_count_that_cannot_be_is_refused_with_its_field(
    head: FlaskClient, places: dict[str, Place], month: str, count: str, field: str
) -> None:
    unit = str(places["sen"].unit_id)
    status, page = send(
        head, "/admin/dossiers/paper", {"unit": unit, "month": month, "paper_only": count}
    )
    assert status == 422
    assert f'id="{field}-error"' in page
    assert f'value="{month}"' in page
