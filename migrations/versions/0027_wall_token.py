"""Who has the address of a wall may look: its column is a token, and is named so."""

import sqlalchemy as sa
from alembic import op

revision = "0027_wall_token"
down_revision = "0026_bands_added"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Name the column and its constraint anew, but where 0018 has made them so for a day."""
    columns = {column["name"] for column in sa.inspect(op.get_bind()).get_columns("campaign_wall")}
    if "code" in columns:
        _rename("code", "token")


def downgrade() -> None:
    """Name them as before."""
    _rename("token", "code")


def _rename(before: str, after: str) -> None:
    with op.batch_alter_table("campaign_wall") as table:
        table.drop_constraint(op.f(f"uq_campaign_wall_{before}"), type_="unique")
        table.alter_column(before, new_column_name=after)
    # On its own: SQLite's copy of the table knows the column by its new name only afterwards.
    with op.batch_alter_table("campaign_wall") as table:
        table.create_unique_constraint(op.f(f"uq_campaign_wall_{after}"), [after])
