"""Every kind of job and who does it."""

from collections.abc import Mapping

from shared.jobs import (
    attachments,
    awards,
    backup_mails,
    campaign_reports,
    case_figures,
    cases,
    deadlines,
    dossier_feeds,
    dossiers,
    ended,
    outbox,
    posters,
    proofs,
    reminders,
    sealed,
    sign_ins,
    webhooks,
)
from shared.jobs.work import Work

KINDS: Mapping[str, Work] = {
    "award_certificates": awards.certificates,
    "award_list_docx": awards.docx,
    "award_list_xlsx": awards.xlsx,
    "backup_mail": backup_mails.send,
    "case_figures": case_figures.xlsx,
    "cases": cases.tidy,
    "campaign_xlsx": campaign_reports.xlsx,
    "campaign_docx": campaign_reports.docx,
    "campaign_pdf": campaign_reports.pdf_file,
    "deadlines": deadlines.move,
    "dossier_read": dossiers.read,
    "dossier_feed": dossier_feeds.take_over,
    "dossier_folder": dossier_feeds.look_into_folder,
    "dossier_import": dossiers.take_over,
    "ended": ended.remove,
    "poster": posters.png,
    "poster_a4": posters.a4,
    "outbox": outbox.send,
    "reminders": reminders.write,
    "scan": attachments.scan,
    "sealed": sealed.rise,
    "sign_ins": sign_ins.forget,
    "sweep": attachments.sweep,
    "totals": proofs.totals,
    "webhook_overdue": webhooks.overdue,
    "webhooks": webhooks.send,
}
