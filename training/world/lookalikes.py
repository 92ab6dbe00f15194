"""People who look odd and are honest, or hide a place or a second job: one function a story.

After the list "honest but odd" of trust.md and the F cases. Each changes a life before its rows are
made; the label says what the person is. How often a story shows what is in `rates.STORY_TELLS`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from training.world.life import Life, Trip, city_in, invent_name, pick, transliterated
from training.world.rates import CLIENTS, FILTERED, POSTED, STORIES, UNDER_BANKED
from training.world.tells import STORY_TELLS

Story = Callable[[Life], None]
FIRMS = ("LLC", "GmbH", "Ltd", "Inc", "Pvt Ltd")


def _show(life: Life, story: str) -> None:
    life.tells |= {name for name, share in STORY_TELLS[story].items() if life.chance(share)}


def _tour(life: Life, declared: bool) -> None:
    day = life.as_of.date() - life.days("tour_ago")
    for _ in range(life.whole("tour_stops")):
        end = day + life.days("trip_days")
        life.trips.append(Trip(life.elsewhere(), day, end, declared))
        day = end + timedelta(days=2)


def declared_traveller(life: Life) -> None:
    """Several countries in a few months, all declared."""
    _tour(life, True)


def undeclared_traveller(life: Life) -> None:
    """Several countries in a few months; nobody asked, nothing was said."""
    _tour(life, False)


def declared_nomad(life: Life) -> None:
    """Lives abroad for months and says where; the bank and the number stay at home."""
    start = life.as_of.date() - timedelta(days=300)
    country = life.elsewhere()
    life.trips = [Trip(country, start, life.as_of.date(), True)]


def nomad(life: Life) -> None:
    """Lives abroad undeclared, some behind a VPN or a travel router; clock often kept (F01, F02)."""
    life.label = "policy_breach"
    life.seat, life.at_home = city_in(life.rng, life.elsewhere()), False
    _show(life, "nomad")
    life.hidden = "hides" in life.tells
    if not life.hidden:
        life.tells.add("outside")


def vpn_to_home(life: Life) -> None:
    """Lives abroad undeclared, every session through a router at the claimed home (F06, F25)."""
    life.label = "policy_breach"
    life.seat = city_in(life.rng, life.elsewhere())
    _show(life, "vpn_to_home")


def expatriate(life: Life) -> None:
    """Lives where the network is filtered, says so, and is on a VPN nearly always (F23)."""
    life.home = life.seat = city_in(life.rng, pick(life.rng, FILTERED))
    life.vpn_share = life.between("vpn_mostly")
    if life.rate("lookalike_claims"):
        life.claims["vpn"] = ["privacy"]


def military_spouse(life: Life) -> None:
    """A spouse of somebody posted abroad: bank and number of one country, life in another (F35)."""
    life.phone_country = life.bank_country = life.home.country
    life.home = life.seat = city_in(life.rng, pick(life.rng, POSTED))


def cgnat(life: Life) -> None:
    """A line behind a carrier's shared addresses, another every few days."""
    life.home_kind = "mobile"


def satellite(life: Life) -> None:
    """A satellite line: slow, and coming down in another country now and then."""
    life.satellite = True
    life.tells.add("slow")


def relay_user(life: Life) -> None:
    """A browser that goes through a private relay."""
    life.relay_share = life.between("vpn_mostly")


def company_line(life: Life) -> None:
    """Traffic leaves through headquarters in another country, and the operator knows."""
    life.egress = (life.elsewhere(), True)


def unmarked_company_line(life: Life) -> None:
    """Traffic leaves through headquarters in another country, and nobody told the operator."""
    life.egress = (life.elsewhere(), False)


def always_vpn(life: Life) -> None:
    """Privacy-minded: always on a VPN."""
    life.vpn_share = 1.0
    _show(life, "always_vpn")


def couple(life: Life) -> None:
    """Paid into the partner's account, and says so."""
    undeclared_couple(life)
    life.add("payees", name=life.holder, relation="relative")
    life.add("household", value=f"{life.cluster}-partner")


def undeclared_couple(life: Life) -> None:
    """Paid into the partner's account; the form had no room for it."""
    life.holder = life.holder or invent_name(life.rng)
    life.tells.add("payee_other")
    life.other_workers = life.rng.choice((0, 1))


def _agency(life: Life) -> str:
    if life.holder is None or life.ring is None:
        life.holder = f"{invent_name(life.rng).split()[0]} {life.rng.choice(FIRMS)}"
    life.tells.add("payee_other")
    _show(life, "agency")
    life.other_workers = life.whole("agency_workers")
    return life.holder


def agency_worker(life: Life) -> None:
    """Paid through an agency that was declared."""
    life.claims["claims.agency"] = _agency(life)


def undeclared_agency(life: Life) -> None:
    """Paid through an agency nobody entered; its account pays twenty workers."""
    _agency(life)


def employer_of_record(life: Life) -> None:
    """Paid through an employer of record, declared as payee."""
    life.add("payees", name=_agency(life), relation="employer_of_record")


def married_name(life: Life) -> None:
    """A married or changed name on the account; half of them told the other name."""
    life.holder = f"{life.name.split()[0]} {invent_name(life.rng).split()[1]}"
    life.tells.add("payee_other")
    _show(life, "married_name")
    if life.rate("surname_declared"):
        life.add("other_names", value=life.holder)


def one_name(life: Life) -> None:
    """Has one name; the bank's form made two of it."""
    life.name = life.name.split()[0]
    life.holder = life.rng.choice((life.name, f"{life.name} {life.name}", f"Fnu {life.name}"))
    life.tells.add("payee_other")


