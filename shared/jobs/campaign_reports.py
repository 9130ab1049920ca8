"""Jobs that write the standing of a campaign as a workbook or as an administrative document."""

from shared.domain.scoring import CompetitorKind
from shared.jobs.work import Outcome, Task
from shared.reports import excel, standing, word
from shared.services import campaigns, freezes
from shared.services.standings import Place, Standing


def xlsx(task: Task) -> Outcome:
    """Write rankings, details and missing figures, one sheet each."""
    found, rankings = _rankings(task)
    content = excel.write(
        standing.tables(rankings),
        found.plan.name,
        found.as_of.astimezone(found.frame.zone).date(),
        notes=("Dữ liệu mẫu: tên và số liệu là ví dụ.",) if found.sample else (),
    )
    return Outcome({"rows": len(found.places)}, f"{found.plan.code}-xep-hang.xlsx", content)


def docx(task: Task) -> Outcome:
    """Write the report in the layout of Decree 30/2020/NĐ-CP."""
    found, rankings = _rankings(task)
    data = campaigns.report_of(campaigns.by_code(task.session, found.plan.code))
    content = word.write(standing.letter(found, rankings, data))
    return Outcome({"rows": len(found.places)}, f"{found.plan.code}-bao-cao.docx", content)


def _rankings(task: Task) -> tuple[Standing, dict[CompetitorKind, list[Place]]]:
    campaign = campaigns.by_code(task.session, task.arguments["campaign"])
    found = freezes.in_force(task.session, campaign, task.now)
    units, oneself = set(task.arguments["unit_ids"]), task.arguments["without"]
    return found, standing.seen_by(found, units, oneself)
