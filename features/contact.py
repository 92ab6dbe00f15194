"""Whether phones and mailboxes fit the claims, and who else uses them.

An old number is kept for years and a VoIP number guards privacy, so most of this is weak. Nothing
looks at digits or words in an address; only another known person's name in it counts.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from features.batch import Batch, Table
from features.coded import Coded
from features.context import COULD_NOT_CHECK, Context
from features.email_domains import disposable, spells, telling
from features.family import Column, Family, Rows, Words, words
from features.fixed import fixed, kept
from features.given_names import NAMED, held_against_names
from features.household import beyond_household
from features.names import in_latin, name_tokens
from features.observations import observed
from features.places import NUMBER, claimed_countries, numbers_of
from features.segments import Bools, Floats, Ints, among, true_rows, unknown

DAY = 86_400.0
YEAR = 365.25 * DAY
RECENT_DAYS = 30.0
CONTACTS = {"phones": "phone number", "emails": "mailbox", "handles": "handle"}
"""Lists of contacts that may tell who else gives one, and what one is called."""


@fixed
class Facts:
    """What the contact family observed, one entry a profile.

    ``at_home``: phones of a claimed country; ``own_form``: whether each was typed in national form.
    """

    batch: Batch
    phones: Table
    emails: Table
    at_home: Bools
    own_form: Floats
    numbers: Column
    voip: Column
    voip_rows: Rows
    placed_numbers: Column
    elsewhere: Column
    elsewhere_rows: Rows
    mail_age: Column
    mails: Column
    throwaway: Column
    throwaway_rows: Rows
    compared: Column
    other_named: Column
    other_rows: Rows
    listed: Column
    listed_rows: Rows

    @kept
    def freely_rows(self) -> Bools:
        """Phones of a claimed country that the person typed without being told a form."""
        return self.phones.flag("typed_freely") & ~np.isnan(self.own_form) & self.at_home

    @kept
    def freely(self) -> Column:
        """How many phones were typed so."""
        return self.phones.count(self.freely_rows)

    @kept
    def foreign_form(self) -> Column:
        """How many of those stand in international form all the same."""
        return self.phones.count(self.freely_rows & (self.own_form == 1))

    @kept
    def most_shared(self) -> tuple[Column, Words]:
        """Most other identities on one contact, and which kind of contact it is."""
        return _identities(self.batch)

    @kept
    def identities(self) -> Column:
        """Most other identities on one contact."""
        return self.most_shared[0]

    @kept
    def shared(self) -> Words:
        """The kind of contact most of them share."""
        return self.most_shared[1]

    @kept
    def shared_phones(self) -> Rows:
        """The phones that most others give, where no other contact is given by more."""
        return self._most_shared("phones")

    @kept
    def shared_mails(self) -> Rows:
        """The mailboxes, likewise."""
        return self._most_shared("emails")

    @kept
    def shared_handles(self) -> Rows:
        """The handles, likewise."""
        return self._most_shared("handles")

    def _most_shared(self, name: str) -> Rows:
        table = self.batch.table(name)
        said = [self.shared(who) == CONTACTS[name] for who in range(self.batch.n)]
        others = beyond_household(self.batch, table, "other_identities")
        most = (others > 0) & (others == self.identities[table.owner])
        return Rows(table, most & np.array(said, dtype=np.bool_)[table.owner])

    @kept
    def recent(self) -> Column:
        """Contacts added within 30 days before as_of beside an older one; NaN without dates."""
        dated, late = np.zeros(self.batch.n), np.zeros(self.batch.n)
        for table in (self.phones, self.emails):
            added = table.number("added_at")
            dated += table.count(~np.isnan(added))
            late += table.count(added >= (self.batch.as_of - RECENT_DAYS * DAY)[table.owner])
        return np.where(dated > 0, np.where(dated > late, late, 0), np.nan)

    @kept
    def off_platform(self) -> Column:
        """Share of observations that saw a push to another messenger."""
        return observed(self.batch, "asked_off_platform")


def observe(batch: Batch, context: Context) -> Facts:
    """Read phones, mailboxes, handles and list matches."""
    phones, mails = batch.table("phones"), batch.table("emails")
    country, own_form = _numbers(batch, phones, context)
    # Only a carrier knows: what a numbering plan tells of a number depends on the country.
    carrier = phones.text("carrier_type")
    voip = carrier.is_in(["voip"])
    placed, outside = _elsewhere(batch, phones, country)
    throwaway = mails.text("address").per_value(disposable, False).astype(np.bool_)
    compared, other = _other_names(batch, mails)
    first = mails.number("first_seen")
    first = np.where(first > batch.as_of[mails.owner], np.nan, first)
    matches = batch.table("list_matches")
    checked, listed = _listed(batch, matches)
    return Facts(
        batch=batch,
        phones=phones,
        emails=mails,
        at_home=placed & ~outside,
        own_form=own_form,
        numbers=phones.count(carrier.known),
        voip=phones.count(voip),
        voip_rows=Rows(phones, voip),
        placed_numbers=phones.count(placed),
        elsewhere=phones.count(outside),
        elsewhere_rows=Rows(phones, outside),
        mail_age=(batch.as_of - mails.smallest(first)) / YEAR,
        mails=mails.count(mails.known("address")),
        throwaway=mails.count(throwaway),
        throwaway_rows=Rows(mails, throwaway),
        compared=mails.count(compared),
        other_named=mails.count(other),
        other_rows=Rows(mails, other),
        listed=np.where(checked, matches.count(listed), np.nan),
        listed_rows=Rows(matches, listed),
    )


def _listed(batch: Batch, matches: Table) -> tuple[Bools, Bools]:
    """People for whom lists were checked, and the matches by ``as_of`` that nobody contests."""
    checked = batch.profiles.flag("contact.lists_checked")
    if not matches.size:
        return checked, np.zeros(0, dtype=np.bool_)
    match = matches.known("list_name") & ~(matches.number("listed_on") > batch.as_of[matches.owner])
    return checked | matches.any(match), match & (matches.number("under_appeal") != 1)


def _numbers(batch: Batch, phones: Table, context: Context) -> tuple[Ints, Floats]:
    """Country number and form of each phone; the claimed country reads a national form."""
    text = phones.text("number")
    if not phones.size:
        return text.codes, np.zeros(0)
    home = _home(batch)
    pairs: dict[tuple[str, str | None], int] = {}
    row_pair = [
        pairs.setdefault((text.at(row) or "", home.get(int(phones.owner[row]))), len(pairs))
        for row in range(phones.size)
    ]
    answers = context.phones.find([p[0] for p in pairs], [p[1] for p in pairs])
    at = np.array(row_pair, dtype=np.int64)
    numbers = numbers_of(answers.countries)
    known = (answers.state != COULD_NOT_CHECK)[at]
    country = np.where(known, numbers[answers.country[at]], -1)
    return country, answers.foreign_format[at]


def _home(batch: Batch) -> dict[int, str]:
    """The country of each person's latest claimed place."""
    places = batch.table("places")
    country = places.text("country")
    rows = places.last(country.known)
    return {who: country.at(row) or "" for who, row in enumerate(rows.tolist()) if row >= 0}


