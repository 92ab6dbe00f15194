"""Pages for people who read and decide: complete, safe, and never an accusation."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner

import fraudscore
from fraudscore.cli import main
from fraudscore.report import person_page

ROOT = Path(__file__).parent.parent
C19 = json.loads((ROOT / "data/samples/published/C19.json").read_text())["profile"]
HOSTILE = "<script>alert(1)</script>\u202e"


class Headings(HTMLParser):
    def __init__(self):
        super().__init__()
        self.levels, self.tags, self.ids = [], set(), []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.ids += [value for name, value in attrs if name == "id"]
        if tag in ("h1", "h2", "h3"):
            self.levels.append(int(tag[1]))


@pytest.fixture(scope="module")
def page():
    return person_page(fraudscore.load().score(C19))


def test_a_page_says_why_what_may_be_innocent_and_what_would_settle_it(page):
    for item in fraudscore.load().score(C19).reasons[:3]:
        assert item.next_check in page
        assert all(cause in page for cause in item.innocent)
    assert "A person decides" in page
    assert "simulated world" in page
    assert "≠ different" in page


def test_a_page_stands_alone_and_is_well_built(page):
    found = Headings()
    found.feed(page)
    assert found.levels.count(1) == 1
    assert all(b - a <= 1 for a, b in zip(found.levels, found.levels[1:], strict=False))
    assert not found.tags & {"script", "img", "iframe"}
    assert "link" not in found.tags
    assert len(found.ids) == len(set(found.ids))
    assert "http" not in page


def test_applicants_text_is_shown_and_not_obeyed():
    profile = {
        "profile_id": f"p{HOSTILE}",
        "as_of": "2026-06-01T00:00:00Z",
        "claims": {"name": "Ines Falk"},
        "payouts": [{"holder": f"Otto {HOSTILE}"}],
    }
    page = person_page(fraudscore.load().score(profile))
    assert "<script>" not in page
    assert "\u202e" not in page


def test_the_command_writes_a_page_a_person_and_an_index(tmp_path):
    done = CliRunner().invoke(
        main, ["report", str(ROOT / "data/samples/hires.xlsx"), "-o", str(tmp_path / "pages")]
    )
    assert done.exit_code == 0, done.output
    files = sorted(path.name for path in (tmp_path / "pages").iterdir())
    assert len(files) == 13
    index = (tmp_path / "pages" / "index.html").read_text()
    assert all(f'href="{name}"' in index for name in files if name != "index.html")


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "taken").write_text("")
    done = CliRunner().invoke(
        main, ["report", str(ROOT / "data/samples/hires.csv"), "-o", str(tmp_path / "taken")]
    )
    assert done.exit_code == 2
    assert "choose another folder" in done.stderr
