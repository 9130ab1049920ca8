"""A form sent twice in one instant lets a system in once, whatever kind it is."""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from shared.domain.access import Actor
from shared.domain.errors import Invalid
from shared.models.api_key import ApiKey
from shared.models.open311 import Open311Sender
from shared.models.webhook import Webhook
from shared.services import api_keys, open311, webhooks
from shared.services.api_keys import Purpose
from tests.case_world import SECRET, build, person
from tests.infrastructure.side_by_side import second_at_once

Let = Callable[[Session, int, Actor, datetime], object]
URL = "https://tin.example.vn/nhan"


def tell(session: Session, unit_id: int, actor: Actor, now: datetime) -> object:
    return webhooks.register(session, unit_id, URL, ["case.received"], (), SECRET, actor, now)


def let_send(session: Session, unit_id: int, actor: Actor, now: datetime) -> object:
    return open311.grant(session, unit_id, "Hệ thống A", 10, actor, now)


def let_hand_in(session: Session, unit_id: int, actor: Actor, now: datetime) -> object:
    return api_keys.grant(session, Purpose.DOSSIERS, unit_id, "Hệ thống A", actor, now)


@pytest.mark.parametrize(
    ("let", "table"),
    [(tell, Webhook), (let_send, Open311Sender), (let_hand_in, ApiKey)],
)
def test_of_two_at_once_one_is_let_in_and_the_other_told(
    session: Session,
    engine: Engine,
    now: datetime,
    let: Let,
    table: type[Webhook | Open311Sender | ApiKey],
) -> None:
    unit_id = build(session, now)["sen"].unit_id
    admin = person(session, "admin-sen")
    session.commit()
    let(session, unit_id, admin, now)
    with pytest.raises(Invalid):
        second_at_once(engine, session, lambda second: let(second, unit_id, admin, now))
    assert session.scalar(select(func.count()).select_from(table)) == 1
