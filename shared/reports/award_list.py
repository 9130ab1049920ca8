"""What a council voted for, as report content: the list for the level above and for the decision.

Official documents are in Vietnamese whatever the reader's language, so nothing here is translated.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from shared.reports.certificate_content import Certificate
from shared.reports.content import Cell, Column, Heading, OfficialLetter, Table
from shared.services.report_data import ReportData

COLUMNS = (
    Column("TT", "integer", 7),
    Column("Tên tập thể, cá nhân", width=24),
    Column("Đơn vị", width=16),
    Column("Danh hiệu, hình thức", width=20),
    Column("Thành tích", width=20),
    Column("Tán thành", "integer", 11),
    Column("Tổng số", "integer", 11),  # of the council's members
    Column("Tỷ lệ", "percent", 12),
)


@dataclass(frozen=True)
class Winner:
    """Who reached the share of votes, for what, and by how many of all members."""

    name: str
    unit: str  # of an individual
    title: str
    level: str
    given: bool
    reason: str
    votes_for: int
    members: int


@dataclass(frozen=True)
class Session:
    """A session of the council as its documents name it; dates are local."""

    campaign: str
    document: str
    council: str
    held_on: date
    present: int
    members: int
    decision_number: str
    decision_on: date | None
    sample: bool


def tables(winners: Sequence[Winner]) -> list[Table]:
    """Give one sheet for what is proposed to higher levels, and one for what is given here."""
    parts = (("Trình cấp trên", False), ("Đơn vị quyết định", True))
    return [_table(title, [one for one in winners if one.given is given]) for title, given in parts]


def letter(session: Session, winners: Sequence[Winner], data: ReportData) -> OfficialLetter:
    """Give the list as an administrative document; number and day stay open until registered."""
    return OfficialLetter(
        superior_agency=data.authority,
        agency=data.agency,
        number="",
        symbol="",
        place=data.place,
        on=None,
        kind="Danh sách",
        subject=f"Đề nghị khen thưởng phong trào thi đua “{session.campaign}”",
        body=tuple(_body(session, winners)),
        signatory_title=data.signatory_title,
        signatory_name=data.signatory_name,
        signing_for=data.signing_for,
        recipients=data.recipients,
        sample=session.sample,
    )


def certificates(
    session: Session, winners: Sequence[Winner], data: ReportData
) -> list[Certificate]:
    """Give a certificate for each that is given here; what is proposed is for others to give."""
    return [
        Certificate(
            title=one.title,
            giver=" ".join(filter(None, (data.signatory_title, data.agency))),
            recipient=one.name,
            of=one.unit,
            achievement=f"Đã có thành tích trong phong trào thi đua “{session.campaign}”",
            decision=session.decision_number,
            place=data.place,
            on=session.decision_on,
            signing_for=data.signing_for,
            signatory_title=data.signatory_title,
            signatory_name=data.signatory_name,
            sample=session.sample,
        )
        for one in winners
        if one.given
    ]


def _body(session: Session, winners: Sequence[Winner]) -> Iterator[str | Heading | Table]:
    if session.document:
        yield f"Thực hiện {session.document};"
    yield (
        f"{session.council} họp ngày {session.held_on:%d/%m/%Y}, có mặt {session.present} trên "
        f"{session.members} thành viên. Tỷ lệ phiếu tính trên tổng số thành viên Hội đồng, kể cả "
        "người vắng mặt và người không tham gia biểu quyết."
    )
    if session.decision_on is not None:
        yield (
            f"Căn cứ Quyết định số {session.decision_number} ngày {session.decision_on:%d/%m/%Y}:"
        )
    numeral = iter(("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"))
    levels = dict.fromkeys(one.level for one in winners if not one.given)
    for level in list(levels)[:9]:
        found = [one for one in winners if not one.given and one.level == level]
        yield Heading(f"{next(numeral)}. Đề nghị cấp trên khen thưởng: {level}")
        yield _table(f"Đề nghị: {level}", found)
    given = [one for one in winners if one.given]
    if given:
        yield Heading(f"{next(numeral)}. Đơn vị quyết định khen thưởng")
        yield _table("Đơn vị quyết định", given)
    if not winners:
        yield "Không có đề nghị nào đủ tỷ lệ phiếu."
    yield "Trên đây là danh sách đề nghị khen thưởng./."


def _table(title: str, winners: Sequence[Winner]) -> Table:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            number,
            one.name,
            one.unit,
            one.title,
            one.reason,
            one.votes_for,
            one.members,
            one.votes_for / one.members,
        )
        for number, one in enumerate(winners, start=1)
    )
    return Table(title, COLUMNS, rows)
