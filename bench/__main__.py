"""Measure throughput, latency and memory, beside the naive pipeline.

    python -m bench [--accounts N] [--memory-accounts N]

CPU-seconds of this process; every account is synthetic.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
import numpy as np

from bench.accounts import accounts, write_jsonl, write_tables
from bench.naive import Naive
from features.compute import compute
from features.reading import read_profile
from features.record_rows import from_profiles
from fraudscore.io import read_inputs
from fraudscore.scorer import Scorer, load

CITY = Path(__file__).parent.parent / "tests" / "fixtures" / "maxmind" / "GeoIP2-City-Test.mmdb"
NOW = datetime(2026, 6, 1, tzinfo=UTC)


def cpu(work: Callable[[], object]) -> float:
    """CPU-seconds of this process for one call."""
    before = time.process_time()
    work()
    return time.process_time() - before


def rank(scorer: Scorer, source: Path) -> int:
    """Score without explanations."""
    return sum(scorer.margins(part.batch).size for part in _parts(source))


def explain(scorer: Scorer, source: Path) -> int:
    """Exact contributions and bands for everybody, without sentences."""
    return sum(len(scorer.assess(part.batch).bands) for part in _parts(source))


def tell(scorer: Scorer, source: Path) -> int:
    """Full assessments with every reason in words, as JSON."""
    return sum(
        len(item.model_dump_json())
        for part in _parts(source)
        for item in scorer.assess(part.batch).assessments()
    )


def _parts(source: Path) -> Iterator[object]:
    return read_inputs([source], as_of=None, default_as_of=NOW)


def line(what: str, figure: str) -> None:
    """One result."""
    click.echo(f"{what:58} {figure}")


@click.command()
@click.option("--accounts", "number", default=2_000, show_default=True)
@click.option("--memory-accounts", default=100_000, show_default=True)
def main(number: int, memory_accounts: int) -> None:
    """Print one figure a line."""
    scorer = load()
    with tempfile.TemporaryDirectory() as scratch:
        jsonl, tables = Path(scratch) / "accounts.jsonl", Path(scratch) / "tables"
        people = accounts(number)
        write_jsonl(people, jsonl)
        write_tables(people, tables)
        rank(scorer, jsonl)
        naive_rate = _naive(scorer, jsonl)
        for source in (jsonl, tables):
            for work in (rank, explain, tell):
                seconds = min(cpu(lambda w=work, s=source: w(scorer, s)) for _ in range(3))
                line(
                    f"{source.name}: {work.__name__}, accounts per CPU-second",
                    _times(number / seconds, naive_rate[work is not rank]),
                )
        _single(scorer, jsonl)
        _stages(scorer, jsonl)
    for kind in ("jsonl", "parquet"):
        _memory(memory_accounts, kind)


def _times(rate: float, naive: float) -> str:
    return f"{rate:,.0f}  ({rate / naive:.0f}x naive)"


def _naive(scorer: Scorer, jsonl: Path) -> tuple[float, float]:
    naive = Naive(scorer.bundle.booster, CITY)
    lines = jsonl.read_text().splitlines()[:150]
    rates = []
    for explained in (False, True):
        seconds = cpu(lambda e=explained: [naive.score(text, e) for text in lines])
        rates.append(len(lines) / seconds)
        what = "with pred_contrib" if explained else "without explanations"
        line(f"naive pipeline, {what}, accounts per CPU-second", f"{rates[-1]:,.0f}")
    return rates[0], rates[1]


def _single(scorer: Scorer, jsonl: Path) -> None:
    texts = jsonl.read_bytes().splitlines()[:1_000]
    for text in texts[:50]:
        scorer.score(text)
    times = []
    for text in texts:
        before = time.perf_counter()
        scorer.score(text)
        times.append((time.perf_counter() - before) * 1e3)
    p50, p99 = np.quantile(times, [0.5, 0.99])
    line("one record with reasons, from JSON: p50 / p99 ms", f"{p50:.2f} / {p99:.2f}")


def _stages(scorer: Scorer, jsonl: Path) -> None:
    texts = jsonl.read_bytes().splitlines()
    records = [read_profile(text) for text in texts]
    batches = [from_profiles(records[at : at + 2_000]) for at in range(0, len(records), 2_000)]
    computed = [compute(batch, scorer.context, scorer.bundle.names) for batch in batches]
    stages: dict[str, Callable[[], object]] = {
        "parse and check": lambda: [read_profile(text) for text in texts],
        "columns, look-ups, facts, features": lambda: [
            compute(from_profiles(records[at : at + 2_000]), scorer.context)
            for at in range(0, len(records), 2_000)
        ],
        "predict": lambda: [scorer.bundle.margin(part.matrix) for part in computed],
        "exact reasons": lambda: [scorer.bundle.contributions(part.matrix) for part in computed],
        "LightGBM pred_contrib, for comparison": lambda: [
            scorer.bundle.booster.predict(part.matrix[:300], pred_contrib=True, num_threads=1)
            for part in computed[:1]
        ],
    }
    for name, work in stages.items():
        share = 300 if "pred_contrib" in name else len(texts)
        line(f"stage: {name}, microseconds an account", f"{cpu(work) / share * 1e6:,.0f}")


def _memory(number: int, kind: str) -> None:
    """Peak memory of a fresh process that scores many accounts."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.memory", str(number), kind],
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout)
    line(
        f"{number:,} accounts from {kind}: peak MiB, CPU-seconds",
        f"{found['peak_mib']:,.0f}, {found['seconds']:,.1f}",
    )


if __name__ == "__main__":
    main()
