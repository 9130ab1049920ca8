"""The registers of Quản trị by name, and what a new office still lacks."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from shared.domain.errors import NotFound
from shared.services import (
    calendar_days,
    desks,
    officers,
    procedures,
    publications,
    shifts,
    successions,
    unit_levels,
    units,
)
from shared.services.registers import Entry, Register, Setup

REGISTERS: Mapping[str, Register] = {
    register.key: register
    for register in (
        units.REGISTER,
        desks.REGISTER,
        officers.REGISTER,
        shifts.REGISTER,
        procedures.REGISTER,
        publications.REGISTER,
        calendar_days.REGISTER,
        unit_levels.REGISTER,
        successions.REGISTER,
    )
}


def register_of(key: str) -> Register:
    """Find a register by the word in its address; NotFound when there is none."""
    if key not in REGISTERS:
        raise NotFound
    return REGISTERS[key]


def entry_of(session: Session, setup: Setup, register: Register, key: int) -> Entry:
    """Find one entry within reach; NotFound otherwise."""
    for entry in register.entries(session, setup):
        if entry.key == key:
            return entry
    raise NotFound


def counts(session: Session, setup: Setup) -> dict[str, int]:
    """Count the open entries of every register."""
    return {
        key: sum(not entry.closed for entry in register.entries(session, setup))
        for key, register in REGISTERS.items()
    }
