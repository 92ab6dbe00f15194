"""The wheel holds the program, its tables and its bundle, and nothing else."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SIZE_MAX = 25 * 1024 * 1024


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    out = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "-o",
        str(out),
        str(ROOT),
    ]
    subprocess.run(command, check=True, capture_output=True)
    (path,) = out.glob("*.whl")
    return path


def test_what_is_in_the_wheel(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    for name in (
        "features/tables/countries.csv",
        "features/tables/technologies.csv",
        "fraudscore/pages/person.html",
        "features/tables/ip/manifest.json",
        "features/tables/ip/v6_start.npy",
        "fraudscore/bundles/spine/model.txt",
        "fraudscore/bundles/spine/README.md",
        "fraudscore/bundles/SHA256SUMS",
        "fraudscore/cli.py",
        "fraudscore/py.typed",
        "training/world/parameters.py",
    ):
        assert name in names, name
    assert {name.split("/")[0].split("-")[0] for name in names} == {
        "features",
        "fraudscore",
        "training",
    }
    assert not [name for name in names if name.endswith((".pkl", ".pickle", ".mmdb", ".pyc"))]


def test_the_wheel_is_small(wheel):
    assert wheel.stat().st_size < SIZE_MAX


def test_licences_travel_along(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert any(name.endswith("licenses/NOTICE") for name in names)
