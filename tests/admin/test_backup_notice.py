"""What administrators read of nightly copies when something is wrong with them; nobody else."""

import re
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from shared.config import Settings
from shared.models.dossier import DossierImport
from shared.models.organisation import Organisation, Unit
from shared.models.rating import RatingDay
from shared.services import backup_notes
from tests.case_world import build, file
from tests.cast import Place, enter
from tests.conftest import Clock

PAGES = ("/admin/today", "/admin/organisation")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def words(client: FlaskClient, path: str) -> str:
    """Give a page as a person reads it."""
    answer = client.get(path)
    assert answer.status_code == 200
    main = answer.get_data(as_text=True).split("<main", 1)[1]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", main)).split())


@pytest.fixture
def root(app: Flask, session: Session, clock: Clock) -> FlaskClient:
    build(session, clock())
    return enter(app, session, "root", clock())


@pytest.mark.parametrize("path", PAGES)
def test_good_copies_are_no_news(
    root: FlaskClient, settings: Settings, clock: Clock, path: str
) -> None:
    assert "sao lưu" not in words(root, path)
    backup_notes.note_success(settings.data_directory, 0, clock())
    assert "sao lưu" not in words(root, path)


@pytest.mark.parametrize("path", PAGES)
def test_a_copy_that_failed_is_told_with_its_reason_and_the_last_good_one(
    root: FlaskClient, settings: Settings, clock: Clock, path: str
) -> None:
    good = clock()
    backup_notes.note_success(settings.data_directory, 0, good)
    clock.advance(5 * MINUTE)
    backup_notes.note_failure(settings.data_directory, "hết chỗ trên đĩa <b>", clock())
    said = words(root, path)
    assert f"không thành công. Bản tốt gần nhất: {good + 7 * HOUR:%d/%m/%Y}" in said
    assert "hết chỗ trên đĩa <b>" in said


@pytest.mark.parametrize("path", PAGES)
def test_copies_that_do_not_come_and_copies_that_lack_files_are_told(
    root: FlaskClient, settings: Settings, clock: Clock, path: str
) -> None:
    backup_notes.note_success(settings.data_directory, 2, clock())
    assert "thiếu 2 tệp đính kèm" in words(root, path)
    backup_notes.note_success(settings.data_directory, 0, clock() - 2 * DAY)
    assert "Hơn một ngày qua chưa có bản sao lưu mới" in words(root, path)


def said_of_none(client: FlaskClient) -> bool:
    return "chưa có bản sao lưu hằng đêm nào" in words(client, "/admin/organisation")


@pytest.fixture
def data(request: pytest.FixtureRequest, root: FlaskClient, session: Session, clock: Clock) -> None:
    """Data of one kind of an office of its own."""
    unit = session.scalars(select(Unit).where(Unit.code == "SEN")).one()
    if request.param == "case":
        file(session, Place(unit.organisation_id, unit.id, 0, 0, 0), clock())
    elif request.param == "rating":
        session.add(RatingDay(unit_id=unit.id, on=clock().date(), lane="open", score_5=1))
    else:
        counts = dict.fromkeys(("added", "changed", "unchanged", "refused"), 1)
        known = {"file_name": "f", "file_digest": "d", "imported_by": "root"}
        made = DossierImport(unit_id=unit.id, imported_at=clock(), **known, **counts)
        session.add(made)
    session.commit()


KINDS = pytest.mark.parametrize("data", ["case", "rating", "dossiers"], indirect=True)


@KINDS
@pytest.mark.usefixtures("data")
def test_real_data_without_any_nightly_copy_are_told_of_after_some_days_on_one_page(
    app: Flask, session: Session, settings: Settings, clock: Clock
) -> None:
    clock.advance(2 * DAY)
    assert not said_of_none(enter(app, session, "root", clock()))
    clock.advance(DAY)
    root = enter(app, session, "root", clock())
    assert said_of_none(root)
    assert "sao lưu" not in words(root, "/admin/today")
    backup_notes.note_failure(settings.data_directory, "hết chỗ", clock())
    assert not said_of_none(root)  # another alarm says more


@KINDS
@pytest.mark.usefixtures("data")
def test_the_sample_alone_needs_no_copy(app: Flask, session: Session, clock: Clock) -> None:
    session.execute(update(Organisation).values(sample=True))
    session.commit()
    clock.advance(30 * DAY)
    assert not said_of_none(enter(app, session, "root", clock()))


@pytest.mark.usefixtures("root")
def test_an_office_that_is_still_empty_needs_no_copy(
    app: Flask, session: Session, clock: Clock
) -> None:
    clock.advance(30 * DAY)
    assert not said_of_none(enter(app, session, "root", clock()))


def test_a_head_who_sets_nothing_up_is_told_nothing(
    app: Flask, root: FlaskClient, session: Session, settings: Settings, clock: Clock
) -> None:
    backup_notes.note_failure(settings.data_directory, "hết chỗ", clock())
    other = enter(app, session, "head-sen", clock())
    assert "sao lưu" in words(root, PAGES[0])
    assert "sao lưu" not in words(other, PAGES[0])
