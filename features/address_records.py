"""What the records of the operator's IP databases say: MaxMind's formats and flat DB-IP ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

UNSTATED_RADIUS_KM = 1313.0
"""Radius of a point whose database states none: between two city databases three distances in four
are below it (median 281 km, comparison of random IPv4, 2026). Distance rules then skip the point.
"""
SURE_ENOUGH = 50
"""Least anonymizer confidence (MaxMind, per cent) that counts: more likely than not."""

Record = Mapping[str, Any]
_STRENGTH = {"tor": 5, "residential_proxy": 4, "vpn": 3, "hosting": 2}


@dataclass(slots=True)
class Facts:
    """What the databases said of one address so far; a fact once set stays.

    Empty, 0 and NaN are unknown. Degrees and kilometres.
    """

    country: str = ""
    asn: int = 0
    kind: str = ""
    provider: str = ""
    latitude: float = np.nan
    longitude: float = np.nan
    radius_km: float = np.nan

    def be(self, kind: str, provider: str = "") -> None:
        """Take the kind and its provider unless a stronger kind is known; of equals the first."""
        known = _STRENGTH.get(self.kind, 1 if self.kind else 0)
        if _STRENGTH.get(kind, 1) > known:
            self.kind, self.provider = kind, provider
        elif kind == self.kind:
            self.provider = self.provider or provider


def _part(record: Record, name: str) -> Record:
    """A nested part of a record, empty where absent or not a mapping."""
    found = record.get(name)
    return found if isinstance(found, dict) else {}


def _place(record: Record, facts: Facts) -> None:
    """Country and point of a City, Country or Enterprise record, nested or flat."""
    country = _part(record, "country").get("iso_code") or record.get("country_code")
    facts.country = facts.country or str(country or "")
    point = _part(record, "location") or record
    latitude, longitude = point.get("latitude"), point.get("longitude")
    if np.isnan(facts.latitude) and latitude is not None and longitude is not None:
        facts.latitude, facts.longitude = float(latitude), float(longitude)
        facts.radius_km = float(point.get("accuracy_radius") or UNSTATED_RADIUS_KM)


def _network(record: Record, facts: Facts) -> None:
    """AS number of an ASN or ISP record."""
    facts.asn = facts.asn or int(record.get("autonomous_system_number") or 0)


def _anonymity(record: Record, facts: Facts) -> None:
    """Flags of an Anonymous-IP, Anonymous-Plus or IP-Risk record.

    An open proxy counts as vpn: both are an egress chosen in place of one's own line.
    """
    if record.get("anonymizer_confidence", SURE_ENOUGH) < SURE_ENOUGH:
        return
    for flag, kind in (
        ("is_tor_exit_node", "tor"),
        ("is_residential_proxy", "residential_proxy"),
        ("is_anonymous_vpn", "vpn"),
        ("is_public_proxy", "vpn"),
        ("is_hosting_provider", "hosting"),
    ):
        if record.get(flag):
            facts.be(kind, _provider(record))
            return


def _provider(record: Record) -> str:
    return str(record.get("provider_name") or "")


def _residential(record: Record, facts: Facts) -> None:
    """Provider of a Residential-Proxy record: being listed is the statement."""
    if record.get("anonymizer_confidence", SURE_ENOUGH) >= SURE_ENOUGH:
        facts.be("residential_proxy", _provider(record))


def _connection(record: Record, facts: Facts) -> None:
    """Kind of line of a Connection-Type record."""
    line = record.get("connection_type")
    if line:
        facts.be({"Cellular": "mobile", "Corporate": "corporate"}.get(line, "ordinary"))


def _enterprise(record: Record, facts: Facts) -> None:
    """Place, network and kind of line of an Enterprise record."""
    _place(record, facts)
    traits = _part(record, "traits")
    _network(traits, facts)
    if traits.get("user_type") in ("hosting", "content_delivery_network"):
        facts.be("hosting")
    _connection(traits, facts)


READERS: tuple[tuple[str, Callable[[Record, Facts], None]], ...] = (
    ("anonymous", _anonymity),
    ("residential-proxy", _residential),
    ("ip-risk", _anonymity),
    ("enterprise", _enterprise),
    ("city", _place),
    ("country", _place),
    ("isp", _network),
    ("asn", _network),
    ("connection-type", _connection),
)
"""Part of a database's type and how its records are read, the most trusted first."""
