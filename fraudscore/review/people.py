"""The people of a team: invited by a one-time link, given a role, let out again."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, cast, get_args

from sqlalchemy import Connection, Row, delete, exists, select, update

from fraudscore.errors import Conflict, NotThere, NotUsable
from fraudscore.review import audit, team
from fraudscore.review.cases import free_of
from fraudscore.review.logins import Login, begin, end_logins, forgive, proven
from fraudscore.review.passwords import check, hashed
from fraudscore.review.rights import ROLES, Actor, Role, program
from fraudscore.review.store import Store, new_id
from fraudscore.review.tables_team import INVITATIONS, USERS
from fraudscore.review.tokens import digest, new_secret

INVITED = timedelta(days=7)
"""How long a link may be used (assumed)."""
STAND_IN = re.compile(r"first-admin(-\d+)?@localhost")
"""What stands for the address of a team's first admin until they give it."""
NAME_MAX = 200
EMAIL_MAX = 254
NOT_CURRENT = "this is not your current password; nothing was changed"
NO_LINK = "this link was used, has expired, or never was; ask an admin for a fresh one"


@dataclass(frozen=True, slots=True)
class User:
    """Somebody of the team. ``accepted``: they have chosen a password. ``link``: until when an unused
    link of theirs works, or worked; told by ``users`` only."""

    id: str
    email: str
    name: str
    role: Role
    disabled: bool
    accepted: bool
    at: datetime
    link: datetime | None = None


@dataclass(frozen=True, slots=True)
class Invited:
    """Whom a link is for. ``first``: the first admin of a team, who gives an address too."""

    email: str
    name: str
    role: Role
    first: bool


def first_admin(connection: Connection, *, now: datetime) -> str | None:
    """As ``first_link``, of the team that every desk begins with; made where there is none."""
    return first_link(connection, team.first_tenant(connection, now=now), now=now)


def first_link(connection: Connection, tenant: int, *, now: datetime) -> str | None:
    """The token for the first admin of a team; None once they have chosen a password.

    Makes the admin where there is nobody. Each call gives a fresh token, and those before it stop
    working.
    """
    users = connection.execute(select(USERS).where(USERS.c.tenant == tenant).limit(2)).all()
    if not users:
        email = f"first-admin-{tenant}@localhost"
        user = _add(connection, tenant, email, "First admin", "admin", now)
    elif len(users) == 1 and STAND_IN.fullmatch(users[0].email):
        user = users[0].id
    else:
        return None
    audit.append(connection, program(tenant), "link_made", f"user:{user}", {}, now=now)
    return _link(connection, user, now)


def invite(
    connection: Connection, actor: Actor, email: str, name: str, role: str, *, now: datetime
) -> str:
    """The token of a one-time link for somebody; for whom has not accepted yet, a fresh one.

    Right ``manage``. Raises NotUsable for a bad address, name or role, Conflict where the address is
    taken.
    """
    actor.need("manage")
    email, name, role = _email(email), _name(name), _role(role)
    known = connection.execute(select(USERS).where(USERS.c.email == email)).one_or_none()
    if known is None:
        user = _add(connection, actor.tenant, email, name, role, now)
    elif known.tenant == actor.tenant and known.password is None and not known.disabled:
        user = known.id
        set_role(connection, actor, user, role, now=now)
        connection.execute(update(USERS).where(USERS.c.id == user).values(name=name))
    else:
        raise Conflict(
            "this address is used on this desk already; look at the list of people, or take another"
        )
    audit.append(connection, actor, "user_invited", f"user:{user}", {"role": role}, now=now)
    return _link(connection, user, now)


def new_link(connection: Connection, actor: Actor, user: str, *, now: datetime) -> str:
    """The token of a link with which somebody chooses a new password; the old one works until then.

    Right ``manage``. Raises NotThere.
    """
    actor.need("manage")
    row = _own(connection, actor, user)
    audit.append(connection, actor, "link_made", f"user:{row.id}", {}, now=now)
    return _link(connection, row.id, now)


def invited(connection: Connection, token: str, *, now: datetime) -> Invited:
    """Whom a link is for, for the page that it opens. Raises NotThere."""
    row = _of_token(connection, token, now)
    first = STAND_IN.fullmatch(row.email) is not None
    return Invited("" if first else row.email, "" if first else row.name, row.role, first)


