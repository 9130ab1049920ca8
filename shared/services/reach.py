"""Which units an account's roles reach: the granted ones and all below them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.access import GRANTED, Actor, Role, reach_of
from shared.models.account import Account, Grant
from shared.models.organisation import Unit


def actor_with(session: Session, account: Account) -> Actor:
    """Give the account's person with every permission and the units it reaches."""
    rows = session.execute(select(Grant.role, Grant.unit_id).where(Grant.account_id == account.id))
    grants: dict[Role, set[int | None]] = defaultdict(set)
    for role, unit_id in rows:
        grants[Role(role)].add(unit_id)
    tree = _tree(session)
    reached = {role: frozenset(_below(tree, starts)) for role, starts in grants.items()}
    everywhere = {role for role, starts in grants.items() if None in starts}
    return Actor(
        account_id=account.id,
        name=account.name,
        full_name=account.full_name,
        officer_id=account.officer_id,
        language=account.language,
        must_change_password=account.must_change_password,
        reach=reach_of(reached),
        everywhere=frozenset().union(*(GRANTED[role] for role in everywhere)),
    )


def _tree(session: Session) -> Mapping[int | None, list[int]]:
    tree: dict[int | None, list[int]] = defaultdict(list)
    for key, parent_id in session.execute(select(Unit.id, Unit.parent_id)):
        tree[parent_id].append(key)
    return tree


def _below(tree: Mapping[int | None, list[int]], starts: Iterable[int | None]) -> set[int]:
    """Walk down from the granted units; None starts at every root."""
    reached: set[int] = set()
    waiting = [start for start in starts if start is not None]
    if None in set(starts):
        waiting += tree.get(None, [])
    while waiting:
        unit = waiting.pop()
        if unit not in reached:
            reached.add(unit)
            waiting += tree.get(unit, [])
    return reached
