"""What the pages of My work share: what the lists are narrowed to, kept in every address."""

from collections.abc import Mapping

from flask import request

from admin.auth import actor
from shared.domain.complaint import Kind
from shared.services.work_lists import Narrowing, Tray, Who
from shared.web import current
from shared.web.numbers import whole

NARROWED_BY = ("who", "matter", "desk", "procedure", "q")
PLACED_BY = ("list", "day", "after", "before")


def tray() -> Tray:
    """Give the person's lists, narrowed as the address says."""
    return Tray(current.session(), actor(), current.now(), narrowing())


def narrowing() -> Narrowing:
    """Read what the lists are narrowed to; what cannot be read narrows nothing."""
    given = request.values
    who, kind = given.get("who"), given.get("matter", "")
    return Narrowing(
        who=Who(who) if who in set(Who) else Who.HAND,
        kind=kind if kind in set(Kind) else "",
        desk_id=given.get("desk", None, type=whole),
        procedure_id=given.get("procedure", None, type=whole),
        query=given.get("q", ""),
    )


def kept(*names: str) -> Mapping[str, str]:
    """Give what stands in the address under the names, for the addresses the page leads to."""
    return {name: request.values[name] for name in names if request.values.get(name)}
