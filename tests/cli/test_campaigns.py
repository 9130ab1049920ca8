"""`niemno campaign`: the standing that holds, and frozen ones held against what is known now."""

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy.orm import Session

from shared.cli.command import main
from shared.domain.milestone import MilestoneKind
from shared.services import campaigns, freezes
from shared.services.campaigns import Opening
from tests.campaign_world import JANUARY_FIRST, NOW, YEAR_END, World, build

CODE, REVIEWED = "thi-dua", date(2026, 6, 30)


@pytest.fixture
def world(session: Session) -> World:
    """A running campaign whose half year was frozen."""
    made = build(session)
    made.rate("an-centre", {5: 18, 1: 2}, on=date(2026, 6, 15))
    opening = Opening(CODE, "Thi đua 2026", made.unit("province"), JANUARY_FIRST, YEAR_END)
    campaign = campaigns.open_from_template(session, "long_my", opening, made.scope, NOW)
    campaigns.confirm_weights(campaign, "hoa", NOW)
    campaigns.start(session, campaign, NOW)
    freezes.freeze(session, campaign, MilestoneKind.PRELIMINARY, REVIEWED, "hoa", NOW)
    session.commit()
    return made


@pytest.fixture
def shell(tmp_path: Path, database_url: str) -> dict[str, str]:
    """Where the command finds this test's data."""
    return {"NIEMNO_DATA": str(tmp_path), "DATABASE_URL": database_url}


def verify(shell: dict[str, str], *options: str) -> Result:
    return CliRunner().invoke(main, ("campaign", "verify", CODE, *options), env=shell)


@pytest.mark.usefixtures("world")
def test_what_was_frozen_is_the_same_when_computed_anew(shell: dict[str, str]) -> None:
    done = verify(shell)
    assert (done.exit_code, done.stdout) == (0, "2026-06-30  preliminary  1  giống hệt\n")


def test_what_differs_now_is_named_and_exits_with_one(world: World, shell: dict[str, str]) -> None:
    world.rate("an-centre", {1: 5}, on=date(2026, 6, 20))
    world.session.commit()
    done = verify(shell)
    assert done.exit_code == 1
    head, *places = done.stdout.splitlines()
    assert head.endswith("tính lại thấy khác")
    assert any(
        "Xã An · 2.8 " in place and ": Số trường hợp: 20 → 25  [" in place for place in places
    )


def test_a_closed_campaign_keeps_its_score(world: World, shell: dict[str, str]) -> None:
    campaign = campaigns.by_code(world.session, CODE)
    freezes.close(world.session, campaign, "hoa", NOW)
    world.session.commit()
    score = ("campaign", "score", CODE, "--json")
    before = CliRunner().invoke(main, score, env=shell).stdout
    world.rate("an-centre", {1: 50}, on=date(2026, 6, 20))
    world.session.commit()
    assert CliRunner().invoke(main, score, env=shell).stdout == before
