"""How the sessions arrive: anonymisers, slips, switches, travel no flight could make, latency.

A VPN is ordinary (32 % of remote workers use a private one at least sometimes, YG), so what hides
a place is context; what contradicts a claim is a session that was *not* hidden.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from features import segments
from features.batch import Batch
from features.context import NETWORK_KINDS, Context
from features.family import Column, Family, Rows, Words, words_of_each
from features.fixed import fixed
from features.places import COUNTRIES, claims_cover, country_numbers, kilometres
from features.segments import Bools, unknown
from features.sentences import listed
from features.tables import country_name, rows
from features.whereabouts import KIND, Whereabouts, whereabouts

MOSTLY_HIDDEN = 0.8
"""Share of hidden sessions from which a bare one is a slip (assumed; C23 is "always on")."""
BASELINE = 5
"""Placed sessions that make a baseline of where a person signs in from (assumed)."""
AFTERWARDS = 3
"""Sessions after the baseline that make a switch (assumed)."""
FASTEST_KMH = 900.0
"""Speed of an airliner (signals.md N7)."""
POINT_RADIUS_KM = 200.0
"""Points less certain than this place nobody (signals.md N7)."""
DOMESTIC_MS = 110.0
"""Median round trip above which a domestic line is unusual (AMZN)."""
DAY = 86_400.0
CHANNELS = {"apply": 0, "interview": 1, "e_sign": 2, "login": 3, "work": 3}
"""The channel of each kind of session; signing in and working are one."""
KIND_WORDS = {"vpn": "VPN", "tor": "Tor", "residential_proxy": "proxy"}


@fixed
class Facts:
    """What the network family observed, one entry a profile."""

    sessions: Column
    placed: Column
    anonymised: Column
    kinds: Words
    anonymised_rows: Rows
    reported: Column
    reported_providers: Words
    reported_rows: Rows
    exits: Column
    slips: Column
    slip_countries: Words
    slip_rows: Rows
    switched: Column
    baseline_country: Words
    switch_rows: Rows
    day_countries: Column
    week_countries: Column
    hops: Column
    pairs: Column
    hop_rows: Rows
    ports_open: Column
    ports_known: Column
    round_trip: Column
    channels: Column
    channel_countries: Column


def observe(batch: Batch, context: Context) -> Facts:
    """Read the sessions of every profile."""
    seen = whereabouts(batch, context)
    s = seen.sessions
    at = s.number("at")
    checked = s.count(seen.checked)
    hidden = s.count(seen.hidden)
    mostly = hidden / checked >= MOSTLY_HIDDEN
    claiming = batch.supplied("places.country")
    slip = seen.placed & ~seen.covered & (claiming & mostly)[s.owner]
    switch, baseline, switch_mask = _switch(batch, seen)
    hop, pairs = _impossible(seen)
    port = s.number("remote_port_open")
    reported = seen.hidden & _reported(seen.provider.values)[seen.provider.codes]
    channels, channel_countries = _channels(batch, seen)
    enough = s.count(seen.placed)
    in_a_day, in_a_week = segments.most_in_windows(
        s.owner, batch.n, at, seen.country, seen.placed, DAY, 7 * DAY
    )
    return Facts(
        sessions=checked,
        placed=enough,
        anonymised=hidden,
        kinds=_kinds(seen),
        anonymised_rows=Rows(s, seen.hidden),
        reported=s.count(reported),
        reported_providers=words_of_each(s, seen.provider, reported),
        reported_rows=Rows(s, reported),
        exits=np.where(checked > 0, s.distinct(seen.country, seen.hidden), np.nan),
        slips=np.where((checked > 0) & claiming, s.count(slip), np.nan),
        slip_countries=_country_words(seen, slip),
        slip_rows=Rows(s, slip),
        switched=switch,
        baseline_country=baseline,
        switch_rows=Rows(s, switch_mask),
        day_countries=in_a_day,
        week_countries=in_a_week,
        hops=np.where(pairs > 0, s.count(hop), np.nan),
        pairs=pairs,
        hop_rows=Rows(s, hop),
        ports_open=s.count(port == 1),
        ports_known=s.count(~np.isnan(port)),
        round_trip=_round_trip(batch, seen),
        channels=channels,
        channel_countries=channel_countries,
    )


@lru_cache(maxsize=8)
def _reported(providers: tuple[str, ...]) -> Bools:
    """Which providers of a source's list are named in reports, and False at the end for none."""
    named = {row["provider"] for row in rows("vpn_providers")}
    return np.array([*(provider in named for provider in providers), False])


