"""One record of every kind in each unit of the cast, and browsers in which its people are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from shared.domain.access import Role
from shared.domain.complaint import Kind
from shared.domain.erasure import Scope
from shared.domain.milestone import MilestoneKind
from shared.domain.peer_group import PeerGroup
from shared.domain.questionnaire import OF_THE_CAMPAIGNS, items_to_data
from shared.domain.tracking_code import code_of
from shared.models.account import Account, StaffSession
from shared.models.calendar import CalendarDay
from shared.models.campaign import Campaign, CampaignCompetitor, CampaignCriterion, ManualFigure
from shared.models.complaint import Complaint
from shared.models.dossier import Dossier, PaperRegister
from shared.models.job import Job
from shared.models.organisation import (
    Organisation,
    Procedure,
    ProcedurePublication,
    Shift,
    Unit,
)
from shared.models.questionnaire import Questionnaire, QuestionnaireUse
from shared.services import (
    accounts,
    calendars,
    campaigns,
    channels,
    complaints,
    erasures,
    freezes,
    invitations,
    officer_photos,
    pairings,
    peer_groups,
    walls,
)
from shared.services.campaigns import Opening
from shared.services.channels import hash_token
from shared.services.complaints import Filing
from shared.services.invitations import Target
from tests import award_records, calendar_records, register_records, sealed_world, touched_records
from tests.cast import FOUNDED, Place
from tests.conftest import SECRET
from tests.sent_records import (
    attach,
    give_key,
    keep_template,
    let_send,
    prove,
    put_out,
    remind,
    tell,
)

TODAY, YESTERDAY = date(2026, 11, 18), date(2026, 11, 17)
PHONE = "0912 345 678"
ABROAD = "TINH-KHAC"


@dataclass
class Records:
    """Keys of what a unit has, by the names that addresses and forms use for them."""

    place: Place
    kiosk_token: str
    kiosk_id: int
    user_code: str
    device_code: str
    desk_token: str
    dossier_token: str
    continuation_token: str
    dossier_id: int
    number: str  # of a complaint that names nobody
    version: int
    code: str
    number_naming: str  # of one that names the unit's officer
    code_naming: str
    erasure: int  # asked for by who sent that one
    template: int  # of answers
    reference: str  # of a case that everybody may read
    number_public: str  # its own number
    sender: int  # another system that may send cases
    api_key: int  # a program that may hand in dossiers
    webhook: int  # an address that is told of them
    message: int  # that reminds of the complaint
    attachment: int  # a photo the resident sent with it
    campaign: str
    frozen: int  # a review of the campaign
    draft: str
    criterion: int
    competitor: int
    figure: int
    figure_file: int
    draft_criterion: int
    draft_competitor: int
    code_of_unit: str
    sealed_number: str  # of a confidential report about the unit's officer
    sealed_code: str
    criteria: list[str]  # codes of the campaign's criteria for units
    wall: str  # the public address of the campaign's scoreboard
    group: str  # the peer group the unit is in
    photo: str = ""  # digest of the officer's
    awards: Mapping[str, int] = field(default_factory=dict)  # council, session and so on
    questionnaire: int = 0  # a draft of the unit's own
    use: int = 0  # of one that is asked
    keys: Mapping[str, int] = field(default_factory=dict)  # first entry of each register
    sheet: str = ""  # code of a posted sheet of the unit's procedure
    procedure: str = ""  # its code
    kept: Mapping[str, int] = field(default_factory=dict)  # of each register units keep
    accounts: Mapping[str, int] = field(default_factory=dict)
    jobs: Mapping[str, int] = field(default_factory=dict)  # finished, by account name
    readings: Mapping[str, int] = field(default_factory=dict)  # of dossier files, by account name


def secret(key: str) -> str:
    """Give the word that stands in everything residents and staff wrote in a unit."""
    return f"Bí-mật-{key}"


def fill(session: Session, places: Mapping[str, Place], now: datetime) -> dict[str, Records]:
    """Add the records of both units, and a third organisation that neither belongs to."""
    organisation_id = places["sen"].organisation_id
    calendars.install_reference(session, organisation_id)
    _found_abroad(session)
    _let_in(session, now)
    filled = {key: _fill(session, key, place, now) for key, place in places.items()}
    calendar_records.change(session, organisation_id, now)
    return filled


def token_of(name: str) -> str:
    """Give the token of the browser in which a person of the cast has signed in."""
    return f"browser-of-{name}"


def _let_in(session: Session, now: datetime) -> None:
    """Open a session for everybody: signing in itself has tests of its own."""
    session.execute(update(Account).values(must_change_password=False, password_expires_at=None))
    for account in session.scalars(select(Account)):
        token = hash_token(token_of(account.name))
        session.add(
            StaffSession(token_hash=token, account_id=account.id, created_at=now, seen_at=now)
        )
    session.flush()


def _found_abroad(session: Session) -> None:
    organisation = Organisation(code=ABROAD, name="Tỉnh khác")
    session.add(organisation)
    session.flush()
    session.add(
        Unit(
            organisation_id=organisation.id,
            code="XA-KHAC",
            name="Xã Ở Tỉnh Khác",
            level="commune",
            valid_from=FOUNDED,
        )
    )
    session.flush()


def _fill(session: Session, key: str, place: Place, now: datetime) -> Records:
    kiosk, kiosk_token = channels.pair(session, f"Q-{key}", None, now)
    pairing = pairings.request(session, now)
    desk_token, dossier_id, dossier_token = _invite(session, key, place, now)
    touched_records.rate(session, key, secret(key), kiosk_token, desk_token, now)
    touched_records.hold_back(session, secret(key), kiosk_token, now)
    continuation_token = touched_records.go_on(session, key, kiosk_token, now)
    plain = _complain(session, key, place, (), now)
    naming = _complain(session, key, place, (place.officer_id,), now)
    people = {
        row.name: row.id
        for row in session.scalars(select(Account).where(Account.name.endswith(f"-{key}")))
    }
    return Records(
        place=place,
        kiosk_token=kiosk_token,
        kiosk_id=kiosk.id,
        user_code=pairing.user_code,
        device_code=pairing.device_code,
        desk_token=desk_token,
        dossier_token=dossier_token,
        continuation_token=continuation_token,
        dossier_id=dossier_id,
        number=plain[0].number,
        version=plain[0].version,
        code=plain[1],
        number_naming=naming[0].number,
        code_naming=naming[1],
        erasure=erasures.ask(session, naming[1], Scope.CONTACT, now).id,
        attachment=attach(session, plain[0], now),
        message=remind(session, (plain[0], naming[0]), people[f"head-{key}"], now),
        template=keep_template(session, place.unit_id, f"Mẫu {secret(key)}"),
        reference=put_out(session, key, place.unit_id, now),
        number_public=f"PA-2026-{key}",
        sender=let_send(session, key, place.unit_id, now),
        api_key=give_key(session, key, place.unit_id, now),
        webhook=tell(session, key, place.unit_id, now),
        keys=_register(session, place),
        kept=register_records.fill(session, place, secret(key)),
        sheet=register_records.post_sheet(session, place, key),
        procedure=session.get_one(Procedure, place.procedure_id).code,
        photo=_picture(session, place, people[f"admin-{key}"], now),
        **_ask(session, key, place, now),
        **sealed_world.record(session, key, place, now),
        accounts=people,
        jobs=_ask_for_jobs(session, people, now),
        **_compete(session, key, place, people, now),
    )


def _picture(session: Session, place: Place, account_id: int, now: datetime) -> str:
    """Keep a photo of the unit's officer; what it shows matters to nobody here."""
    units = frozenset({place.unit_id})
    content = f"photo {place.officer_id}".encode()
    officer_photos.keep(session, place.officer_id, content, units, account_id, now, consented=True)
    session.flush()
    return officer_photos.digests(session, {place.officer_id})[place.officer_id]


