"""Real people at a real server: `fraudscore serve` in a process, Chromium in front of it."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Browser, Locator, Page, expect

ROOT = Path(__file__).parent.parent
CHROMIUM = shutil.which("chromium")
PASSWORD = "seven grey herons wade slowly"
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
LOOKS: tuple[tuple[str, Any, Any], ...] = (
    ("light-wide", "light", WIDE),
    ("light-narrow", "light", NARROW),
    ("dark-narrow", "dark", NARROW),
    ("dark-wide", "dark", WIDE),
)
"""How each page is looked at; from one to the next either the colours or the width change."""
PATIENCE = 20_000
"""Milliseconds a page may take on a busy machine."""
expect.set_options(timeout=PATIENCE)
PICTURES = os.environ.get("FRAUDSCORE_PICTURES", "")
"""Folder for pictures of every page, to be looked at by a person; none are taken without."""
AXE = "() => axe.run({resultTypes: ['violations']})"
WIDTH = "() => [document.documentElement.scrollWidth, window.innerWidth]"


@dataclass(frozen=True)
class Site:
    """A running desk. ``link``: the path of the first admin's link."""

    url: str
    link: str


@contextmanager
def serving(folder: Path) -> Iterator[Site]:
    """A desk with the invented people, on an empty machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    printed = folder / "printed"
    homes = {"XDG_CONFIG_HOME": str(folder), "XDG_DATA_HOME": str(folder)}
    words = [sys.executable, "-m", "fraudscore.cli", "serve", "--demo", "--port", str(port)]
    with printed.open("wb") as stream:
        process = subprocess.Popen(words, env=os.environ | homes, cwd=ROOT, stderr=stream)
    try:
        _wait(process, f"http://127.0.0.1:{port}", printed)
        found = re.search(r"http://[^/\s]+(/setup/\S+)", printed.read_text())
        assert found, printed.read_text()
        yield Site(f"http://127.0.0.1:{port}", found[1])
    finally:
        process.terminate()
        process.wait(20)


def _wait(process: subprocess.Popen[bytes], url: str, printed: Path) -> None:
    for _ in range(600):
        assert process.poll() is None, printed.read_text()
        try:
            if httpx.get(f"{url}/ready").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError(printed.read_text())


class Person:
    """Somebody with a browser of their own.

    ``scripts``: whether it runs them. With them, forms are sent by the keys the page shows, and each
    page is held to axe in light and in dark, at 1280 and at 390 px. ``said``: what its console tells,
    as of something that the policy of the pages forbids.
    """

    def __init__(self, browser: Browser, site: Site, *, scripts: bool) -> None:
        self.context = browser.new_context(
            base_url=site.url, java_script_enabled=scripts, viewport=WIDE, locale="en-GB"
        )
        self.scripts = scripts
        self.said: list[str] = []
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.page.on("console", lambda told: self._hear(told.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))

    def _hear(self, text: str) -> None:
        # Chromium says so of every page that is refused, which is what the walk asks for.
        if not text.startswith("Failed to load resource"):
            self.said.append(text)

    def open(self, path: str) -> None:
        """Go to a page."""
        self.page.goto(path)

    def fill(self, **typed: str) -> None:
        """Type into fields, found by what is written above them (underscores for blanks)."""
        for label, text in typed.items():
            self.field(label.replace("_", " ")).fill(text)

    def field(self, label: str) -> Locator:
        """The field with a label that begins so."""
        return self.page.get_by_label(re.compile(f"^{re.escape(label)}", re.I)).first

    def press(self, name: str, key: str = "") -> None:
        """Press a button; where scripts run by its key, if it has one."""
        button = self.page.get_by_role("button", name=re.compile(f"^{re.escape(name)}"))
        if key and self.scripts:
            expect(button.first).to_be_visible()
            self.page.keyboard.press(key)
        else:
            button.first.click()
        self.page.wait_for_load_state()

    def follow(self, name: str) -> None:
        """Click a link."""
        self.page.get_by_role("link", name=re.compile(f"^{re.escape(name)}")).first.click()
        self.page.wait_for_load_state()

    def choose(self, label: str, key: str = "") -> None:
        """Pick one of several; where scripts run by its key."""
        wanted = self.page.get_by_role("radio", name=re.compile(re.escape(label)))
        expect(wanted).to_be_visible()
        if key and self.scripts:
            self.page.keyboard.press(key)
        else:
            wanted.check()
        expect(wanted).to_be_checked()

    def sees(self, text: str) -> None:
        """A text is on the page."""
        expect(self.page.get_by_text(text).first).to_be_visible()

    def sees_not(self, text: str) -> None:
        """A text is nowhere on the page."""
        expect(self.page.get_by_text(text)).to_have_count(0)

    def accept(self, link: str, name: str, email: str = "") -> None:
        """Begin by a one-time link; who is invited has an address already."""
        self.open(link)
        self.fill(Your_name=name, Password=PASSWORD, Password_again=PASSWORD)
        if email:
            self.field("E-mail").fill(email)
        self.press("Begin")
        expect(self.page).not_to_have_url(re.compile("/setup/"))

    def look(self, name: str) -> None:
        """Hold the page to axe, and to its width, in every look."""
        if not self.scripts:
            return
        self.page.evaluate(AXE_SCRIPT)  # once: compiled anew for each look it takes twice as long
        for look, scheme, size in LOOKS:
            self.page.set_viewport_size(size)
            self.page.emulate_media(color_scheme=scheme)
            if PICTURES:
                self.page.screenshot(path=f"{PICTURES}/{name}-{look}.png", full_page=True)
            found = AxeResults(self.page.evaluate(AXE))
            assert found.violations_count == 0, f"{name}, {look}: {found.generate_report()}"
            needs, has = self.page.evaluate(WIDTH)
            assert needs <= has, f"{name}, {look}: {needs} px wide"
        self.page.set_viewport_size(WIDE)
