"""Whose cohort did not answer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables up."""
    op.create_table(
        "unheard",
        sa.Column("profile", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["profile"], ["profiles.id"], name=op.f("fk_unheard_profile")),
        sa.PrimaryKeyConstraint("profile", name=op.f("pk_unheard")),
    )
