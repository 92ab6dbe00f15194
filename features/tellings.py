"""One life as several sources tell it: jobs or studies held against each other, source by source.

A payroll names who pays, often an employer of record, so it is held against nothing. Every answer
is about the worst pair of sources of one person, so a further source that tells the same never adds
to it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations, groupby, product

import numpy as np

from features.batch import Table
from features.employers import Same
from features.fixed import fixed, kept
from features.segments import Bools, Floats, true_rows
from features.stints import Months, Stint, covered, stints

MOST = 40
"""Rows of one source that are compared, the latest (assumed; keeps a hostile list cheap)."""
SLACK_MONTHS = 2
"""Months by which a date may be off before it differs (assumed)."""
BESIDE_MONTHS = 3
"""Months two employers must share to be held at the same time; less is handover (assumed)."""
LONG_MONTHS = 6
"""Months from which a source that tells a whole life is expected to tell of a job (assumed)."""
WHOLE = frozenset(("cv", "linkedin", "application"))
"""Sources that tell a whole life; a platform knows only what went through it."""


@dataclass
class Telling:
    """One employer or school as one source tells it. ``main``: it may fill the whole week."""

    name: str
    source: str
    main: bool = True
    rows: list[int] = field(default_factory=list)
    stints: list[Stint] = field(default_factory=list)

    @kept
    def whole(self) -> Stint:
        """From the first beginning to the last end."""
        starts = [stint.starts for stint in self.stints if stint.starts]
        ends = [stint.ends for stint in self.stints if stint.ends]
        ended = max(ends, default=None) if len(ends) == len(self.stints) else None
        return Stint(min(starts, default=None), ended, any(stint.open for stint in self.stints))


Two = tuple[Telling, Telling]


@dataclass(frozen=True, slots=True)
class Pair:
    """What two sources make of each other.

    ``agreed``: tellings of the same one. ``left_out``: what one tells and the other should, too.
    ``apart``: months between the dates of the same, and which; None without dates. ``rivals``: two
    that are told of for the same months; None where that cannot be told.
    """

    agreed: list[Two]
    left_out: list[Telling]
    apart: tuple[int, Two] | None
    rivals: list[Two] | None


@fixed
class Held:
    """The worst pair of sources of each profile; NaN or None where nothing could be compared."""

    told: Floats
    left_out: Floats
    left_out_rows: Bools
    apart: Floats
    apart_at: list[str | None]
    apart_rows: Bools
    rival: Floats
    one: list[str | None]
    other: list[str | None]
    rival_rows: Bools


def held(table: Table, name: str, same: Same, as_of: Floats, main: Bools) -> Held:
    """Hold the sources of every profile against each other; a single source says nothing.

    ``name``: the column that names the employer or school. ``main``: rows that may fill a week.
    """
    marks = [np.zeros(table.size, dtype=np.bool_) for _ in range(3)]
    told, left_out, apart, rival = (np.full(table.n, np.nan) for _ in range(4))
    texts: list[list[str | None]] = [[None] * table.n for _ in range(3)]
    found = Held(
        told, left_out, marks[0], apart, texts[0], marks[1], rival, texts[1], texts[2], marks[2]
    )
    for who, sources in _people(table, name, same, as_of, main):
        _keep(found, who, [_pair(*two, same) for two in combinations(sources, 2)])
    # An end alone tells of no months.
    for months in (told, left_out, rival):
        months[~table.supplied("starts")] = np.nan
    return found


def _keep(found: Held, who: int, pairs: list[Pair]) -> None:
    """Write down the worst of each answer and the rows it rests on."""
    judged = [(pair, len(pair.agreed) + len(pair.left_out)) for pair in pairs]
    judged = [(pair, told) for pair, told in judged if told]
    if judged:
        pair, told = max(judged, key=lambda each: len(each[0].left_out) / each[1])
        found.told[who], found.left_out[who] = told, len(pair.left_out)
        found.left_out_rows[_rows(pair.left_out)] = True
    dated = [pair.apart for pair in pairs if pair.apart]
    if dated:
        found.apart[who], two = max(dated, key=lambda apart: apart[0])
        found.apart_at[who] = two[0].name
        found.apart_rows[_rows(two)] = found.apart[who] > 0
    rivals = [pair.rivals for pair in pairs if pair.rivals is not None]
    if rivals:
        worst = max(rivals, key=_rival_months)
        found.rival[who] = _rival_months(worst)
        found.rival_rows[_rows(each for two in worst for each in two)] = True
        if worst:
            found.one[who], found.other[who] = (each.name for each in worst[0])


def _rows(tellings: Iterable[Telling]) -> list[int]:
    return [row for telling in tellings for row in telling.rows]


def _people(
    table: Table, name: str, same: Same, as_of: Floats, main: Bools
) -> Iterator[tuple[int, list[list[Telling]]]]:
    """Each person of whom more than one source tells, and what each source tells."""
    if not table.size:
        return
    names, source = table.text(name), table.text("source")
    telling = names.known & ~source.is_in(["payroll"])
    several = table.distinct(source.codes, telling) > 1
    rows = true_rows(several[table.owner] & telling)
    when = stints(table, rows, as_of)
    for who, own in groupby(rows.tolist(), key=lambda row: int(table.owner[row])):
        lines: dict[str, list[int]] = defaultdict(list)
        for row in own:
            lines[source.at(row) or ""].append(row)
        sources = []
        for where, told in lines.items():
            tellings: list[Telling] = []
            for row in told[-MOST:]:
                text = names.at(row) or ""
                one = next((t for t in tellings if same(t.name, text) == "agree"), None)
                if one is None:
                    tellings.append(one := Telling(text, where))
                one.rows.append(row)
                one.stints.append(when[row])
                one.main = one.main and bool(main[row])
            sources.append(_weekly(tellings))
        yield who, sources


def _weekly(tellings: list[Telling]) -> list[Telling]:
    """What a source itself tells of at the same time does not fill a week each."""
    for one, other in combinations(tellings, 2):
        if covered(_shared(one, other)) >= BESIDE_MONTHS:
            one.main = other.main = False
    return tellings


def _pair(mine: list[Telling], theirs: list[Telling], same: Same) -> Pair:
    """Hold two sources against each other."""
    answers = [[same(one.name, other.name) for other in theirs] for one in mine]
    agreed = [
        (one, other)
        for one, row in zip(mine, answers, strict=True)
        for other, answer in zip(theirs, row, strict=True)
        if answer == "agree"
    ]
    alone = [one for one, row in zip(mine, answers, strict=True) if set(row) == {"disagree"}]
    columns = zip(*answers, strict=True)
    others = [one for one, col in zip(theirs, columns, strict=True) if set(col) == {"disagree"}]
    rivals = _rivals(alone, others, bool(agreed))
    if rivals and _renamed(rivals):
        alone = [one for one in alone if one is not rivals[0][0]]
        others = [one for one in others if one is not rivals[0][1]]
        rivals = _rivals(alone, others, bool(agreed))
    apart = [(months, two) for two in agreed if (months := _apart(*two)) is not None]
    return Pair(
        agreed=agreed,
        left_out=[*_expected(alone, theirs), *_expected(others, mine)],
        apart=max(apart, key=lambda each: each[0], default=None),
        rivals=rivals,
    )


def _renamed(rivals: list[Two]) -> bool:
    """Whether one name alone stands for another over the same dates: a firm renamed or bought."""
    return len(rivals) == 1 and _between(rivals[0][0].whole, rivals[0][1].whole) == 0


def _expected(alone: list[Telling], source: list[Telling]) -> list[Telling]:
    """Long jobs within the span that another source, which tells a whole life, tells of.

    A source was last brought up to date, for all we know, when its last job began.
    """
    spans = [(telling.whole, months) for telling in source if (months := telling.whole.months)]
    if not spans or source[0].source not in WHOLE:
        return []
    first = min(start for _, (start, _) in spans)
    last = max(start if stint.open else end for stint, (start, end) in spans)
    return [
        telling
        for telling in alone
        if telling.main
        and (months := telling.whole.months)
        and months[1] - months[0] >= LONG_MONTHS
        and first <= months[0]
        and months[1] <= last
    ]


def _apart(one: Telling, other: Telling) -> int | None:
    """Months between the dates of two tellings, in the kindest reading of several stints."""
    readings = product([one.whole, *one.stints], [other.whole, *other.stints])
    found = [months for a, b in readings if (months := _between(a, b)) is not None]
    return min(found, default=None)


def _between(a: Stint, b: Stint) -> int | None:
    """Months between two beginnings and two ends, as far as told, small slips left out."""
    ends = [] if a.open or b.open else [(a.ends, b.ends)]
    gaps = [
        max(0, x.low - y.high, y.low - x.high) for x, y in [(a.starts, b.starts), *ends] if x and y
    ]
    return sum(gap for gap in gaps if gap > SLACK_MONTHS) if gaps else None


def _rivals(alone: list[Telling], others: list[Telling], agreed: bool) -> list[Two] | None:
    """Pairs of different names for the same months, each unknown to the other source."""
    pairs = [
        (one, other)
        for one, other in product(alone, others)
        if one.main
        and other.main
        and one.whole.months
        and other.whole.months
        # Whether what lasts in one source had begun when the other ended cannot be told.
        and one.whole.open == other.whole.open
    ]
    found = [two for two in pairs if _rival_months([two]) >= BESIDE_MONTHS]
    return found if agreed or pairs else None


def _rival_months(rivals: list[Two]) -> int:
    """Months for which two sources name different ones."""
    return covered(months for two in rivals for months in _shared(*two))


def _shared(one: Telling, other: Telling) -> Iterator[Months]:
    """The months that stints of two tellings share."""
    for a, b in product(one.stints, other.stints):
        if (mine := a.months) and (theirs := b.months):
            yield max(mine[0], theirs[0]), min(mine[1], theirs[1])
