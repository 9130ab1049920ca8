"""QR invitations: printed ones last, a dossier's brings one rating, looking changes nothing."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from shared.audit import sign_session
from shared.domain.errors import Invalid, NotFound, RuleBroken
from shared.models.channel import Invitation
from shared.models.dossier import Dossier
from shared.models.organisation import Officer, Shift
from shared.models.rating import Rating
from shared.services import invitations, rating_totals
from shared.services.invitations import PhoneRating, Standing, Target
from tests import cast
from tests.cast import FOUNDED, Place


@pytest.fixture
def places(session: Session, now: datetime) -> dict[str, Place]:
    """The two units."""
    return cast.build_places(session, now)


@pytest.fixture
def sen(places: dict[str, Place]) -> Place:
    """Phường Sen Hồng."""
    return places["sen"]


@pytest.fixture
def dossier(session: Session, sen: Place, now: datetime) -> Dossier:
    """A dossier of the officer of Sen Hồng."""
    made = Dossier(
        unit_id=sen.unit_id,
        code="H32.14-261118-0001",
        procedure_id=sen.procedure_id,
        officer_id=sen.officer_id,
        received_on=date(2026, 11, 16),
        imported_at=now,
    )
    session.add(made)
    session.flush()
    return made


def form(**fields: object) -> PhoneRating:
    plain = PhoneRating(id=uuid4(), score=4, reasons=("waiting",), comment="", language="vi")
    return replace(plain, **fields)  # type: ignore[arg-type]  # names are those of PhoneRating


def the_rating(session: Session, key: UUID) -> Rating:
    return session.get_one(Rating, key)


def test_a_printed_code_is_made_once_and_kept(session: Session, sen: Place, now: datetime) -> None:
    first = invitations.printed(session, sen.unit_id, Target.DESK, sen.desk_id, now)
    later = now + timedelta(days=400)
    assert invitations.printed(session, sen.unit_id, Target.DESK, sen.desk_id, later) == first
    assert invitations.look_up(session, first, later).standing is Standing.OPEN


@pytest.mark.parametrize("target", [Target.DESK, Target.OFFICER])
def test_a_code_is_printed_for_the_units_own_only(
    session: Session, places: dict[str, Place], now: datetime, target: Target
) -> None:
    foreign = getattr(places["lua"], f"{target}_id")
    with pytest.raises(NotFound):
        invitations.printed(session, places["sen"].unit_id, target, foreign, now)


def test_a_dossiers_code_is_never_printed_in_the_open(
    session: Session, sen: Place, dossier: Dossier, now: datetime
) -> None:
    with pytest.raises(RuleBroken):
        invitations.printed(session, sen.unit_id, Target.DOSSIER, dossier.id, now)


def test_a_dossiers_token_has_128_bits_and_only_its_hash_is_kept(
    session: Session, dossier: Dossier, now: datetime
) -> None:
    token = invitations.issue_for_dossier(session, dossier.id, now)
    row = session.scalars(select(Invitation)).one()
    assert len(token) >= 22  # 16 bytes, six bits a sign
    assert row.token is None
    assert token not in row.token_hash
    assert row.expires_at == now + timedelta(hours=72)


def test_looking_uses_nothing_up(session: Session, dossier: Dossier, now: datetime) -> None:
    token = invitations.issue_for_dossier(session, dossier.id, now)
    session.commit()
    for _ in range(3):
        invited = invitations.look_up(session, token, now)
        assert invited.standing is Standing.OPEN
    assert not session.dirty
    assert session.scalars(select(Invitation)).one().used_at is None


@pytest.mark.parametrize("token", ["", "x", "../admin", "a" * 5_000])
def test_an_unknown_token_leads_nowhere(
    session: Session, sen: Place, now: datetime, token: str
) -> None:
    with pytest.raises(NotFound):
        invitations.look_up(session, token, now)


def test_a_closed_code_leads_nowhere(session: Session, sen: Place, now: datetime) -> None:
    token = invitations.printed(session, sen.unit_id, Target.DESK, sen.desk_id, now)
    session.scalars(select(Invitation)).one().closed_at = now
    session.flush()
    with pytest.raises(NotFound):
        invitations.look_up(session, token, now)


def test_a_desks_code_names_the_officer_on_duty_and_rates_in_the_open_lane(
    session: Session, sen: Place, now: datetime
) -> None:
    token = invitations.printed(session, sen.unit_id, Target.DESK, sen.desk_id, now)
    invited = invitations.look_up(session, token, now)
    assert invited.officer is not None
    assert invited.officer.id == sen.officer_id
    rating = form()
    assert invitations.rate(session, invited, rating, now) == "stored"
    row = the_rating(session, rating.id)
    assert (row.lane, row.unit_id, row.desk_id) == ("open", sen.unit_id, sen.desk_id)
    assert (row.officer_id, row.reasons, row.marks) == (sen.officer_id, ["waiting"], [])
    assert row.rated_on == date(2026, 11, 18)


def test_the_officer_the_page_showed_keeps_the_rating_after_a_change_of_shift(
    session: Session, sen: Place, now: datetime
) -> None:
    other = Officer(unit_id=sen.unit_id, code="CB-2", name="Người khác", valid_from=FOUNDED)
    session.add(other)
    session.flush()
    shift = session.scalars(select(Shift).where(Shift.desk_id == sen.desk_id)).one()
    later = Shift(
        desk_id=sen.desk_id,
        officer_id=other.id,
        weekdays="1234567",
        starts=shift.starts,
        ends=shift.ends,
        valid_from=date(2026, 11, 18),
    )
    session.add(later)
    session.flush()
    token = invitations.printed(session, sen.unit_id, Target.DESK, sen.desk_id, now)
    invited = invitations.look_up(session, token, now)
    assert invited.officer is not None
    assert invited.officer.code == "CB-2"
    shown, foreign = form(officer="CB-sen"), form(officer="CB-lua")
    invitations.rate(session, invited, shown, now)
    invitations.rate(session, invited, foreign, now)
    assert the_rating(session, shown.id).officer_id == sen.officer_id
    assert the_rating(session, foreign.id).officer_id == other.id


def test_officer_and_procedure_codes_say_whom_and_what(
    session: Session, sen: Place, now: datetime
) -> None:
    officer = invitations.printed(session, sen.unit_id, Target.OFFICER, sen.officer_id, now)
    procedure = invitations.printed(session, sen.unit_id, Target.PROCEDURE, sen.procedure_id, now)
    first, second = form(), form()
    invitations.rate(session, invitations.look_up(session, officer, now), first, now)
    invitations.rate(session, invitations.look_up(session, procedure, now), second, now)
    assert the_rating(session, first.id).officer_id == sen.officer_id
    row = the_rating(session, second.id)
    assert (row.procedure_id, row.officer_id, row.marks) == (
        sen.procedure_id,
        None,
        ["no_officer"],
    )


def test_a_dossiers_token_brings_one_rating_bound_to_it(
    session: Session, sen: Place, dossier: Dossier, now: datetime
) -> None:
    token = invitations.issue_for_dossier(session, dossier.id, now)
    first = form()
    assert (
        invitations.rate(session, invitations.look_up(session, token, now), first, now) == "stored"
    )
    row = the_rating(session, first.id)
    assert (row.lane, row.dossier_code) == ("dossier", dossier.code)
    assert (row.officer_id, row.procedure_id) == (sen.officer_id, sen.procedure_id)
    session.commit()
    invited = invitations.look_up(session, token, now)
    assert invited.standing is Standing.USED
    with pytest.raises(RuleBroken) as refusal:
        invitations.rate(session, invited, form(), now)
    assert refusal.value.code == "token_used"
    assert session.scalar(select(func.count()).select_from(Rating)) == 1


def test_the_same_form_sent_again_is_thanked_again_and_counted_once(
    session: Session, dossier: Dossier, sen: Place, now: datetime
) -> None:
    printed = invitations.printed(session, sen.unit_id, Target.DESK, sen.desk_id, now)
    for token in (invitations.issue_for_dossier(session, dossier.id, now), printed):
        rating = form()
        results = [
            invitations.rate(
                session, invitations.look_up(session, token, now), sent, now + timedelta(seconds=n)
            )
            for n, sent in enumerate((rating, rating, replace(rating, score=1)))
        ]
        assert results == ["stored", "duplicate", "conflict"]
        assert the_rating(session, rating.id).score == 4
    session.flush()
    assert rating_totals.differences(session) == []


def test_of_two_phones_with_one_slip_only_the_first_is_counted(
    session: Session, engine: Engine, dossier: Dossier, now: datetime
) -> None:
    token = invitations.issue_for_dossier(session, dossier.id, now)
    session.commit()
    together = Barrier(4)

    def rate(_: int) -> str:
        with Session(engine) as own:
            sign_session(own, "resident", now)
            invited = invitations.look_up(own, token, now)
            together.wait()
            try:
                result = invitations.rate(own, invited, form(), now)
            except RuleBroken as refusal:
                return refusal.code
            own.commit()
            return result

    with ThreadPoolExecutor(4) as pool:
        results = sorted(pool.map(rate, range(4)))
    assert results == ["stored", "token_used", "token_used", "token_used"]
    assert session.scalar(select(func.count()).select_from(Rating)) == 1


def test_after_72_hours_a_dossiers_token_brings_no_rating(
    session: Session, dossier: Dossier, now: datetime
) -> None:
    token = invitations.issue_for_dossier(session, dossier.id, now)
    last = now + timedelta(hours=72) - timedelta(seconds=1)
    assert invitations.look_up(session, token, last).standing is Standing.OPEN
    over = last + timedelta(seconds=1)
    invited = invitations.look_up(session, token, over)
    assert invited.standing is Standing.EXPIRED
    with pytest.raises(RuleBroken) as refusal:
        invitations.rate(session, invited, form(), over)
    assert refusal.value.code == "token_expired"


def test_a_comment_over_two_thousand_signs_is_refused_and_uses_nothing_up(
    session: Session, dossier: Dossier, now: datetime
) -> None:
    token = invitations.issue_for_dossier(session, dossier.id, now)
    invited = invitations.look_up(session, token, now)
    with pytest.raises(Invalid) as refusal:
        invitations.rate(session, invited, form(comment="x" * 2_001), now)
    assert refusal.value.field == "comment"
    assert invitations.look_up(session, token, now).standing is Standing.OPEN


def test_made_up_reasons_are_left_out(session: Session, sen: Place, now: datetime) -> None:
    token = invitations.printed(session, sen.unit_id, Target.DESK, sen.desk_id, now)
    rating = form(reasons=("broker", "<script>", "waiting", "waiting"))
    invitations.rate(session, invitations.look_up(session, token, now), rating, now)
    assert the_rating(session, rating.id).reasons == ["waiting", "broker"]
