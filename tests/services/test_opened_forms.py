"""Forms that carry what they showed: nobody's work is taken back by one that was opened before."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from shared.domain.errors import ChangedMeanwhile, Invalid
from shared.models.audit import AuditEvent
from shared.models.organisation import Officer, Organisation
from shared.services.opened_forms import OpenedForm, mark_of
from tests.conftest import Clock
from tests.infrastructure.side_by_side import second_at_once
from tests.setup_office import OFFICER, Office


@pytest.fixture
def officer(session: Session, clock: Clock) -> int:
    """An officer of an office; give the key."""
    key = Office(session, clock()).filled()["officers"]
    session.commit()
    return key


def form_of(session: Session, key: int, sent: str | None = None) -> OpenedForm:
    """Open the form of an officer's name and post, or take the one that was sent."""

    def shown() -> Mapping[str, object]:
        row = session.get_one(Officer, key)
        return {"name": row.name, "post": row.post}

    held = session.scalars(select(Organisation)).one()
    return OpenedForm(session, held, shown, lambda _name, value: str(value), sent)


def save(session: Session, key: int, sent: str | None, **values: str) -> None:
    """Save a form that was sent."""
    save_in(form_of(session, key, sent), key, values)


def save_in(form: OpenedForm, key: int, values: Mapping[str, str]) -> None:
    """Save what a form was filled in with; the name may not be empty."""
    with form.saving():
        for name, value in values.items():
            setattr(form.session.get_one(Officer, key), name, value)
        if values.get("name") == "":
            raise Invalid("missing", "Xin nhập mục này.", field="name")


def refused(session: Session, key: int, sent: str | None, **values: str) -> tuple[Invalid, str]:
    """Save what must be refused; give the refusal and the mark to go on with."""
    form = form_of(session, key, sent)
    with pytest.raises(ChangedMeanwhile) as refusal:
        save_in(form, key, values)
    return refusal.value, form.mark


def test_marks_are_equal_for_equal_values_alone() -> None:
    first = {"on": date(2026, 1, 2), "to": frozenset({"officer", "head"}), "share": Decimal("0.80")}
    assert mark_of(first) == mark_of(dict(reversed(first.items())))
    assert mark_of(first) == "71f35e5555c276d9"  # also in another process
    assert (
        len({mark_of(one) for one in (first, {**first, "on": date(2026, 1, 3)}, {}, {"": None})})
        == 4
    )


def test_a_form_that_still_fits_is_saved(session: Session, officer: int) -> None:
    mark = form_of(session, officer).mark
    save(session, officer, mark, name="Lê Hà")
    assert session.get_one(Officer, officer).name == "Lê Hà"


def test_what_was_saved_meanwhile_stands_until_it_is_told(session: Session, officer: int) -> None:
    opened = form_of(session, officer).mark
    save(session, officer, opened, post="Trưởng phòng")
    session.commit()
    events = len(session.scalars(select(AuditEvent.id)).all())
    refusal, fresh = refused(session, officer, opened, name="Lê Hà", post="")
    first, *fields = refusal.faults
    assert (first.code, first.field) == ("changed_meanwhile", None)
    told = {one.field: dict(one.params) for one in fields}
    assert told == {"name": {"now": OFFICER["name"]}, "post": {"now": "Trưởng phòng"}}
    row = session.get_one(Officer, officer)
    assert (row.name, row.post) == (OFFICER["name"], "Trưởng phòng")
    assert len(session.scalars(select(AuditEvent.id)).all()) == events
    save(session, officer, fresh, name="Lê Hà", post="")  # a second time, on purpose
    assert (row.name, row.post) == ("Lê Hà", "")


def test_a_form_sent_twice_passes_the_second_time(session: Session, officer: int) -> None:
    opened = form_of(session, officer).mark
    save(session, officer, opened, name="Lê Hà")
    save(session, officer, opened, name="Lê Hà")
    assert session.get_one(Officer, officer).name == "Lê Hà"


def test_a_refused_value_leaves_nothing_and_keeps_the_mark_that_was_sent(
    session: Session, officer: int
) -> None:
    opened = form_of(session, officer).mark
    save(session, officer, opened, post="Trưởng phòng")
    form = form_of(session, officer, opened)
    with pytest.raises(Invalid) as refusal:
        save_in(form, officer, {"post": "Phó phòng", "name": ""})
    assert not isinstance(refusal.value, ChangedMeanwhile)
    assert session.get_one(Officer, officer).post == "Trưởng phòng"
    assert form.mark == opened  # so that the next sending is told
    refused(session, officer, form.mark, name="Lê Hà")


@pytest.mark.parametrize("sent", ["", "0" * 16, "x", "\x00", "71F35E5555C276D9"])
def test_a_made_up_mark_fits_nothing(session: Session, officer: int, sent: str) -> None:
    _refusal, fresh = refused(session, officer, sent, name="Lê Hà")
    assert fresh == form_of(session, officer).mark


def test_what_is_looked_at_before_it_is_saved_is_told_at_once(
    session: Session, officer: int
) -> None:
    opened = form_of(session, officer).mark
    form_of(session, officer, opened).check()
    save(session, officer, opened, post="Trưởng phòng")
    late = form_of(session, officer, opened)
    with pytest.raises(ChangedMeanwhile):
        late.check()
    late.check()  # it has been told


@pytest.mark.parametrize("with_mark", [True, False])
def test_of_two_who_save_in_the_same_instant_one_is_told(
    session: Session, engine: Engine, officer: int, with_mark: bool
) -> None:
    opened = form_of(session, officer).mark if with_mark else None
    save(session, officer, opened, post="Trưởng phòng")
    with pytest.raises(ChangedMeanwhile):
        second_at_once(engine, session, lambda second: save(second, officer, opened, name="Lê Hà"))
    session.expire_all()
    row = session.get_one(Officer, officer)
    assert (row.name, row.post) == (OFFICER["name"], "Trưởng phòng")