def _elsewhere(batch: Batch, phones: Table, country: Ints) -> tuple[Bools, Bools]:
    """Numbers with a country of people with a claim, and those of a country never claimed."""
    owner, claimed = claimed_countries(batch)
    span = len(NUMBER)
    placed = (country >= 0) & (np.bincount(owner, minlength=batch.n) > 0)[phones.owner]
    return placed, placed & ~among(phones.owner * span + country, owner * span + claimed)


def _identities(batch: Batch) -> tuple[Column, Words]:
    """Most other identities on one contact, and which kind of contact it is."""
    best = unknown(batch.n)
    kinds: list[str | None] = [None] * batch.n
    for name, said in CONTACTS.items():
        table = batch.table(name)
        if not table.holds("other_identities"):
            continue
        found = table.largest(beyond_household(batch, table, "other_identities"))
        for who in true_rows((found > best) | (np.isnan(best) & (found >= 0))).tolist():
            kinds[who] = said
        best = np.fmax(best, found)
    return best, words(kinds)


def _other_names(batch: Batch, mails: Table) -> tuple[Bools, Bools]:
    """Mailboxes in which a payee's name can be looked for, and those that carry another's only.

    Looked for are payees whose name fits none the person gave; where the person is paid there is
    nobody else to find, and a payee's name too short or in other letters cannot be found.
    """
    payouts, address = batch.table("payouts"), mails.text("address")
    compared, other = np.zeros(mails.size, dtype=np.bool_), np.zeros(mails.size, dtype=np.bool_)
    if not mails.size or not payouts.holds("holder"):
        return compared, other
    named = held_against_names(batch, payouts, "holder")
    paid = payouts.any(named.own)
    holders = _tokens_of(payouts.owner, payouts.text("holder"), named.other)
    mine = _tokens_of(batch.profiles.owner, batch.profiles.text("claims.name"))
    others = batch.table("other_names")
    kin = _tokens_of(others.owner, others.text("value"))
    for row in true_rows(address.known).tolist():
        who, text = int(mails.owner[row]), address.at(row) or ""
        names = [
            telling(name, frozenset().union(*mine.get(who, ()), *kin.get(who, ())))
            for name in holders.get(who, ())
        ]
        other[row] = any(name and spells(text, name) for name in names)
        compared[row] = other[row] or (all(names) and (bool(names) or paid[who]))
    return compared, other


