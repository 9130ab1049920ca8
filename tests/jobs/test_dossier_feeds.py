"""The watched folder: finished files only, each once, put away with a report, also after a stop."""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from shared.config import Settings
from shared.db import make_engine
from shared.jobs import loop
from shared.models.dossier import Dossier, DossierImport
from shared.models.job import Job
from shared.outside import Outside
from shared.services import jobs
from shared.setting import ConfigurationError
from tests.cast import build_places

EXPORT = "Mã hồ sơ;Ngày tiếp nhận\nHS-1;02/11/2026\nHS-2;mai\n"
Watch = Callable[[], None]


@pytest.fixture
def top(tmp_path: Path) -> Path:
    folder = tmp_path / "ho-so"
    (folder / "SEN").mkdir(parents=True)
    return folder


@pytest.fixture
def watch(session: Session, settings: Settings, top: Path, now: datetime) -> Watch:
    """Give a look into the folder a minute after the last, with all that follows of it."""
    build_places(session, now)
    session.commit()
    watching = replace(settings, outside=Outside(dossier_folder=top))
    moment = [datetime.now(UTC)]  # files carry the machine's own time

    def look() -> None:
        moment[0] += timedelta(minutes=1)
        engine = make_engine(settings.database_url)
        loop.ask_for_frequent(engine, watching, moment[0])
        engine.dispose()
        loop.run_waiting(watching, moment[0])
        session.rollback()

    return look


def put(path: Path, content: str | bytes = EXPORT, seconds_ago: float = 60) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    written = datetime.now(UTC).timestamp() - seconds_ago
    os.utime(path, (written, written))
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.name.partition("Z-")[2] for path in folder.iterdir())


def imports(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(DossierImport)) or 0


def test_a_finished_file_is_taken_once_and_put_away_with_a_report(
    watch: Watch, session: Session, top: Path
) -> None:
    put(top / "SEN" / "dem.csv")
    watch()
    watch()
    done = top / "SEN" / "done"
    assert names(done) == ["dem.csv", "dem.csv.errors.csv", "dem.csv.txt"]
    assert "Thêm 1, đổi 0" in next(done.glob("*.txt")).read_text("utf-8")
    assert "HS-2" in next(done.glob("*.errors.csv")).read_text("utf-8")
    assert session.scalars(select(Dossier.code)).all() == ["HS-1"]
    put(top / "SEN" / "dem-2.csv")  # the same content under another name
    watch()
    assert "dem-2.csv" in names(done)
    assert imports(session) == 1


def test_a_content_is_taken_anew_after_another_one(
    watch: Watch, session: Session, top: Path
) -> None:
    for number in range(3):
        session.execute(update(Job).values(finished_at=datetime.now(UTC) - timedelta(hours=1)))
        session.commit()
        content = EXPORT.replace("02/11", "03/11") if number == 1 else EXPORT
        put(top / "SEN" / f"{number}.csv", content)
        watch()
        watch()
    assert imports(session) == 3
    assert session.scalars(select(Dossier.received_on)).one() == date(2026, 11, 2)
    assert not list((top / "SEN").glob("*.csv"))


@pytest.mark.parametrize("name", ["dem.csv.part", ".dem.csv", "~$dem.xlsx", "dem.csv.filepart"])
def test_a_file_that_is_still_coming_is_left_alone(
    watch: Watch, session: Session, top: Path, name: str
) -> None:
    put(top / "SEN" / name)
    put(top / "SEN" / "moi.csv", seconds_ago=-3_600)
    (top / "SEN" / "noi.csv").symlink_to(top / "SEN" / name)
    watch()
    watch()
    assert sorted(path.name for path in (top / "SEN").iterdir()) == sorted(
        [name, "moi.csv", "noi.csv"]
    )
    assert imports(session) == 0


def test_a_wrong_file_is_refused_with_a_clear_line_and_may_come_again(
    watch: Watch, session: Session, top: Path
) -> None:
    put(top / "SEN" / "anh.xlsx", b"%PDF-1.7")
    put(top / "khong-ro.csv")
    watch()
    watch()
    refused = top / "SEN" / "refused"
    assert names(refused) == ["anh.xlsx", "anh.xlsx.txt"]
    assert "Tệp không phải là bảng .xlsx hoặc .csv." in next(refused.glob("*.txt")).read_text()
    assert names(top / "refused") == ["khong-ro.csv", "khong-ro.csv.txt"]
    session.execute(update(Job).values(finished_at=datetime.now(UTC) - timedelta(hours=1)))
    session.commit()
    put(top / "SEN" / "anh.xlsx", b"%PDF-1.7")
    watch()
    tried = select(func.count()).where(Job.kind == "dossier_feed")
    assert session.scalar(tried) == 2


def test_a_stop_between_import_and_putting_away_imports_nothing_twice(
    watch: Watch, session: Session, top: Path
) -> None:
    path = put(top / "SEN" / "dem.csv")
    watch()
    assert path.exists()  # imported, not put away yet
    session.execute(update(Job).where(Job.kind == "dossier_feed").values(state=jobs.RUNNING))
    later = datetime.now(UTC) + timedelta(hours=1)
    (job,) = jobs.left(session, later)
    jobs.put_back(session, job, later)
    session.commit()
    watch()
    watch()
    assert not path.exists()
    found = session.scalars(select(DossierImport).order_by(DossierImport.id)).all()
    assert [(one.added, one.unchanged) for one in found] == [(1, 0), (0, 1)]


def test_units_that_receive_residents_get_their_folders(watch: Watch, top: Path) -> None:
    watch()
    assert {path.name for path in top.iterdir()} == {"LUA", "SEN"}


def test_a_folder_that_is_not_there_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="DOSSIER_FOLDER"):
        Outside.from_environment({"DOSSIER_FOLDER": str(tmp_path / "khong-co")})
    assert Outside.from_environment({"DOSSIER_FOLDER": str(tmp_path)}).dossier_folder == tmp_path
