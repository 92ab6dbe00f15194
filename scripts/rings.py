"""Build data/samples/rings: people who share keys, most of them for a good reason.

    python -m scripts.rings

Everything is invented; the same code and tables give the same file. Whoever is listed later came an
hour later, if not told otherwise.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

from scripts.stories import AS_OF, Json, Storyteller, bank, laptop, person
from training.world.addresses import AddressBook
from training.world.life import invent_name

FILE = Path(__file__).parent.parent / "data" / "samples" / "rings" / "people.jsonl"
AGENCY = (
    "Sunita Valmeer;Arvo Pellin;Kavita Dorsane;Rohan Tessik;Meera Oldrin;Jatin Corvel;"
    "Nila Hestavi;Devan Murro;Asha Wexlin;Tarun Bolvik;Ila Sorrento;Vikram Nauder;Pooja Kestrel;"
    "Ramin Ovlade;Geeta Plinn;Suraj Zemlin;Lata Quorra;Manoj Fendry;Uma Straid;Hari Yolvane"
).split(";")
PERSONAS = "Colby Marden;Tess Everly;Grant Hollis;Dana Whitlow;Reid Sumner;Paige Lorne;Troy Beckham"
WALLET = "Kenji Moralta;Lukas Fenwright;Andre Solvane;Marek Ostrand;Felipe Durango"


def brothers(t: Storyteller) -> Iterator[Json]:
    """Two brothers in one house, with one line and one computer; nobody declared anything."""
    home = t.line("UA")
    for name in ("Pavlo Rezneck", "Ihor Rezneck"):
        yield {
            "claims": person(name, "UA", "Lviv", "Europe/Kyiv"),
            "sessions": t.days(home, 8, device="rezneck-pc"),
            "payouts": [bank(name, "UA", account=f"UA-{name}")],
        }


def couple(t: Storyteller) -> Iterator[Json]:
    """One account for two, which one of them declared."""
    home, account = t.line("IT"), "IT-bellin"
    said = (
        {},
        {"payees": [{"name": "Rosaria Bellin", "relation": "relative"}], "household": ["couple-1"]},
    )
    for name, more in zip(("Rosaria Bellin", "Dario Timmel"), said, strict=True):
        yield {
            "claims": person(name, "IT", "Bari", "Europe/Rome", **more),
            "sessions": t.days(home, 8),
            "payouts": [bank("Rosaria Bellin", "IT", account=account)],
        }


def flatmates(t: Storyteller) -> Iterator[Json]:
    """Three people in one flat, where all their laptops were sent."""
    home = t.line("PT")
    for name in ("Olena Trask", "Nuno Cavell", "Birgit Almroth"):
        yield {
            "claims": person(name, "PT", "Porto", "Europe/Lisbon"),
            "sessions": t.days(home, 8),
            "shipments": [{"address": "Rua das Nogueiras 12, 3", "country": "PT", "kind": "home"}],
            "payouts": [bank(name, "PT", account=f"PT-{name}")],
        }


def agency(t: Storyteller) -> Iterator[Json]:
    """Twenty people of one declared agency, paid into its account, some from its office."""
    office, firm = t.line("IN"), "Northpine Studio LLC"
    for number, name in enumerate(AGENCY):
        payees = [{"name": firm, "relation": "agency"}]
        yield {
            "claims": person(name, "IN", "Pune", "Asia/Kolkata", agency=firm, payees=payees),
            "sessions": t.days(t.line("IN") if number % 2 else office, 6, hour=4),
            "payouts": [bank(firm, "IN", account="IN-northpine")],
        }


def resold_phone(t: Storyteller) -> Iterator[Json]:
    """A number that another person had until a year ago."""
    number = "+34 612 345 781"
    for name, days in (("Rocio Salvande", 400), ("Jorunn Axelby", 0)):
        at = AS_OF - timedelta(days=days)
        yield {
            "as_of": at.isoformat(),
            "claims": person(name, "ES", "Valencia", "Europe/Madrid"),
            "contact": {"phones": [{"number": number, "carrier_type": "mobile"}]},
            "sessions": t.days(t.line("ES"), 8, until=days),
            "payouts": [bank(name, "ES", account=f"ES-{name}")],
        }


def coworking(t: Storyteller) -> Iterator[Json]:
    """Fifteen strangers at the desks of one co-working space, where most have their parcels sent."""
    desks = t.line("NL")
    for number in range(15):
        name = invented("coworking", number)
        yield {
            "claims": person(name, "NL", "Utrecht", "Europe/Amsterdam"),
            "sessions": [*t.days(desks, 4, kind="work"), *t.days(t.line("NL"), 3, kind="apply")],
            "devices": [{"id": f"coworking-laptop-{number}"}],
            "shipments": [{"address": "Havenkade 70, Utrecht", "country": "NL", "kind": "office"}],
            "payouts": [bank(name, "NL", account=f"NL-{name}")],
        }


def dormitory(t: Storyteller) -> Iterator[Json]:
    """Two hundred students behind the one line of their hall, who applied from their rooms."""
    hall = t.line("KE")
    for number in range(200):
        name = invented("dormitory", number)
        yield {
            "claims": person(name, "KE", "Nairobi", "Africa/Nairobi"),
            "sessions": t.days(hall, 3, hour=6, kind="apply", device=f"room-{number}"),
            "payouts": [bank(name, "KE", account=f"KE-{name}")],
        }


def farm(t: Storyteller) -> Iterator[Json]:
    """Seven personas whose laptops stand in one house (after C01).

    The host took in the employers' laptops, signed in on them, left remote-access software there and
    had the pay credited to an account in the host's own name.
    """
    house, host = t.line("US"), "Hedda Quillon"
    for number, name in enumerate(PERSONAS.split(";"), 1):
        tools = [{"kind": "remote_access", "name": "AnyDesk", "sanctioned": False}]
        yield {
            "claims": person(name, "US", "Phoenix", "America/Phoenix"),
            "sessions": t.days(house, 8, hour=15, device=f"farm-laptop-{number}", managed=True),
            "devices": [laptop(id=f"farm-laptop-{number}", at_home=False, tools=tools)],
            "shipments": [
                {"address": "4471 Sorrel Lane", "country": "US", "city": "Phoenix",
                 "received_by": host}
            ],
            "payouts": [{"method": "bank", "holder": host, "country": "US", "account": "US-host"}],
        }  # fmt: skip


def wallet(t: Storyteller) -> Iterator[Json]:
    """Five personas on one computer, paid into one wallet, behind a VPN (after TAY and INSIKT26)."""
    homes = (
        ("JP", "Osaka", "Asia/Tokyo"),
        ("DE", "Hamburg", "Europe/Berlin"),
        ("BR", "Recife", "America/Recife"),
        ("PL", "Gdansk", "Europe/Warsaw"),
        ("AR", "Rosario", "America/Argentina/Buenos_Aires"),
    )
    tools = [{"kind": "anti_detect", "name": "anti-detect browser"}]
    for name, (country, city, zone) in zip(WALLET.split(";"), homes, strict=True):
        yield {
            "claims": person(name, country, city, zone),
            "sessions": t.days(t.line(country, "vpn"), 8, hour=2, device="wallet-pc"),
            "devices": [{"id": "wallet-pc", "tools": tools}],
            "payouts": [{"method": "crypto", "account": "wallet-7f3a90c4"}],
        }


def factor(t: Storyteller) -> Iterator[Json]:
    """Four accounts of one tenant whose sign-ins one device confirms (after C38).

    Over a VPN and in sessions that live long, as told; how many accounts they were is not.
    """
    for number in range(4):
        long = {"token_age_hours": 700 + 24 * number, "duration_minutes": 3 * 24 * 60}
        own = {"device": "factor-phone", "mfa_key": "factor-1", "kind": "mfa"}
        yield {
            "claims": {"name": invented("factor", number)},
            "sessions": t.days(t.line("US", "vpn"), 8, hour=15, **own, **long),
            "devices": [{"id": "factor-phone", "mfa_key": "factor-1"}],
        }


def referral(t: Storyteller) -> Iterator[Json]:
    """Two who say two places, work from one line and VPN, and of whom one brought the other.

    After C24 and C25: AnyDesk on both laptops, the address of the second does not exist.
    """
    line, exit_ = t.line("US"), t.line("US", "vpn")
    pair = (("Warren Adley", "Dallas", "referred"), ("Miles Corrigan", "Tulsa", "referred_by"))
    for number, (name, city, direction) in enumerate(pair):
        own = {"device": f"referral-laptop-{number}", "managed": True}
        tools = [{"kind": "remote_access", "name": "AnyDesk", "sanctioned": False}]
        wrong = {"stage": "verified", "outcome": "different", "checked": "address"}
        yield {
            "claims": person(name, "US", city, "America/Chicago"),
            "sessions": [*t.days(line, 8, hour=15, **own), *t.days(exit_, 8, hour=15, **own)],
            "devices": [laptop(id=own["device"], tools=tools)],
            "referrals": [{"other": f"referral-{2 - number}", "direction": direction}],
            "checks": [{**wrong, "address_agrees": False}] if number else [],
        }


def invented(story: str, number: int) -> str:
    """A made-up name."""
    return invent_name(random.Random(f"{story}/{number}"))


STORIES: tuple[Callable[[Storyteller], Iterator[Json]], ...] = (
    brothers,
    couple,
    flatmates,
    agency,
    resold_phone,
    coworking,
    dormitory,
    farm,
    wallet,
    factor,
    referral,
)
RINGS = ("farm", "wallet", "factor", "referral")
"""Stories of one operator behind several names; the others are innocent."""


def build() -> str:
    """Everybody, one record a line."""
    book, lines = AddressBook(), []
    for story in STORIES:
        teller = Storyteller(book, story.__name__)
        for number, told in enumerate(story(teller), 1):
            moment = AS_OF + timedelta(hours=len(lines))
            ids = {"profile_id": f"{story.__name__}-{number}", "as_of": moment.isoformat()}
            lines.append(json.dumps({**ids, **told}, ensure_ascii=False) + "\n")
    return "".join(lines)


if __name__ == "__main__":
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(build(), encoding="utf-8", newline="\n")
