"""The staff door: every view module with the permission it asks for."""

from flask import Blueprint, Flask, request
from werkzeug.wrappers import Response

from admin import feeds
from admin.auth import guard
from admin.navigation import full_name, offer
from admin.views import (
    absences,
    account,
    accounts,
    answer_templates,
    attachments,
    award_councils,
    award_holds,
    award_sessions,
    award_titles,
    awards,
    ballots,
    calendar,
    campaign_editing,
    campaign_leaders,
    campaign_levels,
    campaigns,
    case_figures,
    case_moves,
    case_policy,
    channels,
    complaints,
    conduct_findings,
    criterion_filters,
    desk_invitations,
    dossier_feeds,
    dossiers,
    due_days,
    entries,
    erasures,
    evaluations,
    extensions,
    figure_steps,
    figures,
    figures_import,
    freezes,
    home,
    improvement,
    jobs,
    kiosks,
    officer_photos,
    open311,
    organisation,
    organisation_import,
    outbox,
    procedure_sheets,
    publishing,
    quarantine,
    questionnaires,
    ratings,
    registers,
    registers_import,
    reports,
    rule_sets,
    scoreboards,
    sealed,
    sign_in,
    today,
    webhooks,
    work,
    work_calendar,
    work_steps,
)
from shared.domain.access import Permission
from shared.web.files import let_files_in

