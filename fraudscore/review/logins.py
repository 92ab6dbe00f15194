"""Logins: who is at a browser, from the password to the last click, and how guessing is slowed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select, update

from fraudscore.errors import NotAllowed
from fraudscore.review import audit
from fraudscore.review.passwords import hashed, matches, outdated
from fraudscore.review.rights import Actor
from fraudscore.review.store import Store
from fraudscore.review.tables_team import FAILURES, LOGINS, USERS
from fraudscore.review.tokens import digest, new_secret

LASTS = timedelta(hours=12)
"""A login ends after a working day, whatever happens (assumed)."""
IDLE = timedelta(hours=1)
"""A login ends when nothing was done for so long (assumed)."""
NOTED = timedelta(minutes=5)
"""How late it may be noted that something was done; keeps clicks from waiting for writers."""
FREE_FAILURES = 5
"""Wrong passwords before the pauses begin (assumed)."""
PAUSE_MAX = timedelta(minutes=1)
"""The longest pause: it slows guessing and does not lock the owner out (assumed)."""
REMEMBERED = timedelta(hours=1)
"""How long a wrong password counts (assumed)."""
WRONG = "the e-mail address and the password do not belong together; try again"


@dataclass(frozen=True, slots=True)
class Login:
    """A browser that is signed in. ``cookie`` is the secret, ``csrf`` goes into each form.

    ``expires``: when it ends however busy it is.
    """

    cookie: str
    csrf: str
    actor: Actor
    expires: datetime


def log_in(store: Store, email: str, password: str, *, now: datetime) -> Login:
    """Sign in with a password, in transactions of its own: hashing must not keep writers waiting.

    Raises NotAllowed, in the same words and about as late for a wrong password, an unknown address
    and a disabled user; after FREE_FAILURES of them with the seconds to wait.
    """
    return _signed_in(store, proven(store, email, password, now=now), password, now)


def proven(
    store: Store, email: str, password: str, *, wrong: str = WRONG, now: datetime
) -> Row[Any]:
    """The row of the user with this address and password, in a transaction of its own.

    Raises NotAllowed as ``log_in`` does, in the words of ``wrong``.
    """
    email = email.strip().lower()
    with store.writing() as connection:
        # Counted before the password is looked at, so that many guesses at once count too.
        wait = _count_guess(connection, email, now)
        user = None if wait else _user(connection, email)
    if wait:
        raise NotAllowed(f"too many wrong passwords for this address; wait {wait} s and try again")
    if not matches(password, user.password if user else None) or user is None:
        raise NotAllowed(wrong)
    return user


def _signed_in(store: Store, user: Row[Any], password: str, now: datetime) -> Login:
    renewed = hashed(password) if outdated(user.password) else user.password
    with store.writing() as connection:
        forgive(connection, user.email)
        # Between the two transactions the user may have been disabled, or the password changed.
        kept = (USERS.c.id == user.id) & (USERS.c.password == user.password)
        found = connection.execute(
            update(USERS).where(kept, USERS.c.disabled.is_(False)).values(password=renewed)
        )
        login = begin(connection, user.id, "password", now=now) if found.rowcount else None
    if login is None:
        raise NotAllowed(WRONG)
    return login


def forgive(connection: Connection, email: str) -> None:
    """Forget the wrong passwords of an address: the right one was given."""
    connection.execute(delete(FAILURES).where(FAILURES.c.email == _guessed(email)))


def trusted(connection: Connection, email: str, *, now: datetime) -> Login | None:
    """Sign in whom a proxy vouches for; None if there is no such user, or they are disabled."""
    user = _user(connection, email.strip().lower())
    return None if user is None else begin(connection, user.id, "header", now=now)


def begin(connection: Connection, user: str, by: str, *, now: datetime) -> Login:
    """A new login of a user, written to the audit log. ``by``: how they showed who they are."""
    row = connection.execute(select(USERS).where(USERS.c.id == user)).one()
    login = Login(new_secret(), new_secret(), actor_of(row), now + LASTS)
    connection.execute(
        LOGINS.insert().values(
            digest=digest(login.cookie), user=user, csrf=login.csrf, expires=login.expires, seen=now
        )
    )
    audit.append(connection, login.actor, "signed_in", f"user:{user}", {"by": by}, now=now)
    return login


def login_of(store: Store, cookie: str, *, now: datetime) -> Login | None:
    """Who a cookie belongs to, with today's role; None if it ended. Notes that they are there."""
    with store.reading() as connection:
        row = connection.execute(_login(cookie)).one_or_none()
    if row is None or row.disabled or not _lasts(row, now):
        return None
    if now - row.seen >= NOTED:
        with store.writing() as connection:
            connection.execute(
                update(LOGINS).where(LOGINS.c.digest == digest(cookie)).values(seen=now)
            )
    return Login(cookie, row.csrf, actor_of(row), row.expires)


def log_out(connection: Connection, cookie: str, *, now: datetime) -> None:
    """End a login; a cookie that belongs to none is no error."""
    row = connection.execute(_login(cookie)).one_or_none()
    if row is not None:
        connection.execute(delete(LOGINS).where(LOGINS.c.digest == digest(cookie)))
        audit.append(connection, actor_of(row), "signed_out", f"user:{row.id}", {}, now=now)


def end_logins(connection: Connection, user: str) -> None:
    """End every login of a user."""
    connection.execute(delete(LOGINS).where(LOGINS.c.user == user))


def drop_ended(connection: Connection, *, now: datetime) -> None:
    """Forget logins and wrong passwords that count no more."""
    ended = (LOGINS.c.expires <= now) | (LOGINS.c.seen <= now - IDLE)
    connection.execute(delete(LOGINS).where(ended))
    connection.execute(delete(FAILURES).where(FAILURES.c.at <= now - REMEMBERED))


def actor_of(user: Row[Any]) -> Actor:
    """The actor a row of the users is."""
    return Actor(user.tenant, user.id, "user", user.name, user.role)


def _login(cookie: str) -> Any:
    ours = (LOGINS.c.csrf, LOGINS.c.expires, LOGINS.c.seen)
    joined = select(USERS, *ours).join(LOGINS, LOGINS.c.user == USERS.c.id)
    return joined.where(LOGINS.c.digest == digest(cookie))


def _lasts(login: Row[Any], now: datetime) -> bool:
    return bool(now < login.expires and now - login.seen < IDLE)


def _user(connection: Connection, email: str) -> Row[Any] | None:
    known = select(USERS).where(USERS.c.email == email, USERS.c.disabled.is_(False))
    return connection.execute(known).one_or_none()


def _count_guess(connection: Connection, email: str, now: datetime) -> int:
    """Seconds to wait; 0 if one may try, and then the try is counted."""
    guessed = _guessed(email)
    of_late = (FAILURES.c.email == guessed) & (FAILURES.c.at > now - REMEMBERED)
    asked = select(func.count(), func.max(FAILURES.c.at)).where(of_late)
    count, last = connection.execute(asked).one()
    over = count - FREE_FAILURES
    if over >= 0:
        pause = min(timedelta(seconds=2.0 ** min(over, 10)), PAUSE_MAX)
        left: float = (last + pause - now).total_seconds()
        if left > 0:
            return ceil(left)
    connection.execute(FAILURES.insert().values(email=guessed, at=now))
    return 0


def _guessed(email: str) -> str:
    """What is kept of an address somebody tried: people type passwords into the wrong field."""
    return hashlib.sha256(email.encode(errors="replace")).hexdigest()
