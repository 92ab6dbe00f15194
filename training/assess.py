"""Measure a bundle on a labelled folder and write what was measured."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from features.context import Context
from fraudscore.bundle import load_bundle
from fraudscore.errors import InputError
from fraudscore.whole_file import open_output
from training.card import card
from training.dataset import fingerprint, read_dataset, split
from training.evaluate import evaluate


def evaluate_bundle(bundle: Path, data: Path, out: Path, context: Context) -> str:
    """Write ``metrics.json`` and ``report.md``; returns a summary for the screen.

    Measured on the last slice by time, which a bundle trained on the same data has not seen; the
    baselines are fitted on the first slice.
    """
    found = load_bundle(bundle)
    everyone = read_dataset(data, context)
    splits = split(everyone)
    for what, part in (("first", splits.train), ("last", splits.test)):
        if part.positive.all() or not part.positive.any():
            raise InputError(
                f"{data}: of the {len(part.ids)} people in the {what} slice by time "
                f"{part.positive.sum()} are impersonated; give some of either kind in each"
            )
    seen = fingerprint(everyone) == found.manifest.training.get("fingerprint")
    report = evaluate(found, splits.test, splits.train)
    report["held_out"] = "test slice of the training data" if seen else "test slice of other data"
    out.mkdir(parents=True, exist_ok=True)
    texts = {
        "metrics.json": json.dumps(report, indent=1, sort_keys=True) + "\n",
        "report.md": card(found.manifest, report),
    }
    for name, text in texts.items():
        with open_output(out / name) as stream:
            stream.write(text.encode())
    return summary(report)


def summary(report: dict[str, Any]) -> str:
    """The main figures, one a line, each with interval and count."""
    lines = [
        f"{report['people']} held-out people, {report['positives']} impersonated, "
        f"{report['data_kind']}; value [95 % interval]"
    ]
    rankings = {"model": report["model"], **report.get("baselines", {})}
    for title, figures in rankings.items():
        for name, figure in figures.items():
            low, high = figure["interval_95"]
            lines.append(f"{title:24} {name:42} {figure['value']:.3f} [{low:.3f}, {high:.3f}]")
    recalls = {f"without {k}": v for k, v in report["without_family"].items()}
    recalls |= {f"scheme {k}": v for k, v in report["recall_by_scheme_at_1_percent"].items()}
    recalls |= {f"linkage gains, {k}": v for k, v in report["recall_gained_by_linkage"].items()}
    for title, figure in recalls.items():
        low, high = figure["interval_95"]
        lines.append(
            f"{title:35} {'recall_at_1.0%_fpr':31} {figure['value']:.3f} [{low:.3f}, {high:.3f}]"
        )
    return "\n".join(lines)
