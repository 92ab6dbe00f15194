"""Where the pay goes: payee against worker, changes around hire, shared and pass-through accounts.

A rate below market (P9) is deliberately no feature: it stands in for country and career stage.
"""

from __future__ import annotations

import numpy as np

from features import segments
from features.batch import Batch, Table
from features.context import Context
from features.family import Column, Family, Rows, Words, words_of_each
from features.fixed import fixed, kept
from features.given_names import NAMED, held_against_names, perhaps_declared
from features.household import beyond_household
from features.observations import observed
from features.places import claims_cover, country_numbers
from features.segments import Bools, Floats, true_rows

DAY = 86_400.0
EARLY_DAYS = 30.0
"""A change this soon after the start is early (SWX, FBI25)."""
WINDOW_DAYS = 90.0
QUICK_HOURS = 48.0
"""Pay that leaves within this time is passed through (JPN2, ANYRUN)."""
UNUSUAL = ("crypto", "e_money")


@fixed
class Facts:
    """What the payment family observed, one entry a profile.

    ``expected``: accounts of declared payees, which explain what is theirs.
    """

    batch: Batch
    payouts: Table
    expected: Bools
    payees: Column
    strangers: Column
    stranger: Words
    stranger_rows: Rows
    changes: Column
    early: Column
    recent_rows: Rows
    early_rows: Rows
    banks: Column
    elsewhere: Column
    elsewhere_rows: Rows
    crypto: Column
    accounts: Column

    @kept
    def others(self) -> Floats:
        """Unrelated workers on each account; a declared payee or household explains its own."""
        others = beyond_household(self.batch, self.payouts, "other_workers")
        return self._unless_theirs(np.where(self.expected & ~np.isnan(others), 0.0, others))

    def _unless_theirs(self, found: Floats) -> Floats:
        """What was found on each account, NaN where it may be a declared payee's to explain."""
        telling = found > 0
        if not segments.some(telling):
            return found
        perhaps = perhaps_declared(self.batch, self.payouts, "holder")
        return np.where(telling & perhaps, np.nan, found)

    @kept
    def workers(self) -> Column:
        """Most unrelated workers on one account."""
        return self.payouts.largest(self.others)

    @kept
    def shared_rows(self) -> Rows:
        """Accounts that unrelated workers share."""
        return Rows(self.payouts, self.others > 0)

    @kept
    def requested(self) -> Column:
        """Whether an unusual way of payment was asked for after the hire."""
        asked = self.payouts.number("requested_after_hire")
        method = self.payouts.text("method")
        told = ~np.isnan(asked) & method.known
        unusual = (asked == 1) & method.is_in(UNUSUAL)
        return self.payouts.largest(np.where(told, unusual, np.nan))

    @kept
    def passed(self) -> Floats:
        """Share of each account that left within 48 hours; declared payees explain theirs."""
        share = self.payouts.number("passed_on_share")
        hours = self.payouts.number("passed_on_hours")
        quick = np.where((share > 0) & np.isnan(hours), np.nan, share)  # nobody said how soon
        slow = (hours > QUICK_HOURS) | self.expected
        return self._unless_theirs(np.where(slow & ~np.isnan(share), 0.0, quick))

    @kept
    def passed_on(self) -> Column:
        """Largest share of one account that left within 48 hours."""
        return self.payouts.largest(self.passed)

    @kept
    def passed_rows(self) -> Rows:
        """Accounts from which pay left within 48 hours."""
        return Rows(self.payouts, self.passed > 0)

    @kept
    def self_paid(self) -> Column:
        """Whether the paying client is the worker."""
        return self.payouts.largest(self.payouts.number("paid_by_self"))

    @kept
    def prepayment(self) -> Column:
        """Share of observations that saw a demand for prepayment."""
        return observed(self.batch, "prepayment_demanded")

    @kept
    def disowned(self) -> Column:
        """Share of observations that saw a tax form disowned."""
        return observed(self.batch, "tax_form_disowned")


