"""Every source, reason and comparison of a criterion has its words in a report."""

from shared.domain.measure import Source
from shared.domain.scoring import Comparison, Reason
from shared.reports import standing

SAID_OTHERWISE = {Comparison.ZERO, Comparison.YES}


def test_a_report_has_words_for_whatever_a_criterion_can_be() -> None:
    assert set(standing.SOURCES) == {str(one) for one in Source}
    assert set(standing.REASONS) == set(Reason)
    assert set(standing.COMPARISONS) == set(Comparison) - SAID_OTHERWISE
