"""Personas whose places and networks look odd: travellers, expatriates, far exits."""

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


def traveller_several_countries(t: Diary) -> Json:
    """A trainer from Ljubljana gave courses in Austria, Croatia, Japan and the United States within
    ten weeks. Her phone roams and comes out in Slovenia while the hotel's Wi-Fi is in Osaka, and
    she left for Japan a day before the declared date. Every trip was declared, and the weeks
    between them are at home.
    """
    home, phone = t.line("SI"), t.line("SI", "mobile")
    trips = [
        {"country": "AT", "starts": "2026-03-09", "ends": "2026-03-13"},
        {"country": "HR", "starts": "2026-03-23", "ends": "2026-03-27"},
        {"country": "JP", "starts": "2026-04-07", "ends": "2026-04-16"},
        {"country": "US", "starts": "2026-05-04", "ends": "2026-05-15"},
    ]
    zone, device = "Europe/Ljubljana", {"device": t.key("computer")}
    osaka, hotel = t.line("JP"), t.line("US")
    return {
        "claims": person("Zarina Mlakonec", "SI", "Ljubljana", zone, travel=trips, vpn=["privacy"]),
        "contact": reach(t, "zarina@mlakonec.example", "SI", "2012-02-11"),
        "sessions": in_order(
            t.hiring("2026-01-05", zone, home, **device),
            t.weeks(5, zone, home, until=91, **device),
            t.weeks(1, "Europe/Vienna", t.line("AT"), until=79, per_week=3, **device),
            t.weeks(1, zone, home, until=72, per_week=3, **device),
            t.weeks(1, "Europe/Zagreb", t.line("HR"), until=65, per_week=3, **device),
            [t.on("2026-04-06 21:30", "Asia/Tokyo", osaka, **device)],
            t.weeks(1, "Asia/Tokyo", [osaka, t.line("JP", "vpn")], until=45, per_week=4, **device),
            [
                t.on("2026-04-08 08:10", zone, phone, device=t.key("phone"), egress="mobile"),
                t.on("2026-04-08 19:40", zone, phone, device=t.key("phone"), egress="mobile"),
                t.on("2026-04-14 12:05", zone, phone, device=t.key("phone"), egress="mobile"),
            ],
            t.weeks(2, zone, home, until=29, per_week=3, **device),
            t.weeks(2, "America/Los_Angeles", hotel, until=16, per_week=3, **device),
            t.weeks(2, zone, home, until=1, per_week=3, **device),
        ),
        "devices": [own_computer(t)],
        "payouts": [bank(t, "Zarina Mlakonec", "SI", days=700)],
        "checks": [identity(t)],
    }


def nomad_declared(t: Diary) -> Json:
    """A designer gave up his flat in Eindhoven and has since lived in Lisbon, Chiang Mai and now
    Canggu. He signs in from rented rooms and cafés and keeps the Dutch bank, the Dutch number and
    the hours of his Dutch clients. Each stay stands in his claims with its dates.
    """
    stays = [
        {"country": "NL", "city": "Eindhoven", "until": "2025-10-31"},
        {"country": "PT", "city": "Lisbon", "since": "2025-11-01", "until": "2026-01-15"},
        {"country": "TH", "city": "Chiang Mai", "since": "2026-01-16", "until": "2026-03-31"},
        {"country": "ID", "since": "2026-04-01"},
    ]
    hours = {"starts": 9, "ends": 16, "time_zone": "Europe/Amsterdam"}
    device = {"device": t.key("computer"), "hours": (9, 16)}
    claims = {
        "name": "Joris Vankelder",
        "places": stays,
        "working_hours": hours,
        "vpn": ["privacy"],
    }
    zone = "Europe/Amsterdam"
    return {
        "claims": claims,
        "contact": reach(t, "studio@vankelder.example", "NL", "2009-06-30"),
        "sessions": in_order(
            t.weeks(4, zone, t.line("NL"), until=215, **device),
            t.weeks(9, zone, [*t.lines("PT", 3), t.line("PT", "vpn")], until=140,
                    shows="Europe/Lisbon", **device),
            t.weeks(10, zone, [*t.lines("TH", 4), t.line("SG", "vpn")], until=64,
                    shows="Asia/Bangkok", **device),
            t.weeks(8, zone, t.lines("ID", 5), until=2, shows="Asia/Makassar", **device),
        ),
        "devices": [own_computer(t)],
        "payouts": [bank(t, "Joris Vankelder", "NL", days=1500),
                    bank(t, "Joris Vankelder", "BE", days=190, method="e_money", provider="Wise",
                         account=t.key("wise"))],
        "checks": [identity(t, days=400)],
    }  # fmt: skip


