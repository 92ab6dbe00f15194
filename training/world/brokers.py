"""Those who serve operators: hosts of laptops and owners of accounts, each used by several.

Whoever needs one goes to somebody known, the likelier the more they serve already, or to a new one:
most serve a handful, a few very many (quantities.md 4: 137 laptops in 21 premises, over 90 in one).
"""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from training.world.life import Life, Ring
from training.world.parameters import Parameters


@dataclass
class _Broker:
    key: str
    since: datetime
    serves: int = 1


class Brokers:
    """Every host and account of a world, found in the order in which they are needed."""

    def __init__(self, rng: random.Random, numbers: Parameters) -> None:
        self._rng, self._numbers = rng, numbers
        self._known: defaultdict[str, list[_Broker]] = defaultdict(list)

    def host(self, life: Life, ring: Ring) -> str:
        """The house, in the country of the claimed home, where somebody keeps the laptop."""
        known = ring.hosts.get(life.home.country)
        if known and self._rng.random() < self._numbers["keeps_host"]:
            return known
        found = self._find(f"host-{life.home.country}", life.as_of, "new_host")
        ring.hosts.setdefault(life.home.country, found)
        return found

    def mule(self, life: Life) -> str:
        """The owner of the account that is paid."""
        return self._find("mule", life.as_of, "new_mule")

    def _find(self, kind: str, at: datetime, new: str) -> str:
        reach = timedelta(days=self._numbers["broker_days"])
        known = [one for one in self._known[kind] if abs(one.since - at) <= reach]
        if not known or self._rng.random() < self._numbers[new]:
            key = f"{kind}-{len(self._known[kind])}"
            self._known[kind].append(_Broker(key, at))
            return key
        chosen = self._rng.choices(known, [one.serves for one in known])[0]
        chosen.serves += 1
        return chosen.key
