"""Confidential reports in tables of their own: sealed texts, their readers, who opened them."""

import sqlalchemy as sa
from alembic import op

revision = "0009_sealed_reports"
down_revision = "0008_public_cases"
branch_labels = None
depends_on = None

TABLES = (
    "sealed_opening",
    "sealed_step",
    "sealed_wrap",
    "sealed_message",
    "sealed_report",
    "sealed_key",
)


def upgrade() -> None:
    """Add the tables."""
    _add_key()
    _add_report()
    _add_message()
    _add_wrap()
    _add_step()
    _add_opening()


def _add_key() -> None:
    op.create_table(
        "sealed_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("retired_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_sealed_key_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sealed_key")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_sealed_key_fingerprint")),
    )
    op.create_index(op.f("ix_sealed_key_account_id"), "sealed_key", ["account_id"])


def _add_report() -> None:
    op.create_table(
        "sealed_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("form_id", sa.String(length=36), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("link_hash", sa.String(length=64), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=True),
        sa.Column("matter", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("rises_at", sa.DateTime(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("rule_code", sa.String(length=60), nullable=True),
        sa.Column("deadline", sa.JSON(), nullable=True),
        sa.Column("concluded_at", sa.DateTime(), nullable=True),
        sa.Column("concluded_on", sa.Date(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officer.id"], name=op.f("fk_sealed_report_officer_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_sealed_report_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sealed_report")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_sealed_report_code_hash")),
        sa.UniqueConstraint("form_id", name=op.f("uq_sealed_report_form_id")),
        sa.UniqueConstraint("link_hash", name=op.f("uq_sealed_report_link_hash")),
        sa.UniqueConstraint("number", name=op.f("uq_sealed_report_number")),
    )
    op.create_index(op.f("ix_sealed_report_rises_at"), "sealed_report", ["rises_at"])
    op.create_index(
        "ix_sealed_report_unit_id_concluded_on", "sealed_report", ["unit_id", "concluded_on"]
    )


def _add_message() -> None:
    op.create_table(
        "sealed_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("form_hash", sa.String(length=64), nullable=False),
        sa.Column("binding", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("sealed_in", sa.String(length=10), nullable=False),
        sa.Column("iv", sa.String(length=24), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["sealed_report.id"], name=op.f("fk_sealed_message_report_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sealed_message")),
        sa.UniqueConstraint("form_hash", name=op.f("uq_sealed_message_form_hash")),
    )
    op.create_index(op.f("ix_sealed_message_report_id"), "sealed_message", ["report_id"])


def _add_wrap() -> None:
    op.create_table(
        "sealed_wrap",
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("key_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("wrapped", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["key_id"], ["sealed_key.id"], name=op.f("fk_sealed_wrap_key_id")),
        sa.ForeignKeyConstraint(
            ["message_id"], ["sealed_message.id"], name=op.f("fk_sealed_wrap_message_id")
        ),
        sa.PrimaryKeyConstraint("message_id", "key_id", name=op.f("pk_sealed_wrap")),
    )
    op.create_index(op.f("ix_sealed_wrap_key_id"), "sealed_wrap", ["key_id"])


def _add_step() -> None:
    op.create_table(
        "sealed_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["sealed_report.id"], name=op.f("fk_sealed_step_report_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sealed_step")),
    )
    op.create_index(op.f("ix_sealed_step_report_id"), "sealed_step", ["report_id"])


def _add_opening() -> None:
    op.create_table(
        "sealed_opening",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_sealed_opening_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["sealed_report.id"], name=op.f("fk_sealed_opening_report_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sealed_opening")),
    )
    op.create_index(op.f("ix_sealed_opening_report_id"), "sealed_opening", ["report_id"])


def downgrade() -> None:
    """Take the tables away; whoever goes back loses what was reported in confidence."""
    for name in TABLES:
        op.drop_table(name)
