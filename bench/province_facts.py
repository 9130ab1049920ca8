"""The statements that write a province's facts and totals, alike on both databases in every run."""

# Everything follows from a running number by remainders of primes.

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from shared.domain.questionnaire import OF_THE_CAMPAIGNS


@dataclass(frozen=True)
class Office:
    """The keys of what was set up, each in an unbroken row, and the questionnaire asked."""

    province: int
    units: range
    desks: range
    officers: range
    procedures: range
    asked: str

    @property
    def unit(self) -> str:
        """The unit of a running number, in SQL."""
        return f"{self.units.start} + n % {len(self.units)}"

    @property
    def desk(self) -> str:
        """The desk of a running number, in SQL."""
        return f"{self.desks.start} + n % {len(self.desks)}"

    @property
    def officer(self) -> str:
        """The officer of a running number, in SQL."""
        return f"{self.officers.start} + n % {len(self.officers)}"

    @property
    def procedure(self) -> str:
        """The procedure of a running number, in SQL."""
        return f"{self.procedures.start} + g % {len(self.procedures)}"


@dataclass(frozen=True)
class Amounts:
    """How many facts of each kind there are."""

    ratings: int
    dossiers: int
    cases: int


@dataclass(frozen=True)
class Period:
    """The days the facts fall on."""

    first: date
    length: int

    @property
    def day(self) -> str:
        """The day of a running number, counted from the first, in SQL."""
        return f"h % {self.length}"


class _Dialect:
    """How one database writes days, keys and empty values."""

    def __init__(self, name: str, first: date) -> None:
        self.sqlite = name == "sqlite"
        self.first = first
        self.uuid = "lower(hex(randomblob(16)))" if self.sqlite else "gen_random_uuid()"
        self.empty, self.none = ("'{}'", "'[]'") if self.sqlite else ("'{}'::json", "'[]'::json")
        self.true, self.false = ("1", "0") if self.sqlite else ("true", "false")
        self.month = (
            "date(\"on\", 'start of month')" if self.sqlite else "date_trunc('month', \"on\")::date"
        )

    def on(self, days: str) -> str:
        """Write the day so many days after the first."""
        if self.sqlite:
            return f"date('{self.first}', ({days}) || ' days')"
        return f"DATE '{self.first}' + ({days})"

    def at(self, days: str) -> str:
        """Write a moment of the day so many days after the first."""
        if self.sqlite:
            return f"{self.on(days)} || ' 02:00:00.000000'"
        return f"({self.on(days)})::timestamp"


def statements(name: str, office: Office, period: Period, amounts: Amounts) -> Iterator[str]:
    """Give the statements in their order, for a database of this dialect's name."""
    sql = _Dialect(name, period.first)
    yield _ratings(sql, office, period, amounts.ratings)
    yield _rating_days()
    yield from _rating_day_answers(office)
    yield _rating_month_answers(sql)
    yield _dossiers(sql, office, period, amounts.dossiers)
    yield _complaints(sql, office, period, amounts.cases)
    yield _complaint_officers(office)
    yield _complaint_outcomes()
    yield _complaint_events(sql)


def _numbers(count: int) -> str:
    return (
        "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers"
        f" WHERE n < {count}), mixed(n, h, g) AS (SELECT n,"
        " CAST((CAST(n AS bigint) * 48271) % 1000003 AS integer),"
        " CAST((CAST(n AS bigint) * 69621) % 999983 AS integer) FROM numbers)"
    )


def _columns(stem: str, numbers: range) -> str:
    return ", ".join(f"{stem}_{number}" for number in numbers)


def _ratings(sql: _Dialect, office: Office, period: Period, count: int) -> str:
    on, at = sql.on(period.day), sql.at(period.day)
    return f"""INSERT INTO rating (id, digest, lane, unit_id, desk_id, officer_id, procedure_id,
        score, questionnaire, answers, reasons, language, duration_ms, device_rated_at, rated_at,
        rated_on, received_at, marks)
        {_numbers(count)}
        SELECT {sql.uuid}, 'd', CASE WHEN g % 11 = 0 THEN 'dossier' ELSE 'desk' END, {office.unit},
        {office.desk}, {office.officer}, {office.procedure},
        CASE WHEN g % 13 = 0 THEN 2 WHEN g % 7 = 0 THEN 3 ELSE 4 + g % 2 END,
        '{office.asked}', {sql.empty}, {sql.none}, 'vi', 3000, 'x', {at}, {on}, {at}, {sql.none}
        FROM mixed"""