def _kinds(seen: Whereabouts) -> Words:
    """The kinds of hiding network a person used."""

    def say(profile: int) -> str:
        used = set(seen.kind[seen.sessions.true_rows_of(profile, seen.hidden)].tolist())
        names = [NETWORK_KINDS[kind] for kind in sorted(used)]
        return ", ".join(KIND_WORDS.get(name, name) for name in names)

    return say


def _country_words(seen: Whereabouts, mask: Bools) -> Words:
    """The countries of a person's true sessions, each once."""

    def say(profile: int) -> str | None:
        found = seen.country[seen.sessions.true_rows_of(profile, mask)].tolist()
        names = (country_name(COUNTRIES[country]) for country in found if country >= 0)
        return listed(names, "and")

    return say


def _switch(batch: Batch, seen: Whereabouts) -> tuple[Column, Words, Bools]:
    """A baseline in an unclaimed country, then the claimed one through an anonymiser (N5)."""
    s = seen.sessions
    claiming = batch.supplied("places.country")
    early = s.earliest(seen.placed, BASELINE)
    contrary, agreeing = s.count(early & ~seen.covered), s.count(early)
    base = (agreeing >= BASELINE) & (contrary / np.maximum(agreeing, 1) >= 0.8) & claiming
    after = np.arange(s.size) > s.last(early)[s.owner]
    arrives = after & seen.hidden & seen.covered
    later = s.count(after & seen.checked)
    share = s.count(arrives) / np.maximum(later, 1)
    known = (agreeing >= BASELINE) & (later >= AFTERWARDS) & claiming
    switched = np.where(known, np.where(base, share, 0.0), np.nan)
    return switched, _country_words(seen, early & ~seen.covered), arrives & base[s.owner]


def _impossible(seen: Whereabouts) -> tuple[Bools, Column]:
    """Hops between exact points that no flight could make, and how many pairs were judged."""
    s = seen.sessions
    exact = seen.placed & (seen.radius_km <= POINT_RADIUS_KM) & ~np.isnan(seen.latitude)
    exact &= seen.kind != KIND["mobile"]
    if not segments.some(exact):
        return exact, np.zeros(s.n)
    before = segments.previous(s.owner, exact)
    judged = before >= 0
    at, b = s.number("at"), np.maximum(before, 0)
    gap = kilometres(seen.latitude, seen.longitude, seen.latitude[b], seen.longitude[b])
    gap = np.maximum(gap - seen.radius_km - seen.radius_km[b], 0)
    hours = np.maximum((at - at[b]) / 3600, 1 / 60)
    return judged & (gap / hours > FASTEST_KMH), s.count(judged)


def _round_trip(batch: Batch, seen: Whereabouts) -> Column:
    """Median round trip to servers in the country the person claims, NaN without one."""
    s = seen.sessions
    if not s.holds("round_trip_country"):
        return unknown(batch.n)
    server = s.text("round_trip_country")
    home = claims_cover(batch, s.owner, s.number("at"), country_numbers(server)) & server.known
    return s.median(np.where(home, s.number("round_trip_ms"), np.nan))


def _channels(batch: Batch, seen: Whereabouts) -> tuple[Column, Column]:
    """How many channels could be placed, and in how many different uncovered countries (N10)."""
    s = seen.sessions
    kind = s.text("kind")
    channel = kind.per_value(lambda k: CHANNELS.get(k, -1), -1)
    usable = seen.placed & (channel >= 0)
    channels = s.distinct(channel, usable)
    stray = usable & ~seen.covered
    has_home = s.any(usable & seen.covered)
    spread = s.distinct(seen.country, stray) + has_home
    judged = (channels >= 2) & batch.supplied("places.country")
    return channels, np.where(judged, spread, np.nan)


