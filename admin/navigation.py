"""The staff side's left navigation: at most seven words, only those the person may open."""

from dataclasses import dataclass

from flask import current_app, g, request
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from shared.domain.access import Actor, Permission
from shared.services import accounts
from shared.web import current


@dataclass(frozen=True)
class Entry:
    """A word of the navigation."""

    endpoint: str
    icon: str
    label: LazyString
    permission: Permission


ENTRIES = (
    Entry("admin.today.today", "calendar", _("Hôm nay"), Permission.TODAY),
    Entry("admin.work.work", "work", _("Việc của tôi"), Permission.ANSWER),
    Entry(
        "admin.complaints.complaints", "message", _("Phản ánh, kiến nghị"), Permission.COMPLAINTS
    ),
    Entry("admin.ratings.ratings", "smile", _("Đánh giá"), Permission.OWN),
    Entry("admin.dossiers.dossiers", "folder", _("Hồ sơ"), Permission.DOSSIERS),
    Entry("admin.campaigns.campaigns", "flag", _("Phong trào thi đua"), Permission.CAMPAIGNS),
    Entry("admin.organisation.index", "admin", _("Quản trị"), Permission.ORGANISATION),
    Entry("admin.sealed.inbox", "lock", _("Tin báo kín"), Permission.INSPECT),
)


# Pages of Quản trị that stand in modules of their own.
UNDER = {
    "admin.case_figures": "admin.complaints",
    "admin.case_moves": "admin.complaints",
    "admin.entries": "admin.complaints",
    "admin.erasures": "admin.complaints",
    "admin.publishing": "admin.complaints",
    "admin.answer_templates": "admin.complaints",
    "admin.absences": "admin.complaints",
    "admin.case_policy": "admin.organisation",
    "admin.due_days": "admin.complaints",
    "admin.extensions": "admin.complaints",
    "admin.conduct_findings": "admin.complaints",
    "admin.organisation_import": "admin.organisation",
    "admin.procedure_sheets": "admin.organisation",
    "admin.calendar": "admin.organisation",
    "admin.channels": "admin.organisation",
    "admin.kiosks": "admin.organisation",
    "admin.rule_sets": "admin.organisation",
    "admin.quarantine": "admin.organisation",
    "admin.questionnaires": "admin.organisation",
    "admin.outbox": "admin.organisation",
    "admin.dossier_feeds": "admin.organisation",
    "admin.open311": "admin.organisation",
    "admin.webhooks": "admin.organisation",
    "admin.attachments": "admin.complaints",
    "admin.accounts": "admin.organisation",
    "admin.desk_invitations": "admin.work",
    "admin.work_calendar": "admin.work",
    "admin.work_steps": "admin.work",
    "admin.campaign_editing": "admin.campaigns",
    "admin.campaign_leaders": "admin.campaigns",
    "admin.campaign_levels": "admin.campaigns",
    "admin.criterion_filters": "admin.campaigns",
    "admin.figure_steps": "admin.campaigns",
    "admin.figures": "admin.campaigns",
    "admin.figures_import": "admin.campaigns",
    "admin.freezes": "admin.campaigns",
    "admin.reports": "admin.campaigns",
    "admin.scoreboards": "admin.campaigns",
    "admin.ballots": "admin.campaigns",
    "admin.evaluations": "admin.campaigns",
    "admin.registers": "admin.campaigns",
    "admin.registers_import": "admin.campaigns",
    "admin.improvement": "admin.campaigns",
    "admin.awards": "admin.campaigns",
    "admin.award_titles": "admin.campaigns",
    "admin.award_councils": "admin.campaigns",
    "admin.award_sessions": "admin.campaigns",
    "admin.award_holds": "admin.sealed",
}


def full_name(name: str) -> str:
    """Give whose sign-in name this is, asked once a request; other names stay as they are."""
    known: dict[str, str] = g.setdefault("full_names", {})
    if name not in known:
        known[name] = accounts.full_name(current.session(), name)
    return known[name]


def offer() -> dict[str, object]:
    """Give the templates the navigation and who is signed in."""
    person: Actor | None = g.get("actor")
    entries = [
        entry
        for entry in ENTRIES
        if person is not None
        and person.may(entry.permission)
        and entry.endpoint in current_app.view_functions
    ]
    here = (request.endpoint or "").rpartition(".")[0]
    return {
        "navigation": entries,
        "person": person,
        "here": UNDER.get(here, here),
    }
