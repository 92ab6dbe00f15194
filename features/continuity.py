"""Is it the same person from stage to stage, and does the work come from the chain that was declared?

Checks between stages, the names on commits and deliverables, and the chain of contracts. Work through
a declared agency is ordinary; the finding is a link nobody declared, or another person at the work.
"""

from __future__ import annotations

import numpy as np

from features.batch import Batch, Table
from features.claimed import claims_on, travelling
from features.context import Context
from features.employers import same_employer
from features.family import Column, Family, Rows, Words, words_of_each, words_of_first
from features.fixed import fixed
from features.given_names import BETWEEN, NAMED, commit_names, work_names
from features.ledger import latest
from features.offsets import LOWEST, Clocks, country_clock, zone_clock
from features.placeholders import names_nobody
from features.segments import Bools, true_rows

YEAR = 365.25 * 86_400
READ_ELSEWHERE = ("interviewed", "verified")
"""Stages whose checks belong to conduct and to documents."""
SUPPLIERS = BETWEEN[:2]
"""Links that ought to have a place of their own; payroll services crowd letterboxes."""
CROWDED = 10
"""Firms at one address from which it is a letterbox (assumed)."""


@fixed
class Facts:
    """What the continuity family observed, one entry a profile."""

    checked: Column
    answered: Column
    different: Column
    different_rows: Rows
    failed: Column
    same: Column
    committer: Column
    committer_name: Words
    committer_rows: Rows
    layers: Column
    undeclared: Column
    undeclared_name: Words
    undeclared_rows: Rows
    asked: Column
    unverified: Column
    unverified_rows: Rows
    registered: Column
    shells: Column
    shell_rows: Rows
    authored: Column
    by_others: Column
    author: Words
    author_rows: Rows
    firms: Column
    strange_firms: Column
    firm: Words
    firm_rows: Rows
    clocked: Column
    clocks_outside: Column
    clock_rows: Rows


def observe(batch: Batch, context: Context) -> Facts:
    """Read the checks between stages, the chain of contracts and what was delivered."""
    c = batch.table("checks")
    between = latest(c, ~c.known("checked") & ~c.text("stage").is_in(READ_ELSEWHERE))
    outcome = c.text("outcome")
    different, same = (between & outcome.is_in([word]) for word in ("different", "same"))
    number = np.where(c.any(between), c.count(between), np.nan)
    committer, commit_rows = _committer(batch)
    chain = batch.table("chain")
    told = chain.text("role").is_in(BETWEEN) & chain.known("declared")
    hidden = told & ~chain.flag("declared")
    asked = ~chain.text("role").is_in(["buyer"]) & chain.known("verified_person")
    dated, shell = _shells(batch, chain)
    made = batch.table("deliverables")
    work = work_names(batch)
    firms, strange = _firms(batch, made)
    clocked, outside = _clocks(batch, made)
    return Facts(
        checked=number,
        answered=c.count(different | same),
        different=c.count(different),
        different_rows=Rows(c, different),
        failed=c.count(between & outcome.is_in(["failed"])),
        same=c.count(same),
        committer=committer,
        committer_name=words_of_each(commit_rows.table, "author_name", commit_rows.mask),
        committer_rows=commit_rows,
        layers=chain.count(told),
        undeclared=np.where(chain.any(told), chain.count(hidden), np.nan),
        undeclared_name=words_of_first(chain, "name", hidden),
        undeclared_rows=Rows(chain, hidden),
        asked=chain.count(asked),
        unverified=chain.count(asked & ~chain.flag("verified_person")),
        unverified_rows=Rows(chain, asked & ~chain.flag("verified_person")),
        registered=chain.count(dated),
        shells=np.where(chain.any(dated), chain.count(shell), np.nan),
        shell_rows=Rows(chain, shell),
        authored=made.count(work.own | work.declared | work.other),
        by_others=made.count(work.other),
        author=words_of_first(made, "author", work.other),
        author_rows=Rows(made, work.other),
        firms=made.count(firms),
        strange_firms=made.count(strange),
        firm=words_of_each(made, "organisation", strange),
        firm_rows=Rows(made, strange),
        clocked=made.count(clocked),
        clocks_outside=made.count(outside),
        clock_rows=Rows(made, outside),
    )


def _committer(batch: Batch) -> tuple[Column, Rows]:
    """1 where every full name on own commits is somebody else's, 0 where one is the person's."""
    c, own, other = commit_names(batch)
    mine = c.any(own)
    return np.where(mine, 0.0, np.where(c.any(other), 1.0, np.nan)), Rows(c, other & ~mine[c.owner])


