"""Every family in order, every feature by name: the one list the rest of the house reads."""

from __future__ import annotations

from features.clock import CLOCK
from features.code_history import CODE_HISTORY
from features.conduct import CONDUCT
from features.contact import CONTACT
from features.continuity import CONTINUITY
from features.device import DEVICE
from features.documents import DOCUMENTS
from features.family import CatalogueError, Family, Feature
from features.geography import GEOGRAPHY
from features.linkage import LINKAGE
from features.network import NETWORK
from features.payment import PAYMENT
from features.shipping import SHIPPING
from features.work_history import WORK_HISTORY

FAMILIES: tuple[Family, ...] = (
    NETWORK,
    GEOGRAPHY,
    CLOCK,
    DEVICE,
    PAYMENT,
    CONTACT,
    DOCUMENTS,
    CONDUCT,
    SHIPPING,
    CODE_HISTORY,
    CONTINUITY,
    WORK_HISTORY,
    LINKAGE,
)
"""The families in the order they are computed and shown."""


def _collect() -> dict[str, Feature]:
    found: dict[str, Feature] = {}
    for family in FAMILIES:
        for feature in family.features:
            if feature.name in found:
                raise CatalogueError(f"{feature.name} stands in two families")
            found[feature.name] = feature
    return found


FEATURES: dict[str, Feature] = _collect()
"""Every feature by its name, in column order."""


def of_code(code: str) -> Feature:
    """The feature behind a reason code. Raises KeyError where there is none."""
    return FEATURES[code.lower()]
