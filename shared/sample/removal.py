"""Taking the sample out again: its organisation, its accounts and whatever refers to them."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from sqlalchemy import Column, Table, delete, select, update
from sqlalchemy.orm import Session

from shared.db import Base
from shared.domain.errors import N_, RuleBroken
from shared.models.account import Account, SignInFailure
from shared.models.organisation import Organisation

AT_ONCE = 500  # keys in one statement
# A row that may outlive the sample: it only forgets what it referred to.
FORGETS: Mapping[str, str] = {"account": "officer_id"}
Keys = set[Any]
_REFERRED_TO = frozenset(
    reference.column.table.name
    for table in Base.metadata.tables.values()
    for reference in table.foreign_keys
)


def clear(session: Session) -> None:
    """Remove every row of the sample and none of anybody else; audit events stay.

    A row belongs to the sample when it refers to the sample's organisation or accounts, directly
    or through others. Raises RuleBroken `no_sample` when there is none.
    """
    organisations = list(session.scalars(select(Organisation).where(Organisation.sample)))
    accounts = list(session.scalars(select(Account).where(Account.sample)))
    if not organisations:
        raise RuleBroken("no_sample", N_("Không có dữ liệu mẫu để xoá."))
    owned: dict[str, Keys] = {
        "organisation": {row.id for row in organisations},
        "account": {row.id for row in accounts},
    }
    tables = [table for table in Base.metadata.sorted_tables if table.name != "audit_event"]
    for table in tables:
        _own(session, table, owned)
    _forget(session, owned)
    names = [account.name for account in accounts]
    session.execute(delete(SignInFailure).where(SignInFailure.name.in_(names)))
    for table in reversed(tables):
        if table.name not in {"organisation", "account"}:
            _delete(session, table, owned)
    session.expire_all()
    for row in [*accounts, *organisations]:
        session.delete(row)  # one by one, so that the log says the sample was removed
        session.flush()


def _own(session: Session, table: Table, owned: dict[str, Keys]) -> None:
    """Find the keys of a table's rows that refer to rows known to be the sample's."""
    if table.name not in _REFERRED_TO:
        return
    keys = owned.setdefault(table.name, set())
    for column, parents in _references(table, owned):
        if FORGETS.get(table.name) == column.name:
            continue
        for chunk in _chunks(parents):
            keys.update(session.scalars(select(table.c.id).where(column.in_(chunk))))


def _forget(session: Session, owned: Mapping[str, Keys]) -> None:
    for name, column_name in FORGETS.items():
        table = Base.metadata.tables[name]
        column = table.c[column_name]
        (parent,) = column.foreign_keys
        for chunk in _chunks(owned[parent.column.table.name]):
            session.execute(update(table).where(column.in_(chunk)).values({column_name: None}))


def _delete(session: Session, table: Table, owned: Mapping[str, Keys]) -> None:
    if table.name in owned:
        for chunk in _chunks(owned[table.name]):
            session.execute(delete(table).where(table.c.id.in_(chunk)))
        return
    for column, parents in _references(table, owned):
        for chunk in _chunks(parents):
            session.execute(delete(table).where(column.in_(chunk)))


def _references(table: Table, owned: Mapping[str, Keys]) -> Iterator[tuple[Column[Any], Keys]]:
    for reference in table.foreign_keys:
        parents = owned.get(reference.column.table.name)
        if parents and reference.column.table is not table:
            yield reference.parent, parents


def _chunks(keys: Iterable[Any]) -> Iterator[list[Any]]:
    rest = iter(sorted(keys))
    while chunk := list(islice(rest, AT_ONCE)):
        yield chunk
