"""What people are called, in a table that an index answers from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables up."""
    new = op.create_table(
        "called",
        sa.Column("tenant", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "text",
            sa.String(400).with_variant(sa.String(400, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("profile", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["profile"], ["profiles.id"], name=op.f("fk_called_profile")),
        sa.ForeignKeyConstraint(["tenant"], ["tenants.id"], name=op.f("fk_called_tenant")),
        sa.PrimaryKeyConstraint("tenant", "text", "profile", name=op.f("pk_called")),
        sqlite_with_rowid=False,
    )
    people = op.get_bind().execute(sa.text("SELECT tenant, id, profile_id, name FROM profiles"))
    for some in people.partitions(10_000):
        rows = [
            {"tenant": tenant, "text": text, "profile": id}
            for tenant, id, profile_id, name in some
            for text in _called(profile_id, name or "")
        ]
        op.get_bind().execute(new.insert(), rows)
    op.create_index(op.f("ix_called_profile"), "called", ["profile"])
    op.drop_index("ix_profiles_sought", "profiles")
    # Not in a batch: SQLite would make the table anew, and others rest on it.
    op.drop_column("profiles", "sought")


def _called(profile_id: str, name: str) -> set[str]:
    """The id, and the name from each of its words on."""
    parts = name.lower().split()
    endings = (" ".join(parts[start:]) for start in range(min(len(parts), 20)))
    return {" ".join(profile_id.lower().split()), *endings}
