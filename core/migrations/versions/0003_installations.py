"""Where the app was installed by OAuth, with its tokens under our key."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.tables import Instant

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the table of installations."""
    op.create_table(
        "installations",
        sa.Column("place", sa.String(128), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("key_id", sa.String(64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_installations")),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("installations")
