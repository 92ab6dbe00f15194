"""A cohort that could not be asked: nobody is linked or unlinked, and every assessment says so."""

from __future__ import annotations

from features.keys import People, Uses
from features.links import Links, nobody

NOTICE = (
    "who else uses what this person controls could not be looked up, for the stored cohort did not "
    "answer; it counts neither way, and the next assessment asks again"
)


class UnaskedCohort:
    """Takes the place of a cohort that failed, so that people are scored all the same."""

    def links(self, uses: Uses, people: People) -> Links:
        """Nothing is known of anybody."""
        return nobody(len(people.ids), uses)
