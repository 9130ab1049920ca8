"""The catalogue of procedures of an organisation."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from shared.domain import entry
from shared.domain.entry import Cells
from shared.domain.errors import N_
from shared.domain.faults import Faults
from shared.models.organisation import Procedure
from shared.services.organisations import check_may_change_whole
from shared.services.registers import (
    VALID_FROM,
    VALID_TO,
    Choices,
    Column,
    Entry,
    Register,
    Setup,
    is_closed,
    iso,
    set_all,
    taken,
    to_change,
    unknown,
)
from shared.statistics.periods import not_over_on

COLUMNS = (
    Column("code", N_("Mã thủ tục"), "code", example="1.001193"),
    Column("name", N_("Tên thủ tục"), example="Đăng ký khai sinh"),
    Column("field", N_("Lĩnh vực"), required=False, example="Hộ tịch"),
    Column("time_limit", N_("Thời hạn giải quyết"), required=False, example="Trong ngày làm việc"),
    Column("fee", N_("Phí, lệ phí"), required=False, example="Miễn phí"),
    Column(
        "papers",
        N_("Giấy tờ cần nộp"),
        "long",
        required=False,
        example="Tờ khai theo mẫu",
        hint=N_("Mỗi loại giấy tờ một dòng."),
        listed=False,
    ),
    Column(
        "legal_basis",
        N_("Căn cứ pháp lý"),
        "long",
        required=False,
        example="Luật Hộ tịch 2014",
        hint=N_("Mỗi văn bản một dòng."),
        listed=False,
    ),
    VALID_FROM,
    VALID_TO,
)
LONGEST_NAME = 500


def entries(session: Session, setup: Setup) -> list[Entry]:
    """List the catalogue of the organisation."""
    query = within(setup).order_by(Procedure.field, Procedure.code)
    return [
        Entry(
            row.id,
            row.name,
            {
                "code": row.code,
                "name": row.name,
                "field": row.field,
                "time_limit": row.time_limit,
                "fee": row.fee,
                "papers": row.papers or "",
                "legal_basis": row.legal_basis or "",
                "valid_from": iso(row.valid_from),
                "valid_to": iso(row.valid_to),
            },
            is_closed(row.valid_to, setup),
        )
        for row in session.scalars(query)
    ]


def choices(session: Session, setup: Setup) -> Choices:
    """Give the procedures that are not over by code, for a list to choose from."""
    query = open_ones(setup).order_by(Procedure.code)
    return {row.code: row.name for row in session.scalars(query)}


def save(session: Session, setup: Setup, cells: Cells, key: int | None) -> int:
    """Add or change a procedure of the catalogue; give its key.

    Raises Invalid naming the column, NotFound for one of another organisation, NotAllowed for
    whoever reaches only some units of the organisation.
    """
    check_may_change_whole(session, setup)
    procedure = to_change(session, within(setup), Procedure, key)
    with Faults() as faults:
        values: dict[str, object] = {
            "code": faults.read(_code, session, setup, cells, procedure),
            "name": faults.read(entry.text, cells, "name", LONGEST_NAME),
            "field": faults.read(entry.text, cells, "field", 100, required=False),
            "time_limit": faults.read(entry.text, cells, "time_limit", required=False),
            "fee": faults.read(entry.text, cells, "fee", required=False),
            "papers": faults.read(entry.words, cells, "papers", required=False) or None,
            "legal_basis": faults.read(entry.words, cells, "legal_basis", required=False) or None,
        }
        period = faults.read(entry.period, cells)
    values["valid_from"], values["valid_to"] = period
    if procedure is None:
        procedure = Procedure(organisation_id=setup.organisation.id, **values)
        session.add(procedure)
    else:
        set_all(procedure, values)
    session.flush()
    return procedure.id


def within(setup: Setup) -> Select[Procedure]:
    """Give the query of the organisation's catalogue, past procedures too."""
    return select(Procedure).where(Procedure.organisation_id == setup.organisation.id)


def open_ones(setup: Setup) -> Select[Procedure]:
    """Give the query of the procedures that are not over today."""
    return within(setup).where(not_over_on(Procedure, setup.today))


def by_code(session: Session, setup: Setup, cells: Cells, field: str) -> int:
    """Read the code of a procedure of the catalogue as its key; raises Invalid naming the field."""
    code = entry.text(cells, field)
    key = key_of(session, setup, {"code": code})
    if key is None:
        raise unknown(field, code)
    return key


def key_of(session: Session, setup: Setup, cells: Cells) -> int | None:
    """Find the key of the procedure whose code the cells hold, None when there is none."""
    code = entry.raw(cells, "code")
    return session.scalar(
        within(setup).with_only_columns(Procedure.id).where(Procedure.code == code)
    )


def _code(session: Session, setup: Setup, cells: Cells, procedure: Procedure | None) -> str:
    code = entry.code(cells, "code")
    is_new = procedure is None or code != procedure.code
    if is_new and key_of(session, setup, cells) is not None:
        raise taken()
    return code


REGISTER = Register(
    key="procedures",
    title=N_("Thủ tục hành chính"),
    one=N_("thủ tục"),
    lead=N_("Danh mục thủ tục của cơ quan, dùng cho đánh giá, hồ sơ và mã QR."),
    columns=COLUMNS,
    entries=entries,
    key_of=key_of,
    save=save,
    whole_organisation=True,
    fixed=frozenset({"code"}),
)
