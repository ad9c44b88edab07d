"""Where people and channels of Teams can be written to first, under our key."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.tables import Instant

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the table of contacts."""
    op.create_table(
        "contacts",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("key_id", sa.String(64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_contacts")),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("contacts")
