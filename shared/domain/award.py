"""Awards by the vote of a council: shares of all members, recusal, what a nomination must reach.

Source: Law on Emulation and Commendation 2022 and Decree 98/2023/NĐ-CP, article 30(7): a share of
all members of the council, those absent vote in writing. Decree 152/2025/NĐ-CP replaced it on
2025-07-01; its own article was not to be had, so the shares shipped for it are suggestions.
"""

import math
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from shared.domain import entry
from shared.domain.entry import Cells
from shared.domain.errors import N_, Invalid, RuleBroken
from shared.domain.scoring import CompetitorKind, Row

LARGEST_DENOMINATOR = 1_000
ANY_KIND = "any"
_SHARE = re.compile(r"(\d{1,4})\s*/\s*(\d{1,4})", re.ASCII)
_PERCENT = re.compile(r"(\d{1,3})\s*%", re.ASCII)


class Origin(StrEnum):
    """Where a nomination comes from."""

    STANDING = "standing"
    HAND = "hand"


class NominationState(StrEnum):
    """What became of a nomination."""

    OPEN = "open"
    PASSED = "passed"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


class SessionState(StrEnum):
    """Where a session of the council stands."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"
    DECIDED = "decided"


class ItemState(StrEnum):
    """What became of a nomination before one session."""

    WAITING = "waiting"
    VOTING = "voting"
    HELD = "held"  # looked into, not to be put before a council yet
    VETOED = "vetoed"  # a criterion of zero tolerance is unmet
    PASSED = "passed"
    FAILED = "failed"
    DECIDED = "decided"


class Choice(StrEnum):
    """What a member votes."""

    FOR = "for"
    AGAINST = "against"
    ABSTAIN = "abstain"


class Way(StrEnum):
    """How a vote is cast."""

    IN_SESSION = "in_session"
    WRITING = "writing"


class Ground(StrEnum):
    """Why a member takes no part in a vote."""

    NOMINEE = "nominee"
    LEADS = "leads"
    SERVES = "serves"
    DECLARED = "declared"


class Measure(StrEnum):
    """What of the standing a competitor must reach to be nominated."""

    RANK = "rank"
    POINTS = "points"


@dataclass(frozen=True)
class Interests:
    """What ties a member to those nominated: keys of officers and units."""

    officer_id: int | None = None
    leads: frozenset[int] = frozenset()
    serves: frozenset[int] = frozenset()  # the unit and all above it


@dataclass(frozen=True)
class Nominee:
    """Who is nominated: a unit, or the officer of it."""

    unit_id: int
    officer_id: int | None = None


@dataclass(frozen=True)
class Tally:
    """Votes on one nomination; `needed` and `members` count all members of the council."""

    members: int
    needed: int
    votes_for: int
    against: int
    abstaining: int
    recused: int

    @property
    def silent(self) -> int:
        """How many could vote and did not."""
        return self.members - self.recused - self.votes_for - self.against - self.abstaining

    @property
    def passed(self) -> bool:
        """Say whether the votes for reach the share of all members."""
        return self.votes_for >= self.needed


@dataclass(frozen=True)
class Reach:
    """A line in the standing: the last rank that is nominated, or the fewest points (of 100)."""

    measure: Measure
    value: Decimal

    def holds(self, row: Row) -> bool:
        """Say whether a competitor reaches the line; who has no rank reaches none."""
        if row.rank is None or row.total is None:
            return False
        if self.measure is Measure.RANK:
            return row.rank <= self.value
        return row.total >= self.value


def written_share(cells: Cells, field: str) -> str:
    """Read a share as it is kept, as somebody wrote it; raises Invalid as `parse_share` does."""
    share = entry.text(cells, field, 20)
    parse_share(share, field)
    return share


def parse_share(text: str, field: str) -> Fraction:
    """Read a share of all members: 80/100, 2/3 or 80 %; Invalid unless above 0 and at most 1."""
    share = _fraction(text.strip())
    if share is None or not 0 < share <= 1:
        raise Invalid("share_wrong", N_("Tỷ lệ cần viết như 80/100, 2/3 hoặc 80%."), field=field)
    return share


def needed(share: Fraction, members: int) -> int:
    """Give how many of all members a share is at least: 2/3 of 9 are 6, of 10 are 7."""
    return math.ceil(share * members)


def tally(share: Fraction, votes: Mapping[int, Choice | None], recused: Collection[int]) -> Tally:
    """Count the votes by member; the members are the keys of `votes`.

    Who is recused is not counted as voting, and stays one of all members.
    """
    counted = [choice for member, choice in votes.items() if member not in recused]
    return Tally(
        members=len(votes),
        needed=needed(share, len(votes)),
        votes_for=counted.count(Choice.FOR),
        against=counted.count(Choice.AGAINST),
        abstaining=counted.count(Choice.ABSTAIN),
        recused=sum(member in recused for member in votes),
    )


def ground(interests: Interests, nominee: Nominee) -> Ground | None:
    """Say why a member is recused by rule: is, leads or serves in the nominated unit or person."""
    if nominee.officer_id is not None:
        return Ground.NOMINEE if interests.officer_id == nominee.officer_id else None
    if nominee.unit_id in interests.leads:
        return Ground.LEADS
    return Ground.SERVES if nominee.unit_id in interests.serves else None


def fits(title_kind: str, kind: CompetitorKind) -> bool:
    """Say whether a title can be given to collectives or individuals."""
    return title_kind in {ANY_KIND, kind.value}


def vetoes(row: Row | None) -> tuple[str, ...]:
    """Give the codes of the unmet criteria that void an award whatever the points."""
    return () if row is None else tuple(score.rule.code for score in row.vetoes)


def check_nomination(title_kind: str, kind: CompetitorKind, row: Row | None) -> None:
    """Refuse a nomination for a title of the other kind, or one that a veto criterion voids.

    Raises Invalid with the field, RuleBroken `vetoed` naming the criteria.
    """
    if not fits(title_kind, kind):
        raise Invalid(
            "title_kind", N_("Danh hiệu này không dành cho đối tượng đã chọn."), field="title"
        )
    found = vetoes(row)
    if found:
        raise RuleBroken(
            "vetoed",
            N_("Không đề nghị được: vi phạm tiêu chí loại trừ %(criteria)s."),
            criteria=", ".join(found),
        )


def check_quorum(share: Fraction, members: int, present: int) -> None:
    """Refuse a session with too few present: the quorum is a share of all members."""
    fewest = needed(share, members)
    if members == 0 or present < fewest:
        raise RuleBroken(
            "no_quorum",
            N_(
                "Chưa đủ số người dự họp: có %(present)s, cần %(fewest)s trên %(members)s. "
                "Xin đánh dấu người có mặt và lưu danh sách trước."
            ),
            present=present,
            fewest=fewest,
            members=members,
        )


def check_chaired(chairs: Iterable[bool]) -> None:
    """Refuse a council that has no chair, or several."""
    if sum(chairs) != 1:
        raise RuleBroken("no_chair", N_("Hội đồng cần đúng một Chủ tịch."))


def check_state(state: SessionState, *wanted: SessionState) -> None:
    """Refuse an act that does not fit where the session stands."""
    if state not in wanted:
        raise RuleBroken(
            "session_moved_on", N_("Phiên họp không ở bước này nữa. Xin tải lại trang.")
        )


def _fraction(text: str) -> Fraction | None:
    percent, parts = _PERCENT.fullmatch(text), _SHARE.fullmatch(text)
    if percent:
        return Fraction(int(percent[1]), 100)
    if parts is None or not 0 < int(parts[2]) <= LARGEST_DENOMINATOR:
        return None
    return Fraction(int(parts[1]), int(parts[2]))
