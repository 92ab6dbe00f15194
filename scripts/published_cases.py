"""Published cases of impersonation as records: what a source tells is given, the rest left out.

Facts only, no names: people and firms are placeholders. Allegations are allegations.
"""

from __future__ import annotations

from scripts.personas_base import Diary, Json, in_order
from scripts.published_base import NAME, OTHER, case, remote, signins, stolen


@case(
    "C01", "CHAP", on="2023-10-27",
    known="claims.places.country sessions.ip devices.managed devices.at_home devices.tools.kind "
    "payouts.method payouts.holder payouts.passed_on_share shipments.country "
    "shipments.other_recipients checks.owner_unaware",
    assumed="sessions.at",
    unknown="contact code work conduct sessions.time_zone sessions.round_trip_ms "
    "payouts.passed_on_hours applications",
)  # fmt: skip
def arizona_farm(t: Diary) -> Json:
    """One of the stolen among 68 identities behind a laptop farm in a private home in the United
    States. The host took in the employers' laptops, signed in on them, left remote-access software
    there, had the pay cheques credited to accounts in the host's own name and kept about one per
    cent of the pay.
    """
    return {
        "claims": {"name": NAME, "places": [{"country": "US"}]},
        "sessions": signins(t, 20, t.line("US"), device="laptop", managed=True),
        "devices": [{"id": "laptop", "managed": True, "at_home": False,
                     "tools": [remote("remote-access software")]}],
        "payouts": [{"method": "cheque", "holder": OTHER, "country": "US",
                     "passed_on_share": 0.99}],
        "shipments": [{"country": "US", "received_by": OTHER, "other_recipients": 67}],
        "checks": [stolen(t)],
    }  # fmt: skip


@case(
    "C03", "KNO", on="2023-08-31",
    known="claims.places.region sessions.ip devices.managed devices.at_home devices.tools.kind "
    "shipments.city checks.owner_unaware",
    assumed="sessions.at",
    unknown="contact code work conduct payouts sessions.time_zone shipments.km_from_home",
)  # fmt: skip
def nashville_farm(t: Diary) -> Json:
    """One stolen licence of somebody in Georgia served for several jobs. The laptops went to a host
    in Nashville, who signed in and installed remote-desktop applications nobody had allowed, and
    was paid by the laptop and by a share of the salary.
    """
    tools = [remote("remote-desktop application 1"), remote("remote-desktop application 2")]
    return {
        "claims": {"name": NAME, "places": [{"country": "US", "region": "Georgia"}]},
        "sessions": signins(t, 40, t.line("US"), per_week=1, device="laptop", managed=True),
        "devices": [{"id": "laptop", "managed": True, "at_home": False, "tools": tools}],
        "shipments": [{"country": "US", "city": "Nashville", "received_by": OTHER}],
        "checks": [stolen(t)],
    }


@case(
    "C16", "FORF", on="2025-06-05",
    known="claims.places.country sessions.ip payouts.method payouts.provider payouts.holder "
    "checks.owner_unaware",
    assumed="sessions.at",
    unknown="contact code work conduct devices shipments sessions.time_zone "
    "payouts.passed_on_share payouts.added_at",
)  # fmt: skip
def forfeiture(t: Diary) -> Json:
    """A stolen identity of somebody in the United States, a VPN that hid the place from employer
    and payroll service alike, and salary taken in USDC and USDT. According to the complaint the
    coins hopped between chains and through accounts in invented names to one representative.
    """
    coins = [{"method": "crypto", "provider": coin} for coin in ("USDC", "USDT")]
    return {
        "claims": {"name": NAME, "places": [{"country": "US"}]},
        "sessions": signins(t, 16, t.lines("US", 3, "vpn")),
        "payouts": [*coins, {"method": "bank", "holder": OTHER, "country": "US"}],
        "checks": [stolen(t)],
    }


@case(
    "C17",
    "JPN2",
    on="2025-04-07",
    known="claims.places.country payouts.holder payouts.country payouts.passed_on_share "
    "checks.outcome",
    unknown="contact code work conduct sessions devices shipments payouts.passed_on_hours",
)
def identity_lender(t: Diary) -> Json:
    """A man in Japan lent his licence and bank details to an acquaintance of seven years, and
    somebody opened a crowdsourcing account in his name. The platform asked for no document. The pay
    came into the lender's own account; he kept about a tenth and sent the rest abroad.
    """
    return {
        "claims": {"name": NAME, "places": [{"country": "JP"}]},
        "payouts": [{"method": "bank", "holder": NAME, "country": "JP", "passed_on_share": 0.9}],
        "checks": [{"stage": "applied", "outcome": "not_checked", "checked": "document"}],
    }


