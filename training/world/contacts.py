"""How one life is reached: mailboxes, numbers, handles, lists."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from features.lookups import example_number
from training.world.life import Life

MAIL_HOSTS = ("example.org", "example.net", "example.com")
DISPOSABLE = ("0-mail.com", "10minutemail.com", "mailinator.com")
YEAR = 365


def contact(life: Life) -> None:
    """Mailboxes, numbers, handles and shared lists."""
    shared = life.whole("identities") if "contact_shared" in life.tells else 0
    by_mail = life.rate("shared_mailbox")
    _mail(life, shared if by_mail else 0)
    _phone(life, 0 if by_mail else shared)
    if life.rate("handle"):
        key = life.shared_key("t") if shared else f"{life.profile_id}-t"
        seen = "other_identities" in life.sees
        life.add("handles", service="chat", handle=key, other_identities=shared if seen else None)
    if "lists" in life.sees:
        _lists(life)


def _mail(life: Life, shared: int) -> None:
    tells, sees, rng = life.tells, life.sees, life.rng
    lent = "payee_other" in tells and life.rate("payee_mailbox")
    named = (life.holder or life.name) if lent else life.name
    local = re.sub(r"[^a-z]+", rng.choice(("", ".", "_")), named.lower())
    host = rng.choice(DISPOSABLE if "disposable_mail" in tells else MAIL_HOSTS)
    mail: dict[str, Any] = {"address": f"{local}@{host}"}
    if "mail_age" in sees:
        years = life.between("mail_young" if "young_mail" in tells else "mail_years")
        mail["first_seen"] = (life.as_of - timedelta(days=years * YEAR)).date()
    if "other_identities" in sees:
        mail["other_identities"] = shared
    life.add("emails", **mail)


def _phone(life: Life, shared: int) -> None:
    tells, sees = life.tells, life.sees
    phone: dict[str, Any] = {
        "number": example_number(life.phone_country or life.home.country),
        "added_at": life.as_of - life.days("contact_since"),
    }
    if "carrier" in sees:
        phone["carrier_type"] = "voip" if "voip" in tells else "mobile"
    if "other_identities" in sees:
        phone["other_identities"] = shared
    life.add("phones", **phone)
    if "contact_changed" in tells:
        life.add("phones", **(phone | {"added_at": life.as_of - life.days("contact_late")}))


def _lists(life: Life) -> None:
    life.claims["contact.lists_checked"] = True
    if "listed" in life.tells:
        appeal = life.story == "victim_hired" and life.rate("appeal")
        life.add("list_matches", list_name="shared list", matched="email", under_appeal=appeal)
