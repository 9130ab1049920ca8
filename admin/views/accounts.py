"""Quản trị › accounts: adding, roles by unit, one-time passwords, closing."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from admin import csv_pages, office_forms
from admin.auth import actor
from admin.opened import opened, plain_words
from admin.views.organisation import csv_file
from shared.domain.access import Role
from shared.domain.entry import raw
from shared.domain.errors import Invalid
from shared.services import account_directory, account_import, accounts, csv_import
from shared.services.csv_import import Outlook
from shared.services.opened_forms import OpenedForm, Written
from shared.web import current
from shared.web.errors import in_words
from shared.web.refusals import problems_of, status_of

routes = Blueprint("accounts", __name__)


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
        known = account_directory.added_before(current.session(), actor(), _named(request.form))
        if known:
            return _already(known)
        return _page(problems=problems_of(refusal), typed=request.form), 422
    return render_template("accounts/password.html", account=account, password=password)


@routes.route("/accounts/<int:account_id>", methods=("GET", "POST"))
def edit(account_id: int) -> Response | str | tuple[str, int]:
    """Show or change an account's name, officer and roles."""
    entry = account_directory.entry(current.session(), actor(), account_id)
    form = opened(entry.account, lambda: _shown(account_id), _written)
    if request.method == "GET":
        return _edit_page(entry, {}, form)
    try:
        with form.saving():
            account_directory.change(current.session(), actor(), account_id, _filled(request.form))
    except Invalid as refusal:
        entry = account_directory.entry(current.session(), actor(), account_id)
        return _edit_page(entry, problems_of(refusal), form), status_of(refusal)
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
    columns = account_import.columns(actor())
    return csv_file(office_forms.csv_template(columns), "accounts-mau")


@routes.route("/accounts/import", methods=("GET", "POST"))
def look_at_file() -> str | tuple[str, int]:
    """Ask for a file of accounts, and show what taking it, or its mended text, would do."""
    if request.method == "GET":
        return _import_page()
    upload, text = request.files.get("file"), request.form.get("text", "")
    try:
        text = csv_import.decode(upload.read()) if upload else text
        outlook = account_import.preview(current.session(), actor(), text, gettext)
    except Invalid as refusal:
        return _import_page(problem=in_words(refusal), text=text), 422
    return _import_page(outlook=outlook, text=text)


@routes.post("/accounts/import/apply")
def take_file() -> str | tuple[str, int]:
    """Add the accounts that were looked at, all or none; show their passwords, once."""
    text = request.form.get("text", "")
    try:
        outlook, added = account_import.apply(
            current.session(), actor(), text, current.now(), gettext
        )
    except Invalid as refusal:
        return _import_page(problem=in_words(refusal), text=text), 422
    if outlook.bad:
        known = account_import.taken_before(current.session(), actor(), outlook)
        return _already(known) if known else (_import_page(outlook=outlook, text=text), 422)
    return render_template("accounts/passwords.html", added=added)


def _page(problems: dict[str, str] | None = None, typed: MultiDict[str, str] | None = None) -> str:
    return render_template(
        "accounts/index.html",
        entries=account_directory.entries(current.session(), actor()),
        problems=problems or {},
        typed=typed or {},
        **_choices(),
    )


def _named(form: MultiDict[str, str]) -> dict[str, str]:
    return {raw(form, "name").lower(): raw(form, "full_name")}


def _already(known: list[account_directory.Entry]) -> tuple[str, int]:
    """Say that the accounts are there: their passwords were shown once and are kept nowhere."""
    return render_template("accounts/already.html", entries=known), 409


def _import_page(*, problem: str = "", outlook: Outlook | None = None, text: str = "") -> str:
    return render_template(
        "accounts/import.html",
        columns=account_import.columns(actor()),
        problem=problem,
        outlook=outlook,
        reasons=csv_pages.reasons(outlook),
        text=text,
        most=account_import.MOST_ROWS,
    )


def _shown(account_id: int) -> dict[str, object]:
    entry = account_directory.entry(current.session(), actor(), account_id)
    return {
        "full_name": entry.account.full_name,
        "officer_id": entry.officer and f"{entry.officer.name} ({entry.officer.code})",
        "grant": [(grant.role, unit and unit.name, grant.id) for grant, unit in entry.grants],
    }


def _written(name: str, value: Any) -> Written:
    """Write roles as the page does, other fields as usual."""
    if name != "grant":
        return plain_words(name, value)
    names = account_directory.ROLE_NAMES
    return "; ".join(
        f"{gettext(names[Role(role)])}: {unit or gettext('Mọi đơn vị')}"
        for role, unit, _key in value
    )


def _edit_page(entry: account_directory.Entry, problems: dict[str, str], form: OpenedForm) -> str:
    return render_template(
        "accounts/edit.html",
        entry=entry,
        mark=form.mark,
        problems=problems,
        typed=request.form,
        **_choices(entry.account.officer_id),
    )


def _choices(officer_id: int | None = None) -> dict[str, object]:
    """Give what can be chosen for an account, which belongs to an officer already or does not."""
    units = account_directory.units_within(current.session(), actor())
    return {
        "roles": account_directory.roles_within(actor()),
        "role_names": account_directory.ROLE_NAMES,
        "units": units,
        "officers": account_directory.officers_within(current.session(), actor(), officer_id),
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