def observe(batch: Batch, context: Context) -> Facts:
    """Read the pay-outs of every profile."""
    p = batch.table("payouts")
    named = held_against_names(batch, p, "holder")
    expected, stranger = named.declared, named.other
    judged = named.own | expected | stranger
    added = p.number("added_at")
    recent = added >= (batch.as_of - WINDOW_DAYS * DAY)[p.owner]
    known_day = ~np.isnan(added)
    later = segments.rank(p.owner, known_day & _first_of_account(p)) > 0
    start = _start(batch, p)
    early = later & (added - start[p.owner] <= EARLY_DAYS * DAY)
    dated = p.count(known_day)
    bank, outside = _banks(batch, p, expected)
    known = p.count(p.text("method").known)
    return Facts(
        batch=batch,
        payouts=p,
        expected=expected,
        payees=p.count(judged),
        strangers=np.where(p.any(judged), p.count(stranger), np.nan),
        stranger=words_of_each(p, "holder", stranger),
        stranger_rows=Rows(p, stranger),
        changes=np.where(dated > 0, p.count(recent & later), np.nan),
        early=np.where(np.isnan(start), np.nan, p.any(early)),
        recent_rows=Rows(p, later & recent),
        early_rows=Rows(p, early),
        banks=p.count(bank),
        elsewhere=p.count(outside),
        elsewhere_rows=Rows(p, outside),
        crypto=np.where(known > 0, p.count(p.text("method").is_in(["crypto"])), np.nan),
        accounts=known,
    )


def _first_of_account(p: Table) -> Bools:
    """Which rows are the first to tell of their account; told of again it is no other.

    A row without the account's number or hash is a way of being paid of its own.
    """
    account = p.text("account")
    rows = true_rows(account.known)
    if rows.size == len(account.values):
        return np.ones(p.size, dtype=np.bool_)
    first = ~account.known
    keys = p.owner[rows] * len(account.values) + account.codes[rows]
    first[rows[np.unique(keys, return_index=True)[1]]] = True
    return first


def _start(batch: Batch, p: Table) -> Floats:
    """When the account began: the first sign-in, or a pay-out before it; NaN without a sign-in."""
    sessions = batch.table("sessions")
    first = p.smallest(p.number("added_at"))
    return np.minimum(first, sessions.smallest(sessions.number("at")))


def _banks(batch: Batch, p: Table, expected: Bools) -> tuple[Bools, Bools]:
    """Bank accounts with a known country, and those in a country no claim covers.

    Where a declared payee banks is their matter, and abroad an account may be theirs.

    E-money and crypto place nobody: an account abroad is the normal route in many places (CIPAY).
    """
    country = country_numbers(p.text("country"))
    claims = batch.supplied("places.country")[p.owner]
    bank = p.text("method").is_in(["bank"]) & (country >= 0) & claims & ~expected
    if not segments.some(bank):
        return bank, bank
    added = p.number("added_at")
    at = np.where(np.isnan(added), batch.as_of[p.owner], added)
    outside = bank & ~claims_cover(batch, p.owner, at, country)
    if not segments.some(outside):
        return bank, outside
    perhaps = perhaps_declared(batch, p, "holder")
    return bank & ~(outside & perhaps), outside & ~perhaps


PAYMENT = Family(
    "payment",
    asks="does the pay go to the person who works, in a place they claim?",
    group="payment",
    facts=Facts,
    observe=observe,
)
HOLDER = ("payouts.holder", NAMED)


@PAYMENT.feature(
    direction="raises",
    unit="share",
    strength="strong",
    contradiction=True,
    reason="{strangers} of {payees} pay-out {payees:account|accounts} {strangers:is|are} in the "
    "name {stranger}, "
    "which fits no name the person gave",
    clear="{payees} pay-out {payees:account is|accounts are} in the worker's name or a declared "
    "payee's",
    innocent=("partner's account", "changed name", "agency or company account"),
    next_check="ask who holds the account and why; a pay-out account in the worker's name",
    source="NPA24",
    needs=HOLDER,
    evidence="stranger_rows",
)
def payee_other_share(facts: Facts) -> Column:
    """Share of pay-out holders whose name disagrees with every name the person gave.

    Declared payees agree; names that cannot be compared count on neither side. NaN without one
    that can.
    """
    return facts.strangers / facts.payees


@PAYMENT.feature(
    direction="raises",
    unit="changes",
    strength="medium",
    reason="{changes} further pay-out {changes:account was|accounts were} added in the last 90 days",
    clear="no further pay-out account was added in the last 90 days",
    innocent=("bank closed the account", "moved", "change of currency"),
    next_check="ask why the account changed, over a channel known before",
    source=("SWX", "FBI25"),
    needs=("payouts.added_at",),
    evidence="recent_rows",
)
def payout_changes(facts: Facts) -> Column:
    """Pay-out accounts added in the 90 days before as_of, beside the first ever."""
    return facts.changes


@PAYMENT.feature(
    direction="raises",
    unit="yes or no",
    strength="medium",
    reason="the pay-out account was changed within 30 days of the start",
    clear="the pay-out account was not changed soon after the start",
    innocent=("first account was a stopgap", "moved"),
    next_check="ask why the account changed, over a channel known before",
    source=("SWX", "FBI25"),
    needs=("payouts.added_at", "sessions.at"),
    evidence="early_rows",
)
def early_payout_change(facts: Facts) -> Column:
    """1 if a second account came within 30 days of the first sign-in or account, else 0."""
    return facts.early