def _shells(batch: Batch, chain: Table) -> tuple[Bools, Bools]:
    """Firms of the chain a register knows, and those under a year old or at a crowded address."""
    between = chain.text("role").is_in(SUPPLIERS)
    founded, crowd = chain.number("founded"), chain.number("same_address")
    dated = between & ~(np.isnan(founded) & np.isnan(crowd))
    young = batch.as_of[chain.owner] - founded < YEAR
    return dated, dated & (young | (crowd >= CROWDED))


def _firms(batch: Batch, made: Table) -> tuple[Bools, Bools]:
    """Deliverables whose firm can be held against a declared chain, and those it is not part of."""
    chain, text = batch.table("chain"), made.text("organisation")
    named, strange = (np.zeros(made.size, dtype=np.bool_) for _ in range(2))
    known: dict[int, list[str]] = {}
    for row in true_rows(chain.flag("declared") & chain.known("name")).tolist():
        known.setdefault(int(chain.owner[row]), []).append(chain.text("name").at(row) or "")
    agency = batch.profiles.text("claims.agency")
    for who in known:
        known[who] += filter(None, [agency.at(who)])
    for row in true_rows(text.known).tolist():
        who, firm = int(made.owner[row]), text.at(row) or ""
        if who not in known or names_nobody(firm):
            continue
        answers = {same_employer(firm, name) for name in known[who]}
        strange[row] = answers == {"disagree"}
        named[row] = strange[row] or "agree" in answers
    return named, strange