def _ask(session: Session, key: str, place: Place, now: datetime) -> dict[str, Any]:
    """Let a unit ask a questionnaire from tomorrow, and keep a draft of the next version."""
    used, draft = (
        Questionnaire(
            organisation_id=place.organisation_id,
            unit_id=place.unit_id,
            series=f"bo-{key}",
            version=version,
            code=f"bo-{key}-{version}",
            name=f"Bộ câu hỏi {secret(key)}",
            items=items_to_data(OF_THE_CAMPAIGNS),
            created_at=now,
            used_at=now if version == 1 else None,
        )
        for version in (1, 2)
    )
    session.add_all([used, draft])
    session.flush()
    use = QuestionnaireUse(
        organisation_id=place.organisation_id,
        questionnaire_id=used.id,
        unit_id=place.unit_id,
        valid_from=TODAY + timedelta(days=1),
        created_at=now,
    )
    session.add(use)
    session.flush()
    return {"questionnaire": draft.id, "use": use.id}


def _invite(session: Session, key: str, place: Place, now: datetime) -> tuple[str, int, str]:
    desk = invitations.printed(session, place.unit_id, Target.DESK, place.desk_id, now)
    invitations.printed(session, place.unit_id, Target.OFFICER, place.officer_id, now)
    dossier = Dossier(
        unit_id=place.unit_id,
        code=f"H01-{key}-1",
        procedure_id=place.procedure_id,
        procedure_code="1.001193",
        officer_id=place.officer_id,
        received_on=YESTERDAY - timedelta(days=9),
        due_on=YESTERDAY,
        finished_on=YESTERDAY,
        imported_at=now,
    )
    session.add(dossier)
    session.flush()
    return desk, dossier.id, invitations.issue_for_dossier(session, dossier.id, now)


