"""What is noted of the nightly copies: kept over a restart, and never in the way of a copy."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from shared.domain.backup import Trouble
from shared.services import backup_notes

NIGHT = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)
DAY = timedelta(days=1)

WITHOUT_ZONE = (
    b'{"succeeded_at": "2026-11-23T18:30:00", "failed_at": null,'
    b' "problem": "", "lacking": 0, "lacking_since": null}'
)

pytestmark = pytest.mark.once  # nothing there is asked of a database


def test_what_was_noted_is_read_again(tmp_path: Path) -> None:
    backup_notes.note_success(tmp_path, 2, NIGHT)
    backup_notes.note_failure(tmp_path, "no room\nat all", NIGHT + DAY)
    noted = backup_notes.noted(tmp_path)
    assert noted is not None
    assert (noted.succeeded_at, noted.failed_at) == (NIGHT, NIGHT + DAY)
    assert (noted.problem, noted.lacking, noted.lacking_since) == ("no room", 2, NIGHT)
    assert [path.name for path in tmp_path.iterdir()] == [backup_notes.FILE]


def test_where_no_copy_was_ever_tried_nothing_is_told(tmp_path: Path) -> None:
    assert backup_notes.alarm_of(tmp_path, NIGHT) is None


@pytest.mark.parametrize(
    "spoilt",
    [b"", b"{", b"[]", b"{}", b"\xff", WITHOUT_ZONE],
)
def test_a_spoilt_note_is_no_error_and_the_next_copy_mends_it(
    tmp_path: Path, spoilt: bytes
) -> None:
    (tmp_path / backup_notes.FILE).write_bytes(spoilt)
    assert backup_notes.alarm_of(tmp_path, NIGHT) is None
    backup_notes.note_failure(tmp_path, "no room", NIGHT)
    alarm = backup_notes.alarm_of(tmp_path, NIGHT)
    assert alarm is not None
    assert alarm.trouble is Trouble.FAILED


def test_a_note_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    backup_notes.note_success(tmp_path / "gone", 0, NIGHT)
    assert not (tmp_path / "gone").exists()