def nomad_undeclared(t: Diary) -> Json:
    """A support engineer whose employer believes he is in Denver has lived in Portugal since
    January. He keeps a VPN with American exits on and the laptop's clock on Denver, and forgot the
    VPN three times. He hides a place, which is a matter for his employer's travel rules; the person
    who was hired is the person who works and is paid.
    """
    zone, device = "America/Denver", {"device": t.key("laptop"), "managed": True}
    flat, exits = t.line("PT"), t.lines("US", 3, "vpn", "NordVPN")
    return {
        "claims": person("Torvin Maddery", "US", "Denver", zone),
        "contact": reach(t, "torvin.maddery@example.net", "US", "2013-09-02"),
        "sessions": in_order(
            t.hiring("2025-07-01", zone, t.line("US")),
            t.weeks(8, zone, t.line("US"), until=150, round_trip=(24, "US"), **device),
            t.weeks(20, zone, exits, until=3, round_trip=(142, "US"), **device),
            [
                t.on("2026-02-11 07:20", zone, flat, **device),
                t.on("2026-03-30 13:45", zone, flat, **device),
                t.on("2026-05-08 08:02", zone, flat, **device),
            ],
        ),
        "devices": [laptop(t, days=300, at_home=True, activation_country="US",
                           activated_at=t.ago(296))],
        "payouts": [bank(t, "Torvin Maddery", "US", days=310)],
        "shipments": [delivered(t, "US", "Denver", "Torvin Maddery", days=302)],
        "checks": [
            identity(t, days=320),
            same("interviewed", "two video interviews", t.ago(325)),
            same("logged_in", "weekly team call", t.ago(7)),
        ],
    }  # fmt: skip


def expatriate_china_vpn(t: Diary) -> Json:
    """A firmware developer from New Zealand lives in Shanghai, says so, and reaches her tools only
    through a VPN sold on the Chinese market, whose exits sit in data centres in Japan, Hong Kong
    and the United States. She kept her bank and number at home. When the VPN is down she is plainly
    in Shanghai.
    """
    zone, device = "Asia/Shanghai", {"device": t.key("computer")}
    exits = [*t.lines("JP", 2, "hosting"), *t.lines("HK", 2, "hosting"), t.line("US", "hosting")]
    return {
        "claims": person("Maelis Korrin", "CN", "Shanghai", zone, vpn=["privacy"]),
        "contact": reach(t, "maelis@korrin.example", "NZ", "2010-01-20"),
        "sessions": in_order(
            t.weeks(22, zone, exits, until=2, **device),
            t.weeks(6, zone, t.line("CN"), until=30, per_week=1, **device),
        ),
        "devices": [own_computer(t)],
        "payouts": [bank(t, "Maelis Korrin", "NZ", days=1200)],
        "checks": [identity(t), same("interviewed", "video interview", t.ago(240))],
    }


