"""Long work: how far it is, and the file it ended with."""

from flask import Blueprint, make_response, render_template, send_file, url_for
from werkzeug.wrappers import Response

from admin.auth import actor
from shared.domain.errors import NotFound
from shared.jobs.work import progress, result_path
from shared.services import jobs
from shared.web import current

routes = Blueprint("jobs", __name__)
LOOK_AGAIN_SECONDS = 1


@routes.get("/jobs/<int:job_id>")
def job(job_id: int) -> Response:
    """Show one's own job; the page looks again by itself until it has ended."""
    known = jobs.find(current.session(), job_id, actor().account_id)
    done, total = progress(current.settings(), job_id)
    response = make_response(render_template("jobs/job.html", job=known, done=done, total=total))
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
