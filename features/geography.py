"""Where the sessions and the hardware are, against where the person says they live and travel.

Only a session that hides nothing places a person, and only on a day for which a place is claimed.
What tells a rented identity from a traveller is that the difference is systematic: travellers
diverge during trips and converge at home (INSIKT26).
"""

from __future__ import annotations

import numpy as np

from features.batch import Batch, Table
from features.claimed import DAY, beyond_claims, claims_on, periods, spells, travelling
from features.context import Context
from features.family import Column, Family, Rows, Words
from features.fixed import fixed
from features.hardware import (
    agreement_windows,
    hardware_beyond_claims,
    hardware_places,
)
from features.places import COUNTRIES, country_numbers
from features.segments import Bools, Floats, Ints, nowhere, some, true_rows
from features.tables import country_name
from features.whereabouts import KIND, Whereabouts, whereabouts

ENOUGH = 5
"""Placed sessions from which "never at home" can be said (assumed)."""
ALTERNATIONS = 3
"""Changes of country within a day that no single journey makes: A-B-A-B."""
WEEK = 7 * DAY


@fixed
class Facts:
    """What the geography family observed, one entry a profile."""

    judged: Column
    outside: Column
    outside_rows: Rows
    elsewhere: Words
    elsewhere_weeks: Column
    elsewhere_rows: Rows
    home: Column
    home_weeks: Column
    weeks: Column
    beyond: Column
    alternating_days: Column
    alternating_rows: Rows
    timed: Column
    overlapping: Column
    overlapping_rows: Rows
    hardware: Column
    hardware_outside: Column
    hardware_rows: Rows
    hardware_beyond: Column
    windows: Column
    windows_apart: Column
    apart_rows: Rows
    posture_known: Column
    posture_off: Column


def observe(batch: Batch, context: Context) -> Facts:
    """Hold the sessions of every profile against its places and travel."""
    seen = whereabouts(batch, context)
    s = seen.sessions
    held, home = _claimed(batch, seen)
    judged = seen.placed & held
    at_home = judged & home
    outside = judged & ~seen.covered
    trip = judged & seen.covered & ~home
    week = periods(s.number("at"), WEEK)
    country, elsewhere = _elsewhere(s, seen.country, outside)
    exact = judged & ~travelling(batch) & (seen.kind != KIND["mobile"])
    alternating = _alternating(seen, outside)
    overlapping = _overlapping(seen, outside)
    device, hardware, stray = hardware_places(batch, seen, held)
    windows, windows_apart, apart = agreement_windows(seen, device)
    off, posture = _posture(s)
    return Facts(
        judged=np.where(batch.supplied("places.country"), s.count(judged), np.nan),
        outside=s.count(outside),
        outside_rows=Rows(s, outside),
        elsewhere=_country_words(country),
        elsewhere_weeks=spells(s, week, elsewhere),
        elsewhere_rows=Rows(s, elsewhere),
        home=s.count(at_home),
        home_weeks=spells(s, week, at_home),
        weeks=spells(s, week, judged & ~trip),
        beyond=beyond_claims(batch, s, (seen.latitude, seen.longitude, seen.radius_km), exact),
        alternating_days=_days(s, alternating),
        alternating_rows=Rows(s, alternating),
        timed=s.count(judged & s.known("duration_minutes")),
        overlapping=s.count(overlapping),
        overlapping_rows=Rows(s, overlapping),
        hardware=s.count(hardware),
        hardware_outside=s.count(stray),
        hardware_rows=Rows(s, stray),
        hardware_beyond=hardware_beyond_claims(batch, seen, held),
        windows=windows,
        windows_apart=windows_apart,
        apart_rows=Rows(s, apart),
        posture_known=s.count(posture),
        posture_off=s.count(off),
    )


