"""Is the published code the work of one person, of this account, in the time it says?

Copied histories show clocks that cannot belong to one person, commits older than the account, and
twins elsewhere. What was measured and found to be habit or artefact is not built: the zone itself,
hours of day, followers, digits in names, numbers of anything (code_history).
"""

from __future__ import annotations

import numpy as np

from features.batch import Batch
from features.claimed import claims_on, travelling
from features.code_account import (
    YEAR,
    crowd,
    gone,
    made,
    quiet,
    renames,
    repositories_made,
)
from features.commit_clocks import (
    DAY,
    ENOUGH,
    Clocked,
    clocked,
    disagreement,
    most_zones,
    site_gap,
    switches,
)
from features.context import Context
from features.family import Column, Family, Rows
from features.fixed import fixed
from features.given_names import commit_names
from features.joins import row_of
from features.names import COMPANY, name_tokens
from features.offsets import LOWEST, Clocks, country_clock, zone_clock
from features.own_commits import Commits, own_commits
from features.segments import Bools, Ints, true_rows, unknown

BEFORE_DAYS, IMPORT_DAYS = 1.0, 30.0
SUBJECT = 20
"""Characters of a subject from which two people do not write the same by accident."""
SITE_ENOUGH = 5
"""Commits made on the site from which they alone are held against the claimed places (assumed)."""
ZONES, SWITCHES, DISAGREES, SITE_HOURS, BEFORE, IMPOSSIBLE = 3, 0.05, 0.25, 3, 0.05, 3
"""From where each of the six signs counts (CODE)."""


@fixed
class Facts:
    """What the code_history family observed, one entry a profile."""

    own: Column
    repositories: Column
    zones: Column
    pairs: Column
    far: Column
    far_rows: Rows
    impossible: Column
    impossible_rows: Rows
    compared: Column
    apart: Column
    site_hours: Column
    before: Column
    before_rows: Rows
    signs: Column
    imported: Column
    dated: Column
    searched: Column
    twins: Column
    twin_rows: Rows
    persons: Column
    held: Column
    outside: Column
    outside_rows: Rows
    account_years: Column
    missing_years: Column
    quiet_years: Column
    crowd: Column
    gone: Column
    renames: Column


def observe(batch: Batch, context: Context) -> Facts:
    """Read the commits, repositories and months of every account."""
    commits = own_commits(batch)
    c, own = commits.table, commits.own
    clocks = clocked(batch, commits)
    number = np.where(c.count(own) >= ENOUGH, c.count(own), np.nan)
    pairs, far, impossible, far_rows, quick_rows = switches(clocks)
    pairs = np.where(pairs > 0, pairs, np.nan)
    compared, apart = disagreement(clocks, c)
    created = made(batch)
    early = own & (c.number("authored_at") < (created - BEFORE_DAYS * DAY)[c.owner])
    before = np.where(np.isnan(created), np.nan, c.count(early))
    zones, site_hours = most_zones(clocks), site_gap(clocks)
    imported, dated = _imported(batch, commits)
    searched, twin = _twins(batch, commits)
    held, outside = _places(batch, commits, clocks)
    return Facts(
        own=number,
        repositories=c.distinct(c.text("repository").codes, own),
        zones=zones,
        pairs=pairs,
        far=far,
        far_rows=Rows(c, _mask(c.size, far_rows)),
        impossible=np.where(pairs > 0, impossible, np.nan),
        impossible_rows=Rows(c, _mask(c.size, quick_rows)),
        compared=compared,
        apart=apart,
        site_hours=site_hours,
        before=before,
        before_rows=Rows(c, early),
        signs=_signs(
            zones >= ZONES,
            far / pairs >= SWITCHES,
            apart / compared >= DISAGREES,
            site_hours >= SITE_HOURS,
            before / number > BEFORE,
            impossible >= IMPOSSIBLE,
            known=~np.isnan(pairs),
        ),
        imported=imported,
        dated=dated,
        searched=searched,
        twins=c.count(twin),
        twin_rows=Rows(c, twin),
        persons=_persons(batch, commits),
        held=np.where(c.count(held) >= ENOUGH, c.count(held), np.nan),
        outside=c.count(outside),
        outside_rows=Rows(c, outside),
        account_years=(batch.as_of - created) / YEAR,
        missing_years=(created - batch.profiles.number("claims.experience_since")) / YEAR,
        quiet_years=quiet(batch, created),
        crowd=crowd(batch),
        gone=gone(batch),
        renames=renames(batch),
    )


def _mask(size: int, rows: Ints) -> Bools:
    mask = np.zeros(size, dtype=np.bool_)
    mask[rows] = True
    return mask