def accept(
    store: Store,
    token: str,
    password: str,
    *,
    name: str | None = None,
    email: str | None = None,
    now: datetime,
) -> Login:
    """Choose a password by a one-time link and sign in; other logins of that user end.

    ``name`` may mend the one given; ``email`` counts for the first admin only, who must give it.
    Raises NotThere for a link that works no more, NotUsable for what cannot be used, Conflict where
    the address is taken.
    """
    with store.reading() as connection:
        row = _of_token(connection, token, now)
    called = row.name if name is None else _name(name)
    reached = _email(email or "") if STAND_IN.fullmatch(row.email) else row.email
    check(password, called, reached)
    kept = hashed(password)
    with store.writing() as connection:
        user = _of_token(connection, token, now).id
        if _taken(connection, reached, user):
            raise Conflict("somebody has this address already")
        _use_links(connection, user, now)
        end_logins(connection, user)
        values = {"name": called, "email": reached, "password": kept}
        connection.execute(update(USERS).where(USERS.c.id == user).values(values))
        return begin(connection, user, "link", now=now)


def change_password(
    store: Store, actor: Actor, current: str, password: str, *, now: datetime
) -> Login:
    """Take another password for oneself; every other login and unused link of the user ends.

    Raises NotAllowed for a wrong current password (slowed down as at signing in), NotUsable for a new
    one that cannot be used, Conflict where it was changed in the same moment.
    """
    with store.reading() as connection:
        row = _own(connection, actor, actor.id)
    user = proven(store, row.email, current, wrong=NOT_CURRENT, now=now)
    with store.writing() as connection:
        forgive(connection, user.email)  # the current password was right, whatever the new one is
    check(password, user.name, user.email)
    if password == current:
        raise NotUsable("this is the password you have; take another one")
    kept = hashed(password)
    with store.writing() as connection:
        same = (USERS.c.id == user.id) & (USERS.c.password == user.password)
        able = same & USERS.c.disabled.is_(False)
        if not connection.execute(update(USERS).where(able).values(password=kept)).rowcount:
            raise Conflict("your password was changed a moment ago; sign in again")
        end_logins(connection, user.id)
        _use_links(connection, user.id, now)
        audit.append(connection, actor, "password_changed", f"user:{user.id}", {}, now=now)
        return begin(connection, user.id, "password", now=now)


def own_user(connection: Connection, actor: Actor) -> User:
    """Whoever is signed in, as one of the team."""
    return _user(_own(connection, actor, actor.id))


def users(connection: Connection, actor: Actor) -> tuple[User, ...]:
    """Everybody of the team, in the order they came. Right ``manage``."""
    actor.need("manage")
    unused = (INVITATIONS.c.user == USERS.c.id) & INVITATIONS.c.used.is_(None)
    asked = select(USERS, INVITATIONS.c.expires).select_from(USERS.outerjoin(INVITATIONS, unused))
    ours = asked.where(USERS.c.tenant == actor.tenant).order_by(USERS.c.at, USERS.c.id)
    return tuple(replace(_user(row), link=row.expires) for row in connection.execute(ours))


def colleagues(connection: Connection, actor: Actor) -> tuple[User, ...]:
    """Whoever may be given a case: those who review and are not disabled, by name. Right ``see``."""
    actor.need("see")
    ours = (
        select(USERS)
        .where(USERS.c.tenant == actor.tenant, USERS.c.disabled.is_(False))
        .where(USERS.c.role.in_(("reviewer", "lead")))
        .order_by(USERS.c.name, USERS.c.id)
    )
    return tuple(_user(row) for row in connection.execute(ours))


def set_role(connection: Connection, actor: Actor, user: str, role: str, *, now: datetime) -> None:
    """Give somebody another role, from their next click on.

    Right ``manage``. Raises NotThere, NotUsable for a role that is none, Conflict for the last admin.
    """
    actor.need("manage")
    role, row = _role(role), _own(connection, actor, user)
    if row.role == role:
        return
    _not_last(connection, actor, row)
    connection.execute(update(USERS).where(USERS.c.id == row.id).values(role=role))
    if "review" not in ROLES[role]:
        free_of(connection, actor, row.id, now=now)
    detail = {"from": row.role, "to": role}
    audit.append(connection, actor, "role_changed", f"user:{row.id}", detail, now=now)


