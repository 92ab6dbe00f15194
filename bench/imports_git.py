"""Read a generated repository of many commits and print seconds and peak memory.

python -m bench.imports_git [COMMITS]
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from fraudscore.importing import run_import

COMMITS = 100_000
AUTHORS = 40
START = 1_500_000_000


def generate(folder: Path, commits: int) -> None:
    """A repository made by `git fast-import`, one branch, forty authors."""
    subprocess.run(["git", "init", "-q", "--bare", str(folder)], check=True)
    feed = subprocess.Popen(
        ["git", f"--git-dir={folder}", "fast-import", "--quiet"], stdin=subprocess.PIPE
    )
    assert feed.stdin is not None
    for number in range(commits):
        who = number % AUTHORS
        person = f"Author {who} <author{who}@example.org>"
        at = f"{START + number * 700} {'+0200' if who % 2 else '-0500'}"
        subject = f"Change number {number} of the part that reads things"
        feed.stdin.write(
            f"commit refs/heads/main\nauthor {person} {at}\ncommitter {person} {at}\n"
            f"data {len(subject)}\n{subject}\n".encode()
        )
    feed.stdin.close()
    assert feed.wait() == 0


def peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(commits: int) -> None:
    """Generate, import as the command does, and say what it cost."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        place, key, mapping = folder / "big.git", folder / "key", folder / "map.json"
        generate(place, commits)
        key.write_bytes(b"x" * 32)
        mapping.write_text(json.dumps({"login": "Author 1"}))
        before, base = time.perf_counter(), peak_mib()
        written, lost = run_import(
            "git",
            [str(place)],
            out=folder / "people.jsonl",
            into=None,
            as_of=None,
            person="p1",
            mapping=mapping,
            key_file=key,
            token_env=None,
            cache=None,
            rejected=None,
            progress=lambda done, total: None,
        )
        seconds = time.perf_counter() - before
        told = {"seconds": round(seconds, 1), "peak_mib": peak_mib(), "base_mib": base}
        print(json.dumps(told | {"written": written, "rejected": lost}))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else COMMITS)
