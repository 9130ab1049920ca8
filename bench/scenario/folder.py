"""The closing reports as files: written by the jobs, with dates of the review for all else."""

import io
import zipfile
from pathlib import Path

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from bench.scenario.running import Closed
from shared.audit import sign_session
from shared.config import Settings
from shared.domain.report_period import ReportKind
from shared.jobs import loop
from shared.jobs.work import result_path
from shared.models.job import Job
from shared.services import award_sessions, campaign_reports, campaigns, jobs

KINDS = ("campaign_docx", "campaign_pdf", "campaign_xlsx")
AWARDS = ("award_list_docx", "award_certificates")
NO_DAY = (1980, 1, 1, 0, 0, 0)  # the first that a ZIP file can name


def keep(engine: Engine, url: str, data: Path, closed: Closed, target: Path) -> None:
    """Let the jobs write a closed campaign's reports, and put them into a folder of its own."""
    settings = Settings(
        port=0,
        data_directory=data,
        database_url=url,
        public_url="http://127.0.0.1",
        trusted_hosts=("127.0.0.1",),
        secret_key="only-for-the-scenario-and-long-enough",
    )
    keys = _ask(engine, closed)
    loop.run_waiting(settings, closed.until)
    place = target / closed.district.key
    place.mkdir(parents=True, exist_ok=True)
    with Session(engine) as session:
        for job in session.scalars(select(Job).where(Job.id.in_(keys)).order_by(Job.id)):
            if job.state != jobs.DONE or job.file_name is None:
                message = f"{job.kind}: {job.error}"
                raise RuntimeError(message)
            content = result_path(settings, job.id).read_bytes()
            (place / job.file_name).write_bytes(undated(content))


def _ask(engine: Engine, closed: Closed) -> list[int]:
    with Session(engine) as session, session.begin():
        sign_session(session, closed.place.organiser.name, closed.until)
        arguments: dict[str, object] = {
            "campaign": closed.code,
            "unit_ids": sorted(closed.place.everyone),
            "without": None,
            "report": _closing(session, closed),
        }
        campaign = campaigns.by_code(session, closed.code)
        asked: list[tuple[str, dict[str, object]]] = [(kind, arguments) for kind in KINDS]
        for meeting in award_sessions.listed(session, campaign):
            asked += [(kind, {"campaign": closed.code, "session": meeting.id}) for kind in AWARDS]
        return [
            jobs.request(session, kind, words, closed.place.organiser.id, closed.until).id
            for kind, words in asked
        ]


def _closing(session: Session, closed: Closed) -> str:
    campaign = campaigns.by_code(session, closed.code)
    offered = campaign_reports.offered(session, campaign, closed.until)
    return next(one.key for one in offered if one.kind is ReportKind.CLOSING)


def undated(content: bytes) -> bytes:
    """Write a ZIP file anew without the time of writing; anything else stays as it is."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return content
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(made, "w") as written:
        for one in given.infolist():
            part = zipfile.ZipInfo(one.filename, NO_DAY)
            part.compress_type = zipfile.ZIP_DEFLATED
            written.writestr(part, given.read(one))
    return made.getvalue()
