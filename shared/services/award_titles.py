"""Award titles of an organisation: those the law names, and what the organisation changed."""

import csv
from collections.abc import Mapping
from datetime import date
from importlib import resources
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain import award, entry
from shared.domain.entry import Cells
from shared.domain.errors import N_, Invalid, NotFound
from shared.domain.faults import Faults
from shared.domain.organisation import in_force
from shared.domain.scoring import CompetitorKind
from shared.models.award import AwardTitle as AwardTitle  # the doors name it by this
from shared.models.campaign import Campaign
from shared.models.organisation import Organisation, Unit
from shared.services.registers import set_all

KINDS = (award.ANY_KIND, *(str(kind) for kind in CompetitorKind))
FIELDS = ("code", "name", "kind", "level", "given", "share", "legal_basis", "valid_from")
COLUMNS = (*FIELDS, "valid_to")


def listed(session: Session, organisation_id: int) -> list[AwardTitle]:
    """List every version of an organisation's titles, by name, the newest version first."""
    query = select(AwardTitle).where(AwardTitle.organisation_id == organisation_id)
    return list(
        session.scalars(query.order_by(AwardTitle.name, AwardTitle.code, AwardTitle.valid_from))
    )


def of_day(session: Session, organisation_id: int, on: date) -> list[AwardTitle]:
    """List the titles in force on a local day."""
    return [
        title
        for title in listed(session, organisation_id)
        if in_force(title.valid_from, title.valid_to, on)
    ]


def find(session: Session, organisation_id: int, key: int | None) -> AwardTitle:
    """Give one version of a title of an organisation; NotFound otherwise."""
    title = None if key is None else session.get(AwardTitle, key)
    if title is None or title.organisation_id != organisation_id:
        raise NotFound
    return title


def share_on(session: Session, title: AwardTitle, on: date) -> str:
    """Give the share a title needs on a local day: of the version in force then, else its own."""
    for version in of_day(session, title.organisation_id, on):
        if version.code == title.code:
            return version.share
    return title.share


def organisation_of(session: Session, campaign: Campaign) -> int:
    """Give the key of the organisation whose unit runs a campaign."""
    return organisation(session, campaign).id


def organisation(session: Session, campaign: Campaign) -> Organisation:
    """Give the organisation whose unit runs a campaign."""
    unit = session.get_one(Unit, campaign.unit_id)
    return session.get_one(Organisation, unit.organisation_id)


def adopt(session: Session, organisation_id: int) -> int:
    """Add the titles that come with the program and are missing; give how many."""
    known = {(one.code, one.valid_from) for one in listed(session, organisation_id)}
    added = 0
    for cells in shipped():
        values = _values(cells)
        if (values["code"], values["valid_from"]) not in known:
            suggested = entry.yes(cells, "suggested")
            session.add(AwardTitle(organisation_id=organisation_id, suggested=suggested, **values))
            added += 1
    session.flush()
    return added


def save(session: Session, organisation_id: int, key: int | None, cells: Cells) -> AwardTitle:
    """Add a title, or change one; a share that was a suggestion is then the organisation's own.

    What a planned session has taken over stays as it was. Raises Invalid naming the column,
    NotFound for a title of another organisation.
    """
    values = _values(cells)
    known = None if key is None else find(session, organisation_id, key)
    for one in listed(session, organisation_id):
        same = (one.code, one.valid_from) == (values["code"], values["valid_from"])
        if same and one is not known:
            raise Invalid(
                "title_known", N_("Mã này đã có phiên bản từ ngày đó."), field="valid_from"
            )
    if known is None:
        known = AwardTitle(organisation_id=organisation_id, **values)
        session.add(known)
    else:
        set_all(known, values)
        known.suggested = False
    session.flush()
    return known


def cells_of(title: AwardTitle) -> Cells:
    """Write a title the way `save` reads it."""
    cells = {name: str(getattr(title, name)) for name in FIELDS}
    valid_to = "" if title.valid_to is None else title.valid_to.isoformat()
    return {**cells, "given": entry.yes_in_words(title.given), "valid_to": valid_to}


def shipped() -> list[Mapping[str, str]]:
    """Read the titles that come with the program, with the document each rests on."""
    path = resources.files("shared.reference") / "award_titles.csv"
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _values(cells: Cells) -> Mapping[str, Any]:
    with Faults() as faults:
        values = {
            "code": faults.read(entry.code, cells, "code"),
            "name": faults.read(entry.text, cells, "name"),
            "kind": faults.read(_kind, cells),
            "level": faults.read(entry.text, cells, "level", 100),
            "given": faults.read(entry.yes, cells, "given"),
            "share": faults.read(award.written_share, cells, "share"),
            "legal_basis": faults.read(entry.words, cells, "legal_basis"),
        }
        period = faults.read(entry.period, cells)
    first, last = period
    return {**values, "valid_from": first, "valid_to": last}


def _kind(cells: Cells) -> str:
    kind = entry.raw(cells, "kind")
    if kind not in KINDS:
        raise Invalid("kind_unknown", N_("Xin chọn đối tượng."), field="kind")
    return kind
