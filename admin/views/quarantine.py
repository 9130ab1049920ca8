"""Quản trị: what kiosks sent that was not stored, listed, reviewed and handed out."""

import json
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from admin.auth import actor
from admin.views.organisation import csv_file, frame, setup
from shared.adapters.csv_text import write_rows
from shared.domain.access import Permission
from shared.domain.errors import NotFound
from shared.services import channels, quarantine
from shared.services.quarantine import RESULTS, Filters, Item
from shared.web import current
from shared.web.numbers import whole

routes = Blueprint("quarantine", __name__)
MOST_AT_ONCE = 500
COLUMNS = (
    "received_at",
    "kiosk",
    "desk",
    "unit",
    "result",
    "reason",
    "sequence",
    "content",
    "reviewed_at",
    "reviewed_by",
)


@routes.get("/kiosks/held")
def listing() -> str:
    """List what was held back, the newest first."""
    filters = _filters()
    sheet = quarantine.listed(
        current.session(), _reach(), _readers(), filters, request.args.get("page", 1, type=whole)
    )
    return render_template(
        "kiosks/held.html",
        sheet=sheet,
        words=[_written(item.content, indent=2) for item in sheet.items],
        kiosks=channels.kiosks(current.session(), _reach()),
        filters=filters,
        kept=_kept(filters),
        results=RESULTS,
        now=current.now(),
        **frame(setup()),
    )


@routes.post("/kiosks/held")
def review() -> AnyResponse:
    """Note that somebody has looked at the chosen ones; they stay, but raise no alarm any more."""
    digests = request.form.getlist("item")[:MOST_AT_ONCE]
    if not all(digest.isascii() and digest.isalnum() for digest in digests):
        raise NotFound
    quarantine.review(current.session(), digests, _reach(), actor().name, current.now())
    return redirect(url_for("admin.quarantine.listing", reviewed=1, **_kept(_filters())))


@routes.get("/kiosks/held.csv")
def table() -> Response:
    """Hand out what the list shows, over all its pages, for a spreadsheet."""
    rows = [list(_row(item).values()) for item in _everything()]
    return csv_file(write_rows([COLUMNS, *rows]), "held")


@routes.get("/kiosks/held.json")
def file() -> Response:
    """Hand out what the list shows, over all its pages, for a program."""
    rows = [_row(item) | {"content": item.content} for item in _everything()]
    response = Response(json.dumps(rows), mimetype="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="held.json"'
    return response


def _everything() -> list[Item]:
    return quarantine.exported(current.session(), _reach(), _readers(), _filters())


def _row(item: Item) -> dict[str, Any]:
    return {
        "received_at": (item.received_at or item.received_on).isoformat(),
        "kiosk": item.kiosk_code,
        "desk": item.desk,
        "unit": item.unit,
        "result": item.result,
        "reason": item.reason,
        "sequence": item.sequence,
        "content": _written(item.content),
        "reviewed_at": item.reviewed_at.isoformat() if item.reviewed_at else None,
        "reviewed_by": item.reviewed_by,
    }


def _written(content: object, indent: int | None = None) -> str:
    """Write what was sent; half a letter, which JSON can hold and no page can, as a mark."""
    words = json.dumps(content, ensure_ascii=False, indent=indent)
    return words.encode(errors="replace").decode()


def _reach() -> frozenset[int]:
    return actor().units(Permission.CHANNELS)


def _readers() -> frozenset[int]:
    """Give the units whose single ratings the person may open, and so what residents thought.

    Nor can it always be told what of it was sent in confidence to the level above, nor which are
    of the reader's own service: none for who reads only of some units, or serves residents.
    """
    person = actor()
    if person.officer_id is not None or Permission.SINGLE_RATINGS not in person.everywhere:
        return frozenset()
    return person.units(Permission.SINGLE_RATINGS)


def _filters() -> Filters:
    result = request.args.get("result", "")
    return Filters(
        kiosk_id=request.args.get("kiosk", type=whole),
        result=result if result in RESULTS else "",
        waiting=bool(request.args.get("waiting")),
    )


def _kept(filters: Filters) -> dict[str, Any]:
    given = {"kiosk": filters.kiosk_id, "result": filters.result, "waiting": filters.waiting or ""}
    return {name: value for name, value in given.items() if value not in (None, "")}
