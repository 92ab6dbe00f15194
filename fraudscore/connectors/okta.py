"""The Okta System Log (LogEvent of the System Log API), as JSON lines or an API array."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
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
    label,
    moment,
    session,
    unwrapped,
    words,
)

POLICY = "policy.evaluate_sign_on"
PASSED = {POLICY: "ALLOW"}
"""Outcomes that are called otherwise than SUCCESS."""
ENDS = ("slo", "universal_logout", "universal_logout.scheduled")
"""What follows ``user.authentication.`` where somebody signs out or is signed out."""
DATA = ("debugContext", "debugData")


@lru_cache(1_000)
def meaning(event_type: str) -> str | None:
    """What a type of event is to the record; None for one that is no sign-in."""
    if event_type in ("user.authentication.auth_via_mfa", "user.authentication.verify"):
        return "mfa"
    if event_type.startswith("user.mfa."):
        return "mfa"
    if event_type in ("user.session.start", POLICY):
        return "login"
    group, _, rest = event_type.partition("user.authentication.")
    return "login" if not group and rest and rest not in ENDS else None


def _judge(event: Event, values: Values) -> SignIn | str:
    what = kind(event, "eventType")
    ours = meaning(what)
    if ours is None:
        return what
    result = words(event, "outcome", "result")
    if result != "SUCCESS" and result != PASSED.get(what, "SUCCESS"):
        return f"{what} without success"
    actor = words(event, "actor", "type")
    if actor not in ("User", None):
        return f"{what} by {label(actor)}"
    who = values.who(event, ("actor", "alternateId"))
    if what.startswith("user.mfa.") and _about_another(event, who):
        return f"{what} about another user"
    made = session(
        moment(event, "published"),
        address(event, "client", "ipAddress"),
        agent(event, "client", "userAgent", "rawUserAgent"),
        device=_device(event, values),
        managed=flag(event, "device", "managed"),
        kind="mfa" if ours == "mfa" else "login",
    )
    return what, who, made


def _device(event: Event, values: Values) -> str | None:
    """A registered device has an id of its own; else its cookie, else its browser tells it."""
    return (
        values.key("device", event, "device", "id")
        or values.key("device", event, *DATA, "dtHash")
        or values.key("device", event, *DATA, "deviceFingerprint")
    )


def _about_another(event: Event, who: str) -> bool:
    """Whether an administrator did it: the factors that changed are somebody else's."""
    targets = at(event, "target")
    for target in targets if isinstance(targets, list) else ():
        if isinstance(target, dict) and target.get("type") == "User":
            name = target.get("alternateId")
            if isinstance(name, str) and name.strip().lower() != who.lower():
                return True
    return False


LOG = Log("Okta System Log", "published", _judge, ("securityContext",))


def read(path: Path, options: Options, report: Report) -> Iterator[Finding]:
    """Successful sign-ins and factor checks; a person is known by ``actor.alternateId``."""
    # Log streaming to Amazon EventBridge puts each event into ``detail``.
    items = unwrapped("detail", events(path, options, report))
    return findings(LOG, items, path, options, report)


OKTA = Connector("okta", "Okta System Log, JSON lines or an array of the System Log API", read)
