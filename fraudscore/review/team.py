"""A team: its name and what it decides for itself. One tenant of the desk."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from fraudscore.errors import Conflict, NotThere, NotUsable
from fraudscore.review import audit
from fraudscore.review.rights import Actor, program
from fraudscore.review.settings import Settings
from fraudscore.review.tables_team import TENANTS

FIRST = "default"
NAME_MAX = 200
DECIDED = select(TENANTS.c.settings).where(TENANTS.c.id == bindparam("own"))


def settings(connection: Connection, tenant: int) -> Settings:
    """What a team has decided for itself. Raises NotThere."""
    row = connection.execute(DECIDED, {"own": tenant}).one_or_none()
    if row is None:
        raise NotThere("there is no such team")
    return Settings.model_validate(row.settings)


def change(connection: Connection, actor: Actor, wanted: Settings, *, now: datetime) -> None:
    """Decide otherwise; the log keeps what was and what is. Right ``manage``."""
    actor.need("manage")
    before, after = settings(connection, actor.tenant).model_dump(), wanted.model_dump()
    changed = {
        name: {"from": before[name], "to": value}
        for name, value in after.items()
        if before[name] != value
    }
    if changed:
        ours = update(TENANTS).where(TENANTS.c.id == actor.tenant)
        connection.execute(ours.values(settings=after))
        audit.append(connection, actor, "settings_changed", "team:", changed, now=now)


def new_tenant(connection: Connection, name: str, *, now: datetime) -> int:
    """A team with nobody in it yet; its number. Raises NotUsable, Conflict for a name that is taken."""
    name = " ".join(name.split())
    if not name or len(name) > NAME_MAX or not name.isprintable():
        raise NotUsable(f"write a name of at most {NAME_MAX} characters, all of which can be seen")
    if name in tenants(connection):
        raise Conflict(f"there is a team {name!r} already")
    values = {"name": name, "settings": Settings().model_dump(), "at": now}
    made = connection.execute(TENANTS.insert().values(values).returning(TENANTS.c.id))
    tenant = int(made.scalar_one())
    audit.append(connection, program(tenant), "team_made", "team:", {"name": name}, now=now)
    return tenant


def first_tenant(connection: Connection, *, now: datetime) -> int:
    """The team that every desk begins with."""
    found = tenants(connection).get(FIRST)
    return new_tenant(connection, FIRST, now=now) if found is None else found


def tenants(connection: Connection) -> dict[str, int]:
    """Every team by name, the oldest first; for whoever runs the desk."""
    asked = select(TENANTS.c.name, TENANTS.c.id).order_by(TENANTS.c.id)
    return {row.name: row.id for row in connection.execute(asked)}
