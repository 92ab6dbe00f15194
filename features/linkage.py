"""Who else uses what this person controls, among the people known when they came.

Links count through controlled keys only, never through follows or taste. Four unrelated people, or two
sorts of key shared with one, before a link contradicts; living together is no sort of its own, a key of
a crowd is shown and weighs nothing, households and agencies that were declared are no finding.

A link belongs to the group of the thing that is shared, beside the counts an operator may supply of the
same thing; living together is one thing. Sums over links restate them and are context, and so is a
confirmed case: it is reached through the very thing that is shared.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from features.batch import Batch
from features.context import Context
from features.family import Column, Family, Rows, Words
from features.fixed import fixed
from features.given_names import NAMED
from features.keys import KINDS, Uses, people, uses
from features.links import Links, nobody
from features.segments import Bools, some, true_rows

SEVERAL = 3
"""Unrelated others who make four identities with the person."""
KIND = {name: place for place, name in enumerate(KINDS)}
HOW = ("through one person in between", "directly")


@fixed
class Facts:
    """What the linkage family observed, one entry a profile."""

    payouts: Column
    factors: Column
    devices: Column
    addresses: Column
    lines: Column
    contacts: Column
    texts: Column
    referred: Column
    hubs: Column
    identities: Column
    double: Column
    bits: Column
    ring: Column
    closeness: Column
    how_close: Words
    applied: Column
    payout_rows: Rows
    factor_rows: Rows
    factor_session_rows: Rows
    device_rows: Rows
    device_session_rows: Rows
    shipment_rows: Rows
    line_rows: Rows
    phone_rows: Rows
    mailbox_rows: Rows
    referral_rows: Rows
    applied_rows: Rows


def observe(batch: Batch, context: Context) -> Facts:
    """Ask the cohort about the keys of every profile."""
    used = uses(batch, context)
    if context.cohort is None:
        links = nobody(batch.n, used)
    else:
        links = _of_the_named(batch, context.cohort.links(used, people(batch)))

    def rows(kind: str, name: str) -> Rows:
        return _rows(batch, used, links, kind, name)

    applied, applied_rows = _applied(batch, used, links)
    return Facts(
        payouts=_others(links, "payout"),
        factors=_others(links, "mfa"),
        devices=_others(links, "device"),
        addresses=_others(links, "address"),
        lines=_others(links, "line"),
        contacts=np.fmax(_others(links, "phone"), _others(links, "mailbox")),
        texts=_others(links, "text"),
        referred=_others(links, "referral"),
        hubs=links.hubs,
        identities=links.identities,
        double=links.double,
        bits=links.bits,
        ring=links.ring,
        closeness=links.closeness,
        how_close=lambda who: HOW[int(links.closeness[who]) - 1],
        applied=np.where(np.isnan(links.ring), np.nan, applied),
        payout_rows=rows("payout", "payouts"),
        factor_rows=rows("mfa", "devices"),
        factor_session_rows=rows("mfa", "sessions"),
        device_rows=rows("device", "devices"),
        device_session_rows=rows("device", "sessions"),
        shipment_rows=rows("address", "shipments"),
        line_rows=rows("line", "sessions"),
        phone_rows=rows("phone", "phones"),
        mailbox_rows=rows("mailbox", "emails"),
        referral_rows=rows("referral", "referrals"),
        applied_rows=applied_rows,
    )


def _of_the_named(batch: Batch, links: Links) -> Links:
    """Whoever gave no name is no stranger to anybody, so nothing is known of them."""
    nameless = ~batch.supplied(NAMED)
    if not some(nameless):
        return links
    columns = ("others", "hubs", "identities", "double", "bits", "ring", "closeness")
    known = {name: getattr(links, name).copy() for name in columns}
    for column in known.values():
        column[nameless] = np.nan
    return replace(links, **known)


def _others(links: Links, kind: str) -> Column:
    column: Column = links.others[:, KIND[kind]]
    return column


def _rows(batch: Batch, used: Uses, links: Links, kind: str, name: str) -> Rows:
    """The rows of one table whose key of a kind somebody unrelated uses too."""
    table = batch.table(name)
    mask: Bools = np.zeros(table.size, dtype=np.bool_)
    if name in used.tables and links.sharers.any():
        here = (used.kind == KIND[kind]) & (used.table == used.tables.index(name))
        mask[used.row[here & (links.sharers > 0)]] = True
    return Rows(table, mask)


def _applied(batch: Batch, used: Uses, links: Links) -> tuple[Column, Rows]:
    """Whether each applied over a line of several unrelated people, NaN for no home line; which rows."""
    sessions = batch.table("sessions")
    mask: Bools = np.zeros(sessions.size, dtype=np.bool_)
    found = np.full(batch.n, np.nan)
    lines = true_rows(used.kind == KIND["line"])
    if lines.size:
        lines = lines[sessions.text("kind").is_in(["apply"])[used.row[lines]]]
        several = lines[links.sharers[lines] >= SEVERAL]
        found[used.owner[lines]] = 0
        found[used.owner[several]] = 1
        mask[used.row[several]] = True
    return found, Rows(sessions, mask)


LINKAGE = Family(
    "linkage",
    asks="who else uses what this person controls?",
    group="linkage",
    facts=Facts,
    observe=observe,
    able=lambda context: context.cohort is not None,
)
ANY = (NAMED,)


@LINKAGE.feature(
    direction="raises",
    unit="people",
    strength="context",
    contradiction=True,
    reason="{identities} unrelated {identities:person uses|people use} what this person controls; "
    "sorts of key shared with one "
    "of them: {double}",
    clear="nobody unrelated uses what this person controls, beyond what chance explains",
    innocent=("household or couple not declared", "agency not declared", "second-hand device"),
    next_check="ask about the key that is cheapest to check: who else uses it, and why",
    source=("TAY", "FBI25", "INSIKT26"),
    needs=ANY,
)
def linked_identities(facts: Facts) -> Column:
    """Unrelated people linked to this one, where there are three of them or one by two sorts of key.

    A line, a text or a referral alone links nobody, nor does an address without its line. 0 where
    links are fewer; NaN without a cohort.
    """
    many = (facts.identities >= SEVERAL) | (facts.double >= 2)
    return np.where(np.isnan(facts.identities), np.nan, np.where(many, facts.identities, 0))


@LINKAGE.feature(
    direction="raises",
    unit="bits",
    strength="context",
    reason="shared keys with unrelated people weigh {bits:.0f} {bits:bit|bits} against chance",
    clear="no shared key weighs against chance",
    innocent=("household or couple not declared", "agency not declared", "second-hand device"),
    next_check="ask about the shared key that weighs most",
    source=("TAY", "INSIKT26"),
    needs=ANY,
)
def link_bits(facts: Facts) -> Column:
    """Bits of all links, one a person linked: rarity x control x overlap x difference of claims."""
    return facts.bits


@LINKAGE.feature(
    direction="raises",
    unit="people",
    strength="context",
    reason="this person is one of a ring of {ring} tied by controlled keys",
    clear="this person is in no ring",
    innocent=("agency not declared", "family business"),
    next_check="look at the ring as a whole; the key most of them share is the one to check",
    source=("TAY", "ADV22"),
    needs=ANY,
)
def ring_members(facts: Facts) -> Column:
    """People, beyond two, in the ring tied together by pay-outs, factors, devices, parcels, contacts."""
    return np.maximum(facts.ring - 2, 0)


@LINKAGE.feature(
    direction="raises",
    unit="people",
    strength="strong",
    reason="{payouts} unrelated {payouts:person is|people are} paid into the same account",
    clear="nobody unrelated is paid into the same account",
    innocent=("agency or employer of record not declared", "couple not declared"),
    next_check="ask who holds the account and for whom",
    source=("TAY", "FBI25"),
    needs=("payouts.account", *ANY),
    evidence="payout_rows",
    group="payment",
)
def account_sharers(facts: Facts) -> Column:
    """Unrelated people with the same pay-out account or wallet."""
    return facts.payouts


@LINKAGE.feature(
    direction="raises",
    unit="people",
    strength="strong",
    reason="{factors} unrelated {factors:person signs|people sign} in with the same second factor",
    clear="nobody unrelated signs in with the same second factor",
    innocent=("family phone", "test accounts"),
    next_check="register a new second factor on a call",
    source="MS",
    needs=("sessions.mfa_key|devices.mfa_key", *ANY),
    evidence=("factor_rows", "factor_session_rows"),
    group="device",
)
def factor_sharers(facts: Facts) -> Column:
    """Unrelated people with the same second factor."""
    return facts.factors


@LINKAGE.feature(
    direction="raises",
    unit="people",
    strength="strong",
    reason="{devices} unrelated {devices:person uses|people use} the same device",
    clear="nobody unrelated uses the same device",
    innocent=("bought second hand", "family computer", "internet cafe"),
    next_check="ask how long the person has had the device",
    source=("INSIKT26", "ADV22"),
    needs=("devices.id|sessions.device", *ANY),
    evidence=("device_rows", "device_session_rows"),
    group="device",
)
def device_sharers(facts: Facts) -> Column:
    """Unrelated people on the same device."""
    return facts.devices


@LINKAGE.feature(
    direction="raises",
    unit="people",
    strength="medium",
    reason="parcels of {addresses} unrelated {addresses:person|people} went to the same address",
    clear="no parcel of anybody unrelated went to the same address",
    innocent=("shared flat", "co-living", "military housing"),
    next_check="ask who lives at the address",
    source=("CHAP", "PSA24"),
    needs=("shipments.address", *ANY),
    evidence="shipment_rows",
    group="shipping",
)
def address_sharers(facts: Facts) -> Column:
    """Unrelated people whose equipment went to the same delivery address."""
    return facts.addresses


@LINKAGE.feature(
    direction="raises",
    unit="people",
    strength="medium",
    reason="{lines} unrelated {lines:person works|people work} over the same home line",
    clear="at most two unrelated people, or a crowd, work over the same home line",
    innocent=("shared flat", "carrier that shares addresses", "recycled address"),
    next_check="ask who else works there; a look at the equipment on a call",
    source=("GLAB", "THN26S"),
    needs=("sessions.ip", *ANY),
    evidence="line_rows",
    group="shipping",
)
def line_sharers(facts: Facts) -> Column:
    """Unrelated people, beyond two, on the same ordinary line (/24 or /56) within its window."""
    return np.maximum(facts.lines - 2, 0)


@LINKAGE.feature(
    direction="raises",
    unit="yes or no",
    strength="weak",
    reason="applied over a home line of at least three unrelated people",
    clear="applied over a home line of one's own, or a crowd's",
    innocent=("shared flat", "carrier that shares addresses", "office of a recruiter"),
    next_check="ask where the application was sent from, and who else lives there",
    source=("THN26S", "GLAB"),
    needs=("sessions.ip", "sessions.kind", *ANY),
    evidence="applied_rows",
    group="shipping",
)
def applied_over_shared_line(facts: Facts) -> Column:
    """1 if an application came over an ordinary line that three or more unrelated people use."""
    return facts.applied


@LINKAGE.feature(
    direction="raises",
    unit="people",
    strength="medium",
    reason="{contacts} unrelated {contacts:person|people} gave the same phone or mailbox",
    clear="nobody unrelated gave the same phone or mailbox",
    innocent=("resold number", "family phone", "shared mailbox of a firm"),
    next_check="send a code to it during a call",
    source=("FBI25", "TAY"),
    needs=("phones.number|emails.address", *ANY),
    evidence=("phone_rows", "mailbox_rows"),
    group="contact",
)
def contact_sharers(facts: Facts) -> Column:
    """Unrelated people with the same phone number or mailbox."""
    return facts.contacts


@LINKAGE.feature(
    direction="raises",
    unit="people",
    strength="weak",
    reason="the CV reads nearly the same as those of {texts} unrelated {texts:person|people}",
    clear="the CV reads like nobody else's",
    innocent=("template", "agency CV", "writing aid"),
    next_check="ask about one project in the person's own words",
    source=("PSA25J", "ADV22"),
    needs=("profiles.work.cv_text", *ANY),
    group="work_history",
)
def text_sharers(facts: Facts) -> Column:
    """Unrelated people whose CV text is nearly the same."""
    return facts.texts


@LINKAGE.feature(
    direction="raises",
    unit="sorts",
    strength="medium",
    reason="one unrelated person shares {double} {double:sort|sorts} of key, the referral among "
    "them",
    clear="a referral, if any, shares nothing else",
    innocent=("former colleagues in a shared flat",),
    next_check="ask both how they know each other",
    source=("GLAB", "NDGA"),
    needs=ANY,
    evidence="referral_rows",
    group="conduct",
    unless=(
        "account_sharers",
        "factor_sharers",
        "device_sharers",
        "address_sharers",
        "line_sharers",
        "contact_sharers",
        "text_sharers",
    ),
)
def referral_with_shared_key(facts: Facts) -> Column:
    """Sorts of key, beside a referral, shared with one unrelated person; a line counts as one.

    Either of the two may have told of the referral. NaN without a cohort.
    Where the thing shared speaks by itself the referral is no second piece of evidence: flatmates bring
    flatmates.
    """
    return np.where(facts.referred > 0, np.maximum(facts.double - 1, 0), facts.referred)


@LINKAGE.feature(
    direction="raises",
    unit="steps",
    strength="context",
    reason="shares keys with a confirmed case, {how_close}",
    clear="no confirmed case is within two steps of what this person controls",
    innocent=("second-hand device", "account of an agency", "victim whose identity was used"),
    next_check="a reviewer looks at both cases together before anything is decided",
    source=("UPW$", "TAY"),
    needs=ANY,
)
def confirmed_case_closeness(facts: Facts) -> Column:
    """2 beside a case confirmed by then, 1 through one person in between; strong ties only, capped."""
    return facts.closeness
