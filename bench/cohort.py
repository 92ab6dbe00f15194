"""Measure one new profile against a large stored cohort, and a large cohort in memory.

    python -m bench.cohort [--people N] [--url URL] [--accounts N]

Every person is synthetic: five keys each, some shared by few, some by crowds.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import click
import numpy as np
from sqlalchemy import insert, update

from features.keys import KINDS, People, Uses
from fraudscore.cohort import MemoryCohort
from fraudscore.cohort_store import CohortStore
from fraudscore.cohort_tables import KEYS, META, PEOPLE, USES
from fraudscore.cohort_words import keyed, packed
from fraudscore.connectors.keys import Keys

DAY = 86_400.0
SECRET = Keys(b"only for the benchmark, 32 bytes")
PORTION = 10_000
FIVE = ("payout", "device", "line", "mailbox", "referral")


def portion(start: int, number: int, of: int) -> tuple[Uses, People]:
    """People ``start`` to ``start + number`` of a cohort and the five keys of each.

    One in fifty shares a pay-out account with somebody, one in ten a device; lines have up to some
    hundreds of people; everybody is a mailbox and a referral of their own.
    """
    rng = np.random.default_rng(start)
    who = np.arange(start, start + number)
    pools = (
        np.where(rng.random(number) < 0.02, rng.integers(0, of // 50 + 1, number), who + of),
        np.where(rng.random(number) < 0.10, rng.integers(0, of // 10 + 1, number), who + of),
        (rng.pareto(1.0, number) * of / 200).astype(np.int64) % (of // 2 + 1),
        who,
        who,
    )
    as_of = 1.7e9 + who * 180 * DAY / of
    return (
        Uses(
            owner=np.tile(np.arange(number), 5),
            kind=np.repeat([KINDS.index(name) for name in FIVE], number),
            key=[
                f"{name} {key:09}"
                for name, pool in zip(FIVE, pools, strict=True)
                for key in pool.tolist()
            ],
            first=np.tile(as_of - 30 * DAY, 5),
            last=np.tile(as_of, 5),
            tables=["profiles"],
            table=np.zeros(number * 5, dtype=np.int64),
            row=np.full(number * 5, -1),
        ),
        People(
            ids=[f"person {k:09}" for k in who.tolist()],
            as_of=as_of,
            names=[frozenset((f"first{k % 5_003}", f"last{k % 50_021}")) for k in who.tolist()],
            places=[frozenset(("ES" if k % 3 else "PT",)) for k in who.tolist()],
            ties=[frozenset((f"person {k:09}",)) for k in who.tolist()],
            confirmed=np.full(who.size, np.nan),
        ),
    )


def fill(store: CohortStore, number: int) -> None:
    """Write a cohort in bulk, without looking for rings."""
    key_ids: dict[bytes, int] = {}
    more: Counter[int] = Counter()
    for start in range(0, number, PORTION):
        who = keyed(*portion(start, min(PORTION, number - start), number), SECRET)
        old = len(key_ids)
        ids = [key_ids.setdefault(word, len(key_ids) + 1) for word in who.keys]
        uses = dict.fromkeys(
            (ids[key], float(who.as_of[owner]), start + owner + 1)
            for key, owner in zip(who.key.tolist(), who.owner.tolist(), strict=True)
        )
        users = Counter(key for key, _, _ in uses)
        more.update({key: number for key, number in users.items() if key <= old})
        with store.database.writing() as connection:
            connection.execute(
                insert(PEOPLE),
                [
                    {
                        "id": start + row + 1, "word": who.words[row],
                        "as_of": float(who.as_of[row]), "names": packed(who.names[row]),
                        "places": packed(who.places[row]), "ties": packed(who.ties[row]),
                    }
                    for row in range(who.n)
                ],
            )  # fmt: skip
            connection.execute(
                insert(USES),
                [
                    {"key": k, "as_of": at, "person": p, "first": at - 30 * DAY, "last": at}
                    for k, at, p in uses
                ],
            )
            new = [
                {"id": id_, "word": word, "kind": int(kind), "people": users[id_]}
                for id_, word, kind in zip(ids, who.keys, who.kinds.tolist(), strict=True)
                if id_ > old
            ]
            if new:
                connection.execute(insert(KEYS), new)
            connection.execute(update(META).values(people=META.c.people + who.n))
    with store.database.writing() as connection:
        raw = connection.connection.cursor()
        marks = "?, ?" if store.database.sqlite else "%s, %s"
        one, other = marks.split(", ")
        raw.executemany(
            f"UPDATE cohort_keys SET people = people + {one} WHERE id = {other}",
            [(people, key) for key, people in more.items()],
        )


def online(url: str, number: int, asks: int) -> None:
    """The time of one question about one new person, and of learning them."""
    with CohortStore(url, SECRET) as store:
        before = time.perf_counter()
        if not store.size:
            fill(store, number)
        print(f"filled with {store.size:,} people in {time.perf_counter() - before:,.0f} s")
        times: dict[str, list[float]] = {"links()": [], "learn()": []}
        for k in range(asks):
            new = portion(number + k, 1, number)
            for name, work in (("links()", store.links), ("learn()", store.learn)):
                before = time.perf_counter()
                work(*new)
                times[name].append((time.perf_counter() - before) * 1e3)
        for name, taken in times.items():
            p50, p99 = np.quantile(taken[20:], [0.5, 0.99])
            print(f"{name} for one new profile: p50 {p50:.2f} ms, p99 {p99:.2f} ms")


def memory(number: int) -> None:
    """CPU-seconds and peak memory of a cohort in memory, from raw strings, in this process."""
    cohort = MemoryCohort()
    seconds = 0.0
    for start in range(0, number, 100_000):
        new = portion(start, min(100_000, number - start), number)
        before = time.process_time()
        cohort.learn(*new)
        seconds += time.process_time() - before
    before = time.process_time()
    found = cohort.links(*new)
    seconds += time.process_time() - before
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "peak_mib": peak, "bits": float(found.bits.sum())}))


@click.command()
@click.option("--people", default=1_000_000, show_default=True)
@click.option("--asks", default=1_000, show_default=True)
@click.option("--url", help="A store to fill and keep; else a SQLite file for the time being.")
@click.option("--accounts", default=1_000_000, show_default=True, help="In memory; 0 for none.")
@click.option("--alone", is_flag=True, hidden=True)
def main(people: int, asks: int, url: str | None, accounts: int, alone: bool) -> None:
    """Print one figure a line."""
    if alone:
        memory(accounts)
        return
    if accounts:
        done = subprocess.run(
            [sys.executable, "-m", "bench.cohort", "--alone", "--accounts", str(accounts)],
            capture_output=True, text=True, check=True, cwd=Path(__file__).parent.parent,
            env={**os.environ},
        )  # fmt: skip
        found = json.loads(done.stdout)
        print(
            f"{accounts:,} accounts, {5 * accounts:,} key uses in memory: "
            f"{found['seconds']:.1f} CPU-seconds, peak {found['peak_mib']:,.0f} MiB"
        )
    if people:
        with tempfile.TemporaryDirectory() as folder:
            online(url or f"{folder}/people.db", people, asks)


if __name__ == "__main__":
    main()
