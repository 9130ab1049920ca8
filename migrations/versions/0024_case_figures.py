"""Indexes that hold what figures of cases are made of, so that no case with its words is read."""

import sqlalchemy as sa
from alembic import op

revision = "0024_case_figures"
down_revision = "0023_units_of_their_day"
branch_labels = None
depends_on = None

FIGURES = (
    "unit_id",
    "received_on",
    "kind",
    "state",
    "due_on",
    "answered_on",
    "answer_satisfied",
    "handler_id",
    "channel",
)
LATE = sa.text("ended_on > due_on AND action <> 'withdraw'")
SPOKEN = sa.text("action IN ('appeal', 'rate_answer')")


def upgrade() -> None:
    """Add the indexes: of cases, of those once ended late, of what residents said of answers."""
    op.create_index("ix_complaint_figures", "complaint", FIGURES)
    op.create_index(
        "ix_complaint_outcome_late",
        "complaint_outcome",
        ["complaint_id", "ended_on"],
        sqlite_where=LATE,
        postgresql_where=LATE,
    )
    op.create_index(
        "ix_complaint_event_spoken",
        "complaint_event",
        ["complaint_id", "action", "at"],
        sqlite_where=SPOKEN,
        postgresql_where=SPOKEN,
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_complaint_event_spoken", "complaint_event")
    op.drop_index("ix_complaint_outcome_late", "complaint_outcome")
    op.drop_index("ix_complaint_figures", "complaint")
