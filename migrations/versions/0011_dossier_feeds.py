"""Keys of other programs, files of dossiers that come by themselves, and more of each dossier."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0011_dossier_feeds"
down_revision = "0010_residents_rights"
branch_labels = None
depends_on = None

TABLES = ("dossier_feed", "dossier_mapping", "dossier_change", "api_key")


def _columns() -> tuple[tuple[str, sa.Column[Any]], ...]:
    """Give every added column with its table, anew for every run."""
    return (
        ("dossier", sa.Column("channel", sa.String(length=10), nullable=True)),
        ("dossier", sa.Column("waited_days", sa.Integer(), nullable=False, server_default="0")),
        ("dossier", sa.Column("waiting_since", sa.Date(), nullable=True)),
        ("dossier", sa.Column("apologised_on", sa.Date(), nullable=True)),
        ("dossier", sa.Column("reappointed_on", sa.Date(), nullable=True)),
        ("dossier", sa.Column("reappointments", sa.Integer(), nullable=False, server_default="0")),
        (
            "dossier_import",
            sa.Column("source", sa.String(length=10), nullable=False, server_default="form"),
        ),
        ("paper_register", sa.Column("evidence", sa.String(length=500), nullable=True)),
        ("paper_register", sa.Column("entered_by", sa.String(length=80), nullable=True)),
        ("paper_register", sa.Column("entered_at", sa.DateTime(), nullable=True)),
    )


def upgrade() -> None:
    """Add the tables and columns."""
    _add_key()
    _add_change()
    _add_mapping()
    _add_feed()
    for table, column in _columns():
        op.add_column(table, column)


def _add_key() -> None:
    op.create_table(
        "api_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_api_key_organisation_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_api_key_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_api_key_key_hash")),
    )
    op.create_index(op.f("ix_api_key_organisation_id"), "api_key", ["organisation_id"])


def _add_change() -> None:
    op.create_table(
        "dossier_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("change", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_dossier_change_dossier_id")
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["dossier_import.id"], name=op.f("fk_dossier_change_import_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossier_change")),
    )
    for column in ("dossier_id", "import_id"):
        op.create_index(op.f(f"ix_dossier_change_{column}"), "dossier_change", [column])


def _add_mapping() -> None:
    op.create_table(
        "dossier_mapping",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("shape", sa.String(length=64), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("chosen_by", sa.String(length=80), nullable=False),
        sa.Column("chosen_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_dossier_mapping_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossier_mapping")),
        sa.UniqueConstraint(
            "organisation_id", "shape", name=op.f("uq_dossier_mapping_organisation_id_shape")
        ),
    )


def _add_feed() -> None:
    op.create_table(
        "dossier_feed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("api_key_id", sa.Integer(), nullable=True),
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["api_key_id"], ["api_key.id"], name=op.f("fk_dossier_feed_api_key_id")
        ),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_dossier_feed_job_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_dossier_feed_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossier_feed")),
        sa.UniqueConstraint("unit_id", "digest", name=op.f("uq_dossier_feed_unit_id_digest")),
    )


def downgrade() -> None:
    """Take them away again."""
    for table, column in reversed(_columns()):
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_column(column.name)
    for table in TABLES:
        op.drop_table(table)
