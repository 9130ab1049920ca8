"""Long work: how far it is, and the file it ended with."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Blueprint, make_response, render_template, send_file, url_for
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString
from werkzeug.wrappers import Response

from admin.auth import actor
from shared.domain.access import Permission
from shared.domain.errors import NotFound
from shared.jobs.work import progress, result_path
from shared.services import jobs
from shared.web import current

routes = Blueprint("jobs", __name__)
LOOK_AGAIN_SECONDS = 1


@dataclass(frozen=True)
class Place:
    """A page where work is asked for; `values` names the work's arguments by those of the page."""

    name: LazyString
    endpoint: str
    permission: Permission
    values: Mapping[str, str] = field(default_factory=dict)


_REPORT = Place(
    _("Phong trào thi đua"),
    "admin.campaigns.standing",
    Permission.CAMPAIGNS,
    {"code": "campaign"},
)
_SESSION = Place(
    _("Phiên họp"),
    "admin.award_sessions.meeting",
    Permission.RUN_CAMPAIGNS,
    {"code": "campaign", "key": "session"},
)
_CODES = Place(_("Mã QR để in"), "admin.channels.codes", Permission.CHANNELS)
_DOSSIERS = Place(_("Hồ sơ"), "admin.dossiers.dossiers", Permission.DOSSIERS)
ASKED_FOR_AT: Mapping[str, Place] = {
    "award_certificates": _SESSION,
    "award_list_docx": _SESSION,
    "award_list_xlsx": _SESSION,
    "campaign_docx": _REPORT,
    "campaign_pdf": _REPORT,
    "campaign_xlsx": _REPORT,
    "case_figures": Place(
        _("Số liệu phản ánh, kiến nghị"), "admin.case_figures.table", Permission.COMPLAINTS
    ),
    "deadlines": Place(
        _("Các lần sửa lịch"), "admin.calendar.versions", Permission.ORGANISATION, {"org": "org"}
    ),
    "dossier_import": _DOSSIERS,
    "dossier_read": _DOSSIERS,
    "poster": _CODES,
    "poster_a4": _CODES,
}
"""Kind of work → the page where it is asked for."""


@routes.get("/jobs/<int:job_id>")
def job(job_id: int) -> Response:
    """Show one's own job; the page looks again by itself until it has ended."""
    known = jobs.find(current.session(), job_id, actor().account_id)
    done, total = progress(current.settings(), job_id)
    page = render_template("jobs/job.html", job=known, done=done, total=total, crumbs=_way(known))
    response = make_response(page)
    if known.state in {jobs.QUEUED, jobs.RUNNING}:
        again = url_for("admin.jobs.job", job_id=job_id, unattended=1)
        response.headers["Refresh"] = f"{LOOK_AGAIN_SECONDS}; url={again}"
    return response


@routes.get("/jobs/<int:job_id>/file")
def file(job_id: int) -> Response:
    """Hand out the file of one's own finished job."""
    known = jobs.find(current.session(), job_id, actor().account_id)
    path = result_path(current.settings(), job_id)
    if known.state != jobs.DONE or known.file_name is None or not path.exists():
        raise NotFound
    return send_file(path, as_attachment=True, download_name=known.file_name)


def _way(job: jobs.Job) -> list[tuple[LazyString, str]]:
    """Lead back to where the work was asked for, if that may still be opened."""
    place = ASKED_FOR_AT.get(job.kind)
    if place is None or not actor().may(place.permission):
        return []
    values = {value: job.arguments.get(argument) for value, argument in place.values.items()}
    return [(place.name, url_for(place.endpoint, **values))]
