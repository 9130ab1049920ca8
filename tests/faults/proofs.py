"""What must hold of a database after any fault."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from shared.models.rating import Rating
from shared.services.rating_totals import differences


def stored_ids(engine: Engine) -> set[str]:
    """Give the ids of all ratings."""
    with Session(engine) as session:
        return {str(key) for key in session.scalars(select(Rating.id))}


def rows(engine: Engine) -> list[str]:
    """Give the id of every rating that is stored, twice what is stored twice."""
    with Session(engine) as session:
        return [str(key) for key in session.scalars(select(Rating.id).order_by(Rating.id))]


def assert_kept(engine: Engine, answered: Iterable[str]) -> None:
    """Every answered id is stored once, the file is whole, and totals equal facts."""
    wanted = {UUID(key) for key in answered}
    with Session(engine) as session:
        copies = dict[UUID, int]()
        rows = session.execute(select(Rating.id, func.count()).group_by(Rating.id))
        copies.update((key, count) for key, count in rows)
        assert wanted - copies.keys() == set()
        assert set(copies.values()) <= {1}
        assert differences(session) == []
        if engine.dialect.name == "sqlite":
            assert session.scalar(text("PRAGMA integrity_check")) == "ok"
            assert session.execute(text("PRAGMA foreign_key_check")).all() == []
