"""What named people noted at interviews and at work, each kind looked for and answered yes or no.

A note is one person's impression, so most of this is weak; only another name, another person or an
offer of the account contradicts a claim. Accent, language, looks and background are never noted, and
a question meant to insult (V9) is deliberately no feature. Referrals (W3) need other profiles.
"""

from __future__ import annotations

import numpy as np

from features.batch import Batch
from features.context import Context
from features.family import Column, Family, Rows
from features.fixed import fixed
from features.observations import observed


@fixed
class Facts:
    """What the conduct family observed, one entry a profile: shares of notes that saw it."""

    camera: Column
    camera_rows: Rows
    name: Column
    name_rows: Rows
    person: Column
    person_rows: Rows
    person_checks: Rows
    artefact: Column
    artefact_rows: Rows
    reads: Column
    place: Column
    place_rows: Rows
    employer: Column
    employer_rows: Rows
    pickup: Column
    in_person: Column
    pasted: Column
    collision: Column
    handle: Column
    handle_rows: Rows
    export: Column
    export_rows: Rows
    output: Column
    threatened: Column
    advertised: Column
    advertised_rows: Rows


def observe(batch: Batch, context: Context) -> Facts:
    """Read the notes of every profile."""
    person, person_checks = _person(batch)
    return Facts(
        camera=observed(batch, "camera_refused"),
        camera_rows=_seen(batch, "camera_refused"),
        name=observed(batch, "joined_under_other_name"),
        name_rows=_seen(batch, "joined_under_other_name"),
        person=person,
        person_rows=_seen(batch, "different_person"),
        person_checks=person_checks,
        artefact=observed(batch, "artefact_seen"),
        artefact_rows=_seen(batch, "artefact_seen"),
        reads=observed(batch, "reads_answers"),
        place=observed(batch, "claimed_place_unknown"),
        place_rows=_seen(batch, "claimed_place_unknown"),
        employer=observed(batch, "claimed_employer_unknown"),
        employer_rows=_seen(batch, "claimed_employer_unknown"),
        pickup=observed(batch, "pickup_avoided"),
        in_person=observed(batch, "in_person_avoided"),
        pasted=observed(batch, "pasted_code_test"),
        collision=observed(batch, "meeting_collision"),
        handle=observed(batch, "handle_switched"),
        handle_rows=_seen(batch, "handle_switched"),
        export=observed(batch, "bulk_export"),
        export_rows=_seen(batch, "bulk_export"),
        output=observed(batch, "output_changed"),
        threatened=observed(batch, "threatened"),
        advertised=observed(batch, "account_advertised"),
        advertised_rows=_seen(batch, "account_advertised"),
    )


def _seen(batch: Batch, kind: str) -> Rows:
    """The notes that saw a kind of conduct."""
    conduct = batch.table("conduct")
    return Rows(conduct, conduct.text("kind").is_in([kind]) & conduct.flag("seen"))


def _person(batch: Batch) -> tuple[Column, Rows]:
    """Share of answers, noted or as the interview's own continuity check, that saw another person.

    And which of those checks did.

    A bare result on the interview is the same interviewer's word; a check with a document or a
    selfie is the vendor's, and belongs to documents.
    """
    conduct, checks = batch.table("conduct"), batch.table("checks")
    noted = conduct.text("kind").is_in(["different_person"]) & conduct.known("seen")
    word = checks.text("stage").is_in(["interviewed"]) & ~checks.known("checked")
    other = checks.text("outcome").is_in(["different"])
    seen = conduct.count(noted & conduct.flag("seen")) + checks.count(word & other)
    same = checks.text("outcome").is_in(["same"])
    looked = conduct.count(noted) + checks.count(word & (other | same))
    share = np.where(looked > 0, seen / np.maximum(looked, 1), np.nan)
    return share, Rows(checks, word & other)


CONDUCT = Family(
    "conduct",
    asks="does the person met at interview and at work act as the claims would have it?",
    group="conduct",
    facts=Facts,
    observe=observe,
)
NOTED = ("conduct.kind",)


@CONDUCT.feature(
    direction="raises",
    unit="share",
    strength="weak",
    reason="the camera was refused in {camera:.0%} of the calls noted",
    clear="the camera was not refused in the calls noted",
    innocent=("disability", "slow connection", "privacy or religion", "people in the room"),
    next_check="offer another way to be met, one without a camera among them",
    source=("PSA23", "SWX"),
    needs=NOTED,
    evidence="camera_rows",
    told="camera",
)
def camera_refused(facts: Facts) -> Column:
    """Share of calls noted in which the camera was refused; NaN if nobody asked for it."""
    return facts.camera


