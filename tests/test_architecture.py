"""Who may import whom, and who may touch the clock, the disk and the network."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

from features.catalogue import FAMILIES

ROOT = Path(__file__).parent.parent
FILES = sorted(
    path
    for package in ("features", "fraudscore", "training")
    for path in (ROOT / package).rglob("*.py")
)
ONLY_IN = {
    "lightgbm": {"fraudscore/bundle.py", "training/fit.py"},
    "geoip2": {"features/lookups.py"},
    "maxminddb": {"features/lookups.py"},
    "phonenumbers": {"features/lookups.py"},
    "pickle": set(),
    "requests": set(),
    "httpx": {"fraudscore/connectors/github_site.py", "fraudscore/web/sender.py"},
    "fastapi": {"fraudscore/web/"},
    "starlette": {"fraudscore/web/"},
    "jinja2": {"fraudscore/report.py", "fraudscore/letter.py", "fraudscore/web/"},
    "uvicorn": {"fraudscore/web/serving.py"},
    "prometheus_client": {"fraudscore/web/metrics.py"},
    "argon2": {"fraudscore/review/people.py", "fraudscore/review/passwords.py"},
    "alembic": {"fraudscore/review/"},
    "weasyprint": {"fraudscore/report.py", "fraudscore/paper.py"},
    "schwifty": {"fraudscore/connectors/accounts.py"},
    "defusedxml": {"fraudscore/connectors/sepa.py"},
    "urllib.request": set(),
    "socket": {
        "features/addresses.py",
        "features/lookups.py",
        "fraudscore/web/serving.py",
        "training/world/addresses.py",
    },
}
"""Who may import what; a name that ends in a slash stands for everything below that folder."""
CLOCK = {"fraudscore/run.py", "fraudscore/importing.py", "fraudscore/web/clock.py"}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def imports(path: Path) -> frozenset[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(found)


def tops(path: Path) -> set[str]:
    return {module.partition(".")[0] for module in imports(path)}


@pytest.mark.parametrize("path", FILES, ids=name)
def test_layers(path):
    layer = path.relative_to(ROOT).parts[0]
    below = {"features": {"fraudscore", "training"}, "fraudscore": {"training"}, "training": set()}
    forbidden = below[layer]
    if name(path) == "fraudscore/cli_model.py":
        forbidden = set()  # the commands simulate, train and evaluate live in training
    assert not tops(path) & forbidden


def test_no_family_imports_another():
    modules = {f"features.{family.name}" for family in FAMILIES}
    for family in FAMILIES:
        path = ROOT / "features" / f"{family.name}.py"
        assert not imports(path) & (modules - {f"features.{family.name}"})


@pytest.mark.parametrize("library", ONLY_IN)
def test_libraries_keep_to_their_room(library):
    rooms = tuple(ONLY_IN[library])
    for path in FILES:
        inside = any(f"{module}.".startswith(f"{library}.") for module in imports(path))
        assert not inside or name(path).startswith(rooms), name(path)


@pytest.mark.parametrize("path", FILES, ids=name)
def test_nobody_reads_the_clock(path):
    if name(path) in CLOCK:
        return
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Attribute):
            assert node.attr not in {"now", "utcnow", "today"}, f"line {node.lineno}"


HAND_WRITTEN = [path for path in FILES if "migrations/versions" not in name(path)]


@pytest.mark.parametrize("path", HAND_WRITTEN, ids=name)
def test_files_stay_small(path):
    # A family is one room however many features live in it; a declaration takes fifteen lines.
    families = {f"features/{family.name}.py" for family in FAMILIES}
    assert len(path.read_text().splitlines()) <= (540 if name(path) in families else 360)
