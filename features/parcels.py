"""Where each parcel went and who took it, against the places and people the person named.

Where staff sign for everybody a receiver says nothing, nor does whoever lives with the person.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from features.batch import Batch, Table
from features.claimed import CITY_SLACK_KM, claimed_points
from features.fixed import fixed
from features.given_names import Named, held_against_names
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

STAFFED = ("office", "post_box", "forwarder")
"""Kinds of address at which somebody signs for everybody."""
NOBODY = frozenset(
    "reception receptionist desk concierge doorman caretaker neighbour neighbor security mailroom "
    "office landlord locker mailbox occupant customer "
    "recepcion porteria conserje conserjeria portero vecino vecina recepcao portaria porteiro vizinho "
    "vizinha accueil gardien gardienne conciergerie voisin voisine empfang rezeption pfortner pforte "
    "hausmeister nachbar nachbarin portineria portiere vicino vicina receptie buren buurman buurvrouw "
    "recepcja portier ochrona sasiad sasiadka resepsiyon kapici komsu okhrana sosed sosedka".split()
)
"""Words a courier writes where no name was asked, in Latin letters without marks (assumed). Some are
surnames as well: then the receipt says nothing, which is the smaller mistake."""


@fixed
class Parcels:
    """What is known of each parcel; one entry a row of the shipments.

    ``judged``: the country is known and a place is claimed. ``outside``: no claim explains that country.
    ``beyond``: km beyond reach of home. ``receiver``: whom the receipts name, as far as one tells.
    """

    judged: Bools
    outside: Bools
    beyond: Floats
    receiver: Named

    @property
    def away(self) -> Bools:
        """Parcels that went away from home."""
        found: Bools = self.outside | (self.beyond > 0)
        return found


def parcels(batch: Batch) -> Parcels:
    """Every parcel against the claims; worked out once a batch."""
    return batch.once("parcels", lambda: _parcels(batch))


def _parcels(batch: Batch) -> Parcels:
    s = batch.table("shipments")
    judged, outside, beyond = _places(batch, s)
    receiver = _receivers(batch, s)
    household = batch.table("household")
    # Whoever lives with the person may have opened the door; their names are not known.
    shared = household.any(household.known("value"))[s.owner] & ~(outside | (beyond > 0))
    receiver = replace(receiver, other=receiver.other & ~shared)
    return Parcels(judged, outside, beyond, receiver)


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


def _receivers(batch: Batch, s: Table) -> Named:
    """Whom the receipts name that can be compared."""
    name = s.text("received_by")
    arrived = ~(s.number("received_at") > batch.as_of[s.owner])
    named = ~name.per_value(lambda text: bool(name_tokens(text) & NOBODY), True).astype(np.bool_)
    rows = arrived & named & ~s.text("kind").is_in(STAFFED)
    return held_against_names(batch, s, "received_by", rows)
