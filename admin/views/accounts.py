"""Quản trị › accounts: adding, roles by unit, one-time passwords, closing."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from admin.auth import actor
from admin.refusals import problems_of
from admin.views.organisation import csv_file
from shared.adapters.csv_text import write_rows
from shared.domain.errors import Invalid
from shared.services import account_directory, accounts, csv_import
from shared.services.account_import import COLUMNS, add_from_csv
from shared.web import current
from shared.web.errors import in_words

routes = Blueprint("accounts", __name__)
EXAMPLE = ("thuha", "Lê Thu Hà", "officer", "SEN", "CB-01")


@routes.get("/accounts")
def index() -> str:
    """List the accounts within the actor's units, open ones first."""
    return _page()


@routes.post("/accounts")
def add() -> Response | str | tuple[str, int]:
    """Add an account and show its one-time password, once."""
    try:
        account, password = account_directory.add(
            current.session(), actor(), _filled(request.form), current.now()
        )
    except Invalid as refusal:
        return _page(problems=problems_of(refusal), typed=request.form), 422
    return render_template("accounts/password.html", account=account, password=password)


@routes.route("/accounts/<int:account_id>", methods=("GET", "POST"))
def edit(account_id: int) -> Response | str | tuple[str, int]:
    """Show or change an account's name, officer and roles."""
    entry = account_directory.entry(current.session(), actor(), account_id)
    if request.method == "GET":
        return _edit_page(entry, {})
    try:
        account_directory.change(current.session(), actor(), account_id, _filled(request.form))
    except Invalid as refusal:
        return _edit_page(entry, problems_of(refusal)), 422
    return redirect(url_for("admin.accounts.index"))


@routes.post("/accounts/<int:account_id>/reset")
def reset(account_id: int) -> str:
    """Give the account a new one-time password and show it, once."""
    entry = account_directory.entry(current.session(), actor(), account_id)
    password = accounts.reset_password(current.session(), account_id, current.now())
    return render_template("accounts/password.html", account=entry.account, password=password)


@routes.post("/accounts/<int:account_id>/close")
def close(account_id: int) -> Response:
    """Close an account; what it did stays."""
    account_directory.close(current.session(), actor(), account_id, current.now())
    return redirect(url_for("admin.accounts.index"))


@routes.get("/accounts/template.csv")
def template() -> Response:
    """Hand out the file to fill in, with one example."""
    return csv_file(write_rows((COLUMNS, EXAMPLE)), "accounts-mau")


@routes.route("/accounts/import", methods=("GET", "POST"))
def take_file() -> str | tuple[str, int]:
    """Add the accounts of a file, all or none, and show their one-time passwords, once."""
    if request.method == "GET":
        return render_template("accounts/import.html", problem="", added=[])
    upload = request.files.get("file")
    try:
        text = csv_import.decode(upload.read() if upload else b"")
        added = add_from_csv(current.session(), actor(), text, current.now())
    except Invalid as refusal:
        page = render_template("accounts/import.html", problem=in_words(refusal), added=[])
        return page, 422
    return render_template("accounts/import.html", problem="", added=added)


def _page(problems: dict[str, str] | None = None, typed: MultiDict[str, str] | None = None) -> str:
    return render_template(
        "accounts/index.html",
        entries=account_directory.entries(current.session(), actor()),
        problems=problems or {},
        typed=typed or {},
        **_choices(),
    )


def _edit_page(entry: account_directory.Entry, problems: dict[str, str]) -> str:
    return render_template(
        "accounts/edit.html", entry=entry, problems=problems, typed=request.form, **_choices()
    )


def _choices() -> dict[str, object]:
    units = account_directory.units_within(current.session(), actor())
    return {
        "roles": account_directory.roles_within(actor()),
        "units": units,
        "officers": account_directory.officers_within(current.session(), actor()),
        "everywhere": account_directory.may_grant_everywhere(actor()),
    }


def _filled(form: MultiDict[str, str]) -> account_directory.Filled:
    return account_directory.Filled(
        name=form.get("name", ""),
        full_name=form.get("full_name", ""),
        officer_id=form.get("officer_id", ""),
        grants=tuple(form.getlist("grant")),
        role=form.get("role", ""),
        unit_id=form.get("unit_id", ""),
    )
