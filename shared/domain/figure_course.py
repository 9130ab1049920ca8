"""The four steps of a figure: entered, verified, explained, decided; by whom and until when."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from shared.domain.errors import N_, Invalid, RuleBroken
from shared.domain.figure import Figure

USUAL_EXPLAIN_DAYS = 5  # calendar days; no text gives a number, so it is the organiser's
MOST_EXPLAIN_DAYS = 60
LONGEST_WORDS = 2_000


class StepKind(StrEnum):
    """What can be done to a figure; each is kept with who and when."""

    ENTRY = "entry"
    VERIFICATION = "verification"
    EXPLANATION = "explanation"  # giải trình
    REPLY = "reply"  # of the verifier, perhaps with another figure
    DECISION = "decision"  # of the council


class Side(StrEnum):
    """For whom a person acts; nobody acts for two."""

    UNIT = "unit"
    VERIFIER = "verifier"
    COUNCIL = "council"


SIDES = {
    StepKind.ENTRY: Side.UNIT,
    StepKind.EXPLANATION: Side.UNIT,
    StepKind.VERIFICATION: Side.VERIFIER,
    StepKind.REPLY: Side.VERIFIER,
    StepKind.DECISION: Side.COUNCIL,
}


class FigureState(StrEnum):
    """Whose turn it is."""

    OWED = "owed"  # the unit's: nothing handed in
    ENTERED = "entered"  # the verifier's
    AGREED = "agreed"  # nobody's: what was found is what was entered
    TO_EXPLAIN = "to_explain"  # the unit's: what was found differs
    EXPLAINED = "explained"  # the verifier's or the council's
    TO_DECIDE = "to_decide"  # the council's: the days to explain are over
    DECIDED = "decided"


@dataclass(frozen=True)
class Step:
    """One step with its local day; an explanation, and a reply that keeps it, have no figure."""

    kind: StepKind
    by: str
    on: date
    figure: Figure | None = None


@dataclass(frozen=True)
class Terms:
    """The days a figure is held to: calendar days to explain, and last local days if any."""

    explain_days: int = USUAL_EXPLAIN_DAYS
    explain_until: date | None = None
    decide_until: date | None = None


@dataclass(frozen=True)
class Course:
    """Everything that was done to one entered figure, in order; the entry is the first step."""

    steps: tuple[Step, ...]
    terms: Terms = Terms()

    @property
    def entered(self) -> Figure:
        """Give the figure as the unit handed it in."""
        return self.steps[0].figure or Figure()

    @property
    def found(self) -> Figure | None:
        """Give what the verifying side found last; None before that."""
        return self._last(StepKind.VERIFICATION, StepKind.REPLY)

    @property
    def decided(self) -> Figure | None:
        """Give what the council decided."""
        return self._last(StepKind.DECISION)

    @property
    def counts(self) -> Figure | None:
        """Give the figure that is scored: decided, else verified; a mere entry is none."""
        return self.decided or self.found

    @property
    def differs(self) -> bool:
        """Tell whether the verifying side found something else than was handed in."""
        return self.found is not None and self.found != self.entered

    @property
    def explain_due(self) -> date | None:
        """Give the last local day to explain: so many days after the verifier last spoke."""
        spoken = [step.on for step in self.steps if SIDES[step.kind] is Side.VERIFIER]
        if not spoken:
            return None
        usual, last = spoken[-1] + timedelta(self.terms.explain_days), self.terms.explain_until
        return usual if last is None else min(usual, last)

    def state(self, today: date) -> FigureState:
        """Tell whose turn it is on a local day."""
        if self.decided is not None:
            return FigureState.DECIDED
        if self.found is None:
            return FigureState.ENTERED
        if not self.differs:
            return FigureState.AGREED
        if self.steps[-1].kind is StepKind.EXPLANATION:
            return FigureState.EXPLAINED
        return FigureState.TO_EXPLAIN if self._may_explain(today) else FigureState.TO_DECIDE

    def check(self, kind: StepKind, by: str, today: date) -> None:
        """Refuse a step that is not due, comes too late, or by who acted for another side.

        Raises RuleBroken `same_person`, `figure_settled`, `not_verified`, `nothing_differs`,
        `explanation_late`, `nothing_explained`, `explanation_open` or `decision_late`.
        """
        self.check_side(kind, by)
        if self.decided is not None or (kind is StepKind.VERIFICATION and self.found is not None):
            raise RuleBroken(
                "figure_settled", N_("Số liệu này đã được xác nhận hoặc đã có số liệu mới hơn.")
            )
        if kind is not StepKind.VERIFICATION and self.found is None:
            raise RuleBroken("not_verified", N_("Số liệu này chưa được xác nhận."))
        if kind is StepKind.EXPLANATION:
            self._check_explanation(today)
        elif kind is StepKind.REPLY and self.steps[-1].kind is not StepKind.EXPLANATION:
            raise RuleBroken("nothing_explained", N_("Chưa có giải trình nào để trả lời."))
        elif kind is StepKind.DECISION:
            self._check_decision(today)

    def check_side(self, kind: StepKind, by: str) -> None:
        """Refuse a step by who took one for another side; raises RuleBroken `same_person`."""
        for step in self.steps:
            if step.by == by and SIDES[step.kind] is not SIDES[kind]:
                raise RuleBroken(
                    "same_person",
                    N_("Người nhập, người xác nhận và người quyết định phải là những người khác."),
                )

    def _check_explanation(self, today: date) -> None:
        if not self.differs:
            raise RuleBroken("nothing_differs", N_("Số xác nhận giống số đã nộp."))
        if not self._may_explain(today):
            raise RuleBroken("explanation_late", N_("Đã hết hạn giải trình."))

    def _check_decision(self, today: date) -> None:
        heard = any(step.kind is StepKind.EXPLANATION for step in self.steps)
        if self.differs and not heard and self._may_explain(today):
            raise RuleBroken("explanation_open", N_("Đơn vị còn hạn giải trình, chưa giải trình."))
        if self.terms.decide_until is not None and today > self.terms.decide_until:
            raise RuleBroken("decision_late", N_("Đã hết hạn quyết định của hội đồng."))

    def _may_explain(self, today: date) -> bool:
        due = self.explain_due
        return due is not None and today <= due

    def _last(self, *kinds: StepKind) -> Figure | None:
        figures = [step.figure for step in self.steps if step.kind in kinds]
        return next((figure for figure in reversed(figures) if figure is not None), None)


def check_words(words: str, field: str) -> str:
    """Give an explanation, reply or reason without blanks around it; Invalid when it is not one."""
    found = words.strip()
    if not found:
        raise Invalid("words_missing", N_("Xin ghi nội dung."), field=field)
    if len(found) > LONGEST_WORDS:
        message = N_("Nội dung dài quá %(longest)s ký tự.")
        raise Invalid("too_long", message, field=field, longest=LONGEST_WORDS)
    return found


def check_explain_days(days: int) -> None:
    """Refuse a number of calendar days to explain that nobody could keep; raises Invalid."""
    if not 1 <= days <= MOST_EXPLAIN_DAYS:
        raise Invalid(
            "explain_days",
            N_("Số ngày giải trình phải từ 1 đến %(most)s."),
            field="explain_days",
            most=MOST_EXPLAIN_DAYS,
        )
