"""Import a made-up Okta System Log and print what it costs.

    python -m bench.imports [--lines N] [--people N]

CPU-seconds and peak memory of the import alone, in a fresh process.
"""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

START = datetime(2025, 6, 1, tzinfo=UTC)
TYPES = (
    ("user.session.start", "SUCCESS"),
    ("user.authentication.sso", "SUCCESS"),
    ("user.authentication.auth_via_mfa", "SUCCESS"),
    ("user.session.start", "FAILURE"),
    ("user.session.end", "SUCCESS"),
)
SHARES = (30, 40, 20, 5, 5)
AGENTS = tuple(
    f"Mozilla/5.0 ({system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{version}.0.0.0 "
    "Safari/537.36"
    for system in ("Windows NT 10.0; Win64; x64", "Macintosh; Intel Mac OS X 10_15_7")
    for version in range(120, 140)
)


def okta_lines(number: int, people: int, seed: int = 1) -> Iterator[str]:
    """Events of the System Log, one a line, of sign-ins spread over a year."""
    draw = random.Random(seed)
    for place in range(number):
        person = draw.randrange(people)
        moment = START + timedelta(milliseconds=place * 31_536_000_000 // number)
        kind, result = draw.choices(TYPES, SHARES)[0]
        ip = f"198.51.100.{(person * 7 + draw.randrange(3)) % 256}"
        device = f"{person * 2 + draw.randrange(2):064x}"
        yield json.dumps(event(person, moment, kind, result, ip, device, draw.choice(AGENTS)))


def event(
    person: int, moment: datetime, kind: str, result: str, ip: str, device: str, agent: str
) -> dict[str, object]:
    """One event with the fields that a real one has."""
    place = {
        "city": "Sampleton",
        "state": None,
        "country": "Sampleland",
        "postalCode": "00000",
        "geolocation": {"lat": 1.5, "lon": 2.5},
    }
    return {
        "actor": {
            "id": f"00u{person:017d}",
            "type": "User",
            "alternateId": f"person{person}@example.com",
            "displayName": f"Person {person}",
            "detailEntry": None,
        },
        "client": {
            "userAgent": {"rawUserAgent": agent, "os": "Windows 10", "browser": "CHROME"},
            "zone": "null",
            "device": "Computer",
            "id": None,
            "ipAddress": ip,
            "geographicalContext": place,
        },
        "device": None,
        "authenticationContext": {
            "authenticationProvider": None,
            "credentialProvider": None,
            "credentialType": None,
            "issuer": None,
            "interface": None,
            "authenticationStep": 0,
            "rootSessionId": "102sampleSession",
            "externalSessionId": "102sampleSession",
        },
        "displayMessage": "User login to Okta",
        "eventType": kind,
        "outcome": {"result": result, "reason": None},
        "published": f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z",
        "securityContext": {
            "asNumber": 64500,
            "asOrg": "sample",
            "isp": "sample",
            "domain": "example.net",
            "isProxy": False,
        },
        "severity": "INFO",
        "debugContext": {
            "debugData": {
                "requestId": "sampleRequest",
                "dtHash": device,
                "deviceFingerprint": device[:32],
                "requestUri": "/idp/idx/identify",
                "threatSuspected": "false",
                "url": "/idp/idx/identify?",
            }
        },
        "legacyEventType": "core.user_auth.login_success",
        "transaction": {"type": "WEB", "id": "sampleRequest", "detail": {}},
        "uuid": f"{device[:8]}-0000-11ee-8000-{person:012d}",
        "version": "0",
        "request": {
            "ipChain": [
                {"ip": ip, "geographicalContext": place, "version": "V4", "source": None},
            ]
        },
        "target": [],
    }


def measure(source: Path, out: Path) -> None:
    """Import in this process and print CPU-seconds and peak memory as JSON."""
    from fraudscore.importing import run_import

    before = time.process_time()
    run_import(
        "okta", [str(source)], out=out, into=None, as_of=None, person=None, mapping=None,
        key_file=None, token_env=None, cache=None, rejected=None,
        progress=lambda done, total: None,
    )  # fmt: skip
    seconds = time.process_time() - before
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "peak_mib": peak}))


@click.command()
@click.option("--lines", "number", default=1_000_000, show_default=True)
@click.option("--people", default=2_000, show_default=True)
def main(number: int, people: int) -> None:
    """Write the log, import it in a fresh process, print one line."""
    with tempfile.TemporaryDirectory() as scratch:
        source, out = Path(scratch) / "okta.jsonl", Path(scratch) / "profiles.jsonl"
        with source.open("w") as stream:
            stream.writelines(line + "\n" for line in okta_lines(number, people))
        command = [sys.executable, "-m", "bench.imports", "measure", str(source), str(out)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        found = json.loads(done.stdout)
        click.echo(
            f"{number:,} Okta events ({source.stat().st_size / 2**20:,.0f} MiB) of {people:,} "
            f"people: {found['seconds']:,.1f} CPU-seconds, peak {found['peak_mib']:,.0f} MiB"
        )


if __name__ == "__main__":
    if sys.argv[1:2] == ["measure"]:
        measure(Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        main()
