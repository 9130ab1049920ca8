"""Frozen standings: what a review judged, as one text with its digest."""

import sqlalchemy as sa
from alembic import op

revision = "0015_campaign_freezes"
down_revision = "0014_work_lists"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "campaign_freeze",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.DateTime(), nullable=False),
        sa.Column("frozen_at", sa.DateTime(), nullable=False),
        sa.Column("frozen_by", sa.String(length=80), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_freeze_campaign_id_campaign")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_freeze")),
        sa.UniqueConstraint(
            "campaign_id",
            "kind",
            "on",
            "version",
            name=op.f("uq_campaign_freeze_campaign_id_kind_on_version"),
        ),
    )


def downgrade() -> None:
    """Take the table away."""
    op.drop_table("campaign_freeze")
