"""Look-ups: addresses as typed, the operator's databases, phone numbers."""

from __future__ import annotations

import csv
import pickle
import shutil
import struct
from datetime import date
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from features.address_records import UNSTATED_RADIUS_KM
from features.context import COULD_NOT_CHECK, FOUND, NETWORK_KINDS, Database, Networks
from features.lookups import (
    EmbeddedNetworks,
    LayeredNetworks,
    LookupDataError,
    MaxMindNetworks,
    PhoneBook,
    load_networks,
    load_phones,
    stale,
)

FIXTURES = Path(__file__).parent / "fixtures"
MAXMIND = FIXTURES / "maxmind"
BROKEN = ("GeoIP2-City-Test-Broken-Double-Format", "GeoIP2-City-Test-Invalid-Node-Count")
USEFUL = tuple(
    path
    for path in sorted(MAXMIND.glob("*.mmdb"))
    if path.stem not in (*BROKEN, "GeoIP2-Domain-Test")
)


def told(networks: Networks, address: str) -> dict[str, Any]:
    """Answer for one address in names; absent where unknown."""
    one = networks.find([address])
    found: dict[str, Any] = {}
    if one.country[0] >= 0:
        found["country"] = one.countries[one.country[0]]
    if one.asn[0]:
        found["asn"] = int(one.asn[0])
    if one.kind[0] >= 0:
        found["kind"] = NETWORK_KINDS[one.kind[0]]
    if one.provider[0] >= 0:
        found["provider"] = one.providers[one.provider[0]]
    if not np.isnan(one.latitude[0]):
        found["point"] = tuple(map(float, (one.latitude[0], one.longitude[0], one.radius_km[0])))
    assert (one.state[0] == FOUND) == bool(found)
    return found


def maxmind(*names: str) -> MaxMindNetworks:
    """The named test databases."""
    return MaxMindNetworks([MAXMIND / f"{name}-Test.mmdb" for name in names])


class Uint16(int):
    """A number the format wants in two bytes."""


def mmdb(path: Path, label: str, record: dict[str, Any]) -> Path:
    """Write an IPv4 database with one record for 0.0.0.0/1."""

    def item(value: Any) -> bytes:
        if isinstance(value, dict):
            body = b"".join(item(key) + item(part) for key, part in value.items())
            return bytes([7 << 5 | len(value)]) + body
        if isinstance(value, str):
            return bytes([2 << 5 | len(value)]) + value.encode()
        if isinstance(value, float):
            return bytes([3 << 5 | 8]) + struct.pack(">d", value)
        if isinstance(value, Uint16):
            return bytes([5 << 5 | 2]) + struct.pack(">H", value)
        return bytes([6 << 5 | 4]) + struct.pack(">I", value)

    node = (1 + 16).to_bytes(3, "big") + (1).to_bytes(3, "big")
    about = {
        "binary_format_major_version": Uint16(2),
        "binary_format_minor_version": Uint16(0),
        "database_type": label,
        "description": {},
        "ip_version": Uint16(4),
        "node_count": 1,
        "record_size": Uint16(24),
    }
    # The two types beyond the eighth, which nothing else here needs.
    epoch = item("build_epoch") + bytes([8, 9 - 7]) + struct.pack(">Q", 1_780_000_000)
    languages = item("languages") + bytes([0, 11 - 7])
    head = bytes([7 << 5 | len(about) + 2]) + item(about)[1:] + epoch + languages
    path.write_bytes(node + bytes(16) + item(record) + b"\xab\xcd\xefMaxMind.com" + head)
    return path


# Embedded tables


