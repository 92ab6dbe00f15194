"""Personas whose pay, phone, hours, computer or address is odd for reasons of their life."""

from __future__ import annotations

from scripts.personas_base import (
    Diary,
    Json,
    bank,
    delivered,
    identity,
    in_order,
    job,
    laptop,
    own_computer,
    person,
    reach,
    same,
)


def payoneer_under_banked(t: Diary) -> Json:
    """A translator in Abidjan cannot be paid by the usual processors, which do not serve her
    country. Three months after the start she asked to move from a cheque that took weeks to
    Payoneer, whose account is American. The account is in her name.
    """
    zone, home = "Africa/Abidjan", t.network("CI", 29571, 2)
    return {
        "claims": person("Aya Kouadel", "CI", "Abidjan", zone),
        "contact": reach(t, "aya.kouadel@example.net", "CI", "2015-11-11"),
        "sessions": in_order(
            t.hiring("2025-09-29", zone, home[0]),
            t.weeks(20, zone, home, device=t.key("computer")),
        ),
        "devices": [own_computer(t)],
        "payouts": [
            bank(t, "Aya Kouadel", "CI", days=230, method="cheque", account=t.key("cheque"),
                 removed_at=t.ago(140)),
            bank(t, "Aya Kouadel", "US", days=140, method="e_money", provider="Payoneer",
                 requested_after_hire=True),
        ],
        "checks": [identity(t)],
    }  # fmt: skip


def wise_under_banked(t: Diary) -> Json:
    """A video editor in Kathmandu receives euro through Wise, whose account has a Belgian number,
    and changed to it in April when his bank began to return transfers. On paper his bank is in a
    country he never set foot in.
    """
    zone, home = "Asia/Kathmandu", t.line("NP")
    return {
        "claims": person("Sujal Tharupati", "NP", "Kathmandu", zone),
        "contact": reach(t, "sujal.tharupati@example.net", "NP", "2017-01-31"),
        "sessions": in_order(
            t.hiring("2025-11-24", zone, home),
            t.weeks(18, zone, t.lines("NP", 3), hours=(12, 20), device=t.key("computer")),
        ),
        "devices": [own_computer(t)],
        "payouts": [
            bank(t, "Sujal Tharupati", "NP", days=170, account=t.key("local"),
                 removed_at=t.ago(45)),
            bank(t, "Tharupati Sujal", "BE", days=45, provider="Wise", requested_after_hire=True),
        ],
        "checks": [identity(t)],
    }  # fmt: skip


def relative_payout(t: Diary) -> Json:
    """The marketplace does not pay into Sudan, so a cousin in Dubai receives the money and sends
    nearly all of it on within a day and a half. Many services are closed to Sudanese addresses,
    hence the VPN. The cousin is declared as payee, and without the VPN the line is plainly in
    Sudan.
    """
    zone, home = "Africa/Khartoum", t.network("SD", 15706, 3)
    exits = t.lines("DE", 3, "vpn", "Proton VPN")
    claims = {"payees": [{"name": "Idris Hamdoun", "relation": "relative"}], "vpn": ["privacy"]}
    return {
        "claims": person("Tasnim Hamdoun", "SD", "Port Sudan", zone, **claims),
        "contact": reach(t, "tasnim.hamdoun@example.net", "SD", "2016-09-09"),
        "sessions": in_order(
            t.weeks(20, zone, exits, device=t.key("computer")),
            t.weeks(8, zone, home, until=20, per_week=1, device=t.key("computer")),
        ),
        "devices": [own_computer(t)],
        "payouts": [bank(t, "Idris Hamdoun", "AE", days=420, passed_on_share=0.96,
                         passed_on_hours=35)],
        "checks": [identity(t), same("paid", "call to the payee", t.ago(400))],
    }  # fmt: skip


def camera_refused(t: Diary) -> Json:
    """Has a condition that makes being watched on a screen unbearable, said so before the first
    call and kept the camera off three times. An adjustment was agreed: interviews by voice,
    identity shown once in person at a post office counter. The laptop stands where it was sent.
    """
    zone, home = "Europe/London", t.line("GB")
    seen = {"kind": "camera_refused", "seen": True, "recorded_by": "recruiter",
            "note": "adjustment agreed beforehand: voice only"}  # fmt: skip
    off = [seen | {"at": t.ago(days)} for days in (95, 88, 80)]
    return {
        "claims": person("Aldous Penmarrick", "GB", "Truro", zone),
        "contact": reach(t, "aldous@penmarrick.example", "GB", "2010-02-02"),
        "sessions": in_order(
            t.hiring("2026-02-25", zone, home),
            t.weeks(8, zone, home, device=t.key("laptop"), managed=True),
        ),
        "devices": [laptop(t, days=64, at_home=True, activation_country="GB",
                           activated_at=t.ago(60))],
        "payouts": [bank(t, "Aldous Penmarrick", "GB", days=60)],
        "shipments": [delivered(t, "GB", "Truro", "Aldous Penmarrick", days=66)],
        "checks": [
            same("verified", "shown at a post office counter", t.ago(70), checked="in_person",
                 capture="in_person", name_agrees=True, reused_in=0),
            {"stage": "interviewed", "outcome": "not_checked", "method": "voice call"},
        ],
        "conduct": off,
    }  # fmt: skip


