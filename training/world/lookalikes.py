"""People who look odd and are honest, or hide a place or a second job: one function a story.

After the list "honest but odd" of trust.md and the F cases. Each changes a life before its rows are
made; the label says what the person is.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from training.world.life import Life, Trip, city_in, invent_name
from training.world.parameters import NEIGHBOURS

Story = Callable[[Life], None]
MONTH = timedelta(days=30)


def _elsewhere(life: Life) -> str:
    others = [country for country in NEIGHBOURS if country != life.home.country]
    return life.rng.choice(others)


def traveller(life: Life) -> None:
    """Several countries in a few months, mostly declared."""
    day = life.as_of.date() - timedelta(days=life.rng.randint(60, 120))
    for _ in range(life.rng.randint(2, 4)):
        end = day + timedelta(days=life.rng.randint(5, 16))
        life.trips.append(Trip(_elsewhere(life), day, end, life.chance(0.8)))
        day = end + timedelta(days=2)


def nomad(life: Life) -> None:
    """Lives abroad undeclared, some behind a VPN or a router at home; clock often kept (F02)."""
    life.label = "policy_breach"
    life.seat = city_in(life.rng, _elsewhere(life))
    life.hidden = life.chance(0.6)
    if life.hidden:
        life.tells |= {"hides"} | ({"slips"} if life.chance(0.45) else set())
    else:
        life.tells.add("outside")
    for name, share in {
        "zone_there": 0.30, "hours_there": 0.15, "dark": 0.30, "slow": 0.30, "hardware_there": 0.35,
        "switch": 0.06, "many_countries": 0.25, "activation_there": 0.05, "kvm": 0.06,
    }.items():  # fmt: skip
        if life.chance(share):
            life.tells.add(name)


def expatriate(life: Life) -> None:
    """Lives where the network is filtered, says so, and is on a VPN nearly always (F23)."""
    life.home = life.seat = city_in(life.rng, life.rng.choice(("CN", "CN", "RU", "AE", "TR")))
    life.vpn_share = life.rng.uniform(0.7, 1.0)
    if life.chance(0.5):
        life.claims["vpn"] = ["privacy"]


def posted_abroad(life: Life) -> None:
    """A spouse of somebody posted abroad: bank and number of one country, life in another (F35)."""
    old = life.home.country
    life.home = life.seat = city_in(life.rng, life.rng.choice(("JP", "DE", "IT", "ES", "GB")))
    life.phone_country = old
    life.tells.add("payout_there")
    life.claims["_bank"] = old


def relay_user(life: Life) -> None:
    """A browser that goes through a private relay."""
    life.relay_share = life.rng.uniform(0.5, 1.0)


def company_line(life: Life) -> None:
    """Traffic leaves through headquarters in another country; the operator may know."""
    life.egress = (_elsewhere(life), life.chance(0.7))


def satellite(life: Life) -> None:
    """A satellite line: slow, and coming down in another country now and then."""
    life.satellite = True
    life.tells.add("slow")


def always_vpn(life: Life) -> None:
    """Privacy-minded: always on a VPN, little given."""
    life.vpn_share = 1.0
    if life.chance(0.3):
        life.tells.add("dark")


def couple(life: Life) -> None:
    """Paid into the partner's account; most say so."""
    life.holder = invent_name(life.rng)
    life.tells.add("payee_other")
    life.other_workers = life.rng.choice((0, 1))
    life.other_users = life.rng.choice((0, 1))
    if life.chance(0.7):
        life.add("payees", name=life.holder, relation="relative")
    if life.chance(0.5):
        life.add("household", value=f"{life.profile_id}-partner")


def agency_worker(life: Life) -> None:
    """Paid through an agency or employer of record, mostly declared."""
    life.holder = invent_name(life.rng).split()[0] + life.rng.choice((" LLC", " GmbH", " Ltd"))
    life.tells.add("payee_other")
    life.other_workers = life.rng.randint(4, 30)
    if life.chance(0.8):
        life.claims["claims.agency"] = life.holder
        life.add(
            "payees", name=life.holder, relation=life.rng.choice(("agency", "employer_of_record"))
        )


def other_name(life: Life) -> None:
    """Married, changed or transliterated name on the account; half of them declared it."""
    given = life.name.split()[0]
    life.holder = f"{given} {invent_name(life.rng).split()[1]}"
    life.tells.add("payee_other")
    if life.chance(0.5):
        life.add("other_names", value=life.holder)


