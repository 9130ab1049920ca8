"""What a standing says beside points: bands, peer groups, and its screen on a wall."""

import sqlalchemy as sa
from alembic import op

revision = "0018_standing_depth"
down_revision = "0017_case_days"
branch_labels = None
depends_on = None

TABLES = ("campaign_wall", "campaign_peer", "campaign_peer_group", "campaign_band")


def upgrade() -> None:
    """Add the tables."""
    _add_bands()
    _add_groups()
    _add_walls()


def _of_campaign(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["campaign_id"], ["campaign.id"], name=op.f(f"fk_{table}_campaign_id")
    )


def _add_bands() -> None:
    op.create_table(
        "campaign_band",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("lowest", sa.String(length=24), nullable=False),
        _of_campaign("campaign_band"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_band")),
        sa.UniqueConstraint("campaign_id", "name", name=op.f("uq_campaign_band_campaign_id_name")),
    )


def _add_groups() -> None:
    op.create_table(
        "campaign_peer_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("fewest", sa.Integer(), nullable=True),
        _of_campaign("campaign_peer_group"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_peer_group")),
        sa.UniqueConstraint(
            "campaign_id", "kind", "name", name=op.f("uq_campaign_peer_group_campaign_id_kind_name")
        ),
    )
    op.create_table(
        "campaign_peer",
        sa.Column("competitor_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["competitor_id"],
            ["campaign_competitor.id"],
            name=op.f("fk_campaign_peer_competitor_id"),
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["campaign_peer_group.id"], name=op.f("fk_campaign_peer_group_id")
        ),
        sa.PrimaryKeyConstraint("competitor_id", name=op.f("pk_campaign_peer")),
    )
    op.create_index(op.f("ix_campaign_peer_group_id"), "campaign_peer", ["group_id"])


def _add_walls() -> None:
    op.create_table(
        "campaign_wall",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("opened_by", sa.String(length=80), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        _of_campaign("campaign_wall"),
        sa.PrimaryKeyConstraint("campaign_id", name=op.f("pk_campaign_wall")),
        sa.UniqueConstraint("code", name=op.f("uq_campaign_wall_code")),
    )


def downgrade() -> None:
    """Take them away again."""
    for table in TABLES:
        op.drop_table(table)