def _signs(*flags: Bools, known: Bools) -> Column:
    """How many of the six signs there are; a sign that cannot be judged is not one."""
    return np.where(known, np.sum(flags, axis=0), np.nan)


def _imported(batch: Batch, commits: Commits) -> tuple[Column, Column]:
    """Own commits over 30 days older than their repository on the site, and all that can be dated."""
    c, r = commits.table, batch.table("repositories")
    repository = row_of(r, r.text("name"), c, c.text("repository"))
    created = np.append(repositories_made(batch), np.nan)[repository]
    created = np.where(np.append(r.flag("fork"), False)[repository], np.nan, created)
    dated = commits.own & ~np.isnan(created)
    old = dated & (c.number("authored_at") < created - IMPORT_DAYS * DAY)
    number = c.count(dated)
    return c.count(old), np.where(number >= ENOUGH, number, np.nan)


def _twins(batch: Batch, commits: Commits) -> tuple[Column, Bools]:
    """Own commits long enough to be looked up, where somebody did, and those with a twin."""
    c = commits.table
    looked = c.known("twin") | batch.profiles.flag("code.twins_searched")[c.owner]
    able = commits.own & ~c.flag("merge") & (c.number("subject_length") >= SUBJECT) & looked
    number = c.count(able)
    return np.where(number >= ENOUGH, number, np.nan), able & c.flag("twin")