def _clocks(batch: Batch, made: Table) -> tuple[Bools, Bools]:
    """Deliverables whose clock can be held against the claimed places, and those it contradicts.

    Left out where an agency or substitution was declared: others may have done that work.
    """
    offset = made.number("utc_offset_minutes")
    chain, places = batch.table("chain"), batch.table("places")
    declared = batch.profiles.text("claims.agency").known | chain.any(
        chain.flag("declared") & chain.text("role").is_in(BETWEEN)
    )
    quarter = np.where(np.isnan(offset), -1, offset // 15 - LOWEST).astype(np.int64)
    usable = (quarter >= 0) & (offset != 0) & ~declared[made.owner]
    held, explained = (np.zeros(made.size, dtype=np.bool_) for _ in range(2))
    if not usable.any():
        return held, held
    country, at = places.text("country"), made.number("at")
    clocks = Clocks(country.values, country_clock)
    for rows, claim in claims_on(batch, "places", "deliverables"):
        held[rows] |= country.codes[claim] >= 0
        explained[rows] |= clocks.allows(country.codes[claim], at[rows], quarter[rows])
    zone = batch.profiles.text("claims.time_zone")
    explained |= Clocks(zone.values, zone_clock).allows(zone.codes[made.owner], at, quarter)
    explained |= travelling(batch, "deliverables")
    held &= usable & ~np.isnan(at)
    return held, held & ~explained


CONTINUITY = Family(
    "continuity",
    asks="is it one person from stage to stage, working through the chain that was declared?",
    group="continuity",
    facts=Facts,
    observe=observe,
)
CHECKS = ("checks.outcome",)


@CONTINUITY.feature(
    direction="raises",
    unit="hand-overs",
    strength="strong",
    contradiction=True,
    reason="{different} of {answered} {answered:check|checks} between stages found another person",
    clear="{answered} {answered:check|checks} between stages found no other person",
    innocent=("colleague at the same desk", "poor connection", "mixed-up record"),
    next_check="a short call between the two who saw the person",
    source=("FBI25", "SEAL"),
    needs=CHECKS,
    evidence="different_rows",
    told="checked",
)
def handovers_different(facts: Facts) -> Column:
    """Stages whose last check found another person; interview and identity checks count elsewhere.

    NaN where every check failed: nobody was found, neither the same person nor another.
    """
    return np.where(facts.answered > 0, facts.different, np.nan)


@CONTINUITY.feature(
    direction="raises",
    unit="hand-overs",
    strength="weak",
    reason="{failed} of {checked} {checked:check|checks} between stages could not be completed",
    clear="{checked} {checked:check|checks} between stages {checked:was|were} completed",
    innocent=("technical trouble", "disability", "illness"),
    next_check="repeat the check another way, one that needs no camera",
    source="SEAL",
    needs=CHECKS,
    told="checked",
)
def handovers_failed(facts: Facts) -> Column:
    """Stages whose last check failed."""
    return np.where(facts.checked > 0, facts.failed, np.nan)


@CONTINUITY.feature(
    direction="lowers",
    unit="hand-overs",
    strength="medium",
    reason="{same} of {checked} {checked:check|checks} between stages found the same person",
    clear="no check between stages found the same person",
    innocent=("the person of the stage before was there",),
    next_check="none by itself",
    source="SEAL",
    needs=CHECKS,
    told="checked",
)
def handovers_confirmed(facts: Facts) -> Column:
    """Stages whose last check found the same person."""
    return np.where(facts.checked > 0, facts.same, np.nan)


@CONTINUITY.feature(
    direction="raises",
    unit="yes or no",
    strength="medium",
    contradiction=True,
    reason="own commits carry another full name, {committer_name}, and never the person's",
    clear="own commits carry the person's name",
    innocent=("former or chosen name", "computer set up by somebody else", "pen name"),
    next_check="ask whose name it is; other names can be declared",
    source=("CODE", "SEAL"),
    needs=("commits.author_name", NAMED),
    evidence="committer_rows",
    group="code",
)
def commits_in_other_name(facts: Facts) -> Column:
    """1 if all full names on own commits disagree with every name given, 0 if one agrees."""
    return facts.committer


@CONTINUITY.feature(
    direction="raises",
    unit="links",
    strength="strong",
    contradiction=True,
    reason="the work passes through {undeclared} {undeclared:link that was|links that were} not "
    "declared, {undeclared:namely|among them} "
    "{undeclared_name}",
    clear="every known link of the chain was declared",
    innocent=("the buyer knew and did not record it", "payroll service", "reorganised firm"),
    next_check="ask each declared party in writing who does the work",
    source=("38N", "PSA24"),
    needs=("chain.declared",),
    evidence="undeclared_rows",
)
def undeclared_layers(facts: Facts) -> Column:
    """Agencies, subcontractors and employers of record in the chain that were not declared."""
    return facts.undeclared


@CONTINUITY.feature(
    direction="raises",
    unit="share",
    strength="weak",
    reason="{unverified} of {asked} {asked:party|parties} never verified who does the work",
    clear="every party verified who does the work",
    innocent=("ordinary agency", "trust between partners"),
    next_check="one party meets the person once and says so",
    source=("PSA24", "38N"),
    needs=("chain.verified_person",),
    evidence="unverified_rows",
)
def unverified_layer_share(facts: Facts) -> Column:
    """Share of parties, buyer aside, that never verified the person; a gap in control, no finding."""
    return facts.unverified / facts.asked


@CONTINUITY.feature(
    direction="raises",
    unit="firms",
    strength="weak",
    reason="{shells} of {registered} {registered:firm|firms} in the chain {shells:is|are} under a "
    "year old or {shells:shares|share} a letterbox",
    clear="the firms in the chain are established",
    innocent=("start-up", "virtual office", "firm of a single person"),
    next_check="ask for the register's extract and a contact at the firm",
    source=("WANG", "PLEAS25"),
    needs=("chain.founded|chain.same_address",),
    evidence="shell_rows",
)
def shell_suppliers(facts: Facts) -> Column:
    """Firms of the chain that a register knows for less than a year, or at a crowded address."""
    return facts.shells


@CONTINUITY.feature(
    direction="raises",
    unit="share",
    strength="medium",
    reason="{by_others} of {authored} {authored:deliverable|deliverables} {by_others:was|were} "
    "made by somebody not in the declared chain, "
    "{by_others:namely|among them} {author}",
    clear="the deliverables name the person or a declared party",
    innocent=("template of another author", "shared workstation", "licence in another name"),
    next_check="ask who made the file; a short screen share while working on it",
    source=("38N", "ADV22"),
    needs=("deliverables.author", NAMED),
    evidence="author_rows",
)
def deliverables_by_other_share(facts: Facts) -> Column:
    """Share of deliverables by nobody in the declared chain; agreed substitutes are not judged."""
    return facts.by_others / facts.authored


@CONTINUITY.feature(
    direction="raises",
    unit="share",
    strength="weak",
    reason="{strange_firms} of {firms} {firms:deliverable|deliverables} {strange_firms:names|name} "
    "a firm outside the declared chain, {firm}",
    clear="the deliverables name firms of the declared chain only",
    innocent=("licence of a former employer", "client of a client", "asset library"),
    next_check="ask which firm that is and how it came into the file",
    source="38N",
    needs=("deliverables.organisation", "chain.name"),
    evidence="firm_rows",
)
def undeclared_firm_share(facts: Facts) -> Column:
    """Share of deliverables that name a firm which is no declared link; held against that chain only."""
    return facts.strange_firms / facts.firms


@CONTINUITY.feature(
    direction="raises",
    unit="share",
    strength="weak",
    reason="the clock of {clocks_outside} of {clocked} {clocked:deliverable|deliverables} is in "
    "use in no claimed place",
    clear="the clocks of the deliverables fit the claimed places",
    innocent=("render farm", "undeclared travel", "clock of a client"),
    next_check="ask where the file was made",
    source="38N",
    needs=("deliverables.utc_offset_minutes", "places.country"),
    evidence="clock_rows",
    group="whereabouts",
)
def deliverable_zone_outside_share(facts: Facts) -> Column:
    """Share of deliverables whose UTC offset no claim explains; not asked of declared agency work."""
    return facts.clocks_outside / facts.clocked
