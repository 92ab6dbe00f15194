"""What the documentation says is what happens."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from fraudscore.cli import main
from fraudscore.web.api_assessments import PEOPLE_MAX
from fraudscore.web.body import BODY_MAX
from fraudscore.web.browser import NAVIGATION

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
BLOCKS = [
    commands
    for block in re.findall(r"```(?:sh|console)\n(.*?)```", README, re.S)
    if (
        commands := [
            command
            for line in block.splitlines()
            if (command := line.strip().removeprefix("$ ")).startswith("fraudscore ")
            and not command.startswith(("fraudscore serve", "fraudscore team"))  # see test_serving
        ]
    )
]


@pytest.mark.parametrize("commands", BLOCKS, ids=lambda block: block[0])
def test_commands_of_the_readme_run(commands, monkeypatch, tmp_path):
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    for command in commands:
        words = [word.replace("/tmp/", f"{tmp_path}/") for word in shlex.split(command)[1:]]
        done = CliRunner().invoke(main, words)
        assert done.exit_code == 0, (command, done.output)


# Those that call a server are run against one in test_serving.py.
PYTHON = [b for b in re.findall(r"```python\n(.*?)```", README, re.S) if "import httpx" not in b]


@pytest.mark.parametrize("block", PYTHON)
def test_python_of_the_readme_runs(block, monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    exec(compile(block, "README.md", "exec"), {})
    assert capsys.readouterr().out


def test_the_two_lines_are_on_the_first_screen():
    head = README[: README.index("## What you get")]
    assert "fraudscore score data/samples/applicants.jsonl" in head
    assert "<!-- tests -->" in head
    assert "-m pytest" in head


@pytest.mark.parametrize("path", sorted(ROOT.glob("*.md")), ids=lambda p: p.name)
def test_links_lead_somewhere(path):
    for target in re.findall(r"\]\(([^)#]+)\)", path.read_text()):
        if "://" not in target:
            assert (path.parent / target).exists(), target


def test_what_one_request_may_hold_is_said_where_the_number_stands():
    (said,) = re.findall(r"up to ([\d,]+) as `\{\"profiles\".*?at most (\d+) MiB", README)
    assert said == (f"{PEOPLE_MAX:,}", str(BODY_MAX // 1024 // 1024))


def test_pages_are_called_as_the_menu_calls_them():
    menu = {name.partition(" ")[0] for _, name, _ in NAVIGATION}
    told = f"{README}\n{(ROOT / 'CHANGELOG.md').read_text()}"
    named = set(re.findall(r"\bunder ([A-Z][a-z]+)\b", told))
    assert {"Team", "Requests"} <= named <= menu


def test_every_directory_explains_itself():
    for folder in ("features", "features/tables", "features/tables/ip", "fraudscore", "training",
                   "tests", "scripts", "data/samples"):  # fmt: skip
        assert (ROOT / folder / "README.md").is_file(), folder


def test_the_output_shown_is_the_output(monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")
    (shown,) = re.findall(r"```text\n(.*?)```", README, re.S)
    done = CliRunner().invoke(main, ["score", str(ROOT / "data/samples/applicants.jsonl")])
    assert shown in done.stdout


def test_what_is_absent_is_never_told_as_speaking_against():
    done = CliRunner().invoke(main, ["score", str(ROOT / "data/samples/hires.xlsx")])
    assert "nothing speaks against this person" in " ".join(done.stdout.split())
    assert " 0 of " not in done.stdout.split("people:")[0]
