"""Runs of the commands about a desk's log: a desk that is there is opened, never made."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from fraudscore.errors import InputError, NotThere
from fraudscore.review import audit, team
from fraudscore.review.store import opened

UNREADABLE = "write heads as `fraudscore audit head` prints them"


def run_verify(
    db: str, tenant: str | None, heads: Path | None
) -> Iterator[tuple[str, audit.Verdict]]:
    """The verdict on the log of each team by name.

    Raises ReviewError for a desk that cannot be opened, NotThere for a team that is not there (nor in
    the file of heads), InputError for heads that cannot be read.
    """
    kept = {} if heads is None else _heads(heads)
    with opened(db) as store, store.reading() as connection:
        teams = _teams(team.tenants(connection), tenant)
        gone = sorted(set(kept) - set(teams)) if tenant is None else []
        if gone:
            raise NotThere(f"{heads}: there is no team {gone[0]!r} on this desk any more")
        if kept and not set(kept) & set(teams):
            raise NotThere(f"{heads}: it holds no head of {tenant!r}")
        for name, number in teams.items():
            yield name, audit.verify(connection, number, kept=kept.get(name, ()))


def run_head(db: str, tenant: str | None) -> list[str]:
    """Where the log of each team ends, as lines of JSON. Raises ReviewError, NotThere."""
    with opened(db) as store, store.reading() as connection:
        found = {
            name: audit.head(connection, number)
            for name, number in _teams(team.tenants(connection), tenant).items()
        }
    return [
        json.dumps({"team": name, "entries": head.entries, "digest": head.digest})
        for name, head in found.items()
    ]


def run_replay(
    id: str,
    db: str,
    bundle: Path | None,
    ip_data: Path | None,
    base_rate: float | None,
    key_file: Path | None,
) -> bytes | str:
    """The bytes of an old assessment computed again, or why that cannot be done.

    Raises NotThere, ReviewError, BundleError, LookupDataError, InputError, OutputError.
    """
    from fraudscore.connectors.keys import load_keys
    from fraudscore.review.desk import Desk
    from fraudscore.review.replay import replay
    from fraudscore.scorer import load
    from fraudscore.settings import ip_data_folder

    with opened(db) as store:
        scorer = load(bundle, ip_data=ip_data or ip_data_folder(), base_rate=base_rate)
        desk = Desk(store, scorer, load_keys(key_file))
        with store.reading() as connection:
            return replay(desk, connection, id)


def _teams(known: dict[str, int], wanted: str | None) -> dict[str, int]:
    if wanted is None:
        return known
    if wanted not in known:
        raise NotThere(f"there is no team {wanted!r}; there are: {', '.join(known) or 'none'}")
    return {wanted: known[wanted]}


def _heads(path: Path) -> dict[str, list[audit.Head]]:
    """Every head of each team in a file: the newest may have been taken of a forged log."""
    found: dict[str, list[audit.Head]] = {}
    try:
        for line in path.read_text(encoding="utf-8").splitlines():
            told = json.loads(line)
            head = audit.Head(int(told["entries"]), str(told["digest"]))
            found.setdefault(str(told["team"]), []).append(head)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path}: {UNREADABLE}") from error
    if not found:
        raise InputError(f"{path} is empty: {UNREADABLE}")
    return found