def military_spouse_japan(t: Diary) -> Json:
    """She moved to Yokosuka with her husband's posting and works for an employer in San Diego in
    American hours, which begin after midnight. Bank, number and tax address are American, the post
    comes through a military post office, and her American phone roams. Her claimed home is
    Yokosuka.
    """
    hours = {"starts": 8, "ends": 16, "time_zone": "America/Los_Angeles"}
    zone, device = "Asia/Tokyo", {"device": t.key("laptop"), "managed": True}
    home, phone = t.network("JP", 4713)[0], t.line("US", "mobile")
    box = {"country": "US", "city": "FPO AP", "kind": "post_box", "sent_at": t.ago(260),
           "received_at": t.ago(238), "received_by": "Lenora Bastide"}  # fmt: skip
    return {
        "claims": person("Lenora Bastide", "JP", "Yokosuka", zone, working_hours=hours),
        "contact": reach(t, "lenora.bastide@example.net", "US", "2011-05-19"),
        "sessions": in_order(
            t.hiring("2025-08-04", zone, home),
            t.weeks(20, "America/Los_Angeles", home, hours=(8, 16), shows=zone,
                    round_trip=(128, "US"), **device),
            [
                t.on("2026-02-18 09:15", zone, phone, device=t.key("phone"), egress="mobile"),
                t.on("2026-03-11 18:30", zone, phone, device=t.key("phone"), egress="mobile"),
                t.on("2026-04-22 12:10", zone, phone, device=t.key("phone"), egress="mobile"),
            ],
        ),
        "devices": [laptop(t, days=262, at_home=True, activation_country="JP",
                           activated_at=t.ago(238))],
        "payouts": [bank(t, "Lenora Bastide", "US", days=900)],
        "shipments": [box],
        "checks": [identity(t, days=280), same("shipped", "video call on unpacking", t.ago(238))],
    }  # fmt: skip


def carrier_nat(t: Diary) -> Json:
    """A tester in Makassar has no cable and works through a carrier that puts thousands of
    customers behind a few addresses. Almost every session shows another address, registered in
    other cities, and strangers' accounts share them. The country, the clock and the phone agree
    with what she says.
    """
    zone, device = "Asia/Makassar", {"device": t.key("computer")}
    exits = t.network("ID", 23693, 24)
    return {
        "claims": person("Wulan Astiraja", "ID", "Makassar", zone, own_device=True),
        "contact": reach(t, "wulan.astiraja@example.net", "ID", "2018-03-14"),
        "sessions": in_order(
            t.hiring("2025-11-17", zone, exits[0], **device),
            t.weeks(20, zone, exits, until=1, per_week=2, round_trip=(74, "ID"),
                    egress="mobile", **device),
        ),
        "devices": [own_computer(t)],
        "payouts": [bank(t, "Wulan Astiraja", "ID", days=500)],
        "checks": [identity(t)],
    }  # fmt: skip


def satellite(t: Diary) -> Json:
    """A cartographer lives beyond Puerto Natales, where only a satellite dish works. The ground
    station is 2,000 km north, the round trip is well over 100 ms, and for a week in March her
    traffic came down in Argentina. The laptop's own location is her village throughout.
    """
    zone, device = "America/Punta_Arenas", {"device": t.key("laptop"), "managed": True}
    there = {"device_country": "CL", "device_latitude": -51.51, "device_longitude": -72.71,
             "device_radius_km": 15}  # fmt: skip
    down = t.network("CL", 14593, 3)
    return {
        "claims": person("Ayelen Quirao", "CL", "Puerto Natales", zone),
        "contact": reach(t, "ayelen@quirao.example", "CL", "2015-08-23"),
        "sessions": in_order(
            t.hiring("2025-09-01", zone, down[0]),
            t.weeks(12, zone, down, until=84, round_trip=(131, "CL"), **device, **there),
            t.weeks(1, zone, t.network("AR", 14593), until=77, per_week=4,
                    round_trip=(166, "CL"), **device, **there),
            t.weeks(11, zone, down, until=0, round_trip=(126, "CL"), **device, **there),
        ),
        "devices": [laptop(t, at_home=True)],
        "payouts": [bank(t, "Ayelen Quirao", "CL", days=800)],
        "checks": [identity(t)],
    }  # fmt: skip