NETWORK = Family(
    "network",
    asks="how do the sessions arrive, and does what is not hidden fit the claims?",
    group="whereabouts",
    facts=Facts,
    observe=observe,
)
IP = ("sessions.ip",)
CLAIM = ("sessions.ip", "places.country")


@NETWORK.feature(
    direction="raises",
    unit="share",
    strength="context",
    reason="{anonymised} of {sessions} {sessions:session|sessions} came through {kinds}",
    clear="{anonymised} of {sessions} {sessions:session|sessions} came through an anonymising "
    "network",
    innocent=("privacy VPN", "company VPN", "hosted desktop"),
    next_check="ask which VPN is used and why; one session without it",
    source=("YG", "MS", "ELASTIC"),
    needs=IP,
    evidence="anonymised_rows",
)
def anonymised_share(facts: Facts) -> Column:
    """Share of sessions that arrived through a VPN, proxy, Tor or hosting range."""
    return facts.anonymised / facts.sessions


@NETWORK.feature(
    direction="raises",
    unit="share",
    strength="context",
    reason="{reported} of {sessions} {sessions:session|sessions} used {reported_providers}, a "
    "brand named in reports",
    clear="no session used a VPN brand named in reports",
    innocent=("the brand is sold to everybody", "expatriate VPN"),
    next_check="ask which VPN is used and why",
    source=("GLAB", "SWX", "LVB", "ASTRDEV"),
    needs=IP,
    evidence="reported_rows",
)
def reported_provider_share(facts: Facts) -> Column:
    """Share of sessions through a provider on the dated list of brands named in reports."""
    return facts.reported / facts.sessions


@NETWORK.feature(
    direction="raises",
    unit="countries",
    strength="context",
    reason="the anonymised sessions came out in {exits} {exits:country|countries}",
    clear="no anonymised sessions, or all from one country",
    innocent=("VPN that rotates its exit", "fastest-server setting"),
    next_check="ask whether the VPN picks its exit by itself",
    source=("ADV22", "UPWVPN"),
    needs=IP,
    evidence="anonymised_rows",
)
def exit_countries(facts: Facts) -> Column:
    """Countries beside one in which hidden sessions came out; 0 also if none was hidden."""
    return np.maximum(facts.exits - 1, 0)


@NETWORK.feature(
    direction="raises",
    unit="sessions",
    strength="strong",
    contradiction=True,
    reason="{slips} {slips:session|sessions} without the usual VPN came from {slip_countries}, "
    "which is not claimed",
    clear="no session without a usual VPN came from an unclaimed place",
    innocent=("undeclared holiday", "wrong address data", "roaming phone"),
    next_check="ask where the person was on those days",
    source=("SOPH", "GEOW"),
    needs=CLAIM,
    evidence="slip_rows",
)
def slips(facts: Facts) -> Column:
    """Bare sessions from an unclaimed country by a person otherwise hidden (at least 80 %).

    0 for people who are not mostly hidden, so that using a VPN is not visible in what is known;
    NaN without a session or a claimed place.
    """
    return facts.slips


@NETWORK.feature(
    direction="raises",
    unit="share",
    strength="strong",
    contradiction=True,
    reason="the first sign-ins came from {baseline_country}; later ones reach the claimed country "
    "through an anonymiser ({switched:.0%})",
    clear="sign-ins did not begin elsewhere and later reach the claimed country through an "
    "anonymiser",
    innocent=("moved house", "company VPN adopted after the start"),
    next_check="ask for the date of the move and one session without the VPN",
    source="LVB",
    needs=CLAIM,
    evidence="switch_rows",
)
def switch_share(facts: Facts) -> Column:
    """Share of later sessions that reach the claimed country hidden, after a baseline elsewhere.

    0 if the first five placed sessions agree with the claims; NaN with fewer than five, or fewer
    than three later.
    """
    return facts.switched


