"""Stream many accounts in a fresh process and print its peak memory."""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from bench.accounts import accounts
from fraudscore.io import read_inputs
from fraudscore.scorer import load

BLOCK = 2_000


def main(number: int) -> None:
    """Write the accounts block by block, then score them block by block."""
    scorer = load()
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "accounts.jsonl"
        block = "".join(json.dumps(person) + "\n" for person in accounts(BLOCK))
        with path.open("w") as stream:
            for at in range(0, number, BLOCK):
                stream.write(block.replace('"account-', f'"account-{at}-'))
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
    main(int(sys.argv[1]))
