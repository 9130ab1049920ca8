"""Files of evidence: content in the folder of all files, whose it is in the database."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.attachment import FileKind, FileState, check_count
from shared.domain.errors import NotFound
from shared.models.campaign import Campaign, CampaignCompetitor, ManualFigure
from shared.models.figure import FigureFile
from shared.services import attachments
from shared.services.attachments import Content, Received


def add(
    session: Session,
    figure_id: int,
    step_id: int | None,
    files: Iterable[Received],
    actor: str,
    now: datetime,
    *,
    scanned_first: bool,
) -> None:
    """Let files belong to a figure, or to a step of it. The same file twice is one.

    With `scanned_first` nobody opens them before the scanner has looked. Raises RuleBroken when
    the figure has too many.
    """
    known = set(
        session.scalars(select(FigureFile.sent_digest).where(FigureFile.figure_id == figure_id))
    )
    new = {one.sent_digest: one for one in files if one.sent_digest not in known}
    check_count(len(new), len(new), len(known))
    for one in new.values():
        session.add(
            FigureFile(
                figure_id=figure_id,
                step_id=step_id,
                kind=str(one.kind),
                name=one.name,
                sent_digest=one.sent_digest,
                digest=one.digest,
                thumbnail_digest=one.thumbnail_digest,
                size=one.size,
                added_by=actor,
                added_at=now,
                state=str(FileState.QUARANTINED if scanned_first else FileState.OPEN),
            )
        )
    session.flush()


def of_figures(session: Session, keys: Collection[int]) -> Mapping[int, Sequence[FigureFile]]:
    """Give the files of figures by the figure's key, in the order they came."""
    found: dict[int, list[FigureFile]] = {key: [] for key in keys}
    query = select(FigureFile).where(FigureFile.figure_id.in_(keys)).order_by(FigureFile.id)
    for row in session.scalars(query):
        found[row.figure_id].append(row)
    return found


def content(
    session: Session, campaign: Campaign, key: int, scope: Collection[int], folder: Path
) -> Content:
    """Give a file of a figure of the campaign's competitors in `scope`.

    Raises NotFound for any other, and for one that may not be opened yet or any more.
    """
    row = session.scalar(
        select(FigureFile)
        .join(ManualFigure, ManualFigure.id == FigureFile.figure_id)
        .join(CampaignCompetitor, CampaignCompetitor.id == ManualFigure.competitor_id)
        .where(
            FigureFile.id == key,
            CampaignCompetitor.campaign_id == campaign.id,
            CampaignCompetitor.unit_id.in_(scope),
        )
    )
    path = None if row is None else attachments.path_of(folder, row.digest)
    if row is None or path is None or row.state != FileState.OPEN or not path.exists():
        raise NotFound
    return Content(path, row.name, FileKind(row.kind))