@case(
    "C19", "KB4", on="2024-07-17",
    known="claims.places.city devices.managed devices.malware_at "
    "shipments.kind shipments.km_from_home shipments.received_by checks.stage checks.owner_unaware "
    "work.education.school work.references.email_domain conduct.kind",
    assumed="devices.activated_at",
    unknown="contact code payouts sessions devices.tools applications",
)  # fmt: skip
def infected_on_receipt(t: Diary) -> Json:
    """Passed four video interviews and a background check under a valid but stolen identity with an
    Atlanta address. The laptop went to another state, some 3,500 km away, where the collector's
    document had the right name and another picture. Malware was loaded within the hour it arrived,
    every reference wrote from free mail, and the call from the security team was declined.
    """
    start = "2024-07-15T21:55:00-05:00"
    picture = {"kind": "artefact_seen", "seen": True,
               "note": "portrait worked over from a stock picture"}  # fmt: skip
    return {
        "claims": {"name": NAME, "places": [{"country": "US", "city": "Atlanta"}]},
        "devices": [{"id": "laptop", "managed": True, "software_inventory": "partial",
                     "activated_at": start, "malware_at": start}],
        "work": {
            "education": [{"source": "cv", "school": "Placeholder University Abroad"}],
            "references": [{"email_domain": "gmail.com"}] * 2,
        },
        "shipments": [{"country": "US", "kind": "pickup", "km_from_home": 3500,
                       "received_by": NAME}],
        "checks": [
            {"stage": "interviewed", "outcome": "same", "method": "four video interviews"},
            {"stage": "verified", "outcome": "same", "checked": "database",
             "method": "background check", "name_agrees": True},
            {"stage": "shipped", "outcome": "different", "checked": "document",
             "done_by": "carrier", "name_agrees": True},
            {"stage": "logged_in", "outcome": "failed", "method": "call after the alert"},
            stolen(t),
        ],
        "conduct": [picture],
    }  # fmt: skip


@case(
    "C22",
    "LVB",
    on="2025-08-25",
    known="claims.role sessions.ip sessions.managed devices.managed",
    assumed="sessions.at",
    unknown="claims.places contact code work conduct payouts shipments checks sessions.time_zone "
    "devices.tools",
)
def baseline_elsewhere(t: Diary) -> Json:
    """Worked on customer records for ten days. The first sign-ins came from China, later ones from
    Dallas on an unmanaged device, the last from a Los Angeles exit of a VPN named in reports. The
    exit is drawn from data-centre ranges, for the tables know none of that brand.
    """
    own = {"device": "own", "managed": False}
    china, dallas, exit_ = t.line("CN"), t.line("US"), t.line("US", "hosting")
    days = [(china, 9.6), (china, 9.1), (china, 8.3), (china, 7.4), (china, 6.5), (dallas, 5.2),
            (dallas, 4.3), (exit_, 3.1), (exit_, 1.9), (exit_, 0.8)]  # fmt: skip
    return {
        "claims": {"name": NAME, "role": "remote worker on customer records"},
        "sessions": [{"at": t.ago(day), "ip": ip, "kind": "login", **own} for ip, day in days],
        "devices": [{"id": "own", "managed": False}],
    }


def _nevada(t: Diary) -> list[Json]:
    """Sign-ins from the one line that two employees share, and through the same kind of VPN."""
    line = Diary(t.book, "C24 and C25").line("US")
    return in_order(
        signins(t, 20, line, per_week=1, device="laptop", managed=True),
        signins(t, 20, t.lines("US", 2, "hosting"), per_week=1, device="laptop", managed=True),
    )


@case(
    "C24",
    "GLAB",
    on="2024-09-01",
    known="claims.places.region sessions.ip devices.managed devices.tools.name referrals "
    "conduct.kind checks.owner_unaware",
    assumed="sessions.at",
    unknown="contact code work payouts shipments sessions.time_zone devices.tools.first_seen",
)
def employee_a(t: Diary) -> Json:
    """Claimed Texas, worked well for six months, and signed in from a line in Nevada and through a
    VPN, on a laptop with AnyDesk. It came out when the real person received a tax form from a firm
    they had never worked for. This employee had referred another one.
    """
    return {
        "claims": {"name": NAME, "places": [{"country": "US", "region": "Texas"}]},
        "sessions": _nevada(t),
        "devices": [{"id": "laptop", "managed": True, "software_inventory": "partial",
                     "tools": [remote("AnyDesk")]}],
        "checks": [stolen(t)],
        "conduct": [{"kind": "tax_form_disowned", "seen": True, "at": t.ago(2)}],
        "referrals": [{"other": "published-C25", "direction": "referred"}],
    }  # fmt: skip