VIEWS: dict[Blueprint, Permission] = {
    sign_in.routes: Permission.OWN,
    home.routes: Permission.OWN,
    account.routes: Permission.OWN,
    jobs.routes: Permission.OWN,
    accounts.routes: Permission.ACCOUNTS,
    organisation.routes: Permission.ORGANISATION,
    organisation_import.routes: Permission.ORGANISATION,
    procedure_sheets.routes: Permission.ORGANISATION,
    officer_photos.routes: Permission.ORGANISATION,
    rule_sets.routes: Permission.ORGANISATION,
    calendar.routes: Permission.ORGANISATION,
    channels.routes: Permission.CHANNELS,
    kiosks.routes: Permission.CHANNELS,
    quarantine.routes: Permission.CHANNELS,
    questionnaires.routes: Permission.ORGANISATION,
    outbox.routes: Permission.ORGANISATION,
    open311.routes: Permission.ORGANISATION,
    webhooks.routes: Permission.ORGANISATION,
    campaigns.routes: Permission.CAMPAIGNS,
    campaign_editing.routes: Permission.RUN_CAMPAIGNS,
    campaign_leaders.routes: Permission.RUN_CAMPAIGNS,
    campaign_levels.routes: Permission.RUN_CAMPAIGNS,
    criterion_filters.routes: Permission.RUN_CAMPAIGNS,
    scoreboards.routes: Permission.RUN_CAMPAIGNS,
    freezes.routes: Permission.RUN_CAMPAIGNS,
    awards.routes: Permission.RUN_CAMPAIGNS,
    award_titles.routes: Permission.RUN_CAMPAIGNS,
    award_councils.routes: Permission.RUN_CAMPAIGNS,
    award_sessions.routes: Permission.RUN_CAMPAIGNS,
    ballots.routes: Permission.OWN,
    award_holds.routes: Permission.INSPECT,
    figures.routes: Permission.ENTER_FIGURES,
    figures_import.routes: Permission.ENTER_FIGURES,
    figure_steps.routes: Permission.ENTER_FIGURES,
    registers.routes: Permission.ENTER_FIGURES,
    registers_import.routes: Permission.ENTER_FIGURES,
    improvement.routes: Permission.ENTER_FIGURES,
    reports.routes: Permission.REPORTS,
    evaluations.routes: Permission.REPORTS,
    today.routes: Permission.TODAY,
    work.routes: Permission.ANSWER,
    work_calendar.routes: Permission.ANSWER,
    work_steps.routes: Permission.ANSWER,
    desk_invitations.routes: Permission.INVITE,
    complaints.routes: Permission.COMPLAINTS,
    case_figures.routes: Permission.COMPLAINTS,
    attachments.routes: Permission.COMPLAINTS,
    due_days.routes: Permission.COMPLAINTS,
    extensions.routes: Permission.ANSWER,
    conduct_findings.routes: Permission.LEAD_CASES,
    case_moves.routes: Permission.ANSWER,
    publishing.routes: Permission.PUBLISH,
    entries.routes: Permission.ANSWER,
    erasures.routes: Permission.CONTACTS,
    answer_templates.routes: Permission.LEAD_CASES,
    absences.routes: Permission.LEAD_CASES,
    case_policy.routes: Permission.ORGANISATION,
    dossiers.routes: Permission.DOSSIERS,
    dossier_feeds.routes: Permission.ORGANISATION,
    ratings.routes: Permission.OWN,
    sealed.routes: Permission.INSPECT,
}
# Acts within a module that ask for another permission than its pages.
ENDPOINTS: dict[str, Permission] = {
    "admin.figures.verify": Permission.VERIFY_FIGURES,
    "admin.figure_steps.reply": Permission.VERIFY_FIGURES,
    "admin.figure_steps.council": Permission.DECIDE_FIGURES,
    "admin.figure_steps.decide": Permission.DECIDE_FIGURES,
    "admin.figure_steps.reopen": Permission.RUN_CAMPAIGNS,
    "admin.figure_steps.deadlines": Permission.RUN_CAMPAIGNS,
    "admin.complaints.answer": Permission.ANSWER,
    "admin.complaints.refuse": Permission.ANSWER,
    "admin.complaints.take": Permission.ANSWER,
    "admin.complaints.close": Permission.ANSWER,
    "admin.complaints.note": Permission.ANSWER,
    "admin.complaints.assign": Permission.ANSWER,
    "admin.complaints.classify": Permission.ANSWER,
    "admin.complaints.name_officer": Permission.ANSWER,
    "admin.case_moves.passed": Permission.COMPLAINTS,
    "admin.extensions.decide": Permission.LEAD_CASES,
    "admin.case_moves.approve": Permission.LEAD_CASES,
    "admin.case_moves.send_back": Permission.LEAD_CASES,
    "admin.complaints.contact": Permission.CONTACTS,
    "admin.attachments.add": Permission.ANSWER,
    "admin.ratings.single": Permission.SINGLE_RATINGS,
    "admin.scoreboards.show": Permission.CAMPAIGNS,
    "admin.dossiers.choose": Permission.IMPORT,
    "admin.dossiers.upload": Permission.IMPORT,
    "admin.dossiers.look": Permission.IMPORT,
    "admin.dossiers.take": Permission.IMPORT,
    "admin.dossiers.paper": Permission.IMPORT,
    "admin.dossiers.enter_paper": Permission.IMPORT,
    "admin.dossiers.enter_paper_file": Permission.IMPORT,
}
# Acts to which photos and files are sent.
WITH_FILES = (
    "admin.attachments.add",
    "admin.officer_photos.keep",
    "admin.figures.enter",
    "admin.figure_steps.explain",
)
# Acts whose body may be larger than others', in bytes.
BODIES: dict[str, int] = {"admin.dossiers.upload": dossiers.LARGEST_BODY_BYTES}


def needed(endpoint: str) -> Permission | None:
    """Say which permission an endpoint asks for; None, and so nobody, when it is not listed."""
    return ENDPOINTS.get(endpoint) or _BY_MODULE.get(endpoint.rpartition(".")[0])


_BY_MODULE = {f"admin.{view.name}": permission for view, permission in VIEWS.items()}


def register(app: Flask) -> None:
    """Open the staff door."""
    door = Blueprint(
        "admin",
        __name__,
        url_prefix="/admin",
        template_folder="templates",
        static_folder="static",
    )

    @door.before_request
    def check() -> Response | tuple[str, int] | None:
        largest = BODIES.get(request.endpoint or "")
        request.max_content_length = largest or request.max_content_length
        if request.endpoint in WITH_FILES:
            let_files_in()
        return guard(needed)

    door.context_processor(offer)
    door.add_app_template_filter(full_name)
    for view in VIEWS:
        door.register_blueprint(view)
    app.register_blueprint(door)
    app.register_blueprint(feeds.routes)
