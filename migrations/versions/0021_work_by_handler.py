"""Open cases by who has them, so that lists over many units read only what they show."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0021_work_by_handler"
down_revision = "0020_figure_rounds"
branch_labels = None
depends_on = None

NARROWED = ("kind", "desk_id", "procedure_id")
BY_DAY = ("turn_due_at", "id", "turn", "unit_id", "handler_id", *NARROWED)
BY_TURN = ("turn", "turn_due_at", "id", "unit_id", "handler_id", *NARROWED)
BY_HANDLER = ("handler_id", "turn", "turn_due_at", "id", "unit_id", *NARROWED)
OF_NOBODY = ("turn", "turn_due_at", "id", "unit_id", *NARROWED)
OPEN_ONLY = sa.text("turn_due_at IS NOT NULL")
NOBODYS = sa.text("turn_due_at IS NOT NULL AND handler_id IS NULL")


def upgrade() -> None:
    """Put indexes by turn and by handler in the place of the one by day."""
    op.drop_index("ix_complaint_work_by_day", "complaint")
    _index("ix_complaint_work_by_turn", BY_TURN)
    _index("ix_complaint_work_by_handler", BY_HANDLER)
    _index("ix_complaint_work_of_nobody", OF_NOBODY, NOBODYS)


def downgrade() -> None:
    """Bring the one by day back."""
    op.drop_index("ix_complaint_work_of_nobody", "complaint")
    op.drop_index("ix_complaint_work_by_handler", "complaint")
    op.drop_index("ix_complaint_work_by_turn", "complaint")
    _index("ix_complaint_work_by_day", BY_DAY)


def _index(name: str, columns: Sequence[str], where: sa.TextClause = OPEN_ONLY) -> None:
    op.create_index(name, "complaint", columns, sqlite_where=where, postgresql_where=where)
