"""The tables of tools, hardware and payment services, and what their names must not match."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from typing import get_args

import pytest

from features.records import Tool
from features.tables import country_codes, rows
from fraudscore.connectors.connector import Report
from fraudscore.connectors.tools import Sanctioned, known_display, known_hardware, known_tool
from fraudscore.errors import InputError

SOFTWARE = list(rows("remote_access_tools"))
HARDWARE = list(rows("hardware"))
KINDS = set(get_args(Tool.model_fields["kind"].annotation))


def listed(row, *columns):
    return [name for column in columns for name in row[column].split("|") if name]


def test_every_row_says_where_it_is_from():
    assert len(SOFTWARE) >= 100
    for row in [*SOFTWARE, *HARDWARE, *rows("e_money")]:
        assert re.match(r"https?://[\w.-]+", row["source"]), row["name"]
        assert date(2026, 1, 1) <= date.fromisoformat(row["as_of"]), row["name"]
        assert row["name"] == row["name"].strip()


def test_kinds_are_those_of_the_record():
    assert {row["kind"] for row in SOFTWARE} == KINDS - {"kvm", "capture"}
    assert {row["kind"] for row in HARDWARE} == {"kvm", "capture"}
    assert Counter(row["kind"] for row in SOFTWARE)["remote_access"] >= 60


def test_a_name_belongs_to_one_tool():
    for table, columns in (
        (SOFTWARE, ("installed_as", "on_disk")),
        (HARDWARE, ("usb_ids", "usb_strings", "displays")),
    ):
        owners = {}
        for row in table:
            assert listed(row, *columns), f"{row['name']} has no names"
            for name in listed(row, *columns):
                assert owners.setdefault(name.casefold(), row["name"]) == row["name"], name
        assert len({row["name"] for row in table}) == len(table)


def test_names_are_long_enough_to_mean_something():
    short = [n for row in SOFTWARE for n in listed(row, "installed_as", "on_disk") if len(n) < 4]
    assert short == []
    assert all(
        re.fullmatch(r"[0-9a-f]{4}:[0-9a-f]{4}", i) for r in HARDWARE for i in listed(r, "usb_ids")
    )
    # The Linux Foundation's ids belong to every gadget made with Linux.
    assert not [i for row in HARDWARE for i in listed(row, "usb_ids") if i.startswith("1d6b:")]


@pytest.mark.parametrize("row", SOFTWARE, ids=lambda row: row["name"])
def test_every_listed_name_finds_its_tool(row):
    for name in listed(row, "installed_as", "on_disk"):
        for spelling in (name, name.upper(), f" {name} "):
            assert known_tool(spelling).name == row["name"], spelling


@pytest.mark.parametrize(
    ("name", "tool"),
    [
        ("teamviewer_desktop.exe", "TeamViewer"),
        ("TeamViewer 15.63.5", "TeamViewer"),
        ("TeamViewer Host", "TeamViewer"),
        (r"C:\Program Files\TeamViewer\TeamViewer_Service.exe", "TeamViewer"),
        ("AnyDesk (x64)", "AnyDesk"),
        ("/Applications/AnyDesk.app", "AnyDesk"),
        ("/Applications/AnyDesk.app/", "AnyDesk"),
        ("com.philandro.anydesk", "AnyDesk"),
        ("ScreenConnect Client (1a2b3c4d5e6f7788)", "ScreenConnect"),
        ("UltraVNC 1.4.3.6", "UltraVNC"),
        ("Remote Utilities - Host", "Remote Utilities"),
        ("VNC Server 6.11.0", "RealVNC Server"),
        ("/usr/sbin/xrdp", "xrdp"),
        ("Parsec", "Parsec"),
        ("Multilogin X 9.5", "Multilogin"),
        ("MouseJiggler.exe", "Mouse Jiggler"),
    ],
)
def test_names_as_systems_write_them(name, tool):
    assert known_tool(name).name == tool


@pytest.mark.parametrize(
    "name",
    [
        "Team Viewer Photos",
        "TeamViewer Photos",
        "My TeamViewer notes.txt",
        "teamviewer_desktop.exe.bak",
        "/home/mira/teamviewer/readme",
        "AnyDeskTop Organizer",
        "Insomnia",  # a client for web services
        "caffeinate",  # every build script on a Mac uses it
        "PowerToys Awake",
        "OBS Studio",  # a recorder; the camera is one of its parts
        "YouCam",  # laptops are sold with it
        "Synergy",
        "Duet Display",
        "Level",
        "connect.exe",
        "agent.exe",
        "client32.exe",
        "vncviewer.exe",  # looks at other computers, lets nobody in
        "Remote Desktop Manager",
        "ssh",
        "Slack",
        "15",
        "(x64)",
        "",
        "\x00",
        "\ud800",
        "a" * 10_000,
        "(" * 200,
        None,
        5,
        ["AnyDesk"],
    ],
)
def test_false_friends(name):
    assert known_tool(name) is None


@pytest.mark.parametrize("name", ["Quick Assist", "quickassist.exe", "mstsc.exe", "msra.exe"])
def test_what_comes_with_windows_is_neither_sanctioned_nor_not(name):
    tool = known_tool(name)
    assert tool.part_of == "Windows"
    assert Sanctioned({"sanctioned": ["TeamViewer"]}, Report())(tool) is None
    assert Sanctioned({"sanctioned": [name]}, Report())(tool) is True


@pytest.mark.parametrize(
    ("ids", "strings", "name", "kind"),
    [
        (("1d6b", "0104"), ("JetKVM", "USB Emulation Device"), "JetKVM", "kvm"),
        (("1d6b", "0104"), ("PiKVM", "PiKVM Composite Device"), "PiKVM", "kvm"),
        (("1d6b", "0104"), ("Linux", "PiKVM_Composite_Device"), "PiKVM", "kvm"),
        (("1d6b", "0104"), ("tinypilot", "Multifunction USB Device"), "TinyPilot", "kvm"),
        (("1d6b", "0106"), ("smart-kvm", "Multifunction USB Device"), "BliKVM", "kvm"),
        (("0x3346", "0x1009"), ("sipeed", "NanoKVM"), "Sipeed NanoKVM", "kvm"),
        (("38EB", "0104"), (), "GL.iNet Comet", "kvm"),
        (("534d", "2109"), ("MACROSILICON", "USB Video"), "MacroSilicon MS2109", "capture"),
        (("345f", "2130"), (), "MacroSilicon MS2130", "capture"),
        (("fd9", "66"), (), "Elgato Cam Link 4K", "capture"),
    ],
)
def test_hardware(ids, strings, name, kind):
    assert known_hardware(*ids, *strings)[:2] == (name, kind)


@pytest.mark.parametrize(
    ("ids", "strings"),
    [
        (("1d6b", "0104"), ("Linux Foundation", "Multifunction Composite Gadget")),
        (("1d6b", "0002"), ("Linux Foundation", "2.0 root hub")),
        (("0557", "2202"), ("ATEN", "CS124U Miniview II KVM Switch")),  # a switch on a desk
        (("046d", "0825"), ("Logitech", "Webcam C270")),
        (("0fd9", "0060"), ("Elgato", "Stream Deck")),
        (("38eb", None), (None, 5)),
        (("", ""), ("", "x" * 1_000)),
        (([], {}), ([], {})),
    ],
)
def test_hardware_that_is_something_else(ids, strings):
    assert known_hardware(*ids, *strings) is None


def test_displays():
    assert known_display("PiKVM V4 Plus").kind == "kvm"
    assert known_display("Toshiba-H2C").kind == "capture"
    assert known_display("DELL U2723QE") is None
    assert known_display(None) is None


def test_a_list_of_sanctioned_tools():
    report = Report()
    sanctioned = Sanctioned({"sanctioned": ["teamviewer.exe", "Splashtop", "TeamVewer"]}, report)
    assert sanctioned(known_tool("TeamViewer Host")) is True
    assert sanctioned(known_tool("Splashtop Streamer")) is True
    assert sanctioned(known_tool("AnyDesk")) is False
    assert report.ignored == {"sanctioned 'TeamVewer' (no known tool)": 1}


@pytest.mark.parametrize("mapping", [None, {}, {"workers": {}}])
def test_without_a_list_nothing_is_said(mapping):
    assert Sanctioned(mapping, Report())(known_tool("AnyDesk")) is None


def test_an_empty_list_sanctions_nothing():
    assert Sanctioned({"sanctioned": []}, Report())(known_tool("AnyDesk")) is False


@pytest.mark.parametrize("listed", ["TeamViewer", 5, {"a": 1}, [5], [None], [["TeamViewer"]]])
def test_a_list_of_another_shape_is_refused(listed):
    with pytest.raises(InputError, match="sanctioned"):
        Sanctioned({"sanctioned": listed}, Report())


def test_payment_services_are_known_by_bic():
    for row in rows("e_money"):
        assert re.fullmatch(r"[A-Z]{4}|[A-Z]{6}[A-Z0-9]{2}", row["bic"])
        assert row["country"] in country_codes() | {""}
