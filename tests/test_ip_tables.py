"""The embedded IP tables, the algebra that makes them, and the address book over them."""

from __future__ import annotations

import hashlib
import json
import re
from ipaddress import ip_network
from typing import Any

import numpy as np
import pytest

from features.addresses import (
    RESERVED_V4,
    RESERVED_V6,
    TABLES,
    EmbeddedNetworks,
    is_public,
    load_tables,
    packed,
)
from features.context import COULD_NOT_CHECK, NETWORK_KINDS
from scripts.build_ip_tables import HOSTING_SHARE, hosting_networks, only_mobile
from scripts.ip_ranges import edges, flatten, halve, layer, merged
from training.world.addresses import AddressBook

MEGABYTE = 2**20
MANIFEST: dict[str, Any] = json.loads((TABLES / "manifest.json").read_text(encoding="utf-8"))


def test_arrays_are_what_the_manifest_says() -> None:
    for name, said in MANIFEST["arrays"].items():
        content = (TABLES / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == said["sha256"], name
        array = np.load(TABLES / name, allow_pickle=False)
        assert (len(array), str(array.dtype)) == (said["length"], said["dtype"])


def test_nothing_else_is_shipped() -> None:
    shipped = {path.name for path in TABLES.iterdir()}
    assert shipped == {*MANIFEST["arrays"], "manifest.json", "README.md"}


def test_the_tables_fit_in_a_wheel() -> None:
    assert sum(path.stat().st_size for path in TABLES.iterdir()) < 16 * MEGABYTE


def test_attribution_is_beside_the_data() -> None:
    readme = (TABLES / "README.md").read_text(encoding="utf-8")
    for source in MANIFEST["sources"]:
        assert source["attribution"] in readme
        assert source["built"] in readme
    for must in (
        "IP Geolocation by DB-IP (https://db-ip.com)",
        "routeviews.org",
        "nro.net",
        "X4BNet",
        "MISP",
        "brianhama",
    ):
        assert must in readme
    assert [one.name for one in EmbeddedNetworks().databases] == [
        source["name"] for source in MANIFEST["sources"]
    ]


def test_codes_mean_what_the_program_means() -> None:
    assert MANIFEST["kinds"] == list(NETWORK_KINDS)
    assert all(re.fullmatch("[A-Z]{2}", code) for code in MANIFEST["countries"])
    assert len(set(MANIFEST["countries"])) == len(MANIFEST["countries"])


@pytest.mark.parametrize("family", ["v4", "v6"])
def test_ranges_are_sorted_and_merged(family: str) -> None:
    tables = load_tables()
    starts, rows = getattr(tables, f"{family}_start"), getattr(tables, f"{family}_row")
    assert starts[0] == 0
    assert np.all(starts[1:] > starts[:-1])
    assert np.all(rows[1:] != rows[:-1])
    assert rows.max() < len(tables.state)


def test_only_a_vpn_has_a_provider() -> None:
    tables = load_tables()
    assert set(tables.kind[tables.provider >= 0]) == {NETWORK_KINDS.index("vpn")}


def test_what_nobody_announces_has_no_kind_unless_listed() -> None:
    tables = load_tables()
    lines = [NETWORK_KINDS.index(kind) for kind in ("ordinary", "mobile")]
    assert not np.any(np.isin(tables.kind[tables.asn == 0], lines))


@pytest.mark.parametrize("network", [*RESERVED_V4, *RESERVED_V6])
def test_reserved_networks_cannot_be_checked(network: str) -> None:
    net = ip_network(network)
    ends = [str(net[0]), str(net[-1])]
    assert EmbeddedNetworks().find(ends).state.tolist() == [COULD_NOT_CHECK] * 2
    assert not any(is_public(packed(end)) for end in ends)


def test_networks_merge_to_disjoint_ranges() -> None:
    found = merged(["10.0.0.0/25", "10.0.0.128/25", "10.0.0.64/26", "10.0.2.0/24", "::/8"], 4)
    base = 10 << 24
    assert found.starts.tolist() == [base, base + 512]
    assert found.stops.tolist() == [base + 256, base + 768]


def test_ipv6_counts_whole_64s() -> None:
    assert halve(0, 2**64 - 1, 6) == (0, 1)
    assert halve(5, 2**64 + 5, 6) is None
    assert halve(5, 2**65 + 5, 6) == (1, 2)
    assert halve(0, 2**128 - 1, 6) == (0, 2**64 - 1)
    assert halve(7, 7, 4) == (7, 8)


def test_a_layer_answers_inside_its_ranges_only() -> None:
    one = layer([(10, 20, 3), (20, 30, 4)])
    assert one.at(np.array([9, 10, 19, 20, 30], dtype=np.uint64)).tolist() == [-1, 3, 3, 4, -1]
    assert layer([]).at(np.array([1], dtype=np.uint64)).tolist() == [-1]
    assert one.overlap(layer([(15, 100, 0)])) == 0.75
    points = edges([one])
    starts, values = flatten(points, one.at(points) // 3)
    assert (starts.tolist(), values.tolist()) == ([0, 10, 30], [-1, 1, -1])


def test_a_listed_network_counts_as_hosting_only_if_its_ranges_do() -> None:
    """MTN Nigeria is on the brianhama list, and its customers are people at home."""
    announced = layer([(0, 100, 64500), (100, 200, 64501), (200, 300, 64502)])
    share = int(100 * HOSTING_SHARE)
    ranges = layer([(0, share, 0), (100, 100 + share - 1, 0), (200, 300, 0)])
    assert hosting_networks({64500, 64501, 64503}, announced, ranges) == {64500}
    assert hosting_networks({16509}, layer([(0, 100, 16509)]), layer([(0, 100, 0)])) == set()


@pytest.mark.parametrize(
    ("name", "mobile"),
    [
        ("T-Mobile USA, Inc.", True),
        ("Telefonica Moviles del Uruguay SA", True),
        ("Inland Cellular", True),
        ("Exxon Mobil Corporation", False),
        ("PSA AUTOMOBILES SA", False),
        ("China Mobile", False),
        ("Hillbilly Wireless INC.", False),
    ],
)
def test_mobile_is_what_its_name_plainly_says(name: str, mobile: bool) -> None:
    assert only_mobile(name) is mobile


def test_draws_are_of_the_country_and_kind_asked_for() -> None:
    book, rng = AddressBook(), np.random.default_rng(1)
    for country, kind in (("DE", "ordinary"), ("US", "mobile"), ("US", "relay"), ("IE", "cloud")):
        found = EmbeddedNetworks().find(book.draw(rng, country, kind, 200))
        assert {found.countries[code] for code in found.country} == {country}
        assert {NETWORK_KINDS[code] for code in found.kind} == {kind}


def test_draws_of_a_provider() -> None:
    drawn = AddressBook().draw(np.random.default_rng(1), "NL", "vpn", 50, "Mullvad")
    found = EmbeddedNetworks().find(drawn)
    assert {found.providers[code] for code in found.provider} == {"Mullvad"}


def test_the_same_generator_draws_the_same() -> None:
    first, second = (
        (book.draw(rng, "JP", "ordinary", 20), book.lines(rng, "JP", "ordinary", 20))
        for book, rng in ((AddressBook(), np.random.default_rng(7)) for _ in range(2))
    )
    assert first == second


@pytest.mark.parametrize(("kind", "n"), [("ordinary", 5000), ("tor", 700), ("tor", 768)])
def test_lines_are_distinct(kind: str, n: int) -> None:
    lines = AddressBook().lines(np.random.default_rng(1), "DE", kind, n)
    assert len(set(lines)) == len(lines) == n


def test_large_networks_come_up_more_often() -> None:
    drawn = AddressBook().draw(np.random.default_rng(1), "US", "mobile", 500)
    found = EmbeddedNetworks().find(drawn)
    assert np.mean(found.asn == 21928) > 0.5


def test_a_missing_pool_says_what_there_is() -> None:
    book, rng = AddressBook(), np.random.default_rng(1)
    with pytest.raises(KeyError, match=r"no IPv4 range of kind tor in JP; .* DE"):
        book.draw(rng, "JP", "tor", 1)
    with pytest.raises(KeyError, match="no country 'XX'"):
        book.draw(rng, "XX", "ordinary", 1)
    with pytest.raises(KeyError, match="known: ordinary, mobile"):
        book.countries("home")
    with pytest.raises(KeyError, match="no provider 'Mulvad'; known: Mullvad"):
        book.draw(rng, "NL", "vpn", 1, "Mulvad")
    with pytest.raises(ValueError, match="DE has 768 addresses of kind tor, not 769"):
        book.lines(rng, "DE", "tor", 769)


def test_countries_of_a_kind() -> None:
    book = AddressBook()
    assert book.countries("tor") == ("DE",)
    assert {"US", "NG", "KP"} <= set(book.countries("ordinary"))
    assert book.countries("residential_proxy") == ()


def test_no_machine_is_named() -> None:
    text = (TABLES / "manifest.json").read_text(encoding="utf-8")
    assert not re.search("/(home|work|tmp|root)", text)