def _tokens_of(
    owner: Ints, names: Coded, only: Bools | bool = True
) -> dict[int, list[frozenset[str]]]:
    """The tokens of each name a profile has; none of a name that an address cannot spell."""
    found: dict[int, list[frozenset[str]]] = defaultdict(list)
    for row in true_rows(names.known & only).tolist():
        name = names.at(row) or ""
        found[int(owner[row])].append(name_tokens(name) if in_latin(name) else frozenset())
    return found


CONTACT = Family(
    "contact",
    asks="do phones and mailboxes fit the claims, and who else uses them?",
    group="contact",
    facts=Facts,
    observe=observe,
)


@CONTACT.feature(
    direction="raises",
    unit="share",
    strength="weak",
    reason="{voip} of {numbers} phone {numbers:number|numbers} "
    "{voip:is an internet number|are internet numbers}",
    clear="{numbers} phone {numbers:number is|numbers are} with a phone carrier",
    innocent=("privacy", "newly arrived", "travels much"),
    next_check="call the number back during the interview",
    source="NISOS",
    needs=("phones.carrier_type",),
    evidence="voip_rows",
)
def voip_share(facts: Facts) -> Column:
    """Share of numbers that the carrier says are VoIP.

    A numbering plan is not asked: in some countries it tells such numbers, in others it cannot.
    """
    return facts.voip / facts.numbers


@CONTACT.feature(
    direction="raises",
    unit="share",
    strength="weak",
    reason="{elsewhere} of {placed_numbers} phone {placed_numbers:number|numbers} "
    "{elsewhere:belongs|belong} to a country that is not claimed",
    clear="{placed_numbers} phone {placed_numbers:number belongs|numbers belong} to a claimed "
    "country",
    innocent=("kept an old number", "family plan"),
    next_check="ask how long the number has been in use",
    source="ADV22",
    needs=("phones.number", "places.country"),
    evidence="elsewhere_rows",
)
def number_elsewhere_share(facts: Facts) -> Column:
    """Share of phone numbers of a country in which no place is claimed."""
    return facts.elsewhere / facts.placed_numbers


@CONTACT.feature(
    direction="raises",
    unit="share",
    strength="context",
    reason="{foreign_form} of {freely} national {freely:number|numbers} {foreign_form:was|were} "
    "typed in international form",
    clear="{freely} national {freely:number was|numbers were} typed in national form",
    innocent=("forms that ask for it", "habit"),
    next_check="none by itself",
    source="AMZN",
    needs=("phones.typed_freely",),
)
def foreign_form_share(facts: Facts) -> Column:
    """Share of freely typed numbers of the claimed country written in international form."""
    return facts.foreign_form / facts.freely


