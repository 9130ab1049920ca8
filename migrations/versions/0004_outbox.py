"""Weekly hours by date, hours of make-up days, versions of the calendar and what they moved."""

import sqlalchemy as sa
from alembic import op

revision = "NUM_calendar_versions"
down_revision = "0003_case_work"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables and the hours of a day; every calendar so far is version 1."""
    op.add_column("calendar_day", sa.Column("hours", sa.String(length=60), nullable=True))
    _add_weeks()
    _add_versions()
    _add_moves()


def _add_weeks() -> None:
    op.create_table(
        "working_week",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("hours", sa.JSON(), nullable=False),
        sa.Column("document", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_working_week_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_working_week")),
        sa.UniqueConstraint(
            "organisation_id", "valid_from", name=op.f("uq_working_week_organisation_id_valid_from")
        ),
    )


def _add_versions() -> None:
    op.create_table(
        "calendar_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("change", sa.JSON(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("finished_at", sa.DateTime(), nullable=True),
        sa.Column("looked_at", sa.Integer(), nullable=True),
        sa.Column("moved", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_calendar_version_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_version")),
        sa.UniqueConstraint(
            "organisation_id", "number", name=op.f("uq_calendar_version_organisation_id_number")
        ),
    )


def _add_moves() -> None:
    op.create_table(
        "calendar_move",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("complaint_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("old_due_on", sa.Date(), nullable=False),
        sa.Column("new_due_on", sa.Date(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["calendar_version.id"], name=op.f("fk_calendar_move_version_id")
        ),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"], name=op.f("fk_calendar_move_complaint_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_move")),
        sa.UniqueConstraint(
            "version_id", "complaint_id", "stage", name=op.f("uq_calendar_move_version_id_complaint_id_stage")
        ),
    )
    op.create_index(op.f("ix_calendar_move_complaint_id"), "calendar_move", ["complaint_id"])


def downgrade() -> None:
    """Take them away again; what only they held is lost."""
    for table in ("calendar_move", "calendar_version", "working_week"):
        op.drop_table(table)
    op.drop_column("calendar_day", "hours")
