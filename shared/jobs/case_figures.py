"""Job that writes the figures of complaints as a workbook, for who asked and may see them."""

from datetime import date

from shared.domain.access import Permission
from shared.domain.campaign import Window
from shared.jobs.work import Outcome, Task
from shared.models.account import Account
from shared.reports import case_figures as report
from shared.reports import excel
from shared.services import case_figures, reach
from shared.services.case_figures import By
from shared.services.local_days import today_in


def xlsx(task: Task) -> Outcome:
    """Write the table and the cases behind it, both as they are for this person now."""
    session, asked = task.session, task.arguments
    actor = reach.actor_with(session, session.get_one(Account, task.account_id))
    units = actor.units(Permission.COMPLAINTS) & frozenset(asked["units"])
    window = Window(date.fromisoformat(asked["first"]), date.fromisoformat(asked["last"]))
    by = By(asked["by"])
    found = case_figures.table(session, actor, units, window, by, task.now)
    names = {row.key: report.name_of(row, by) for row in found.rows}
    every = case_figures.every_case(session, actor, units, window, by, task.now)
    cases = [(names[line], one) for line, one in every]
    content = excel.write(
        report.tables(found, by, cases),
        f"Phản ánh, kiến nghị nhận từ {window.first:%d/%m/%Y} đến {window.last:%d/%m/%Y}",
        today_in(session, units, task.now),
        notes=(
            "Đúng hạn tính cả việc chưa trả lời mà đã quá hạn; việc từng chậm vẫn là chậm.",
            "Không tiếp nhận, đã chuyển và đã rút tính riêng. Dưới 5 việc không tính tỷ lệ.",
        ),
    )
    return Outcome({"rows": len(cases)}, f"phan-anh-theo-{by}.xlsx", content)
