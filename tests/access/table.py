"""Who may use which endpoint, written down by hand: a change of rights must change this page."""

from collections.abc import Mapping

from shared.domain.access import Role

ADMIN, OFFICER, HEAD = Role.ADMIN, Role.OFFICER, Role.HEAD
REVIEWER, ORGANISER = Role.REVIEWER, Role.ORGANISER

Who = frozenset[Role]
SIGNED_IN: Who = frozenset(Role)
ANSWERING: Who = frozenset({OFFICER, HEAD})
HEADS: Who = frozenset({HEAD})
RUNNING: Who = frozenset({ORGANISER})
COMPETING: Who = frozenset({OFFICER, HEAD, ORGANISER, ADMIN})
FIGURES: Who = frozenset({HEAD, ORGANISER})
DOSSIERS: Who = frozenset({HEAD, ORGANISER, ADMIN})
IMPORTING: Who = frozenset({HEAD, ADMIN})
REVIEWING: Who = frozenset({REVIEWER})
ADMINS: Who = frozenset({ADMIN})

# The citizen's door and what serves both: nobody signs in.
ANYBODY = frozenset(
    {
        "GET health.healthz",
        "GET static",
        "GET admin.static",
        "GET kiosk.static",
        "GET kiosk.screens.desk",
        "GET kiosk.screens.demonstration",
        "GET kiosk.worker.script",
        "POST kiosk.pairing.ask",
        "POST kiosk.pairing.token",
        "GET kiosk.phone.rate",
        "POST kiosk.phone.send_rating",
        "GET kiosk.phone.complain",
        "POST kiosk.phone.send_complaint",
        "GET kiosk.continued.go_on",
        "POST kiosk.continued.send",
        "GET kiosk.complaints.ask_code",
        "POST kiosk.complaints.enter_code",
        "GET kiosk.complaints.follow",
        "GET kiosk.due_days.why",
        "POST kiosk.complaints.rate_answer",
        "POST kiosk.complaints.reply",
        "POST kiosk.complaints.appeal",
        "POST kiosk.complaints.withdraw",
        "GET kiosk.qr.invitation",
        "GET kiosk.qr.case",
        "GET kiosk.board.show",
        "GET admin.sign_in.form",
        "POST admin.sign_in.form",
    }
)
# A paired kiosk by its token; people cannot.
KIOSK = frozenset(
    {
        "POST kiosk.ratings.post_ratings",
        "GET kiosk.screen_state.state",
        "POST kiosk.screen_state.report",
        "GET kiosk.desk_invitations.newest",
        "POST kiosk.continuations.ask",
    }
)

