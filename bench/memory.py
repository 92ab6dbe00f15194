"""Score many accounts in a fresh process, from JSONL or Parquet, and print its peak memory.

    python -m bench.memory NUMBER jsonl|parquet

The accounts are a block of some over and over, each time under other ids; another process writes them.
"""

from __future__ import annotations

import json
import multiprocessing
import resource
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from bench.accounts import accounts, write_tables
from fraudscore.io import read_inputs
from fraudscore.scorer import load

BLOCK = 2_000


def write_jsonl(number: int, path: Path) -> None:
    """One account a line."""
    block = "".join(json.dumps(person) + "\n" for person in accounts(BLOCK))
    with path.open("w") as stream:
        for at in range(0, number, BLOCK):
            stream.write(block.replace('"account-', f'"account-{at}-'))


def write_parquet(number: int, folder: Path) -> None:
    """A folder of tables."""
    block = folder.with_name("block")
    write_tables(accounts(BLOCK), block)
    folder.mkdir()
    for path in block.iterdir():
        table = pq.read_table(path)
        place = table.column_names.index("profile_id")
        ids = table.column(place).cast(pa.string())
        with pq.ParquetWriter(folder / path.name, table.schema) as writer:
            for at in range(0, number, BLOCK):
                named = pc.binary_join_element_wise(ids, f"-{at}", "").cast(
                    table.schema.types[place]
                )
                writer.write_table(table.set_column(place, "profile_id", named))


WRITERS = {"jsonl": write_jsonl, "parquet": write_parquet}


def main(number: int, kind: str) -> None:
    """Write the accounts, score them block by block, print what it took."""
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / {"jsonl": "accounts.jsonl", "parquet": "tables"}[kind]
        writing = multiprocessing.get_context("spawn").Process(
            target=WRITERS[kind], args=(number, path)
        )
        writing.start()
        writing.join()
        scorer = load()
        before = time.process_time()
        now = datetime(2026, 6, 1, tzinfo=UTC)
        total = sum(
            scorer.margins(part.batch).size
            for part in read_inputs([path], as_of=None, default_as_of=now)
        )
    assert total >= number
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"peak_mib": peak, "seconds": time.process_time() - before}))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
