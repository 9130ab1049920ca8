"""Monthly totals of answers, added up from the daily ones, so that a year is read in months."""

import sqlalchemy as sa
from alembic import op

revision = "0025_answer_months"
down_revision = "0024_case_figures"
branch_labels = None
depends_on = None

NAME = "rating_month_answer"
KEYS = ("unit_id", "month", "lane", "officer_id", "questionnaire", "item")
VALUES = tuple(f"value_{value}" for value in range(6))


def upgrade() -> None:
    """Add the table and fill it."""
    op.create_table(
        NAME,
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("lane", sa.String(10), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("questionnaire", sa.String(40), nullable=False),
        sa.Column("item", sa.String(40), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in VALUES),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f(f"fk_{NAME}_unit_id")),
        sa.PrimaryKeyConstraint(*KEYS, name=op.f(f"pk_{NAME}")),
        sqlite_with_rowid=False,
    )
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    month = "date(\"on\", 'start of month')"
    if not on_sqlite:
        month = "date_trunc('month', \"on\")::date"
    sums = ", ".join(f"sum({name})" for name in VALUES)
    op.execute(
        f"INSERT INTO {NAME} ({', '.join((*KEYS, *VALUES))})"  # noqa: S608  words of this file
        f" SELECT unit_id, {month}, lane, officer_id, questionnaire, item, {sums}"
        " FROM rating_day_answer GROUP BY 1, 2, 3, 4, 5, 6"
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table(NAME)
