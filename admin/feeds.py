"""Exports handed in over HTTP by another program, by its key; it asks later what became of them.

`POST /api/v1/dossiers?unit=CODE&name=FILE` with the file as body and `Authorization: Bearer KEY`
answers 202 with the address of the job; the same content twice running answers 200 with the same
address.
"""

from typing import Any

from flask import Blueprint, Response, g, jsonify, request, send_file, url_for
from flask_babel import gettext as _

from shared.adapters.one_stop_sheet import MAX_FILE_BYTES
from shared.audit import sign_session
from shared.domain.errors import N_, Invalid, NotAllowed, NotFound
from shared.domain.rating import clean_text
from shared.jobs import uploads
from shared.jobs.work import progress, result_path
from shared.services import api_keys, dossier_feeds, jobs
from shared.services.api_keys import ApiKey, Purpose
from shared.services.dossier_feeds import HTTP, Fed, Handed
from shared.web import current

routes = Blueprint("feeds", __name__, url_prefix="/api/v1/dossiers")
Answer = tuple[Response, int]
LONGEST_ACTOR = 80
STATES = {jobs.QUEUED: "waiting", jobs.RUNNING: "running", jobs.DONE: "done", jobs.FAILED: "failed"}


@routes.before_request
def let_in() -> None:
    """Let through whoever shows a key for dossiers; 403 for anybody else."""
    request.max_content_length = MAX_FILE_BYTES
    kind, _blank, key = request.headers.get("Authorization", "").partition(" ")
    known = None
    if kind.lower() == "bearer" and key.strip():
        known = api_keys.of(current.session(), Purpose.DOSSIERS, key.strip())
    if known is None:
        raise NotAllowed
    g.api_key = known
    sign_session(current.session(), _signature(known), current.now())


@routes.post("")
def send() -> Answer:
    """Take a file in; what it holds is looked at afterwards."""
    session, key = current.session(), _key()
    unit = dossier_feeds.unit_of(session, key, request.args.get("unit", ""))
    kept = uploads.keep(current.settings(), request.stream)
    if kept.size == 0:
        uploads.drop(current.settings(), kept.name)
        raise Invalid("file_empty", N_("Tệp trống, không có dòng nào."), field="file")
    name = clean_text(request.args.get("name", ""))[:200] or f"{kept.digest[:12]}.dat"
    handed = Handed(kept.name, name, kept.digest, HTTP, _signature(key), key.id)
    job, new = dossier_feeds.receive(session, unit.id, handed, current.now())
    if not new:
        uploads.drop(current.settings(), kept.name)
    answer = {"job": job.id, "sha256": kept.digest, "unit": unit.code, "new": new}
    return jsonify(answer | {"href": _address("feeds.state", job.id)}), 202 if new else 200


@routes.get("/<int:job_id>")
def state(job_id: int) -> Response:
    """Say what became of a file."""
    return jsonify(_told(dossier_feeds.fed(current.session(), _key(), job_id)))


@routes.get("/<int:job_id>/errors")
def errors(job_id: int) -> Response:
    """Hand out the rows that were not taken, with their reasons, as CSV."""
    fed = dossier_feeds.fed(current.session(), _key(), job_id)
    path = result_path(current.settings(), fed.job.id)
    if fed.job.state not in (jobs.DONE, jobs.FAILED) or not path.exists():
        raise NotFound
    return send_file(path, mimetype="text/csv", as_attachment=True, download_name="errors.csv")


def _key() -> ApiKey:
    known: ApiKey = g.api_key
    return known


def _signature(key: ApiKey) -> str:
    """Say in histories who it was; with a blank in it, nobody's sign-in name reads like that."""
    return f"API {key.name}"[:LONGEST_ACTOR]


def _address(endpoint: str, job_id: int) -> str:
    return f"{current.settings().public_url}{url_for(endpoint, job_id=job_id)}"


def _told(fed: Fed) -> dict[str, Any]:
    job = fed.job
    answer: dict[str, Any] = {
        "job": job.id,
        "state": STATES[job.state],
        "unit": fed.unit,
        "file_name": fed.feed.file_name,
        "sha256": fed.feed.digest,
    }
    if job.state == jobs.RUNNING:
        done, total = progress(current.settings(), job.id)
        answer["progress"] = {"done": done, "total": total}
    elif job.state == jobs.FAILED:
        answer["reason"] = job.error
    elif job.state == jobs.DONE:
        counts = ("added", "changed", "unchanged", "refused", "skipped")
        answer["result"] = {name: job.outcome[name] for name in counts}
        answer["errors"] = [
            {
                "row": error["row"],
                "column": error["column"],
                "reason": _(error["message"]) % error["params"],
            }
            for error in job.outcome["errors"]
        ]
    if job.state in (jobs.DONE, jobs.FAILED) and result_path(current.settings(), job.id).exists():
        answer["errors_href"] = _address("feeds.errors", job.id)
    return answer
