"""The registers that units keep for campaigns, by name, and who keeps them."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from shared.domain.access import Actor, Permission
from shared.domain.errors import NotFound
from shared.services import (
    index_results,
    organisations,
    register_entries,
    register_kinds,
    weakness_rules,
)
from shared.services.registers import Register, Setup

REGISTERS: Mapping[str, Register] = {
    register.key: register
    for register in (*register_kinds.KINDS, index_results.REGISTER, weakness_rules.REGISTER)
}


def register_of(key: str) -> Register:
    """Find a register by the word in its address; NotFound when there is none."""
    if key not in REGISTERS:
        raise NotFound
    return REGISTERS[key]


def setup_of(session: Session, actor: Actor, code: str, now: datetime) -> Setup:
    """Say who keeps registers of the organisation of that code, the first one without a code.

    Raises NotFound for one out of reach, and when there is none at all.
    """
    return organisations.setup_of(session, actor, code, now, Permission.ENTER_FIGURES)


def counts(session: Session, setup: Setup) -> dict[str, int]:
    """Count the entries of every register within reach, without reading them."""
    return dict.fromkeys(REGISTERS, 0) | {
        **register_entries.counts(session, setup),
        index_results.REGISTER.key: index_results.count(session, setup),
        weakness_rules.REGISTER.key: weakness_rules.count(session, setup),
    }
