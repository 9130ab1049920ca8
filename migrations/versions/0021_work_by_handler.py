"""Open cases by who has them, so that lists over many units read only what they show."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0021_work_by_handler"
down_revision = "0020_figure_rounds"
branch_labels = None
depends_on = None

NARROWED = ("unit_id", "handler_id", "kind", "desk_id", "procedure_id")
BY_DAY = ("turn_due_at", "id", "turn", *NARROWED)
BY_TURN = ("turn", "turn_due_at", "id", *NARROWED)
BY_HANDLER = (sa.text("coalesce(handler_id, 0)"), *BY_TURN)
OPEN_ONLY = sa.text("turn_due_at IS NOT NULL")


def upgrade() -> None:
    """Put indexes by turn and by handler in the place of the one by day."""
    op.drop_index("ix_complaint_work_by_day", "complaint")
    _index("ix_complaint_work_by_turn", BY_TURN)
    _index("ix_complaint_work_by_handler", BY_HANDLER)


def downgrade() -> None:
    """Bring the one by day back."""
    op.drop_index("ix_complaint_work_by_handler", "complaint")
    op.drop_index("ix_complaint_work_by_turn", "complaint")
    _index("ix_complaint_work_by_day", BY_DAY)


def _index(name: str, columns: Sequence[str | sa.TextClause]) -> None:
    op.create_index(name, "complaint", columns, sqlite_where=OPEN_ONLY, postgresql_where=OPEN_ONLY)
