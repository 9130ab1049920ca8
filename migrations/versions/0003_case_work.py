"""How a case goes on: passages, outcomes, duplicates, drafts, entries, templates, policies."""

import sqlalchemy as sa
from alembic import op

revision = "0003_case_work"
down_revision = "0002_kiosk_health"
branch_labels = None
depends_on = None

TABLES = (
    "case_policy",
    "answer_template",
    "complaint_draft",
    "complaint_duplicate",
    "complaint_entry",
    "complaint_outcome",
    "complaint_passage",
)


def upgrade() -> None:
    """Add the tables and the purpose that contact data was given for."""
    _add_case_policy()
    _add_answer_template()
    _add_complaint_draft()
    _add_complaint_duplicate()
    _add_complaint_entry()
    _add_complaint_outcome()
    _add_complaint_passage()
    op.add_column("complaint_contact", sa.Column("purpose", sa.String(length=200), nullable=True))


def _add_case_policy() -> None:
    op.create_table(
        "case_policy",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("second_person", sa.Boolean(), nullable=False),
        sa.Column("contact_days", sa.Integer(), nullable=False),
        sa.Column("confirm_days", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_case_policy_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_case_policy")),
    )


def _add_answer_template() -> None:
    op.create_table(
        "answer_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("retired_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_answer_template_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_template")),
    )
    op.create_index(op.f("ix_answer_template_unit_id"), "answer_template", ["unit_id"])


def _add_complaint_draft() -> None:
    op.create_table(
        "complaint_draft",
        sa.Column("complaint_id", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(), nullable=False),
        sa.Column("returned_at", sa.DateTime(), nullable=True),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["account.id"], name=op.f("fk_complaint_draft_author_id")
        ),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"], name=op.f("fk_complaint_draft_complaint_id")
        ),
        sa.PrimaryKeyConstraint("complaint_id", name=op.f("pk_complaint_draft")),
    )


def _add_complaint_duplicate() -> None:
    op.create_table(
        "complaint_duplicate",
        sa.Column("complaint_id", sa.Integer(), nullable=False),
        sa.Column("original_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"], name=op.f("fk_complaint_duplicate_complaint_id")
        ),
        sa.ForeignKeyConstraint(
            ["original_id"], ["complaint.id"], name=op.f("fk_complaint_duplicate_original_id")
        ),
        sa.PrimaryKeyConstraint("complaint_id", name=op.f("pk_complaint_duplicate")),
    )
    op.create_index(
        op.f("ix_complaint_duplicate_original_id"), "complaint_duplicate", ["original_id"]
    )


def _add_complaint_entry() -> None:
    op.create_table(
        "complaint_entry",
        sa.Column("complaint_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("entered_at", sa.DateTime(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("written_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_complaint_entry_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"], name=op.f("fk_complaint_entry_complaint_id")
        ),
        sa.PrimaryKeyConstraint("complaint_id", name=op.f("pk_complaint_entry")),
    )


def _add_complaint_outcome() -> None:
    op.create_table(
        "complaint_outcome",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("complaint_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("body_name", sa.String(length=200), nullable=True),
        sa.Column("letter_number", sa.String(length=60), nullable=True),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"], name=op.f("fk_complaint_outcome_complaint_id")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_complaint_outcome_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_outcome")),
    )
    op.create_index(
        op.f("ix_complaint_outcome_complaint_id"), "complaint_outcome", ["complaint_id"]
    )


def _add_complaint_passage() -> None:
    op.create_table(
        "complaint_passage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("complaint_id", sa.Integer(), nullable=False),
        sa.Column("from_unit_id", sa.Integer(), nullable=False),
        sa.Column("to_unit_id", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(length=20), nullable=False),
        sa.Column("last_event_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"], name=op.f("fk_complaint_passage_complaint_id")
        ),
        sa.ForeignKeyConstraint(
            ["from_unit_id"], ["unit.id"], name=op.f("fk_complaint_passage_from_unit_id")
        ),
        sa.ForeignKeyConstraint(
            ["to_unit_id"], ["unit.id"], name=op.f("fk_complaint_passage_to_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_passage")),
    )
    op.create_index(
        op.f("ix_complaint_passage_complaint_id"), "complaint_passage", ["complaint_id"]
    )
    op.create_index(
        "ix_complaint_passage_from_unit_id", "complaint_passage", ["from_unit_id", "complaint_id"]
    )


def downgrade() -> None:
    """Take them away again; what only they held is lost."""
    op.drop_column("complaint_contact", "purpose")
    for table in reversed(TABLES):
        op.drop_table(table)
