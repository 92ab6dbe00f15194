"""Labels are told too."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

LABEL = "'confirmed_impersonation'"


def upgrade() -> None:
    """Bring the tables up."""
    # What stands of a person follows from the newest of their labels, not from decisions alone.
    op.execute(
        "DELETE FROM confirmed WHERE profile IN "
        f"(SELECT profile FROM labels WHERE NOT void AND label = {LABEL})"
    )
    op.execute(
        'INSERT INTO confirmed (profile, since, at, "change", attempts, due) '
        f"SELECT labels.profile, min(CASE WHEN labels.label = {LABEL} AND appeals.id IS NULL "
        "AND labels.at > coalesce((SELECT max(other.at) FROM labels AS other "
        f"WHERE other.profile = labels.profile AND NOT other.void AND other.label <> {LABEL}), 0) "
        "THEN labels.at END), max(coalesce(appeals.opened, labels.at)), labels.profile, 0, 0 "
        "FROM labels LEFT JOIN appeals ON appeals.decision = labels.decision "
        "AND appeals.opened IS NOT NULL AND appeals.closed IS NULL "
        "WHERE NOT labels.void GROUP BY labels.profile "
        f"HAVING max(CASE WHEN labels.label = {LABEL} THEN 1 ELSE 0 END) = 1"
    )