def set_disabled(
    connection: Connection, actor: Actor, user: str, disabled: bool, *, now: datetime
) -> None:
    """Let somebody out at once, their links and logins too, or in again. Their cases are nobody's.

    Right ``manage``. Raises NotThere, Conflict for the last admin.
    """
    actor.need("manage")
    row = _own(connection, actor, user)
    if row.disabled == disabled:
        return
    if disabled:
        _not_last(connection, actor, row)
        end_logins(connection, row.id)
        _use_links(connection, row.id, now)
        free_of(connection, actor, row.id, now=now)
    connection.execute(update(USERS).where(USERS.c.id == row.id).values(disabled=disabled))
    action = "user_disabled" if disabled else "user_enabled"
    audit.append(connection, actor, action, f"user:{row.id}", {}, now=now)


def _user(row: Row[Any]) -> User:
    return User(
        row.id, row.email, row.name, row.role, row.disabled, row.password is not None, row.at
    )


def _add(
    connection: Connection, tenant: int, email: str, name: str, role: Role, now: datetime
) -> str:
    user = new_id()
    values = {"id": user, "tenant": tenant, "email": email, "name": name, "role": role}
    connection.execute(USERS.insert().values(**values, disabled=False, at=now))
    return user


def _own(connection: Connection, actor: Actor, user: str) -> Row[Any]:
    ours = select(USERS).where(USERS.c.tenant == actor.tenant, USERS.c.id == user)
    row = connection.execute(ours).one_or_none()
    if row is None:
        raise NotThere("there is nobody of that id in your team")
    return row


def _not_last(connection: Connection, actor: Actor, user: Row[Any]) -> None:
    """A team without an admin who can sign in could never change again; the actor is signed in."""
    if user.role != "admin" or user.disabled:
        return
    others = (USERS.c.tenant == user.tenant) & (USERS.c.role == "admin") & (USERS.c.id != user.id)
    here = USERS.c.password.is_not(None) | (USERS.c.id == actor.id)
    able = others & USERS.c.disabled.is_(False) & here
    if not connection.execute(select(exists().where(able))).scalar():
        raise Conflict("this is the last admin; make somebody else one first")


def _link(connection: Connection, user: str, now: datetime) -> str:
    """A fresh token; the links before it stop working."""
    connection.execute(delete(INVITATIONS).where(INVITATIONS.c.user == user))
    token = new_secret()
    connection.execute(
        INVITATIONS.insert().values(digest=digest(token), user=user, expires=now + INVITED)
    )
    return token


def _use_links(connection: Connection, user: str, now: datetime) -> None:
    unused = (INVITATIONS.c.user == user) & INVITATIONS.c.used.is_(None)
    connection.execute(update(INVITATIONS).where(unused).values(used=now))


def _of_token(connection: Connection, token: str, now: datetime) -> Row[Any]:
    asked = (
        select(USERS)
        .join(INVITATIONS, INVITATIONS.c.user == USERS.c.id)
        .where(INVITATIONS.c.digest == digest(token), INVITATIONS.c.used.is_(None))
        .where(INVITATIONS.c.expires > now, USERS.c.disabled.is_(False))
    )
    row = connection.execute(asked).one_or_none()
    if row is None:
        raise NotThere(NO_LINK)
    return row


def _taken(connection: Connection, email: str, user: str) -> bool:
    others = exists().where(USERS.c.email == email, USERS.c.id != user)
    return bool(connection.execute(select(others)).scalar())


def _email(text: str) -> str:
    email = text.strip().lower()
    if len(email) > EMAIL_MAX or not re.fullmatch(r"[^\s@\x00]+@[^\s@\x00]+", email):
        raise NotUsable("write an e-mail address such as ana@example.org")
    if STAND_IN.fullmatch(email):
        raise NotUsable("this address stands for nobody; write your own")
    return email


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name or len(name) > NAME_MAX or "\0" in name:
        raise NotUsable(f"write a name of at most {NAME_MAX} characters")
    return name


def _role(text: str) -> Role:
    if text not in get_args(Role):
        raise NotUsable(f"choose one of {', '.join(get_args(Role))}")
    return cast(Role, text)
