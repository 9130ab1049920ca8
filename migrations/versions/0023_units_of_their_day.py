"""Levels as data, what units were before, who came after whom, and who leads a campaign when."""

import sqlalchemy as sa
from alembic import op

revision = "0023_units_of_their_day"
down_revision = "0022_dossier_days"
branch_labels = None
depends_on = None

TABLES = (
    "campaign_continuation",
    "campaign_leader",
    "unit_succession",
    "unit_was",
    "unit_level",
)


def upgrade() -> None:
    """Add the tables."""
    _add_levels()
    _add_histories()
    _add_leaders()


def _key(table: str, column: str, of: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{of}.id"], name=op.f(f"fk_{table}_{column}"))


def _once(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def _add_levels() -> None:
    op.create_table(
        "unit_level",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("name_en", sa.String(length=100), nullable=False),
        sa.Column("partner", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("basis", sa.String(length=300), nullable=False),
        _key("unit_level", "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_level")),
        _once("unit_level", "organisation_id", "code"),
    )


def _add_histories() -> None:
    op.create_table(
        "unit_was",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        _key("unit_was", "unit_id", "unit"),
        _key("unit_was", "parent_id", "unit"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_was")),
        _once("unit_was", "unit_id", "until"),
    )
    op.create_table(
        "unit_succession",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("predecessor_id", sa.Integer(), nullable=False),
        sa.Column("successor_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("document", sa.String(length=300), nullable=False),
        _key("unit_succession", "predecessor_id", "unit"),
        _key("unit_succession", "successor_id", "unit"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_succession")),
        _once("unit_succession", "predecessor_id", "successor_id"),
    )
    op.create_index(op.f("ix_unit_succession_successor_id"), "unit_succession", ["successor_id"])


def _add_leaders() -> None:
    op.create_table(
        "campaign_leader",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("document", sa.String(length=300), nullable=False),
        _key("campaign_leader", "campaign_id", "campaign"),
        _key("campaign_leader", "unit_id", "unit"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_leader")),
    )
    op.create_index(op.f("ix_campaign_leader_campaign_id"), "campaign_leader", ["campaign_id"])
    op.create_table(
        "campaign_continuation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("competitor_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        _key("campaign_continuation", "campaign_id", "campaign"),
        _key("campaign_continuation", "competitor_id", "campaign_competitor"),
        _key("campaign_continuation", "unit_id", "unit"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_continuation")),
        _once("campaign_continuation", "campaign_id", "unit_id"),
    )
    op.create_index(
        op.f("ix_campaign_continuation_competitor_id"), "campaign_continuation", ["competitor_id"]
    )


def downgrade() -> None:
    """Drop the tables."""
    for name in TABLES:
        op.drop_table(name)
