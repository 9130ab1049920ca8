"""An office being set up by somebody who reaches everything, one entry of each register."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.access import Actor, Permission
from shared.domain.errors import Invalid
from shared.models.organisation import (
    Organisation,
    Unit,
)
from shared.services import (
    office_setup,
    organisations,
)
from shared.services.registers import Setup
from tests.infrastructure.worlds import lay

ONE_DAY = timedelta(days=1)
UNIT = {"code": "P-SEN", "name": "Phường Sen Hồng", "level": "commune", "valid_from": "01/07/2025"}
DESK = {"code": "SH-Q1", "name": "Quầy 1", "unit": "P-SEN", "valid_from": "01/07/2025"}
OFFICER = {"code": "SH-01", "name": "Lê Thu Hà", "unit": "P-SEN", "valid_from": "01/07/2025"}
SHIFT = {
    "desk": "SH-Q1",
    "officer": "SH-01",
    "weekdays": "T2-T6",
    "starts": "7h30",
    "ends": "11:30",
    "valid_from": "01/07/2025",
}
PROCEDURE = {"code": "1.001193", "name": "Đăng ký khai sinh", "valid_from": "01/07/2025"}


def person(*units: int, everywhere: bool = False) -> Actor:
    """Somebody who may set up the given units."""
    return Actor(
        account_id=1,
        name="quantri",
        full_name="Quản Trị",
        officer_id=None,
        language="vi",
        must_change_password=False,
        reach={Permission.ORGANISATION: frozenset(units)},
        everywhere=frozenset({Permission.ORGANISATION} if everywhere else ()),
    )


def reaching_all(session: Session, organisation: Organisation, now: datetime) -> Setup:
    """The first administrator, as the guard would give them after each change."""
    return Setup(person(*session.scalars(select(Unit.id)), everywhere=True), organisation, now)


def _found(session: Session, now: datetime) -> None:
    organisations.found(session, "MAIN", "Cơ quan của tôi", now)


class Office:
    """One organisation being set up by somebody who reaches everything."""

    def __init__(self, session: Session, now: datetime) -> None:
        self.session, self.now = session, now
        lay(_found, session, now)
        self.organisation = session.scalars(select(Organisation)).one()

    @property
    def setup(self) -> Setup:
        """Who sets it up now."""
        return reaching_all(self.session, self.organisation, self.now)

    def save(self, noun: str, cells: dict[str, str], key: int | None = None) -> int:
        """Save as the form does."""
        register = office_setup.register_of(noun)
        return register.save(self.session, self.setup, cells, key)

    def filled(self) -> dict[str, int]:
        """Add one of everything; give the keys."""
        made = {
            "units": self.save("units", UNIT),
            "desks": self.save("desks", DESK),
            "officers": self.save("officers", OFFICER),
            "shifts": self.save("shifts", SHIFT),
            "procedures": self.save("procedures", PROCEDURE),
        }
        self.session.flush()
        return made


def refused(office: Office, noun: str, cells: dict[str, str], key: int | None = None) -> Invalid:
    """Try to save what must be refused."""
    with pytest.raises(Invalid) as refusal:
        office.save(noun, cells, key)
    return refusal.value