def kept_foreign_number(t: Diary) -> Json:
    """Moved from Gdynia to Berlin six years ago and kept the Polish number, because the bank, the
    doctor and two hundred contacts have it. It is the number of the application, and it rings.
    """
    zone, home = "Europe/Berlin", t.line("DE")
    contact = reach(t, "zofina@marcek.example", "PL", "2009-03-03")
    contact["phones"][0]["first_seen"] = "2008-06-01"
    return {
        "claims": person("Zofina Marcek", "DE", "Berlin", zone),
        "contact": contact,
        "sessions": in_order(
            t.hiring("2025-09-01", zone, home),
            t.weeks(20, zone, home, device=t.key("laptop"), managed=True),
        ),
        "devices": [laptop(t, at_home=True)],
        "payouts": [bank(t, "Zofina Marcek", "DE", days=1900)],
        "checks": [identity(t)],
    }


def voip_for_privacy(t: Diary) -> Json:
    """A moderator in Chicago was once rung up at night by a stranger and since gives out an
    internet number only, changed three weeks ago after it leaked again. He answers it. Everything
    else about him is as he says.
    """
    zone, home = "America/Chicago", t.network("US", 7922)[0]
    contact = reach(t, "calder.voss@example.net", "US", "2012-04-18", carrier="voip",
                    added_at=t.ago(1200))  # fmt: skip
    contact["phones"][0] |= {"added_at": t.ago(21), "first_seen": "2026-05-11"}
    return {
        "claims": person("Calder Voss", "US", "Chicago", zone),
        "contact": contact,
        "sessions": in_order(
            t.hiring("2025-05-05", zone, home),
            t.weeks(20, zone, home, device=t.key("laptop"), managed=True),
        ),
        "devices": [laptop(t, at_home=True)],
        "payouts": [bank(t, "Calder Voss", "US", days=700)],
        "checks": [identity(t)],
    }


def night_worker(t: Diary) -> Json:
    """Answers an American insurer's customers from Manila, from nine in the evening until five in
    the morning. The client's hours are declared. He sleeps by day and has done so for four years.
    """
    zone, home = "Asia/Manila", t.network("PH", 9299)[0]
    hours = {"starts": 9, "ends": 17, "time_zone": "America/New_York"}
    return {
        "claims": person("Jolan Abrezo", "PH", "Manila", zone, working_hours=hours),
        "contact": reach(t, "jolan.abrezo@example.net", "PH", "2014-10-01"),
        "sessions": in_order(
            t.hiring("2025-04-07", zone, home),
            t.weeks(
                20, zone, home, hours=(21, 5), per_week=3, device=t.key("laptop"), managed=True
            ),
        ),
        "devices": [laptop(t, at_home=True)],
        "payouts": [bank(t, "Jolan Abrezo", "PH", days=900)],
        "checks": [identity(t)],
    }


def split_shifts(t: Diary) -> Json:
    """Brings up two small children alone in Helsinki and works from five to seven in the morning
    and from eight in the evening to midnight, with gaps whenever somebody is ill. Twice she was not
    reachable in the hours the team keeps. The work is done and the manager knows why.
    """
    zone, home = "Europe/Helsinki", t.line("FI")
    device = {"device": t.key("laptop"), "managed": True}
    missed = [
        {
            "kind": "unavailable_in_claimed_hours",
            "seen": seen,
            "at": t.ago(days),
            "recorded_by": "team lead",
        }
        for seen, days in ((True, 50), (True, 22), (False, 8))
    ]
    return {
        "claims": person("Aino Kortesuo", "FI", "Helsinki", zone),
        "contact": reach(t, "aino@kortesuo.example", "FI", "2011-01-17"),
        "sessions": in_order(
            t.hiring("2025-08-11", zone, home),
            t.weeks(18, zone, home, hours=(5, 7), **device),
            t.weeks(18, zone, home, hours=(20, 24), **device),
        ),
        "devices": [laptop(t, at_home=True)],
        "payouts": [bank(t, "Aino Kortesuo", "FI", days=1200)],
        "checks": [identity(t)],
        "conduct": missed,
    }  # fmt: skip