STAFF: Mapping[str, Who] = {
    "POST admin.sign_in.sign_out": SIGNED_IN,
    "GET admin.home.home": SIGNED_IN,
    "GET admin.account.password": SIGNED_IN,
    "POST admin.account.password": SIGNED_IN,
    # One's own jobs only: see test_a_job_belongs_to_who_asked_for_it.
    "GET admin.jobs.job": SIGNED_IN,
    "GET admin.jobs.file": SIGNED_IN,
    # Today, my work and complaints
    "GET admin.today.today": FIGURES,
    "GET admin.work.work": ANSWERING,
    "GET admin.desk_invitations.form": ANSWERING,
    "POST admin.desk_invitations.invite": ANSWERING,
    "GET admin.complaints.complaints": ANSWERING,
    "GET admin.complaints.case": ANSWERING,
    "GET admin.due_days.why": ANSWERING,
    "GET admin.extensions.form": ANSWERING,
    "POST admin.extensions.ask": ANSWERING,
    "POST admin.extensions.decide": HEADS,
    "POST admin.complaints.answer": ANSWERING,
    "POST admin.complaints.refuse": ANSWERING,
    "POST admin.complaints.take": ANSWERING,
    "POST admin.complaints.close": ANSWERING,
    "POST admin.complaints.note": ANSWERING,
    "POST admin.complaints.assign": ANSWERING,
    "POST admin.complaints.classify": ANSWERING,
    "POST admin.complaints.name_officer": ANSWERING,
    "POST admin.complaints.contact": HEADS,
    "GET admin.case_moves.passed": ANSWERING,
    "POST admin.case_moves.accept": ANSWERING,
    "POST admin.case_moves.resume": ANSWERING,
    "GET admin.case_moves.pass_on_form": ANSWERING,
    "POST admin.case_moves.transfer": ANSWERING,
    "POST admin.case_moves.transfer_out": ANSWERING,
    "POST admin.case_moves.link": ANSWERING,
    "POST admin.case_moves.unlink": ANSWERING,
    "POST admin.case_moves.fill": ANSWERING,
    "POST admin.case_moves.approve": HEADS,
    "POST admin.case_moves.send_back": HEADS,
    # Ratings: an officer sees nothing there but their own weeks
    "GET admin.ratings.ratings": SIGNED_IN,
    "GET admin.ratings.own": SIGNED_IN,
    "GET admin.ratings.single": REVIEWING,
    # Dossiers
    "GET admin.dossiers.dossiers": DOSSIERS,
    "POST admin.dossiers.slip": DOSSIERS,
    "GET admin.dossiers.choose": IMPORTING,
    "POST admin.dossiers.upload": IMPORTING,
    "GET admin.dossiers.look": IMPORTING,
    "POST admin.dossiers.take": IMPORTING,
    "GET admin.dossiers.paper": IMPORTING,
    "POST admin.dossiers.enter_paper": IMPORTING,
    # Campaigns
    "GET admin.campaigns.campaigns": COMPETING,
    "GET admin.campaigns.standing": COMPETING,
    "GET admin.campaigns.rules": COMPETING,
    "GET admin.campaigns.records": COMPETING,
    "GET admin.figures.figures": FIGURES,
    "GET admin.figures.enter": FIGURES,
    "POST admin.figures.enter": FIGURES,
    "POST admin.figures.verify": RUNNING,
    "GET admin.reports.data": FIGURES,
    "POST admin.reports.data": RUNNING,
    "GET admin.reports.file": FIGURES,
    "POST admin.reports.file": FIGURES,
    "GET admin.campaign_editing.new": RUNNING,
    "POST admin.campaign_editing.new": RUNNING,
    "GET admin.campaign_editing.copy": RUNNING,
    "POST admin.campaign_editing.copy": RUNNING,
    "GET admin.campaign_editing.setup": RUNNING,
    "POST admin.campaign_editing.setup": RUNNING,
    "GET admin.campaign_editing.weights": RUNNING,
    "POST admin.campaign_editing.weights": RUNNING,
    "GET admin.campaign_editing.taking_part": RUNNING,
    "POST admin.campaign_editing.join": RUNNING,
    "POST admin.campaign_editing.change_period": RUNNING,
    "POST admin.campaign_editing.leave": RUNNING,
    "POST admin.campaign_editing.add_criterion": RUNNING,
    "POST admin.campaign_editing.remove_criterion": RUNNING,
    "POST admin.campaign_editing.start": RUNNING,
    "POST admin.campaign_editing.close": RUNNING,
    # Quản trị
    "GET admin.organisation.index": ADMINS,
    "GET admin.organisation.listing": ADMINS,
    "GET admin.organisation.export": ADMINS,
    "GET admin.organisation.new": ADMINS,
    "POST admin.organisation.new": ADMINS,
    "GET admin.organisation.edit": ADMINS,
    "POST admin.organisation.edit": ADMINS,
    "POST admin.organisation.close": ADMINS,
    "POST admin.organisation.remove_day": ADMINS,
    "GET admin.organisation.posted": ADMINS,
    "POST admin.organisation.posted": ADMINS,
    "GET admin.organisation.limits": ADMINS,
    "GET admin.organisation_import.template": ADMINS,
    "GET admin.organisation_import.look": ADMINS,
    "POST admin.organisation_import.look": ADMINS,
    "POST admin.organisation_import.apply": ADMINS,
    "POST admin.calendar.apply": ADMINS,
    "GET admin.calendar.year": ADMINS,
    "POST admin.calendar.year": ADMINS,
    "GET admin.calendar.ical": ADMINS,
    "POST admin.calendar.ical": ADMINS,
    "POST admin.calendar.take_ical": ADMINS,
    "GET admin.calendar.hours": ADMINS,
    "POST admin.calendar.hours": ADMINS,
    "GET admin.calendar.versions": ADMINS,
    "GET admin.calendar.version": ADMINS,
    "POST admin.calendar.run_again": ADMINS,
    "GET admin.kiosks.kiosks": ADMINS,
    "POST admin.kiosks.pair": ADMINS,
    "GET admin.kiosks.kiosk": ADMINS,
    "POST admin.kiosks.move": ADMINS,
    "POST admin.kiosks.revoke": ADMINS,
    "GET admin.quarantine.listing": ADMINS,
    "POST admin.quarantine.review": ADMINS,
    "GET admin.quarantine.table": ADMINS,
    "GET admin.quarantine.file": ADMINS,
    "GET admin.outbox.messages": ADMINS,
    "POST admin.outbox.retry": ADMINS,
    "GET admin.outbox.write_to": ADMINS,
    "POST admin.outbox.write_to": ADMINS,
    "GET admin.outbox.rules": ADMINS,
    "POST admin.outbox.rules": ADMINS,
    "GET admin.channels.codes": ADMINS,
    "GET admin.channels.sheet": ADMINS,
    "GET admin.channels.svg": ADMINS,
    "GET admin.channels.pdf": ADMINS,
    "POST admin.channels.poster": ADMINS,
    "GET admin.accounts.index": ADMINS,
    "GET admin.accounts.template": ADMINS,
    "GET admin.accounts.take_file": ADMINS,
    "POST admin.accounts.take_file": ADMINS,
    "POST admin.accounts.add": ADMINS,
    "GET admin.accounts.edit": ADMINS,
    "POST admin.accounts.edit": ADMINS,
    "POST admin.accounts.reset": ADMINS,
    "POST admin.accounts.close": ADMINS,
}
