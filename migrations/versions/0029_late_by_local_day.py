"""Ratings that may have come on another local day, by unit and arrival: also those of the night."""

import sqlalchemy as sa
from alembic import op

revision = "0029_late_by_local_day"
down_revision = "0028_late_ratings"
branch_labels = None
depends_on = None

NAME = "ix_rating_late"
BY_UTC = sa.text("date(received_at) <> rated_on")
ON_SQLITE = sa.text("date(received_at, '+14 hours') <> rated_on")
ON_POSTGRESQL = sa.text("date(received_at + interval '14 hours') <> rated_on")


def upgrade() -> None:
    """Put the wider index in place of the one that went by UTC's day."""
    op.drop_index(NAME, "rating")
    op.create_index(
        NAME,
        "rating",
        ["unit_id", "received_at", "rated_on", "officer_id", "lane", "score"],
        sqlite_where=ON_SQLITE,
        postgresql_where=ON_POSTGRESQL,
    )


def downgrade() -> None:
    """Put the former one back."""
    op.drop_index(NAME, "rating")
    op.create_index(NAME, "rating", ["officer_id"], sqlite_where=BY_UTC, postgresql_where=BY_UTC)