def identity_theft_victim(t: Diary) -> Json:
    """Her licence was photographed in a burgled car and turned up in three other people's
    applications; her old mailbox stands on a shared list, and she has lodged an appeal. She herself
    now applies, was seen in person with the police report in hand, and is hired. The tax form she
    was asked about is hers.
    """
    zone, home = "America/Phoenix", t.network("US", 7922)[0]
    contact = reach(t, "tamsin.orrel@example.net", "US", "2026-01-15")
    contact["emails"].append({"address": "tamsin.orrel@example.org", "first_seen": "2011-02-14",
                              "other_identities": 2})  # fmt: skip
    contact["list_matches"] = [{"list_name": "shared hiring list", "matched": "email",
                                "listed_on": "2025-11-20", "under_appeal": True}]  # fmt: skip
    return {
        "claims": person("Tamsin Orrel", "US", "Tucson", zone),
        "contact": contact,
        "sessions": in_order(
            t.hiring("2026-03-02", zone, home),
            t.weeks(7, zone, home, per_week=3, device=t.key("laptop"), managed=True),
        ),
        "devices": [laptop(t, days=58, at_home=True, activation_country="US",
                           activated_at=t.ago(54))],
        "work": {"positions": [job("Saguaro Clinics", "Coder", "2015-01-05", "2025-12-31")]},
        "payouts": [bank(t, "Tamsin Orrel", "US", days=55)],
        "shipments": [delivered(t, "US", "Tucson", "Tamsin Orrel", days=60)],
        "checks": [
            identity(t, days=88, reused_in=3),
            same("verified", "met at the Tucson office, police report seen", t.ago(66),
                 checked="in_person", capture="in_person", done_by="HR", name_agrees=True,
                 address_agrees=True, owner_unaware=False),
            same("logged_in", "first-day call", t.ago(52)),
        ],
        "conduct": [{"kind": "tax_form_disowned", "seen": False, "at": t.ago(30),
                     "recorded_by": "payroll"}],
    }  # fmt: skip


def refugee_thin_file(t: Diary) -> Json:
    """Fled Kharkiv in January with a rucksack, spent three weeks in Poland and lives in Leipzig.
    Mailbox, number and account are weeks old, the university's archive no longer answers, no
    database knows her, and her first pay went to her host family, as declared, until the bank
    opened an account. Three early sessions came from Poland, where she had claimed no home.
    """
    zone = "Europe/Berlin"
    device = {"device": t.key("computer")}
    places = [{"country": "UA", "city": "Kharkiv", "until": "2026-01-10"},
              {"country": "DE", "city": "Leipzig", "since": "2026-02-02"}]  # fmt: skip
    contact = reach(t, "mavka.sorokivna@example.net", "DE", "2026-02-06", added_at=t.ago(115))
    contact["phones"][0] |= {"first_seen": "2026-02-06", "added_at": t.ago(20)}
    study = {"source": "cv", "school": "Kharkiv Institute of Mapping", "degree": "Geodesy",
             "starts": "2014-09-01", "ends": "2019-06-30", "registry_confirms": False}  # fmt: skip
    host = [{"name": "Familie Ahrendorf", "relation": "other"}]
    home, inn = t.line("DE"), t.line("PL")
    return {
        "claims": {"name": "Mavka Sorokivna", "places": places, "time_zone": zone, "payees": host},
        "contact": contact,
        "sessions": in_order(
            [
                t.on("2026-01-15 20:10", "Europe/Warsaw", inn, **device),
                t.on("2026-01-22 18:35", "Europe/Warsaw", inn, "apply", **device),
                t.on("2026-01-29 19:02", "Europe/Warsaw", inn, **device),
            ],
            t.weeks(12, zone, [home, t.line("DE", "mobile")], until=1, **device),
        ),
        "devices": [own_computer(t)],
        "work": {"positions": [job("Slobozhan Survey", "Surveyor", "2019-09-01", "2022-02-24")],
                 "education": [study], "mentions": 0},
        "payouts": [
            bank(t, "Familie Ahrendorf", "DE", days=95, account=t.key("host"),
                 removed_at=t.ago(70)),
            bank(t, "Mavka Sorokivna", "DE", days=70),
        ],
        "checks": [
            {"stage": "verified", "outcome": "failed", "checked": "database", "at": t.ago(100),
             "method": "address register", "done_by": "identity vendor"},
            same("verified", "seen at the office with her papers", t.ago(98),
                 checked="in_person", capture="in_person", name_agrees=True, reused_in=0),
        ],
    }  # fmt: skip


def privacy_minimal(t: Diary) -> Json:
    """Gives a name, a country and a mailbox and no more, and comes through Mullvad with location
    and Wi-Fi switched off. Nobody asked for more than that. What is not given speaks neither for
    nor against anybody.
    """
    dark = {"location_off": True, "wifi_off": True}
    exits = t.lines("SE", 4, "vpn", "Mullvad")
    return {
        "claims": {"name": "Ilse Norrand", "places": [{"country": "BE"}]},
        "contact": {"emails": [{"address": "in@norrand.example"}]},
        "sessions": t.weeks(4, "UTC", exits, **dark),
    }


PEOPLE = (
    payoneer_under_banked, wise_under_banked, relative_payout, camera_refused,
    kept_foreign_number, voip_for_privacy, night_worker, split_shifts, identity_theft_victim,
    refugee_thin_file, privacy_minimal,
)  # fmt: skip
