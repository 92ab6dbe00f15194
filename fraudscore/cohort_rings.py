"""Rings of a stored cohort: who is tied to whom through strong pairs, kept as labels and sizes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from sqlalchemy import (
    BindParameter,
    Connection,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from features.closeness import closeness
from features.links import grown, strong
from features.segments import Floats
from fraudscore.cohort_ask import parts, rows
from fraudscore.cohort_look import Look
from fraudscore.cohort_tables import PEOPLE, RINGS, TIES

_LABELS: BindParameter[Any] = bindparam("values", expanding=True)
_RINGS = select(RINGS).where(RINGS.c.id.in_(_LABELS))
_TIES = (
    select(TIES.c.later, TIES.c.earlier, PEOPLE.c.as_of)
    .join(PEOPLE, PEOPLE.c.id == TIES.c.later)
    .where(PEOPLE.c.ring.in_(_LABELS))
)
_CASES = tuple(
    select(TIES, PEOPLE.c.id.label("case"), PEOPLE.c.as_of, PEOPLE.c.confirmed)
    .join(PEOPLE, PEOPLE.c.id == case)
    .where(between.in_(_LABELS), PEOPLE.c.confirmed.is_not(None))
    for between, case in ((TIES.c.later, TIES.c.earlier), (TIES.c.earlier, TIES.c.later))
)
"""Confirmed cases tied to some people, whoever came first."""
_Edge = tuple[float, int, int, int]
"""As of when, order within that moment, the later and the earlier end."""


def sizes(connection: Connection, seen: Look) -> Floats:
    """People in the ring of everybody looked at, at the time they came."""
    ties = strong(seen.found)
    later, earlier = seen.found.later[ties].tolist(), seen.found.earlier[ties].tolist()
    if not later:
        return np.ones(seen.ids.size)
    labels = sorted({int(seen.ring[row]) for row in earlier} - {0})
    rings = rows(connection, _RINGS, labels)
    n = seen.asked.n
    fresh = bool((seen.ids[:n] < 0).all())
    first = float(seen.asked.as_of.min(initial=np.inf))
    whole = {row.id: row.people for row in rings if fresh and row.newest <= first}
    nodes: dict[tuple[str, int], int] = {("row", row): row for row in range(seen.ids.size)}
    stored = {int(id_): row for row, id_ in enumerate(seen.ids.tolist()) if id_ >= 0}

    def node(row: int) -> int:
        label = int(seen.ring[row])
        return nodes.setdefault(("ring", label), len(nodes)) if label in whole else row

    def member(id_: int) -> int:
        return stored[id_] if id_ in stored else nodes.setdefault(("id", id_), len(nodes))

    edges: list[_Edge] = [
        (float(seen.book.as_of[i]), int(seen.tie[i]), i, node(j))
        for i, j in zip(later, earlier, strict=True)
    ]
    edges += [
        (as_of, a, member(a), member(b))
        for a, b, as_of in _ties(connection, [label for label in labels if label not in whole])
    ]
    edges.sort(key=lambda edge: edge[:2])
    size = np.ones(len(nodes))
    for label, people in whole.items():
        size[nodes["ring", label]] = people
    ends = np.array([edge[2:] for edge in edges], dtype=np.int64).reshape(-1, 2)
    return grown(ends[:, 0], ends[:, 1], size)[: seen.ids.size]


def _ties(connection: Connection, labels: list[int]) -> Iterable[tuple[int, int, float]]:
    """The ties of whole rings, and when the later end of each came."""
    return [(row.later, row.earlier, row.as_of) for row in rows(connection, _TIES, labels)]


def close(connection: Connection, seen: Look) -> Floats:
    """How close everybody looked at is to a confirmed case."""
    ties = strong(seen.found)
    later, earlier = seen.found.later[ties], seen.found.earlier[ties]
    if not later.size:
        return np.zeros(seen.ids.size)
    rows_of = {int(id_): row for row, id_ in enumerate(seen.ids.tolist()) if id_ >= 0}
    between = sorted({int(seen.ids[row]) for row in earlier.tolist()} - {-1})
    cases: dict[int, Any] = {}
    more: list[tuple[int, int]] = []
    for query in _CASES:
        for row in rows(connection, query, between):
            if row.case not in rows_of:
                rows_of[row.case] = seen.ids.size + len(cases)
                cases[row.case] = row
            more.append((rows_of[row.later], rows_of[row.earlier]))
    ends = np.array(more, dtype=np.int64).reshape(-1, 2)
    as_of = np.concatenate([seen.book.as_of, [row.as_of for row in cases.values()]])
    tie = np.concatenate([seen.tie, np.array(list(cases), dtype=np.int64)])
    found = closeness(
        np.concatenate([later, ends[:, 0]]),
        np.concatenate([earlier, ends[:, 1]]),
        as_of,
        np.lexsort((tie, as_of)),
        np.concatenate([seen.confirmed, [row.confirmed for row in cases.values()]]),
    )
    return found[: seen.ids.size]


def join(connection: Connection, seen: Look, ids: Mapping[int, int]) -> None:
    """Tie the people of a look by its strong pairs; ``ids``: the id of each of them."""
    ties = strong(seen.found)
    found = {
        (ids[i], ids[j]): (i, j)
        for i, j in zip(
            seen.found.later[ties].tolist(), seen.found.earlier[ties].tolist(), strict=True
        )
        if min(i, j) < seen.asked.n
    }
    if not found:
        return
    connection.execute(insert(TIES), [{"later": a, "earlier": b} for a, b in found])
    rows = {row for pair in found.values() for row in pair}
    # Who is in a ring already stands for all of it: a ring is known by its label below zero.
    node = {row: -int(seen.ring[row]) or ids[row] for row in rows}
    newest: dict[int, float] = {}
    for row in rows:
        newest[node[row]] = max(newest.get(node[row], -np.inf), float(seen.book.as_of[row]))
    known = select(RINGS).where(RINGS.c.id.in_([-name for name in newest if name < 0]))
    old = {row.id: row for row in connection.execute(known)}
    for group in groups((node[i], node[j]) for i, j in found.values()):
        labels = sorted((-name for name in group if name < 0), key=lambda x: -old[x].people)
        alone = [name for name in group if name > 0]
        people = len(alone) + sum(old[label].people for label in labels)
        moment = max(
            *(newest[name] for name in group), *(old[label].newest for label in labels), -np.inf
        )
        label = labels[0] if labels else _next(connection)
        kept = update(RINGS).where(RINGS.c.id == label)
        if labels:
            connection.execute(kept.values(people=people, newest=moment))
        else:
            connection.execute(insert(RINGS).values(id=label, people=people, newest=moment))
        if labels[1:]:
            connection.execute(delete(RINGS).where(RINGS.c.id.in_(labels[1:])))
        moved = or_(PEOPLE.c.ring.in_(labels[1:]), PEOPLE.c.id.in_(alone))
        connection.execute(update(PEOPLE).where(moved).values(ring=label))


def leave(connection: Connection, person: int, ring: int | None) -> None:
    """Take a person out of their ring, which may fall apart."""
    connection.execute(delete(TIES).where(or_(TIES.c.later == person, TIES.c.earlier == person)))
    if ring is None:
        return
    ties = [(a, b) for a, b, _ in _ties(connection, [ring]) if person not in (a, b)]
    query = select(PEOPLE.c.id, PEOPLE.c.as_of).where(PEOPLE.c.ring == ring)
    as_of = {row.id: row.as_of for row in connection.execute(query) if row.id != person}
    connection.execute(delete(RINGS).where(RINGS.c.id == ring))
    connection.execute(update(PEOPLE).where(PEOPLE.c.ring == ring).values(ring=None))
    for group in groups(ties):
        label = _next(connection)
        newest = max(as_of[member] for member in group)
        connection.execute(insert(RINGS).values(id=label, people=len(group), newest=newest))
        for some in parts(sorted(group)):
            connection.execute(update(PEOPLE).where(PEOPLE.c.id.in_(some)).values(ring=label))


def _next(connection: Connection) -> int:
    return (connection.execute(select(func.max(RINGS.c.id))).scalar() or 0) + 1


def groups(ties: Iterable[tuple[int, int]]) -> list[set[int]]:
    """The sets of those who are tied, directly or through others."""
    of: dict[int, set[int]] = {}
    for a, b in ties:
        one, other = of.setdefault(a, {a}), of.setdefault(b, {b})
        if one is not other:
            small, large = sorted((one, other), key=len)
            large |= small
            of.update(dict.fromkeys(small, large))
    return list({id(group): group for group in of.values()}.values())