def _claimed(batch: Batch, seen: Whereabouts) -> tuple[Bools, Bools]:
    """Which sessions fall on a day with a claimed place, and which lie in one of its countries."""
    s = seen.sessions
    held, home = np.zeros(s.size, dtype=np.bool_), np.zeros(s.size, dtype=np.bool_)
    claimed = country_numbers(batch.table("places").text("country"))
    for rows, claim in claims_on(batch, "places"):
        held[rows] = True
        home[rows] |= claimed[claim] == seen.country[rows]
    return held, home


def _country_words(country: Ints) -> Words:
    return lambda who: country_name(COUNTRIES[country[who]]) if country[who] >= 0 else None


def _elsewhere(s: Table, country: Ints, outside: Bools) -> tuple[Ints, Bools]:
    """The most frequent country the claims do not explain, and the sessions from it."""
    if not some(outside):
        return nowhere(s.n), outside
    most, _ = s.mode(country, outside)
    return most, outside & (country == most[s.owner])


def _alternating(seen: Whereabouts, outside: Bools) -> Bools:
    """Changes of country on days with too many of them for one journey.

    Phones are left out: roaming traffic comes out at home while the hotel's Wi-Fi does not.
    """
    s = seen.sessions
    none = np.zeros(s.size, dtype=np.bool_)
    if not some(outside):
        return none
    rows = true_rows(seen.placed & (seen.kind != KIND["mobile"]))
    a, b = rows[:-1], rows[1:]
    day = periods(s.number("at"), DAY)
    change = (s.owner[a] == s.owner[b]) & (day[a] == day[b])
    change &= (seen.country[a] != seen.country[b]) & (outside[a] | outside[b])
    changed = b[change]
    key = s.owner[changed] * (int(day.max()) + 1) + day[changed]
    _, inverse, counts = np.unique(key, return_inverse=True, return_counts=True)
    none[changed[counts[inverse] >= ALTERNATIONS]] = True
    return none


def _overlapping(seen: Whereabouts, outside: Bools) -> Bools:
    """Sessions that began while the one before still ran in another country, one of them unclaimed."""
    s = seen.sessions
    both = np.zeros(s.size, dtype=np.bool_)
    if not some(outside) or not s.holds("duration_minutes"):
        return both
    rows = true_rows(seen.placed & (seen.kind != KIND["mobile"]))
    a, b = rows[:-1], rows[1:]
    at, minutes = s.number("at"), s.number("duration_minutes")
    still = (s.owner[a] == s.owner[b]) & (at[b] < at[a] + 60 * minutes[a])
    still &= (seen.country[a] != seen.country[b]) & (outside[a] | outside[b])
    both[b[still]] = True
    return both


def _days(s: Table, mask: Bools) -> Floats:
    return spells(s, periods(s.number("at"), DAY), mask) if some(mask) else np.zeros(s.n)


def _posture(s: Table) -> tuple[Bools, Bools]:
    """Sessions with location services and Wi-Fi both off, and those that reported both."""
    if not s.holds("location_off"):
        none = np.zeros(s.size, dtype=np.bool_)
        return none, none
    location, wifi = s.number("location_off"), s.number("wifi_off")
    return (location == 1) & (wifi == 1), ~np.isnan(location) & ~np.isnan(wifi)


GEOGRAPHY = Family(
    "geography",
    asks="are the sessions and the hardware where the person says they live and travel?",
    group="whereabouts",
    facts=Facts,
    observe=observe,
)
ADDRESS = ("sessions.ip", "places.country")
HARDWARE = ("sessions.device_country", "places.country")


@GEOGRAPHY.feature(
    direction="raises",
    unit="share",
    strength="medium",
    contradiction=True,
    reason="{outside} of {judged} {judged:session|sessions} that {judged:hides|hide} nothing came "
    "from outside the claimed places, "
    "most from {elsewhere}",
    clear="{outside} of {judged} {judged:session|sessions} that {judged:hides|hide} nothing came "
    "from outside the claimed places",
    innocent=("undeclared travel", "work across a border", "posted abroad", "wrong address data"),
    next_check="ask where the person was on those days; travel can be declared afterwards",
    source=("PSA23", "SEAL", "INSIKT26"),
    needs=ADDRESS,
    evidence="outside_rows",
)
def outside_share(facts: Facts) -> Column:
    """Share of placed sessions in countries neither claimed nor declared for that day."""
    return facts.outside / facts.judged


