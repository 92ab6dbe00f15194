"""AWS CloudTrail: sign-ins to the console, from ``{"Records": [...]}`` files or event lines."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from ipaddress import ip_address
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
    findings,
    kind,
    moment,
    session,
    words,
)


def _judge(event: Event, values: Values) -> SignIn | str:
    what = kind(event, "eventName")
    if what != "ConsoleLogin":
        return what
    if words(event, "responseElements", "ConsoleLogin") != "Success":
        return "ConsoleLogin without success"
    if words(event, "userIdentity", "type") == "Root":
        return "ConsoleLogin of the account's root, who is no person"
    ip = address(event, "sourceIPAddress")
    mfa = words(event, "additionalEventData", "MFAUsed") == "Yes"
    made = session(
        moment(event, "eventTime"),
        ip if ip and _is_address(ip) else None,
        agent(event, "userAgent"),
        mfa_key=values.key("mfa", event, "additionalEventData", "MFAIdentifier") if mfa else None,
    )
    return what, _who(event, values), made


@lru_cache(10_000)
def _is_address(text: str) -> bool:
    """False for the name of an AWS service, which stands there for sign-ins by way of it."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _who(event: Event, values: Values) -> str:
    """The user, or the name of the session under an assumed role: that of the single sign-on."""
    user = words(event, "userIdentity", "userName")
    if user is None:
        principal = words(event, "userIdentity", "principalId") or ""
        arn = words(event, "userIdentity", "arn") or ""
        user = principal.partition(":")[2] or arn.rpartition("/")[2] or None
    return values.who({"userIdentity": user}, ("userIdentity",))


LOG = Log("AWS CloudTrail", "eventName", _judge)


def read(path: Path, options: Options, report: Report) -> Iterator[Finding]:
    """Successful console sign-ins; people under a role are known by the name of their session."""
    return findings(LOG, events(path, options, report, "Records"), path, options, report)


CLOUDTRAIL = Connector("cloudtrail", "AWS CloudTrail files (.json, .json.gz): ConsoleLogin", read)
