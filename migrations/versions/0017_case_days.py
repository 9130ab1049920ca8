"""Cases of a unit by the day they came, so that what says the same is found among any number."""

from alembic import op

revision = "0017_case_days"
down_revision = "0016_registers"
branch_labels = None
depends_on = None

NAME = "ix_complaint_unit_id_received_on"


def upgrade() -> None:
    """Add the index."""
    op.create_index(op.f(NAME), "complaint", ["unit_id", "received_on", "id"])


def downgrade() -> None:
    """Drop it."""
    op.drop_index(op.f(NAME), "complaint")