@case(
    "C25",
    "GLAB",
    on="2024-09-01",
    known="sessions.ip devices.managed devices.tools.name referrals checks.address_agrees",
    assumed="sessions.at",
    unknown="claims.places contact code work payouts shipments conduct sessions.time_zone",
)
def employee_b(t: Diary) -> Json:
    """Brought in by the employee of case C24, under a false identity and an address that does not
    exist. The sessions come from the same line in Nevada and the same VPN, and AnyDesk is on the
    laptop.
    """
    return {
        "claims": {"name": OTHER},
        "sessions": _nevada(t),
        "devices": [{"id": "laptop", "managed": True, "software_inventory": "partial",
                     "tools": [remote("AnyDesk")]}],
        "checks": [{"stage": "verified", "outcome": "different", "checked": "address",
                    "address_agrees": False}],
        "referrals": [{"other": "published-C24", "direction": "referred_by"}],
    }  # fmt: skip


@case(
    "C26",
    "SWX",
    on="2024-10-16",
    known="sessions.ip devices.tools.name payouts.method payouts.provider shipments.changed_at "
    "conduct.kind",
    assumed="sessions.at payouts.added_at conduct.at",
    unknown="claims.places contact code work checks payouts.holder payouts.country "
    "sessions.time_zone",
)
def extortion(t: Diary) -> Json:
    """A contractor asked to have the laptop rerouted or to use a machine of his own, kept the
    camera off, worked through a VPN with two remote-access tools and changed the account for his
    pay again and again. He copied data out almost at once, was dismissed for poor work, and a
    ransom was demanded.
    """
    seen = [("asked_own_device", 118), ("camera_refused", 110), ("bulk_export", 98),
            ("output_changed", 40), ("threatened", 6)]  # fmt: skip
    ways = [("bank", 112), ("bank", 80), ("e_money", 52)]
    payouts = [{"method": method, "added_at": t.ago(days)} for method, days in ways]
    return {
        "claims": {"name": NAME, "role": "contractor"},
        "sessions": signins(t, 12, t.lines("US", 3, "hosting"), until=20, device="own"),
        "devices": [{"id": "own", "software_inventory": "partial",
                     "tools": [remote("Chrome Remote Desktop"), remote("AnyDesk")]}],
        "payouts": [*payouts[:2], payouts[2] | {"provider": "Payoneer"}],
        "shipments": [{"changed_at": t.ago(118)}],
        "conduct": [{"kind": kind, "seen": True, "at": t.ago(days)} for kind, days in seen],
    }  # fmt: skip


@case(
    "C38",
    "MS",
    on="2025-12-31",
    known="sessions.ip sessions.kind devices.mfa_other_users",
    assumed="sessions.at",
    unknown="claims.places contact code work conduct payouts shipments checks "
    "sessions.token_age_hours devices.tools",
)
def one_factor_many_users(t: Diary) -> Json:
    """One device confirmed the sign-ins of several user accounts of one tenant, over a VPN and in
    long-lived sessions. How many accounts is not told; two others is the least that `several` can
    mean.
    """
    return {
        "claims": {"name": NAME},
        "sessions": signins(t, 8, t.lines("US", 3, "vpn"), device="phone", kind="mfa"),
        "devices": [{"id": "phone", "mfa_key": "key-shared", "mfa_other_users": 2}],
    }


