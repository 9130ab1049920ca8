"""Daily totals of dossiers, counted from those stored; an index to those of a day by their end."""

import sqlalchemy as sa
from alembic import op

revision = "0022_dossier_days"
down_revision = "0021_work_by_handler"
branch_labels = None
depends_on = None

INDEX = "ix_dossier_unit_id_received_on"
COUNTS = (
    "received",
    "one_stop",
    "could_be_online",
    "online",
    "online_of_these",
    "without_due",
    "finished",
    "on_time",
    "reappointed",
    "shorter",
    "equal",
    "not_asked",
    "asked_once",
    "online_dated",
    "online_kept",
)
# What of a dossier the counts are made of, in words of both databases: {plus} adds days to a day.
JUDGED = """
    SELECT dossier.*,
        CASE WHEN reappointments = 1 AND reappointed_on > due_on AND apologised_on < due_on
            THEN 1 ELSE 0 END AS again
    FROM dossier
"""
DATED = """
    SELECT judged.*,
        CASE WHEN again = 1 THEN {again} ELSE {first} END AS last_on
    FROM ({judged}) AS judged
"""
ON_TIME = (
    "supplements <= 1 AND (finished_on <= last_on OR"
    " (finished_on IS NULL AND waiting_since <= last_on))"
)
KINDS = {
    "received": "1 = 1",
    "one_stop": "one_stop",
    "could_be_online": "level IS NULL OR level >= 3",
    "online": "online",
    "online_of_these": "online AND (level IS NULL OR level >= 3)",
    "without_due": "due_on IS NULL",
    "finished": "finished_on IS NOT NULL",
    "on_time": f"due_on IS NOT NULL AND {ON_TIME}",
    "reappointed": "again = 1",
    "shorter": "due_on IS NOT NULL AND finished_on < last_on",
    "equal": "due_on IS NOT NULL AND finished_on = last_on",
    "not_asked": "due_on IS NOT NULL AND supplements = 0",
    "asked_once": "due_on IS NOT NULL AND supplements = 1",
    "online_dated": "due_on IS NOT NULL AND online",
    "online_kept": "due_on IS NOT NULL AND online AND finished_on <= last_on",
}


def upgrade() -> None:
    """Add the tables, fill them, and let the index by day of receipt tell the end as well."""
    _add_tables()
    for officer in ("0", "officer_id"):
        op.execute(_days(officer))
    op.execute(_months())
    op.drop_index(INDEX, "dossier")
    op.create_index(op.f(INDEX), "dossier", ["unit_id", "received_on", "finished_on"])


def downgrade() -> None:
    """Drop the tables, and bring the index by day of receipt back as it was."""
    op.drop_index(INDEX, "dossier")
    op.create_index(op.f(INDEX), "dossier", ["unit_id", "received_on"])
    op.drop_table("dossier_month_procedure")
    op.drop_table("dossier_day")


def _add_tables() -> None:
    op.create_table(
        "dossier_day",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in COUNTS),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_dossier_day_unit_id")),
        sa.PrimaryKeyConstraint("unit_id", "officer_id", "on", name=op.f("pk_dossier_day")),
        sqlite_with_rowid=False,
    )
    name = "dossier_month_procedure"
    op.create_table(
        name,
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("procedure_id", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f(f"fk_{name}_unit_id")),
        sa.ForeignKeyConstraint(
            ["procedure_id"], ["procedure.id"], name=op.f(f"fk_{name}_procedure_id")
        ),
        sa.PrimaryKeyConstraint("unit_id", "month", "procedure_id", name=op.f(f"pk_{name}")),
        sqlite_with_rowid=False,
    )


def _days(officer: str) -> str:
    """Build the statement that counts dossiers by unit, day and officer, or without officers."""
    counts = ", ".join(f"sum(CASE WHEN {KINDS[name]} THEN 1 ELSE 0 END)" for name in COUNTS)
    settled = f"max(coalesce(finished_on, {_plus('last_on', '1')}, received_on))"
    dated = DATED.format(
        again=_plus("reappointed_on", "waited_days"),
        first=_plus("due_on", "waited_days"),
        judged=JUDGED,
    )
    whole = officer == "0"
    return f"""
        INSERT INTO dossier_day (unit_id, officer_id, "on", settled_on, {", ".join(COUNTS)})
        SELECT unit_id, {officer}, received_on, {settled}, {counts}
        FROM ({dated}) AS dated
        {"" if whole else "WHERE officer_id IS NOT NULL"}
        GROUP BY unit_id, received_on{"" if whole else ", officer_id"}
    """  # noqa: S608  words of this file alone


def _months() -> str:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    month = "date(received_on, 'start of month')"
    if not on_sqlite:
        month = "date_trunc('month', received_on)::date"
    return f"""
        INSERT INTO dossier_month_procedure (unit_id, month, procedure_id, first_on, last_on)
        SELECT unit_id, {month}, procedure_id, min(received_on), max(received_on)
        FROM dossier
        WHERE procedure_id IS NOT NULL AND (level >= 3 OR online)
        GROUP BY unit_id, {month}, procedure_id
    """  # noqa: S608  words of this file alone


def _plus(on: str, days: str) -> str:
    """Add calendar days to a day, as each database does."""
    if op.get_bind().dialect.name == "sqlite":
        return f"date({on}, {days} || ' days')"
    return f"({on} + {days})"
