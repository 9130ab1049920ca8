"""How large a screen's panel is, so that targets have their size; officers' photos."""

import sqlalchemy as sa
from alembic import op

revision = "0012_desk_panels"
down_revision = "0011_dossier_feeds"
branch_labels = None
depends_on = None

TABLES = ("kiosk", "pairing")


def upgrade() -> None:
    """Add the size, told of no screen yet, and the photos."""
    for table in TABLES:
        op.add_column(table, sa.Column("panel_inches", sa.Double(), nullable=True))
    op.create_table(
        "officer_photo",
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officer.id"], name=op.f("fk_officer_photo_officer_id")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_officer_photo_account_id")
        ),
        sa.PrimaryKeyConstraint("officer_id", name=op.f("pk_officer_photo")),
    )


def downgrade() -> None:
    """Take both back."""
    op.drop_table("officer_photo")
    for table in TABLES:
        op.drop_column(table, "panel_inches")
