"""Whose turn an open case is and by when, in the case itself, for lists of any length."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0014_work_lists"
down_revision = "0013_campaign_rules"
branch_labels = None
depends_on = None

COLUMNS = ("turn_due_at", "turn", "approval_waits", "take_on_by")
NARROWED = ("handler_id", "kind", "desk_id", "procedure_id")
INDEXES = {
    "ix_complaint_work": ("unit_id", "turn", "turn_due_at", "id", *NARROWED),
    "ix_complaint_work_by_day": ("turn_due_at", "id", "turn", "unit_id", *NARROWED),
}
OPEN_ONLY = sa.text("turn_due_at IS NOT NULL")
OVER = ("answered", "confirmed", "closed", "withdrawn", "refused", "transferred")
NO_LIMIT = datetime(9999, 1, 1)  # noqa: DTZ001  columns hold UTC without an offset


def upgrade() -> None:
    """Add the columns, fill them for the open cases, and index them."""
    for column in (
        sa.Column("take_on_by", sa.DateTime(), nullable=True),
        sa.Column("approval_waits", sa.Boolean(), nullable=True),
        sa.Column("turn", sa.String(length=10), nullable=True),
        sa.Column("turn_due_at", sa.DateTime(), nullable=True),
    ):
        op.add_column("complaint", column)
    _fill()
    for name, columns in INDEXES.items():
        op.create_index(
            name, "complaint", columns, sqlite_where=OPEN_ONLY, postgresql_where=OPEN_ONLY
        )
    op.create_index(
        op.f("ix_complaint_handler_id_answered_on"), "complaint", ["handler_id", "answered_on"]
    )


def _fill() -> None:
    """Say of every open case what the rules say of it, see domain/work_list."""
    case = sa.table(
        "complaint",
        *(sa.column(name) for name in ("id", "state", "turn")),
        sa.column("approval_waits", sa.Boolean()),
        *(sa.column(name, sa.DateTime()) for name in ("due_at", "take_on_by", "turn_due_at")),
    )
    clock = sa.table(
        "complaint_clock",
        *(sa.column(name) for name in ("complaint_id", "stage", "ended_at")),
        sa.column("due_at", sa.DateTime()),
    )
    draft = sa.table("complaint_draft", sa.column("complaint_id"), sa.column("returned_at"))
    running = sa.select(sa.func.min(clock.c.due_at)).where(
        clock.c.complaint_id == case.c.id,
        clock.c.ended_at.is_(None),
        clock.c.stage.in_(("acknowledge", "classify")),
    )
    drafted = sa.exists().where(draft.c.complaint_id == case.c.id, draft.c.returned_at.is_(None))
    turn = sa.case(
        (case.c.approval_waits.is_(True), "approve"),
        (case.c.state.in_(("waiting", "duplicate")), "wait"),
        (case.c.state.in_(("received", "classified", "appealed")), "take_on"),
        else_="answer",
    )
    no_limit = sa.literal(NO_LIMIT, sa.DateTime())
    earlier = sa.and_(
        case.c.turn == "take_on",
        case.c.take_on_by < sa.func.coalesce(case.c.due_at, no_limit),
    )
    due_at = sa.case((earlier, case.c.take_on_by), else_=sa.func.coalesce(case.c.due_at, no_limit))
    open_ones = sa.update(case).where(case.c.state.not_in(OVER))
    op.execute(open_ones.values(take_on_by=running.scalar_subquery()))
    op.execute(open_ones.where(drafted).values(approval_waits=True))
    op.execute(open_ones.values(turn=turn))
    op.execute(open_ones.values(turn_due_at=due_at))


def downgrade() -> None:
    """Drop the columns."""
    op.drop_index(op.f("ix_complaint_handler_id_answered_on"), "complaint")
    for name in INDEXES:
        op.drop_index(name, "complaint")
    for name in COLUMNS:
        op.drop_column("complaint", name)
