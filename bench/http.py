"""Measure the server: requests with reasons per CPU-second of the server, and how long callers wait.

    python -m bench.http [--requests N] [--each N] [--desk]

One worker. The caller is another process, so that the server's CPU-seconds are its own; every account
is synthetic, about 10 KB. ``--each`` sends several in a request. ``--desk`` keeps each in a fresh SQLite
desk, where everybody is new to it the first time and known the second.

The same bodies go to `bench.bare` too, which only reads and checks them: what the framework alone gives
on this machine. The floor was set where that gave 6,600 a CPU-second, and is 600, or 9.1 % of it.
"""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import click
import numpy as np

from bench.accounts import accounts

HOST = "127.0.0.1"
PATH = "/api/v1/assessments"
WARM = 200
SESSIONS = (30, 28)
"""Of an account alone, and of one among a hundred: the server takes a MiB at once."""
BARE = 4
"""Times that the framework alone is sent the same: CPU-seconds are told in hundredths."""
TICK = os.sysconf("SC_CLK_TCK")


def cpu(process: int) -> float:
    """CPU-seconds a process has used, its threads included."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def free_port() -> int:
    """A port nobody uses."""
    with socket.socket() as found:
        found.bind((HOST, 0))
        return int(found.getsockname()[1])


class Caller(threading.Thread):
    """One connection that sends its share of the bodies, one after the other."""

    def __init__(self, port: int, bodies: list[bytes], headers: dict[str, str]) -> None:
        super().__init__()
        self._port, self._bodies, self._headers = port, bodies, headers
        self.times: list[float] = []

    def run(self) -> None:
        connection = http.client.HTTPConnection(HOST, self._port)
        for body in self._bodies:
            before = time.perf_counter()
            connection.request("POST", PATH, body, self._headers)
            answer = connection.getresponse()
            answer.read()
            self.times.append(time.perf_counter() - before)
            assert answer.status == 200, answer.status
        connection.close()


def call(port: int, bodies: list[bytes], connections: int, headers: dict[str, str]) -> list[float]:
    """Send all bodies over so many connections; returns the seconds each answer took."""
    callers = [Caller(port, bodies[k::connections], headers) for k in range(connections)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    return [seconds for caller in callers for seconds in caller.times]


def started(port: int, folder: str, desk: bool) -> tuple[subprocess.Popen[bytes], dict[str, str]]:
    """A server that answers, and what to send it to be let in."""
    where = ["--db", f"{folder}/desk.db"] if desk else ["--stateless"]
    command = [sys.executable, "-m", "fraudscore.cli"]
    environment = os.environ | {"XDG_CONFIG_HOME": folder, "XDG_DATA_HOME": folder}
    server = subprocess.Popen(
        [*command, "serve", "--port", str(port), *where],
        stderr=subprocess.DEVNULL, env=environment,
    )  # fmt: skip
    _wait(server, port)
    headers = {"content-type": "application/json"}
    if desk:
        made = subprocess.run(
            [*command, "key", "bench", *where, "--per-minute", "1000000"],
            capture_output=True, text=True, check=True, env=environment,
        )  # fmt: skip
        headers["authorization"] = f"Bearer {made.stdout.strip()}"
    return server, headers


def bare(port: int, folder: str) -> subprocess.Popen[bytes]:
    """The framework alone, on the same loop and parser."""
    app = ["bench.bare:app", "--http", "httptools", "--no-access-log", "--port", str(port)]
    server = subprocess.Popen(
        [sys.executable, "-m", "uvicorn", *app],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env=os.environ | {"XDG_CONFIG_HOME": folder},
    )  # fmt: skip
    _wait(server, port)
    return server


def _wait(server: subprocess.Popen[bytes], port: int) -> None:
    for _ in range(600):
        if server.poll() is not None:
            raise click.ClickException("the server did not start")
        try:
            connection = http.client.HTTPConnection(HOST, port)
            connection.request("GET", "/ready")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise click.ClickException("the server did not become ready")


def told(people: list[dict[str, Any]], each: int) -> list[bytes]:
    """The bodies of requests with so many people each, as short as JSON can be."""
    if each == 1:
        return [json.dumps(person).encode() for person in people]
    parts = [people[at : at + each] for at in range(0, len(people), each)]
    return [
        json.dumps({"profiles": part}, separators=(",", ":")).replace("+00:00", "Z").encode()
        for part in parts
    ]


def measured(
    port: int, pid: int, bodies: list[bytes], each: int, how: int, to: dict[str, str]
) -> tuple[float, str]:
    """How one run over so many connections went: accounts a CPU-second of the server, and in words."""
    before, start = cpu(pid), time.perf_counter()
    times = call(port, bodies, how, to)
    used, wall = cpu(pid) - before, time.perf_counter() - start
    p50, p99 = np.quantile(times, [0.5, 0.99]) * 1e3
    number = len(bodies) * each
    return number / used, (
        f"{number / used:,.0f} a server CPU-second, {number / wall:,.0f} a second, "
        f"p50 {p50:.1f} ms, p99 {p99:.1f} ms"
    )


@click.command()
@click.option("--requests", "number", default=2_000, show_default=True)
@click.option("--each", default=1, show_default=True, help="Accounts in a request, 100 at most.")
@click.option("--desk", is_flag=True, help="Keep every assessment.")
def main(number: int, each: int, desk: bool) -> None:
    """Print one figure a line."""
    ways, rates = (1, 8), list[float]()
    share = number * each
    people = accounts(WARM + share * (len(ways) if desk else 1), sessions=SESSIONS[each > 1])
    with tempfile.TemporaryDirectory() as folder:
        server, headers = started(port := free_port(), folder, desk)
        try:
            call(port, told(people[:WARM], 1), 8, headers)
            for place, connections in enumerate(ways):
                first = WARM + (share * place if desk else 0)
                bodies = told(people[first : first + share], each)
                for who in ("new people kept", "known people kept") if desk else ("nothing kept",):
                    how = f"{connections} connections, {each} a request, {who}"
                    rate, said = measured(port, server.pid, bodies, each, connections, headers)
                    rates.append(rate)
                    click.echo(f"{how}: {said}")
        finally:
            server.terminate()
            server.wait()
        if each > 1 or desk:
            return
        server = bare(port := free_port(), folder)
        try:
            call(port, told(people[:WARM], 1), 8, headers)
            bodies = told(people[WARM:], 1) * BARE
            for connections, rate in zip(ways, rates, strict=True):
                alone, said = measured(port, server.pid, bodies, 1, connections, headers)
                click.echo(f"{connections} connections, the framework alone: {said}")
                click.echo(f"{connections} connections: {rate / alone:.1%} of the framework alone")
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
