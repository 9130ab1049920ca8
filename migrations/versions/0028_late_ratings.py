"""Ratings that came on another day: of all, an officer's weeks read these only."""

import sqlalchemy as sa
from alembic import op

revision = "0028_late_ratings"
down_revision = "0027_wall_token"
branch_labels = None
depends_on = None

NAME = "ix_rating_late"
LATE = sa.text("date(received_at) <> rated_on")


def upgrade() -> None:
    """Put the index."""
    op.create_index(NAME, "rating", ["officer_id"], sqlite_where=LATE, postgresql_where=LATE)


def downgrade() -> None:
    """Take it away."""
    op.drop_index(NAME, "rating")
