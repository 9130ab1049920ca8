"""The paper register: dossiers a unit kept on paper only, counted by month and entered by hand."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.errors import N_, Invalid, NotFound
from shared.models.dossier import PaperRegister
from shared.models.organisation import Unit

LARGEST_COUNT = 1_000_000
LISTED = 200


def set_paper_only(
    session: Session, unit_id: int, units: Collection[int], month: date, count: int
) -> None:
    """Note how many dossiers a unit kept on paper only in a month (any day of it).

    Raises NotFound for a unit out of reach, Invalid for a count that cannot be.
    """
    if unit_id not in units:
        raise NotFound
    if not 0 <= count <= LARGEST_COUNT:
        raise Invalid("count_wrong", N_("Xin nhập một số từ 0 trở lên."), field="paper_only")
    first = month.replace(day=1)
    query = select(PaperRegister).where(
        PaperRegister.unit_id == unit_id, PaperRegister.month == first
    )
    register = session.scalar(query)
    if register is None:
        session.add(PaperRegister(unit_id=unit_id, month=first, paper_only=count))
    elif register.paper_only != count:
        register.paper_only = count
    session.flush()


def paper_register(session: Session, units: Collection[int]) -> list[tuple[PaperRegister, Unit]]:
    """List what the given units noted of dossiers kept on paper only, the last months first."""
    found = session.execute(
        select(PaperRegister, Unit)
        .join(Unit, PaperRegister.unit_id == Unit.id)
        .where(PaperRegister.unit_id.in_(units))
        .order_by(PaperRegister.month.desc(), Unit.name)
        .limit(LISTED)
    )
    return [(register, unit) for register, unit in found]
