"""What a cohort is to be told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables up."""
    op.create_table(
        "confirmed",
        sa.Column("profile", sa.String(length=32), nullable=False),
        sa.Column("since", sa.Double(), nullable=True),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("change", sa.String(length=32), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("due", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["profile"], ["profiles.id"], name=op.f("fk_confirmed_profile")),
        sa.PrimaryKeyConstraint("profile", name=op.f("pk_confirmed")),
        sa.UniqueConstraint("change", name=op.f("uq_confirmed_change")),
    )
    with op.batch_alter_table("confirmed", schema=None) as batch_op:
        batch_op.create_index("ix_confirmed_due", ["due"], unique=False)
    # Cases that stand confirmed already are told too, whenever a cohort is first named.
    op.execute(
        'INSERT INTO confirmed (profile, since, at, "change", attempts, due) '
        "SELECT cases.profile, min(decisions.at), min(decisions.at), cases.profile, 0, 0 "
        'FROM decisions JOIN cases ON cases.id = decisions."case" '
        "WHERE decisions.kind = 'confirm_impersonation' AND decisions.undone IS NULL "
        "GROUP BY cases.profile"
    )
