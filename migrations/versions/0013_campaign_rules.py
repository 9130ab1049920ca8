"""What campaigns need for the five plans: milestones, nesting, heads, richer criteria."""

import sqlalchemy as sa
from alembic import op

revision = "0013_campaign_rules"
down_revision = "0012_desk_panels"
branch_labels = None
depends_on = None

TABLES = ("conduct_finding", "campaign_parent", "campaign_milestone")


def _columns() -> list[tuple[str, sa.Column[object]]]:
    return [
        ("campaign", sa.Column("template", sa.String(length=40), nullable=True)),
        ("campaign", sa.Column("weights_confirmed_by", sa.String(length=80), nullable=True)),
        ("campaign", sa.Column("weights_confirmed_at", sa.DateTime(), nullable=True)),
        ("campaign_criterion", sa.Column("details", sa.JSON(), nullable=True)),
        (
            "campaign_competitor",
            sa.Column("head", sa.Boolean(), server_default=sa.false(), nullable=False),
        ),
    ]


def upgrade() -> None:
    """Add the tables and columns."""
    for table, column in _columns():
        op.add_column(table, column)
    _add_milestone()
    _add_parent()
    _add_finding()


def _add_milestone() -> None:
    op.create_table(
        "campaign_milestone",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_milestone_campaign_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_milestone")),
    )
    op.create_index(
        op.f("ix_campaign_milestone_campaign_id"), "campaign_milestone", ["campaign_id"]
    )


def _add_parent() -> None:
    op.create_table(
        "campaign_parent",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_parent_campaign_id")
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["campaign.id"], name=op.f("fk_campaign_parent_parent_id")
        ),
        sa.PrimaryKeyConstraint("campaign_id", name=op.f("pk_campaign_parent")),
    )
    op.create_index(op.f("ix_campaign_parent_parent_id"), "campaign_parent", ["parent_id"])


def _add_finding() -> None:
    op.create_table(
        "conduct_finding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("complaint_id", sa.Integer(), nullable=False),
        sa.Column("finding", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("found_by", sa.String(length=80), nullable=False),
        sa.Column("found_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"], name=op.f("fk_conduct_finding_complaint_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conduct_finding")),
    )
    op.create_index(op.f("ix_conduct_finding_complaint_id"), "conduct_finding", ["complaint_id"])


def downgrade() -> None:
    """Take them away again."""
    for table in TABLES:
        op.drop_table(table)
    for name, column in reversed(_columns()):
        with op.batch_alter_table(name) as batch_op:
            batch_op.drop_column(column.name)
