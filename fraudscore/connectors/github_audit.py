"""The audit log of a GitHub organisation or enterprise, exported as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from fraudscore.connectors.connector import Connector, Finding, Options, Report
from fraudscore.connectors.events import events
from fraudscore.connectors.sign_ins import (
    Event,
    Log,
    SignIn,
    Values,
    address,
    agent,
    at,
    findings,
    flag,
    kind,
    moment,
    session,
    words,
)

LOGINS = ("user.login", "org.sso_response", "business.sso_response")
FAILED = ("user.failed_login",)
TOKENS = ("programmatic_access_type", "hashed_token", "token_id")
"""Any of them tells that a token acted, not a person in a browser."""


def _judge(event: Event, values: Values) -> SignIn | str:
    what = kind(event, "action")
    if what in FAILED:
        return what
    actor = words(event, "actor")
    if flag(event, "actor_is_bot") or (actor or "").endswith("[bot]"):
        return f"{what} by a bot"
    if actor is None and values.person is None:
        return f"{what} without an actor"
    made = session(
        moment(event, "@timestamp" if "@timestamp" in event else "created_at"),
        address(event, "actor_ip"),
        agent(event, "user_agent"),
        kind="login" if what in LOGINS else "work",
        automated=True if any(at(event, token) for token in TOKENS) else None,
    )
    # Under single sign-on the identity provider's name is there, which other systems share.
    return what, values.who(event, ("external_identity_nameid",), ("actor",)), made


LOG = Log("GitHub audit log", "action", _judge, ("actor_location",))


def read(path: Path, options: Options, report: Report) -> Iterator[Finding]:
    """What people did and from where; sign-ins as such, everything else as work."""
    return findings(LOG, events(path, options, report), path, options, report)


GITHUB_AUDIT = Connector(
    "github-audit", "audit log of a GitHub organisation, exported as JSON", read
)
