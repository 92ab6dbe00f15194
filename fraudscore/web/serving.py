"""`fraudscore serve`: the REST API under uvicorn, one process a worker."""

from __future__ import annotations

import ipaddress
import os
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from fraudscore.errors import InputError
from fraudscore.scorer import load
from fraudscore.web.service import application, load_key
from fraudscore.settings import ip_data_folder

VARIABLES = {
    name: f"FRAUDSCORE_SERVE_{name.upper()}" for name in "bundle ip_data base_rate key_file".split()
}
"""How a worker process is told what to serve."""


def run_serve(
    *,
    host: str,
    port: int,
    workers: int,
    key_file: Path | None,
    bundle: Path | None,
    ip_data: Path | None,
    base_rate: float | None,
) -> None:
    """Serve until interrupted. Raises InputError for an open service on a public address."""
    if key_file is None and not _private(host):
        raise InputError(f"{host} is not this machine alone; give --key-file FILE")
    options = {"bundle": bundle, "ip_data": ip_data, "base_rate": base_rate, "key_file": key_file}
    for name, value in options.items():
        os.environ.pop(VARIABLES[name], None)
        if value is not None:
            os.environ[VARIABLES[name]] = str(value)
    # What is wrong with the options is told here once, not by every worker.
    make()
    uvicorn.run(
        "fraudscore.web.serving:make", factory=True, host=host, port=port, workers=workers,
        log_level="warning",
    )  # fmt: skip


def _private(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def make() -> FastAPI:
    """The application as the environment describes it."""
    told = {name: os.environ.get(variable) for name, variable in VARIABLES.items()}
    scorer = load(
        told["bundle"],
        ip_data=told["ip_data"] or ip_data_folder(),
        base_rate=None if told["base_rate"] is None else float(told["base_rate"]),
    )
    return application(scorer, load_key(Path(told["key_file"])) if told["key_file"] else None)
