"""Which officer an account belongs to: what keeps its person away from cases that name them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.errors import N_, Invalid
from shared.models.account import Account
from shared.models.organisation import Officer
from shared.services.unit_tree import below, tree_of_units


def to_link(session: Session, code: str, unit_id: int | None) -> int:
    """Find the officer of a new account by code; give the key.

    `unit_id` is the unit of the account's role, none for every unit. Raises Invalid for an
    unknown code, for an officer of a unit that is neither this one nor below it, and for one to
    whom an open account belongs already.
    """
    officer = session.scalar(select(Officer).where(Officer.code == code))
    if officer is None:
        raise Invalid(
            "unknown_officer", N_("Không có cán bộ mang mã “%(code)s”."), field="officer", code=code
        )
    if unit_id is not None and officer.unit_id not in below(tree_of_units(session), [unit_id]):
        raise Invalid(
            "officer_elsewhere",
            N_("Cán bộ “%(code)s” thuộc đơn vị khác, không phải đơn vị của tài khoản."),
            field="officer",
            code=code,
        )
    linked = session.scalar(
        select(Account.name).where(Account.officer_id == officer.id, Account.closed_at.is_(None))
    )
    if linked is not None:
        raise Invalid(
            "officer_linked",
            N_("Cán bộ “%(code)s” đã có tài khoản “%(name)s”."),
            field="officer",
            code=code,
            name=linked,
        )
    return officer.id
