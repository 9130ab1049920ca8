"""The screen is killed, its disk spoilt: nothing is lost or counted twice."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from shared.audit import sign_session
from shared.models.rating import Rating
from tests.browser.desk_page import DeskPage
from tests.browser.waiting import until
from tests.deploy.kiosk_trial import KIT, run
from tests.faults.conftest import FULL, Account, Back, Read
from tests.faults.devices import (
    Device,
    installed,
    keeps,
    kept,
    rates,
    shows,
    time_passes,
    touch,
    touches,
)
from tests.faults.network import Network, down, good, reports
from tests.faults.posting import Kiosk
from tests.infrastructure.office import ask_items

KILLS = 100 if FULL else 1
ITEM_KILLS = 20 if FULL else 1
SPOILT = 10 if FULL else 1
RESCUE = KIT / "tree/usr/local/lib/niemno-kiosk/rescue"

ANSWERED = """async () => {
  const opening = indexedDB.open('niemno-desk');
  await new Promise((done) => { opening.onsuccess = done; });
  const asked = opening.result.transaction('ratings').objectStore('ratings').getAll();
  await new Promise((done) => { asked.onsuccess = done; });
  opening.result.close();
  const inOrder = asked.result.sort((one, other) => one.rating.sequence - other.rating.sequence);
  return inOrder.at(-1)?.rating.answers;
}"""


def test_killed_after_thanks_or_among_the_items_or_its_disk_spoilt_every_touch_arrives_once(
    tmp_path: Path,
    engine: Engine,
    screen: Device,
    network: Network,
    kiosk: Kiosk,
    stored: Read,
    comes_back: Back,
    account: Account,
) -> None:
    with Session(engine) as session:
        sign_session(session, "system", datetime.now(UTC))
        ask_items(session, datetime.now(UTC))
        session.commit()
    desk = begins(screen, kiosk.token)
    shows(desk, "ask")
    installed(desk)
    network.fault = down
    after_thanks = [number % 5 + 1 for number in range(KILLS)]
    for score in after_thanks:
        touches(desk, score)
        screen.kill()
        assert on_disk(tmp_path, screen)[-1] == score
        desk = begins(screen)
    among_items = [number % 5 + 1 for number in range(ITEM_KILLS)]
    for score in among_items:
        answers(desk, score)
        screen.kill()
        desk = begins(screen)
    assert stored() == []
    network.fault = good
    keeps(desk, 0)
    scores = after_thanks + among_items
    account("browser killed after Thanks or among the items, no network", len(scores), scores)
    with Session(engine) as session:
        found = session.scalars(select(Rating.answers).order_by(Rating.sequence)).all()
    nothing: list[dict[str, int]] = [{}] * KILLS
    assert found == nothing + [{"welcome": score, "clean": 2} for score in among_items]

    # What the server has by now it is not given again by the journals.
    network.sent.clear()
    network.fault = down
    desk, spoilt = is_spoilt(desk, screen)
    comes_back()
    time_passes(desk, lambda: kept(desk) == 0)
    account("browser killed, IndexedDB overwritten with garbage", SPOILT, scores + spoilt)
    assert reports(network)[-1]["storage"] == "rebuilt"


def begins(screen: Device, token: str | None = None) -> DeskPage:
    """Start the browser as at power-on, and open the screen; its time can be wound forward."""
    desk = screen.start()
    desk.page.clock.install()
    desk.open(token)
    return desk


def is_spoilt(desk: DeskPage, screen: Device) -> tuple[DeskPage, list[int]]:
    """Touch in two tabs, kill and spoil the database; it is rebuilt from the journals of both."""
    scores: list[int] = []
    for _ in range(SPOILT):
        other = screen.another_tab()
        other.page.clock.install()
        other.open()
        rates(desk, 1, 2)
        rates(other, 3)
        rates(desk, 4)
        screen.kill()
        spoil(screen)
        desk = begins(screen)
        rates(desk, 5)
        scores += [1, 2, 3, 4, 5]
        keeps(desk, len(scores))
    return desk, scores


def answers(desk: DeskPage, score: int) -> None:
    """Touch a face and an item on two pages; wait until all of it is on the disk."""
    touch(desk, "ask", f'[data-score="{score}"]')
    touch(desk, "why", "#send")
    touch(desk, "items", f'[data-answer="welcome={score}"]')
    touch(desk, "items", "#items-next")
    touch(desk, "items", '[data-answer="clean=2"]')
    until(lambda: desk.page.evaluate(ANSWERED) == {"welcome": score, "clean": 2})


def on_disk(folder: Path, screen: Device) -> list[int]:
    """Give the scores that the program for broken screens finds on a screen's disk."""
    done = run(RESCUE, screen.profile, "--to", folder / "held.jsonl")
    assert done.returncode == 0, done.stderr
    records = [json.loads(line) for line in (folder / "held.jsonl").read_text().splitlines()]
    assert {record["state"] for record in records} <= {"waiting"}
    return [record["rating"]["score"] for record in records]


def spoil(screen: Device) -> None:
    """Write garbage over the files of IndexedDB; Chromium then drops the database in silence."""
    logs = screen.database_logs()
    assert logs
    for log in logs:
        with log.open("r+b") as file:
            file.write(os.urandom(2048))
