"""What a first version usually looks like: one account at a time, pandas for everything.

Keyword models, a reader call for each session, a DataFrame for each account, a one-row DataFrame for
the model, and LightGBM's own contributions for everybody. It uses the same model and the same number
of columns, and computes fewer features than we do, so the comparison flatters it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geoip2.database
import geoip2.errors
import lightgbm
import numpy as np
import pandas as pd
import phonenumbers
from rapidfuzz import fuzz

from features.records import Profile


class Naive:
    """Scores one JSON line at a time."""

    def __init__(self, booster: lightgbm.Booster, database: Path) -> None:
        self._booster = booster
        self._names = booster.feature_name()
        self._reader = geoip2.database.Reader(str(database))

    def score(self, line: str, explain: bool) -> float:
        """The margin of one account."""
        profile = Profile(**json.loads(line))
        row = pd.DataFrame([self._features(profile)])
        row = row.reindex(columns=self._names).astype(float)
        margin = float(self._booster.predict(row, raw_score=True, num_threads=1)[0])
        if explain:
            self._booster.predict(row, pred_contrib=True, num_threads=1)
        return margin

    def _features(self, profile: Profile) -> dict[str, Any]:
        frame = pd.DataFrame([session.model_dump() for session in profile.sessions])
        frame["country"] = [self._country(ip) for ip in frame["ip"]]
        frame["at"] = pd.to_datetime(frame["at"], utc=True)
        frame = frame.sort_values("at")
        claimed = {place.country for place in profile.claims.places}
        frame["outside"] = ~frame["country"].isin(claimed) & frame["country"].notna()
        by_day = frame.groupby(frame["at"].dt.date)["country"].nunique()
        hours = frame["at"].dt.hour.value_counts()
        payouts = pd.DataFrame([payout.model_dump() for payout in profile.payouts])
        holders = [fuzz.token_set_ratio(name, profile.claims.name) for name in payouts["holder"]]
        phones = [phonenumbers.parse(p.number, "ES") for p in profile.contact.phones]
        return {
            "outside_share": frame["outside"].mean(),
            "countries_in_a_day": by_day.max(),
            "round_trip_excess": max(frame["round_trip_ms"].median() - 110, 0),
            "unmanaged": (~frame["managed"].astype(bool)).mean(),
            "gap": frame["at"].diff().dt.total_seconds().max(),
            "hours": len(hours),
            "devices": frame["device"].nunique(),
            "payee": min(holders),
            "routes": payouts.groupby("method")["account"].nunique().sum(),
            "phone_elsewhere": any(phone.country_code != 34 for phone in phones),
            "nothing": np.nan,
        }

    def _country(self, ip: str) -> str | None:
        try:
            return self._reader.city(ip).country.iso_code
        except geoip2.errors.AddressNotFoundError:
            return None
