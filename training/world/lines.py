"""Which line a session takes: home, mobile, company, VPN, relay, or where somebody really sits."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Literal

import numpy as np

from training.world.addresses import AddressBook
from training.world.life import Life, Ring, Trip, pick
from training.world.rates import RING_EXITS, USER_EXITS

POOL = 2_000
"""Addresses drawn at once, for speed."""
EXITS = 3
"""Exits of one person's VPN."""
Egress = Literal["company"] | None
_Asked = tuple[str, str, str]


class Lines:
    """Addresses by country and kind, drawn in blocks; the same seed gives the same lines."""

    def __init__(self, seed: int) -> None:
        self._book = AddressBook()
        self._rng = np.random.default_rng(seed)
        self._pools: dict[_Asked, list[str]] = defaultdict(list)
        self._instead: dict[_Asked, _Asked] = {}
        self._buildings: dict[str, str] = {}

    def line(self, country: str, kind: str = "ordinary", provider: str = "") -> str:
        """A line of this kind and provider; where there is none of them, a more ordinary one."""
        asked = (country, kind, provider)
        if asked in self._instead:
            return self.line(*self._instead[asked])
        pool = self._pools[asked]
        if not pool:
            try:
                pool.extend(self._book.draw(self._rng, *asked[:2], POOL, provider or None))
            except KeyError:
                if kind == "ordinary":
                    raise
                self._instead[asked] = (
                    (country, kind, "") if provider else (country, "ordinary", "")
                )
                return self.line(*self._instead[asked])
        return pool.pop()

    def building(self, name: str, country: str) -> str:
        """The one line of everybody in a shared building."""
        if name not in self._buildings:
            self._buildings[name] = self.line(country)
        return self._buildings[name]


@dataclass(frozen=True)
class Route:
    """The address of one session, and what the operator says of it."""

    ip: str
    egress: Egress = None


class Routes:
    """The few lines one person has, and which of them a session takes."""

    def __init__(self, life: Life, lines: Lines) -> None:
        self.life, self.lines, self.rng = life, lines, life.rng
        homes = life.whole("home_lines") if life.home_kind == "ordinary" else 2 * EXITS
        self.homes = [self._placed(life.home.country, life.home_kind) for _ in range(homes)]
        self.mobile = self._placed(life.home.country, "mobile")
        self.there = [self._placed(life.seat.country) for _ in range(2)]
        self.exits = self._exits()
        self.slip_share = life.between("slip_share")
        self.outside_share = life.between("outside_share")
        self.work_share = life.between("work_vpn_share") if life.work_vpn else 0.0
        if life.egress:
            self.work_share = life.numbers["company_line"]
        self.gateway = self._gateway()
        self.relays: list[str] = []
        self.trip_lines: dict[str, str] = {}
        if life.building:
            self.homes = [lines.building(life.building, life.home.country)]
        if life.recycled:
            self.homes[0] = lines.building(life.recycled, life.home.country)
        if life.host:
            self.homes = [lines.building(life.host, life.home.country)]

    def _placed(self, country: str, kind: str = "ordinary") -> str:
        """A line in a country, or one that address data puts elsewhere."""
        rate = "wrong_home" if kind == "ordinary" else "wrong_other"
        if not self.life.clean and self.life.rate(rate):
            country = self.life.elsewhere()
        return self.lines.line(country, kind)

    def _exits(self) -> list[str]:
        life = self.life
        if life.impersonated and life.ring and life.rate("ring_shares_exit"):
            return self._ring_exits(life.ring, life.home.country)
        abroad = not life.impersonated and life.vpn_share > 0 and life.rate("vpn_abroad")
        country = life.elsewhere() if abroad else life.home.country
        return [
            self._exit(life.elsewhere() if life.mess("exit_elsewhere") else country)
            for _ in range(EXITS)
        ]

    def _exit(self, country: str) -> str:
        mix = RING_EXITS if self.life.impersonated else USER_EXITS
        kind, provider = pick(self.rng, mix).split(":")
        return self.lines.line(country, kind, provider)

    def _ring_exits(self, ring: Ring, country: str) -> list[str]:
        if country not in ring.exits:
            ring.exits[country] = [self._exit(country) for _ in range(EXITS)]
        return ring.exits[country]

    def _gateway(self) -> Route:
        life = self.life
        country, told = life.egress or (life.home.country, life.rate("work_vpn_told"))
        return Route(self.lines.line(country), "company" if told else None)

    def take(self, number: int, count: int, trip: Trip | None) -> Route:
        """The route of session ``number`` of ``count``."""
        life, tells, draw = self.life, self.life.tells, self.rng.random()
        exit_ = Route(self.rng.choice(self.exits))
        if "switch" in tells:
            return self._there() if number < max(6, count // 4) else exit_
        if life.hidden:
            return self._there() if "slips" in tells and draw < self.slip_share else exit_
        if "outside" in tells and draw < self.outside_share:
            return self._there()
        if "many_countries" in tells and draw < life.numbers["many_countries"]:
            return Route(self.lines.line(life.elsewhere()))
        if draw < life.vpn_share:
            return exit_
        if draw < life.relay_share:
            return Route(self._relay())
        if self.rng.random() < self.work_share:
            return self.gateway
        return Route(self._bare(number, count, trip))

    def at_once(self) -> str:
        """A line from which somebody else signs in meanwhile, or a second device comes out."""
        return (
            self._there().ip if self.life.impersonated else self.lines.line(self.life.elsewhere())
        )

    def stranger(self) -> str:
        """A line of somebody else in the country of the claimed home."""
        return self.lines.line(self.life.home.country)

    def _bare(self, number: int, count: int, trip: Trip | None) -> str:
        """A session that hides nothing: from a trip, by phone, or from home."""
        life = self.life
        if trip:
            return self._abroad(trip.country)
        stray = life.numbers["satellite_stray" if life.satellite else "stray"]
        if not life.clean and self.rng.random() < stray:
            return self.lines.line(life.elsewhere())
        if life.rate("mobile_share"):
            return self.mobile
        return self.homes[number * len(self.homes) // count]

    def _there(self) -> Route:
        return Route(self.rng.choice(self.there))

    def _relay(self) -> str:
        if not self.relays:
            self.relays = [self.lines.line(self.life.home.country, "relay") for _ in range(EXITS)]
        return self.rng.choice(self.relays)

    def _abroad(self, country: str) -> str:
        if country not in self.trip_lines:
            self.trip_lines[country] = self.lines.line(country)
        return self.trip_lines[country]
