"""What tests of erasing share: asking, deciding, and looking for words in every table."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.db import Base
from shared.domain.erasure import DataKind, Reason, Scope
from shared.models.complaint import Complaint
from shared.services import (
    erasures,
)
from tests.case_world import code_of, person

ALL = frozenset(DataKind)
NOTHING = ("", "")
KEPT = (str(Reason.PROCEEDING), "Luật Tố cáo 2018, Điều 24: đang xác minh.")
MARK = "Nguyễn Thị Hoa Sen"  # stands in everything anybody writes about the case below


def ask(session: Session, case: Complaint, now: datetime, scope: Scope = Scope.ALL) -> int:
    return erasures.ask(session, code_of(case), scope, now).id


def decide(
    session: Session,
    key: int,
    now: datetime,
    folder: Path,
    kinds: frozenset[DataKind] = ALL,
    kept: tuple[str, str] = NOTHING,
    who: str = "head-sen",
) -> None:
    actor = person(session, who)
    version = erasures.opened(session, key, actor, now).line.request.version
    erasures.decide(session, key, kinds, kept, version, actor, folder, now)


def texts(session: Session) -> Iterator[tuple[str, str]]:
    """Give every value of every table there is, as text."""
    for table in Base.metadata.sorted_tables:
        for row in session.execute(select(table)):
            for value in row:
                yield table.name, str(value)


def tables_with(session: Session, words: str) -> set[str]:
    return {table for table, value in texts(session) if words in value}
