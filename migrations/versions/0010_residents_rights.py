"""The link in a case's QR code, and what residents ask to have erased."""

import sqlalchemy as sa
from alembic import op

revision = "0010_residents_rights"
down_revision = "0009_sealed_reports"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables; cases from before keep the one code they were handed out with."""
    op.create_table(
        "complaint_link",
        sa.Column("complaint_id", sa.Integer(), nullable=False),
        sa.Column("link_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"], name=op.f("fk_complaint_link_complaint_id")
        ),
        sa.PrimaryKeyConstraint("complaint_id", name=op.f("pk_complaint_link")),
        sa.UniqueConstraint("link_hash", name=op.f("uq_complaint_link_link_hash")),
    )
    op.create_table(
        "erasure_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("complaint_id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("basis", sa.JSON(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("unit_name", sa.String(length=200), nullable=False),
        sa.Column("decided_by", sa.String(length=80), nullable=False),
        sa.Column("decided_name", sa.String(length=200), nullable=False),
        sa.Column("removed", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"], name=op.f("fk_erasure_request_complaint_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure_request")),
    )
    op.create_index("ix_erasure_request_complaint_id", "erasure_request", ["complaint_id"])
    op.create_index("ix_erasure_request_state_due_on", "erasure_request", ["state", "due_on"])


def downgrade() -> None:
    """Take them away again; the links handed out lead nowhere then."""
    op.drop_table("erasure_request")
    op.drop_table("complaint_link")
