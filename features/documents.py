"""What identity checks found: the name, how it was captured, whose it is, who else handed it in.

Only results are read, never an image or a biometric. The country that issued a document (I6) is
deliberately no feature: it says where a person comes from and contradicts nothing.
"""

from __future__ import annotations

import numpy as np

from features.batch import Batch, Table
from features.context import Context
from features.family import Column, Family, Rows
from features.fixed import fixed
from features.given_names import held_against_names
from features.household import beyond_household
from features.segments import Bools

MADE = ("same", "different", "failed")
"""Outcomes of a check that took place; one that did not is no finding."""
ELSEWHERE = ("address", "bank_account", "database")
"""Checks that look at neither the document nor the person."""


@fixed
class Facts:
    """What the documents family observed, one entry a profile."""

    named: Column
    misnamed: Column
    misnamed_rows: Rows
    placed: Column
    misplaced: Column
    misplaced_rows: Rows
    captured: Column
    copies: Column
    copy_rows: Rows
    document_files: Column
    document_rows: Rows
    selfie_files: Column
    selfie_rows: Rows
    compared: Column
    others: Column
    other_rows: Rows
    tried: Column
    failed: Column
    failed_rows: Rows
    asked: Column
    unaware: Column
    unaware_rows: Rows
    live: Column
    verified: Column


def observe(batch: Batch, context: Context) -> Facts:
    """Read the identity checks of every profile."""
    c = batch.table("checks")
    outcome, kind = c.text("outcome"), c.text("checked")
    made, bank = outcome.is_in(MADE), kind.is_in(["bank_account"])
    name, address = c.number("name_agrees"), c.number("address_agrees")
    # Whose the bank account is belongs to payment.
    named, placed = made & ~bank & ~np.isnan(name), made & ~np.isnan(address)
    looked = made & ~kind.is_in(ELSEWHERE)
    captured = looked & c.known("capture")
    copies = captured & c.text("capture").is_in(["scan", "screenshot"])
    files = np.where(bank, np.nan, beyond_household(batch, c, "reused_in"))
    selfie = kind.is_in(["selfie"])
    document_files, selfie_files = np.where(selfie, np.nan, files), np.where(selfie, files, np.nan)
    # A bare word on another stage is no identity check: continuity and conduct read those.
    person = looked & (kind.known | c.text("stage").is_in(["verified"]))
    other, failed = person & outcome.is_in(["different"]), person & outcome.is_in(["failed"])
    unaware = c.flag("owner_unaware")
    live, verified = _verified(batch, c, looked & ~np.isnan(name), made & bank & (name == 0))
    return Facts(
        named=c.count(named),
        misnamed=c.count(named & (name == 0)),
        misnamed_rows=Rows(c, named & (name == 0)),
        placed=c.count(placed),
        misplaced=c.count(placed & (address == 0)),
        misplaced_rows=Rows(c, placed & (address == 0)),
        captured=c.count(captured),
        copies=c.count(copies),
        copy_rows=Rows(c, copies),
        document_files=c.largest(document_files),
        document_rows=Rows(c, document_files > 0),
        selfie_files=c.largest(selfie_files),
        selfie_rows=Rows(c, selfie_files > 0),
        compared=c.count(person & ~failed),
        others=c.count(other),
        other_rows=Rows(c, other),
        tried=c.count(person),
        failed=c.count(failed),
        failed_rows=Rows(c, failed),
        asked=c.count(c.known("owner_unaware")),
        unaware=c.count(unaware),
        unaware_rows=Rows(c, unaware),
        live=live,
        verified=verified,
    )


def _verified(batch: Batch, c: Table, named: Bools, stranger: Bools) -> tuple[Column, Column]:
    """Live checks that compared the name, and those that agreed; none where a holder differs."""
    live = c.text("capture").is_in(["live", "in_person"]) | c.text("checked").is_in(["in_person"])
    passed = named & live & c.text("outcome").is_in(["same"]) & c.flag("name_agrees")
    payouts, clear = batch.table("payouts"), c.any(passed) & ~c.any(stranger)
    other = held_against_names(batch, payouts, "holder", clear[payouts.owner]).other
    return c.count(named & live), np.where(clear & ~payouts.any(other), c.count(passed), 0)


DOCUMENTS = Family(
    "documents",
    asks="did identity checks find the person who was named, and only that person?",
    group="documents",
    facts=Facts,
    observe=observe,
)


@DOCUMENTS.feature(
    direction="raises",
    unit="share",
    strength="medium",
    contradiction=True,
    reason="the name did not agree in {misnamed} of {named} identity {named:check|checks}",
    clear="the name agreed in {named} identity {named:check|checks}",
    innocent=("changed name", "transliteration", "a name order the check does not know"),
    next_check="ask for other names in use and have the check repeated with them",
    source="KRAK",
    needs=("checks.name_agrees",),
    evidence="misnamed_rows",
)
def id_name_differs_share(facts: Facts) -> Column:
    """Share of identity checks in which the name differs; bank accounts belong to payment."""
    return facts.misnamed / facts.named


