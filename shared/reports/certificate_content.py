"""What a certificate says, as plain data."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Certificate:
    """A certificate of commendation; texts come ready to print, and dates are local.

    `giver` is who gives it, `of` the unit of an individual, `achievement` what it is given for.
    """

    title: str
    giver: str
    recipient: str
    of: str
    achievement: str
    decision: str
    place: str
    on: date | None
    signing_for: str
    signatory_title: str
    signatory_name: str
    sample: bool = False