@CONDUCT.feature(
    direction="raises",
    unit="share",
    strength="strong",
    contradiction=True,
    reason="another name was shown on {name:.0%} of the calls noted",
    clear="the name given was shown on the calls noted",
    innocent=("shared meeting account", "short name or nickname", "changed name"),
    next_check="ask whose meeting account it is, and for other names in use",
    source="KRAK",
    needs=NOTED,
    evidence="name_rows",
    told="name",
)
def joined_under_other_name(facts: Facts) -> Column:
    """Share of calls noted that were joined under a name the person did not give."""
    return facts.name


@CONDUCT.feature(
    direction="raises",
    unit="share",
    strength="strong",
    contradiction=True,
    reason="another person came than at the stage before, in {person:.0%} of the answers noted",
    clear="the same person came at each stage noted",
    innocent=("other microphone or camera", "long time between calls", "interviewers mixed up"),
    next_check="have somebody who met the person before join the next call",
    source=("FBI25", "CDESK"),
    needs=("conduct.kind|checks.outcome",),
    evidence=("person_rows", "person_checks"),
    told="person",
)
def different_person(facts: Facts) -> Column:
    """Share of interviewers' answers that another person came than at the stage before."""
    return facts.person


@CONDUCT.feature(
    direction="raises",
    unit="share",
    strength="medium",
    reason="signs of an altered picture or sound were noted on {artefact:.0%} of the calls looked "
    "at",
    clear="no signs of an altered picture or sound on the calls looked at",
    innocent=("background filter", "poor camera or connection", "noise suppression"),
    next_check="repeat the call without filters, or by telephone",
    source=("PIND", "VID"),
    needs=NOTED,
    evidence="artefact_rows",
    told="artefact",
)
def artefact_seen(facts: Facts) -> Column:
    """Share of calls looked at with signs of an altered picture or sound, confirmed by a person."""
    return facts.artefact


@CONDUCT.feature(
    direction="raises",
    unit="share",
    strength="weak",
    reason="answers seemed to be read out or prompted on {reads:.0%} of the calls noted",
    clear="answers did not seem to be read out on the calls noted",
    innocent=("nerves", "captions or an interpreter", "own notes", "writing aid"),
    next_check="talk about one piece of the person's own work, without preparation",
    source=("PSA23", "GART"),
    needs=NOTED,
    told="reads",
)
def reads_answers(facts: Facts) -> Column:
    """Share of calls noted in which answers seemed read out or prompted by somebody else."""
    return facts.reads


@CONDUCT.feature(
    direction="raises",
    unit="share",
    strength="medium",
    reason="the claimed place was not known to the person in {place:.0%} of the talks noted",
    clear="the claimed place was known to the person",
    innocent=("moved there lately", "seldom goes out", "did not understand the question"),
    next_check="ask since when the person lives there, and for anything that shows it",
    source=("KRAK", "FBI25"),
    needs=NOTED,
    evidence="place_rows",
    told="place",
)
def claimed_place_unknown(facts: Facts) -> Column:
    """Share of talks in which the person could not speak of the place they say they live in."""
    return facts.place


@CONDUCT.feature(
    direction="raises",
    unit="share",
    strength="medium",
    reason="a claimed employer was not known to the person in {employer:.0%} of the talks noted",
    clear="the claimed employers were known to the person",
    innocent=("bound to secrecy", "short or distant job", "employed through an agency"),
    next_check="ask for a colleague of that time who may be called",
    source=("KRAK", "FBI25"),
    needs=NOTED,
    evidence="employer_rows",
    told="employer",
)
def claimed_employer_unknown(facts: Facts) -> Column:
    """Share of talks in which the person could not speak of an employer they name."""
    return facts.employer


@CONDUCT.feature(
    direction="raises",
    unit="share",
    strength="weak",
    reason="picking up the equipment was avoided on {pickup:.0%} of the occasions noted",
    clear="the equipment was picked up as agreed",
    innocent=("no car or too far", "disability", "care duties", "travelling"),
    next_check="offer delivery to the claimed home, with a receipt",
    source="PSA23",
    needs=NOTED,
    told="pickup",
)
def pickup_avoided(facts: Facts) -> Column:
    """Share of occasions noted on which the person avoided picking up equipment."""
    return facts.pickup


