"""How one life is paid."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from training.world.life import Life, invent_name, variant

E_MONEY = ("Payoneer", "Wise", "PayPal")
UNKNOWN_BEFORE = (
    "provider",
    "other_workers",
    "passed_on_share",
    "passed_on_hours",
    "paid_by_self",
)
"""What nobody keeps of an account that was replaced."""


def payouts(life: Life) -> None:
    """The pay-out account, and the one before it where it was changed."""
    first = life.as_of - life.days("paid_since")
    row: dict[str, Any] = {
        **_route(life),
        "holder": _holder(life),
        "account": _account(life),
        "added_at": first,
        "requested_after_hire": False,
        **_ledger(life),
    }
    if "early_change" in life.tells:
        life.add("payouts", **_before(life, row))
        row["added_at"] = _changed(life, first)
    row["requested_after_hire"] = "route_request" in life.tells
    life.add("payouts", **row)


def _route(life: Life) -> dict[str, Any]:
    if "crypto" in life.tells:
        return {"method": "crypto", "provider": None, "country": None}
    e_money = life.provider or (life.rng.choice(E_MONEY) if life.rate("e_money") else None)
    if e_money:
        return {"method": "e_money", "provider": e_money, "country": life.elsewhere()}
    return {"method": "bank", "provider": None, "country": _bank(life)}


def _bank(life: Life) -> str:
    there = "payout_there" in life.tells
    return life.bank_country or (life.seat if there else life.home).country


def _holder(life: Life) -> str:
    if "payee_other" in life.tells and life.holder:
        return life.holder
    given, *rest = life.name.split()
    if rest and not life.clean and life.rate("holder_surname"):
        return f"{given} {invent_name(life.rng).split()[1]}"
    return _own_name(life)


def _own_name(life: Life) -> str:
    return variant(life.rng, life.name) if life.rate("holder_variant") else life.name


def _account(life: Life) -> str:
    common = life.ring is not None and not life.clean
    if life.mule:
        return f"h-{life.mule}"
    shared = common and (not life.impersonated or "account_shared" in life.tells)
    return f"h-{life.shared_key('a')}" if shared else f"h-{life.profile_id}-a"


def _ledger(life: Life) -> dict[str, Any]:
    """What only whoever keeps the ledger sees."""
    tells, sees, found = life.tells, life.sees, dict[str, Any]()
    if "other_workers" in sees:
        by_chance = int(life.rate("chance_workers")) if not life.clean else 0
        shared = life.whole("workers") if "account_shared" in tells else by_chance
        found["other_workers"] = life.other_workers or shared
    if "passed_on" in sees:
        on = "passed_on" in tells
        found["passed_on_share"] = round(life.between("passed_on" if on else "passed_usual"), 2)
        found["passed_on_hours"] = round(life.between("passed_soon" if on else "passed_late"))
    if "self_paid" in sees:
        found["paid_by_self"] = "self_paid" in tells
    return found


def _before(life: Life, row: dict[str, Any]) -> dict[str, Any]:
    forgotten = {name: None for name in UNKNOWN_BEFORE if name in row}
    account = {"holder": _own_name(life), "account": f"h-{life.profile_id}-b"}
    return row | forgotten | account | {"method": "bank", "country": _bank(life)}


def _changed(life: Life, first: datetime) -> datetime:
    early = life.rate("change_early")
    return first + life.days("change_after") if early else life.as_of - life.days("change_ago")
