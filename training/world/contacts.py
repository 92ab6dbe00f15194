"""How one life is reached: mailboxes, numbers, handles, lists."""

from __future__ import annotations

import random
import re
from datetime import timedelta
from typing import Any

from features.lookups import example_number
from training.world.life import Life

MAIL_HOSTS = ("example.org", "example.net", "example.com")
DISPOSABLE = ("0-mail.com", "10minutemail.com", "mailinator.com")
YEAR = 365
AREAS = (
    "201 202 203 205 206 207 208 209 210 212 213 214 215 216 217 218 219 224 225 228 229 231 234 239 "
    "240 248 251 252 253 254 256 260 262 267 269 270 301 302 303 304 305 307 308 309 310 312 313 314 "
    "315 316 317 318 319 320 321 323 325 330 334 336 337 339 347 351 352 360 361 386 401 402 404 405"
).split()
"""Areas of the United States; in each, 555-0100 to 555-0199 are set aside for fiction."""


def contact(life: Life) -> None:
    """Mailboxes, numbers, handles and shared lists."""
    shared = life.whole("identities") if "contact_shared" in life.tells else 0
    by_mail = not life.resold and life.rate("shared_mailbox")
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
    if shared and life.ring:
        local = life.shared_key("e")
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
        "number": _number(life, shared),
        "added_at": life.as_of - life.days("contact_since"),
    }
    if "carrier" in sees:
        phone["carrier_type"] = "voip" if "voip" in tells else "mobile"
    if "other_identities" in sees:
        phone["other_identities"] = shared
    life.add("phones", **phone)
    if "contact_changed" in tells:
        life.add("phones", **(phone | {"added_at": life.as_of - life.days("contact_late")}))


def _number(life: Life, shared: int) -> str:
    """A number set aside as an example, or for fiction where it is to tie people together."""
    country = life.phone_country or life.home.country
    key = life.shared_key("n") if shared and life.ring else life.resold
    if not key or country != "US":
        return example_number(country)
    rng = random.Random(key)
    return f"+1{rng.choice(AREAS)}55501{rng.randrange(100):02d}"


def _lists(life: Life) -> None:
    life.claims["contact.lists_checked"] = True
    if "listed" in life.tells:
        appeal = life.story == "victim_hired" and life.rate("appeal")
        life.add("list_matches", list_name="shared list", matched="email", under_appeal=appeal)