def test_embedded_countries_agree_with_their_source() -> None:
    with (FIXTURES / "ip" / "countries.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    found = EmbeddedNetworks().find([row["address"] for row in rows])
    named = [found.countries[code] if code >= 0 else "" for code in found.country]
    assert named == [row["country"] for row in rows]


@pytest.mark.parametrize(
    ("address", "kind", "provider"),
    [
        ("23.234.68.2", "vpn", "Mullvad"),
        ("31.171.155.134", "vpn", "Private Internet Access"),
        ("2.58.241.67", "vpn", "Proton VPN"),
        ("86.106.74.1", "vpn", "M247"),
        ("2001:ac8::1", "vpn", "M247"),
        ("104.28.28.1", "relay", None),
        ("3.5.140.1", "cloud", None),
        ("2600:1f14::1", "cloud", None),
        ("104.154.113.1", "cloud", None),
        ("102.133.0.1", "cloud", None),
        ("5.9.0.1", "hosting", None),
        ("2a01:4f8::1", "hosting", None),
        ("185.220.101.1", "tor", None),
        ("172.58.1.1", "mobile", None),
        # A home line each: British, American, Nigerian (on an old hosting list), Google Fiber.
        ("86.1.2.3", "ordinary", None),
        ("73.4.5.6", "ordinary", None),
        ("102.89.1.1", "ordinary", None),
        ("23.228.128.5", "ordinary", None),
        ("2600:1700::1", "ordinary", None),
        # misp_vpn-ipv4 lists Tencent's cloud: a data centre, no VPN.
        ("1.12.0.1", "hosting", None),
        # Apple's relay over IPv6, which no list has: at least no data centre.
        ("2a02:26f7::1", "ordinary", None),
    ],
)
def test_known_addresses(address: str, kind: str, provider: str | None) -> None:
    found = told(EmbeddedNetworks(), address)
    assert (found["kind"], found.get("provider")) == (kind, provider)


@pytest.mark.parametrize(
    "typed",
    [
        "8.8.8.8",
        " 8.8.8.8\n",
        "[8.8.8.8]",
        "::ffff:8.8.8.8",
        "[::FFFF:808:808]",
        "::ffff:8.8.8.8%1",
    ],
)
def test_one_address_however_typed(typed: str) -> None:
    assert told(EmbeddedNetworks(), typed) == {"country": "US", "asn": 15169, "kind": "ordinary"}


@pytest.mark.parametrize(
    "address",
    [
        *("", " ", "localhost", "8.8.8", "8.8.8.8.8", "08.8.8.8", "256.1.1.1", "8.8.8.8:443"),
        *(
            "8.8.8.8/32",
            "8.8.8.8%1",
            "１.1.1.1",
            "134744072",
            "0x8.8.8.8",
            "\ud800",
            "1\x00",
            "::g",
        ),
        *("10.1.2.3", "100.64.0.1", "127.0.0.1", "169.254.1.1", "192.168.1.1", "224.0.0.1"),
        *("192.0.2.1", "198.51.100.1", "203.0.113.9", "255.255.255.255", "0.0.0.0", "240.0.0.1"),
        *("::", "::1", "fe80::1%eth0", "fc00::1", "ff02::1", "2001:db8::1", "::ffff:10.0.0.1"),
        *("2002:808:808::1", "2001::1", "64:ff9b::808:808", "::8.8.8.8", "3fff::1"),
    ],
)
def test_no_answer_where_there_is_none(address: str) -> None:
    assert told(EmbeddedNetworks(), address) == {}
    assert told(maxmind("GeoIP2-City", "GeoIP2-Anonymous-IP"), address) == {}


def may_be_an_address(text: str) -> bool:
    """What the standard library reads, after the leniency promised."""
    bare = text.strip().removeprefix("[").removesuffix("]").strip()
    try:
        ip_address(bare.partition("%")[0] if ":" in bare else bare)
    except ValueError:
        return False
    return True


ANYTHING = st.one_of(
    st.text(),
    st.text(alphabet="0123456789abcdef.:%[] \n\x00\ud800/"),
    st.ip_addresses().map(str),
    st.ip_addresses().map(lambda address: f" [{address}] "),
)


@settings(deadline=None)
@given(st.lists(ANYTHING, max_size=8))
@example([])
def test_any_string_gets_an_answer_and_garbage_gets_none(addresses: list[str]) -> None:
    found = EmbeddedNetworks().find(addresses)
    for name in ("state", "country", "asn", "kind", "provider", "latitude", "radius_km"):
        assert len(getattr(found, name)) == len(addresses)
    for text, state in zip(addresses, found.state, strict=True):
        assert state == COULD_NOT_CHECK or may_be_an_address(text)


@settings(deadline=None)
@given(st.lists(st.ip_addresses().map(str), min_size=1, max_size=30))
def test_an_answer_does_not_depend_on_its_batch(addresses: list[str]) -> None:
    many = EmbeddedNetworks().find(addresses * 100)
    one = [EmbeddedNetworks().find([address]) for address in addresses]
    for name in ("state", "country", "asn", "kind", "provider"):
        alone = [int(getattr(answer, name)[0]) for answer in one]
        assert getattr(many, name).tolist() == alone * 100


# The operator's databases


def test_a_place_comes_from_the_most_trusted_database() -> None:
    city = maxmind("GeoIP2-Country", "GeoIP2-City")
    assert told(city, "2.125.160.216") == {"country": "GB", "point": (51.75, -1.25, 100.0)}
    assert city.databases[0] == Database("GeoIP2-City", date(2026, 2, 4))
    every = maxmind("GeoIP2-City", "GeoIP2-Enterprise")
    assert [one.name for one in every.databases] == ["GeoIP2-Enterprise", "GeoIP2-City"]
    assert told(every, "74.209.24.1") == {
        "country": "US",
        "asn": 14671,
        "kind": "ordinary",
        "point": (42.3478, -73.5549, 27.0),
    }


@pytest.mark.parametrize(
    ("database", "address", "found"),
    [
        ("GeoIP2-Country", "2.125.160.216", {"country": "GB"}),
        ("GeoLite2-ASN", "1.128.0.0", {"asn": 1221}),
        ("GeoIP2-Anonymous-IP", "1.2.0.0", {"kind": "vpn"}),
        ("GeoIP2-Anonymous-IP", "65.0.0.1", {"kind": "tor"}),
        ("GeoIP2-Anonymous-IP", "71.160.223.1", {"kind": "hosting"}),
        ("GeoIP2-Anonymous-IP", "186.30.236.1", {"kind": "vpn"}),  # an open proxy
        ("GeoIP2-Anonymous-IP", "6.1.0.4", {"kind": "residential_proxy"}),
        ("GeoIP2-Anonymous-IP", "81.2.69.5", {"kind": "tor"}),  # every flag: the strongest
        ("GeoIP2-Anonymous-IP", "1.1.1.1", {}),
        ("GeoIP-Anonymous-Plus", "1.2.0.4", {"kind": "vpn", "provider": "foo"}),
        ("GeoIP-Anonymous-Plus", "1.2.0.1", {}),  # confidence 30
        ("GeoIP-Residential-Proxy", "6.0.42.17",
         {"kind": "residential_proxy", "provider": "novada"}),
        ("GeoIP-Residential-Proxy", "21.4.181.221", {}),  # confidence 1
        ("GeoIP-Residential-Proxy", "2001:480:725b:17e::1",
         {"kind": "residential_proxy", "provider": "anyip"}),
        ("GeoIP2-IP-Risk", "6.1.2.1", {"kind": "vpn", "provider": "Test VPN Service"}),
        ("GeoIP2-Connection-Type", "1.0.1.1", {"kind": "mobile"}),
        ("GeoIP2-Connection-Type", "201.243.200.1", {"kind": "corporate"}),
        ("GeoIP2-Connection-Type", "214.78.120.1", {"kind": "ordinary"}),  # satellite
        ("GeoIP2-Connection-Type", "2003::1", {"kind": "ordinary"}),
    ],
)  # fmt: skip
def test_what_each_database_says(database: str, address: str, found: dict[str, Any]) -> None:
    assert told(maxmind(database), address) == found


def test_the_stronger_kind_brings_its_own_provider() -> None:
    both = maxmind("GeoIP-Anonymous-Plus", "GeoIP-Residential-Proxy")
    assert told(both, "1.2.0.4") == {"kind": "residential_proxy", "provider": "quickshift"}


def test_a_flat_record_without_radius_is_kept_out_of_distances(tmp_path: Path) -> None:
    record = {"country_code": "FR", "city": "Lyon", "latitude": 45.76, "longitude": 4.83}
    flat = MaxMindNetworks(mmdb(tmp_path / "city.mmdb", "city ipv4", record))
    assert told(flat, "8.8.8.8") == {"country": "FR", "point": (45.76, 4.83, UNSTATED_RADIUS_KM)}
    assert told(flat, "2003::1") == {}  # an IPv4 database
    assert UNSTATED_RADIUS_KM > 200


def test_missing_fields_come_from_the_embedded_tables() -> None:
    layered = load_networks(MAXMIND / "GeoIP2-City-Test.mmdb")
    assert told(layered, "2.125.160.216") == {
        "country": "GB",
        "asn": 5607,
        "kind": "ordinary",
        "point": (51.75, -1.25, 100.0),
    }
    assert told(layered, "23.234.68.2")["provider"] == "Mullvad"
    assert told(layered, "10.0.0.1") == {}
    assert [one.name for one in layered.databases][:2] == ["GeoIP2-City", "DB-IP Country Lite"]


@pytest.mark.parametrize(
    ("operator", "address", "kind"),
    [
        ({"is_anonymous_vpn": 1}, "104.28.28.1", "relay"),  # a benign relay is no VPN
        ({"is_tor_exit_node": 1}, "86.1.2.3", "tor"),
        ({"is_hosting_provider": 1}, "23.234.68.2", "hosting"),
        ({"is_anonymous_vpn": 1}, "23.234.68.2", "vpn"),
    ],
)
def test_operator_and_embedded_kinds(
    tmp_path: Path, operator: dict[str, int], address: str, kind: str
) -> None:
    path = mmdb(tmp_path / "a.mmdb", "GeoIP2-Anonymous-IP", operator)
    found = told(load_networks(path), address)
    assert found["kind"] == kind
    assert found.get("provider") == ("Mullvad" if (kind, address[:2]) == ("vpn", "23") else None)


@pytest.mark.parametrize(
    ("line", "address", "kind"),
    [
        ("Corporate", "86.1.2.3", "corporate"),
        ("Cable/DSL", "5.9.0.1", "hosting"),
        ("Cellular", "5.9.0.1", "mobile"),
        ("Cellular", "23.234.68.2", "vpn"),
    ],
)
def test_a_kind_of_line_stands_behind_a_list(
    tmp_path: Path, line: str, address: str, kind: str
) -> None:
    path = mmdb(tmp_path / "c.mmdb", "GeoIP2-Connection-Type", {"connection_type": line})
    assert told(load_networks(path), address)["kind"] == kind


def test_a_folder_of_databases_and_its_copy_by_pickle(tmp_path: Path) -> None:
    for path in USEFUL:
        shutil.copy(path, tmp_path)
    networks = MaxMindNetworks(tmp_path)
    assert len(networks.databases) == len(USEFUL)
    again = pickle.loads(pickle.dumps(LayeredNetworks(networks, EmbeddedNetworks())))
    assert told(again, "67.43.156.1")["country"] == "BT"
    assert told(again, "67.43.156.1")["kind"] == "mobile"


def test_names_are_shared_out_between_the_layers() -> None:
    found = load_networks(MAXMIND / "GeoIP2-City-Test.mmdb").find(["2.125.160.216", "86.1.2.3"])
    assert [found.countries[code] for code in found.country] == ["GB", "GB"]
    assert len(set(found.countries)) == len(found.countries)


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_database_is_named(name: str) -> None:
    path = MAXMIND / f"{name}.mmdb"
    with pytest.raises(LookupDataError, match=r"broken file.*download") as caught:
        MaxMindNetworks(path)
    assert caught.value.path == path
    assert isinstance(caught.value, ValueError)
    assert str(caught.value).startswith(f"{path}: found a broken file")


@pytest.mark.parametrize("kept", [0, 1, 100, 10_000, 20_000])
def test_a_truncated_database(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "GeoIP2-City.mmdb"
    path.write_bytes((MAXMIND / "GeoIP2-City-Test.mmdb").read_bytes()[:kept])
    with pytest.raises(LookupDataError, match="broken file"):
        load_networks(path)


def test_a_mislabelled_database(tmp_path: Path) -> None:
    content = (MAXMIND / "GeoLite2-ASN-Test.mmdb").read_bytes()
    path = tmp_path / "GeoLite2-City.mmdb"
    path.write_bytes(content.replace(b"GeoLite2-ASN", b"GeoIP-City 2"))
    with pytest.raises(LookupDataError, match=r"no field of type 'GeoIP-City 2'.*what the file"):
        load_networks(path)


def test_records_of_another_shape(tmp_path: Path) -> None:
    path = mmdb(tmp_path / "asn.mmdb", "GeoLite2-ASN", {"autonomous_system_number": "many"})
    with pytest.raises(LookupDataError, match="records that do not fit type 'GeoLite2-ASN'"):
        load_networks(path)


def test_a_database_of_no_use(tmp_path: Path) -> None:
    shutil.copy(MAXMIND / "GeoIP2-Domain-Test.mmdb", tmp_path)
    with pytest.raises(LookupDataError, match=r"type 'GeoIP2-Domain'; keep only .*enterprise"):
        load_networks(tmp_path)


def test_an_empty_folder_and_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(LookupDataError, match=r"found no \.mmdb file; put a database there"):
        load_networks(tmp_path)
    with pytest.raises(LookupDataError, match="no file that opens"):
        load_networks(tmp_path / "none.mmdb")


def test_old_databases_are_told() -> None:
    ages = {"old": date(2025, 1, 1), "edge": date(2026, 1, 1), "new": date(2026, 6, 1)}
    databases = [Database(name, built) for name, built in ages.items()]
    found = stale([*databases, Database("undated", None)], date(2026, 6, 30))
    assert [one.name for one in found] == ["old"]
    assert [one.name for one in stale(databases, date(2026, 6, 30), 179)] == ["old", "edge"]


def test_embedded_is_the_default() -> None:
    assert load_networks() == load_networks(None) == EmbeddedNetworks()


# Phone numbers


@pytest.mark.parametrize(
    ("number", "region", "country", "foreign"),
    [
        ("020 7946 0958", "GB", "GB", 0.0),
        ("+44 20 7946 0958", "GB", "GB", 1.0),
        ("442079460958", "GB", "GB", 1.0),
        ("0044 20 7946 0958", "US", "GB", 1.0),
        ("(00) 44 20 7946 0958", None, "GB", 1.0),
        ("011 44 20 7946 0958", "US", "GB", 1.0),
        ("011 44 20 7946 0958", None, "GB", 1.0),
        ("+61 412 345 678", "au", "AU", 1.0),
        ("0412 345 678", " au ", "AU", 0.0),
        ("+81 50 1234 5678", None, "JP", 1.0),
        ("650-253-0000", "US", "US", 0.0),
        ("1 650 253 0000", "US", "US", 0.0),
        ("+1 650 253 0000", "US", "US", 1.0),
        ("650 253 0000 ext. 22", "US", "US", 0.0),
        ("+1 416 979 0123", "US", "CA", 1.0),
        # Toll-free is shared by the countries of the code, or by the world.
        ("1-800-356-9377", "US", None, 0.0),
        ("+800 1234 5678", None, None, 1.0),
    ],
)
def test_what_a_number_says(
    number: str, region: str | None, country: str | None, foreign: float
) -> None:
    found = load_phones().find([number], [region])
    assert found.state.tolist() == [FOUND]
    assert (found.countries[found.country[0]] if found.country[0] >= 0 else None) == country
    assert found.foreign_format.tolist() == [foreign]


@pytest.mark.parametrize(
    ("number", "region"),
    [
        *(("", "US"), ("   ", None), ("call me", "US"), ("1-800-FLOWERS", "US"), ("+", "GB")),
        *(("00", "GB"), ("12", "US"), ("+999 123 456", None), ("\ud800\x00", "US")),
        *(("650 253 0000", None), ("650 253 0000", "ZZ"), ("+1 650 253 0000" + " " * 60, "US")),
    ],
)
def test_no_number_no_answer(number: str, region: str | None) -> None:
    found = PhoneBook().find([number], [region])
    assert found.state.tolist() == [COULD_NOT_CHECK]
    assert found.country[0] == -1
    assert np.isnan(found.foreign_format[0])


@settings(deadline=None)
@given(st.lists(st.tuples(st.text(), st.none() | st.text(max_size=3)), max_size=4))
def test_any_text_as_a_number(pairs: list[tuple[str, str | None]]) -> None:
    found = PhoneBook().find([one for one, _ in pairs], [region for _, region in pairs])
    assert len(found.state) == len(found.foreign_format) == len(pairs)


def test_numbers_and_regions_go_in_pairs() -> None:
    with pytest.raises(ValueError, match="zip"):
        PhoneBook().find(["1"], [])
