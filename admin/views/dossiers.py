"""Hồ sơ: the list, the import of exports, the paper register, the code of a return slip."""

import base64
from collections.abc import Mapping
from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from admin.auth import actor
from shared.adapters import qr
from shared.adapters.one_stop_columns import FIELDS, REQUIRED, label
from shared.adapters.one_stop_sheet import MAX_FILE_BYTES, Sheet
from shared.domain.access import Permission
from shared.domain.errors import N_, Invalid, NotFound
from shared.domain.faults import Faults
from shared.domain.rating import clean_text
from shared.jobs import uploads
from shared.services import csv_import, dossier_list, jobs, local_days, paper_registers, slips
from shared.services import dossiers as service
from shared.services.dossier_list import Filters, Standing
from shared.services.jobs import Job
from shared.services.paper_registers import HEADINGS, Entry
from shared.web import current
from shared.web.numbers import whole
from shared.web.refusals import problems_of

routes = Blueprint("dossiers", __name__)
Page = str | Response | tuple[str, int]
LARGEST_BODY_BYTES = MAX_FILE_BYTES + 64 * 1024  # the file and what a form puts around it
PREVIEWED_ROWS = 20
KEPT = ("from", "to", "unit", "procedure", "standing", "online", "q")
READ, IMPORT = "dossier_read", "dossier_import"


@routes.get("/dossiers")
def dossiers() -> str:
    """List the dossiers; every filter stands in the address."""
    session, units = current.session(), actor().units(Permission.DOSSIERS)
    filters = _filters()
    today = local_days.today_in(session, units, current.now())
    number = max(request.args.get("page", 1, type=whole), 1)
    return render_template(
        "dossiers/index.html",
        listed=dossier_list.dossiers(session, units, filters, number, today),
        filters=filters,
        kept={key: request.args[key] for key in KEPT if request.args.get(key)},
        units=service.units_within(session, units),
        procedures=dossier_list.procedures_of(session, units),
        standings=list(Standing),
        may_import=actor().may(Permission.IMPORT),
    )


@routes.get("/dossiers/<int:dossier_id>")
def dossier(dossier_id: int) -> str:
    """Show one dossier, the day it is judged by, and what later imports changed of it."""
    session, units = current.session(), actor().units(Permission.DOSSIERS)
    today = local_days.today_in(session, units, current.now())
    return render_template(
        "dossiers/dossier.html",
        line=dossier_list.dossier(session, units, dossier_id, today),
        last_day=dossier_list.last_day_of(session, units, dossier_id),
        changes=service.changes_of(session, units, dossier_id),
    )


@routes.post("/dossiers/<int:dossier_id>/slip")
def slip(dossier_id: int) -> str:
    """Issue the single-use code of a return slip and show it, once, to be printed."""
    units = actor().units(Permission.DOSSIERS)
    issued = slips.slip(current.session(), units, dossier_id, current.now())
    settings = current.settings()
    address = settings.invitation_url(issued.token)
    drawn = base64.b64encode(qr.svg_file(address)).decode()
    return render_template(
        "dossiers/slip.html",
        slip=issued,
        address=address,
        drawn=f"data:image/svg+xml;base64,{drawn}",
        loopback=settings.public_url_is_loopback,
        public_url=settings.public_url,
    )


@routes.get("/dossiers/import")
def choose() -> str:
    """Ask for an export, and show the last imports."""
    return _choose({})


@routes.post("/dossiers/import")
def upload() -> Page:
    """Keep the file and have it read."""
    try:
        with Faults() as faults:
            unit_id = faults.read(_unit_id, Permission.IMPORT)
            given = faults.read(_given)
        kept = uploads.keep(current.settings(), given.stream)
        if not 0 < kept.size <= MAX_FILE_BYTES:
            uploads.drop(current.settings(), kept.name)
            raise Invalid("file_size", N_("Tệp trống hoặc lớn hơn 48 MB."), field="file")
    except Invalid as refusal:
        return _choose(problems_of(refusal)), 422
    return _asked(
        READ,
        {
            "unit_id": unit_id,
            "upload": kept.name,
            "digest": kept.digest,
            "file_name": (given.filename or "")[:200],
        },
    )


@routes.get("/dossiers/import/<int:job_id>")
def look(job_id: int) -> Page:
    """Show the columns and first rows of a file that was read, or what an import did."""
    job = _own_job(job_id)
    if job.state != jobs.DONE:
        return redirect(url_for("admin.jobs.job", job_id=job_id))
    if job.kind == IMPORT:
        return render_template("dossiers/outcome.html", job=job, errors=_in_words(job))
    return _columns(job, job.outcome["mapping"], {})


@routes.post("/dossiers/import/<int:job_id>")
def take(job_id: int) -> Page:
    """Read the file again by the chosen columns, or import it."""
    job = _own_job(job_id)
    if job.kind != READ or job.state != jobs.DONE:
        raise NotFound
    if job.arguments["unit_id"] not in actor().units(Permission.IMPORT):
        raise NotFound
    chosen: dict[str, str] = {field: request.form.get(f"column_{field}", "") for field in FIELDS}
    try:
        _check_columns(chosen)
    except Invalid as refusal:
        return _columns(job, chosen, problems_of(refusal)), 422
    arguments = {**job.arguments, "mapping": chosen, "actor": actor().name}
    return _asked(IMPORT if request.form.get("act") == "import" else READ, arguments)


