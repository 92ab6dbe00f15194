"""The server as it is started: what it prints, what the README's lines get, what it refuses."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from fraudscore.cli import main
from fraudscore.web.setting_up import Setting

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
COMMAND = [sys.executable, "-m", "fraudscore.cli"]


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A user who never ran fraudscore before."""
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    return tmp_path


def run(*words):
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.mark.parametrize("words", [["--host", "0.0.0.0", "--stateless"], ["--stateless", "--demo"]])
def test_what_makes_no_sense_is_refused(home, words):
    done = run("serve", *words)
    assert done.exit_code == 2
    assert "--key-file" in done.stderr or "--demo" in done.stderr


@pytest.mark.parametrize("words", [[], ["--stateless"]])
def test_a_port_in_use_is_told_before_anything_is_made(home, words):
    script = (
        "import socket, sys\n"
        "from fraudscore.cli import main\n"
        "taken = socket.create_server(('127.0.0.1', 0))\n"
        "main(['serve', '--port', str(taken.getsockname()[1]), *sys.argv[1:]])\n"
    )
    command = [sys.executable, "-c", script, *words]
    done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2
    assert "cannot listen at 127.0.0.1:" in done.stderr
    assert "choose another --port" in done.stderr
    assert "serving" not in done.stderr
    assert list(home.iterdir()) == []


def test_a_socket_that_cannot_be_is_told_before_anything_is_made(home):
    """Whatever else stands there is left as it was: the server would remove it at its end."""
    folder, file, live = home / "folder", home / "people.db", home / "live"
    folder.mkdir()
    file.write_text("precious")
    for place, said in (
        (home / "nowhere" / "desk", "No such file or directory"),
        (folder, "something else stands there"),
        (file, "something else stands there"),
        (file / "desk", "Not a directory"),
        (home / ("x" * 120), "path too long"),
        (live, "another server listens there"),
    ):
        with closing(socket.socket(socket.AF_UNIX)) as other:
            other.bind(str(live))
            other.listen()
            done = run("serve", "--socket", place)
            live.unlink()
        assert done.exit_code == 2, done.output
        assert f"cannot listen at {place}" in done.stderr
        assert said in done.stderr
        assert "choose another --socket" in done.stderr
        assert "serving" not in done.stderr
    assert file.read_text() == "precious"
    assert sorted(home.iterdir()) == [folder, file]


def test_a_socket_left_by_a_killed_server_is_taken_away(home, monkeypatch):
    left = home / "desk"
    with closing(socket.socket(socket.AF_UNIX)) as killed:
        killed.bind(str(left))
    started = []
    monkeypatch.setattr("uvicorn.run", lambda *_, **options: started.append(options["uds"]))
    done = run("serve", "--stateless", "--socket", left)
    assert done.exit_code == 0, done.output
    assert started == [str(left)]
    assert not left.exists()


def test_check_tells_what_is_missing_on_an_empty_machine(home):
    done = run("serve", "--check")
    assert done.exit_code == 0, done.output
    assert re.search(r"^no +people +nobody may sign in", done.output, re.M)
    assert re.search(r"^no +policy questions", done.output, re.M)
    assert re.search(r"^no +API keys", done.output, re.M)
    assert "simulated world" in done.output
    assert "cannot start" in run("serve", "--check", "--db", "/nowhere/x.db").output
    assert "nothing is kept" in run("serve", "--check", "--stateless").output


def test_settings_reach_the_workers(monkeypatch):
    for name in list(os.environ):
        if name.startswith("FRAUDSCORE_SERVE_"):
            monkeypatch.delenv(name)
    told = Setting("x.db", Path("bundle"), None, 0.01, Path("key"))
    with monkeypatch.context() as patch:
        patch.setattr(os, "environ", dict(os.environ))
        told.tell()
        assert Setting.told(os.environ) == told


def test_a_key_needs_a_desk_that_was_started(home):
    done = run("key", "marketplace")
    assert done.exit_code == 2
    assert "fraudscore serve" in done.stderr
    assert "may:" not in done.stderr


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """`fraudscore serve --demo` on an empty machine: where it listens, and what it printed."""
    folder = tmp_path_factory.mktemp("home")
    place, printed = f"/tmp/fraudscore-{os.getpid()}.socket", folder / "printed"
    environment = os.environ | {"XDG_CONFIG_HOME": str(folder), "XDG_DATA_HOME": str(folder)}
    with printed.open("wb") as stream:
        process = subprocess.Popen(
            [*COMMAND, "serve", "--demo", "--socket", place, "--workers", "2"],
            env=environment, cwd=ROOT, stderr=stream,
        )  # fmt: skip
    try:
        for _ in range(1_200):
            assert process.poll() is None, printed.read_text()
            if _ready(place):
                break
            time.sleep(0.1)
        else:
            pytest.fail(f"not ready: {printed.read_text()}")
        yield place, printed, environment
    finally:
        process.terminate()
        process.wait(20)


def _ready(place):
    asked = ["curl", "-sf", "--unix-socket", place, "http://desk/ready"]
    return subprocess.run(asked, check=False, capture_output=True).returncode == 0


def test_the_first_admin_gets_a_link_and_people_to_look_at(server):
    place, printed, _ = server
    text = printed.read_text()
    assert "invented people were loaded" in text
    link = re.search(r"http://127.0.0.1:8000(/setup/\S+)", text)
    with httpx.Client(transport=httpx.HTTPTransport(uds=place)) as client:
        assert client.get(f"http://desk{link[1]}").status_code == 200
        assert client.get("http://desk/setup/guessed").status_code != 200


def test_curl_lines_of_the_readme_run(server):
    place, _, environment = server
    (block,) = re.findall(r"<!-- curl -->\n```console\n(.*?)```", README, re.S)
    lines = [line.removeprefix("$ ") for line in block.splitlines()]
    lines = [line for line in lines if not line.startswith("fraudscore serve")]
    script = "\n".join(
        (
            "set -euo pipefail",
            f'fraudscore() {{ "{sys.executable}" -m fraudscore.cli "$@"; }}',
            f'curl() {{ command curl --fail-with-body --unix-socket {place} "$@"; echo; }}',
            *lines,
        )
    )
    done = subprocess.run(
        ["bash", "-c", script],
        check=False, cwd=ROOT, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert '"band":"review"' in done.stdout
    assert "fraudscore_requests_total" in done.stdout


def test_the_client_of_the_readme_runs(server, monkeypatch, capsys):
    place, _, environment = server
    (block,) = [b for b in re.findall(r"```python\n(.*?)```", README, re.S) if "httpx" in b]
    made = subprocess.run(
        [*COMMAND, "key", "client"],
        check=True, cwd=ROOT, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    client, used = httpx.Client, []

    def through_the_socket(**more):
        used.append(client(transport=httpx.HTTPTransport(uds=place), **more))
        return used[0]

    monkeypatch.setattr(httpx, "Client", through_the_socket)
    exec(compile(block, "README.md", "exec"), {"KEY": made.stdout.strip()})
    used[0].close()
    assert capsys.readouterr().out.strip() in ("no_concern", "insufficient_evidence")


def test_log_lines_are_json_without_names(server):
    _, printed, _ = server
    lines = [line for line in printed.read_text().splitlines() if line.startswith("{")]
    assert any('"route": "/ready"' in line for line in lines)
    assert "story-" not in "\n".join(lines)
