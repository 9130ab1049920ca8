"""Figures by hand in four steps: last days, re-openings, explanations, decisions, files."""

import sqlalchemy as sa
from alembic import op

revision = "0020_figure_rounds"
down_revision = "0019_awards"
branch_labels = None
depends_on = None

TABLES = (
    "figure_file",
    "figure_step",
    "figure_reopening",
    "figure_entry",
    "figure_round",
    "figure_terms",
)


def upgrade() -> None:
    """Add the tables."""
    _add_terms()
    _add_entries()
    _add_reopenings()
    _add_steps()
    _add_files()


def _key(table: str, column: str, of: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{of}.id"], name=op.f(f"fk_{table}_{column}"))


def _add_terms() -> None:
    op.create_table(
        "figure_terms",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("explain_days", sa.Integer(), nullable=False),
        _key("figure_terms", "campaign_id", "campaign"),
        sa.PrimaryKeyConstraint("campaign_id", name=op.f("pk_figure_terms")),
    )
    op.create_table(
        "figure_round",
        sa.Column("milestone_id", sa.Integer(), nullable=False),
        sa.Column("enter_until", sa.Date(), nullable=True),
        sa.Column("explain_until", sa.Date(), nullable=True),
        sa.Column("decide_until", sa.Date(), nullable=True),
        _key("figure_round", "milestone_id", "campaign_milestone"),
        sa.PrimaryKeyConstraint("milestone_id", name=op.f("pk_figure_round")),
    )


def _add_entries() -> None:
    op.create_table(
        "figure_entry",
        sa.Column("figure_id", sa.Integer(), nullable=False),
        sa.Column("milestone_id", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        _key("figure_entry", "figure_id", "manual_figure"),
        _key("figure_entry", "milestone_id", "campaign_milestone"),
        sa.PrimaryKeyConstraint("figure_id", name=op.f("pk_figure_entry")),
    )


def _add_reopenings() -> None:
    op.create_table(
        "figure_reopening",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("milestone_id", sa.Integer(), nullable=True),
        sa.Column("competitor_id", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("opened_by", sa.String(length=80), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        _key("figure_reopening", "campaign_id", "campaign"),
        _key("figure_reopening", "milestone_id", "campaign_milestone"),
        _key("figure_reopening", "competitor_id", "campaign_competitor"),
        _key("figure_reopening", "criterion_id", "campaign_criterion"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_reopening")),
    )
    op.create_index(op.f("ix_figure_reopening_campaign_id"), "figure_reopening", ["campaign_id"])


def _add_steps() -> None:
    op.create_table(
        "figure_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("figure_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("document", sa.String(length=300), nullable=False),
        sa.Column("value", sa.String(length=24), nullable=True),
        sa.Column("hits", sa.Integer(), nullable=True),
        sa.Column("cases", sa.Integer(), nullable=True),
        sa.Column("taken_by", sa.String(length=80), nullable=False),
        sa.Column("taken_at", sa.DateTime(), nullable=False),
        _key("figure_step", "figure_id", "manual_figure"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_step")),
    )
    op.create_index("ix_figure_step_figure_id", "figure_step", ["figure_id"])
    op.create_index(
        "uq_figure_step_decision",
        "figure_step",
        ["figure_id"],
        unique=True,
        sqlite_where=sa.text("kind = 'decision'"),
        postgresql_where=sa.text("kind = 'decision'"),
    )


def _add_files() -> None:
    op.create_table(
        "figure_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("figure_id", sa.Integer(), nullable=False),
        sa.Column("step_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("sent_digest", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("thumbnail_digest", sa.String(length=64), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("added_by", sa.String(length=80), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("scanned_at", sa.DateTime(), nullable=True),
        sa.Column("finding", sa.String(length=120), nullable=False),
        _key("figure_file", "figure_id", "manual_figure"),
        _key("figure_file", "step_id", "figure_step"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_file")),
        sa.UniqueConstraint(
            "figure_id", "sent_digest", name=op.f("uq_figure_file_figure_id_sent_digest")
        ),
    )
    op.create_index(op.f("ix_figure_file_digest"), "figure_file", ["digest"])


def downgrade() -> None:
    """Drop the tables."""
    for name in TABLES:
        op.drop_table(name)