@routes.get("/dossiers/paper")
def paper() -> str:
    """Show the dossiers kept on paper only, by month."""
    return _paper({})


@routes.post("/dossiers/paper")
def enter_paper() -> Page:
    """Enter or correct a month's count."""
    session, form = current.session(), request.form
    try:
        with Faults() as faults:
            unit_id = faults.read(_unit_id, Permission.IMPORT)
            entry = Entry(
                faults.read(paper_registers.month_of, form.get("month", ""), _today()),
                faults.read(paper_registers.count_of, form.get("paper_only", "")),
                form.get("evidence", ""),
                actor().name,
            )
        units = actor().units(Permission.IMPORT)
        paper_registers.set_paper_only(session, unit_id, units, entry, current.now())
    except Invalid as refusal:
        return _paper(problems_of(refusal)), 422
    return redirect(url_for("admin.dossiers.paper", saved=1))


@routes.post("/dossiers/paper/file")
def enter_paper_file() -> Page:
    """Enter the counts of many months or units from a CSV file, all or none."""
    given, units = request.files.get("file"), actor().units(Permission.IMPORT)
    try:
        text = csv_import.decode(given.read() if given else b"")
        paper_registers.import_counts(
            current.session(), units, text, actor().name, _today(), current.now()
        )
    except Invalid as refusal:
        return _paper(problems_of(refusal)), 422
    return redirect(url_for("admin.dossiers.paper", saved=1))


def _filters() -> Filters:
    """Read the filters of the address; what makes no sense is left out."""
    args = request.args
    standing, online = args.get("standing", ""), args.get("online", "")
    return Filters(
        first=_day(args.get("from", "")),
        last=_day(args.get("to", "")),
        unit_id=args.get("unit", type=whole),
        procedure_id=args.get("procedure", type=whole),
        standing=Standing(standing) if standing in set(Standing) else None,
        online={"yes": True, "no": False}.get(online),
        query=clean_text(args.get("q", ""))[:60],
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _today() -> date:
    return local_days.today_in(current.session(), (), current.now())


def _unit_id(permission: Permission) -> int:
    unit_id = request.form.get("unit", type=whole)
    if unit_id is None:
        raise Invalid("unit_missing", N_("Xin chọn đơn vị."), field="unit")
    if unit_id not in actor().units(permission):
        raise NotFound
    return unit_id


def _check_columns(chosen: Mapping[str, str]) -> None:
    with Faults() as faults:
        for field in REQUIRED:
            if not chosen[field]:
                faults.add(Invalid("column_missing", N_("Xin chọn cột này."), field=field))


def _given() -> FileStorage:
    given = request.files.get("file")
    if given is None or not given.filename:
        raise Invalid("file_missing", N_("Xin chọn tệp."), field="file")
    return given


def _asked(kind: str, arguments: Mapping[str, object]) -> Response:
    session, person = current.session(), actor().account_id
    job = jobs.request(session, kind, arguments, person, current.now())
    return redirect(url_for("admin.jobs.job", job_id=job.id))


def _own_job(job_id: int) -> Job:
    job = jobs.find(current.session(), job_id, actor().account_id)
    if job.kind not in (READ, IMPORT):
        raise NotFound
    return job


def _choose(problems: Mapping[str, str]) -> str:
    session, units = current.session(), actor().units(Permission.IMPORT)
    return render_template(
        "dossiers/choose.html",
        units=service.units_within(session, units),
        imports=service.imports(session, units),
        problems=problems,
        typed=request.form,
    )


def _columns(job: Job, chosen: Mapping[str, str], problems: Mapping[str, str]) -> str:
    return render_template(
        "dossiers/columns.html",
        job=job,
        sheet=_first_rows(job),
        fields=[(field, _(label(field)), field in REQUIRED) for field in FIELDS],
        chosen=chosen,
        problems=problems,
        errors=_in_words(job),
    )


def _first_rows(job: Job) -> Sheet | None:
    try:
        return uploads.first_rows(current.settings(), job.arguments["upload"], PREVIEWED_ROWS)
    except NotFound:
        return None  # the page says that the file is no longer kept


def _in_words(job: Job) -> list[dict[str, object]]:
    """Give the rows that were not taken with their reasons in the reader's language."""
    return [
        {**error, "reason": _(error["message"]) % error["params"]}
        for error in job.outcome.get("errors", [])
    ]


def _paper(problems: Mapping[str, str]) -> str:
    session, units = current.session(), actor().units(Permission.IMPORT)
    return render_template(
        "dossiers/paper.html",
        units=service.units_within(session, units),
        rows=paper_registers.paper_register(session, units),
        headings=HEADINGS,
        problems=problems,
        typed=request.form,
    )
