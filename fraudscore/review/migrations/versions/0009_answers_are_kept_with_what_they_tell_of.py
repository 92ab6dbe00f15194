"""Answers are kept in the transaction that does what they tell of, so none is being worked on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables up."""
    answered = sa.table("answered_requests", sa.column("status", sa.SmallInteger))
    op.execute(sa.delete(answered).where(answered.c.status == 0))
    op.drop_column("answered_requests", "status")
