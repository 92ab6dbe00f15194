"""The model card: generated from a run, shipped as the bundle's README."""

from __future__ import annotations

from typing import Any

from fraudscore.manifest import Manifest

WITHOUT_WEIGHT = {
    "not_assessed": "nobody of the held-out people could be asked",
    "not_seen": "shown by nobody of the held-out people",
    "no_gain": "shown, and chosen by no tree: too rare, or nothing that others do not tell better",
}


def card(manifest: Manifest, report: dict[str, Any]) -> str:
    """The card of a bundle in Markdown. Every figure stands with its interval and count."""
    unweighed: dict[str, list[str]] = report["without_weight"]
    lines = [
        f"# Model card: {manifest.name}",
        "",
        "**Trained on a simulated world.** The score ranks people for a second look. It is no",
        "probability, says nothing about where anybody comes from, and decides nothing: a person",
        "does. The figures below hold in that world only; nothing here was measured on real people.",
        "",
        "## What it is",
        "",
        f"- {manifest.training['trees']} trees of at most "
        f"{manifest.training['parameters']['num_leaves']} leaves, monotone by catalogue, "
        f"{len(manifest.features)} features",
        f"- {manifest.training['people']} simulated people, {manifest.training['positives']} "
        f"impersonated, seed {manifest.training['seed']}; split by time and by linked cluster",
        "- each person seen several times with whole families missing, so absence has no weight",
        f"- log-odds = prior + {manifest.slope:.3f} x margin above the unknown profile; "
        f"default base rate {manifest.base_rate:.1%}",
        f"- `review` from {manifest.policy.review:.2f}, `verify` from {manifest.policy.verify:.2f} "
        "log-odds above the prior (1 % and 5 % of people who are no impersonation, tuning slice)",
        "",
        f"## Held-out people: {report['people']}, of whom {report['positives']} impersonated",
        "",
        "Value and 95 % cluster-bootstrap interval.",
        "",
        *_table(report),
        "",
        f"Top 1 %, predicted over observed cases: "
        f"{_cell(report['top_1_percent_predicted_over_observed'])}",
        "",
        "## Recall at 1 % false positives without a family, and by scheme",
        "",
        "| | recall | positives |",
        "|---|---|---|",
        *_rows({f"without {k}": v for k, v in report["without_family"].items()}),
        *_rows({f"scheme {k}": v for k, v in report["recall_by_scheme_at_1_percent"].items()}),
        *_rows(
            {
                f"scheme {k} without linkage": v
                for k, v in report["recall_by_scheme_without_linkage"].items()
            }
        ),
        "",
        "## Recall at 1 % false positives gained by linkage",
        "",
        "The difference on the same people; an interval that holds 0 is no proof of a gain.",
        "",
        "| | gained | positives |",
        "|---|---|---|",
        *_rows(report["recall_gained_by_linkage"]),
        "",
        "## Honest people with a link, per thousand asked",
        "",
        "| link | per thousand | people asked |",
        "|---|---|---|",
        *(
            f"| {name} | {_cell(f)} | {f['people']} |"
            for name, f in report["false_links_per_thousand"].items()
        ),
        "",
        "## Features without weight",
        "",
        "What they observe is told, and moves no score.",
        "",
        *(f"- {WITHOUT_WEIGHT[why]}: {_names(names)}" for why, names in unweighed.items()),
        "",
        "## Bands by label",
        "",
        *_bands(report["bands"]),
        "",
        "## Limits",
        "",
        "- The world was written by the people who wrote the features; success in it is necessary,",
        "  not sufficient. Most of its conditional rates are assumed (training/world/parameters.py).",
        "- No fairness figure is claimed here: the world draws names and places independently of",
        "  labels, which proves the absence of a direct effect and nothing about a real population.",
        "- Open address lists know few of the addresses seen in published cases; a clean network",
        "  family is no clearance.",
        "",
    ]
    return "\n".join(lines)


def _names(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "none"


def _cell(figure: dict[str, Any]) -> str:
    low, high = figure["interval_95"]
    return f"{figure['value']:.3f} [{low:.3f}, {high:.3f}]"


def _table(report: dict[str, Any]) -> list[str]:
    rankings = {"model": report["model"], **report.get("baselines", {})}
    names = list(report["model"])
    head = "| | " + " | ".join(name.replace("_", " ") for name in names) + " |"
    lines = [head, "|---" * (len(names) + 1) + "|"]
    for title, figures in rankings.items():
        cells = " | ".join(_cell(figures[name]) for name in names)
        lines.append(f"| {title.replace('_', ' ')} | {cells} |")
    return lines


def _rows(figures: dict[str, Any]) -> list[str]:
    return [f"| {name} | {_cell(f)} | {f['positives']} |" for name, f in figures.items()]


def _bands(table: dict[str, dict[str, int]]) -> list[str]:
    columns = sorted({band for counts in table.values() for band in counts})
    lines = ["| label | " + " | ".join(columns) + " |", "|---" * (len(columns) + 1) + "|"]
    for label, counts in table.items():
        lines.append(f"| {label} | " + " | ".join(str(counts.get(c, 0)) for c in columns) + " |")
    return lines
