"""Every kind of job and who does it."""

from collections.abc import Mapping

from shared.jobs import campaign_reports, deadlines, dossiers, outbox, posters, proofs, reminders
from shared.jobs.work import Work

KINDS: Mapping[str, Work] = {
    "campaign_xlsx": campaign_reports.xlsx,
    "campaign_docx": campaign_reports.docx,
    "deadlines": deadlines.move,
    "dossier_read": dossiers.read,
    "dossier_import": dossiers.take_over,
    "poster": posters.png,
    "outbox": outbox.send,
    "reminders": reminders.write,
    "totals": proofs.totals,
}
