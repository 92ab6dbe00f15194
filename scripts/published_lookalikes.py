"""Published look-alikes: people who hide a place or hold several jobs, and innocent ones."""

from __future__ import annotations

from scripts.personas_base import Diary, Json, in_order
from scripts.published_base import NAME, case, signins


@case(
    "F01",
    "BBG",
    on="2023-06-01",
    known="claims.places.city sessions.ip shipments.kind shipments.received_by",
    assumed="sessions.at",
    unknown="contact code work payouts checks devices conduct sessions.time_zone claims.travel",
)
def houston(t: Diary) -> Json:
    """A consultant whose employer believes he is in Houston worked from five countries through a
    VPN, in American hours. The laptop was sent to a friend's house, given as his home, and he flew
    in to fetch it. He hides a place; he is who he says he is.
    """
    return {
        "claims": {"name": NAME, "places": [{"country": "US", "city": "Houston"}]},
        "sessions": signins(t, 24, t.lines("US", 3, "vpn"), hours=(14, 22)),
        "shipments": [{"country": "US", "city": "Houston", "kind": "home", "received_by": NAME}],
    }


@case(
    "F02",
    "MKT",
    on="2023-06-01",
    known="claims.places.region claims.time_zone sessions.ip sessions.time_zone",
    assumed="sessions.at",
    unknown="contact code work payouts shipments checks devices conduct claims.travel",
)
def lisbon(t: Diary) -> Json:
    """She claims Tennessee and has lived in Lisbon for a year. A VPN with American exits is on and
    the laptop's clock stays on Central Time, so that clock and claim agree. She hides a place from
    her employer, and nothing else.
    """
    zone = "America/Chicago"
    return {
        "claims": {"name": NAME, "places": [{"country": "US", "region": "Tennessee"}],
                   "time_zone": zone},
        "sessions": signins(t, 40, t.lines("US", 3, "vpn"), hours=(14, 22), time_zone=zone),
    }  # fmt: skip


@case(
    "F06",
    "GEOW",
    on="2025-12-15",
    known="claims.places.city sessions.ip sessions.location_off sessions.wifi_off sessions.kind "
    "shipments.kind checks.checked devices.managed",
    assumed="sessions.at",
    unknown="contact code work payouts conduct devices.tools sessions.time_zone "
    "sessions.device_country",
)
def travel_router(t: Diary) -> Json:
    """Claimed Denver and sat in Brazil behind a travel router with Proton VPN. The address on file
    is a parcel shop, Wi-Fi and location were off, and the phone with the second factor, usually on
    the VPN too, was seen in Brazil once. The passport was genuine and one person used the laptop.
    """
    exits = t.lines("US", 4, "vpn", "Proton VPN")
    dark = {"device": "laptop", "managed": True, "location_off": True, "wifi_off": True}
    return {
        "claims": {"name": NAME, "places": [{"country": "US", "city": "Denver"}]},
        "sessions": in_order(
            signins(t, 16, exits, hours=(14, 22), **dark),
            signins(t, 12, exits, hours=(14, 22), per_week=1, device="phone", kind="mfa"),
            [{"at": t.ago(24), "ip": t.line("BR"), "device": "phone", "kind": "mfa"}],
        ),
        "devices": [{"id": "laptop", "managed": True}],
        "shipments": [{"country": "US", "kind": "post_box"}],
        "checks": [{"stage": "verified", "outcome": "same", "checked": "document",
                    "name_agrees": True}],
    }  # fmt: skip


@case(
    "F08",
    "VZ",
    on="2012-12-01",
    known="claims.places.country sessions.ip sessions.egress payouts.passed_on_share "
    "work.positions.employer",
    assumed="sessions.at",
    unknown="contact code shipments checks devices conduct sessions.time_zone payouts.holder "
    "payouts.passed_on_hours",
)
def outsourced_job(t: Diary) -> Json:
    """A well-rated developer in the United States posted his token to a firm in China, which signed
    in with his credentials on the days his badge showed him at his desk, and held several such
    jobs. He paid the firm less than a fifth of his salary. He deceived his employer, and the
    identity was his own.
    """
    firms = ("Placeholder Utility", "Placeholder Second Employer")
    return {
        "claims": {"name": NAME, "places": [{"country": "US"}]},
        "sessions": in_order(
            signins(t, 24, t.line("CN"), per_week=3, hours=(13, 21)),
            signins(t, 24, t.line("US"), per_week=3, hours=(13, 21), egress="company"),
        ),
        "work": {"positions": [{"source": "payroll", "employer": firm} for firm in firms]},
        "payouts": [{"passed_on_share": 0.19}],
    }


@case(
    "F09",
    "SOHAM",
    on="2025-07-05",
    known="work.positions.employer conduct.kind checks.outcome",
    assumed="work.positions.starts conduct.at",
    unknown="claims.places contact code payouts shipments sessions devices",
)
def many_startups(t: Diary) -> Json:
    """An engineer with a real identity and good interviews held several jobs at start-ups at the
    same time, three to five by most accounts, and missed meetings. That is a matter for his
    contracts. He did the work himself.
    """
    jobs = [{"source": "application", "employer": f"Placeholder Startup {n}",
             "starts": f"2025-0{n}-01", "remote": True} for n in (1, 2, 3, 4)]  # fmt: skip
    return {
        "claims": {"name": NAME, "role": "engineer"},
        "work": {"positions": jobs},
        "checks": [{"stage": "interviewed", "outcome": "same", "method": "interviews"}],
        "conduct": [
            {"kind": "meeting_collision", "seen": True, "at": t.ago(days)} for days in (50, 31, 12)
        ],
    }


@case(
    "F35",
    "MILSP",
    on="2026-06-01",
    known="claims.places.country claims.time_zone sessions.ip sessions.time_zone payouts.country "
    "payouts.holder",
    assumed="sessions.at",
    unknown="contact code work shipments checks devices conduct",
)
def spouse_overseas(t: Diary) -> Json:
    """Works for an employer in the United States from a post in Japan, as about seven per
    cent of military spouses live abroad. The bank is American; address and clock are of the place
    where she lives. All of it is as she told it.
    """
    zone = "Asia/Tokyo"
    return {
        "claims": {"name": NAME, "places": [{"country": "JP"}], "time_zone": zone},
        "sessions": signins(t, 20, t.line("JP"), hours=(0, 8), time_zone=zone),
        "payouts": [{"method": "bank", "holder": NAME, "country": "US"}],
    }
