"""Claims in question, and how the person can clear each: in words that accuse nobody.

Nothing here tells how anything was measured, against which list, or who else there is. The first
way of each pair needs neither a picture of a face nor an identity document.
"""

from __future__ import annotations

from dataclasses import dataclass

from fraudscore.assessment import Assessment, speaks_against

POINTS_MAX = 3
"""Most claims raised at a time; a longer list is answered by nobody."""


@dataclass(frozen=True)
class Point:
    """A claim of the person in question, after "You told us", and two ways to clear it."""

    claim: str
    talk: str
    proof: str


PLACE = Point(
    "that you live and work at the places you named",
    "Tell us in a short call or by e-mail where you have worked from, and add any trip or move to "
    "what you told us. If you use a VPN, tell us why and sign in once without it.",
    "Send us a paper from that place: a bill, a rental agreement or a travel booking. Black out "
    "whatever we do not need.",
)
SAME_PERSON = Point(
    "that you yourself applied, came to the interview and do the work",
    "Talk to somebody who met you before, by phone or by video, with the camera on or off as you "
    "like, about the work you have done with us.",
    "Name somebody we both know, such as a former colleague or an agency, who can confirm it.",
)
POINTS: dict[str, Point] = {
    "network": PLACE,
    "geography": PLACE,
    "clock": Point(
        "when and in which time zone you work",
        "Tell us your usual hours, and whether a device of yours keeps another time zone.",
        "Agree a time within your hours for a short call, and take it.",
    ),
    "device": Point(
        "that you use the computer for this work yourself",
        "Tell us in a short call how your desk is set up, who else can reach the computer, and what "
        "for.",
        "Remove or switch off, together with our IT team, what lets others operate it.",
    ),
    "payment": Point(
        "that the pay goes to you or to somebody you named",
        "Tell us who holds the pay-out account and why, and name them as your payee.",
        "Change to an account in your own name, or send a letter from the bank that names the "
        "holder. Black out every amount.",
    ),
    "contact": Point(
        "that the phone number and the mailbox are yours",
        "Answer a call or a message that we send to each of them at a time we agree on.",
        "Give us another number or mailbox of yours, and tell us which to drop.",
    ),
    "documents": Point(
        "that the name on your file is yours",
        "Tell us in a short call how your name is written on each paper, and whether it ever changed.",
        "Have the check repeated in a way you choose, for instance in person at a post office, a "
        "notary or a partner of ours.",
    ),
    "conduct": SAME_PERSON,
    "shipping": Point(
        "where your equipment goes and who takes it in",
        "Tell us in a short call or by e-mail who took the parcel in, and where the equipment is now.",
        "Send us the serial number on the equipment, or the carrier's receipt.",
    ),
    "code_history": Point(
        "that the published code you named is your own work",
        "Walk one of our engineers through a piece of it that you choose, in a call with the screen "
        "shared and no camera.",
        "Add a small file with a word we send you to one of the repositories, from the account you "
        "named.",
    ),
    "continuity": SAME_PERSON,
    "work_history": Point(
        "the jobs and studies you listed",
        "Tell us in a short call which dates or names are out of date, and correct them.",
        "Name one person at each place whom we may ask, or send a letter or contract from there. "
        "Black out what you were paid.",
    ),
    "linkage": Point(
        "that what you sign in with, are paid by and are reached at is yours",
        "Tell us if you share any of it, for instance with family, flatmates or an agency, and name "
        "the reason.",
        "Change what you share for one of your own, and tell us when you have done so.",
    ),
}


def points(item: Assessment) -> tuple[Point, ...]:
    """The claims in question, at most POINTS_MAX; where nothing speaks, that it is one person."""
    weight: dict[Point, float] = {}
    for reason in filter(speaks_against, item.reasons):
        point = POINTS[reason.family]
        weight[point] = weight.get(point, 0) + reason.contribution
    heaviest = sorted(weight, key=lambda point: -weight[point])[:POINTS_MAX]
    # In a fixed order, so that it does not tell which weighs most.
    found = [point for point in dict.fromkeys(POINTS.values()) if point in heaviest]
    return tuple(found) or (SAME_PERSON,)
