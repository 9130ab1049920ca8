"""Which units an account's roles reach: the granted ones, all below them, and those before them.

Two trees, two questions. Reach follows today's tree, and from a unit on to those it came after
(a merger, a split, a change of level): whoever has a role over the successor sees and finishes
what its predecessors left, campaigns, dossiers, cases and figures, with the units that stood below
them when they ended. Confidential reports are the exception: their readers are named per unit.
What a campaign counts follows the tree of its own day (services/unit_history.py).
"""

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from shared.domain.access import GRANTED, Actor, Permission, Role, reach_of
from shared.models.account import Account, Grant
from shared.services.unit_tree import below, trees_of_units

# A role (None: none at all), and the key of the unit it is over (None: all).
Granted = tuple[str | None, int | None]
_GRANTS = select(Grant.role, Grant.unit_id).where(Grant.account_id == bindparam("account"))


def actor_with(session: Session, account: Account) -> Actor:
    """Give the account's person with every permission and the units it reaches."""
    return actor_by(session, account, session.execute(_GRANTS, {"account": account.id}))


def actor_by(session: Session, account: Account, granted: Iterable[Granted]) -> Actor:
    """Give the account's person by its roles, which were read with something else."""
    grants: dict[Role, set[int | None]] = defaultdict(set)
    for role, unit_id in granted:
        if role is not None:
            grants[Role(role)].add(unit_id)
    tree, wider = trees_of_units(session)
    reached = {role: below(wider, starts) for role, starts in grants.items()}
    inspected = reach_of({role: below(tree, starts) for role, starts in grants.items()})
    everywhere = {role for role, starts in grants.items() if None in starts}
    return Actor(
        account_id=account.id,
        name=account.name,
        full_name=account.full_name,
        officer_id=account.officer_id,
        language=account.language,
        must_change_password=account.must_change_password,
        reach={
            permission: units & inspected[permission] if permission is Permission.INSPECT else units
            for permission, units in reach_of(reached).items()
        },
        # Confidential reports are read where the duties allow it, never everywhere.
        everywhere=frozenset().union(*(GRANTED[role] for role in everywhere))
        - {Permission.INSPECT},
    )
