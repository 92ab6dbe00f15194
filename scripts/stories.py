"""The stories under data/samples/stories: people written from their story, most of them innocent.

Names are invented. Addresses are drawn from ranges of the right country and kind, so that the
shipped tables answer as they would for a real person.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from training.world.addresses import AddressBook

Json = dict[str, Any]
AS_OF = datetime(2026, 6, 1, tzinfo=UTC)


class Storyteller:
    """Draws the addresses and days of one story; the same name gives the same story."""

    def __init__(self, book: AddressBook, name: str) -> None:
        self._book = book
        self._rng = np.random.default_rng(sum(map(ord, name)))

    def line(self, country: str, kind: str = "ordinary", provider: str | None = None) -> str:
        """One address."""
        return self._book.draw(self._rng, country, kind, 1, provider)[0]

    def days(
        self, ip: str, count: int, *, until: int = 0, hour: int = 9, every: int = 2, **more: Any
    ) -> list[Json]:
        """``count`` sign-ins from one address, the last ``until`` days before as_of (UTC hour)."""
        found = []
        for number in range(count):
            day = AS_OF - timedelta(days=until + every * (count - number))
            jitter = int(self._rng.integers(0, 8 * 60))
            at = day.replace(hour=hour) + timedelta(minutes=jitter)
            found.append({"at": at.isoformat(), "ip": ip, "kind": "login", **more})
        return found


def person(name: str, country: str, city: str, zone: str, **claims: Any) -> Json:
    """Claims of somebody who lives in one place."""
    places = [{"country": country, "city": city}]
    return {"name": name, "places": places, "time_zone": zone, **claims}


def bank(holder: str, country: str, **more: Any) -> Json:
    """A bank account added well before as_of."""
    added = (AS_OF - timedelta(days=200)).isoformat()
    return {"method": "bank", "holder": holder, "country": country, "added_at": added, **more}


def laptop(**more: Any) -> Json:
    """A managed laptop whose software and hardware were looked through."""
    seen = {"software_inventory": "complete", "hardware_inventory": "complete"}
    return {"id": "laptop-1", "managed": True, **seen, "mfa_other_users": 0, **more}


def traveller_declared(t: Storyteller) -> Json:
    """A tester from Madrid who told everybody about three weeks in Lisbon and Milan."""
    home = t.line("ES")
    return {
        "claims": person(
            "Irune Vastel", "ES", "Madrid", "Europe/Madrid",
            travel=[
                {"country": "PT", "starts": "2026-04-01", "ends": "2026-04-10"},
                {"country": "IT", "starts": "2026-04-11", "ends": "2026-04-20"},
            ],
        ),
        "sessions": t.days(home, 16, time_zone="Europe/Madrid")
        + t.days(t.line("PT"), 4, until=53, time_zone="Europe/Lisbon")
        + t.days(t.line("IT"), 4, until=43, time_zone="Europe/Rome"),
        "payouts": [bank("Irune Vastel", "ES")],
    }  # fmt: skip


def nomad_undeclared(t: Storyteller) -> Json:
    """A real writer who says Denver and spends the spring in Lisbon behind a VPN (after F02)."""
    return {
        "claims": person("Torvin Maddery", "US", "Denver", "America/Denver"),
        "sessions": t.days(t.line("US", "vpn"), 14, hour=15, time_zone="America/Denver")
        + t.days(t.line("PT"), 3, until=9, hour=15, every=5, time_zone="America/Denver"),
        "payouts": [bank("Torvin Maddery", "US")],
        "checks": [{"stage": "verified", "outcome": "same", "method": "live identity check"}],
    }


def expatriate_vpn(t: Storyteller) -> Json:
    """A developer in Shanghai, says so, and uses a VPN nearly always (after F23)."""
    return {
        "claims": person("Maelis Korrin", "CN", "Shanghai", "Asia/Shanghai", vpn=["privacy"]),
        "sessions": t.days(t.line("JP", "vpn"), 16, hour=2, time_zone="Asia/Shanghai")
        + t.days(t.line("CN"), 4, until=3, hour=2, time_zone="Asia/Shanghai"),
        "payouts": [bank("Maelis Korrin", "CN")],
    }


def military_spouse(t: Storyteller) -> Json:
    """Works for a US company from Yokosuka, as declared, with a US bank and US number (F35)."""
    return {
        "claims": person("Lenora Bastide", "JP", "Yokosuka", "Asia/Tokyo"),
        "contact": {"phones": [{"number": "+1 719 555 0142"}]},
        "sessions": t.days(t.line("JP"), 20, hour=1, time_zone="Asia/Tokyo"),
        "payouts": [bank("Lenora Bastide", "US")],
    }


def private_relay(t: Storyteller) -> Json:
    """A designer in Lyon whose browser goes through a private relay."""
    return {
        "claims": person("Odile Farsant", "FR", "Lyon", "Europe/Paris"),
        "sessions": t.days(t.line("FR", "relay"), 18, time_zone="Europe/Paris")
        + t.days(t.line("FR"), 3, until=2, time_zone="Europe/Paris"),
        "payouts": [bank("Odile Farsant", "FR")],
    }


def corporate_egress(t: Storyteller) -> Json:
    """An employee in Graz whose traffic leaves through headquarters in Germany."""
    return {
        "claims": person("Benno Ulvari", "AT", "Graz", "Europe/Vienna", vpn=["company"]),
        "sessions": t.days(t.line("DE"), 18, egress="company", managed=True, device="laptop-1"),
        "devices": [laptop()],
    }


def brothers(t: Storyteller) -> Json:
    """One of two brothers in one house; both freelance, one declared the other."""
    return {
        "claims": person(
            "Pavlo Rezneck", "UA", "Lviv", "Europe/Kyiv", household=["story-brothers-2"]
        ),
        "sessions": t.days(t.line("UA"), 20, time_zone="Europe/Kyiv"),
        "devices": [{"id": "family-pc", "other_users": 1}],
        "payouts": [bank("Pavlo Rezneck", "UA")],
    }


def couple(t: Storyteller) -> Json:
    """Paid into the account of the partner, and said so."""
    payees = [{"name": "Rosaria Timmel", "relation": "relative"}]
    return {
        "claims": person("Dario Timmel", "IT", "Bari", "Europe/Rome", payees=payees),
        "sessions": t.days(t.line("IT"), 15, time_zone="Europe/Rome"),
        "payouts": [bank("Rosaria Timmel", "IT", other_workers=1)],
    }


def agency(t: Storyteller) -> Json:
    """One of twenty people whom a declared agency pays from one account."""
    payees = [{"name": "Northpine Studio LLC", "relation": "agency"}]
    return {
        "claims": person(
            "Sunita Valmeer", "IN", "Pune", "Asia/Kolkata",
            agency="Northpine Studio LLC", payees=payees,
        ),
        "sessions": t.days(t.line("IN"), 20, hour=4, time_zone="Asia/Kolkata"),
        "payouts": [bank("Northpine Studio LLC", "IN", other_workers=19)],
    }  # fmt: skip


def married_name(t: Storyteller) -> Json:
    """Changed her name last year; the bank still has the old one, declared."""
    return {
        "claims": person(
            "Greta Holmquist", "SE", "Malmo", "Europe/Stockholm", other_names=["Greta Andrane"]
        ),
        "sessions": t.days(t.line("SE"), 15, time_zone="Europe/Stockholm"),
        "payouts": [bank("Greta Andrane", "SE")],
    }


def one_name(t: Storyteller) -> Json:
    """Has one name; the bank form wanted two."""
    return {
        "claims": person("Suharwan", "ID", "Bandung", "Asia/Jakarta"),
        "sessions": t.days(t.line("ID"), 15, hour=2, time_zone="Asia/Jakarta"),
        "payouts": [bank("Suharwan Suharwan", "ID")],
    }


def under_banked(t: Storyteller) -> Json:
    """Paid through an e-money account abroad because no local route exists (after F24)."""
    return {
        "claims": person("Aya Kouadel", "CI", "Abidjan", "Africa/Abidjan"),
        "sessions": t.days(t.line("CI"), 15, time_zone="Africa/Abidjan"),
        "payouts": [
            {"method": "e_money", "provider": "Payoneer", "holder": "Aya Kouadel", "country": "US"}
        ],
    }


def kept_number(t: Storyteller) -> Json:
    """Moved to Berlin five years ago and kept the Polish number."""
    return {
        "claims": person("Zofina Marcek", "DE", "Berlin", "Europe/Berlin"),
        "contact": {"phones": [{"number": "+48 512 345 678", "carrier_type": "mobile"}]},
        "sessions": t.days(t.line("DE"), 15, time_zone="Europe/Berlin"),
        "payouts": [bank("Zofina Marcek", "DE")],
    }


def voip_privacy(t: Storyteller) -> Json:
    """Gives out a VoIP number so that clients do not ring at night."""
    phones = [{"number": "+1 646 555 0187", "carrier_type": "voip", "other_identities": 0}]
    return {
        "claims": person("Calder Voss", "US", "Chicago", "America/Chicago"),
        "contact": {"phones": phones},
        "sessions": t.days(t.line("US"), 15, hour=15, time_zone="America/Chicago"),
        "payouts": [bank("Calder Voss", "US")],
    }


def night_worker(t: Storyteller) -> Json:
    """Lives in Manila and works a client's New York hours, as declared."""
    hours = {"starts": 9, "ends": 17, "time_zone": "America/New_York"}
    return {
        "claims": person("Jolan Abrezo", "PH", "Manila", "Asia/Manila", working_hours=hours),
        "sessions": t.days(t.line("PH"), 30, hour=13, every=1, time_zone="Asia/Manila"),
        "payouts": [bank("Jolan Abrezo", "PH")],
    }


