"""What the clocks say: device time zones, the hours of activity, sessions without an end.

Offsets are compared at the instant of each session, so summer time is no change. Which zone it is
never matters, only whether the claims explain it.
"""

from __future__ import annotations

import numpy as np

from features.batch import Batch, Table
from features.claimed import claims_on, travelling
from features.context import Context
from features.family import Column, Family, Rows
from features.fixed import fixed
from features.offsets import LOWEST, Clocks, country_clock, zone_clock
from features.places import COUNTRIES
from features.rhythm import claimed_times, rest_apart, spans
from features.segments import Bools, Ints, nowhere, some, true_rows
from features.whereabouts import KIND, Whereabouts, whereabouts

REST_SLACK = 6.0
"""Hours by which habits move the hours of rest (assumed: late and early risers)."""
SUMMER_TIME = 4
"""Quarters of an hour that summer time moves a clock by, at most."""
LONGEST_SPAN = 24.0
LONGEST_DAY = 20.0
"""Hours without a break, and hours in one day, that ADV22 names."""
NO_ZONE = -LOWEST
"""The quarter of UTC itself: what servers and private browsers show wherever they are."""


@fixed
class Facts:
    """What the clock family observed, one entry a profile."""

    zones: Column
    zones_outside: Column
    outside_rows: Rows
    addresses: Column
    addresses_apart: Column
    apart_rows: Rows
    steps: Column
    changes: Column
    change_rows: Rows
    rest: Column
    span: Column
    day: Column
    asked: Column
    unavailable: Column


def observe(batch: Batch, context: Context) -> Facts:
    """Read the clocks of every profile's sessions."""
    seen = whereabouts(batch, context)
    s = seen.sessions
    human = ~s.flag("automated")
    quarter = np.where(human, device_quarters(s), -1)
    known = quarter >= 0
    trip = travelling(batch)
    claimed, explained = _explained(batch, quarter)
    explained |= trip
    judged = known & claimed & (explained | (quarter != NO_ZONE))
    outside = judged & ~explained
    addresses, apart = _address_gap(seen, quarter, trip)
    steps, changes = _changes(s, quarter, judged, outside)
    at, zoned = claimed_times(batch, s)
    span, day = spans(s, human, at)
    asked, unavailable = _unavailable(batch)
    return Facts(
        zones=s.count(judged),
        zones_outside=s.count(outside),
        outside_rows=Rows(s, outside),
        addresses=s.count(addresses),
        addresses_apart=s.count(apart),
        apart_rows=Rows(s, apart),
        steps=s.count(steps),
        changes=s.count(changes),
        change_rows=Rows(s, changes),
        rest=rest_apart(batch, s, human, at, zoned),
        span=span,
        day=day,
        asked=asked,
        unavailable=unavailable,
    )


