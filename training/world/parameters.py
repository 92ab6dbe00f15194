"""Every number of the simulated world, with its unit and where it comes from.

Source tags are those of features/sources.py and the published quantities (YG, MBO, PIND ...);
`assumed` marks a number nobody has published. Most conditional rates are assumed: no source gives
the chance of a signal for impersonated people, save for deepfakes.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass

ASSUMED = "assumed"


@dataclass(frozen=True)
class Number:
    """One number of the world."""

    value: float
    unit: str
    source: str


NUMBERS: dict[str, Number] = {
    "impersonated": Number(0.06, "share of people", "assumed; PIND has 0.0029, too few to learn"),
    "look_alikes": Number(0.38, "share of people", "assumed; five to ten times the positives"),
    "marketplace": Number(0.55, "share of people", ASSUMED),
    "clean": Number(0.17, "share of impersonated", "quantities.md 7.2: at least 0.15"),
    "operator_median": Number(5, "personas", "GTIG25, GITLAB, ZX25, INSIKT26"),
    "operator_sigma": Number(0.98, "log personas", "median 5, 95th percentile 25"),
    "operator_days": Number(75, "days", "assumed; one wave of applications"),
    "months": Number(18, "months", ASSUMED),
    "sessions_median": Number(20, "sessions", ASSUMED),
    "sessions_sigma": Number(0.6, "log sessions", ASSUMED),
    "history_days": Number(150, "days", ASSUMED),
    "vpn_sometimes": Number(0.19, "share of people", "YG: 32 % at least sometimes, 13 % always"),
    "vpn_always": Number(0.13, "share of people", "YG"),
    "vpn_abroad": Number(0.25, "share of VPN users", ASSUMED),
    "wrong_country": Number(
        0.054, "share of addresses", "shared data: two databases agree on 94.6 %"
    ),
    "wrong_country_line": Number(0.012, "share of home lines", ASSUMED),
    "undeclared_trip": Number(0.12, "share of people", "assumed from MBO 2023"),
    "declared_trip": Number(0.08, "share of people", ASSUMED),
    "mobile_share": Number(0.15, "share of sessions", ASSUMED),
    "listed_exit": Number(
        0.30, "share of hidden impersonated", "shared data: 4 to 44 % are listed"
    ),
    "no_zone": Number(0.25, "share of people without device zones", ASSUMED),
    "holder_variant": Number(0.18, "share of payees written otherwise", ASSUMED),
    "payee_mailbox": Number(0.2, "share of people paid through others", ASSUMED),
    "kept_foreign_number": Number(0.06, "share of people", ASSUMED),
    "night_hours": Number(0.12, "share of people", ASSUMED),
}


@dataclass(frozen=True)
class Tell:
    """How often one observation shows, by the care an impersonator takes, and among honest people.

    ``careless``, ``hidden``, ``targeted``, ``copied``: shares of impersonated people of that care.
    ``honest``: share of ordinary honest people in whom the same shows for its own reasons.
    """

    careless: float
    hidden: float
    targeted: float
    copied: float
    honest: float
    source: str = ASSUMED


CARE = {"careless": 0.22, "hidden": 0.38, "targeted": 0.25, "copied": 0.15}
"""Shares of impersonators by care (assumed)."""

TELLS: dict[str, Tell] = {
    "outside": Tell(0.55, 0.08, 0.03, 0.03, 0.025),
    "hides": Tell(0.72, 0.95, 0.45, 0.52, 0.0, "assumed; YG sets the honest rate apart"),
    "slips": Tell(0.52, 0.36, 0.10, 0.08, 0.010),
    "switch": Tell(0.29, 0.21, 0.05, 0.04, 0.004, "LVB"),
    "zone_there": Tell(0.62, 0.34, 0.10, 0.08, 0.025),
    "hours_there": Tell(0.39, 0.29, 0.20, 0.16, 0.05),
    "zone_changes": Tell(0.23, 0.13, 0.05, 0.04, 0.02),
    "hardware_there": Tell(0.52, 0.36, 0.13, 0.10, 0.015),
    "slow": Tell(0.59, 0.49, 0.52, 0.26, 0.035, "AMZN"),
    "remote_tools": Tell(0.59, 0.39, 0.49, 0.16, 0.022, "CHB, SWX"),
    "unattended": Tell(0.29, 0.18, 0.20, 0.05, 0.004, "CHB"),
    "kvm": Tell(0.13, 0.16, 0.26, 0.08, 0.006, "KVMSIG"),
    "mfa_shared": Tell(0.23, 0.18, 0.16, 0.07, 0.006, "MS"),
    "device_shared": Tell(0.49, 0.34, 0.16, 0.10, 0.03, "INSIKT26"),
    "anti_detect": Tell(0.18, 0.18, 0.10, 0.07, 0.003, "INSIKT26"),
    "unmanaged_first": Tell(0.42, 0.29, 0.10, 0.10, 0.06, "LVB"),
    "keep_awake": Tell(0.18, 0.16, 0.13, 0.08, 0.06, "UNC5267"),
    "virtual_camera": Tell(0.29, 0.23, 0.16, 0.10, 0.05, "MS"),
    "activation_there": Tell(0.29, 0.20, 0.05, 0.05, 0.008, "GTIG25"),
    "old_tokens": Tell(0.29, 0.26, 0.18, 0.13, 0.09, "MS"),
    "payee_other": Tell(0.55, 0.42, 0.26, 0.16, 0.018, "NPA24"),
    "account_shared": Tell(0.44, 0.34, 0.20, 0.12, 0.015, "TAY, FBI25"),
    "passed_on": Tell(0.44, 0.36, 0.23, 0.16, 0.012, "JPN2, ANYRUN"),
    "early_change": Tell(0.47, 0.39, 0.26, 0.18, 0.06, "SWX"),
    "payout_there": Tell(0.42, 0.23, 0.08, 0.07, 0.02, "PSA23"),
    "route_request": Tell(0.39, 0.34, 0.21, 0.18, 0.05, "SEAL"),
    "crypto": Tell(0.39, 0.36, 0.20, 0.20, 0.05, ASSUMED),
    "voip": Tell(0.59, 0.55, 0.39, 0.33, 0.07, "NISOS"),
    "contact_shared": Tell(0.39, 0.29, 0.13, 0.09, 0.012, "FBI25"),
    "contact_changed": Tell(0.33, 0.29, 0.18, 0.16, 0.06, "ADV22"),
    "young_mail": Tell(0.78, 0.68, 0.39, 0.45, 0.13, "NISOS"),
    "disposable_mail": Tell(0.08, 0.05, 0.01, 0.01, 0.008),
    "listed": Tell(0.08, 0.08, 0.03, 0.03, 0.002, "KRAK"),
    "off_platform": Tell(0.45, 0.36, 0.20, 0.20, 0.07, "GTIG25"),
    "own_device": Tell(0.29, 0.26, 0.13, 0.18, 0.07, "SWX"),
    "prepayment": Tell(0.16, 0.10, 0.04, 0.04, 0.02, "PSA23"),
    "tax_disowned": Tell(0.05, 0.07, 0.07, 0.01, 0.0008, "GLAB"),
    "long_spans": Tell(0.26, 0.21, 0.13, 0.09, 0.035, "ADV22"),
    "dark": Tell(0.29, 0.29, 0.21, 0.13, 0.07, "GEOW"),
    "open_port": Tell(0.21, 0.16, 0.13, 0.05, 0.03, "ADV22"),
    "many_countries": Tell(0.26, 0.18, 0.04, 0.04, 0.02, "ADV22"),
}

SEATS = {
    "CN": 0.60,
    "RU": 0.20,
    "VN": 0.04,
    "ID": 0.02,
    "TH": 0.02,
    "AE": 0.04,
    "NG": 0.04,
    "BR": 0.04,
}
"""Where impersonators physically sit: quantities.md section 3, an assumption of its own."""

CLAIMED = {
    "US": 0.44, "JP": 0.12, "GB": 0.06, "DE": 0.06, "PL": 0.04, "UA": 0.04, "SG": 0.04, "MY": 0.04,
    "TH": 0.03, "IT": 0.03, "PT": 0.03, "RS": 0.03, "VN": 0.02, "CN": 0.01, "RU": 0.01,
}  # fmt: skip
"""Where impersonators say they are: order from SEAL and GTIG25, shares assumed."""

HOMES = {
    "US": 0.26, "IN": 0.11, "GB": 0.06, "DE": 0.06, "UA": 0.05, "PL": 0.04, "PK": 0.04, "PH": 0.04,
    "BR": 0.05, "CN": 0.05, "RU": 0.04, "JP": 0.03, "VN": 0.03, "ID": 0.02, "NG": 0.02, "KE": 0.01,
    "AR": 0.02, "MX": 0.02, "ES": 0.02, "FR": 0.02, "IT": 0.02, "PT": 0.01, "RS": 0.01, "RO": 0.01,
    "TR": 0.01, "SG": 0.01, "MY": 0.01, "TH": 0.01, "AE": 0.01, "CA": 0.02, "EG": 0.01, "BD": 0.02,
}  # fmt: skip
"""Where honest people live and say so (assumed); every seat above is also a common honest home."""

NEIGHBOURS = ("DE", "NL", "GB", "US", "FR", "SG", "ES", "TR", "AE", "TH")
"""Where trips, wrong address data and VPN exits lead (assumed)."""

PARTS: dict[str, tuple[float, float]] = {
    "sessions": (0.96, 0.84),
    "devices": (0.66, 0.84),
    "inventory": (0.05, 0.74),
    "hardware_location": (0.02, 0.50),
    "round_trip": (0.30, 0.55),
    "zones": (0.75, 0.70),
    "durations": (0.55, 0.50),
    "tokens": (0.15, 0.40),
    "posture": (0.03, 0.35),
    "scan": (0.22, 0.10),
    "managed": (0.05, 0.80),
    "payouts": (0.86, 0.62),
    "passed_on": (0.66, 0.02),
    "other_workers": (0.88, 0.45),
    "contact": (0.93, 0.82),
    "carrier": (0.65, 0.60),
    "mail_age": (0.72, 0.60),
    "other_identities": (0.85, 0.45),
    "lists": (0.35, 0.25),
    "conduct": (0.30, 0.45),
}
"""Chance that a marketplace and an employer see a part (assumed); the same whatever the label."""


@dataclass(frozen=True)
class Parameters:
    """The numbers of one world. ``shift`` scales the rates at which tells show."""

    shift: float = 1.0

    def __getitem__(self, name: str) -> float:
        return NUMBERS[name].value

    def tell(self, name: str, care: str) -> float:
        """Chance that a tell shows, for a care or for `honest`."""
        return min(0.97, float(getattr(TELLS[name], care)) * self.shift)

    @property
    def digest(self) -> str:
        """A digest of every number, kept with the world."""
        numbers = {name: asdict(number) for name, number in NUMBERS.items()}
        tells = {name: asdict(tell) for name, tell in TELLS.items()}
        everything = [numbers, tells, CARE, SEATS, CLAIMED, HOMES, NEIGHBOURS, PARTS, self.shift]
        return hashlib.sha256(json.dumps(everything, sort_keys=True).encode()).hexdigest()[:16]