def kvm_at_home(t: Storyteller) -> Json:
    """Keeps the work computer at home behind a KVM switch and says so (after F25)."""
    return {
        "claims": person("Wim Aldersma", "NL", "Utrecht", "Europe/Amsterdam"),
        "sessions": t.days(t.line("NL"), 15, device="laptop-1", managed=True),
        "devices": [laptop(at_home=True, tools=[{"kind": "kvm", "name": "PiKVM"}])],
    }


def home_lab(t: Storyteller) -> Json:
    """Runs remote-access tools on his own machine for his family's computers."""
    tools = [{"kind": "remote_access", "name": "RustDesk", "sanctioned": False}]
    return {
        "claims": person("Oskari Pelto", "FI", "Tampere", "Europe/Helsinki", own_device=True),
        "sessions": t.days(t.line("FI"), 15, device="own-1", managed=False),
        "devices": [{"id": "own-1", "managed": False, "software_inventory": "complete",
                     "tools": tools, "other_users": 0}],
        "payouts": [bank("Oskari Pelto", "FI")],
    }  # fmt: skip


def minimal(t: Storyteller) -> Json:
    """Gives a name and a country, and nothing else."""
    return {"claims": {"name": "Ilse Norrand", "places": [{"country": "BE"}]}}


def farm_laptop(t: Storyteller) -> Json:
    """A borrowed identity: the laptop sits in a stranger's home full of laptops (after C03)."""
    shipped = (AS_OF - timedelta(days=80)).isoformat()
    tools = [
        {
            "kind": "remote_access",
            "name": "AnyDesk",
            "sanctioned": False,
            "unattended": True,
            "first_seen": (AS_OF - timedelta(days=78)).isoformat(),
        },
        {
            "kind": "remote_access",
            "name": "Chrome Remote Desktop",
            "sanctioned": False,
            "first_seen": (AS_OF - timedelta(days=77)).isoformat(),
        },
        {"kind": "kvm", "name": "TinyPilot"},
    ]
    return {
        "claims": person("Marlow Testerin", "US", "Savannah", "America/New_York"),
        "sessions": t.days(
            t.line("US"), 24, hour=14, device="laptop-1", managed=True, round_trip_ms=240.0,
            round_trip_country="US", token_age_hours=300.0,
        ),
        "devices": [laptop(at_home=False, provisioned_at=shipped, activated_at=shipped,
                           activation_country="US", other_users=6, mfa_other_users=4,
                           tools=tools) | {"mfa_other_users": 4}],
        "payouts": [bank("Somebody Else Kestrel", "US", other_workers=5)],
    }  # fmt: skip


