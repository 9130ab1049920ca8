"""Registers that campaigns ask for, published indexes and improvement plans, procedure pages."""

import sqlalchemy as sa
from alembic import op

revision = "0016_registers"
down_revision = "0015_campaign_freezes"
branch_labels = None
depends_on = None

TABLES = (
    "improvement_step",
    "register_person",
    "improvement_action",
    "register_entry",
    "publication_sheet",
    "index_result",
    "weakness_rule",
)
PROCEDURE_COLUMNS = ("papers", "legal_basis")


def upgrade() -> None:
    """Add the tables and columns."""
    _add_weakness_rule()
    _add_index_result()
    _add_publication_sheet()
    _add_register_entry()
    _add_improvement_action()
    _add_register_person()
    _add_improvement_step()
    for name in PROCEDURE_COLUMNS:
        op.add_column("procedure", sa.Column(name, sa.Text(), nullable=True))


def _add_weakness_rule() -> None:
    op.create_table(
        "weakness_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("index", sa.String(length=20), nullable=False),
        sa.Column("from_year", sa.Integer(), nullable=False),
        sa.Column("below", sa.String(length=24), nullable=False),
        sa.Column("fallen_by", sa.String(length=24), nullable=False),
        sa.Column("document", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_weakness_rule_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weakness_rule")),
        sa.UniqueConstraint(
            "organisation_id",
            "index",
            "from_year",
            name=op.f("uq_weakness_rule_organisation_id_index_from_year"),
        ),
    )


def _add_index_result() -> None:
    op.create_table(
        "index_result",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("index", sa.String(length=20), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("points", sa.String(length=24), nullable=False),
        sa.Column("most_points", sa.String(length=24), nullable=False),
        sa.Column("document", sa.String(length=300), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_index_result_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_index_result")),
        sa.UniqueConstraint(
            "unit_id", "index", "year", "code", name=op.f("uq_index_result_unit_id_index_year_code")
        ),
    )


def _add_publication_sheet() -> None:
    op.create_table(
        "publication_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("procedure_id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("printed_at", sa.DateTime(), nullable=False),
        sa.Column("first_read_on", sa.Date(), nullable=True),
        sa.Column("last_read_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["procedure_id"], ["procedure.id"], name=op.f("fk_publication_sheet_procedure_id")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_publication_sheet_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication_sheet")),
        sa.UniqueConstraint("token", name=op.f("uq_publication_sheet_token")),
        sa.UniqueConstraint(
            "unit_id", "procedure_id", name=op.f("uq_publication_sheet_unit_id_procedure_id")
        ),
    )


def _add_register_entry() -> None:
    op.create_table(
        "register_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("planned", sa.Integer(), nullable=True),
        sa.Column("done", sa.Integer(), nullable=True),
        sa.Column("procedure_id", sa.Integer(), nullable=True),
        sa.Column("choice", sa.String(length=20), nullable=True),
        sa.Column("mark", sa.String(length=24), nullable=True),
        sa.Column("document", sa.String(length=300), nullable=False),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.Column("remedy", sa.Text(), nullable=False),
        sa.Column("remedy_due_on", sa.Date(), nullable=True),
        sa.Column("remedied_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["procedure_id"], ["procedure.id"], name=op.f("fk_register_entry_procedure_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_register_entry_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_entry")),
        sa.UniqueConstraint(
            "kind", "unit_id", "code", name=op.f("uq_register_entry_kind_unit_id_code")
        ),
    )
    op.create_index("ix_register_entry_kind_due_on", "register_entry", ["kind", "due_on"])
    op.create_index(op.f("ix_register_entry_unit_id"), "register_entry", ["unit_id"])


def _add_improvement_action() -> None:
    op.create_table(
        "improvement_action",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("result_id", sa.Integer(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("remedy", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["result_id"], ["index_result.id"], name=op.f("fk_improvement_action_result_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_improvement_action")),
        sa.UniqueConstraint("result_id", name=op.f("uq_improvement_action_result_id")),
    )
    op.create_index("ix_improvement_action_state_due_on", "improvement_action", ["state", "due_on"])


def _add_register_person() -> None:
    op.create_table(
        "register_person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["register_entry.id"], name=op.f("fk_register_person_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officer.id"], name=op.f("fk_register_person_officer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_person")),
        sa.UniqueConstraint(
            "entry_id", "position", name=op.f("uq_register_person_entry_id_position")
        ),
    )
    op.create_index(op.f("ix_register_person_officer_id"), "register_person", ["officer_id"])


def _add_improvement_step() -> None:
    op.create_table(
        "improvement_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("noted_by", sa.String(length=80), nullable=False),
        sa.Column("noted_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["action_id"], ["improvement_action.id"], name=op.f("fk_improvement_step_action_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_improvement_step")),
    )
    op.create_index(op.f("ix_improvement_step_action_id"), "improvement_step", ["action_id"])


def downgrade() -> None:
    """Take them away again."""
    for name in reversed(PROCEDURE_COLUMNS):
        with op.batch_alter_table("procedure") as batch_op:
            batch_op.drop_column(name)
    for table in TABLES:
        op.drop_table(table)
