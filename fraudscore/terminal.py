"""What a person reads in the terminal: the list of people, one person in full, the catalogue."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from features.catalogue import FAMILIES
from features.sentences import counted
from fraudscore.assessment import (
    BANDS,
    TRAINED_ON,
    Assessment,
    Reason,
    speaks_against,
    speaks_for,
    unweighed,
    where_it_stands,
)
from fraudscore.screen import visible

BAND_STYLE = {
    "review": "bold red",
    "verify": "yellow",
    "no_concern": "green",
    "insufficient_evidence": "dim",
}
BAND_WORDS = {
    "review": "! review",
    "verify": "? verify",
    "no_concern": "  no concern",
    "insufficient_evidence": "~ insufficient evidence",
}
STATE_WORDS = {
    "present": "assessed, something does not agree",
    "absent": "assessed, nothing disagrees",
    "not_supplied": "not supplied",
    "could_not_check": "could not check",
}
OUTCOME_WORDS = {
    "same": "= same",
    "different": "! different",
    "failed": "? failed",
    "not_checked": "· not checked",
}
OUTCOME_STYLE = {"same": "green", "different": "bold red", "failed": "yellow", "not_checked": "dim"}
ROWS_MAX = 60
"""Most people listed in the terminal; files take everybody."""


class People:
    """One person a line with the two strongest reasons in words, most urgent first.

    Of everybody only the counts are kept, and the few who are listed.
    """

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._urgent: list[Assessment] = []

    def add(self, items: Sequence[Assessment]) -> None:
        """Take in some more people."""
        self._counts.update(item.band for item in items)
        self._urgent = heapq.nsmallest(ROWS_MAX, [*self._urgent, *items], key=_urgency)

    @property
    def total(self) -> int:
        """How many people there are."""
        return self._counts.total()

    def text(self) -> RenderableType:
        """What the screen shows."""
        table = Table(box=None, pad_edge=False, header_style="bold")
        for name in ("profile", "score", "band", "strongest reasons"):
            table.add_column(name, justify="right" if name == "score" else "left", overflow="fold")
        for item in self._urgent:
            table.add_row(
                visible(item.profile_id),
                f"{item.score:.1f}",
                Text(BAND_WORDS[item.band], style=BAND_STYLE[item.band]),
                Text(_strongest(item)),
            )
        return Group(table, Text(), Text(self._summary()))

    def _summary(self) -> str:
        counts = [
            f"{self._counts[band]} {BAND_WORDS[band][2:].strip()}" for band in reversed(BANDS)
        ]
        lines = [f"{counted(self.total, 'person', 'people')}: " + ", ".join(counts) + "."]
        if self.total > ROWS_MAX:
            lines.append(f"The {ROWS_MAX} most urgent are shown; write all with -o FILE.")
        for item in self._urgent[:1]:
            lines.append(f"Model {item.bundle}, {TRAINED_ON[item.trained_on]}.")
            lines.append(f"Base rate {item.base_rate:.2%}. A person decides.")
        return "\n".join(lines)


def _urgency(item: Assessment) -> tuple[int, float, str]:
    return -BANDS.index(item.band), -item.log_odds, item.profile_id


def _strongest(item: Assessment) -> str:
    if not item.reasons:
        return "nothing was assessed" if item.coverage else "not asked"
    against = [reason.text for reason in item.reasons if speaks_against(reason)]
    return "; ".join(against[:2]) or "nothing speaks against this person"


def person(item: Assessment) -> RenderableType:
    """One person in full."""
    head = Text.assemble(
        (visible(item.profile_id), "bold"),
        f"  as of {item.as_of:%Y-%m-%d %H:%M} UTC  ",
        (BAND_WORDS[item.band].strip(), BAND_STYLE[item.band]),
        f"  score {item.score:.2f}",
    )
    ledger = Table(box=None, pad_edge=False, header_style="bold", title_justify="left")
    ledger.add_column("log-odds", justify="right")
    ledger.add_column("what moved it")
    ledger.add_row(f"{item.prior:+.3f}", f"prior: base rate {item.base_rate:.2%}")
    for part in item.families:
        ledger.add_row(
            f"{part.contribution:+.3f}" if part.contribution else "·",
            f"{part.family}: {STATE_WORDS[part.state]}",
        )
    ledger.add_row(f"{item.log_odds:+.3f}", "sum")
    against = [reason for reason in item.reasons if speaks_against(reason)]
    favour = [reason for reason in reversed(item.reasons) if speaks_for(reason)]
    small = [reason for reason in item.reasons if reason not in against and reason not in favour]
    rest = sum(reason.contribution for reason in small)
    return Group(
        head,
        Text(),
        ledger,
        Text("\nSame person from stage to stage?", style="bold"),
        _hand_overs(item),
        Text("\nSpeaks against", style="bold"),
        _reasons(against),
        Text("\nSpeaks for", style="bold"),
        _reasons(favour, full=False),
        *_unweighed(unweighed(item)),
        Text(f"\n{rest:+.3f}  {len(small)} smaller parts, each in --json", style="dim"),
        Text("\nNot seen", style="bold"),
        Text(_unseen(item)),
        Text("\nNotices", style="bold"),
        *(Text(f"- {notice.text}") for notice in item.notices),
        Text(f"- {item.bundle}, {item.policy}. A person decides."),
    )


def _reasons(reasons: Sequence[Reason], full: bool = True) -> RenderableType:
    if not reasons:
        return Text("nothing")
    lines: list[Text] = []
    for reason in reasons:
        lines.append(
            Text(
                f"{reason.contribution:+.3f}  x{reason.multiplier:.2f}  {visible(reason.text)}"
            ).append(f"  {reason.code}", style="dim")
        )
        if full:
            lines.append(Text(f"      innocent: {'; '.join(reason.innocent)}", style="dim"))
            lines.append(Text(f"      next check: {reason.next_check}", style="dim"))
            if reason.evidence:
                where = where_it_stands(reason.evidence)
                lines.append(Text(f"      evidence: {where}", style="dim"))
            lines.append(Text(f"      source: {', '.join(reason.source)}", style="dim"))
    return Group(*lines)


def _unweighed(reasons: Sequence[Reason]) -> Iterator[RenderableType]:
    if reasons:
        yield Text("\nContradicts a claim, with little or no weight in this model", style="bold")
        yield _reasons(reasons)


def _hand_overs(item: Assessment) -> RenderableType:
    """One hand-over a line with what says so."""
    if not item.hand_overs:
        return Text("not asked")
    shown = Table(box=None, pad_edge=False, show_header=False)
    for hand_over in item.hand_overs:
        shown.add_row(
            f"{hand_over.earlier} to {hand_over.later}".replace("_", " "),
            Text(OUTCOME_WORDS[hand_over.outcome], style=OUTCOME_STYLE[hand_over.outcome]),
            Text("; ".join(map(visible, hand_over.because))),
        )
    return shown


def _unseen(item: Assessment) -> str:
    if item.coverage is None:
        return "not asked"
    seen = item.coverage
    return "\n".join(
        (
            f"{seen.assessed} of {seen.features} features were assessed",
            f"not supplied: {_listed(seen.not_supplied)}",
            f"could not check: {_listed(seen.could_not_check)}",
        )
    )


def _listed(names: Sequence[str]) -> str:
    """Features by name; of a family that is missing whole only the family."""
    missing = set(names)
    whole = [f for f in FAMILIES if all(feature.name in missing for feature in f.features)]
    said = {feature.name for family in whole for feature in family.features}
    parts = [f"all of {', '.join(family.name for family in whole)}"] if whole else []
    parts += [", ".join(name for name in names if name not in said)] if missing - said else []
    return "; ".join(parts) or "nothing"


def catalogue() -> RenderableType:
    """The families and their features."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("family", "feature", "direction", "grade", "what it is"):
        table.add_column(name)
    for family in FAMILIES:
        for feature in family.features:
            table.add_row(
                family.name,
                feature.name,
                feature.direction,
                feature.strength + (", contradiction" if feature.contradiction else ""),
                feature.description.split("\n")[0],
            )
    return table
