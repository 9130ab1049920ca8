"""What a kiosk says of itself, where it stood, invitations at the desk, ratings carried on."""

import sqlalchemy as sa
from alembic import op

revision = "0002_kiosk_health"
down_revision = "0001_baseline"
branch_labels = None
depends_on = None

REPORTED = (
    ("placed_at", sa.DateTime()),
    ("reported_at", sa.DateTime()),
    ("boot", sa.String(length=36)),
    ("uptime_ms", sa.BigInteger()),
    ("waiting", sa.Integer()),
    ("oldest_waiting_at", sa.DateTime()),
    ("quarantined", sa.Integer()),
    ("persisted", sa.Boolean()),
    ("version", sa.String(length=40)),
    ("storage", sa.String(length=20)),
)
REVIEWED = (("reviewed_at", sa.DateTime()), ("reviewed_by", sa.String(length=80)))
RARE = (
    ("ix_rating_time_uncertain", "time_uncertain", ["unit_id", "rated_on"]),
    ("ix_rating_sequence_reused", "sequence_reused", ["kiosk_id"]),
)


def upgrade() -> None:
    """Add the columns and tables; every kiosk has stood at its desk since it was paired."""
    for name, kind in REPORTED:
        op.add_column("kiosk", sa.Column(name, kind, nullable=True))
    op.add_column("invitation", sa.Column("rating_id", sa.Uuid(), nullable=True))
    for name, kind in REVIEWED:
        op.add_column("rating_quarantine", sa.Column(name, kind, nullable=True))
    with op.batch_alter_table("pairing") as batch_op:
        batch_op.add_column(sa.Column("previous_kiosk_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_pairing_previous_kiosk_id"), "kiosk", ["previous_kiosk_id"], ["id"]
        )
    for name, mark, columns in RARE:
        marked = sa.text(f"replace(CAST(marks AS TEXT), '{mark}', '') <> CAST(marks AS TEXT)")
        op.create_index(name, "rating", columns, sqlite_where=marked, postgresql_where=marked)
    op.create_index("ix_dossier_unit_id_finished_on", "dossier", ["unit_id", "finished_on"])
    _add_placements()
    _add_desk_invitations()
    _add_comments()


def _add_placements() -> None:
    op.create_table(
        "kiosk_placement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kiosk_id", sa.Integer(), nullable=False),
        sa.Column("desk_id", sa.Integer(), nullable=False),
        sa.Column("from_at", sa.DateTime(), nullable=False),
        sa.Column("to_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["kiosk_id"], ["kiosk.id"], name=op.f("fk_kiosk_placement_kiosk_id")
        ),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_kiosk_placement_desk_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kiosk_placement")),
    )
    op.create_index(
        "ix_kiosk_placement_kiosk_id_from_at", "kiosk_placement", ["kiosk_id", "from_at"]
    )
    op.execute(
        "INSERT INTO kiosk_placement (kiosk_id, desk_id, from_at)"
        " SELECT id, desk_id, paired_at FROM kiosk ORDER BY id"
    )


def _add_desk_invitations() -> None:
    op.create_table(
        "desk_invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("desk_id", sa.Integer(), nullable=False),
        sa.Column("procedure_id", sa.Integer(), nullable=True),
        sa.Column("dossier_code", sa.String(length=60), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_desk_invitation_desk_id")),
        sa.ForeignKeyConstraint(
            ["procedure_id"], ["procedure.id"], name=op.f("fk_desk_invitation_procedure_id")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_desk_invitation_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_invitation")),
    )
    op.create_index("ix_desk_invitation_desk_id_id", "desk_invitation", ["desk_id", "id"])


def _add_comments() -> None:
    op.create_table(
        "rating_comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column("rating_id", sa.Uuid(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["invitation.id"], name=op.f("fk_rating_comment_invitation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating_comment")),
        sa.UniqueConstraint("invitation_id", name=op.f("uq_rating_comment_invitation_id")),
    )
    op.create_index(op.f("ix_rating_comment_rating_id"), "rating_comment", ["rating_id"])


def downgrade() -> None:
    """Take them away again; what only they held is lost."""
    for table in ("rating_comment", "desk_invitation", "kiosk_placement"):
        op.drop_table(table)
    op.drop_index("ix_dossier_unit_id_finished_on", "dossier")
    for name, _mark, _columns in RARE:
        op.drop_index(name, "rating")
    with op.batch_alter_table("pairing") as batch_op:
        batch_op.drop_constraint(op.f("fk_pairing_previous_kiosk_id"), type_="foreignkey")
        batch_op.drop_column("previous_kiosk_id")
    for column, _kind in reversed(REVIEWED):
        op.drop_column("rating_quarantine", column)
    op.drop_column("invitation", "rating_id")
    for column, _type in reversed(REPORTED):
        op.drop_column("kiosk", column)