@CONDUCT.feature(
    direction="raises",
    unit="share",
    strength="weak",
    reason="meeting in person was avoided on {in_person:.0%} of the occasions noted",
    clear="the person met in person",
    innocent=("care duties", "disability", "too far or too dear", "objects to the test"),
    next_check="offer a place near the claimed home, or a check that needs no travel",
    source=("PSA23", "SEAL"),
    needs=NOTED,
    told="in_person",
)
def in_person_avoided(facts: Facts) -> Column:
    """Share of occasions noted on which the person avoided a meeting or test in person."""
    return facts.in_person


@CONDUCT.feature(
    direction="raises",
    unit="share",
    strength="weak",
    reason="{pasted:.0%} of the code tests noted were pasted in or done in no time",
    clear="the code tests noted were written by hand",
    innocent=("own editor", "writing aid", "knew the exercise"),
    next_check="talk through the solution together",
    source="WIRED25",
    needs=NOTED,
    told="pasted",
)
def pasted_code_test(facts: Facts) -> Column:
    """Share of code tests noted whose answer was pasted in large pieces or far too quick."""
    return facts.pasted


@CONDUCT.feature(
    direction="raises",
    unit="share",
    strength="weak",
    reason="the person vanished or had another meeting on {collision:.0%} of the occasions noted",
    clear="no meeting collided with another",
    innocent=("two part-time jobs", "care duties", "illness"),
    next_check="agree on hours; ask about other work, which may be allowed",
    source="INSIKT26",
    needs=NOTED,
    told="collision",
)
def meeting_collision(facts: Facts) -> Column:
    """Share of occasions noted on which meetings collided or the person was gone without a word."""
    return facts.collision


@CONDUCT.feature(
    direction="raises",
    unit="share",
    strength="medium",
    reason="an account was deleted or switched during the work, in {handle:.0%} of the reviews "
    "noted",
    clear="the same accounts were used all through the work",
    innocent=("lost access", "company account introduced", "changed name"),
    next_check="ask for a word from the old account, or for what became of it",
    source="SEAL",
    needs=NOTED,
    evidence="handle_rows",
    told="handle",
)
def handle_switched(facts: Facts) -> Column:
    """Share of reviews noted in which an account was deleted or switched in mid-contract."""
    return facts.handle


@CONDUCT.feature(
    direction="raises",
    unit="share",
    strength="medium",
    reason="code or files were copied out in bulk, in {export:.0%} of the reviews noted",
    clear="no code or files were copied out in bulk",
    innocent=("backup", "moving to a new computer", "own settings and samples"),
    next_check="ask what was copied, where to and why; limit access meanwhile",
    source=("SWX", "PSA25J"),
    needs=NOTED,
    evidence="export_rows",
    told="export",
)
def bulk_export(facts: Facts) -> Column:
    """Share of reviews noted in which code or files went in bulk to a place of the person's own."""
    return facts.export


@CONDUCT.feature(
    direction="raises",
    unit="share",
    strength="weak",
    reason="the work or what the person knew of it changed, in {output:.0%} of the reviews noted",
    clear="the work stayed as it was, and the person could speak of it",
    innocent=("exhaustion", "pair work", "new kind of task"),
    next_check="go through a recent piece of work together",
    source="SEAL",
    needs=NOTED,
    told="output",
)
def output_changed(facts: Facts) -> Column:
    """Share of reviews noted in which the work changed its manner or its author could not explain it."""
    return facts.output


@CONDUCT.feature(
    direction="raises",
    unit="share",
    strength="context",
    reason="threats were made after the end of the work",
    clear="no threats were made",
    innocent=("quarrel over pay", "somebody else wrote in this name"),
    next_check="keep the message; settle what pay is owed",
    source="SWX",
    needs=NOTED,
    told="threatened",
)
def threatened(facts: Facts) -> Column:
    """Share of reviews noted that saw threats; anger says little of who somebody is."""
    return facts.threatened


@CONDUCT.feature(
    direction="raises",
    unit="share",
    strength="strong",
    contradiction=True,
    reason="the account was offered for rent or sale, in {advertised:.0%} of the searches noted",
    clear="the account was not found on offer",
    innocent=(
        "somebody else offers a stolen account",
        "advertisement for a service, not the account",
    ),
    next_check="show the person the offer; have them sign in and change all keys",
    source="UPW$",
    needs=NOTED,
    evidence="advertised_rows",
    told="advertised",
)
def account_advertised(facts: Facts) -> Column:
    """Share of searches noted that found the person's account offered for rent or sale."""
    return facts.advertised
