"""What a desk screen holds is read from its disk and handed over, with the screen itself broken."""

import json
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from shared.models.rating import Rating
from tests.deploy.kiosk_trial import KIT, run
from tests.faults.posting import pair_kiosks, rating

RESCUE = KIT / "tree/usr/local/lib/niemno-kiosk/rescue"
JOURNAL = "Default/File System/000/t/00/00000003"


@pytest.fixture
def clock() -> Callable[[], datetime]:
    """The real clock: the program has no other."""
    return lambda: datetime.now(UTC)


def line(event: dict[str, Any]) -> str:
    """Write an event as the screen's journal does."""
    text = json.dumps(event, ensure_ascii=False)
    return f'{{"sum":"{zlib.crc32(text.encode()):08x}","event":{text}}}\n'


def kept(sequence: int, revision: int = 1, **changed: Any) -> dict[str, Any]:
    """Give the event of a record that is closed."""
    made = {**rating(sequence), "id": f"00000000-0000-4000-8000-{sequence:012}", **changed}
    return {
        "kept": {"id": made["id"], "desk": "Q-1", "closed": 1, "revision": revision, "rating": made}
    }


def profile(folder: Path, *events: dict[str, Any]) -> Path:
    """Lay a journal where Chromium keeps it, among what is none and with a torn last line."""
    journal = folder / JOURNAL
    journal.parent.mkdir(parents=True)
    journal.write_text("".join(map(line, events)) + '{"sum":"01234567","event":{"kep')
    (journal.parent / "00000001").write_bytes(b"\x00 something else of the browser's")
    return folder


def test_what_waits_is_written_to_a_file_only_its_owner_reads(tmp_path: Path) -> None:
    first, second, third = kept(1), kept(2), kept(3)
    folder = profile(
        tmp_path / "kiosk",
        third,
        second,
        kept(2, revision=2, score=1),
        first,
        {"settled": [first["kept"]["id"]], "kiosk": "K", "at": 1},
        {"refused": [[third["kept"]["id"], "422"]]},
        {"noted": ["token", "a secret"]},
    )
    done = run(RESCUE, folder, "--to", tmp_path / "held.jsonl")
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "held.jsonl").read_text()
    records = [json.loads(each) for each in text.splitlines()]
    assert [(it["rating"]["sequence"], it["state"]) for it in records] == [
        (1, "settled"),
        (2, "waiting"),
        (3, "quarantined"),
    ]
    assert records[1]["rating"]["score"] == 1
    assert (tmp_path / "held.jsonl").stat().st_mode & 0o777 == 0o600
    assert "a secret" not in text + done.stdout


def test_a_folder_that_is_not_there_is_no_empty_screen(tmp_path: Path) -> None:
    done = run(RESCUE, tmp_path / "mistyped")
    assert done.returncode == 1
    assert done.stdout == ""
    assert "mistyped" in done.stderr


def test_what_waits_is_handed_to_the_server_once(
    tmp_path: Path, engine: Engine, live_server: str
) -> None:
    [kiosk] = pair_kiosks(engine, 1)
    folder = profile(
        tmp_path / "kiosk", {"noted": ["token", kiosk.token]}, *map(kept, range(1, 702))
    )
    for said in ("{'stored': 701}", "{'duplicate': 701}"):
        done = run(RESCUE, folder, "--send", live_server)
        assert done.stdout.splitlines() == ["{'waiting': 701}", said], done.stderr
    with Session(engine) as session:
        stored = session.scalars(select(Rating.sequence).order_by(Rating.sequence))
        assert stored.all() == list(range(1, 702))