def rented_account(t: Storyteller) -> Json:
    """A rented marketplace account: the pay leaves for somebody else within a day (after C17)."""
    vpn = t.line("JP", "vpn")
    return {
        "claims": person("Haruno Testmori", "JP", "Osaka", "Asia/Tokyo"),
        "contact": {"phones": [{"number": "+81 50 3000 0000", "carrier_type": "voip",
                                "other_identities": 4}]},
        "sessions": t.days(vpn, 22, hour=1, time_zone="Asia/Shanghai", device="pc-7")
        + t.days(t.line("CN"), 4, until=5, hour=1, time_zone="Asia/Shanghai", device="pc-7"),
        "devices": [{"id": "pc-7", "other_users": 5}],
        "payouts": [
            bank("Haruno Testmori", "JP", removed_at=(AS_OF - timedelta(days=60)).isoformat()),
            {"method": "e_money", "provider": "Payoneer", "holder": "Vexin Marlo", "country": "CN",
             "added_at": (AS_OF - timedelta(days=60)).isoformat(), "requested_after_hire": True,
             "passed_on_share": 0.9, "passed_on_hours": 20, "other_workers": 6},
        ],
    }  # fmt: skip


def baseline_switch(t: Storyteller) -> Json:
    """First sign-ins from one country, then the claimed one through a VPN (after C22)."""
    return {
        "claims": person("Corwin Dalesk", "US", "Dallas", "America/Chicago"),
        "sessions": t.days(t.line("CN"), 8, until=40, hour=2, managed=False, device="own-3",
                           time_zone="Asia/Shanghai")
        + t.days(t.line("US", "vpn"), 14, hour=14, managed=False, device="own-3",
                 time_zone="Asia/Shanghai"),
        "devices": [{"id": "own-3", "managed": False, "software_inventory": "complete",
                     "tools": [{"kind": "remote_access", "name": "AnyDesk", "sanctioned": False}]}],
        "payouts": [{"method": "e_money", "provider": "Payoneer", "holder": "Liron Vasmet",
                     "requested_after_hire": True, "country": "CN"}],
    }  # fmt: skip


STORIES: dict[str, Callable[[Storyteller], Json]] = {
    story.__name__.replace("_", "-"): story
    for story in (
        traveller_declared, nomad_undeclared, expatriate_vpn, military_spouse, private_relay,
        corporate_egress, brothers, couple, agency, married_name, one_name, under_banked,
        kept_number, voip_privacy, night_worker, kvm_at_home, home_lab, minimal,
        farm_laptop, rented_account, baseline_switch,
    )
}  # fmt: skip
IMPERSONATED = ("farm-laptop", "rented-account", "baseline-switch")
"""Stories of impersonation; every other story must stay out of `review`."""


def tell(book: AddressBook, name: str) -> Json:
    """One story as a profile. Its devices are its own: one id is one device, whoever uses it."""
    story = STORIES[name](Storyteller(book, name))
    for row in story.get("devices", ()):
        row["id"] = f"{name}-{row['id']}"
    for row in story.get("sessions", ()):
        if "device" in row:
            row["device"] = f"{name}-{row['device']}"
    return {"profile_id": f"story-{name}", "as_of": AS_OF.isoformat(), **story}
