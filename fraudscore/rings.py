"""Rings: people tied together by keys that unrelated people should not share."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from rich.table import Table
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from features.batch import Batch
from features.keys import KINDS, masked, masked_address, masked_mailbox
from features.links import CONTROL, Book, Pairs, strong
from fraudscore.cohort import MemoryCohort, cohort_of
from fraudscore.drawing import ring_picture
from fraudscore.errors import InputError
from fraudscore.intake import Chunk
from fraudscore.rejected import Rejected, incomplete, report_rejected
from fraudscore.run import chunks, context_for
from fraudscore.screen import console, visible
from fraudscore.whole_file import open_output, spare

IN_WORDS = {
    "payout": "pay-out account",
    "mfa": "second factor",
    "address": "shipping address",
    "line": "internet line",
    "phone": "phone number",
}
"""Kinds of key as people call them; the others go by their name."""
CHECKS = {
    "payout": "ask who holds it; one in the worker's name",
    "mfa": "register a new one on a call",
    "device": "a short call with the computer in view",
    "address": "ask who lives there",
    "line": "ask who else works there",
    "phone": "send a code to it during a call",
    "mailbox": "send a code to it during a call",
    "text": "ask about one project in the person's own words",
    "referral": "ask both how they know each other",
}
CHEAPEST = ("phone", "mailbox", "payout", "mfa", "device", "address", "line", "text", "referral")
"""Kinds of key by what it costs to check one (assumed)."""


@dataclass(frozen=True)
class SharedKey:
    """A key that members of a ring share, masked; ``first_seen`` is the day of its first use."""

    kind: str
    key: str
    people: int
    first_seen: str

    @property
    def what(self) -> str:
        """The kind in words."""
        return IN_WORDS.get(self.kind, self.kind)


@dataclass(frozen=True)
class Ring:
    """Members by id, the keys they share, and how they hang together.

    ``density``: share of the possible pairs that are linked. ``names_in_conflict``: members whose
    names share no part with another's. ``check``: the cheapest key to check, and how.
    """

    members: tuple[str, ...]
    kinds: tuple[str, ...]
    keys: tuple[SharedKey, ...]
    density: float
    bits: float
    names_in_conflict: int
    referrals: int
    check: str

    @property
    def shares(self) -> str:
        """The kinds of key in words."""
        return ", ".join(IN_WORDS.get(kind, kind) for kind in self.kinds)


def find_rings(cohort: MemoryCohort) -> list[Ring]:
    """The rings of a cohort, largest first."""
    book, found = cohort.known()
    ties = strong(found)
    n = book.as_of.size
    graph = coo_array(
        (np.ones(int(ties.sum())), (found.later[ties], found.earlier[ties])), shape=(n, n)
    )
    _, label = connected_components(graph, directed=False)
    members: dict[int, list[int]] = defaultdict(list)
    for person, ring in enumerate(label.tolist()):
        members[ring].append(person)
    together = label[found.later] == label[found.earlier]
    rows: dict[int, list[int]] = defaultdict(list)
    for row in np.flatnonzero(together).tolist():
        rows[int(label[found.later[row]])].append(row)
    rings = [
        _ring(cohort, book, found, people, rows[ring])
        for ring, people in members.items()
        if len(people) > 1
    ]
    return sorted(rings, key=lambda ring: (-len(ring.members), -ring.bits, ring.members))


def _ring(
    cohort: MemoryCohort, book: Book, found: Pairs, people: list[int], rows: list[int]
) -> Ring:
    ids = cohort.ids
    pairs = {(int(found.later[row]), int(found.earlier[row])) for row in rows}
    keys = _keys(cohort, book, found, people, rows)
    kinds = tuple(kind for kind in KINDS if any(key.kind == kind for key in keys))
    cheapest = next(kind for kind in CHEAPEST if kind in kinds)
    size = len(people)
    return Ring(
        members=tuple(ids[person] for person in sorted(people, key=book.before.__getitem__)),
        kinds=kinds,
        keys=keys,
        density=len(pairs) / (size * (size - 1) / 2),
        bits=float(found.bits[rows].sum()),
        names_in_conflict=len({person for pair in pairs for person in pair}),
        referrals=sum(KINDS[found.kind[row]] == "referral" for row in rows),
        check=f"{IN_WORDS.get(cheapest, cheapest)}: {CHECKS[cheapest]}",
    )


def _keys(
    cohort: MemoryCohort, book: Book, found: Pairs, people: list[int], rows: list[int]
) -> tuple[SharedKey, ...]:
    shared = {(int(found.kind[row]), int(found.key[row])) for row in rows}
    users: Counter[tuple[int, int]] = Counter()
    first: dict[tuple[int, int], float] = {}
    member = np.isin(book.person, people)
    for kind, key, when in zip(
        book.kind[member].tolist(), book.key[member].tolist(), book.first[member].tolist(),
        strict=True,
    ):  # fmt: skip
        if (kind, key) in shared:
            users[kind, key] += 1
            first[kind, key] = min(when, first.get((kind, key), when))
    keys = [
        SharedKey(
            kind=KINDS[kind],
            key=_shown(cohort, kind, key),
            people=count,
            first_seen=f"{datetime.fromtimestamp(first[kind, key], UTC):%Y-%m-%d}",
        )
        for (kind, key), count in users.items()
    ]
    return tuple(sorted(keys, key=lambda k: (-CONTROL[k.kind] * k.people, k.kind, k.key)))


def _shown(cohort: MemoryCohort, kind: int, key: int) -> str:
    cut = {"line": masked_address, "mailbox": masked_mailbox}.get(KINDS[kind], masked)
    return cut(cohort.key_of(kind, key))


def run_rings(
    *, out: Path | None, picture: Path | None, number: int, **options: Any
) -> tuple[int, int]:
    """Find the rings of the input, list them, write and draw; returns people read and rejected."""
    spare(options["inputs"], out, picture)
    rejected: list[Rejected] = []
    cohort = cohort_of(_batches(chunks(options), rejected), context_for(options["ip_data"]))
    rings = find_rings(cohort)
    if out is None:
        console().print(_table(rings))
    else:
        with open_output(out) as stream:
            stream.write(json.dumps([asdict(ring) for ring in rings], indent=1).encode() + b"\n")
    if picture is not None:
        if number > len(rings):
            raise InputError(f"there are {len(rings)} rings; choose one of them with --ring")
        with open_output(picture) as stream:
            stream.write(draw(cohort, rings[number - 1]).encode())
    report_rejected(rejected, None)
    return len(cohort.ids), incomplete(rejected)


def _batches(parts: Iterable[Chunk], rejected: list[Rejected]) -> Iterator[Batch]:
    for part in parts:
        rejected.extend(part.rejected)
        yield part.batch


def draw(cohort: MemoryCohort, ring: Ring) -> str:
    """One ring as SVG: members around, the keys they share in the middle."""
    book, _ = cohort.known()
    place = {id_: n for n, id_ in enumerate(cohort.ids)}
    people = [place[id_] for id_ in ring.members]
    shown: dict[tuple[str, str], list[int]] = {}
    wanted = {(key.kind, key.key) for key in ring.keys}
    member = np.isin(book.person, people)
    for person, kind, key in zip(
        book.person[member].tolist(), book.kind[member].tolist(), book.key[member].tolist(),
        strict=True,
    ):  # fmt: skip
        label = (KINDS[kind], _shown(cohort, kind, key))
        if label in wanted:
            shown.setdefault(label, []).append(people.index(person))
    edges = [
        (f"{IN_WORDS.get(kind, kind)} {key}", users)
        for (kind, key), users in shown.items()
        if len(users) > 1
    ]
    return ring_picture([visible(id_) for id_ in ring.members], edges)


def _table(rings: list[Ring]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in (
        "ring",
        "people",
        "kinds of key",
        "shared keys",
        "density",
        "members",
        "check first",
    ):
        table.add_column(name, overflow="fold")
    for number, ring in enumerate(rings, 1):
        keys = ", ".join(
            f"{k.what} {k.key} ({k.people}, since {k.first_seen})" for k in ring.keys[:3]
        )
        table.add_row(
            str(number),
            str(len(ring.members)),
            ring.shares,
            keys + (f" and {len(ring.keys) - 3} more" if len(ring.keys) > 3 else ""),
            f"{ring.density:.0%}",
            visible(", ".join(ring.members[:6]) + (" ..." if len(ring.members) > 6 else "")),
            ring.check,
        )
    if not rings:
        table.add_row("no rings", *[""] * 6)
    return table
