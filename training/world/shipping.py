"""Where the laptop was sent: home, or somewhere else for a good or a bad reason."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

from training.world.life import SYLLABLES, City, Life, city_in, invent_name, pick, variant
from training.world.rates import SHIPPED_TO

STREETS = ("Street", "Road", "Lane", "Avenue", "Square")


def shipments(life: Life, given: datetime) -> None:
    """The parcel before the first day, and now and then a second one."""
    _parcel(life, given + timedelta(days=1))
    if life.rate("second_parcel"):
        _parcel(life, min(given + life.days("second_parcel_after"), life.as_of))


def _parcel(life: Life, sent: datetime) -> None:
    tells, abroad = life.tells, "ship_abroad" in life.tells
    far = abroad or "ship_far" in tells
    city: City = city_in(life.rng, life.home.country) if far else life.home
    city = life.seat if abroad else city
    kind = life.rng.choice(("post_box", "forwarder")) if "ship_box" in tells else None
    row: dict[str, Any] = {
        "address": _address(life),
        "country": city.country,
        "city": city.name,
        "kind": kind or ("home" if life.clean else pick(life.rng, SHIPPED_TO)),
        "sent_at": sent,
        "changed_at": _changed(life, sent),
        "km_from_home": round(life.between("ship_far_km" if far else "ship_km"), 1),
        "other_recipients": life.whole("recipients") if "ship_shared" in tells else 0,
    }
    received = sent + life.days("shipped")
    if received <= life.as_of and not life.rate("parcel_unconfirmed"):
        row |= {"received_at": received, "received_by": _receiver(life)}
    life.add("shipments", **row)


def _address(life: Life) -> str:
    """A street; personas whose parcels go to one place have one."""
    rng = life.rng
    if life.host and life.rate("host_address"):
        rng = random.Random(life.host)
    elif "ship_shared" in life.tells:
        rng = random.Random(life.shared_key("s"))
    elif life.building and life.rate("building_address"):
        rng = random.Random(life.building)
    word = "".join(rng.choice(SYLLABLES) for _ in range(2)).capitalize()
    return f"{rng.randint(1, 240)} {word} {rng.choice(STREETS)}"


def _changed(life: Life, sent: datetime) -> datetime | None:
    """A change just before the parcel left, or an ordinary one long before."""
    if "ship_changed" in life.tells:
        return sent - timedelta(hours=life.whole("ship_changed_hours"))
    return sent - life.days("ship_changed_early") if life.mess("ship_corrected") else None


def _receiver(life: Life) -> str:
    """Who signed: the person, somebody of the house, or somebody sent."""
    if "pickup_other" in life.tells:
        return invent_name(life.rng)
    if life.story == "married_name" and life.holder:
        return life.holder
    return variant(life.rng, life.name) if life.rate("holder_variant") else life.name
