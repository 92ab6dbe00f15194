"""What is contested does not stand."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables up."""
    # Confirmed cases with an open appeal were told to a cohort, and are told to be none for now.
    op.execute(
        "DELETE FROM confirmed WHERE profile IN "
        "(SELECT cases.profile FROM appeals "
        'JOIN decisions ON decisions.id = appeals.decision JOIN cases ON cases.id = appeals."case" '
        "WHERE appeals.opened IS NOT NULL AND appeals.closed IS NULL "
        "AND decisions.kind = 'confirm_impersonation' AND decisions.undone IS NULL)"
    )
    op.execute(
        'INSERT INTO confirmed (profile, since, at, "change", attempts, due) '
        "SELECT cases.profile, min(CASE WHEN appeals.id IS NULL THEN decisions.at END), "
        "max(appeals.opened), cases.profile, 0, 0 "
        'FROM decisions JOIN cases ON cases.id = decisions."case" '
        "LEFT JOIN appeals ON appeals.decision = decisions.id "
        "AND appeals.opened IS NOT NULL AND appeals.closed IS NULL "
        "WHERE decisions.kind = 'confirm_impersonation' AND decisions.undone IS NULL "
        "GROUP BY cases.profile HAVING max(appeals.opened) IS NOT NULL"
    )
