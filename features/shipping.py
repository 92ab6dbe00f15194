"""Where equipment was sent and who took it, against the places and people the person named.

A friend's house, a post box or a hotel on a declared trip is an ordinary address; much of this is
weak alone. Where staff sign for everybody, a receiver or another recipient says nothing.
"""

from __future__ import annotations

import numpy as np

from features.batch import Batch, Table
from features.claimed import CITY_SLACK_KM, DAY, claimed_points, claims_on
from features.context import Context
from features.family import Column, Family, Rows, Words, words_of_first
from features.fixed import fixed
from features.given_names import NAMED, held_against_names
from features.household import beyond_household
from features.names import name_tokens
from features.places import (
    NUMBER,
    city_point,
    claimed_countries,
    claims_cover,
    country_numbers,
    kilometres,
)
from features.segments import Bools, Floats, among, true_rows
from features.whereabouts import whereabouts

LATE = 3 * DAY
"""A change of address this close to dispatch is a late one (KB4, SWX: 72 hours)."""
STAFFED = ("office", "post_box", "forwarder")
"""Kinds of address at which somebody signs for everybody."""
MANY = (*STAFFED, "pickup")
"""Kinds of address that unrelated people share as a matter of course."""
NOBODY = frozenset(
    "reception receptionist desk concierge doorman caretaker neighbour neighbor security mailroom "
    "office landlord locker mailbox occupant customer".split()
)
"""Words a courier writes where no name was asked (assumed)."""


@fixed
class Facts:
    """What the shipping family observed, one entry a profile."""

    parcels: Column
    outside: Column
    outside_rows: Rows
    beyond: Column
    beyond_rows: Rows
    late: Column
    late_rows: Rows
    described: Column
    boxes: Column
    box_rows: Rows
    receipts: Column
    strangers: Column
    stranger: Words
    stranger_rows: Rows
    recipients: Column
    recipient_rows: Rows
    held: Column
    away: Column
    away_rows: Rows
    sessions: Column
    sessions_outside: Column


def observe(batch: Batch, context: Context) -> Facts:
    """Hold what was sent to every profile against its places, its names and its sessions."""
    s = batch.table("shipments")
    kind = s.text("kind")
    judged, outside, beyond = _places(batch, s)
    away = outside | (beyond > 0)
    dated, late = _late(batch, s)
    told, stranger = _receivers(batch, s, away)
    others = np.where(kind.is_in(MANY), np.nan, beyond_household(batch, s, "other_recipients"))
    box = kind.is_in(["post_box", "forwarder"])
    sessions, sessions_outside = _sessions(batch, context)
    return Facts(
        parcels=s.count(judged),
        outside=s.count(outside),
        outside_rows=Rows(s, outside),
        beyond=s.largest(beyond),
        beyond_rows=Rows(s, beyond > 0),
        late=np.where(s.any(dated), s.any(late), np.nan),
        late_rows=Rows(s, late),
        described=s.count(kind.known),
        boxes=s.count(box),
        box_rows=Rows(s, box),
        receipts=s.count(told),
        strangers=s.count(stranger),
        stranger=words_of_first(s, "received_by", stranger),
        stranger_rows=Rows(s, stranger),
        recipients=s.largest(others),
        recipient_rows=Rows(s, others > 0),
        held=s.count(judged | ~np.isnan(beyond)),
        away=s.count(away),
        away_rows=Rows(s, away),
        sessions=sessions,
        sessions_outside=sessions_outside,
    )


def _places(batch: Batch, s: Table) -> tuple[Bools, Bools, Floats]:
    """Parcels of a known country, those no claim explains, and km beyond reach of home.

    Across a near border is not abroad, and a declared trip explains its own parcels.
    """
    sent, received = s.number("sent_at"), s.number("received_at")
    sent = np.where(np.isnan(sent), batch.as_of[s.owner], sent)
    received = np.where(np.isnan(received), sent, received)
    country, km = country_numbers(s.text("country")), _from_home(batch, s)
    owner, claimed = claimed_countries(batch)
    span = len(NUMBER)
    home = among(s.owner * span + country, owner * span + claimed)
    judged = (country >= 0) & (np.bincount(owner, minlength=batch.n) > 0)[s.owner]
    covered = claims_cover(batch, s.owner, sent, country)
    covered |= claims_cover(batch, s.owner, received, country)  # sent ahead of a trip or a move
    outside = judged & ~covered & ~(km <= CITY_SLACK_KM)
    trip = judged & covered & ~home
    beyond = np.where(trip, 0, np.maximum(km - CITY_SLACK_KM, 0))
    # Without a claimed place there is no claimed home to be far from.
    claims = batch.supplied("places.country")[s.owner]
    return judged, outside, np.where(claims, beyond, np.nan)


