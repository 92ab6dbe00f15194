"""Real commit histories, pseudonymised, as profiles: to measure code_history, never to train on.

Reads the JSON-lines dumps described in their own README: own commits only, in columns. Each account
becomes a profile with its code alone.

    python -m training.histories FOLDER [--repositories N]

prints the distribution of every code_history feature per group of accounts and its AUC against
ordinary developers, with a 95 % bootstrap interval over accounts.
"""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
import numpy as np
from sklearn.metrics import roc_auc_score

from features.code_history import CODE_HISTORY
from features.context import Context
from features.lookups import load_networks, load_phones
from features.reading import read_profile
from features.record_rows import from_profiles
from features.records import Profile

GROUPS = ("listed_strong", "listed_weak", "ordinary", "bystander")
AS_OF = "2025-06-01T00:00:00Z"
"""After the last commit of the dumps."""
DRAWS = 400
MEASURED = frozenset(
    "clocks_of_several_people zones_at_once zone_switch_share repository_zone_share site_clock_gap "
    "precreation_share impossible_switches reauthored_share imported_share other_full_names".split()
)
"""Features that a history without claims can have."""


def read_accounts(path: Path) -> Iterator[dict[str, Any]]:
    """The accounts of one dump that have commits."""
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        yield from (account for account in map(json.loads, stream) if account["commits"])


Twins = dict[str, set[tuple[str, int]]]
"""Whose commits carry a key of (author second, subject): account and its e-mail."""


def twins_of(accounts: Iterable[dict[str, Any]]) -> Twins:
    """An index of commits by author second and subject."""
    found: Twins = defaultdict(set)
    for account in accounts:
        columns = account["commits"]
        for key, mail in zip(columns["tk"], columns["email"], strict=True):
            if key:
                found[key].add((account["id"], mail))
    return found


def profile_of(
    account: dict[str, Any], twins: Twins, repositories: int | None = None, seed: int = 0
) -> Profile:
    """An account as a profile; of more than ``repositories`` repositories as many are drawn.

    Drawn among those with commits of the owner, since only those can show a clock.
    """
    kept = _drawn(account, repositories, seed)
    created = account["created_est"]
    return read_profile(
        {
            "profile_id": account["id"],
            "as_of": AS_OF,
            "claims": {},
            "code": {
                "twins_searched": True,
                "created_at": f"{created[:10]}T00:00:00Z" if created else None,
                "repositories": [
                    {"name": f"r{number}", "created_at": f"{made[:10]}T00:00:00Z"}
                    for number, made in _dated(account)
                    if number in kept
                ],
                "commits": [*_commits(account, twins, kept)],
            },
        }
    )


def _drawn(account: dict[str, Any], number: int | None, seed: int) -> set[int]:
    used = sorted(set(account["commits"]["repo"]))
    if number is None or len(used) <= number:
        return set(used)
    rng = np.random.default_rng([seed, *account["id"].encode()])
    return set(rng.choice(used, number, replace=False).tolist())


def _dated(account: dict[str, Any]) -> Iterator[tuple[int, str]]:
    for number, repository in enumerate(account["repos"]):
        if repository["created_at"]:
            yield number, repository["created_at"]


def _commits(account: dict[str, Any], twins: Twins, kept: set[int]) -> Iterator[dict[str, Any]]:
    columns = account["commits"]
    for row, repository in enumerate(columns["repo"]):
        if repository not in kept or columns["t"][row] is None:
            continue
        offset = columns["off"][row]
        yield {
            "repository": f"r{repository}",
            "id": f"{repository}-{columns['sha'][row]}-{row}",
            "author_email": f"e{columns['email'][row]}",
            "authored_at": _moment(columns["t"][row]),
            "author_offset_minutes": offset if offset is not None and abs(offset) <= 840 else None,
            "merge": columns["np"][row] > 1,
            # The dumps hold the owner's commits only, linked before they were pseudonymised.
            "linked": True,
            "on_site": bool(columns["web"][row]),
            "subject_length": columns["sl"][row],
            "twin": any(who != account["id"] for who, _ in twins.get(columns["tk"][row], ())),
        }


def _moment(minutes: int) -> str:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    return moment.isoformat()


def measure(
    folder: Path, repositories: int | None = None, seed: int = 0
) -> tuple[dict[str, np.ndarray[Any, np.dtype[np.float64]]], list[str]]:
    """Feature values by name, one entry an account, and the group of each account."""
    accounts = [a for group in GROUPS for a in read_accounts(folder / f"{group}.jsonl.gz")]
    twins = twins_of(accounts)
    people = [profile_of(account, twins, repositories, seed) for account in accounts]
    groups = [_group(account) for account in accounts]
    context = Context(load_networks(), load_phones())
    with np.errstate(divide="ignore", invalid="ignore"):
        facts = CODE_HISTORY.observe(from_profiles(people), context)
        values = {
            feature.name: feature.value(facts)
            for feature in CODE_HISTORY.features
            if feature.name in MEASURED
        }
    return values, groups


def _group(account: dict[str, Any]) -> str:
    """The label, and of the weak list which part of it."""
    label = str(account["label"])
    return str(account["subgroup"]) if label == "listed_weak" else label


def separation(
    one: Sequence[float], other: Sequence[float], seed: int = 0
) -> tuple[float, float, float]:
    """AUC of ``one`` against ``other`` and its 95 % bootstrap interval over accounts."""
    a, b = np.asarray(one), np.asarray(other)
    labels = np.concatenate([np.ones(a.size), np.zeros(b.size)]).astype(np.bool_)
    rng = np.random.default_rng(seed)
    draws = [
        roc_auc_score(labels, np.concatenate([rng.choice(a, a.size), rng.choice(b, b.size)]))
        for _ in range(DRAWS)
    ]
    low, high = np.quantile(draws, [0.025, 0.975])
    return float(roc_auc_score(labels, np.concatenate([a, b]))), float(low), float(high)


def table(values: dict[str, Any], groups: Sequence[str]) -> str:
    """One row a feature and group: accounts assessed, share above zero, quartiles, AUC."""
    kind = np.asarray(groups)
    lines = ["feature | group | n | above 0 | p25 p50 p75 p90 | AUC against ordinary [95 %]"]
    for name, column in values.items():
        ordinary = column[(kind == "ordinary") & ~np.isnan(column)]
        for group in dict.fromkeys(groups):
            own = column[(kind == group) & ~np.isnan(column)]
            if not own.size:
                lines.append(f"{name} | {group} | 0 | - | - | -")
                continue
            quartiles = " ".join(f"{q:.3g}" for q in np.quantile(own, [0.25, 0.5, 0.75, 0.9]))
            line = f"{name} | {group} | {own.size} | {(own > 0).mean():.2f} | {quartiles}"
            if group != "ordinary" and ordinary.size:
                value, low, high = separation(own.tolist(), ordinary.tolist())
                line += f" | {value:.2f} [{low:.2f}, {high:.2f}]"
            lines.append(line)
    return "\n".join(lines)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True))
@click.option("--repositories", type=int, help="Draw this many repositories of each account.")
@click.option("--seed", type=int, default=0)
def main(folder: Path, repositories: int | None, seed: int) -> None:
    """Print the table."""
    click.echo(table(*measure(folder, repositories, seed)))


if __name__ == "__main__":
    main()
