"""Build data/samples/rings: people who share keys, most of them for a good reason.

    python -m scripts.rings

Everything is invented; the same code and tables give the same file. Whoever is listed later came a
day later.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

from scripts.stories import AS_OF, Json, Storyteller, bank, laptop, person
from training.world.addresses import AddressBook

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


def farm(t: Storyteller) -> Iterator[Json]:
    """Seven personas whose laptops stand in one house (after C01)."""
    house = t.line("US")
    for number, name in enumerate(PERSONAS.split(";"), 1):
        yield {
            "claims": person(name, "US", "Phoenix", "America/Phoenix"),
            "sessions": t.days(house, 8, hour=15, device=f"farm-laptop-{number}"),
            "devices": [laptop(id=f"farm-laptop-{number}")],
            "shipments": [
                {"address": "4471 Sorrel Lane", "country": "US", "city": "Phoenix", "kind": "home"}
            ],
        }


def wallet(t: Storyteller) -> Iterator[Json]:
    """Five personas in five countries who are paid into one wallet."""
    homes = (
        ("JP", "Osaka", "Asia/Tokyo"),
        ("DE", "Hamburg", "Europe/Berlin"),
        ("BR", "Recife", "America/Recife"),
        ("PL", "Gdansk", "Europe/Warsaw"),
        ("AR", "Rosario", "America/Argentina/Buenos_Aires"),
    )
    for name, (country, city, zone) in zip(WALLET.split(";"), homes, strict=True):
        yield {
            "claims": person(name, country, city, zone),
            "sessions": t.days(t.line(country, "vpn"), 8, hour=2),
            "payouts": [{"method": "crypto", "account": "wallet-7f3a90c4"}],
        }


def referral(t: Storyteller) -> Iterator[Json]:
    """Two who say two states, work from one line, and of whom one brought the other (C24, C25)."""
    line = t.line("US")
    pair = (("Warren Adley", "Dallas", "referred"), ("Miles Corrigan", "Tulsa", "referred_by"))
    for number, (name, city, direction) in enumerate(pair):
        yield {
            "claims": person(name, "US", city, "America/Chicago"),
            "sessions": t.days(line, 8, hour=15),
            "referrals": [{"other": f"referral-{2 - number}", "direction": direction}],
            "payouts": [bank(name, "US", account=f"US-{name}")],
        }


STORIES: tuple[Callable[[Storyteller], Iterator[Json]], ...] = (
    brothers,
    couple,
    flatmates,
    agency,
    farm,
    wallet,
    referral,
)
RINGS = ("farm", "wallet", "referral")
"""Stories of one operator behind several names; the others are innocent."""


def build() -> str:
    """Everybody, one record a line."""
    book, lines = AddressBook(), []
    for story in STORIES:
        teller = Storyteller(book, story.__name__)
        for number, told in enumerate(story(teller), 1):
            moment = AS_OF + timedelta(days=len(lines))
            ids = {"profile_id": f"{story.__name__}-{number}", "as_of": moment.isoformat()}
            lines.append(json.dumps({**ids, **told}, ensure_ascii=False) + "\n")
    return "".join(lines)


if __name__ == "__main__":
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(build(), encoding="utf-8", newline="\n")
