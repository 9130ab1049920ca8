"""Questionnaires, from when to when each is in use and for whom, and daily totals of answers."""

import sqlalchemy as sa
from alembic import op

revision = "0006_questionnaires"
down_revision = "0005_outbox"
branch_labels = None
depends_on = None

VALUES = range(6)


def upgrade() -> None:
    """Add the tables; every rating until now answered the boxes alone."""
    op.create_table(
        "questionnaire",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("series", sa.String(length=35), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_questionnaire_organisation_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_questionnaire_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questionnaire")),
        sa.UniqueConstraint(
            "organisation_id", "code", name=op.f("uq_questionnaire_organisation_id_code")
        ),
    )
    _add_uses()
    op.create_table(
        "rating_day_answer",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("lane", sa.String(length=10), nullable=False),
        sa.Column("desk_id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("questionnaire", sa.String(length=40), nullable=False),
        sa.Column("item", sa.String(length=40), nullable=False),
        *(sa.Column(f"value_{value}", sa.Integer(), nullable=False) for value in VALUES),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_rating_day_answer_unit_id")
        ),
        sa.PrimaryKeyConstraint(
            "unit_id",
            "on",
            "lane",
            "desk_id",
            "officer_id",
            "questionnaire",
            "item",
            name=op.f("pk_rating_day_answer"),
        ),
    )


def _add_uses() -> None:
    op.create_table(
        "questionnaire_use",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("questionnaire_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("campaign_id", sa.Integer(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [f"{table}_id"], [f"{table}.id"], name=op.f(f"fk_questionnaire_use_{table}_id")
            )
            for table in ("organisation", "questionnaire", "unit", "campaign")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questionnaire_use")),
    )
    op.create_index(
        op.f("ix_questionnaire_use_organisation_id"), "questionnaire_use", ["organisation_id"]
    )


def downgrade() -> None:
    """Take them away again; which version a rating answered stays with it."""
    for table in ("rating_day_answer", "questionnaire_use", "questionnaire"):
        op.drop_table(table)