@GEOGRAPHY.feature(
    direction="raises",
    unit="weeks",
    strength="medium",
    contradiction=True,
    reason="sessions came from {elsewhere}, which is not claimed, in {elsewhere_weeks} "
    "{elsewhere_weeks:week|weeks}",
    clear="no unclaimed country recurs over the weeks",
    innocent=("long stay not declared", "moved house", "work across a border"),
    next_check="ask whether the claimed place is out of date",
    source=("INSIKT26", "PSA23"),
    needs=ADDRESS,
    evidence="elsewhere_rows",
)
def elsewhere_weeks(facts: Facts) -> Column:
    """Different weeks with sessions from the most frequent unclaimed country."""
    return np.where(facts.judged > 0, facts.elsewhere_weeks, np.nan)


@GEOGRAPHY.feature(
    direction="raises",
    unit="yes or no",
    strength="strong",
    contradiction=True,
    reason="none of the sessions that hide nothing came from a claimed place; {outside} came from "
    "elsewhere",
    clear="{home} {home:session|sessions} that {home:hides|hide} nothing came from a claimed place",
    innocent=("moved house", "claimed place is a postal address", "family posted abroad"),
    next_check="ask for the present place of living and one session from it",
    source=("INSIKT26", "SEAL"),
    needs=ADDRESS,
    evidence="outside_rows",
)
def never_at_home(facts: Facts) -> Column:
    """1 if no placed session ever came from a claimed country; NaN under five, travel left out."""
    enough = (facts.judged > 0) & (facts.home + facts.outside >= ENOUGH)
    return np.where(enough, facts.home == 0, np.nan)


@GEOGRAPHY.feature(
    direction="raises",
    unit="share",
    strength="medium",
    reason="a session came from a claimed place in only {home_weeks} of {weeks} {weeks:week|weeks}",
    clear="a session came from a claimed place in each of {weeks} {weeks:week|weeks}",
    innocent=("long trip", "moved house", "privacy network at home"),
    next_check="ask for one session from home without a private network",
    source="INSIKT26",
    needs=ADDRESS,
)
def away_week_share(facts: Facts) -> Column:
    """Share of weeks without a placed session at a claimed place; declared travel left out."""
    return np.where(facts.judged > 0, 1 - facts.home_weeks / facts.weeks, np.nan)


@GEOGRAPHY.feature(
    direction="raises",
    unit="km",
    strength="weak",
    contradiction=True,
    reason="the median exact point is {beyond:.0f} km farther from the claimed city than can be "
    "explained by imprecision",
    clear="the exact points agree with the claimed city",
    innocent=("provider with a distant exchange", "wrong address data", "second home"),
    next_check="ask in which city the person works; hardware location if they agree to share it",
    source=("MAXM", "INSIKT26", "SEAL"),
    needs=("sessions.ip", "places.city"),
)
def beyond_home(facts: Facts) -> Column:
    """Median km beyond the nearest claimed city, less accuracy radius and 100 km.

    Points less certain than 200 km, phones and declared trips are left out.
    """
    return facts.beyond


@GEOGRAPHY.feature(
    direction="raises",
    unit="days",
    strength="medium",
    reason="on {alternating_days} {alternating_days:day|days} sessions went back and forth between "
    "countries",
    clear="on no day did sessions go back and forth between countries",
    innocent=("two lines in a border region", "second device on a private network"),
    next_check="ask which devices and networks were in use on those days",
    source=("ADV22", "PSA25J"),
    needs=ADDRESS,
    evidence="alternating_rows",
)
def parallel_days(facts: Facts) -> Column:
    """Days on which placed sessions changed country three times, an unclaimed one among them."""
    return np.where(facts.judged > 0, facts.alternating_days, np.nan)