def _rating_days() -> str:
    sums = ", ".join(f"sum(CASE WHEN score = {score} THEN 1 ELSE 0 END)" for score in range(1, 6))
    return f"""INSERT INTO rating_day
        (unit_id, "on", lane, desk_id, officer_id, {_columns("score", range(1, 6))})
        SELECT unit_id, rated_on, lane, desk_id, officer_id, {sums} FROM rating
        GROUP BY unit_id, rated_on, lane, desk_id, officer_id"""


def _rating_day_answers(office: Office) -> Iterator[str]:
    for item in OF_THE_CAMPAIGNS:
        yield f"""INSERT INTO rating_day_answer
            (unit_id, "on", lane, desk_id, officer_id, questionnaire, item,
            {_columns("value", range(6))})
            SELECT unit_id, "on", lane, desk_id, officer_id, '{office.asked}', '{item.code}', 0,
            {_columns("score", range(1, 6))} FROM rating_day"""


def _rating_month_answers(sql: _Dialect) -> str:
    sums = ", ".join(f"sum(value_{value})" for value in range(6))
    return f"""INSERT INTO rating_month_answer
        (unit_id, month, lane, officer_id, questionnaire, item, {_columns("value", range(6))})
        SELECT unit_id, {sql.month}, lane, officer_id, questionnaire, item, {sums}
        FROM rating_day_answer
        GROUP BY 1, 2, 3, 4, 5, 6"""


def _dossiers(sql: _Dialect, office: Office, period: Period, count: int) -> str:
    day, finished = period.day, f"{period.day} + g % 14"
    return f"""INSERT INTO dossier (unit_id, code, procedure_id, procedure_code, officer_id,
        received_on, due_on, finished_on, status, online, level, one_stop, supplements,
        imported_at, waited_days, reappointments)
        {_numbers(count)}
        SELECT {office.unit}, 'H01-' || n, {office.procedure}, '1', {office.officer}, {sql.on(day)},
        {sql.on(f"{day} + 3 + g % 12")},
        CASE WHEN {finished} <= {period.length} AND g % 500 > 0 THEN {sql.on(finished)} END,
        '', g % 3 = 0, 2 + g % 3, {sql.true}, CASE WHEN g % 23 = 0 THEN 1 ELSE 0 END, {sql.at(day)},
        CASE WHEN g % 37 = 0 THEN 2 ELSE 0 END, 0
        FROM mixed"""


def _complaints(sql: _Dialect, office: Office, period: Period, count: int) -> str:
    day, worked = period.day, f"{period.day} + g % 16"
    answered = f"CASE WHEN {worked} <= {period.length} AND g % 50 > 0 THEN {sql.on(worked)} END"
    return f"""INSERT INTO complaint (number, code_hash, form_id, unit_id, kind, tier, state,
        channel, body, search_text, language, received_at, received_on, due_on, answered_on,
        answer_satisfied, version)
        {_numbers(count)}
        SELECT 'PA-' || n, 'h' || n, 'f' || n, {office.unit},
        CASE WHEN g % 17 = 0 THEN 'explanation' WHEN g % 5 = 0 THEN 'petition' ELSE 'report' END,
        'own', CASE WHEN {answered} IS NULL THEN 'in_work' ELSE 'answered' END,
        CASE WHEN g % 2 = 0 THEN 'phone' ELSE 'open' END,
        'Words of a case that are long enough for a line in a list, number ' || n, 'words', 'vi',
        {sql.at(day)}, {sql.on(day)}, {sql.on(f"{day} + 14")}, {answered},
        CASE WHEN g % 4 = 0 THEN {sql.true} WHEN g % 9 = 0 THEN {sql.false} END, 1
        FROM mixed"""


def _complaint_officers(office: Office) -> str:
    return f"""INSERT INTO complaint_officer (complaint_id, officer_id)
        SELECT id, {office.officers.start} + (unit_id - {office.units.start}) FROM complaint
        WHERE id % 20 = 0"""


def _complaint_outcomes() -> str:
    return """INSERT INTO complaint_outcome
        (complaint_id, at, action, text, unit_id, due_on, ended_on)
        SELECT id, received_at, 'answer', '', unit_id, due_on, answered_on FROM complaint
        WHERE answered_on IS NOT NULL"""


def _complaint_events(sql: _Dialect) -> str:
    return f"""INSERT INTO complaint_event (complaint_id, at, action, actor, state, text, public)
        SELECT id, received_at, 'receive', 'resident', 'received', '', {sql.false} FROM complaint"""