def transliterated_payee(life: Life) -> None:
    """The bank writes the sounds of the name otherwise."""
    life.holder = transliterated(life.rng, life.name)
    life.tells.add("payee_other")


def under_banked(life: Life) -> None:
    """Paid through e-money, because no local route exists (F24)."""
    life.home = city_in(life.rng, pick(life.rng, UNDER_BANKED))
    life.provider = life.rng.choice(("Payoneer", "Wise"))
    _show(life, "under_banked")


def relative_payout(life: Life) -> None:
    """A relative receives the pay where the platform does not pay; most declare it."""
    life.holder, life.bank_country = invent_name(life.rng), life.elsewhere()
    life.tells.add("payee_other")
    if life.rate("payee_declared"):
        life.add("payees", name=life.holder, relation="relative")


def kept_number(life: Life) -> None:
    """Moved years ago and kept the number."""
    life.phone_country = life.elsewhere()


def voip_privacy(life: Life) -> None:
    """Gives strangers an internet number."""
    life.tells.add("voip")


def night_worker(life: Life) -> None:
    """Works a distant client's hours; half declared them."""
    life.hours_zone = city_in(life.rng, pick(life.rng, CLIENTS)).zone
    if life.rate("lookalike_claims"):
        life.claim_hours(life.hours_zone)


def split_shifts(life: Life) -> None:
    """A parent who works early and late."""
    life.split_shifts = True


def kvm_at_home(life: Life) -> None:
    """A switch on the desk between two computers, both at home."""
    life.tells.add("kvm")


def home_lab(life: Life) -> None:
    """Remote tools and an open port: an engineer's house."""
    _show(life, "home_lab")


def own_device(life: Life) -> None:
    """Works on an own computer, as agreed; some forms do not say so."""
    life.tells |= {"unmanaged_first", "own_device"}
    if life.rate("payee_declared"):
        life.claims["claims.own_device"] = True


def moved_house(life: Life) -> None:
    """Moved, changed bank, changed number; the old sign-ins are from the old place."""
    _show(life, "moved_house")
    start = life.as_of.date() - timedelta(days=300)
    end = life.as_of.date() - life.days("moved_ago")
    life.trips = [Trip(life.elsewhere(), start, end, life.rate("payee_declared"))]


def second_hand(life: Life) -> None:
    """A resold phone or a family computer: others are known by the same number or machine."""
    _show(life, "second_hand")
    if life.rate("lookalike_claims"):
        life.add("household", value=f"{life.profile_id}-kin")


def overemployed(life: Life) -> None:
    """A real person with several jobs (F09)."""
    life.label = "other_misrepresentation"
    _show(life, "overemployed")


def outsourcer(life: Life) -> None:
    """A real person who passes own work on to somebody abroad (F08)."""
    life.label = "other_misrepresentation"
    life.seat = city_in(life.rng, life.elsewhere())
    _show(life, "outsourcer")
    life.hidden = "slips" in life.tells


def cv_liar(life: Life) -> None:
    """A real person with an invented career."""
    life.label = "other_misrepresentation"
    _show(life, "cv_liar")


def victim_hired(life: Life) -> None:
    """The real owner of a stolen identity, hired for real: listed, contested, a new mailbox."""
    _show(life, "victim_hired")


def thin_file(life: Life) -> None:
    """A newcomer or refugee: a new mailbox and little history."""
    _show(life, "thin_file")


def minimal_data(life: Life) -> None:
    """Gives only what is asked for, and turns the rest off."""
    _show(life, "minimal_data")


def emigrant(life: Life) -> None:
    """Left a country years ago, and the code from there is still on the account."""
    _show(life, "emigrant")


def several_machines(life: Life) -> None:
    """Writes code on several machines, one of them never told where it stands."""
    _show(life, "several_machines")


def fresh_start(life: Life) -> None:
    """A new account for an old identity, or years of code moved in from another host."""
    _show(life, "fresh_start")


def no_camera(life: Life) -> None:
    """Keeps the camera off: a disability, faith, a bad line."""
    _show(life, "no_camera")


def hidden_address(life: Life) -> None:
    """A rural post box, or an address nobody may know."""
    _show(life, "hidden_address")


def job_seeker(life: Life) -> None:
    """Applies everywhere with the help of a tool."""
    _show(life, "job_seeker")


def returner(life: Life) -> None:
    """Back after silent years: care, illness, private work."""
    _show(life, "returner")


STORY: dict[str, Story] = {
    story.__name__.removesuffix("_payee"): story
    for story in (
        declared_traveller, undeclared_traveller, declared_nomad, nomad, vpn_to_home, expatriate,
        military_spouse, cgnat, satellite, relay_user, company_line, unmarked_company_line,
        always_vpn, couple, undeclared_couple, agency_worker, undeclared_agency,
        employer_of_record, married_name, one_name, transliterated_payee, under_banked,
        relative_payout, kept_number, voip_privacy, night_worker, split_shifts, kvm_at_home,
        home_lab, own_device, moved_house, second_hand, overemployed, outsourcer, cv_liar,
        victim_hired, thin_file, minimal_data, emigrant, several_machines, fresh_start,
        no_camera, hidden_address, job_seeker, returner,
    )
}  # fmt: skip
"""Every story by name; `rates.STORIES` has the weights."""
GROUPS = frozenset({"couple", "undeclared_couple", "agency_worker", "undeclared_agency"})
"""Stories whose people may come with their partner or colleagues."""
assert STORY.keys() == STORIES.keys()
