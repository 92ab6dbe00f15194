"""Where equipment was sent and who took it, against the places and people the person named.

A friend's house, a post box or a hotel on a declared trip is an ordinary address; much of this is
weak alone. Where staff sign for everybody, a receiver or another recipient says nothing.
"""

from __future__ import annotations

import numpy as np

from features.batch import Batch, Table
from features.claimed import DAY, claims_on
from features.context import Context
from features.family import Column, Family, Rows, Words, words_of_each
from features.fixed import fixed
from features.given_names import NAMED
from features.household import beyond_household
from features.parcels import STAFFED, parcels
from features.segments import Bools
from features.whereabouts import whereabouts

LATE = 3 * DAY
"""A change of address this close to dispatch is a late one (KB4, SWX: 72 hours)."""
MANY = (*STAFFED, "pickup")
"""Kinds of address that unrelated people share as a matter of course."""


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
    sent = parcels(batch)
    took = sent.receiver
    dated, late = _late(batch, s)
    others = np.where(kind.is_in(MANY), np.nan, beyond_household(batch, s, "other_recipients"))
    box = kind.is_in(["post_box", "forwarder"])
    sessions, sessions_outside = _sessions(batch, context)
    return Facts(
        parcels=s.count(sent.judged),
        outside=s.count(sent.outside),
        outside_rows=Rows(s, sent.outside),
        beyond=s.largest(sent.beyond),
        beyond_rows=Rows(s, sent.beyond > 0),
        late=np.where(s.any(dated), s.any(late), np.nan),
        late_rows=Rows(s, late),
        described=s.count(kind.known),
        boxes=s.count(box),
        box_rows=Rows(s, box),
        receipts=s.count(took.own | took.declared | took.other),
        strangers=s.count(took.other),
        stranger=words_of_each(s, "received_by", took.other),
        stranger_rows=Rows(s, took.other),
        recipients=s.largest(others),
        recipient_rows=Rows(s, others > 0),
        held=s.count(sent.judged | ~np.isnan(sent.beyond)),
        away=s.count(sent.away),
        away_rows=Rows(s, sent.away),
        sessions=sessions,
        sessions_outside=sessions_outside,
    )


def _late(batch: Batch, s: Table) -> tuple[Bools, Bools]:
    """Parcels whose address has a date of change, and those changed close to dispatch."""
    sent, changed = s.number("sent_at"), s.number("changed_at")
    dated = ~np.isnan(sent) & (changed <= batch.as_of[s.owner])
    arrived = changed > s.number("received_at")
    return dated, dated & ~arrived & (np.abs(changed - sent) <= LATE)


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
