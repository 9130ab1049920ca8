"""Which version each rating of a batch answered, and what of its answers counts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from shared.domain.errors import Invalid
from shared.domain.questionnaire import (
    BUILT_IN,
    DEFAULT,
    Judged,
    Questionnaire,
    code_in_force,
    judge,
    unknown_questionnaire,
)
from shared.domain.rating import Submission
from shared.services.channels import KioskChannel
from shared.services.questionnaire_uses import uses_of, versions

NOTHING = Judged({}, ())


@dataclass(frozen=True)
class Answering:
    """The versions a batch may have answered; `versions` are those looked up, with their items."""

    channel: KioskChannel
    at_hand: frozenset[str]  # codes that came with the channel
    versions: Mapping[str, Questionnaire]

    def refusal(self, submission: Submission) -> Invalid | None:
        """Give why a rating cannot be kept: its version was never in use here."""
        code = submission.questionnaire
        if code == DEFAULT or code in self.at_hand or code in self.versions:
            return None
        return unknown_questionnaire(code)

    def code_of(self, session: Session, submission: Submission, unit_id: int, on: date) -> str:
        """Name the version a rating answered; `default` is the one in force there on that day."""
        if submission.questionnaire != DEFAULT:
            return submission.questionnaire
        here = unit_id == self.channel.unit_id
        return code_in_force(self.channel.uses if here else uses_of(session, unit_id), on)

    def judged(self, session: Session, code: str, submission: Submission) -> Judged:
        """Tell the answers that count from those that do not."""
        if not submission.answers:
            return NOTHING
        version = self.versions.get(code)
        if version is None:  # in force at a desk where this kiosk stood before
            version = versions(session, self.channel.organisation_id, [code]).get(code, BUILT_IN)
        return judge(version, submission.answers)


def in_force_at(session: Session, channel: KioskChannel, on: date) -> Questionnaire:
    """Give the version that a kiosk's desk asks on a local day."""
    code = code_in_force(channel.uses, on)
    if code == BUILT_IN.code:
        return BUILT_IN
    return versions(session, channel.organisation_id, [code]).get(code, BUILT_IN)


def answering(
    session: Session, channel: KioskChannel, submissions: Iterable[Submission]
) -> Answering:
    """Look up what a batch names: nothing when it brings no answers and no version from afar."""
    submissions = list(submissions)
    at_hand = frozenset({BUILT_IN.code, *(use.code for use in channel.uses)})
    wanted = {entry.questionnaire for entry in submissions} - at_hand - {DEFAULT}
    if any(entry.answers for entry in submissions):
        wanted |= at_hand
    found = versions(session, channel.organisation_id, wanted) if wanted else {}
    return Answering(channel, at_hand, found)