def under_banked(life: Life) -> None:
    """Paid through e-money abroad, or through a relative, because no local route exists (F24)."""
    life.provider = life.rng.choice(("Payoneer", "Wise"))
    life.tells |= {"payout_there"} | ({"route_request"} if life.chance(0.3) else set())
    if life.chance(0.2):
        couple(life)


def kept_number(life: Life) -> None:
    """Moved years ago and kept the number; perhaps VoIP for privacy."""
    life.phone_country = _elsewhere(life)
    if life.chance(0.4):
        life.tells.add("voip")


def night_worker(life: Life) -> None:
    """Works a distant client's hours; half declared them."""
    client = city_in(life.rng, life.rng.choice(("US", "GB", "JP")))
    life.claims["_hours"] = client.zone
    if life.chance(0.5):
        life.claims |= {
            "claims.working_hours.starts": 9.0,
            "claims.working_hours.ends": 18.0,
            "claims.working_hours.time_zone": client.zone,
        }


def home_lab(life: Life) -> None:
    """Remote tools, a KVM switch at home, an open port: an engineer's house."""
    life.kvm_at_home = True
    for name, share in {
        "kvm": 0.5,
        "remote_tools": 0.6,
        "open_port": 0.4,
        "unattended": 0.1,
    }.items():
        if life.chance(share):
            life.tells.add(name)


def own_device(life: Life) -> None:
    """Works on an own computer, as agreed."""
    life.tells |= {"unmanaged_first", "own_device"}
    if life.chance(0.7):
        life.claims["claims.own_device"] = True


def moved_house(life: Life) -> None:
    """Moved, changed bank, changed number; the old sign-ins are from the old place."""
    life.tells |= {"early_change", "contact_changed"}
    old = _elsewhere(life)
    start = life.as_of.date() - timedelta(days=200)
    end = life.as_of.date() - timedelta(days=life.rng.randint(20, 90))
    life.trips.append(Trip(old, start, end, life.chance(0.7)))


def second_hand(life: Life) -> None:
    """A resold phone or a family computer: others are known by the same number or machine."""
    life.tells |= {"contact_shared"} if life.chance(0.6) else {"device_shared"}
    if life.chance(0.4):
        life.add("household", value=f"{life.profile_id}-kin")


def overemployed(life: Life) -> None:
    """A real person with several jobs (F09)."""
    life.label = "other_misrepresentation"
    for name, share in {
        "keep_awake": 0.4, "remote_tools": 0.12, "off_platform": 0.15, "long_spans": 0.3,
        "own_device": 0.3, "voip": 0.2, "virtual_camera": 0.2,
    }.items():  # fmt: skip
        if life.chance(share):
            life.tells.add(name)


def outsourcer(life: Life) -> None:
    """A real person who passes own work on to somebody abroad (F08)."""
    life.label = "other_misrepresentation"
    life.seat = city_in(life.rng, _elsewhere(life))
    for name, share in {
        "slips": 0.25, "outside": 0.15, "remote_tools": 0.3, "passed_on": 0.3, "long_spans": 0.2,
        "zone_there": 0.15, "device_shared": 0.15, "hours_there": 0.2, "mfa_shared": 0.1,
    }.items():  # fmt: skip
        if life.chance(share):
            life.tells.add(name)
    life.hidden = "slips" in life.tells


def victim_hired(life: Life) -> None:
    """The real owner of a stolen identity, hired for real: listed, contested, a new mailbox."""
    for name, share in {
        "listed": 0.4,
        "young_mail": 0.6,
        "contact_changed": 0.5,
        "tax_disowned": 0.1,
    }.items():
        if life.chance(share):
            life.tells.add(name)


def thin_file(life: Life) -> None:
    """Gives the minimum: a new mailbox and little history."""
    life.tells.add("young_mail")


STORIES: dict[Story, float] = {
    traveller: 0.08, nomad: 0.14, expatriate: 0.06, posted_abroad: 0.04, relay_user: 0.05,
    company_line: 0.05, satellite: 0.03, always_vpn: 0.06, couple: 0.06, agency_worker: 0.07,
    other_name: 0.05, under_banked: 0.06, kept_number: 0.04, night_worker: 0.05, home_lab: 0.04,
    own_device: 0.04, moved_house: 0.05, second_hand: 0.04, overemployed: 0.07, outsourcer: 0.05,
    victim_hired: 0.02, thin_file: 0.04,
}  # fmt: skip
"""Every story with its weight among look-alikes (assumed; the nomads after MBO)."""