def _complain(
    session: Session, key: str, place: Place, officers: tuple[int, ...], now: datetime
) -> tuple[Complaint, str]:
    filing = Filing(
        form_id=UUID(int=place.unit_id * 10 + len(officers), version=4),
        unit_id=place.unit_id,
        kind=Kind.REPORT,
        body=f"{secret(key)}: " + ("cán bộ gợi ý đưa tiền." if officers else "máy gọi số hỏng."),
        language="vi",
        channel="phone",
        desk_id=place.desk_id,
        procedure_id=place.procedure_id,
        officer_ids=officers,
        contact_name=f"Người {secret(key)}",
        contact_phone=PHONE,
        consent=True,
    )
    code = code_of(filing.form_id, SECRET)
    return complaints.receive(session, filing, code, now), code.link


def _compete(
    session: Session, key: str, place: Place, people: Mapping[str, int], now: datetime
) -> dict[str, Any]:
    """A running campaign with a figure that waits, and a draft; only this unit takes part."""
    made = _drafts(session, key, place, now)
    campaigns.confirm_weights(made["campaign"], "hoa", now)
    campaigns.start(session, made["campaign"], now)
    criterion, competitor = _manual(session, made["campaign"])
    figure = ManualFigure(
        criterion_id=criterion,
        competitor_id=competitor,
        hits=9,
        cases=10,
        evidence=f"Biên bản {secret(key)}",
        entered_by=f"head-{key}",
        entered_at=now,
    )
    session.add(figure)
    session.flush()
    reviewed = date(2026, 6, 30)
    frozen = freezes.freeze(
        session, made["campaign"], MilestoneKind.PRELIMINARY, reviewed, f"head-{key}", now
    )
    draft_criterion, draft_competitor = _manual(session, made["draft"])
    words = secret(key)
    return {
        "awards": award_records.fill(
            session, made["campaign"], competitor, place, words, people, now
        ),
        "frozen": frozen.id,
        "campaign": made["campaign"].code,
        "draft": made["draft"].code,
        "criterion": criterion,
        "competitor": competitor,
        "figure": figure.id,
        "figure_file": prove(session, figure.id, made["campaign"].code, now),
        "draft_criterion": draft_criterion,
        "draft_competitor": draft_competitor,
        "code_of_unit": key.upper(),
        "wall": walls.open_to_all(session, made["campaign"], f"head-{key}", now),
        "group": "Nhỏ",
        "criteria": list(
            session.scalars(
                select(CampaignCriterion.code).where(
                    CampaignCriterion.campaign_id == made["campaign"].id,
                    CampaignCriterion.kind == "collective",
                )
            )
        ),
    }