@NETWORK.feature(
    direction="raises",
    unit="countries",
    strength="medium",
    reason="sessions that hide nothing came from {day_countries} {day_countries:country|countries} "
    "within 24 hours",
    clear="sessions that hide nothing never came from two countries within 24 hours",
    innocent=("a flight", "roaming phone", "wrong address data"),
    next_check="ask about travel on those days",
    source=("ADV22", "PSA25J"),
    needs=IP,
)
def countries_in_a_day(facts: Facts) -> Column:
    """Most countries beside one of placed sessions in any 24 hours; NaN without a placed session."""
    return facts.day_countries - 1


@NETWORK.feature(
    direction="raises",
    unit="countries",
    strength="medium",
    reason="sessions that hide nothing came from {week_countries} "
    "{week_countries:country|countries} within seven days",
    clear="sessions that hide nothing never came from two countries within seven days",
    innocent=("a trip", "border region", "wrong address data"),
    next_check="ask about travel in that week",
    source=("ADV22", "PSA25J"),
    needs=IP,
)
def countries_in_a_week(facts: Facts) -> Column:
    """Most countries beside one of placed sessions in any seven days; NaN without one."""
    return facts.week_countries - 1


@NETWORK.feature(
    direction="raises",
    unit="share",
    strength="weak",
    reason="{hops} of {pairs} {pairs:pair|pairs} of sessions {hops:is|are} farther apart than a "
    "flight allows",
    clear="no two sessions in a row are farther apart than a flight allows",
    innocent=("wrong address data", "company line far away", "two devices, one on a VPN"),
    next_check="ask which devices and networks were in use at that hour",
    source=("MAXM", "NXTC", "PLAUS"),
    needs=IP,
    evidence="hop_rows",
)
def impossible_travel_share(facts: Facts) -> Column:
    """Share of consecutive exact points needing more than 900 km/h, both radii taken off.

    Needs a city database; NaN where no two points within 200 km accuracy follow each other.
    """
    return facts.hops / facts.pairs


@NETWORK.feature(
    direction="raises",
    unit="share",
    strength="medium",
    reason="{ports_open} of {ports_known} scanned {ports_known:address|addresses} answered on a "
    "remote-desktop port",
    clear="{ports_open} of {ports_known} scanned {ports_known:address|addresses} answered on a "
    "remote-desktop port",
    innocent=("home lab", "managed service provider"),
    next_check="ask what answers on that port",
    source=("ADV22", "KVMSIG"),
    needs=("sessions.remote_port_open",),
)
def open_port_share(facts: Facts) -> Column:
    """Share of scanned sessions whose address answered on a remote-desktop or KVM port."""
    return facts.ports_open / facts.ports_known


@NETWORK.feature(
    direction="raises",
    unit="milliseconds",
    strength="medium",
    contradiction=True,
    reason="the median round trip inside the claimed country is {round_trip:.0f} ms, long for one "
    "country",
    clear="the median round trip inside the claimed country is {round_trip:.0f} ms, usual within one "
    "country",
    innocent=("satellite", "rural line", "VPN on the router", "accessibility tools"),
    next_check="one session on a cable or another line",
    source="AMZN",
    needs=("sessions.round_trip_ms", "sessions.round_trip_country", "places.country"),
)
def round_trip_excess(facts: Facts) -> Column:
    """Median round trip to servers in the claimed country above 110 ms, in ms; 0 below that."""
    return np.maximum(facts.round_trip - DOMESTIC_MS, 0)


@NETWORK.feature(
    direction="raises",
    unit="countries",
    strength="medium",
    contradiction=True,
    reason="application, interview, signature and sign-in, as far as placed, came from "
    "{channel_countries} {channel_countries:country|countries}",
    clear="application, interview, signature and sign-in, as far as placed, came from one country",
    innocent=("phone abroad, laptop on a VPN", "travel between the stages"),
    next_check="ask where the person was at each stage",
    source=("DTEX", "SEAL"),
    needs=CLAIM,
)
def channel_countries(facts: Facts) -> Column:
    """Different countries, beside the claimed ones, among channels; NaN with fewer than two."""
    return np.maximum(facts.channel_countries - 1, 0)
