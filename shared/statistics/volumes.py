"""How many dossiers competitors received: the volume that peer groups go by."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from shared.domain.campaign import Window
from shared.statistics.frames import Frame, Subject
from shared.statistics.measures import Facts


def volumes(session: Session, frame: Frame, subjects: Iterable[Subject]) -> dict[int, int]:
    """Count the dossiers each subject received on its days of the period, by its key."""
    by_window: dict[tuple[Window, bool], list[Subject]] = {}
    for subject in subjects:
        by_window.setdefault((subject.window, subject.officer_id is None), []).append(subject)
    found = {}
    for (window, _), group in by_window.items():
        facts = Facts(session, frame, window, group)
        found.update({subject.key: facts.dossiers(subject).received for subject in group})
    return found
