"""Job that proves the daily totals by the ratings and dossiers they count."""

from shared.domain.errors import N_, RuleBroken
from shared.jobs.work import Outcome, Task
from shared.services import dossier_totals, rating_totals


def totals(task: Task) -> Outcome:
    """Compare every daily total with its facts; RuleBroken when one differs."""
    found = rating_totals.differences(task.session)
    if found:
        raise RuleBroken(
            "totals_differ",
            N_("%(count)s tổng theo ngày không khớp với các đánh giá, đầu tiên: %(first)s."),
            count=len(found),
            first=f"{found[0].table} {found[0].key}",
        )
    wrong = dossier_totals.differences(task.session)
    if wrong:
        raise RuleBroken(
            "dossier_totals_differ",
            N_("%(count)s tổng theo ngày không khớp với các hồ sơ, đầu tiên: %(first)s."),
            count=len(wrong),
            first=f"{wrong[0].table} {wrong[0].key}",
        )
    return Outcome()