@CONTACT.feature(
    direction="raises",
    unit="identities",
    strength="strong",
    contradiction=True,
    reason="the {shared} is also given by {identities} {identities:other|others}, not declared as "
    "household",
    clear="no other identity gives the same phone or mailbox",
    innocent=("family line", "agency line", "resold number"),
    next_check="call the number and ask for the person",
    source=("FBI25", "ADV22"),
    needs=("phones.other_identities|emails.other_identities|handles.other_identities",),
    evidence=("shared_phones", "shared_mails", "shared_handles"),
)
def contact_identities(facts: Facts) -> Column:
    """Most other identities with one of the same contacts, declared household taken off."""
    return facts.identities


@CONTACT.feature(
    direction="raises",
    unit="contacts",
    strength="medium",
    reason="{recent} {recent:contact was|contacts were} changed in the last 30 days",
    clear="no contact was changed in the last 30 days",
    innocent=("new phone contract", "moved"),
    next_check="confirm the change over the old contact",
    source=("FBI25", "ADV22"),
    needs=("phones.added_at|emails.added_at",),
)
def recent_contacts(facts: Facts) -> Column:
    """Phones and mailboxes added within 30 days before as_of, beside older ones."""
    return facts.recent


@CONTACT.feature(
    direction="lowers",
    unit="years",
    strength="weak",
    reason="the oldest mailbox has been known for {mail_age:.1f} years",
    clear="the oldest mailbox has been known for {mail_age:.1f} years",
    innocent=("new mailbox for the job search",),
    next_check="ask for a mailbox used before",
    source=("KRAK", "NISOS"),
    needs=("emails.first_seen",),
)
def mailbox_age(facts: Facts) -> Column:
    """Years since the oldest mailbox was first seen anywhere."""
    return facts.mail_age


@CONTACT.feature(
    direction="raises",
    unit="share",
    strength="weak",
    reason="{throwaway} of {mails} {mails:mailbox|mailboxes} "
    "{throwaway:is a throw-away address|are throw-away addresses}",
    clear="no mailbox is a throw-away address",
    innocent=("fear of spam",),
    next_check="ask for a permanent mailbox",
    source="NISOS",
    needs=("emails.address",),
    evidence="throwaway_rows",
)
def throwaway_mail_share(facts: Facts) -> Column:
    """Share of mailboxes at throw-away providers."""
    return facts.throwaway / facts.mails


@CONTACT.feature(
    direction="raises",
    unit="share",
    strength="weak",
    reason="{other_named} of {compared} {compared:mailbox|mailboxes} {other_named:carries|carry} "
    "the name of the payee, not the worker",
    clear="no mailbox carries another person's name",
    innocent=("partner's mailbox", "changed name"),
    next_check="ask whose mailbox it is",
    source="TAY",
    needs=("emails.address", "payouts.holder", NAMED),
    evidence="other_rows",
)
def mail_names_payee_share(facts: Facts) -> Column:
    """Share of mailboxes spelling two tokens of a payee's name that fits no name the person gave.

    NaN where the payee may be the person, is one they declared, or is written in other letters.
    """
    return facts.other_named / facts.compared


@CONTACT.feature(
    direction="raises",
    unit="matches",
    strength="medium",
    reason="{listed} {listed:contact stands|contacts stand} on a shared list, no appeal open",
    clear="no contact stands on a shared list",
    innocent=("the list is wrong or old", "the identity was stolen from this person"),
    next_check="ask the owner of the list for the entry; tell the person how to appeal",
    source="KRAK",
    needs=("profiles.contact.lists_checked|list_matches.list_name",),
    evidence="listed_rows",
)
def listed_contacts(facts: Facts) -> Column:
    """Exact matches on shared lists that are not under appeal; 0 if checked, NaN if not."""
    return facts.listed


@CONTACT.feature(
    direction="raises",
    unit="share",
    strength="weak",
    reason="the person insisted on moving to another messenger",
    clear="the person stayed on the agreed channel",
    innocent=("regional habit",),
    next_check="none by itself",
    source=("GTIG25", "PSA23"),
    needs=("conduct.kind",),
    told="off_platform",
)
def moved_off_platform(facts: Facts) -> Column:
    """Share of observations that saw a push to another messenger; NaN if nobody looked."""
    return facts.off_platform