def _from_home(batch: Batch, s: Table) -> Floats:
    """Km from home as supplied, or from the city of the nearest claimed place if that is nearer."""
    km = s.number("km_from_home")
    country, city = s.text("country"), s.text("city")
    rows = true_rows(country.known & city.known)
    places = batch.table("places")
    if not rows.size or not places.size:
        return km
    points = [city_point(country.at(row) or "", city.at(row) or "") for row in rows.tolist()]
    latitude, longitude = np.array(points).T
    claimed_latitude, claimed_longitude = claimed_points(batch)
    counts = np.bincount(places.owner, minlength=batch.n)
    first = np.cumsum(counts) - counts
    nearest, lost = np.full(rows.size, np.inf), np.zeros(rows.size, dtype=np.bool_)
    for k in range(int(counts.max())):
        has = true_rows(counts[s.owner[rows]] > k)
        claim = first[s.owner[rows[has]]] + k
        there = kilometres(
            latitude[has], longitude[has], claimed_latitude[claim], claimed_longitude[claim]
        )
        nearest[has] = np.fmin(nearest[has], there)
        lost[has] |= np.isnan(there)
    known = np.where(np.isinf(nearest), np.nan, nearest)
    # A claimed place of no known point may be the very address.
    lost &= np.isnan(km[rows]) & ~(known <= CITY_SLACK_KM)
    km = km.copy()
    km[rows] = np.where(lost, np.nan, np.fmin(km[rows], known))
    return km


def _late(batch: Batch, s: Table) -> tuple[Bools, Bools]:
    """Parcels whose address has a date of change, and those changed close to dispatch."""
    sent, changed = s.number("sent_at"), s.number("changed_at")
    dated = ~np.isnan(sent) & (changed <= batch.as_of[s.owner])
    arrived = changed > s.number("received_at")
    return dated, dated & ~arrived & (np.abs(changed - sent) <= LATE)


def _receivers(batch: Batch, s: Table, away: Bools) -> tuple[Bools, Bools]:
    """Receipts whose name could be compared, and those in a name nobody gave."""
    name = s.text("received_by")
    arrived = ~(s.number("received_at") > batch.as_of[s.owner])
    named = ~name.per_value(lambda text: bool(name_tokens(text) & NOBODY), True).astype(np.bool_)
    rows = arrived & named & ~s.text("kind").is_in(STAFFED)
    receiver = held_against_names(batch, s, "received_by", rows)
    household = batch.table("household")
    # Whoever lives with the person may have opened the door; their names are not known.
    shared = household.any(household.known("value"))[s.owner] & ~away
    stranger = receiver.other & ~shared
    return receiver.own | receiver.declared | stranger, stranger


def _sessions(batch: Batch, context: Context) -> tuple[Column, Column]:
    """Sessions that place the person on a day with a claim, and those outside the claims."""
    seen = whereabouts(batch, context)
    held = np.zeros(seen.sessions.size, dtype=np.bool_)
    for rows, _ in claims_on(batch, "places"):
        held[rows] = True
    judged = seen.placed & held
    return seen.sessions.count(judged), seen.sessions.count(judged & ~seen.covered)


SHIPPING = Family(
    "shipping",
    asks="did equipment go to a place and into hands the person named?",
    group="shipping",
    facts=Facts,
    observe=observe,
)


@SHIPPING.feature(
    direction="raises",
    unit="share",
    strength="medium",
    contradiction=True,
    reason="{outside} of {parcels} {parcels:parcel|parcels} went to a country the person does not "
    "claim",
    clear="{parcels} {parcels:parcel|parcels} went to a claimed country or close to home",
    innocent=("undeclared travel", "moving house", "sent to relatives abroad"),
    next_check="ask who lives at the address and since when; travel can be declared afterwards",
    source=("KB4", "SWX", "PSA24"),
    needs=("shipments.country", "places.country"),
    evidence="outside_rows",
)
def parcel_outside_share(facts: Facts) -> Column:
    """Share of parcels to a country neither claimed nor declared for that day, nor within reach."""
    return facts.outside / facts.parcels


