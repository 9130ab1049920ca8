"""Dossiers taken over from the one-stop software, listed, and counted on paper."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from shared.domain.dossier import Channel, DossierRecord
from shared.domain.errors import Invalid, NotFound
from shared.models.audit import AuditEvent
from shared.models.dossier import Dossier, DossierImport, PaperRegister
from shared.models.organisation import Officer, Unit
from shared.services import dossier_list, dossiers, paper_registers
from shared.services.dossier_list import Filters, Standing
from shared.services.dossier_plans import CONTENT
from shared.services.dossiers import Export, ImportCounts
from shared.services.paper_registers import Entry
from tests.cast import FOUNDED, Place, build_places

TODAY = date(2026, 11, 18)
RECEIVED = date(2026, 11, 2)
EXPORT = Export("thang-11.xlsx", "digest", "head-sen")


@pytest.fixture
def places(session: Session, now: datetime) -> dict[str, Place]:
    return build_places(session, now)


@pytest.fixture
def sen(places: dict[str, Place]) -> Place:
    return places["sen"]


def record(number: int = 1, **changes: Any) -> DossierRecord:
    plain = DossierRecord(
        code=f"H01.001.02-261102-{number:04}",
        procedure_code="1.001193",
        received_on=RECEIVED,
        due_on=RECEIVED + timedelta(days=5),
        finished_on=RECEIVED + timedelta(days=3),
        status="Đã trả kết quả",
        officer_code="CB-sen",
    )
    return replace(plain, **changes)


def take(
    session: Session, place: Place, now: datetime, *records: DossierRecord, **more: Any
) -> ImportCounts:
    return dossiers.import_records(session, place.unit_id, records, EXPORT, now, **more)


def stored(session: Session, place: Place, number: int = 1) -> Dossier:
    query = select(Dossier).where(
        Dossier.unit_id == place.unit_id, Dossier.code == record(number).code
    )
    return session.execute(query, execution_options={"populate_existing": True}).scalar_one()


def test_the_same_file_twice_changes_nothing(session: Session, sen: Place, now: datetime) -> None:
    export = [record(number) for number in range(1, 2_501)]
    assert take(session, sen, now, *export) == ImportCounts(added=2_500)
    later = now + timedelta(days=1)
    assert take(session, sen, later, *export) == ImportCounts(unchanged=2_500)
    assert session.scalar(select(func.count()).select_from(Dossier)) == 2_500
    assert stored(session, sen).imported_at == now


def test_what_differs_is_changed_and_counted(session: Session, sen: Place, now: datetime) -> None:
    take(session, sen, now, record(1, finished_on=None, status="Đang xử lý"), record(2))
    later = now + timedelta(days=1)
    counts = take(session, sen, later, record(1), record(2), record(3))
    assert counts == ImportCounts(added=1, changed=1, unchanged=1)
    changed = stored(session, sen)
    assert (changed.finished_on, changed.status) == (record().finished_on, "Đã trả kết quả")
    assert changed.imported_at == later


def test_what_an_import_changed_is_kept_with_before_and_after(
    session: Session, places: dict[str, Place], now: datetime
) -> None:
    sen = places["sen"]
    take(session, sen, now, record(finished_on=None, officer_code=None))
    take(session, sen, now + timedelta(days=1), record())
    take(session, sen, now + timedelta(days=2), record())
    key = stored(session, sen).id
    (change,) = dossiers.changes_of(session, {sen.unit_id}, key)
    assert change.at == now + timedelta(days=1)
    assert (change.file_name, change.given_by) == (EXPORT.file_name, EXPORT.given_by)
    assert change.fields == {
        "finished_on": [None, record().finished_on],
        "officer_id": [None, "Lê Thu Hà"],
    }
    assert dossiers.changes_of(session, {places["lua"].unit_id}, key) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("due_on", None),
        ("received_on", RECEIVED - timedelta(days=1)),
        ("online", True),
        ("level", 4),
        ("one_stop", False),
        ("supplements", 2),
        ("procedure_code", ""),
        ("officer_code", None),
        ("channel", Channel.POST),
        ("waited_days", 3),
        ("waiting_since", RECEIVED),
        ("apologised_on", RECEIVED),
        ("reappointed_on", RECEIVED + timedelta(days=9)),
        ("reappointments", 2),
    ],
)
def test_every_fact_of_a_dossier_can_change(
    session: Session, sen: Place, now: datetime, field: str, value: Any
) -> None:
    take(session, sen, now, record())
    assert take(session, sen, now, record(**{field: value})) == ImportCounts(changed=1)


@pytest.mark.parametrize(
    ("columns", "changes"),
    [
        (("code", "received_on"), {}),
        (("code", "received_on", "returned_on"), {"finished_on": RECEIVED + timedelta(days=1)}),
        (("code", "received_on", "procedure_name", "status"), {"procedure_code": "", "status": ""}),
    ],
)
def test_what_an_export_has_no_column_for_stays_as_it_was(
    session: Session,
    sen: Place,
    now: datetime,
    columns: tuple[str, ...],
    changes: dict[str, Any],
) -> None:
    full: dict[str, Any] = {"channel": Channel.ONLINE, "online": True, "level": 4}
    full |= {"supplements": 1, "waited_days": 2, "reappointments": 1, "one_stop": False}
    take(session, sen, now, record(**full))
    before = {name: getattr(stored(session, sen), name) for name in CONTENT}
    short = DossierRecord(record().code, "", RECEIVED, finished_on=RECEIVED + timedelta(days=1))
    counts = take(session, sen, now, short, mapping=dict.fromkeys(columns, "Cột"))
    assert counts == ImportCounts(changed=1 if changes else 0, unchanged=0 if changes else 1)
    after = {name: getattr(stored(session, sen), name) for name in CONTENT}
    if "procedure_code" in changes:
        changes |= {"procedure_id": None}
    assert after == before | changes


def test_units_keep_their_own_dossiers_of_a_code(
    session: Session, places: dict[str, Place], now: datetime
) -> None:
    take(session, places["sen"], now, record())
    assert take(session, places["lua"], now, record()) == ImportCounts(added=1)


def test_of_two_records_of_a_code_the_first_counts(
    session: Session, sen: Place, now: datetime
) -> None:
    assert take(session, sen, now, record(), record(status="khác")) == ImportCounts(added=1)
    assert stored(session, sen).status == record().status


def test_small_letters_in_a_code_make_no_other_dossier(
    session: Session, sen: Place, now: datetime
) -> None:
    take(session, sen, now, record(code="Hs-17/tp"), record(code="hs-18/tp"))
    for code in ("HS-18/TP", "hs-18/tp"):
        assert take(session, sen, now, record(code=code)) == ImportCounts(unchanged=1)
    assert take(session, sen, now, record(code="HS-18/TP", status="khác")) == ImportCounts(
        changed=1
    )
    twice = (record(code="HS-19"), record(code="hs-19"))
    assert take(session, sen, now, *twice) == ImportCounts(added=1)
    codes = select(Dossier.code).order_by(Dossier.code)
    assert set(session.scalars(codes)) == {"Hs-17/tp", "hs-18/tp", "HS-19"}


@pytest.mark.parametrize(
    "code", ["1.001193", "1.001193.000.00.00.H61", "1.001193.H19", "1.001193.01"]
)
def test_a_procedure_is_known_by_its_national_code(
    session: Session, sen: Place, now: datetime, code: str
) -> None:
    take(session, sen, now, record(procedure_code=code))
    found = stored(session, sen)
    assert (found.procedure_id, found.procedure_code) == (sen.procedure_id, code)


def test_a_procedure_without_code_is_known_by_its_name(
    session: Session, sen: Place, now: datetime
) -> None:
    named = record(procedure_code="", procedure_name="Đăng ký  khai sinh")
    unknown = record(2, procedure_code="9.999999", procedure_name="Đăng ký khai sinh")
    take(session, sen, now, named, unknown)
    assert stored(session, sen).procedure_id == sen.procedure_id
    assert stored(session, sen, 2).procedure_id is None


@pytest.mark.parametrize("words", ["CB-sen", "cb-SEN", "Lê Thu Hà", "lê  thu hà"])
def test_an_officer_is_known_by_code_or_name(
    session: Session, sen: Place, now: datetime, words: str
) -> None:
    take(session, sen, now, record(officer_code=words))
    assert stored(session, sen).officer_id == sen.officer_id


def test_a_name_that_two_officers_share_names_neither(
    session: Session, sen: Place, now: datetime
) -> None:
    session.add(Officer(unit_id=sen.unit_id, code="CB-2", name="Lê Thu Hà", valid_from=FOUNDED))
    session.flush()
    take(session, sen, now, record(officer_code="Lê Thu Hà"), record(2))
    assert stored(session, sen).officer_id is None
    assert stored(session, sen, 2).officer_id == sen.officer_id


def test_an_officer_of_another_unit_is_nobody(
    session: Session, places: dict[str, Place], now: datetime
) -> None:
    take(session, places["sen"], now, record(officer_code="CB-lua"))
    assert stored(session, places["sen"]).officer_id is None


def test_an_import_leaves_one_row_and_one_line_in_the_log(
    session: Session, sen: Place, now: datetime
) -> None:
    before = session.scalar(select(func.count()).select_from(AuditEvent))
    columns = {"code": "Mã hồ sơ", "received_on": "Ngày nhận"}
    take(session, sen, now, record(1), record(2), refused=lambda: 3, mapping=columns)
    noted = session.scalars(select(DossierImport)).one()
    assert (noted.added, noted.changed, noted.unchanged, noted.refused) == (2, 0, 0, 3)
    assert (noted.file_name, noted.file_digest, noted.imported_by) == (
        EXPORT.file_name,
        EXPORT.digest,
        EXPORT.given_by,
    )
    assert session.scalar(select(func.count()).select_from(AuditEvent)) == (before or 0) + 1
    assert noted.mapping == columns


def test_others_write_while_an_export_is_read_and_compared(
    session: Session, engine: Engine, sen: Place, now: datetime
) -> None:
    session.commit()

    def records() -> Iterator[DossierRecord]:
        yield from (record(number) for number in range(1, 1_100))
        with Session(engine) as other, other.begin():
            other.execute(update(Unit).values(level="commune"))
        yield record(1_100)

    counts = dossiers.import_records(session, sen.unit_id, records(), EXPORT, now)
    assert counts == ImportCounts(added=1_100)


def test_progress_is_told_by_the_thousand(session: Session, sen: Place, now: datetime) -> None:
    told: list[int] = []
    take(session, sen, now, *(record(number) for number in range(1, 2_002)), done=told.append)
    assert told == [1_000, 2_000, 2_001]


def test_a_file_goes_to_the_only_unit_with_desks_or_says_there_is_a_choice(
    session: Session, places: dict[str, Place], now: datetime
) -> None:
    unit, chosen = dossiers.unit_to_import(session, None, now)
    assert (unit.code, chosen) == ("LUA", True)
    unit, chosen = dossiers.unit_to_import(session, "SEN", now)
    assert (unit.code, chosen) == ("SEN", False)
    with pytest.raises(NotFound):
        dossiers.unit_to_import(session, "KHÁC", now)


def test_rows_of_other_units_are_told_from_those_of_kin(
    session: Session, places: dict[str, Place], now: datetime
) -> None:
    sen = session.get_one(Unit, places["sen"].unit_id)
    centre = Unit(
        organisation_id=sen.organisation_id,
        parent_id=sen.id,
        code="SEN-TT",
        name="Trung tâm Sen Hồng",
        level="centre",
        valid_from=FOUNDED,
    )
    session.add(centre)
    session.flush()
    other = dossiers.name_of_another_unit(session, sen.id)
    assert other("xã  Lúa vàng") == "Xã Lúa Vàng"
    assert other("LUA") == "Xã Lúa Vàng"
    for words in ("", "SEN", "Phường Sen Hồng", "Trung tâm Sen Hồng", "Nơi không ai biết"):
        assert other(words) is None


def listed(session: Session, place: Place, **filters: Any) -> list[str]:
    found = dossier_list.dossiers(session, {place.unit_id}, Filters(**filters), 1, TODAY)
    assert found.total == len(found.lines)
    return sorted(line.dossier.code[-1] for line in found.lines)


@pytest.fixture
def mixed(session: Session, sen: Place, now: datetime) -> Place:
    """1 on time, 2 late, 3 open, 4 past its day, 5 without one, 6 asked for papers twice."""
    day = timedelta(days=1)
    take(
        session,
        sen,
        now,
        record(1),
        record(2, finished_on=RECEIVED + 6 * day, online=True, procedure_code=""),
        record(3, finished_on=None, due_on=TODAY, received_on=RECEIVED + day),
        record(4, finished_on=None, due_on=TODAY - day),
        record(5, due_on=None),
        record(6, supplements=2),
    )
    return sen


@pytest.mark.parametrize(
    ("standing", "found"),
    [
        (None, "123456"),
        (Standing.JUDGED, "1246"),
        (Standing.ON_TIME, "1"),
        (Standing.LATE, "246"),
        (Standing.OPEN, "3"),
        (Standing.UNDATED, "5"),
    ],
)
def test_dossiers_are_listed_by_how_they_stand(
    session: Session, mixed: Place, standing: Standing | None, found: str
) -> None:
    assert listed(session, mixed, standing=standing) == list(found)


def test_every_line_says_how_it_stands(session: Session, mixed: Place) -> None:
    lines = dossier_list.dossiers(session, {mixed.unit_id}, Filters(), 1, TODAY).lines
    standing = {line.dossier.code[-1]: line.standing for line in lines}
    assert [standing[number] for number in "123456"] == [
        Standing.ON_TIME,
        Standing.LATE,
        Standing.OPEN,
        Standing.LATE,
        Standing.UNDATED,
        Standing.LATE,
    ]


def test_filters_narrow_the_list(session: Session, mixed: Place) -> None:
    assert listed(session, mixed, first=RECEIVED + timedelta(days=1)) == ["3"]
    assert listed(session, mixed, last=RECEIVED) == list("12456")
    assert listed(session, mixed, online=True) == ["2"]
    assert listed(session, mixed, procedure_id=mixed.procedure_id) == list("13456")
    assert listed(session, mixed, query=" h01.001.02-261102-0004 ") == ["4"]
    assert listed(session, mixed, query="%") == []


def test_pages_hold_twenty_five_and_end_at_the_last(
    session: Session, sen: Place, now: datetime
) -> None:
    take(session, sen, now, *(record(number) for number in range(1, 31)))
    pages = [
        dossier_list.dossiers(session, {sen.unit_id}, Filters(), page, TODAY) for page in (1, 2, 99)
    ]
    assert [(len(one.lines), one.page, one.pages, one.total) for one in pages] == [
        (25, 1, 2, 30),
        (5, 2, 2, 30),
        (5, 2, 2, 30),
    ]


def test_dossiers_of_other_units_are_not_found(
    session: Session, places: dict[str, Place], now: datetime
) -> None:
    take(session, places["sen"], now, record())
    key = stored(session, places["sen"]).id
    theirs = {places["lua"].unit_id}
    assert dossier_list.dossiers(session, theirs, Filters(), 1, TODAY).total == 0
    named = Filters(unit_id=places["sen"].unit_id)
    assert dossier_list.dossiers(session, theirs, named, 1, TODAY).total == 0
    with pytest.raises(NotFound):
        dossier_list.dossier(session, theirs, key, TODAY)
    line = dossier_list.dossier(session, {places["sen"].unit_id}, key, TODAY)
    assert (line.procedure, line.officer) == ("Đăng ký khai sinh", "Lê Thu Hà")


def test_a_months_paper_register_is_entered_and_corrected(
    session: Session, sen: Place, now: datetime
) -> None:
    units = {sen.unit_id}
    for entry in (
        Entry(date(2026, 10, 20), 7, entered_by="một"),
        Entry(date(2026, 10, 3), 5, "Sổ 2, trang 14", "hai"),
        Entry(date(2026, 10, 4), 5, " Sổ 2, trang 14 ", "ba"),
    ):
        paper_registers.set_paper_only(session, sen.unit_id, units, entry, now)
    ((register, unit),) = paper_registers.paper_register(session, units)
    assert (register.month, register.paper_only) == (date(2026, 10, 1), 5)
    assert (register.evidence, register.entered_by) == ("Sổ 2, trang 14", "hai")
    assert register.entered_at == now
    assert unit.name == "Phường Sen Hồng"


def test_a_paper_register_holds_counts_of_ones_own_units_only(
    session: Session, places: dict[str, Place], now: datetime
) -> None:
    sen, lua = places["sen"].unit_id, places["lua"].unit_id
    with pytest.raises(NotFound):
        paper_registers.set_paper_only(session, lua, {sen}, Entry(TODAY, 1), now)
    with pytest.raises(Invalid):
        paper_registers.set_paper_only(session, sen, {sen}, Entry(TODAY, -1), now)
    assert session.scalars(select(PaperRegister)).all() == []


def test_counts_of_many_months_come_from_a_file(
    session: Session, sen: Place, now: datetime
) -> None:
    text = "Mã đơn vị;Tháng;Số hồ sơ;Chứng cứ\nSEN;09/2026;4;Sổ 1\nsen;2026-10;0;\n\n"
    units = {sen.unit_id}
    assert paper_registers.import_counts(session, units, text, "ai", TODAY, now) == 2
    found = [
        (one.month, one.paper_only) for one, _ in paper_registers.paper_register(session, units)
    ]
    assert found == [(date(2026, 10, 1), 0), (date(2026, 9, 1), 4)]


@pytest.mark.parametrize(
    "line", ["LUA;09/2026;4;", "SEN;13/2026;4;", "SEN;12/2026;4;", "SEN;9/2026;x;"]
)
def test_a_line_that_cannot_be_taken_is_named(
    session: Session, sen: Place, now: datetime, line: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        paper_registers.import_counts(
            session, {sen.unit_id}, f"SEN;8/2026;1\n{line}\n", "ai", TODAY, now
        )
    assert (refusal.value.code, refusal.value.params["line"]) == ("line_wrong", 2)
