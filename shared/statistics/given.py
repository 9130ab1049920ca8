"""What queries of figures are given each time: they are built once, for that takes longer."""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, Date, Integer, String, bindparam

from shared.domain.campaign import Window

Served = tuple[int, int]  # keys of an officer, and of the unit that was served at
Day = date | BindParameter[date]  # a local day, or its place in a query that is built once
UNITS = bindparam("units", type_=Integer(), expanding=True)
OFFICERS = bindparam("officers", type_=Integer(), expanding=True)
LANES = bindparam("lanes", type_=String(), expanding=True)
FIRST, LAST = bindparam("first", type_=Date()), bindparam("last", type_=Date())
TODAY = bindparam("today", type_=Date())


def within(unit_ids: Collection[int], window: Window, **others: Any) -> dict[str, Any]:
    """Give the values of UNITS, FIRST and LAST, and those of others by their names."""
    return {"units": list(unit_ids), "first": window.first, "last": window.last, **others}
