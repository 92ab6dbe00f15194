"""What the address of each session says: kind of network, country, point, and whether it can be
trusted to place the person. Shared by the families that ask about sessions; made once a batch.
"""

from __future__ import annotations

import numpy as np

from features.batch import Batch, Table
from features.coded import Coded
from features.context import COULD_NOT_CHECK, NETWORK_KINDS, Context
from features.fixed import fixed
from features.places import claims_cover, numbers_of
from features.segments import Bools, Floats, Ints

KIND = {name: number for number, name in enumerate(NETWORK_KINDS)}
_TELLS = np.array([name in ("ordinary", "mobile") for name in NETWORK_KINDS] + [True])
"""Whether the place of a line of each kind, last of an unknown one, is where the person is."""
# Kinds from `vpn` on hide where a person is; a relay or a company line is not among them.


@fixed
class Whereabouts:
    """One entry per session row.

    ``checked``: the address could be looked up. ``kind``: index into NETWORK_KINDS, -1 unknown.
    ``hidden``: came through a VPN, proxy, Tor or hosting range. ``placed``: the address says where
    the person is (known country, not hidden, no relay, no company egress, not automated).
    ``country``: number in `places.COUNTRIES`, -1 unknown. ``covered``: the claims explain that
    country on that day. ``latitude``, ``longitude``, ``radius_km``: NaN without a point.
    """

    sessions: Table
    checked: Bools
    kind: Ints
    hidden: Bools
    placed: Bools
    country: Ints
    covered: Bools
    provider: Coded
    latitude: Floats
    longitude: Floats
    radius_km: Floats


def whereabouts(batch: Batch, context: Context) -> Whereabouts:
    """The whereabouts of every session of the batch, looked up once per distinct address."""
    return batch.once("whereabouts", lambda: _look_up(batch, context))


def _look_up(batch: Batch, context: Context) -> Whereabouts:
    sessions = batch.table("sessions")
    ip = sessions.text("ip")
    answers = context.networks.find(ip.values)
    checked = ip.spread(answers.state != COULD_NOT_CHECK, False)
    kind = ip.spread(answers.kind, -1).astype(np.int64)
    country = numbers_of(answers.countries)[ip.spread(answers.country, -1)]
    if sessions.holds("egress"):
        egress = sessions.text("egress")
        kind = np.where(egress.is_in(["company"]), KIND["corporate"], kind)
        kind = np.where(egress.is_in(["mobile"]) & (kind == KIND["ordinary"]), KIND["mobile"], kind)
    hidden = checked & (kind >= KIND["vpn"])
    placed = checked & (country >= 0) & _TELLS[kind] & ~sessions.flag("automated")
    return Whereabouts(
        sessions=sessions,
        checked=checked,
        kind=kind,
        hidden=hidden,
        placed=placed,
        country=country,
        covered=claims_cover(batch, sessions.owner, sessions.number("at"), country),
        provider=Coded(ip.spread(answers.provider, -1).astype(np.int64), answers.providers),
        latitude=ip.spread(answers.latitude, np.nan),
        longitude=ip.spread(answers.longitude, np.nan),
        radius_km=ip.spread(answers.radius_km, np.nan),
    )
