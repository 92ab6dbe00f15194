"""Personas with odd computers and addresses: switches, home labs, parcels sent elsewhere."""

from __future__ import annotations

from scripts.personas_base import (
    Diary,
    Json,
    bank,
    delivered,
    identity,
    in_order,
    laptop,
    own_computer,
    person,
    reach,
    same,
)


def kvm_at_home(t: Diary) -> Json:
    """Has a gaming computer and the work laptop on one desk in Utrecht and built a network KVM
    himself, so that he can also answer a ticket from the sofa. A capture stick hangs on the same
    laptop. The laptop has been at home since it was unpacked, and he described the set-up to the
    help desk.
    """
    zone, home = "Europe/Amsterdam", t.line("NL")
    tools = [{"kind": "kvm", "name": "PiKVM", "first_seen": t.ago(150)},
             {"kind": "capture", "name": "HDMI stick", "first_seen": t.ago(150)}]  # fmt: skip
    return {
        "claims": person("Wim Aldersma", "NL", "Utrecht", zone),
        "contact": reach(t, "wim@aldersma.example", "NL", "2008-07-15"),
        "sessions": in_order(
            t.hiring("2025-04-14", zone, home),
            t.weeks(22, zone, home, round_trip=(14, "NL"), device=t.key("laptop"), managed=True),
        ),
        "devices": [laptop(t, days=380, at_home=True, activation_country="NL",
                           activated_at=t.ago(376), tools=tools)],
        "payouts": [bank(t, "Wim Aldersma", "NL", days=385)],
        "shipments": [delivered(t, "NL", "Utrecht", "Wim Aldersma", days=384)],
        "checks": [identity(t, days=400)],
    }  # fmt: skip


def home_lab(t: Diary) -> Json:
    """Runs a rack in the cellar in Tampere: RustDesk for his parents' computers, AnyDesk for a
    former client, a remote-desktop gateway that answers from outside, and a virtual camera for
    streaming. All of it is on machines of his own. The employer's laptop beside them is clean.
    """
    zone, home = "Europe/Helsinki", t.line("FI")
    tools = [
        {"kind": "remote_access", "name": "RustDesk", "sanctioned": False, "unattended": True},
        {"kind": "remote_access", "name": "AnyDesk", "sanctioned": False},
        {"kind": "remote_access", "name": "MeshCentral", "sanctioned": False, "unattended": True},
        {"kind": "virtual_camera", "name": "OBS Virtual Camera"},
    ]
    own = own_computer(t, software_inventory="complete", at_home=True, tools=tools)
    return {
        "claims": person("Oskari Pelto", "FI", "Tampere", zone),
        "contact": reach(t, "oskari@pelto.example", "FI", "2003-12-24"),
        "sessions": in_order(
            t.hiring("2025-06-16", zone, home, device=t.key("computer")),
            t.weeks(20, zone, home, device=t.key("laptop"), managed=True, remote_port_open=True),
            t.weeks(6, zone, home, hours=(19, 23), per_week=1, device=t.key("computer"),
                    managed=False, remote_port_open=True),
        ),
        "devices": [laptop(t, days=320, at_home=True), own],
        "payouts": [bank(t, "Oskari Pelto", "FI", days=340)],
        "checks": [identity(t, days=345)],
    }  # fmt: skip


def own_laptop_contractor(t: Diary) -> Json:
    """A contractor in Leuven bills three clients from one laptop of her own and asked for a virtual
    desktop instead of a fourth computer. Her laptop is in nobody's management, and another client's
    support tool is installed on it. Her contract says that she brings her own equipment.
    """
    zone, home = "Europe/Brussels", t.line("BE")
    tools = [{"kind": "remote_access", "name": "TeamViewer", "sanctioned": False,
              "first_seen": t.ago(900)}]  # fmt: skip
    return {
        "claims": person("Liesbet Corvijn", "BE", "Leuven", zone, own_device=True,
                         payees=[{"name": "Corvijn Data BV", "relation": "own_company"}]),
        "contact": reach(t, "liesbet@corvijn.example", "BE", "2010-10-20"),
        "sessions": in_order(
            t.hiring("2025-12-08", zone, home, device=t.key("computer"), managed=False),
            t.weeks(20, zone, [home, t.line("BE")], device=t.key("computer"), managed=False),
        ),
        "devices": [own_computer(t, software_inventory="partial", tools=tools)],
        "payouts": [bank(t, "Corvijn Data BV", "BE", days=1300)],
        "checks": [identity(t)],
        "conduct": [{"kind": "asked_own_device", "seen": True, "at": t.ago(160),
                     "recorded_by": "recruiter"}],
    }  # fmt: skip