@DOCUMENTS.feature(
    direction="raises",
    unit="share",
    strength="weak",
    reason="the address did not agree in {misplaced} of {placed} identity {placed:check|checks}",
    clear="the address agreed in {placed} identity {placed:check|checks}",
    innocent=("moved house", "safe address kept from others", "document keeps the old address"),
    next_check="ask since when the person lives there; any recent letter will do",
    source="KRAK",
    needs=("checks.address_agrees",),
    evidence="misplaced_rows",
)
def id_address_differs_share(facts: Facts) -> Column:
    """Share of checks in which the address differs from the one the person gave."""
    return facts.misplaced / facts.placed


@DOCUMENTS.feature(
    direction="raises",
    unit="share",
    strength="medium",
    reason="{copies} of {captured} identity {captured:check|checks} {copies:rests|rest} on a scan "
    "or a screenshot",
    clear="{captured} identity {captured:check was|checks were} made live or in person",
    innocent=("the check offers no live capture", "no working camera", "disability"),
    next_check="offer a live check or a meeting in person, whichever suits the person",
    source=("KRAK", "SEAL"),
    needs=("checks.capture",),
    evidence="copy_rows",
)
def id_not_live_share(facts: Facts) -> Column:
    """Share of checks of the document or person made from a scan or screenshot, not live."""
    return facts.copies / facts.captured


@DOCUMENTS.feature(
    direction="raises",
    unit="files",
    strength="strong",
    contradiction=True,
    reason="the same document is in the files of {document_files} {document_files:other|others}, "
    "not declared as household",
    clear="the documents are in nobody else's file",
    innocent=("one person registered twice", "same form of the same authority", "shared bill"),
    next_check="ask the vendor what exactly matched; ask for another document",
    source=("INSIKT26", "PSA23"),
    needs=("checks.reused_in",),
    evidence="document_rows",
)
def id_document_reuse(facts: Facts) -> Column:
    """Most files of other people with the same document, declared household taken off."""
    return facts.document_files


@DOCUMENTS.feature(
    direction="raises",
    unit="files",
    strength="strong",
    contradiction=True,
    reason="the same selfie is in the files of {selfie_files} {selfie_files:other|others}, not "
    "declared as household",
    clear="the selfie is in nobody else's file",
    innocent=("one person registered twice", "twins", "a false match of the vendor"),
    next_check="meet in person or by video call; a person, not the vendor, compares",
    source=("KB4", "CIND"),
    needs=("checks.reused_in", "checks.checked"),
    evidence="selfie_rows",
)
def id_selfie_reuse(facts: Facts) -> Column:
    """Most files of other people the vendor matched to the selfie, declared household taken off."""
    return facts.selfie_files


@DOCUMENTS.feature(
    direction="raises",
    unit="share",
    strength="strong",
    contradiction=True,
    reason="another person was found in {others} of {compared} identity {compared:check|checks}",
    clear="the same person was found in {compared} identity {compared:check|checks}",
    innocent=("old picture on the document", "changed appearance", "checks mixed up"),
    next_check="repeat the check with a person looking, in person or on a call",
    source=("SEAL", "KB4"),
    needs=("checks.outcome",),
    evidence="other_rows",
    told="tried",
)
def id_other_person_share(facts: Facts) -> Column:
    """Share of decided checks that found another person; a bare interview result is conduct's."""
    return facts.others / facts.compared


@DOCUMENTS.feature(
    direction="raises",
    unit="share",
    strength="weak",
    reason="{failed} of {tried} identity {tried:check|checks} failed",
    clear="none of {tried} identity {tried:check|checks} failed",
    innocent=("disability", "religious dress", "poor camera or connection", "unusual document"),
    next_check="offer another way to be checked, one without a camera among them",
    source="SEAL",
    needs=("checks.outcome",),
    evidence="failed_rows",
    told="tried",
)
def id_check_failed_share(facts: Facts) -> Column:
    """Share of checks tried that failed; a check that was not made is left out."""
    return facts.failed / facts.tried


@DOCUMENTS.feature(
    direction="raises",
    unit="share",
    strength="strong",
    contradiction=True,
    reason="the named person knew nothing of it in {unaware} of {asked} {asked:enquiry|enquiries}",
    clear="the named person knew of it in {asked} {asked:enquiry|enquiries}",
    innocent=("enquiry reached a namesake", "record mixed up", "did not recognise the firm's name"),
    next_check="speak to the named person at an address known before; they may need help",
    source="SEAL",
    needs=("checks.owner_unaware",),
    evidence="unaware_rows",
)
def id_owner_unaware_share(facts: Facts) -> Column:
    """Share of enquiries in which the named person knew nothing of the work; NaN if never asked."""
    return facts.unaware / facts.asked


@DOCUMENTS.feature(
    direction="lowers",
    unit="yes or no",
    strength="medium",
    reason="{verified} of {live} live identity {live:check|checks} found the person under their name, "
    "with no pay-out to a stranger known",
    clear="{verified} of {live} live identity {live:check|checks} found the person under their name, "
    "with no pay-out to a stranger known",
    innocent=("no live check was offered", "partner's pay-out account"),
    next_check="offer a live check or a meeting in person",
    source="VONG",
    needs=("checks.name_agrees", "checks.capture|checks.checked"),
)
def id_verified_live(facts: Facts) -> Column:
    """1 if verified live or in person under the claimed name, no pay-out holder known to differ.

    0 if a live check compared the name and this does not hold; NaN without one. A lent identity
    passes too, so it never clears alone.
    """
    return np.where(facts.live > 0, facts.verified > 0, np.nan)
