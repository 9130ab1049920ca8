"""Jobs of exports that come by themselves: taking one over, and looking into the watched folder."""

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from shared.adapters.one_stop_columns import REQUIRED, label
from shared.adapters.one_stop_sheet import MAX_FILE_BYTES, Refused
from shared.domain.errors import N_, RuleBroken
from shared.jobs import uploads
from shared.jobs.dossiers import columns_for, export_of, import_sheet
from shared.jobs.work import Outcome, Task, result_path
from shared.models.job import Job
from shared.services import dossier_feeds, dossiers, jobs
from shared.services.dossier_feeds import FOLDER, Handed

QUIET_SECONDS = 30
"""A file nobody has written to for so long is finished."""

DONE, REFUSED = "done", "refused"
_UNFINISHED = (".part", ".partial", ".tmp", ".filepart", ".crdownload", ".download")


def take_over(task: Task) -> Outcome:
    """Import a file that was handed in, by the columns remembered for its shape or by guess.

    Raises Refused when a needed column is not known, RuleBroken when no row can be taken: somebody
    has to look, and the same content may be handed in again afterwards.
    """
    arguments = task.arguments
    sheet = uploads.read(task.settings, arguments["upload"], task.progress)
    mapping = columns_for(task.session, arguments["unit_id"], sheet)
    missing = [field for field in REQUIRED if field not in mapping]
    if missing:
        message = N_("Chưa chọn đúng cột cho: %(columns)s.")
        raise Refused("columns_missing", message, columns=", ".join(map(label, missing)))
    outcome = import_sheet(task, sheet, mapping, export_of(arguments, arguments["source"]))
    facts = outcome.facts
    if facts["refused"] and not facts["added"] + facts["changed"] + facts["unchanged"]:
        message = N_("Không dòng nào nhận được: %(count)s dòng lỗi.")
        raise RuleBroken("nothing_taken", message, count=facts["refused"])
    return Outcome({**facts, "next": None}, outcome.file_name)


def look_into_folder(task: Task) -> Outcome:
    """Have finished files of the watched folder taken over, and put away those that were.

    Each unit has a folder named by its code; done and refused files go to the folders of these
    names in it, with a report beside. What was done stands in the database, so that a file is
    taken once although this job may end at any moment.
    """
    top = task.settings.outside.dossier_folder
    if top is None:
        return Outcome()
    for unit in dossiers.units_that_receive(task.session):
        (top / unit.code).mkdir(exist_ok=True)
    _refuse_astray(top, task.now)
    begun = 0
    for unit in dossiers.units_by_code(task.session, [path.name for path in top.iterdir()]):
        for path in _finished(top / unit.code, task.now):
            begun += _Found(task, path, unit.id).advance()
    return Outcome({"begun": begun})


@dataclass(frozen=True)
class _Found:
    """A finished file in the folder of a unit."""

    task: Task
    path: Path
    unit_id: int

    def advance(self) -> bool:
        """Hand the file in, or put it away when its job has ended; say whether it was handed in."""
        session, digest = self.task.session, _digest(self.path)
        known = dossier_feeds.find(session, self.unit_id, digest)
        if known is None or (
            self._came_after(known.job) and dossier_feeds.may_come_again(session, known)
        ):
            return self._hand_in(session)
        if known.job.state == jobs.DONE:
            self._put_away(known.job, DONE)
        elif known.job.state == jobs.FAILED:
            self._put_away(known.job, REFUSED)
        return False

    def _came_after(self, job: Job) -> bool:
        came = datetime.fromtimestamp(self.path.stat().st_ctime, UTC)
        return job.finished_at is not None and came > job.finished_at

    def _hand_in(self, session: Session) -> bool:
        with self.path.open("rb") as content:
            kept = uploads.keep(self.task.settings, content)
        handed = Handed(kept.name, self.path.name, kept.digest, FOLDER, FOLDER)
        dossier_feeds.receive(session, self.unit_id, handed, self.task.now)
        return True

    def _put_away(self, job: Job, where: str) -> None:
        moment = job.finished_at or self.task.now
        target = _place(self.path, where, moment)
        errors = result_path(self.task.settings, job.id)
        if errors.exists():
            shutil.copyfile(errors, target.with_name(f"{target.name}.errors.csv"))
        _report(target, _lines(job))
        self.path.replace(target)


def _refuse_astray(top: Path, now: datetime) -> None:
    """Put away what lies in no unit's folder: nobody can tell whose dossiers they are."""
    for path in _finished(top, now):
        target = _place(path, REFUSED, now)
        _report(target, ["Không nhận: xin đặt tệp vào thư mục mang mã đơn vị."])
        path.replace(target)


def _finished(folder: Path, now: datetime) -> Iterator[Path]:
    """Give the files nobody writes to any more, by name; hidden ones and links are passed over."""
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        hidden = path.name.startswith((".", "~$")) or path.name.lower().endswith(_UNFINISHED)
        if hidden or path.is_symlink() or not path.is_file():
            continue
        if now.timestamp() - path.stat().st_mtime >= QUIET_SECONDS:
            yield path


def _digest(path: Path) -> str:
    """Give what `uploads.keep` would call the content: of one too large, the part it keeps."""
    digest, read = hashlib.sha256(), 0
    with path.open("rb") as content:
        while read <= MAX_FILE_BYTES and (piece := content.read(uploads.PIECE)):
            digest.update(piece)
            read += len(piece)
    return digest.hexdigest()


def _place(path: Path, where: str, moment: datetime) -> Path:
    folder = path.parent / where
    folder.mkdir(exist_ok=True)
    return folder / f"{moment:%Y%m%dT%H%M%SZ}-{path.name}"


def _lines(job: Job) -> list[str]:
    if job.state == jobs.FAILED:
        return [f"Không nhận: {job.error}"]
    told = job.outcome
    lines = [
        f"Thêm {told['added']}, đổi {told['changed']}, như cũ {told['unchanged']}.",
        f"Không nhận {told['refused']} dòng, bỏ qua {told['skipped']} dòng.",
    ]
    if told["refused"]:
        lines.append("Các dòng không nhận ở tệp .errors.csv bên cạnh, kèm lý do.")
    return lines


def _report(target: Path, lines: list[str]) -> None:
    report = target.with_name(f"{target.name}.txt")
    report.write_text("\n".join([target.name, *lines, ""]), encoding="utf-8")
