"""Which criteria of a published index count as weak: an organisation's rule by index and year."""

from decimal import Decimal

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from shared.domain import entry
from shared.domain.entry import Cells
from shared.domain.errors import N_, Invalid, NotFound
from shared.domain.faults import Faults
from shared.domain.improvement import SUGGESTED, WHOLE, Index, WeakBelow
from shared.models.improvement import WeaknessRule
from shared.services.organisations import check_may_change_whole
from shared.services.registers import Column, Entry, Register, Setup, read_choice, set_all

INDEXES = {
    str(Index.PAR_INDEX): N_("PAR INDEX"),
    str(Index.SIPAS): N_("SIPAS"),
    str(Index.PAPI): N_("PAPI"),
}
INDEX = Column("index", N_("Chỉ số"), "choice", example="sipas", choices=INDEXES)
COLUMNS = (
    INDEX,
    Column("from_year", N_("Từ kết quả năm"), "number", example="2025"),
    Column(
        "below",
        N_("Yếu khi đạt dưới (phần trăm điểm tối đa)"),
        "number",
        example="80",
        hint=N_("Đúng mức này thì chưa yếu."),
    ),
    Column(
        "fallen_by",
        N_("Hoặc giảm quá (điểm phần trăm so với năm trước)"),
        "number",
        example="0",
        hint=N_("Ghi 0: giảm bao nhiêu cũng là yếu."),
    ),
    Column("document", N_("Văn bản"), required=False, example="Kế hoạch 117/KH-UBND"),
)


def rule_of(session: Session, organisation_id: int, index: str, year: int) -> WeakBelow | None:
    """Find the rule for the results of a year: the newest that began; None before any did."""
    row = session.scalar(
        select(WeaknessRule)
        .where(
            WeaknessRule.organisation_id == organisation_id,
            WeaknessRule.index == index,
            WeaknessRule.from_year <= year,
        )
        .order_by(WeaknessRule.from_year.desc())
        .limit(1)
    )
    return None if row is None else WeakBelow(row.below, row.fallen_by)


def in_use(session: Session, organisation_id: int, index: str, year: int) -> WeakBelow:
    """Give the rule for the results of a year, or the suggested one."""
    return rule_of(session, organisation_id, index, year) or SUGGESTED


def entries(session: Session, setup: Setup) -> list[Entry]:
    """List the organisation's rules."""
    query = _within(setup).order_by(WeaknessRule.index, WeaknessRule.from_year)
    return [
        Entry(
            row.id,
            f"{INDEXES[row.index]} {row.from_year}",
            {
                "index": row.index,
                "from_year": str(row.from_year),
                "below": entry.number_in_words(row.below),
                "fallen_by": entry.number_in_words(row.fallen_by),
                "document": row.document,
            },
        )
        for row in session.scalars(query)
    ]


def count(session: Session, setup: Setup) -> int:
    """Count the organisation's rules."""
    return session.scalar(_within(setup).with_only_columns(func.count())) or 0


def save(session: Session, setup: Setup, cells: Cells, key: int | None) -> int:
    """Add or change a rule; give its key. Raises Invalid naming the column.

    Raises NotAllowed for whoever reaches only some units: a rule holds for all of them.
    """
    check_may_change_whole(session, setup)
    with Faults() as faults:
        values = {
            "index": faults.read(read_choice, cells, INDEX),
            "from_year": faults.read(read_year, cells, "from_year"),
            "below": faults.read(entry.number, cells, "below", WHOLE),
            "fallen_by": faults.read(entry.number, cells, "fallen_by", Decimal(99)),
            "document": faults.read(entry.text, cells, "document", 300, required=False),
        }
    known = key_of(session, setup, cells)
    if known is not None and known != key:
        raise Invalid("rule_twice", N_("Năm này đã có quy tắc."), field="from_year")
    if key is None:
        row = WeaknessRule(organisation_id=setup.organisation.id, **values)
        session.add(row)
    else:
        row = session.get_one(WeaknessRule, key)
        if row.organisation_id != setup.organisation.id:
            raise NotFound
        set_all(row, values)
    session.flush()
    return row.id


def read_year(cells: Cells, field: str) -> int:
    """Read a year from 1990 to 2100."""
    value = entry.count(cells, field)
    if value not in entry.YEARS:
        raise Invalid("not_a_year", N_("Năm cần viết như 2026."), field=field)
    return value


def key_of(session: Session, setup: Setup, cells: Cells) -> int | None:
    """Find the rule of the index and year that the cells hold."""
    year = entry.raw(cells, "from_year")
    if not year.isdecimal() or len(year) > 4:
        return None
    return session.scalar(
        select(WeaknessRule.id).where(
            WeaknessRule.organisation_id == setup.organisation.id,
            WeaknessRule.index == read_choice(cells, INDEX),
            WeaknessRule.from_year == int(year),
        )
    )


def _within(setup: Setup) -> Select[WeaknessRule]:
    return select(WeaknessRule).where(WeaknessRule.organisation_id == setup.organisation.id)


REGISTER = Register(
    key="weakness-rules",
    title=N_("Quy tắc tiêu chí yếu"),
    one=N_("quy tắc"),
    lead=N_("Tiêu chí nào của chỉ số công bố được coi là yếu và phải có kế hoạch cải thiện."),
    columns=COLUMNS,
    entries=entries,
    key_of=key_of,
    save=save,
    whole_organisation=True,
)