def laptop_to_friend(t: Diary) -> Json:
    """Moved from Lille to Grenoble in the week the laptop was due and had it sent to a friend in
    Lyon the day before dispatch, because nobody would have been at either flat. The friend signed
    for it. Both addresses stand in the claims, and after six days the laptop started in Grenoble.
    """
    zone = "Europe/Paris"
    places = [{"country": "FR", "city": "Lille", "until": "2026-02-14"},
              {"country": "FR", "city": "Grenoble", "since": "2026-02-15"}]  # fmt: skip
    there = {"device_country": "FR", "device_latitude": 45.19, "device_longitude": 5.73,
             "device_radius_km": 5}  # fmt: skip
    parcel = {"country": "FR", "city": "Lyon", "kind": "pickup", "km_from_home": 95,
              "sent_at": "2026-02-12T09:00:00Z", "changed_at": "2026-02-11T17:20:00Z",
              "received_at": "2026-02-16T11:05:00Z", "received_by": "Fabien Monterol",
              "other_recipients": 0}  # fmt: skip
    return {
        "claims": {"name": "Capucine Valdrey", "places": places, "time_zone": zone},
        "contact": reach(t, "capucine@valdrey.example", "FR", "2012-12-12"),
        "sessions": in_order(
            t.hiring("2026-01-12", zone, t.line("FR")),
            t.weeks(13, zone, t.line("FR"), until=4, device=t.key("laptop"), managed=True, **there),
        ),
        "devices": [laptop(t, days=109, at_home=True, activation_country="FR",
                           activated_at="2026-02-22T16:00:00Z", activation_latitude=45.19,
                           activation_longitude=5.73, activation_radius_km=5)],
        "payouts": [bank(t, "Capucine Valdrey", "FR", days=105)],
        "shipments": [parcel],
        "checks": [identity(t, days=120, address_agrees=False),
                   same("shipped", "video call on unpacking", "2026-02-22T16:10:00Z")],
    }  # fmt: skip


def rural_post_box(t: Diary) -> Json:
    """No carrier drives up to the sheep station, so parcels go to a box at a shop in the next town,
    70 km away, which fifty other people use. The internet comes by radio link and is slow. The
    laptop itself is where he says he lives.
    """
    zone, home = "Australia/Sydney", t.line("AU")
    there = {"device_country": "AU", "device_latitude": -31.9, "device_longitude": 142.3,
             "device_radius_km": 20}  # fmt: skip
    box = {"address": "PO Box 14, General Store", "country": "AU", "city": "Broken Hill",
           "kind": "post_box", "km_from_home": 70, "received_by": "Angus Thurrock",
           "other_recipients": 50, "sent_at": t.ago(210), "received_at": t.ago(198)}  # fmt: skip
    place = {"country": "AU", "region": "New South Wales", "latitude": -32.2, "longitude": 142.0}
    return {
        "claims": {"name": "Angus Thurrock", "places": [place], "time_zone": zone},
        "contact": reach(t, "angus.thurrock@example.net", "AU", "2007-07-07"),
        "sessions": in_order(
            t.hiring("2025-09-22", zone, home),
            t.weeks(20, zone, home, hours=(6, 14), round_trip=(96, "AU"), device=t.key("laptop"),
                    managed=True, **there),
        ),
        "devices": [laptop(t, days=212, at_home=True)],
        "payouts": [bank(t, "Angus Thurrock", "AU", days=215)],
        "shipments": [box],
        "checks": [identity(t)],
    }  # fmt: skip


def safe_address(t: Diary) -> Json:
    """Left a violent partner and lives at a confidential address; the state's programme forwards
    her post from a box that hundreds use. Number and mailbox are new, the number is an internet
    number, a VPN is always on, location and Wi-Fi are off, and nothing about her is on the web. She
    was seen in person by somebody both sides trust.
    """
    zone = "America/Los_Angeles"
    exits = t.lines("US", 3, "vpn", "Proton VPN")
    dark = {"location_off": True, "wifi_off": True, "device": t.key("laptop"), "managed": True}
    box = {"address": "Confidential mail programme, Box 300", "country": "US",
           "kind": "post_box", "changed_at": t.ago(71), "sent_at": t.ago(70),
           "received_at": t.ago(58), "other_recipients": 400}  # fmt: skip
    contact = reach(t, "m.ellery@example.net", "US", "2026-02-20", carrier="voip")
    contact["phones"][0] |= {"added_at": t.ago(18), "first_seen": "2026-05-14"}
    contact["emails"][0]["added_at"] = t.ago(95)
    place = {"country": "US", "region": "Oregon"}
    return {
        "claims": {"name": "Marisol Ellery", "places": [place], "time_zone": zone,
                   "vpn": ["privacy"]},
        "contact": contact,
        "sessions": in_order(
            t.hiring("2026-02-23", zone, exits[0]),
            t.weeks(8, zone, exits, per_week=3, round_trip=(58, "US"), **dark),
        ),
        "devices": [laptop(t, days=72, at_home=True)],
        "work": {"mentions": 0},
        "payouts": [bank(t, "Marisol Ellery", "US", days=60)],
        "shipments": [box],
        "checks": [same("verified", "seen in person by a notary", t.ago(80), checked="in_person",
                        capture="in_person", name_agrees=True, reused_in=0)],
        "conduct": [{"kind": "pickup_avoided", "seen": True, "at": t.ago(72), "recorded_by": "IT",
                     "note": "gave the programme's box instead of a street address"}],
    }  # fmt: skip


PEOPLE = (
    kvm_at_home, home_lab, own_laptop_contractor, laptop_to_friend, rural_post_box, safe_address,
)  # fmt: skip
