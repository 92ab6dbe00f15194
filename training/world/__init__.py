"""The simulated world: labelled people as a folder of tables.

Operators run personas; honest people are messy; look-alikes are several times as many as positives;
two kinds of buyer see different parts, whoever the person is. Nothing here is a real person: names
are syllables, and addresses are drawn from ranges of the right country and kind.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from training.world.chain import chain, referrals
from training.world.code import code
from training.world.contacts import contact
from training.world.decisions import decide
from training.world.devices import devices
from training.world.hiring import checks, conduct
from training.world.life import Life
from training.world.lines import Lines
from training.world.money import payouts
from training.world.parameters import Parameters
from training.world.people import END
from training.world.people import people as cast
from training.world.sessions import SignIns
from training.world.shipping import shipments
from training.world.work import work
from training.world.write import Tables, refuse_other_folders, write

__all__ = ["simulate"]


def simulate(
    people: int,
    seed: int,
    out: Path,
    *,
    shift: float = 1.0,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Write ``people`` labelled lives to the folder ``out``, whole or not at all.

    ``shift`` scales the rates at which tells show. ``progress`` is told how many are done, of how
    many. Raises InputError if ``out`` is a folder with other things in it.
    """
    refuse_other_folders(out)
    numbers, lines = Parameters().shifted(shift), Lines(seed)
    tables = Tables()
    for done, life in enumerate(cast(people, seed, numbers), 1):
        _live(life, lines)
        tables.collect(life)
        if progress and (done % 200 == 0 or done == people):
            progress(done, people)
    about = {"people": people, "seed": seed, "shift": shift, "parameters": numbers.digest}
    write(out, tables, about)


def _live(life: Life, lines: Lines) -> None:
    """Make the rows of the parts the buyer sees."""
    sees, signs = life.sees, SignIns(life, lines)
    given = life.as_of - life.days("provisioned")
    if "sessions" in sees:
        for row in signs.rows():
            life.add("sessions", **row)
    if "devices" in sees:
        devices(life, signs, given)
    if "payouts" in sees:
        payouts(life)
    if "contact" in sees:
        contact(life)
    if "code" in sees:
        code(life)
    work(life, signs.routes)
    if "conduct" in sees:
        conduct(life)
    if "checks" in sees:
        checks(life)
    if "shipments" in sees:
        shipments(life, given)
    if "chain" in sees:
        chain(life)
    if "referrals" in sees:
        referrals(life)
    _claims(life)
    decide(life, END)


def _claims(life: Life) -> None:
    """Where the person says to live, to work which hours, to travel, to use a VPN."""
    if not life.rate("no_place"):
        wrong = life.claims.get("place")
        life.add(
            "places", country=wrong or life.home.country, city=None if wrong else life.home.name
        )
    if life.hours_zone is None and not life.split_shifts and life.rate("hours_declared"):
        life.claim_hours(life.home.zone)
    for trip in life.trips:
        if trip.declared:
            life.add("travel", country=trip.country, starts=trip.starts, ends=trip.ends)
    for use in life.claims.get("vpn", ()):
        life.add("vpn", value=use)
