"""What a life has beside sign-ins: devices, pay-outs, contacts, observations of conduct."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from features.lookups import example_number
from training.world.life import Life, invent_name, variant
from training.world.parameters import NEIGHBOURS, Parameters

TOOLS = ("AnyDesk", "RustDesk", "Chrome Remote Desktop", "TeamViewer", "Splashtop", "UltraViewer")
KVMS = ("PiKVM", "TinyPilot", "JetKVM", "GLKVM")
MAIL_HOSTS = ("example.org", "example.net", "example.com")
DISPOSABLE = ("0-mail.com", "10minutemail.com", "mailinator.com")


def devices(life: Life) -> None:
    """The computers and what was found on them."""
    tells, sees, rng = life.tells, life.sees, life.rng
    managed = "managed" in sees and not life.claims.get("claims.own_device")
    given = life.as_of - timedelta(days=rng.randint(60, 300))
    row: dict[str, Any] = {"id": f"{life.profile_id}-d1"}
    if "managed" in sees:
        there = "activation_there" in tells
        row |= {
            "managed": managed,
            "provisioned_at": given,
            "activated_at": given + timedelta(days=3),
            "activation_country": (life.seat if there else life.home).country,
            "mfa_other_users": rng.randint(1, 5) if "mfa_shared" in tells else 0,
        }
    if "other_identities" in sees:
        shared = rng.randint(2, 9) if "device_shared" in tells else 0
        row["other_users"] = max(shared, life.other_users)
    if "inventory" in sees:
        row |= {"software_inventory": "complete", "hardware_inventory": "complete"}
        row["at_home"] = True if life.kvm_at_home else None
        _tools(life, row["id"], given)
    life.add("devices", **row)


def _tools(life: Life, device: str, given: Any) -> None:
    rng, tells = life.rng, life.tells

    def found(kind: str, name: str, **more: Any) -> None:
        seen = given + timedelta(days=rng.randint(1, 25))
        life.add("tools", device=device, kind=kind, name=name, first_seen=seen, **more)

    if "remote_tools" in tells:
        for name in rng.sample(TOOLS, rng.choice((1, 1, 2))):
            found("remote_access", name, sanctioned=False, unattended="unattended" in tells)
    elif rng.random() < 0.25:
        found("remote_access", "TeamViewer", sanctioned=True, unattended=False)
    if "kvm" in tells:
        found("kvm", rng.choice(KVMS))
    for tell, kind, name in (
        ("virtual_camera", "virtual_camera", "OBS Virtual Camera"),
        ("keep_awake", "keep_awake", "Caffeine"),
        ("anti_detect", "anti_detect", "Multilogin"),
    ):
        if tell in tells:
            found(kind, name)


def payouts(life: Life, numbers: Parameters) -> None:
    """The ways of being paid."""
    tells, sees, rng = life.tells, life.sees, life.rng
    first = life.as_of - timedelta(days=rng.randint(120, 320))
    honest = variant(rng, life.name) if rng.random() < numbers["holder_variant"] else life.name
    other = life.holder or invent_name(rng)
    holder = other if "payee_other" in tells else honest
    life.holder = holder
    bank = life.claims.get("_bank") or (life.seat if "payout_there" in tells else life.home).country
    e_money = life.provider or (
        rng.choice(("Payoneer", "Wise", "PayPal")) if rng.random() < 0.3 else None
    )
    row: dict[str, Any] = {
        "method": "e_money" if e_money else "bank",
        "provider": e_money,
        "holder": holder,
        "account": f"h{life.profile_id}a",
        "country": rng.choice(NEIGHBOURS) if e_money else bank,
        "added_at": first,
        "requested_after_hire": "route_request" in tells and "early_change" not in tells,
    }
    if "crypto" in tells:
        row |= {"method": "crypto", "provider": None, "country": None}
    if "other_workers" in sees:
        row["other_workers"] = life.other_workers or (
            rng.randint(2, 12) if "account_shared" in tells else int(rng.random() < 0.02)
        )
    if "passed_on" in sees:
        on = "passed_on" in tells
        row["passed_on_share"] = round(rng.uniform(0.55, 0.97) if on else rng.betavariate(1, 12), 2)
        row["passed_on_hours"] = round(rng.uniform(2, 46) if on else rng.uniform(24, 400), 0)
    if "early_change" in tells:
        unknown = dict.fromkeys(("provider", "other_workers", "passed_on_share", "passed_on_hours"))
        before = {"holder": honest, "account": f"h{life.profile_id}b", "country": bank}
        life.add("payouts", **(row | unknown | before | {"method": "bank"}))
        row |= {
            "added_at": (
                first + timedelta(days=rng.randint(4, 28))
                if rng.random() < 0.5
                else life.as_of - timedelta(days=rng.randint(5, 80))
            ),
            "requested_after_hire": "route_request" in tells,
        }
    life.add("payouts", **row)


def contact(life: Life, numbers: Parameters) -> None:
    """Mailboxes, numbers, lists."""
    tells, sees, rng = life.tells, life.sees, life.rng
    shared = rng.randint(1, 6) if "contact_shared" in tells else 0
    lent = "payee_other" in tells and rng.random() < numbers["payee_mailbox"]
    named = (life.holder or life.name) if lent else life.name
    local = re.sub(r"[^a-z]+", rng.choice(("", ".", "_")), named.lower())
    host = rng.choice(DISPOSABLE if "disposable_mail" in tells else MAIL_HOSTS)
    age = rng.uniform(0.02, 0.8) if "young_mail" in tells else rng.uniform(0.5, 14)
    mail: dict[str, Any] = {"address": f"{local}@{host}"}
    if "mail_age" in sees:
        mail["first_seen"] = (life.as_of - timedelta(days=age * 365)).date()
    added = life.as_of - timedelta(days=rng.randint(90, 400))
    country = life.phone_country or life.home.country
    phone: dict[str, Any] = {"number": example_number(country)}
    phone["added_at"] = added
    if "carrier" in sees:
        phone["carrier_type"] = "voip" if "voip" in tells else "mobile"
    if "other_identities" in sees:
        mail["other_identities"] = shared if rng.random() < 0.5 else 0
        phone["other_identities"] = shared if not mail["other_identities"] else 0
    life.add("emails", **mail)
    life.add("phones", **phone)
    if "contact_changed" in tells:
        late = life.as_of - timedelta(days=rng.randint(1, 28))
        life.add("phones", **(phone | {"added_at": late}))
    if "lists" in sees:
        life.claims["contact.lists_checked"] = True
        if "listed" in tells:
            appeal = life.story == "victim_hired" and rng.random() < 0.6
            life.add("list_matches", list_name="shared list", matched="email", under_appeal=appeal)


def conduct(life: Life) -> None:
    """What interviewers and payroll wrote down, seen or not seen."""
    for tell, kind in (
        ("off_platform", "asked_off_platform"),
        ("own_device", "asked_own_device"),
        ("prepayment", "prepayment_demanded"),
        ("tax_disowned", "tax_form_disowned"),
        ("hours_there", "unavailable_in_claimed_hours"),
    ):
        seen = tell in life.tells and life.rng.random() < 0.8
        at = life.as_of - timedelta(days=life.rng.randint(1, 60))
        life.add("conduct", kind=kind, seen=seen, at=at, recorded_by="reviewer")
