"""Who may do what, and over which units."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from shared.domain.errors import NotAllowed


class Role(StrEnum):
    """What a person is in a unit and those below it."""

    ADMIN = "admin"  # Quản trị: sets the office up
    OFFICER = "officer"  # serves residents, answers complaints
    HEAD = "head"  # head of a one-stop centre
    REVIEWER = "reviewer"  # named person who may open single ratings
    ORGANISER = "organiser"  # runs campaigns (Phòng Nội vụ, formerly; Sở Nội vụ or the commune)
    INSPECTOR = "inspector"  # named person who opens confidential reports


class Permission(StrEnum):
    """What a page or an act asks for."""

    OWN = "own"  # one's own account and one's own weekly counts: everybody signed in
    TODAY = "today"
    COMPLAINTS = "complaints"
    ANSWER = "answer"
    INVITE = "invite"  # let a desk's screen ask the resident there to rate
    LEAD_CASES = "lead_cases"  # approve answers, keep their templates, hand a person's cases over
    PUBLISH = "publish"  # let everybody read an answered case, without names
    CONTACTS = "contacts"  # the name and telephone a sender left; each look is noted
    RATINGS = "ratings"
    SINGLE_RATINGS = "single_ratings"
    DOSSIERS = "dossiers"
    IMPORT = "import"
    CAMPAIGNS = "campaigns"
    RUN_CAMPAIGNS = "run_campaigns"
    ENTER_FIGURES = "enter_figures"
    VERIFY_FIGURES = "verify_figures"
    DECIDE_FIGURES = "decide_figures"  # what the council decided on them
    REPORTS = "reports"
    ORGANISATION = "organisation"
    CHANNELS = "channels"
    ACCOUNTS = "accounts"
    INSPECT = "inspect"  # confidential reports: see `apart`


_EVERYBODY = {Permission.OWN}
_OFFICER = _EVERYBODY | {
    Permission.COMPLAINTS,
    Permission.ANSWER,
    Permission.INVITE,
    Permission.CAMPAIGNS,
}
_HEAD = _OFFICER | {
    Permission.TODAY,
    Permission.LEAD_CASES,
    Permission.PUBLISH,
    Permission.CONTACTS,
    Permission.RATINGS,
    Permission.DOSSIERS,
    Permission.IMPORT,
    Permission.ENTER_FIGURES,
    Permission.REPORTS,
}
GRANTED: Mapping[Role, frozenset[Permission]] = {
    Role.OFFICER: frozenset(_OFFICER),
    Role.HEAD: frozenset(_HEAD),
    Role.REVIEWER: frozenset(_EVERYBODY | {Permission.RATINGS, Permission.SINGLE_RATINGS}),
    Role.ORGANISER: frozenset(
        _EVERYBODY
        | {
            Permission.TODAY,
            Permission.RATINGS,
            Permission.DOSSIERS,
            Permission.CAMPAIGNS,
            Permission.RUN_CAMPAIGNS,
            Permission.ENTER_FIGURES,
            Permission.VERIFY_FIGURES,
            Permission.DECIDE_FIGURES,
            Permission.REPORTS,
        }
    ),
    Role.INSPECTOR: frozenset(_EVERYBODY | {Permission.INSPECT}),
    # Sets up and repairs; reads no complaint and no single rating by that role alone.
    Role.ADMIN: frozenset(
        _EVERYBODY
        | {
            Permission.ORGANISATION,
            Permission.CHANNELS,
            Permission.ACCOUNTS,
            Permission.DOSSIERS,
            Permission.IMPORT,
            Permission.CAMPAIGNS,
        }
    ),
}


@dataclass(frozen=True)
class Actor:
    """A signed-in person and the units each permission reaches."""

    account_id: int
    name: str
    full_name: str
    officer_id: int | None
    language: str
    must_change_password: bool
    reach: Mapping[Permission, frozenset[int]] = field(default_factory=dict)
    everywhere: frozenset[Permission] = frozenset()

    def may(self, permission: Permission) -> bool:
        """Say whether the person has the permission over any unit."""
        return permission in self.everywhere or bool(self.reach.get(permission))

    def units(self, permission: Permission) -> frozenset[int]:
        """Give the keys of the units the permission reaches; NotAllowed when there are none."""
        if not self.may(permission):
            raise NotAllowed
        return self.reach.get(permission, frozenset())

    def reaches(self, permission: Permission, unit_id: int) -> bool:
        """Say whether the person has the permission over this unit."""
        return unit_id in self.reach.get(permission, frozenset())


def reach_of(
    grants: Mapping[Role, frozenset[int]],
) -> Mapping[Permission, frozenset[int]]:
    """Turn roles over units (those below included) into permissions over units."""
    reach: dict[Permission, frozenset[int]] = {}
    for role, units in grants.items():
        for permission in GRANTED[role]:
            reach[permission] = reach.get(permission, frozenset()) | units
    return apart(reach)


def apart(reach: Mapping[Permission, frozenset[int]]) -> Mapping[Permission, frozenset[int]]:
    """Keep duties apart: nobody inspects where they serve, lead or give out accounts.

    So no officer, no head up to that of the unit and no administrator can make themselves a
    reader of confidential reports by one more role (Law on Denunciations 2018, articles 8 and 47).
    """
    if Permission.INSPECT not in reach:
        return reach
    serving = reach.get(Permission.ANSWER, frozenset())
    administering = reach.get(Permission.ACCOUNTS, frozenset())
    return {**reach, Permission.INSPECT: reach[Permission.INSPECT] - serving - administering}
