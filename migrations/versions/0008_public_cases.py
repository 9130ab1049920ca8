"""Answered cases shown in public, other systems that send cases, and addresses told of events."""

import sqlalchemy as sa
from alembic import op

revision = "0008_public_cases"
down_revision = "0007_clocks"
branch_labels = None
depends_on = None

TABLES = (
    "webhook_message",
    "webhook",
    "open311_request",
    "open311_sender",
    "publication_wish",
    "published_case",
)


def upgrade() -> None:
    """Add the tables, empty: nothing is public and nobody is told until somebody decides it."""
    _add_published_case()
    op.create_table(
        "publication_wish",
        sa.Column("complaint_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"], name=op.f("fk_publication_wish_complaint_id")
        ),
        sa.PrimaryKeyConstraint("complaint_id", name=op.f("pk_publication_wish")),
    )
    _add_open311()
    _add_webhook()
    _add_webhook_message()


def _add_published_case() -> None:
    op.create_table(
        "published_case",
        sa.Column("complaint_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("field", sa.String(length=100), nullable=False),
        sa.Column("desk", sa.String(length=200), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("whole_months", sa.Boolean(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(), nullable=False),
        sa.Column("published_by", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"], name=op.f("fk_published_case_complaint_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_published_case_unit_id")),
        sa.PrimaryKeyConstraint("complaint_id", name=op.f("pk_published_case")),
        sa.UniqueConstraint("reference", name=op.f("uq_published_case_reference")),
    )
    op.create_index("ix_published_case_unit_id_field", "published_case", ["unit_id", "field"])


def _add_open311() -> None:
    op.create_table(
        "open311_sender",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("per_hour", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_open311_sender_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_open311_sender")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_open311_sender_key_hash")),
    )
    op.create_index(op.f("ix_open311_sender_unit_id"), "open311_sender", ["unit_id"])
    op.create_table(
        "open311_request",
        sa.Column("complaint_id", sa.Integer(), nullable=False),
        sa.Column("sender_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"], name=op.f("fk_open311_request_complaint_id")
        ),
        sa.ForeignKeyConstraint(
            ["sender_id"], ["open311_sender.id"], name=op.f("fk_open311_request_sender_id")
        ),
        sa.PrimaryKeyConstraint("complaint_id", name=op.f("pk_open311_request")),
        sa.UniqueConstraint("reference", name=op.f("uq_open311_request_reference")),
    )
    op.create_index(
        "ix_open311_request_sender_id_sent_at", "open311_request", ["sender_id", "sent_at"]
    )


def _add_webhook() -> None:
    op.create_table(
        "webhook",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("events", sa.String(length=300), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.Column("stopped_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_webhook_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook")),
    )
    op.create_index(op.f("ix_webhook_unit_id"), "webhook", ["unit_id"])


def _add_webhook_message() -> None:
    op.create_table(
        "webhook_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("webhook_id", sa.Integer(), nullable=False),
        sa.Column("complaint_id", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(length=30), nullable=False),
        sa.Column("occasion", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("next_at", sa.DateTime(), nullable=True),
        sa.Column("tried", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("problem", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["webhook_id"], ["webhook.id"], name=op.f("fk_webhook_message_webhook_id")
        ),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"], name=op.f("fk_webhook_message_complaint_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_message")),
        sa.UniqueConstraint("name", name=op.f("uq_webhook_message_name")),
        sa.UniqueConstraint(
            "webhook_id", "complaint_id", "event", "occasion", name="uq_webhook_message_key"
        ),
    )
    op.create_index(op.f("ix_webhook_message_complaint_id"), "webhook_message", ["complaint_id"])
    op.create_index("ix_webhook_message_state_next_at", "webhook_message", ["state", "next_at"])


def downgrade() -> None:
    """Take them away again, with what they held."""
    for table in TABLES:
        op.drop_table(table)
