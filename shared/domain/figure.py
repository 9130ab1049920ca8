"""A figure handed in for a campaign: its form, and who may confirm it."""

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from shared.domain.errors import N_, Invalid, RuleBroken
from shared.domain.faults import Faults
from shared.domain.scoring import Measurement, MeasurementState, TargetUnit

NUMBER = re.compile(r"[0-9]{1,8}(\.[0-9]{1,6})?")
LONGEST_EVIDENCE = 2000
LARGEST_FIGURE = 10_000_000


@dataclass(frozen=True)
class Figure:
    """A hand-entered figure: hits of cases for a share, else a number (yes is 1, no is 0)."""

    value: Decimal | None = None
    hits: int | None = None
    cases: int | None = None

    def measured(self, as_of: datetime) -> Measurement:
        """Give the confirmed figure as a measurement."""
        if self.hits is not None and self.cases is not None:
            return Measurement.of_share(self.hits, self.cases, as_of)
        return Measurement.of_number(self.value or Decimal(0), as_of)

    def unverified(self, as_of: datetime) -> Measurement:
        """Give the figure as one that still waits for the second person."""
        if self.cases == 0:
            return Measurement(MeasurementState.UNVERIFIED, as_of, hits=0, cases=0)
        found = self.measured(as_of)
        return Measurement(
            MeasurementState.UNVERIFIED, as_of, found.value, found.hits, found.cases, found.interval
        )


def check_figure(
    unit: TargetUnit, figure: Figure, evidence: str, *, with_files: bool = False
) -> None:
    """Refuse a figure of the wrong form, or one without evidence; raises Invalid with the field.

    Evidence is words, such as a document's number or an address, or files.
    """
    with Faults() as faults:
        if unit is TargetUnit.PERCENT:
            faults.read(_check_share, figure)
        else:
            faults.read(_check_number, unit, figure)
        faults.read(check_evidence, evidence, with_files=with_files)


def check_evidence(evidence: str, *, with_files: bool) -> None:
    """Refuse a figure without evidence, or with too long words of it; raises Invalid."""
    if not evidence.strip() and not with_files:
        raise Invalid("figure_evidence", N_("Hãy ghi minh chứng của số liệu."), field="evidence")
    if len(evidence) > LONGEST_EVIDENCE:
        raise Invalid(
            "figure_evidence_long",
            N_("Minh chứng dài quá %(longest)s ký tự."),
            field="evidence",
            longest=LONGEST_EVIDENCE,
        )


def check_second_person(entered_by: str, verified_by: str) -> None:
    """Refuse that the person who entered a figure also confirms it; raises RuleBroken."""
    if entered_by == verified_by:
        raise RuleBroken("same_person", N_("Người xác nhận phải khác người nhập số liệu."))


def _check_share(figure: Figure) -> None:
    if figure.hits is None or figure.cases is None:
        raise Invalid("figure_share", N_("Hãy nhập cả số đạt và tổng số."), field="hits")
    if not 0 <= figure.hits <= figure.cases <= LARGEST_FIGURE:
        raise Invalid(
            "figure_range", N_("Số đạt phải từ 0 và không lớn hơn tổng số."), field="hits"
        )


def _check_number(unit: TargetUnit, figure: Figure) -> None:
    value = figure.value
    if value is None or not value.is_finite():
        raise Invalid("figure_value", N_("Hãy nhập số liệu."), field="value")
    highest = 1 if unit is TargetUnit.YES_NO else LARGEST_FIGURE
    if not 0 <= value <= highest or not is_whole(value):
        raise Invalid("figure_range", N_("Số liệu phải là số nguyên không âm."), field="value")


def is_whole(value: Decimal) -> bool:
    """Tell whether a finite number was written as a whole one.

    “2.000” was not: its dot may have been meant for thousands.
    """
    exponent = value.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= 0


def parse_number(text: str, field_name: str) -> Decimal:
    """Read a number as people write it here, with a comma for decimals; raises Invalid."""
    written = text.strip().replace(",", ".")
    if not NUMBER.fullmatch(written):
        raise Invalid(
            "not_a_number", N_("Hãy nhập một con số, ví dụ 95 hoặc 99,5."), field=field_name
        )
    return Decimal(written)
