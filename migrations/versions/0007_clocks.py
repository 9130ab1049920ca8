"""A case's clocks with their pauses and extensions, and the rules that allow them."""

import json
from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0007_clocks"
down_revision = "0006_questionnaires"
branch_labels = None
depends_on = None

TABLES = (
    "remote_unit",
    "handling_rule",
    "complaint_extension",
    "complaint_pause",
    "complaint_clock",
)
CHUNK = 1000


def upgrade() -> None:
    """Add the tables; a case that has a due day gets the clock it was judged by."""
    _add_clock()
    _add_pause()
    _add_extension()
    _add_handling_rule()
    _add_remote_unit()
    for column in (
        sa.Column("instance", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("remote", sa.Boolean(), nullable=False, server_default=sa.false()),
    ):
        op.add_column("deadline_rule", column)
    _give_clocks()


def _add_clock() -> None:
    op.create_table(
        "complaint_clock",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("complaint_id", sa.Integer(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("track", sa.String(length=20), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("instance", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(), nullable=False),
        sa.Column("rule_code", sa.String(length=60), nullable=False),
        sa.Column("handling_code", sa.String(length=60), nullable=True),
        sa.Column("first_due_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("deadline", sa.JSON(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ending", sa.String(length=20), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"], name=op.f("fk_complaint_clock_complaint_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_complaint_clock_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_clock")),
    )
    op.create_index(op.f("ix_complaint_clock_complaint_id"), "complaint_clock", ["complaint_id"])
    op.create_index(
        "ix_complaint_clock_stage_ended_on", "complaint_clock", ["stage", "ended_on", "due_on"]
    )


def _add_pause() -> None:
    op.create_table(
        "complaint_pause",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("complaint_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(), nullable=False),
        sa.Column("capped_at", sa.DateTime(), nullable=False),
        sa.Column("resumed_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"], name=op.f("fk_complaint_pause_complaint_id")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["complaint_event.id"], name=op.f("fk_complaint_pause_question_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_pause")),
    )
    op.create_index(op.f("ix_complaint_pause_complaint_id"), "complaint_pause", ["complaint_id"])


def _add_extension() -> None:
    op.create_table(
        "complaint_extension",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("complaint_id", sa.Integer(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("track", sa.String(length=20), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("asked_by", sa.String(length=80), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("decided_by", sa.String(length=80), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.Column("old_due_on", sa.Date(), nullable=False),
        sa.Column("new_due_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"], name=op.f("fk_complaint_extension_complaint_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_extension")),
    )
    op.create_index(
        op.f("ix_complaint_extension_complaint_id"), "complaint_extension", ["complaint_id"]
    )


def _add_handling_rule() -> None:
    op.create_table(
        "handling_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("tier", sa.String(length=20), nullable=False),
        sa.Column("in_force_from", sa.Date(), nullable=False),
        sa.Column("in_force_to", sa.Date(), nullable=True),
        sa.Column("receipt", sa.String(length=20), nullable=False),
        sa.Column("cut_off", sa.Time(), nullable=True),
        sa.Column("pauses_max", sa.Integer(), nullable=False),
        sa.Column("pause_cap", sa.Integer(), nullable=False),
        sa.Column("extensions_max", sa.Integer(), nullable=False),
        sa.Column("extension_max", sa.Integer(), nullable=False),
        sa.Column("ceiling", sa.Integer(), nullable=True),
        sa.Column("second_person", sa.Boolean(), nullable=False),
        sa.Column("fresh_on_transfer", sa.Boolean(), nullable=False),
        sa.Column("document", sa.String(length=300), nullable=False),
        sa.Column("legal_basis", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_handling_rule_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handling_rule")),
        sa.UniqueConstraint(
            "organisation_id", "code", name=op.f("uq_handling_rule_organisation_id_code")
        ),
    )


def _add_remote_unit() -> None:
    op.create_table(
        "remote_unit",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("document", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_remote_unit_unit_id")),
        sa.PrimaryKeyConstraint("unit_id", name=op.f("pk_remote_unit")),
    )


def _give_clocks() -> None:
    """Open the clock each case was judged by; one that was answered has ended, late or not."""
    found = sa.text(
        "SELECT id, unit_id, state, received_at, received_on, due_on, due_at, rule_code, deadline,"
        " answered_at, answered_on FROM complaint"
        " WHERE due_on IS NOT NULL AND id > :after ORDER BY id LIMIT :chunk"
    ).columns(
        received_at=sa.DateTime(),
        received_on=sa.Date(),
        due_on=sa.Date(),
        due_at=sa.DateTime(),
        deadline=sa.JSON(),
        answered_at=sa.DateTime(),
        answered_on=sa.Date(),
    )
    connection, after = op.get_bind(), 0
    while rows := connection.execute(found, {"after": after, "chunk": CHUNK}).all():
        op.bulk_insert(_clock_table(), [_clock(row) for row in rows])
        after = rows[-1].id


def _clock_table() -> sa.TableClause:
    dates = ("first_due_on", "due_on", "ended_on")
    moments = ("began_at", "due_at", "ended_at")
    plain = ("complaint_id", "turn", "track", "stage", "instance", "unit_id", "rule_code")
    return sa.table(
        "complaint_clock",
        *(sa.column(name) for name in plain),
        *(sa.column(name, sa.Date()) for name in dates),
        *(sa.column(name, sa.DateTime()) for name in moments),
        sa.column("deadline", sa.JSON()),
        sa.column("ending"),
        sa.column("late", sa.Boolean()),
    )


def _clock(row: sa.Row[tuple[object, ...]]) -> dict[str, object]:
    judged = json.loads(row.deadline) if isinstance(row.deadline, str) else row.deadline
    stage = judged.get("stage", "answer")
    over = row.answered_on is not None or row.state == "withdrawn"
    return {
        "complaint_id": row.id,
        "turn": 1,
        "track": "resident",
        "stage": stage,
        "instance": 1,
        "unit_id": row.unit_id,
        "began_at": _began(row, judged),
        "rule_code": row.rule_code,
        "first_due_on": row.due_on,
        "due_on": row.due_on,
        "due_at": row.due_at,
        "deadline": judged,
        "ended_at": row.answered_at if row.answered_on else (row.due_at if over else None),
        "ended_on": row.answered_on or (row.due_on if over else None),
        "ending": "stopped" if over else None,
        "late": row.answered_on > row.due_on if row.answered_on else None,
    }


def _began(row: sa.Row[tuple[object, ...]], judged: dict[str, list[dict[str, str]]]) -> datetime:
    """Give when the clock began; of an acceptance only its day was kept, the first of the list."""
    first = judged.get("days", [{}])[0].get("date", "")
    if not first or first == row.received_on.isoformat():
        received: datetime = row.received_at
        return received
    return datetime.fromisoformat(f"{first}T05:00:00")  # noon in Việt Nam


def downgrade() -> None:
    """Take them away again; what only they held is lost."""
    with op.batch_alter_table("deadline_rule") as batch_op:
        batch_op.drop_column("remote")
        batch_op.drop_column("instance")
    for table in reversed(TABLES):
        op.drop_table(table)
