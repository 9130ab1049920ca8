"""What the tests say of PostgreSQL: that it refuses these values, and takes those beside them."""

from typing import Any

import pytest
from sqlalchemy import JSON, BigInteger, Integer, String, bindparam, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from tests.web.bound import Bound, is_refused

GIVEN: list[tuple[TypeEngine[Any], Any, bool]] = [
    (String(), "a\0b", True),
    (String(5), "a long text", False),
    (Integer(), 1 << 31, True),
    (Integer(), (1 << 31) - 1, False),
    (Integer(), -(1 << 31), False),
    (BigInteger(), 1 << 31, False),
    (JSON(), {"a": ["b\0"], "c": 1 << 80}, False),
]


@pytest.mark.parametrize(("kind", "value", "refused"), GIVEN)
def test_what_is_said_to_be_refused_is(
    session: Session, kind: TypeEngine[Any], value: object, refused: bool
) -> None:
    query = select(bindparam("given", value, kind))
    with Bound().heard() as bound:
        try:
            session.execute(query)
        except DBAPIError:
            assert refused
        else:
            assert not refused or session.get_bind().dialect.name == "sqlite"
        assert bool(bound.refused) is refused


def test_each_of_many_is_looked_at() -> None:
    assert is_refused(Integer(), [1, 1 << 31])
    assert not is_refused(Integer(), [1, 2])
