"""What the records of each measure can be told apart by, and which filters that allows."""

from collections.abc import Mapping
from types import MappingProxyType

from shared.domain.complaint import Kind
from shared.domain.criterion_filter import By, CriterionFilter
from shared.domain.dossier import Channel as DossierChannel
from shared.domain.errors import N_, Invalid
from shared.domain.measure import Measure
from shared.domain.rating import Lane

MOST_VALUES = 50
LEVELS = ("2", "3", "4")  # the old degrees of online service
CASE_CHANNELS = ("desk", "dossier", "open", "counter", "hotline", "box", "open311")
_DOSSIERS = (By.PROCEDURES, By.FIELDS, By.CHANNELS, By.LEVELS)
_CASES = (By.KINDS, By.CHANNELS, By.PROCEDURES, By.FIELDS, By.DESKS)
# What the facts of a measure can be told apart by; measures not named count all they have.
ALLOWED: Mapping[Measure, tuple[By, ...]] = MappingProxyType(
    {
        Measure.SATISFACTION: (By.LANES, By.DESKS, By.PROCEDURES, By.FIELDS),
        Measure.RECEPTION: (By.LANES,),
        Measure.PREMISES: (By.LANES,),
        Measure.ONE_VISIT: (By.LANES,),
        Measure.DOSSIERS_ONE_STOP: _DOSSIERS,
        Measure.DOSSIERS_ONLINE: _DOSSIERS,
        Measure.DOSSIERS_ON_TIME: _DOSSIERS,
        Measure.DOSSIERS_ONE_GO: _DOSSIERS,
        Measure.COMPLAINTS_ANSWERED_ON_TIME: _CASES,
        Measure.ANSWERS_SATISFYING: _CASES,
        Measure.CASES_OUTSTANDING: _CASES,
        Measure.EXPLANATIONS_ON_TIME: (By.CHANNELS, By.PROCEDURES, By.FIELDS, By.DESKS),
    }
)
# The kinds of cases that have a limit to be answered by; denunciations have their closed path.
ANSWERED: tuple[str, ...] = (Kind.REPORT.value, Kind.PETITION.value)


def allowed(measure: str) -> tuple[By, ...]:
    """Give what a measure's records can be told apart by."""
    return ALLOWED.get(Measure(measure), ())


def choices(measure: str, by: By) -> tuple[str, ...]:
    """Give the values to choose from; none where codes or words of the office are written."""
    match by:
        case By.LANES:
            return tuple(lane.value for lane in Lane)
        case By.LEVELS:
            return LEVELS
        case By.KINDS:
            return ANSWERED
        case By.CHANNELS if By.LEVELS in allowed(measure):
            return tuple(channel.value for channel in DossierChannel)
        case By.CHANNELS:
            return CASE_CHANNELS
        case _:
            return ()


def check_filter(code: str, measure: str, narrowed: CriterionFilter) -> None:
    """Refuse a filter that the measure's facts do not allow; raises Invalid naming the field."""
    for by in By:
        values = narrowed.of(by)
        known = choices(measure, by)
        wrong = values and by not in allowed(measure)
        if wrong or len(values) > MOST_VALUES or (known and not set(values) <= set(known)):
            raise Invalid(
                "criterion_filter",
                N_("Tiêu chí %(code)s: cách đo này không lọc được như vậy."),
                field=by.value,
                code=code,
            )