@GEOGRAPHY.feature(
    direction="raises",
    unit="sessions",
    strength="strong",
    contradiction=True,
    reason="{overlapping} {overlapping:session|sessions} began while another still ran in another "
    "country",
    clear="no session began while another still ran in another country",
    innocent=(
        "computer left on at home",
        "second device on a private network",
        "wrong address data",
    ),
    next_check="ask which devices were in use, and who was at each",
    source=("INSIKT26", "PSA25J"),
    needs=(*ADDRESS, "sessions.duration_minutes"),
    evidence="overlapping_rows",
)
def overlapping_sessions(facts: Facts) -> Column:
    """Placed sessions that began in one country while another still ran, an unclaimed one of the two.

    Phones are left out: roaming traffic comes out at home. NaN where no duration is known.
    """
    return np.where(facts.timed > 0, facts.overlapping, np.nan)


@GEOGRAPHY.feature(
    direction="raises",
    unit="share",
    strength="strong",
    contradiction=True,
    reason="the hardware reported itself outside the claimed places in {hardware_outside} of "
    "{hardware} {hardware:session|sessions}",
    clear="the hardware reported itself outside the claimed places in {hardware_outside} of "
    "{hardware} {hardware:session|sessions}",
    innocent=("undeclared travel", "laptop not yet forwarded", "moved house"),
    next_check="ask where the device is kept and who is with it",
    source=("INSIKT26", "GEOW"),
    needs=HARDWARE,
    evidence="hardware_rows",
)
def hardware_outside_share(facts: Facts) -> Column:
    """Share of hardware locations in countries neither claimed nor declared for that day."""
    return facts.hardware_outside / facts.hardware


@GEOGRAPHY.feature(
    direction="raises",
    unit="km",
    strength="medium",
    contradiction=True,
    reason="the hardware is {hardware_beyond:.0f} km farther from the claimed city than a commute",
    clear="the hardware is within reach of the claimed city",
    innocent=("undeclared trip", "second home", "device kept at a friend's during a move"),
    next_check="ask where the device is kept and who is with it",
    source=("INSIKT26", "GEOW"),
    needs=("sessions.device_latitude", "places.city"),
)
def hardware_beyond_home(facts: Facts) -> Column:
    """Median km of the hardware beyond the nearest claimed city, less its radius and 100 km."""
    return facts.hardware_beyond


@GEOGRAPHY.feature(
    direction="raises",
    unit="share",
    strength="strong",
    reason="hardware and sign-in never agreed on a country in {windows_apart} of {windows} "
    "{windows:month|months}",
    clear="hardware and sign-in agreed on a country at least once in every month",
    innocent=("computer kept at home and used over a remote screen", "wrong address data"),
    next_check="ask how the device is reached, and for one session at the device itself",
    source=("INSIKT26", "GEOW"),
    needs=("sessions.ip", "sessions.device_country"),
    evidence="apart_rows",
)
def never_converging_share(facts: Facts) -> Column:
    """Share of 30-day windows in which hardware and placed sign-ins never share a country.

    A window needs three sessions with both locations; phones are left out.
    """
    return facts.windows_apart / facts.windows


@GEOGRAPHY.feature(
    direction="raises",
    unit="share",
    strength="weak",
    reason="location services and Wi-Fi were both off in {posture_off} of {posture_known} "
    "{posture_known:session|sessions}",
    clear="location services and Wi-Fi were both off in {posture_off} of {posture_known} "
    "{posture_known:session|sessions}",
    innocent=("privacy", "desk with a cable"),
    next_check="ask whether location can be shared once",
    source="GEOW",
    needs=("sessions.location_off", "sessions.wifi_off"),
)
def location_dark_share(facts: Facts) -> Column:
    """Share of sessions whose device had location services and Wi-Fi switched off."""
    return facts.posture_off / facts.posture_known
