"""Where the hardware says it is, against the claims and against the sign-ins of the same months."""

from __future__ import annotations

import numpy as np

from features.batch import Batch
from features.claimed import DAY, beyond_claims, periods, travelling
from features.places import claims_cover, country_numbers
from features.segments import Bools, Floats, Ints, nowhere, true_rows, unknown
from features.whereabouts import KIND, Whereabouts

COMPARISONS = 3
"""Sessions with both locations that make a window of 30 days worth judging (assumed)."""
MONTH = 30 * DAY


def hardware_places(batch: Batch, seen: Whereabouts, held: Bools) -> tuple[Ints, Bools, Bools]:
    """Country each device reported, which reports can be judged, and which no claim explains."""
    s = seen.sessions
    if not s.holds("device_country"):
        none = np.zeros(s.size, dtype=np.bool_)
        return nowhere(s.size), none, none
    device = np.where(s.flag("automated"), -1, country_numbers(s.text("device_country")))
    judged = (device >= 0) & held
    stray = judged & ~claims_cover(batch, s.owner, s.number("at"), device)
    return device, judged, stray


def hardware_beyond_claims(batch: Batch, seen: Whereabouts, held: Bools) -> Floats:
    """Median km of the hardware beyond the claimed city, declared trips left out."""
    s = seen.sessions
    if not s.holds("device_latitude"):
        return unknown(s.n)
    latitude = s.number("device_latitude")
    usable = held & ~np.isnan(latitude) & ~s.flag("automated") & ~travelling(batch)
    radius = np.nan_to_num(s.number("device_radius_km"))
    return beyond_claims(batch, s, (latitude, s.number("device_longitude"), radius), usable)


def agreement_windows(seen: Whereabouts, device: Ints) -> tuple[Floats, Floats, Bools]:
    """Windows of 30 days with both locations, and those in which they never agree (G2).

    Phones are left out: a roaming line comes out in the country of its contract.
    """
    s = seen.sessions
    none = np.zeros(s.size, dtype=np.bool_)
    compared = (device >= 0) & seen.placed & (seen.kind != KIND["mobile"])
    rows = true_rows(compared)
    if not rows.size:
        return np.zeros(s.n), np.zeros(s.n), none
    owner, at = s.owner[rows], s.number("at")
    window = periods(at[rows] - at[s.first(compared)][owner], MONTH)
    new = np.r_[True, (owner[1:] != owner[:-1]) | (window[1:] != window[:-1])]
    starts = true_rows(new)
    agrees = np.add.reduceat((device == seen.country)[rows].astype(np.int64), starts)
    enough = np.diff(np.r_[starts, rows.size]) >= COMPARISONS
    apart = enough & (agrees == 0)
    none[rows[apart[np.cumsum(new) - 1]]] = True
    whose = owner[starts]
    windows = np.bincount(whose[enough], minlength=s.n).astype(np.float64)
    return windows, np.bincount(whose[apart], minlength=s.n).astype(np.float64), none
