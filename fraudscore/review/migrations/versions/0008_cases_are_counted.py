"""Cases are counted in an index of nothing else."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables up."""
    op.create_index("ix_cases_counted", "cases", ["tenant", "state", "urgency"])