@case(
    "C42", "SEAL", on="2025-06-01",
    known="claims.role code.created_at code.twins_searched code.activity.month "
    "work.web_profiles.created_at work.web_profiles.dormant_from work.web_profiles.dormant_until",
    assumed="code.activity.events",
    unknown="claims.places contact sessions devices payouts shipments checks conduct code.commits "
    "code.repositories code.renames",
)  # fmt: skip
def bought_dormant_account(t: Diary) -> Json:
    """An account of 2013 on a code host, silent for ten years and then busy for two, and a verified
    social account of 2012 that lay still until 2022. No copied repository and no renaming was
    found. The finding was that both had been bought or stolen while dormant.
    """
    return {
        "claims": {"name": NAME, "role": "Rust and Solana developer"},
        "code": {"created_at": "2013-03-01T00:00:00Z", "twins_searched": True,
                 "activity": t.months("2013-03-01", [("2023-06", "2025-05", 20)])},
        "work": {"web_profiles": [{"service": "social", "created_at": "2012-06-01",
                                   "dormant_from": "2013-06-01", "dormant_until": "2022-06-01"}]},
    }  # fmt: skip


@case(
    "C58",
    "INSIKT26",
    on="2025-02-01",
    known="sessions.ip devices.tools.kind applications conduct.kind",
    assumed="sessions.at applications.at conduct.at",
    unknown="claims.places contact code work payouts shipments checks sessions.time_zone "
    "devices.other_users",
)
def persona_cluster(t: Diary) -> Json:
    """One of at least 22 personas that applied to more than 1,100 companies, on some days to sixty.
    All came through one VPN of the Chinese market and were run in a browser made for many
    identities; meetings of one persona collided with those of another. Which of them lived where,
    and who was paid, is not told.
    """
    sixty = [{"at": t.ago(18 - n * 0.01)} for n in range(60)]
    browser = {"kind": "anti_detect", "name": "multi-account browser"}
    return {
        "claims": {"name": NAME},
        "sessions": signins(t, 10, t.lines("US", 4, "hosting"), device="pc"),
        "devices": [{"id": "pc", "software_inventory": "partial", "tools": [browser]}],
        "conduct": [
            {"kind": "meeting_collision", "seen": True, "at": t.ago(days)} for days in (40, 21)
        ],
        "applications": sixty,
    }


@case(
    "C64", "38N", "CTX", on="2024-04-22",
    known="claims.agency sessions.ip engagement.chain.role engagement.chain.declared "
    "engagement.chain.verified_person engagement.deliverables.organisation "
    "engagement.deliverables.author",
    assumed="claims.places sessions.at engagement.deliverables.tool engagement.deliverables.path "
    "engagement.deliverables.at",
    unknown="engagement.deliverables.utc_offset_minutes contact code work payouts shipments checks "
    "conduct devices sessions.time_zone",
)  # fmt: skip
def animation_chain(t: Diary) -> Json:
    """Frames of series by several studios lay on an open server where notes for the animators were
    exchanged from December 2023 to February 2024. The buyer knew a studio and a subcontractor; the
    work was done at least two layers further down, by an office nobody had named, and nobody in the
    chain had verified a person. It was reached through VPNs and from addresses in Spain and China,
    and the studios said that they knew nothing of it; paths and tools are invented.
    """
    chain = [
        {"name": "Aster Broadcast", "role": "buyer", "declared": True},
        {"name": "Birch Studio", "role": "agency", "declared": True, "verified_person": False},
        {"name": "Cedar Frames", "role": "subcontractor", "declared": True,
         "verified_person": False},
        {"name": "Dahlia Motion", "role": "subcontractor", "declared": False,
         "verified_person": False},
        {"name": "Elder Animation", "role": "subcontractor", "declared": False,
         "verified_person": False},
        {"name": NAME, "role": "worker", "declared": False, "verified_person": False},
    ]  # fmt: skip
    frames = {"author": OTHER, "tool": "2D animation suite",
              "organisation": "Elder Animation"}  # fmt: skip
    sheet = frames | {"tool": "spreadsheet", "organisation": "Dahlia Motion"}
    behind = signins(t, 11, t.lines("US", 2, "vpn"), until=55, hours=(1, 9), kind="work")
    return {
        "claims": {"name": NAME, "places": [{"country": "CN"}],
                   "agency": "Cedar Frames", "role": "animator"},
        "sessions": in_order(
            behind,
            signins(t, 8, t.line("CN"), until=60, per_week=1, hours=(1, 9), kind="work"),
            signins(t, 4, t.line("ES"), until=70, per_week=1, hours=(1, 9), kind="work"),
        ),
        "engagement": {
            "chain": chain,
            "deliverables": [
                (sheet if n % 5 == 4 else frames)
                | {"at": row["at"], "path": f"/ElderAnimation/ep{n % 4 + 1:02d}/cut{n + 101}"}
                for n, row in enumerate(behind)
            ],
        },
    }  # fmt: skip