def device_quarters(s: Table) -> Ints:
    """The UTC offset each device showed, in quarters of an hour, -1 unknown."""
    stated = nowhere(s.size)
    if s.holds("utc_offset_minutes"):
        minutes = s.number("utc_offset_minutes")
        stated = np.where(np.isnan(minutes), -1, minutes // 15 - LOWEST).astype(np.int64)
    if not s.holds("time_zone"):
        return stated
    zone = s.text("time_zone")
    shown = Clocks(zone.values, zone_clock).shown(zone.codes, s.number("at"))
    return np.where(shown >= 0, shown, stated)


def _explained(batch: Batch, quarter: Ints) -> tuple[Bools, Bools]:
    """Sessions on which the claims name a zone or place, and those whose clock they explain.

    Both the declared zone and the zones of the claimed countries do: a person abroad may keep the
    hours of a client, or a laptop the clock of home.
    """
    s = batch.table("sessions")
    at = s.number("at")
    zone = batch.profiles.text("claims.time_zone")
    number = zone.codes[s.owner]
    claimed, explained = number >= 0, np.zeros(s.size, dtype=np.bool_)
    if not some(quarter >= 0):
        return claimed, explained
    if some(claimed):
        explained = Clocks(zone.values, zone_clock).allows(number, at, quarter)
    country = batch.table("places").text("country")
    clocks = Clocks(country.values, country_clock)
    for rows, claim in claims_on(batch, "places"):
        claimed[rows] |= country.codes[claim] >= 0
        explained[rows] |= clocks.allows(country.codes[claim], at[rows], quarter[rows])
    return claimed, explained


def _address_gap(seen: Whereabouts, quarter: Ints, trip: Bools) -> tuple[Bools, Bools]:
    """Placed sessions whose clock can be held against the address, and those that disagree.

    Phones are left out (roaming lines come out at home), as are declared trips.
    """
    judged = seen.placed & (quarter >= 0) & (seen.kind != KIND["mobile"]) & ~trip
    if not some(judged):
        return judged, judged
    used = true_rows(np.bincount(seen.country[judged]) > 0)
    place = nowhere(len(COUNTRIES) + 1)
    place[used] = np.arange(used.size)
    clocks = Clocks([COUNTRIES[c] for c in used.tolist()], country_clock)
    agrees = clocks.allows(place[seen.country], seen.sessions.number("at"), quarter)
    judged &= agrees | (quarter != NO_ZONE)
    return judged, judged & ~agrees


def _changes(s: Table, quarter: Ints, judged: Bools, outside: Bools) -> tuple[Bools, Bools]:
    """Pairs of sessions of one device, and those between which its zone changed unexplained."""
    pairs, changes = (np.zeros(s.size, dtype=np.bool_) for _ in range(2))
    rows = true_rows(judged)
    device = s.text("device")
    if device.values:
        key = s.owner[rows] * (len(device.values) + 1) + device.codes[rows] + 1
        rows = rows[key.argsort(kind="stable")]
    a, b = rows[:-1], rows[1:]
    pair = (s.owner[a] == s.owner[b]) & (device.codes[a] == device.codes[b])
    pairs[b[pair]] = True
    if some(outside):
        moved = pair & (np.abs(quarter[b] - quarter[a]) > SUMMER_TIME)
        changes[b[moved & (outside[a] | outside[b])]] = True
    return pairs, changes


def _unavailable(batch: Batch) -> tuple[Column, Column]:
    """How often somebody noted whether the person was there in the claimed hours, and was not."""
    conduct = batch.table("conduct")
    if not conduct.size:
        return np.zeros(batch.n), np.zeros(batch.n)
    asked = conduct.text("kind").is_in(["unavailable_in_claimed_hours"]) & conduct.known("seen")
    return conduct.count(asked), conduct.count(asked & conduct.flag("seen"))


CLOCK = Family(
    "clock",
    asks="do the device clocks and the hours of activity fit the claims?",
    group="whereabouts",
    facts=Facts,
    observe=observe,
)
ZONE = (
    "sessions.time_zone|sessions.utc_offset_minutes",
    "places.country|profiles.claims.time_zone",
)


@CLOCK.feature(
    direction="raises",
    unit="share",
    strength="medium",
    contradiction=True,
    reason="the device clock was set to a zone the claims do not explain in {zones_outside} of "
    "{zones} {zones:session|sessions}",
    clear="the device clock fits the claimed places in {zones} {zones:session|sessions} looked at",
    innocent=("laptop bought abroad", "clock set for a client", "undeclared travel"),
    next_check="ask which time zone the computer is set to and why",
    source=("KET", "SEAL"),
    needs=ZONE,
    evidence="outside_rows",
)
def zone_outside_share(facts: Facts) -> Column:
    """Share of sessions whose device offset no claimed zone or place had at that instant.

    Declared travel explains every zone; UTC itself never counts against anybody.
    """
    return facts.zones_outside / facts.zones


@CLOCK.feature(
    direction="raises",
    unit="share",
    strength="weak",
    reason="the device clock disagrees with the place of the address in {addresses_apart} of "
    "{addresses} {addresses:session|sessions}",
    clear="the device clock agrees with the place of the address",
    innocent=("clock of home kept on a journey", "laptop bought abroad", "wrong address data"),
    next_check="ask which time zone the computer is set to and why",
    source="KET",
    needs=("sessions.ip", "sessions.time_zone|sessions.utc_offset_minutes"),
    evidence="apart_rows",
)
def zone_address_gap_share(facts: Facts) -> Column:
    """Share of placed sessions whose device offset is not in use in the address's country."""
    return facts.addresses_apart / facts.addresses


@CLOCK.feature(
    direction="raises",
    unit="changes",
    strength="medium",
    reason="the zone of a device changed {changes} {changes:time|times} without declared travel",
    clear="the zone of no device changed without an explanation",
    innocent=("undeclared trip", "clock set for a client", "new computer"),
    next_check="ask about travel on those days",
    source="KET",
    needs=ZONE,
    evidence="change_rows",
)
def zone_changes(facts: Facts) -> Column:
    """Changes of one device's offset by more than summer time, to or from an unclaimed zone."""
    return np.where(facts.steps > 0, facts.changes, np.nan)


@CLOCK.feature(
    direction="raises",
    unit="hours",
    strength="weak",
    reason="the quiet hours lie {rest:.0f} {rest:hour|hours} from those the claims lead to expect",
    clear="the quiet hours are those the claims lead to expect",
    innocent=("night work", "care for children", "hours of a client", "late riser"),
    next_check="ask for the usual working hours; they can be declared",
    source="SEAL",
    needs=(
        "sessions.at",
        "places.country|profiles.claims.time_zone|profiles.claims.working_hours.time_zone",
    ),
)
def rest_gap(facts: Facts) -> Column:
    """Hours, beyond six, between the quietest six hours and the claimed night or free time.

    NaN under 20 sessions or 10 days, or where quiet falls at several times of the day.
    """
    return np.maximum(facts.rest - REST_SLACK, 0)


@CLOCK.feature(
    direction="raises",
    unit="hours",
    strength="medium",
    reason="sessions ran for {span:.0f} {span:hour|hours} without a break",
    clear="no session ran longer than a day",
    innocent=("computer left signed in", "scheduled job under the person's name"),
    next_check="ask whether the session was left open",
    source="ADV22",
    needs=("sessions.duration_minutes",),
)
def span_beyond_a_day(facts: Facts) -> Column:
    """Hours beyond 24 of the longest unbroken span; automated sessions left out."""
    return np.maximum(facts.span - LONGEST_SPAN, 0)


@CLOCK.feature(
    direction="raises",
    unit="hours",
    strength="medium",
    reason="sessions covered {day:.0f} {day:hour|hours} of one day",
    clear="sessions covered at most {day:.0f} {day:hour|hours} of a day",
    innocent=("computer left signed in", "scheduled job under the person's name"),
    next_check="ask whether the session was left open or shared",
    source="ADV22",
    needs=("sessions.duration_minutes",),
)
def day_beyond_twenty_hours(facts: Facts) -> Column:
    """Hours beyond 20 in the fullest day by the claimed clock; automated sessions left out."""
    return np.maximum(facts.day - LONGEST_DAY, 0)


@CLOCK.feature(
    direction="raises",
    unit="share",
    strength="weak",
    reason="not reachable in the claimed hours on {unavailable} of {asked} "
    "{asked:occasion|occasions} noted",
    clear="reachable in the claimed hours on {asked} {asked:occasion|occasions} noted",
    innocent=("part-time work", "care duties", "another meeting"),
    next_check="agree on hours in which the person can be reached",
    source="ADV22",
    needs=("conduct.kind",),
    told="asked",
)
def unavailable_share(facts: Facts) -> Column:
    """Share of noted occasions on which the person was not reachable in the claimed hours."""
    return facts.unavailable / facts.asked
