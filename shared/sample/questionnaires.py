"""The sample's questionnaire: both mottos and the visits, answered by some of those who rate."""

from collections.abc import Mapping, Sequence
from datetime import time
from random import Random
from uuid import UUID

from sqlalchemy.orm import Session

from shared.domain.questionnaire import PREMISES, RECEPTION, VISITS, Kind, items_to_data
from shared.models.organisation import Organisation
from shared.models.questionnaire import Questionnaire, QuestionnaireUse
from shared.sample.office import Office
from shared.sample.rhythm import Span

ITEMS = (*RECEPTION, *PREMISES, *VISITS)
SERIES = "mau-cchc"
ANSWERING = 0.35  # fraction of those at the desks who go on after the boxes
SKIPPED = 0.15  # fraction of items that one who answers leaves out
NEARBY = (-1, 0, 0, 0, 1)  # how far an item's face lies from the face of the whole
VISITS_OF = {True: (0.82, 0.13, 0.04, 0.01), False: (0.5, 0.28, 0.14, 0.08)}  # content or not


def add_questionnaire(
    session: Session, organisation: Organisation, offices: Sequence[Office], span: Span
) -> None:
    """Let the communes of the campaign ask it from the sample's first day on."""
    opened = span.at(span.first, time(7))
    version = Questionnaire(
        organisation_id=organisation.id,
        series=SERIES,
        version=1,
        code=f"{SERIES}-1",
        name="Phương châm đón tiếp và nơi đón tiếp (mẫu)",
        items=items_to_data(ITEMS),
        created_at=opened,
        used_at=opened,
    )
    session.add(version)
    session.flush()
    session.add(
        QuestionnaireUse(
            organisation_id=organisation.id,
            questionnaire_id=version.id,
            unit_id=offices[0].unit.parent_id,  # and so the communes below it
            valid_from=span.first,
            created_at=opened,
        )
    )
    session.flush()


def answers(rating: UUID, score: int) -> Mapping[str, int]:
    """Give what one resident answers, the same for the same rating; mostly nothing."""
    rng = Random(rating.int)  # noqa: S311  believable figures, not secrets
    if rng.random() > ANSWERING:
        return {}
    found = {}
    for item in ITEMS:
        if rng.random() < SKIPPED:
            continue
        if item.kind is Kind.COUNT:
            found[item.code] = rng.choices((1, 2, 3, 4), VISITS_OF[score >= 4])[0]
        else:
            found[item.code] = min(max(score + rng.choice(NEARBY), 1), 5)
    return found