@SHIPPING.feature(
    direction="raises",
    unit="km",
    strength="medium",
    reason="a parcel went {beyond:.0f} km farther from the claimed home than a commute",
    clear="the parcels went to within reach of the claimed home",
    innocent=("moving house", "left with a friend or relative", "undeclared trip", "safe address"),
    next_check="ask who lives at the address and how the equipment reaches the person",
    source=("KB4", "SWX", "PSA24"),
    needs=("shipments.km_from_home|shipments.city", "places.country"),
    evidence="beyond_rows",
)
def parcel_beyond_home(facts: Facts) -> Column:
    """Most km of a parcel beyond the nearest claimed city, less 100 km; declared trips are 0."""
    return facts.beyond


@SHIPPING.feature(
    direction="raises",
    unit="yes or no",
    strength="medium",
    reason="the address of a parcel was changed within 72 hours of dispatch",
    clear="no address was changed close to dispatch",
    innocent=("nobody at home that week", "moving house", "mistyped address"),
    next_check="confirm the change over a channel known before",
    source=("KB4", "SWX", "PSA24"),
    needs=("shipments.changed_at", "shipments.sent_at"),
    evidence="late_rows",
)
def late_address_change(facts: Facts) -> Column:
    """1 if an address was changed within 72 hours of dispatch, 0 if only earlier or after arrival."""
    return facts.late


@SHIPPING.feature(
    direction="raises",
    unit="share",
    strength="weak",
    reason="{boxes} of {described} {described:parcel|parcels} went to a post box or a forwarder",
    clear="{described} {described:parcel|parcels} went to a home, an office or a pick-up point",
    innocent=("no delivery in the country", "safe address kept from others", "travels much"),
    next_check="ask how the equipment reaches the person; a pick-up point with a receipt will do",
    source=("INSIKT26", "GEOW"),
    needs=("shipments.kind",),
    evidence="box_rows",
)
def post_box_share(facts: Facts) -> Column:
    """Share of parcels to a post box or a forwarder."""
    return facts.boxes / facts.described


@SHIPPING.feature(
    direction="raises",
    unit="share",
    strength="strong",
    contradiction=True,
    reason="{strangers} of {receipts} {receipts:parcel|parcels} {strangers:was|were} received by "
    "{stranger}, "
    "which fits no name the person gave",
    clear="{receipts} {receipts:parcel was|parcels were} received by the person or somebody they "
    "named",
    innocent=("neighbour or flatmate", "friend asked to collect it", "changed name"),
    next_check="ask who took the parcel, and for a word from the device at the claimed home",
    source="KB4",
    needs=("shipments.received_by", NAMED),
    evidence="stranger_rows",
)
def received_by_other_share(facts: Facts) -> Column:
    """Share of receipts in a name that disagrees with every name the person gave or declared.

    Left out: names that cannot be compared, addresses where staff sign, and a shared home.
    """
    return facts.strangers / facts.receipts


@SHIPPING.feature(
    direction="raises",
    unit="people",
    strength="strong",
    contradiction=True,
    reason="{recipients} {recipients:other|others}, not declared as household, "
    "{recipients:receives|receive} equipment at the address",
    clear="nobody unrelated receives equipment at the address",
    innocent=("flatmates", "couple", "hall of residence or barracks", "co-living house"),
    next_check="ask who lives at the address",
    source=("CHAP", "PSA24"),
    needs=("shipments.other_recipients",),
    evidence="recipient_rows",
)
def parcel_recipients(facts: Facts) -> Column:
    """Most unrelated recipients at one private address, declared household taken off."""
    return facts.recipients


@SHIPPING.feature(
    direction="raises",
    unit="share",
    strength="medium",
    reason="{away} {away:parcel|parcels} went away from home, and {sessions_outside} of {sessions} "
    "{sessions:session|sessions} came "
    "from outside the claimed places",
    clear="parcels and sessions do not both lead away from the claimed places",
    innocent=("undeclared travel with equipment left at a friend's", "moving abroad"),
    next_check="ask where the equipment is now and who uses it; travel can be declared afterwards",
    source=("BBG", "GEOW"),
    needs=("shipments.country|shipments.km_from_home", "sessions.ip", "places.country"),
    evidence="away_rows",
)
def parcel_and_sessions_outside(facts: Facts) -> Column:
    """Share of placed sessions outside the claims where a parcel went away from home; else 0."""
    both = np.where(facts.away > 0, facts.sessions_outside / facts.sessions, 0)
    return np.where((facts.held > 0) & (facts.sessions > 0), both, np.nan)
