"""From evidence to a band. The rules are data: a policy travels in the bundle's manifest.

`review` asks a person to look now and needs at least two independent groups of evidence and one
direct contradiction between a claim and an observation. `verify` means a cheap check would settle
it and never rests on context (such as a VPN) alone. There is no reject.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from features.family import Feature
from fraudscore.assessment import Band

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
GROUPS_MAX = 64
"""Groups of evidence that fit one word, a bit each."""


class Policy(BaseModel):
    """Evidence rules and thresholds, all in log-odds above the prior.

    ``review`` and ``verify``: least evidence (log-odds above the prior) for each band. ``speaks``:
    least contribution at which a feature counts as speaking. ``groups`` and ``contradictions``:
    what `review` needs. ``assessed_groups``: fewer leave `no_concern` unsaid.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    review: float
    verify: float
    speaks: float = Field(0.25, gt=0)
    groups: int = Field(2, ge=2)
    contradictions: int = Field(1, ge=1)
    assessed_groups: int = Field(2, ge=1)

    @property
    def id(self) -> str:
        """A short digest of the rules, kept with every assessment."""
        return _digest(self)


@cache
def _digest(policy: Policy) -> str:
    return "policy-" + hashlib.sha256(policy.model_dump_json().encode()).hexdigest()[:12]


@dataclass(frozen=True, eq=False)
class Standing:
    """What the evidence rules need to know of n people; every array has length n."""

    evidence: Floats
    speaking_groups: NDArray[np.uint8]
    contradictions: NDArray[np.int64]
    substance: Bools
    assessed_groups: NDArray[np.uint8]


class Rules:
    """Counts what the evidence rules need to know, for a fixed list of features."""

    def __init__(self, features: Sequence[Feature]) -> None:
        groups = sorted({feature.group for feature in features})
        self._raises = np.array([feature.direction == "raises" for feature in features])
        self._substance = np.array([feature.strength != "context" for feature in features])
        self._contradiction = np.array([feature.contradiction for feature in features])
        if len(groups) > GROUPS_MAX:
            raise ValueError(
                f"{len(groups)} groups of evidence; at most {GROUPS_MAX} can be told apart"
            )
        names = {feature.name: place for place, feature in enumerate(features)}
        self._unless = [
            (place, [names[name] for name in feature.unless if name in names])
            for place, feature in enumerate(features)
            if feature.unless
        ]
        self._bits = np.array([1 << groups.index(f.group) for f in features], dtype=np.uint64)

    def standing(self, matrix: Floats, contributions: Floats, speaks: float) -> Standing:
        """What speaks against each person: matrix and contributions are people x features."""
        present = matrix > 0
        speaking = (contributions >= speaks) & (~self._raises | present)
        substance = speaking & self._substance
        for place, others in self._unless:
            substance[:, place] &= ~substance[:, others].any(axis=1)
        # What restates others has their weight and none of its own; it contradicts by being there.
        contradicting = (speaking | (present & ~self._substance)) & self._contradiction
        return Standing(
            evidence=np.add.reduce(contributions, axis=1),
            speaking_groups=self._groups(substance),
            contradictions=np.add.reduce(contradicting, axis=1),
            substance=np.logical_or.reduce(substance, axis=1),
            assessed_groups=self._groups(~np.isnan(matrix) & self._substance),
        )

    def _groups(self, mask: Bools) -> NDArray[np.uint8]:
        """In how many groups each person has a true feature."""
        counts: NDArray[np.uint8] = np.bitwise_count(
            np.bitwise_or.reduce(mask * self._bits, axis=1)
        )
        return counts


def together(parts: Sequence[Standing]) -> Standing:
    """The people of several batches, in order."""
    return Standing(
        *(np.concatenate([getattr(part, one.name) for part in parts]) for one in fields(Standing))
    )


def may_review(policy: Policy, seen: Standing) -> Bools:
    """Who meets the evidence rules of `review`, whatever the threshold."""
    enough: Bools = seen.speaking_groups >= policy.groups
    return enough & (seen.contradictions >= policy.contradictions) & seen.substance


def bands(policy: Policy, seen: Standing, chosen: Bools | None = None) -> list[Band]:
    """The band of each person. ``chosen`` replaces the review threshold where a budget decides."""
    eligible = may_review(policy, seen)
    review = eligible & (seen.evidence >= policy.review if chosen is None else chosen)
    verify = (seen.evidence >= policy.verify) & seen.substance
    known = seen.assessed_groups >= policy.assessed_groups
    return [
        "review" if r else "verify" if v else "no_concern" if k else "insufficient_evidence"
        for r, v, k in zip(review.tolist(), verify.tolist(), known.tolist(), strict=True)
    ]


def within_budget(policy: Policy, seen: Standing, ids: Sequence[str], budget: int) -> Bools:
    """The at most ``budget`` people with most evidence among those who may be reviewed.

    Only evidence of at least ``verify`` counts; ties are broken by id, so the order is strict.
    """
    eligible = np.flatnonzero(may_review(policy, seen) & (seen.evidence >= policy.verify))
    order = sorted(eligible.tolist(), key=lambda row: (-seen.evidence[row], ids[row]))
    chosen: Bools = np.zeros(len(ids), dtype=np.bool_)
    chosen[order[: max(budget, 0)]] = True
    return chosen
