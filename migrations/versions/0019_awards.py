"""Awards: titles, councils, nominations, sessions and votes."""

import sqlalchemy as sa
from alembic import op

revision = "0019_awards"
down_revision = "0018_standing_depth"
branch_labels = None
depends_on = None

TABLES = (
    "award_vote",
    "award_recusal",
    "award_seat",
    "award_item",
    "award_nomination",
    "award_member",
    "award_session",
    "award_council",
    "award_title",
)


def upgrade() -> None:
    """Add the tables."""
    _add_title()
    _add_council()
    _add_session()
    _add_member()
    _add_nomination()
    _add_item()
    _add_seat()
    _add_recusal()
    _add_vote()


def _add_title() -> None:
    op.create_table(
        "award_title",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("level", sa.String(length=100), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("share", sa.String(length=20), nullable=False),
        sa.Column("suggested", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("legal_basis", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_award_title_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award_title")),
        sa.UniqueConstraint(
            "organisation_id",
            "code",
            "valid_from",
            name=op.f("uq_award_title_organisation_id_code_valid_from"),
        ),
    )


def _add_council() -> None:
    op.create_table(
        "award_council",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("document", sa.String(length=300), nullable=False),
        sa.Column("quorum", sa.String(length=20), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_award_council_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award_council")),
    )
    op.create_index(op.f("ix_award_council_unit_id"), "award_council", ["unit_id"])


def _add_session() -> None:
    op.create_table(
        "award_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("council_id", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("quorum", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("planned_by", sa.String(length=80), nullable=False),
        sa.Column("planned_at", sa.DateTime(), nullable=False),
        sa.Column("opened_by", sa.String(length=80), nullable=True),
        sa.Column("opened_at", sa.DateTime(), nullable=True),
        sa.Column("closed_by", sa.String(length=80), nullable=True),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("decision_number", sa.String(length=60), nullable=False),
        sa.Column("decision_on", sa.Date(), nullable=True),
        sa.Column("decided_by", sa.String(length=80), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_award_session_campaign_id")
        ),
        sa.ForeignKeyConstraint(
            ["council_id"], ["award_council.id"], name=op.f("fk_award_session_council_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award_session")),
    )
    op.create_index(op.f("ix_award_session_campaign_id"), "award_session", ["campaign_id"])


def _add_member() -> None:
    op.create_table(
        "award_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("council_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("post", sa.String(length=200), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("chair", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["council_id"], ["award_council.id"], name=op.f("fk_award_member_council_id")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_award_member_account_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_award_member_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award_member")),
    )
    op.create_index(op.f("ix_award_member_account_id"), "award_member", ["account_id"])
    op.create_index(op.f("ix_award_member_council_id"), "award_member", ["council_id"])


def _add_nomination() -> None:
    op.create_table(
        "award_nomination",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("competitor_id", sa.Integer(), nullable=False),
        sa.Column("title_id", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("points", sa.String(length=24), nullable=True),
        sa.Column("as_of", sa.DateTime(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("nominated_by", sa.String(length=80), nullable=False),
        sa.Column("nominated_at", sa.DateTime(), nullable=False),
        sa.Column("ended_by", sa.String(length=80), nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("ended_for", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_award_nomination_campaign_id")
        ),
        sa.ForeignKeyConstraint(
            ["competitor_id"],
            ["campaign_competitor.id"],
            name=op.f("fk_award_nomination_competitor_id"),
        ),
        sa.ForeignKeyConstraint(
            ["title_id"], ["award_title.id"], name=op.f("fk_award_nomination_title_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award_nomination")),
    )
    op.create_index(op.f("ix_award_nomination_campaign_id"), "award_nomination", ["campaign_id"])
    op.create_index(
        op.f("uq_award_nomination_open"),
        "award_nomination",
        ["competitor_id", "title_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )


def _add_item() -> None:
    op.create_table(
        "award_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("nomination_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("share", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("members", sa.Integer(), nullable=True),
        sa.Column("needed", sa.Integer(), nullable=True),
        sa.Column("votes_for", sa.Integer(), nullable=True),
        sa.Column("votes_against", sa.Integer(), nullable=True),
        sa.Column("votes_abstaining", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["session_id"], ["award_session.id"], name=op.f("fk_award_item_session_id")
        ),
        sa.ForeignKeyConstraint(
            ["nomination_id"], ["award_nomination.id"], name=op.f("fk_award_item_nomination_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award_item")),
        sa.UniqueConstraint(
            "session_id", "nomination_id", name=op.f("uq_award_item_session_id_nomination_id")
        ),
    )
    op.create_index(op.f("ix_award_item_nomination_id"), "award_item", ["nomination_id"])


def _add_seat() -> None:
    op.create_table(
        "award_seat",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("post", sa.String(length=200), nullable=False),
        sa.Column("chair", sa.Boolean(), nullable=False),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["award_session.id"], name=op.f("fk_award_seat_session_id")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["award_member.id"], name=op.f("fk_award_seat_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_award_seat_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award_seat")),
        sa.UniqueConstraint(
            "session_id", "member_id", name=op.f("uq_award_seat_session_id_member_id")
        ),
    )
    op.create_index(op.f("ix_award_seat_account_id"), "award_seat", ["account_id"])


def _add_recusal() -> None:
    op.create_table(
        "award_recusal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("seat_id", sa.Integer(), nullable=False),
        sa.Column("ground", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("noted_by", sa.String(length=80), nullable=False),
        sa.Column("noted_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["award_item.id"], name=op.f("fk_award_recusal_item_id")
        ),
        sa.ForeignKeyConstraint(
            ["seat_id"], ["award_seat.id"], name=op.f("fk_award_recusal_seat_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award_recusal")),
        sa.UniqueConstraint("item_id", "seat_id", name=op.f("uq_award_recusal_item_id_seat_id")),
    )


def _add_vote() -> None:
    op.create_table(
        "award_vote",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("seat_id", sa.Integer(), nullable=False),
        sa.Column("choice", sa.String(length=10), nullable=False),
        sa.Column("way", sa.String(length=10), nullable=False),
        sa.Column("paper", sa.String(length=200), nullable=False),
        sa.Column("cast_by", sa.String(length=80), nullable=False),
        sa.Column("cast_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["award_item.id"], name=op.f("fk_award_vote_item_id")),
        sa.ForeignKeyConstraint(["seat_id"], ["award_seat.id"], name=op.f("fk_award_vote_seat_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award_vote")),
    )
    op.create_index(op.f("ix_award_vote_item_id_seat_id"), "award_vote", ["item_id", "seat_id"])


def downgrade() -> None:
    """Drop them."""
    for name in TABLES:
        op.drop_table(name)