def _drafts(session: Session, key: str, place: Place, now: datetime) -> dict[str, Campaign]:
    """Two drafts with peer groups."""
    scope = frozenset({place.unit_id})
    made: dict[str, Campaign] = {}
    for name in ("campaign", "draft"):
        days = (date(2026, 1, 1), date(2026, 12, 31))
        opening = Opening(f"{name}-{key}", f"Thi đua {secret(key)}", place.unit_id, *days)
        made[name] = campaigns.open_from_template(
            session, "long_my", opening, scope, now, unit_ids=[place.unit_id]
        )
        peer_groups.set_groups(session, made[name], (PeerGroup("Nhỏ", 0), PeerGroup("Lớn", 9)))
    return made


def _manual(session: Session, campaign: Campaign) -> tuple[int, int]:
    """Find a criterion in percent that people enter, and the unit that competes."""
    criterion = session.scalars(
        select(CampaignCriterion.id).where(
            CampaignCriterion.campaign_id == campaign.id,
            CampaignCriterion.kind == "collective",
            CampaignCriterion.measure == "manual",
            CampaignCriterion.unit == "percent",
        )
    ).first()
    competitor = session.scalars(
        select(CampaignCompetitor.id).where(
            CampaignCompetitor.campaign_id == campaign.id,
            CampaignCompetitor.officer_id.is_(None),
        )
    ).one()
    assert criterion is not None
    return criterion, competitor


def _register(session: Session, place: Place) -> dict[str, int]:
    publication = ProcedurePublication(
        unit_id=place.unit_id,
        procedure_id=place.procedure_id,
        on_paper=True,
        by_qr=False,
        checked_on=TODAY,
    )
    session.add_all(
        [publication, PaperRegister(unit_id=place.unit_id, month=date(2026, 10, 1), paper_only=3)]
    )
    session.flush()
    shift = session.scalars(select(Shift.id).where(Shift.desk_id == place.desk_id)).one()
    day = session.scalars(
        select(CalendarDay.id)
        .where(CalendarDay.organisation_id == place.organisation_id)
        .order_by(CalendarDay.on.desc())
    ).first()
    assert day is not None
    return {
        "units": place.unit_id,
        "desks": place.desk_id,
        "officers": place.officer_id,
        "shifts": shift,
        "procedures": place.procedure_id,
        "publications": publication.id,
        "days": day,
    }


def _ask_for_jobs(session: Session, people: Mapping[str, int], now: datetime) -> dict[str, int]:
    """One finished job of each person; the keys of its file are left to who needs it."""
    found = {}
    for name, account_id in people.items():
        job = Job(
            kind="poster",
            arguments={},
            account_id=account_id,
            state="done",
            created_at=now,
            file_name=f"{name}.png",
        )
        session.add(job)
        session.flush()
        found[name] = job.id
    return found


def add_person(
    session: Session,
    name: str,
    roles: list[Role],
    place: Place,
    now: datetime,
    officer_id: int | None = None,
) -> None:
    """Add a person with several roles, already signed in."""
    grants: list[tuple[Role, int | None]] = [(role, place.unit_id) for role in roles]
    account, _password = accounts.add(session, name, name, grants, now, officer_id=officer_id)
    account.must_change_password = False
    token = hash_token(token_of(name))
    session.add(StaffSession(token_hash=token, account_id=account.id, created_at=now, seen_at=now))
    session.flush()
