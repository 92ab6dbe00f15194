"""The scorer: profiles in, assessments out. One person is a batch of one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from math import log
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.batch import Batch
from features.compute import Computed, compute
from features.context import Cohort, Context
from features.fixed import kept
from features.frames import from_frames
from features.ledger import hand_overs
from features.lookups import load_networks, load_phones, stale
from features.problems import Problem, shorten
from features.reading import InvalidProfile, read_profile
from features.record_rows import from_profiles
from features.records import Profile
from features.sentences import counted
from fraudscore.assessment import TRAINED_ON, Assessment, Band, Notice, speaks_against
from fraudscore.bundle import Bundle, load_bundle
from fraudscore.cohort import cohort_of
from fraudscore.cohort_unasked import NOTICE, UnaskedCohort
from fraudscore.errors import InputError
from fraudscore.explain import Explanation
from fraudscore.policy import (
    Policy,
    Rules,
    Standing,
    bands,
    may_review,
    together,
    within_budget,
)

Floats = NDArray[np.float64]
Detail = Literal["all", "flagged", "none"]
CHUNK = 2_000
"""Profiles scored at a time, so that memory does not grow with the input."""


@dataclass(frozen=True, eq=False)
class Scored:
    """One batch with its evidence, bands and, where asked for, explanations."""

    scorer: Scorer
    computed: Computed
    contributions: Floats
    seen: Standing

    @property
    def batch(self) -> Batch:
        """The batch that was scored."""
        return self.computed.batch

    @kept
    def bands(self) -> list[Band]:
        """Band of each person by the policy's thresholds."""
        return bands(self.scorer.policy, self.seen)

    @kept
    def eligible(self) -> NDArray[np.bool_]:
        """Who meets the evidence rules of review, whatever the threshold."""
        return may_review(self.scorer.policy, self.seen)

    @kept
    def log_odds(self) -> Floats:
        """Prior plus evidence."""
        return self.scorer.prior + self.seen.evidence

    @kept
    def scores(self) -> Floats:
        """0 to 100, by rising evidence."""
        return 100 / (1 + np.exp(-self.log_odds))

    @kept
    def explanation(self) -> Explanation:
        """Reasons, families and coverage of the people of this batch."""
        return Explanation(self.computed, self.contributions)

    def assessments(
        self, detail: Detail = "all", given: Sequence[Band] | None = None
    ) -> list[Assessment]:
        """One assessment a person, in input order; ``given`` are bands chosen by a budget."""
        chosen = self.bands if given is None else given
        return [self._assessment(row, detail, chosen[row]) for row in range(self.batch.n)]

    def _assessment(self, row: int, detail: Detail, band: Band) -> Assessment:
        scorer = self.scorer
        shown = detail == "all" or (detail == "flagged" and band in ("review", "verify"))
        return Assessment.model_construct(
            profile_id=self.batch.ids[row],
            as_of=datetime.fromtimestamp(float(self.batch.as_of[row]), UTC),
            score=float(self.scores[row]),
            band=band,
            probability=float(self.scores[row]) / 100 if scorer.local else None,
            base_rate=scorer.base_rate,
            prior=scorer.prior,
            log_odds=float(self.log_odds[row]),
            families=self.explanation.families(row),
            hand_overs=hand_overs(self.batch, row) if shown else (),
            reasons=self.explanation.reasons(row) if shown else (),
            coverage=self.explanation.coverage(row) if shown else None,
            notices=self._notices(row, band),
            bundle=scorer.bundle.id,
            policy=scorer.policy_id,
            trained_on=scorer.bundle.manifest.trained_on,
        )

    def _notices(self, row: int, band: Band) -> tuple[Notice, ...]:
        trained_on = self.scorer.bundle.manifest.trained_on
        notices = [_notice("trained_on", TRAINED_ON[trained_on])]
        notices += self.scorer.stale_notices(float(self.batch.as_of[row]))
        if isinstance(self.scorer.context.cohort, UnaskedCohort):
            notices.append(_notice("cohort_not_asked", NOTICE))
        late = int(self.batch.left_out()[row])
        if late:
            notices.append(
                _notice("after_as_of", f"{counted(late, 'row')} dated after as_of not used")
            )
        policy = self.scorer.policy
        high = band == "verify" and self.seen.evidence[row] >= policy.review
        if high and not self.eligible[row]:
            notices.append(
                _notice(
                    "held_at_verify",
                    "the evidence is above the review threshold, but comes from one group or holds "
                    "no direct contradiction",
                )
            )
        return tuple(notices)


def _notice(code: str, text: str) -> Notice:
    return Notice(code=code, text=text)


