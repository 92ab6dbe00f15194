"""The desk: the store, the scorer and the key in one hand, and who may ask it for what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fraudscore.review.rights import Actor, Right, Scope

if TYPE_CHECKING:  # the libraries of the scorer take seconds, and most of the desk never scores
    from fraudscore.cohort_served import ServedCohort
    from fraudscore.connectors.keys import Keys
    from fraudscore.review.store import Store
    from fraudscore.scorer import Scorer


@dataclass(frozen=True, eq=False)
class Desk:
    """What every door is handed. ``keys`` makes the identifiers that are searched and linked.

    ``cohorts``: by tenant the stored cohort that is asked and told, where there is one: a team's own, so
    that no team hears of another's people. ``scorer`` asks none.
    """

    store: Store
    scorer: Scorer
    keys: Keys
    cohorts: Mapping[int, ServedCohort] = field(default_factory=dict)

    def cohort_of(self, actor: Actor) -> ServedCohort | None:
        """The cohort of the actor's team."""
        return self.cohorts.get(actor.tenant)


def allowed(actor: Actor, right: Right, scope: Scope) -> None:
    """A key needs the scope, a user the right. Raises NotAllowed."""
    if actor.kind == "key":
        actor.need_scope(scope)
    else:
        actor.need(right)
