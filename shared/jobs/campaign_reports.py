"""Jobs that write a campaign's report: workbook, Word and PDF, of now, a period or a review."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from shared.domain.calendar import local_date
from shared.domain.report_period import ReportKind
from shared.jobs.work import Outcome, Task
from shared.reports import campaign_annexes, campaign_letter, excel, pdf, standing, word
from shared.reports.content import OfficialLetter
from shared.reports.standing import Rankings
from shared.services import campaign_reports, campaigns, report_data
from shared.services.campaign_reports import NOW_KEY, Grounds, Offer

STEPS = 100
_GATHERED = 40  # of the steps: the standing stands
_SAMPLE = "Dữ liệu mẫu: tên và số liệu là ví dụ."
_WRITERS = {"docx": word.write, "pdf": pdf.write}


@dataclass(frozen=True)
class Material:
    """Everything a report is written from; the same for every form of file."""

    grounds: Grounds
    rankings: Rankings
    letter: OfficialLetter
    stem: str  # of the file's name
    on: date  # local day of writing

    @property
    def offer(self) -> Offer:
        """Give what the report is about."""
        return self.grounds.offer


def gather(
    session: Session,
    code: str,
    key: str,
    now: datetime,
    units: Collection[int] | None = None,
    without: int | None = None,
) -> Material:
    """Gather what a report of a campaign is written from, as of `now` (UTC).

    `key` names the report as in `campaign_reports.offered`: "now", "2026-03", "2026-q1",
    "closing-2026-12-31-1". `units` are those whose officers it may show (None: all), `without`
    the officer who reads it. Raises NotFound for an unknown campaign or key.
    """
    campaign = campaigns.by_code(session, code)
    asked = campaign_reports.offer(session, campaign, key, now)
    grounds = campaign_reports.grounds(session, campaign, asked, now)
    rankings = standing.seen_by(grounds.standing, units, without)
    on = local_date(now, grounds.standing.frame.zone)
    data = report_data.report_of(campaign)
    letter = campaign_letter.letter(grounds, rankings, data, on)
    return Material(grounds, rankings, letter, f"{code}-{_stem(asked)}", on)


def as_xlsx(material: Material) -> bytes:
    """Write rankings, details, missing figures and the annexes' tables, one sheet each."""
    found = material.grounds.standing
    as_of = found.as_of.astimezone(found.frame.zone).date()
    return excel.write(
        [
            *standing.tables(found, material.rankings),
            *campaign_annexes.further_tables(material.grounds, material.rankings),
        ],
        material.letter.subject,
        as_of,
        notes=(_SAMPLE,) if found.sample else (),
    )


def as_docx(material: Material) -> bytes:
    """Write the report in the layout of Decree 30/2020/NĐ-CP for Word."""
    return word.write(material.letter)


def as_pdf(material: Material) -> bytes:
    """Write the same document as PDF."""
    return pdf.write(material.letter)


def xlsx(task: Task) -> Outcome:
    """Do the job of writing the workbook."""
    material = _gathered(task)
    return _outcome(material, "xlsx", as_xlsx(material))


def docx(task: Task) -> Outcome:
    """Do the job of writing the Word document."""
    return _written(task, "docx")


def pdf_file(task: Task) -> Outcome:
    """Do the job of writing the PDF."""
    return _written(task, "pdf")


def _written(task: Task, form: str) -> Outcome:
    material = _gathered(task)

    def tell(done: int, total: int) -> None:
        task.progress(_GATHERED + (STEPS - _GATHERED) * done // max(total, 1), STEPS)

    return _outcome(material, form, _WRITERS[form](material.letter, tell))


def _gathered(task: Task) -> Material:
    task.progress(0, STEPS)
    asked = task.arguments
    material = gather(
        task.session,
        asked["campaign"],
        asked.get("report", NOW_KEY),
        task.now,
        set(asked["unit_ids"]),
        asked["without"],
    )
    task.progress(_GATHERED, STEPS)
    return material


def _outcome(material: Material, form: str, content: bytes) -> Outcome:
    facts = {"rows": len(material.grounds.standing.places), "report": material.offer.key}
    return Outcome(facts, f"{material.stem}.{form}", content)


def _stem(asked: Offer) -> str:
    """Say in a file's name what the report is about."""
    day = asked.last.isoformat()
    match asked.kind:
        case ReportKind.MONTHLY:
            return f"thang-{asked.first:%m-%Y}"
        case ReportKind.QUARTERLY:
            return f"quy-{asked.quarter}-{asked.first.year}"
        case ReportKind.PRELIMINARY:
            return f"so-ket-{day}-ban-{asked.version}"
        case ReportKind.CLOSING:
            return f"tong-ket-{day}-ban-{asked.version}"
        case ReportKind.OTHER:
            return f"chot-ky-{day}-ban-{asked.version}"
        case ReportKind.NOW:
            return f"den-{day}"
