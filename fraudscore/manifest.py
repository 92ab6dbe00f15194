"""The manifest of a model bundle: what a bundle says about itself, and the digests it stands on."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from features.family import Feature
from fraudscore.policy import Policy

FORMAT = 1
"""Version of the bundle layout; another version is refused."""


class Part(BaseModel):
    """Base of the manifest's parts."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class FeatureEntry(Part):
    """One column of the model: its name, direction and the digest of its definition."""

    name: str
    direction: Literal["raises", "lowers"]
    digest: str


class Manifest(Part):
    """What travels beside the model.

    ``slope`` turns the model's margin into log-odds; ``base_rate`` is the default prior. ``unknown``
    is the raw score of the profile of which nothing is known. ``digests`` are SHA-256 of the
    bundle's other files. ``metrics`` are for reading, never for scoring.
    """

    format: int
    name: str = Field(min_length=1, max_length=100)
    trained_on: Literal["simulated", "local"]
    features: tuple[FeatureEntry, ...] = Field(min_length=1)
    slope: float = Field(gt=0)
    base_rate: float = Field(gt=0, lt=1)
    unknown: float
    policy: Policy
    digests: dict[str, str]
    training: dict[str, Any]
    metrics: dict[str, Any]
    versions: dict[str, str]


def definition_digest(feature: Feature) -> str:
    """A digest of what the feature means: it changes when the meaning does."""
    meaning = "\x1f".join(
        (feature.name, feature.direction, feature.unit, feature.description, *feature.needs)
    )
    return hashlib.sha256(meaning.encode()).hexdigest()[:16]


def entries(features: Sequence[Feature]) -> tuple[FeatureEntry, ...]:
    """The manifest's entries for these features, in model order."""
    return tuple(
        FeatureEntry(name=f.name, direction=f.direction, digest=definition_digest(f))
        for f in features
    )
