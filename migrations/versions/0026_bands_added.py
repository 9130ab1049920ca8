"""When a running campaign that had no bands was given some."""

import sqlalchemy as sa
from alembic import op

revision = "0026_bands_added"
down_revision = "0025_answer_months"
branch_labels = None
depends_on = None

NAME = "campaign_bands_added"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        NAME,
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("added_by", sa.String(80), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f(f"fk_{NAME}_campaign_id")
        ),
        sa.PrimaryKeyConstraint("campaign_id", name=op.f(f"pk_{NAME}")),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table(NAME)
