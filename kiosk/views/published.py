"""Answered cases in public, without names: a list to search, and one case."""

from flask import Blueprint, render_template, request

from shared.domain.pages import pages_of
from shared.services import published_cases
from shared.services.published_cases import Filters
from shared.web import current
from shared.web.compression import holds_no_secret
from shared.web.numbers import whole

routes = Blueprint("published", __name__)
FILTERS = ("q", "unit", "field")


@routes.get("/answered")
def index() -> str:
    """List what is public; every filter stands in the address."""
    holds_no_secret()
    args, session = request.args, current.session()
    filters = Filters(args.get("q", ""), args.get("unit", ""), args.get("field", ""))
    cases, page, total = published_cases.listed(session, filters, args.get("page", 1, type=whole))
    return render_template(
        "public/index.html",
        cases=cases,
        page=page,
        pages=pages_of(total, published_cases.PAGE),
        total=total,
        filters=filters,
        kept={name: args[name] for name in FILTERS if args.get(name)},
        units=published_cases.units(session),
        fields=published_cases.fields(session),
    )


@routes.get("/answered/<reference>")
def show(reference: str) -> str:
    """Show one case."""
    holds_no_secret()
    return render_template(
        "public/case.html", case=published_cases.one(current.session(), reference)
    )
