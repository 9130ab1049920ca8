"""What a clock of a case measures, and how it ended."""

from enum import StrEnum


class Track(StrEnum):
    """Whose time a clock measures: the resident's since the first receipt, or a later body's."""

    RESIDENT = "resident"
    RECEIVER = "receiver"


class Ending(StrEnum):
    """How a clock ended."""

    MET = "met"  # its step was done
    STOPPED = "stopped"  # the case ended
    NOT_NEEDED = "not_needed"  # the step fell away, as a transfer does once a case is accepted
    REPLACED = "replaced"  # the case is of another kind, or with another body
