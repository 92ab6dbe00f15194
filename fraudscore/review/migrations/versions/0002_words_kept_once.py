"""Words kept once, and an index of who holds a case."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables up."""
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.create_index("ix_cases_held", ["tenant", "holder"], unique=False)
    # SQLite kept each word in a table and again in the index of its key.
    if op.get_bind().dialect.name == "sqlite":
        kept_once = {"sqlite_with_rowid": False}
        with op.batch_alter_table("words", recreate="always", table_kwargs=kept_once):
            pass