def _places(batch: Batch, commits: Commits, clocks: Clocked) -> tuple[Bools, Bools]:
    """Own commits held against the claimed places, and those whose clock no claim explains.

    After the account was made, and only those of the site where there are enough. Declared travel
    explains every clock; +0000 speaks against nobody.
    """
    c = commits.table
    offset = c.number("author_offset_minutes")
    after = ~(c.number("authored_at") < made(batch)[c.owner])
    usable = _mask(c.size, clocks.rows) & after & (offset != 0)
    on_site = c.count(usable & commits.on_site) >= SITE_ENOUGH
    usable &= ~on_site[c.owner] | commits.on_site
    quarter = np.where(usable, np.nan_to_num(offset) // 15 - LOWEST, -1).astype(np.int64)
    country = batch.table("places").text("country")
    held, explained = np.zeros(c.size, dtype=np.bool_), np.zeros(c.size, dtype=np.bool_)
    if not usable.any():
        return held, held
    at = c.number("authored_at")
    clock = Clocks(country.values, country_clock)
    for rows, claim in claims_on(batch, "places", "commits"):
        held[rows] |= country.codes[claim] >= 0
        explained[rows] |= clock.allows(country.codes[claim], at[rows], quarter[rows])
    zone = batch.profiles.text("claims.time_zone")
    explained |= Clocks(zone.values, zone_clock).allows(zone.codes[c.owner], at, quarter)
    held &= usable
    return held, held & ~(explained | travelling(batch, "commits"))


def _persons(batch: Batch, commits: Commits) -> Column:
    """Names on own commits of which no two share a token; NaN without one that can be read.

    The names a person gave count once, however many words they have; other names of one word are
    handles, and a company is nobody's name.
    """
    c, own, _ = commit_names(batch)
    name = c.text("author_name")
    full = name.per_value(lambda value: len(value.split()) > 1, False).astype(np.bool_)
    rows = true_rows(commits.own & (full | own))
    seen: dict[int, list[frozenset[str]]] = {}
    for who, code in np.unique(np.stack([c.owner[rows], name.codes[rows]]), axis=1).T.tolist():
        tokens = name_tokens(name.values[code])
        others = seen.setdefault(who, [])
        if len(tokens) > 1 and not tokens & COMPANY and not any(tokens & o for o in others):
            others.append(tokens)
    found = unknown(batch.n)
    found[list(seen)] = [max(len(others), 1) for others in seen.values()]
    return found


CODE_HISTORY = Family(
    "code_history",
    asks="is the published code the work of one person, of this account, in the time it says?",
    group="code",
    facts=Facts,
    observe=observe,
)
CLOCK = ("commits.author_offset_minutes",)


@CODE_HISTORY.feature(
    direction="raises",
    unit="signs",
    strength="strong",
    contradiction=True,
    reason="{signs} of six signs {signs:says|say} that the commits of this account were not made "
    "by one person "
    "({own} own {own:commit|commits} in {repositories} {repositories:repository|repositories})",
    clear="the commits of this account can be one person's",
    innocent=(
        "old code re-uploaded",
        "moved between continents",
        "new account for an old identity",
    ),
    next_check="ask the person to walk through one of the repositories, or to push a signed commit",
    source="CODE",
    needs=CLOCK,
    evidence="far_rows",
)
def clocks_of_several_people(facts: Facts) -> Column:
    """Signs, beyond the first, that the commits belong to several people; two of six are rare.

    69 % of the well documented listed accounts have two, 1.4 % of ordinary developers (CODE). NaN
    under 20 own commits; with one repository there is little to see.
    """
    return np.maximum(facts.signs - 1, 0)


@CODE_HISTORY.feature(
    direction="raises",
    unit="zones",
    strength="medium",
    reason="own commits show {zones:.0f} time {zones:zone|zones} within 180 days",
    clear="own commits keep to one or two time zones within 180 days",
    innocent=("much travel", "several machines", "work in the cloud"),
    next_check="ask where the person was in those months",
    source="CODE",
    needs=CLOCK,
    evidence="far_rows",
)
def zones_at_once(facts: Facts) -> Column:
    """Most zones, beyond two, in one span of 180 days with at least five own commits."""
    return np.maximum(facts.zones - 2, 0)


@CODE_HISTORY.feature(
    direction="raises",
    unit="share",
    strength="medium",
    reason="the clock moved by two hours or more between {far} of {pairs} "
    "{pairs:pair of neighbouring commits|pairs of neighbouring commits}",
    clear="the clock stays with the person from commit to commit",
    innocent=("much travel", "several machines", "cloud editor"),
    next_check="ask about the machines used and journeys made",
    source="CODE",
    needs=CLOCK,
    evidence="far_rows",
)
def zone_switch_share(facts: Facts) -> Column:
    """Share of neighbouring own commits whose offsets lie two hours or more apart."""
    return facts.far / facts.pairs


@CODE_HISTORY.feature(
    direction="raises",
    unit="share",
    strength="medium",
    reason="{apart} of {compared} {compared:repository|repositories} {apart:keeps|keep} another "
    "clock than the account",
    clear="the repositories keep one clock",
    innocent=("moved to another country", "repository of a former life"),
    next_check="ask when and where each repository was written",
    source="CODE",
    needs=CLOCK,
)
def repository_zone_share(facts: Facts) -> Column:
    """Share of repositories whose usual offset lies two hours or more from the account's."""
    return facts.apart / facts.compared


@CODE_HISTORY.feature(
    direction="raises",
    unit="hours",
    strength="medium",
    reason="commits made on the site run {site_hours:.0f} {site_hours:hour|hours} apart from the "
    "others",
    clear="commits made on the site and the others keep one clock",
    innocent=("server in another zone", "commits of a former home"),
    next_check="ask where the person sits when editing on the site",
    source="CODE",
    needs=(*CLOCK, "commits.on_site|commits.committer_email"),
)
def site_clock_gap(facts: Facts) -> Column:
    """Hours between the usual offset of commits made in the browser and of the rest."""
    return facts.site_hours


@CODE_HISTORY.feature(
    direction="raises",
    unit="share",
    strength="weak",
    reason="{before} of {own} own {own:commit|commits} {before:is|are} older than the account",
    clear="no own commit is older than the account",
    innocent=("old code re-uploaded", "moved from another host", "new account"),
    next_check="ask where the code lived before",
    source=("CODE", "GHFA"),
    needs=("commits.authored_at", "profiles.code.created_at"),
    evidence="before_rows",
)
def precreation_share(facts: Facts) -> Column:
    """Share of own commits over a day older than the account."""
    return facts.before / facts.own


@CODE_HISTORY.feature(
    direction="raises",
    unit="switches",
    strength="medium",
    reason="the clock moved {impossible} {impossible:time|times} by more hours than had passed",
    clear="the clock moved by more hours than had passed twice at most",
    innocent=("several machines", "cloud editor", "clock set for a client"),
    next_check="ask about the machines used",
    source="CODE",
    needs=CLOCK,
    evidence="impossible_rows",
)
def impossible_switches(facts: Facts) -> Column:
    """Neighbouring own commits, beyond two, whose offset moved by more hours than passed."""
    return np.maximum(facts.impossible - IMPOSSIBLE + 1, 0)


@CODE_HISTORY.feature(
    direction="raises",
    unit="share",
    strength="strong",
    contradiction=True,
    reason="{twins} of {searched} own {searched:commit|commits} {twins:stands|stand} in somebody "
    "else's repository with the same "
    "second and subject",
    clear="no own commit was found under another name",
    innocent=("own code under a former identity", "course template", "vendored code"),
    next_check="ask who wrote the original and how it came here",
    source=("CODE", "GHFA"),
    needs=("commits.subject_length", "commits.twin|profiles.code.twins_searched"),
    evidence="twin_rows",
)
def reauthored_share(facts: Facts) -> Column:
    """Share of own commits that somebody else made, by author second and subject of 20 characters."""
    return facts.twins / facts.searched


@CODE_HISTORY.feature(
    direction="raises",
    unit="share",
    strength="weak",
    reason="{imported} of {dated} own {dated:commit|commits} {imported:is|are} older than their "
    "repository here",
    clear="own commits are as old as their repositories here",
    innocent=("moved from another host", "old code re-uploaded", "made public later"),
    next_check="ask where the code lived before",
    source=("CODE", "SEAL"),
    needs=("commits.authored_at", "repositories.created_at"),
)
def imported_share(facts: Facts) -> Column:
    """Share of own commits over 30 days older than the repository's creation; forks left out."""
    return facts.imported / facts.dated


@CODE_HISTORY.feature(
    direction="raises",
    unit="names",
    strength="weak",
    reason="own commits carry the full names of {persons} different {persons:person|people}",
    clear="own commits carry one full name",
    innocent=("changed name", "pen name", "shared computer"),
    next_check="ask whose names they are",
    source=("CODE", "SEAL"),
    needs=("commits.author_name",),
)
def other_full_names(facts: Facts) -> Column:
    """Full names on own commits, beyond the first, that share no part with another."""
    return facts.persons - 1


@CODE_HISTORY.feature(
    direction="raises",
    unit="share",
    strength="weak",
    reason="the clock of {outside} of {held} own {held:commit|commits} is in use in no claimed "
    "place",
    clear="the clocks of own commits fit the claimed places",
    innocent=("undeclared travel", "laptop of another country", "moved and did not say"),
    next_check="ask about places lived in; they can be declared",
    source=("CODE", "SEAL"),
    needs=(*CLOCK, "places.country"),
    evidence="outside_rows",
    group="whereabouts",
)
def commit_zone_outside_share(facts: Facts) -> Column:
    """Share of own commits whose offset no claimed place had; +0000 never counts."""
    return facts.outside / facts.held


@CODE_HISTORY.feature(
    direction="raises",
    unit="years",
    strength="context",
    reason="the account is {missing_years:.0f} {missing_years:year|years} younger than the "
    "experience claimed",
    clear="the account is at most five years younger than the experience claimed",
    innocent=("private repositories", "another host", "came back to work"),
    next_check="none by itself",
    source="GHFA",
    needs=("profiles.code.created_at", "profiles.claims.experience_since"),
)
def account_younger_than_claim(facts: Facts) -> Column:
    """Years between the start of claimed experience and the account, beyond five."""
    return np.maximum(facts.missing_years - 5, 0)


@CODE_HISTORY.feature(
    direction="raises",
    unit="years",
    strength="weak",
    reason="the account lay still for {quiet_years:.0f} {quiet_years:year|years} and then came "
    "back to life",
    clear="the account was never still for long",
    innocent=("private repositories", "came back to work", "another host"),
    next_check="ask what the person worked on in those years",
    source="SEAL",
    needs=("activity.events",),
)
def revived_after_years(facts: Facts) -> Column:
    """Years, beyond three, of the longest silence that ended before as_of."""
    return np.maximum(facts.quiet_years - 3, 0)


@CODE_HISTORY.feature(
    direction="raises",
    unit="people",
    strength="weak",
    reason="repositories hardly anybody knows have about {crowd:.0f} "
    "{crowd:contributor|contributors} each",
    clear="repositories have as many contributors as their fame leads to expect",
    innocent=("course", "hackathon", "team at work"),
    next_check="ask who the others are",
    source="SEAL",
    needs=("repositories.contributors", "repositories.stars"),
)
def contributors_without_fame(facts: Facts) -> Column:
    """Contributors over 1 + ln(1 + stars), the median of repositories that are not forks, beyond 4."""
    return np.maximum(facts.crowd - 4, 0)


@CODE_HISTORY.feature(
    direction="raises",
    unit="yes or no",
    strength="medium",
    reason="the account was gone within a week of the person being asked about it",
    clear="the account was still there a week after the person was asked about it",
    innocent=("tidying up", "harassment", "fear of copies"),
    next_check="ask why it was closed; ask for an export",
    source=("ZX24", "SEAL"),
    needs=("profiles.code.contacted_at", "profiles.code.gone_at|profiles.code.last_seen_at"),
)
def gone_after_contact(facts: Facts) -> Column:
    """1 if the account was found gone within seven days of contact, 0 if it was still there."""
    return facts.gone


@CODE_HISTORY.feature(
    direction="raises",
    unit="renames",
    strength="context",
    reason="the account was renamed {renames} {renames:time|times}",
    clear="the account was renamed once at most",
    innocent=("marriage", "transition", "new brand"),
    next_check="none by itself",
    source=("SEAL", "KET"),
    needs=("profiles.code.created_at|renames.at",),
)
def account_renames(facts: Facts) -> Column:
    """Renames of the account, beyond the first; never decisive."""
    return np.maximum(facts.renames - 1, 0)