@PAYMENT.feature(
    direction="raises",
    unit="workers",
    strength="strong",
    contradiction=True,
    reason="{workers} other {workers:worker|workers}, not declared as household or agency, "
    "{workers:is|are} paid into the account",
    clear="no unrelated worker is paid into the account",
    innocent=("couple", "agency payroll", "employer of record"),
    next_check="ask whether an agency or relative is paid through the account",
    source=("TAY", "FBI25"),
    needs=("payouts.other_workers",),
    evidence="shared_rows",
)
def account_workers(facts: Facts) -> Column:
    """Most unrelated workers on one account, declared household and payees taken off."""
    return facts.workers


@PAYMENT.feature(
    direction="raises",
    unit="share",
    strength="medium",
    contradiction=True,
    reason="{elsewhere} of {banks} bank {banks:account|accounts} {elsewhere:is|are} in a country "
    "the person does not claim",
    clear="{banks} bank {banks:account is|accounts are} in a claimed country",
    innocent=("kept the old bank", "expatriate", "no local route"),
    next_check="ask why the account is held there",
    source=("PSA23", "CIPAY"),
    needs=("payouts.country", "payouts.method", "places.country"),
    evidence="elsewhere_rows",
)
def payout_elsewhere_share(facts: Facts) -> Column:
    """Share of bank accounts in a country no claimed place covers; e-money and crypto left out."""
    return facts.elsewhere / facts.banks


@PAYMENT.feature(
    direction="raises",
    unit="yes or no",
    strength="weak",
    reason="a move to e-money or crypto was requested after hire",
    clear="no unusual route was requested after hire",
    innocent=("fees", "no local route"),
    next_check="ask what the route is for",
    source=("ADV22", "OFSI", "SEAL"),
    needs=("payouts.requested_after_hire", "payouts.method"),
)
def unusual_route_request(facts: Facts) -> Column:
    """1 if a pay-out to e-money or crypto was requested after hire, 0 if none was."""
    return facts.requested


@PAYMENT.feature(
    direction="raises",
    unit="share",
    strength="context",
    reason="{crypto} of {accounts} pay-out {accounts:route|routes} {crypto:is|are} crypto",
    clear="no pay-out route is crypto",
    innocent=("the sector pays so", "currency controls"),
    next_check="none by itself",
    source=("OFSI", "SEAL"),
    needs=("payouts.method",),
)
def crypto_share(facts: Facts) -> Column:
    """Share of pay-out routes that are crypto."""
    return facts.crypto / facts.accounts


@PAYMENT.feature(
    direction="raises",
    unit="share",
    strength="strong",
    reason="up to {passed_on:.0%} of the pay leaves within 48 hours for somebody else",
    clear="no large share of the pay leaves at once for somebody else",
    innocent=("supports a family", "pays own subcontractors"),
    next_check="ask who receives it and for what",
    source=("JPN2", "ANYRUN", "THN26S"),
    needs=("payouts.passed_on_share",),
    evidence="passed_rows",
)
def passed_on_share(facts: Facts) -> Column:
    """Largest share of pay that left within 48 hours to a payee who was not declared."""
    return facts.passed_on


@PAYMENT.feature(
    direction="raises",
    unit="yes or no",
    strength="strong",
    reason="the paying client is controlled by the worker",
    clear="the paying client is not the worker",
    innocent=("own company as client", "data error"),
    next_check="ask how client and worker are related",
    source="ADV22",
    needs=("payouts.paid_by_self",),
)
def paid_by_self(facts: Facts) -> Column:
    """1 if client and worker are one payer, 0 if checked and not."""
    return facts.self_paid


@PAYMENT.feature(
    direction="raises",
    unit="share",
    strength="weak",
    reason="prepayment was demanded",
    clear="no prepayment was demanded",
    innocent=("was not paid before",),
    next_check="none by itself",
    source="PSA23",
    needs=("conduct.kind",),
    told="prepayment",
)
def prepayment_demanded(facts: Facts) -> Column:
    """Share of observations of a demand for prepayment that saw one; NaN if nobody looked."""
    return facts.prepayment


@PAYMENT.feature(
    direction="raises",
    unit="share",
    strength="strong",
    contradiction=True,
    reason="the named person says the pay on their tax form is not theirs",
    clear="the named person recognises the tax form",
    innocent=("clerical error", "form sent to a namesake"),
    next_check="speak to the named person at an address known before",
    source="GLAB",
    needs=("conduct.kind",),
    told="disowned",
)
def tax_form_disowned(facts: Facts) -> Column:
    """Share of tax forms that the named person disowned; NaN if never asked."""
    return facts.disowned