def private_relay(t: Diary) -> Json:
    """An illustrator in Lyon has Private Relay switched on, as her computer came. Some of the
    relay's addresses are on no list and read as ordinary lines in Germany and Switzerland. Her
    phone and the days on which she switched it off show her provider in France.
    """
    zone, device = "Europe/Paris", {"device": t.key("computer")}
    strays = [t.network("DE", 36183)[0], t.network("CH", 36183)[0]]
    home = t.network("FR", 3215)[0]
    return {
        "claims": person("Odile Farsant", "FR", "Lyon", zone, vpn=["relay"], own_device=True),
        "contact": reach(t, "odile@farsant.example", "FR", "2008-11-05"),
        "sessions": in_order(
            t.hiring("2025-10-06", zone, t.line("FR", "relay"), **device),
            t.weeks(22, zone, t.lines("FR", 9, "relay"), **device),
            t.weeks(5, zone, home, until=20, per_week=1, **device),
            [
                t.on("2026-02-03 10:12", zone, strays[0], **device),
                t.on("2026-03-19 15:40", zone, strays[0], **device),
                t.on("2026-05-06 09:31", zone, strays[1], **device),
            ],
        ),
        "devices": [own_computer(t)],
        "payouts": [bank(t, "Odile Farsant", "FR", days=1900)],
    }


def corporate_egress(t: Diary) -> Json:
    """An accountant in Brno works for a group whose traffic leaves through Frankfurt, some 600 km
    away in another country. Four sessions went through a second exit that the log does not mark as
    the company's. The computer itself is in Brno, and so is her phone.
    """
    zone, device = "Europe/Prague", {"device": t.key("laptop"), "managed": True}
    there = {"device_country": "CZ", "device_latitude": 49.2, "device_longitude": 16.61,
             "device_radius_km": 5}  # fmt: skip
    exit_, second, home = *t.lines("DE", 2), t.line("CZ")
    return {
        "claims": person("Radka Sovinec", "CZ", "Brno", zone, vpn=["company"]),
        "contact": reach(t, "radka.sovinec@example.net", "CZ", "2007-04-12"),
        "sessions": in_order(
            t.hiring("2025-06-02", zone, home),
            t.weeks(24, zone, exit_, egress="company", **device, **there),
            t.weeks(2, zone, second, until=90, **device, **there),
            [t.on("2026-05-20 19:45", zone, home, device=t.key("phone"))],
        ),
        "devices": [laptop(t, days=380, at_home=True)],
        "payouts": [bank(t, "Radka Sovinec", "CZ", days=380)],
        "shipments": [delivered(t, "CZ", "Brno", "Radka Sovinec", days=385)],
        "checks": [identity(t, days=400)],
    }


def default_coordinates(t: Diary) -> Json:
    """A bookkeeper in Tucson uses a desktop without Wi-Fi, so the browser guesses its place from
    the address. For her provider that guess is the middle of the country, a field in Kansas 1,300
    km away, with a radius of a thousand. The point says that she is in the United States and no
    more.
    """
    zone, device = "America/Phoenix", {"device": t.key("computer")}
    guess = {"device_country": "US", "device_latitude": 37.751, "device_longitude": -97.822,
             "device_radius_km": 1000, "wifi_off": True, "location_off": False}  # fmt: skip
    return {
        "claims": person("Perrin Oakdale", "US", "Tucson", zone, own_device=True),
        "contact": reach(t, "perrin.oakdale@example.net", "US", "2006-10-01"),
        "sessions": in_order(
            t.hiring("2025-12-01", zone, t.network("US", 7922)[0], **device, **guess),
            t.weeks(20, zone, t.network("US", 7922, 3), round_trip=(38, "US"), **device, **guess),
        ),
        "devices": [own_computer(t)],
        "payouts": [bank(t, "Perrin Oakdale", "US", days=2500)],
        "checks": [identity(t)],
    }


PEOPLE = (
    traveller_several_countries, nomad_declared, nomad_undeclared, expatriate_china_vpn,
    military_spouse_japan, carrier_nat, satellite, private_relay, corporate_egress,
    default_coordinates,
)  # fmt: skip
