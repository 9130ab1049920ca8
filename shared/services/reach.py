"""Which units an account's roles reach: the granted ones and all below them."""

from collections import defaultdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.access import GRANTED, Actor, Permission, Role, reach_of
from shared.models.account import Account, Grant
from shared.services.unit_tree import below, tree_of_units


def actor_with(session: Session, account: Account) -> Actor:
    """Give the account's person with every permission and the units it reaches."""
    rows = session.execute(select(Grant.role, Grant.unit_id).where(Grant.account_id == account.id))
    grants: dict[Role, set[int | None]] = defaultdict(set)
    for role, unit_id in rows:
        grants[Role(role)].add(unit_id)
    tree = tree_of_units(session)
    reached = {role: below(tree, starts) for role, starts in grants.items()}
    everywhere = {role for role, starts in grants.items() if None in starts}
    return Actor(
        account_id=account.id,
        name=account.name,
        full_name=account.full_name,
        officer_id=account.officer_id,
        language=account.language,
        must_change_password=account.must_change_password,
        reach=reach_of(reached),
        # Confidential reports are read where the duties allow it, never everywhere.
        everywhere=frozenset().union(*(GRANTED[role] for role in everywhere))
        - {Permission.INSPECT},
    )