class Scorer:
    """Scores profiles with one bundle, one set of look-ups and one policy.

    ``base_rate``: the share of impersonated contractors the deployer expects, in (0, 1); shifts
    every score alike and no band.
    """

    def __init__(
        self,
        bundle: Bundle,
        context: Context,
        *,
        base_rate: float | None = None,
        policy: Policy | None = None,
    ) -> None:
        self.bundle = bundle
        self.context = context
        self.base_rate = bundle.manifest.base_rate if base_rate is None else base_rate
        if not 0 < self.base_rate < 1:
            raise InputError(f"base rate {self.base_rate} is not between 0 and 1; write 0.003")
        self.prior = log(self.base_rate / (1 - self.base_rate))
        self.policy = policy or bundle.manifest.policy
        self.policy_id = self.policy.id
        self.rules = Rules(bundle.features)
        self.local = bundle.manifest.trained_on == "local"
        self._stale: dict[date, list[Notice]] = {}

    def among(self, cohort: Cohort) -> Scorer:
        """This scorer with a cohort to ask who else uses a person's keys."""
        return Scorer(
            self.bundle,
            replace(self.context, cohort=cohort),
            base_rate=self.base_rate,
            policy=self.policy,
        )

    def score(self, profile: Profile | Mapping[str, Any] | str | bytes) -> Assessment:
        """The assessment of one profile, given as a record, a mapping or JSON."""
        record = profile if isinstance(profile, Profile) else read_profile(profile)
        return self.assess(from_profiles([record])).assessments()[0]

    def score_many(
        self,
        profiles: Iterable[Profile | Mapping[str, Any] | str | bytes],
        *,
        detail: Detail = "all",
        link: bool = False,
    ) -> list[Assessment]:
        """One assessment a profile, in input order.

        ``link``: hold the profiles against each other too, each seeing those who came earlier. Raises
        InvalidProfile naming the place in the list and the id of the first that cannot be used.
        """
        records = [_record(number, profile) for number, profile in enumerate(profiles)]
        parts = (records[at : at + CHUNK] for at in range(0, len(records), CHUNK))
        batches: Iterable[Batch] = map(from_profiles, parts)
        scorer = self
        if link:
            batches = list(batches)
            scorer = self.among(cohort_of(batches, self.context))
        return [item for batch in batches for item in scorer.assess(batch).assessments(detail)]

    def score_tables(
        self, frames: Mapping[str, pd.DataFrame], *, as_of: datetime | None = None
    ) -> pd.DataFrame:
        """A frame with one row a profile: profile_id, as_of, score, band, log_odds, reasons.

        ``frames``: tables by name as in `features.schema.TABLES`. Raises InputError naming every
        bad cell; nothing is scored silently wrong.
        """
        batch, problems = from_frames(frames, as_of=as_of)
        if problems:
            shown = "; ".join(str(problem) for problem in problems[:10])
            raise InputError(f"{len(problems)} problems in the tables: {shown}")
        return to_frame(self.assess(batch).assessments("flagged"))

    def assess(self, batch: Batch) -> Scored:
        """Facts, features, contributions and standing of one batch."""
        computed = compute(batch, self.context, self.bundle.names)
        contributions = self.bundle.contributions(computed.matrix)
        seen = self.rules.standing(computed.matrix, contributions, self.policy.speaks)
        return Scored(self, computed, contributions, seen)

    def margins(self, batch: Batch) -> Floats:
        """Evidence alone, for ranking without reasons: the fastest path."""
        return self.bundle.margin(compute(batch, self.context, self.bundle.names).matrix)

    def choose(self, seen: Sequence[Standing], ids: Sequence[str], budget: int) -> list[Band]:
        """Bands of the people of several batches when at most ``budget`` of them may be in review."""
        everybody = together(seen)
        chosen = within_budget(self.policy, everybody, ids, budget)
        return bands(self.policy, everybody, chosen)

    def stale_notices(self, as_of: float) -> list[Notice]:
        """A notice for each look-up database older than 180 days at this moment."""
        day = datetime.fromtimestamp(as_of, UTC).date()
        if day not in self._stale:
            self._stale[day] = [
                _notice("old_database", f"{base.name} was built on {base.built}, over 180 days ago")
                for base in stale(self.context.networks.databases, day)
            ]
        return self._stale[day]


def _record(number: int, profile: Profile | Mapping[str, Any] | str | bytes) -> Profile:
    """The profile at a place of a list, as a record."""
    if isinstance(profile, Profile):
        return profile
    try:
        return read_profile(profile)
    except InvalidProfile as error:
        who = f" (of {shorten(error.profile_id)})" if error.profile_id else ""
        problems = (
            Problem(_within(f"profiles[{number}]", one.where), one.found + who, one.write)
            for one in error.problems
        )
        raise InvalidProfile(tuple(problems), error.profile_id) from error


def _within(place: str, where: str) -> str:
    if where.startswith("line "):  # of JSON that cannot be read
        return f"{place}, {where}"
    return f"{place}.{where}" if where else place


def to_frame(assessments: Sequence[Assessment]) -> pd.DataFrame:
    """Flat rows for CSV and Parquet: the strongest reasons in words, one column a family."""
    return pd.DataFrame([_flat(item) for item in assessments])


def _flat(item: Assessment) -> dict[str, Any]:
    against = [reason.text for reason in item.reasons if speaks_against(reason)]
    row: dict[str, Any] = {
        "profile_id": item.profile_id,
        "as_of": item.as_of,
        "score": item.score,
        "band": item.band,
        "probability": item.probability,
        "base_rate": item.base_rate,
        "log_odds": item.log_odds,
        "reason_1": against[0] if against else None,
        "reason_2": against[1] if len(against) > 1 else None,
    }
    row |= {f"family_{part.family}": part.contribution for part in item.families}
    return row | {
        "bundle": item.bundle,
        "policy": item.policy,
        "trained_on": item.trained_on,
    }


def load(
    bundle: Path | str | None = None,
    *,
    ip_data: Path | str | None = None,
    base_rate: float | None = None,
) -> Scorer:
    """A scorer with the shipped bundle and the embedded look-ups, or the ones given.

    Raises BundleError for a bundle that is refused, LookupDataError for unreadable databases.
    """
    context = Context(load_networks(None if ip_data is None else Path(ip_data)), load_phones())
    found = load_bundle(None if bundle is None else Path(bundle))
    return Scorer(found, context, base_rate=base_rate)
