"""What a count of linked users is worth: how it is spread, and how it stands to a label of fraud."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from rich.table import Table
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from features.links import Pairs
from features.segments import Bools, Floats, Ints
from fraudscore.screen import visible

RESAMPLES, SEED = 500, 1


@dataclass(frozen=True)
class Report:
    """What one count comes to over all users who have it.

    ``quantiles``: median, 90th and 99th percentile and maximum among those who share. ``hubs``: keys
    of a crowd. ``auc`` with its interval and ``false_links``, per thousand users without the label,
    are NaN without a label.
    """

    name: str
    kind: str
    users: int
    sharing: int
    quantiles: tuple[float, float, float, float]
    hubs: int
    auc: float
    low: float
    high: float
    false_links: float


def linked_groups(found: Pairs, n: int) -> Ints:
    """Users who hang together by any link."""
    graph = coo_array((np.ones(found.later.size), (found.later, found.earlier)), shape=(n, n))
    group: Ints = connected_components(graph, directed=False)[1].astype(np.int64)
    return group


@dataclass(frozen=True, eq=False)
class Judge:
    """Measures counts against a label; users who hang together are drawn together."""

    positive: Bools | None
    group: Ints

    def report(self, name: str, kind: str, values: Floats, hubs: int) -> Report:
        """What one count comes to."""
        known = ~np.isnan(values)
        sharing = values[known & (values > 0)]
        steps = np.quantile(sharing, (0.5, 0.9, 0.99, 1)) if sharing.size else np.zeros(4)
        auc = low = high = false_links = np.nan
        if self.positive is not None:
            auc, low, high = self._auc(values[known], self.positive[known], self.group[known])
            rest = known & ~self.positive
            false_links = 1000 * float((values[rest] > 0).mean()) if rest.any() else np.nan
        return Report(
            name=name,
            kind=kind,
            users=int(known.sum()),
            sharing=int(sharing.size),
            quantiles=(float(steps[0]), float(steps[1]), float(steps[2]), float(steps[3])),
            hubs=hubs,
            auc=auc,
            low=low,
            high=high,
            false_links=false_links,
        )

    @staticmethod
    def _auc(values: Floats, positive: Bools, group: Ints) -> tuple[float, float, float]:
        """AUC and its 95 % interval; a group of linked users is one observation."""
        rng = np.random.default_rng(SEED)
        levels, level = np.unique(values, return_inverse=True)
        groups, member = np.unique(group, return_inverse=True)

        def area(weight: Floats | None) -> float:
            cells = np.bincount(2 * level + positive, weight, minlength=2 * levels.size)
            below, above = cells[::2], cells[1::2]
            total = below.sum() * above.sum()
            won = above @ (np.cumsum(below) - below / 2)
            return float(won / total) if total else float("nan")

        drawn = [
            area(rng.poisson(1.0, groups.size)[member].astype(np.float64)) for _ in range(RESAMPLES)
        ]
        if np.isnan(drawn).all():
            return area(None), float("nan"), float("nan")
        low, high = np.nanquantile(drawn, (0.025, 0.975))
        return area(None), float(low), float(high)


def reports_table(reports: Sequence[Report], *, labelled: bool) -> Table:
    """Reports as people read them."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("count", overflow="fold", min_width=10)
    table.add_column("kind", no_wrap=True)
    for name in ("users", "sharing", "50/90/99/100 %", "hubs"):
        table.add_column(name, justify="right", no_wrap=True)
    if labelled:
        for name in ("AUC", "95 %", "false/1000"):
            table.add_column(name, justify="right", no_wrap=True)
    for r in reports:
        cells = [visible(r.name), r.kind, f"{r.users}", f"{r.sharing}"]
        cells += ["/".join(f"{step:.0f}" for step in r.quantiles), f"{r.hubs}"]
        if labelled:
            cells += [f"{r.auc:.3f}", f"{r.low:.2f}-{r.high:.2f}", f"{r.false_links:.1f}"]
        table.add_row(*cells)
    return table
