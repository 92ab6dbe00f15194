"""`fraudscore serve`: the desk and its API under uvicorn, one process a worker."""

from __future__ import annotations

import gc
import ipaddress
import os
import socket as sockets
import tempfile
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI

from fraudscore.errors import InputError
from fraudscore.shell import say
from fraudscore.web.access import load_key
from fraudscore.web.app import application
from fraudscore.web.clock import now
from fraudscore.web.logs import start_logging
from fraudscore.web.metrics import TOGETHER
from fraudscore.web.setting_up import Setting, own_database, welcome

COLLECT = (20_000, 10, 10)
"""Objects made before garbage is looked for (measured)."""
OPEN_MAX = 512
"""Connections of one worker; more are told to come again (assumed)."""
PATIENCE = 60.0
"""Seconds after which a desk's server that leaves a question without an answer is given up (assumed)."""


def run_serve(
    *,
    host: str,
    port: int,
    socket: Path | None,
    workers: int,
    stateless: bool,
    demo: bool,
    db: str | None,
    **options: Any,
) -> None:
    """Serve until interrupted.

    Raises InputError for an open service on a public address, and what is wrong with the options once,
    before any worker starts.
    """
    if stateless:
        _for_stateless(host, socket, options["key_file"], bool(db or options["cohorts"]), demo)
    if socket is None:
        _free(host, port)
    else:
        _free_place(socket)
    if stateless:
        setting = Setting(**options)
        setting.scorer()
    else:
        setting = Setting(db=db or own_database(), **options)
        _first_time(setting, f"http://{host}:{port}", demo)
        say(f"serving {socket or f'http://{host}:{port}'}; stop with Ctrl-C")
        if socket is None and not private(host):
            say(f"{host} is not this machine alone: put a proxy with TLS in front of it")
    setting.tell()
    with tempfile.TemporaryDirectory() as folder:
        if workers > 1:
            os.environ[TOGETHER] = folder
        start_logging()
        uvicorn.run(
            "fraudscore.web.serving:make", factory=True, host=host, port=port, workers=workers,
            uds=None if socket is None else str(socket), http="httptools", log_config=None,
            access_log=False, server_header=False, limit_concurrency=OPEN_MAX,
            timeout_graceful_shutdown=10,
        )  # fmt: skip


def _for_stateless(
    host: str, socket: Path | None, key_file: Path | None, kept: bool, demo: bool
) -> None:
    if kept or demo:
        raise InputError("--stateless keeps nothing; leave --db, --cohort and --demo out")
    if socket is None and key_file is None and not private(host):
        raise InputError(f"{host} is not this machine alone; give --key-file FILE")


def _free(host: str, port: int) -> None:
    """Raises InputError for an address at which this machine cannot listen, before anything is made."""
    try:
        (family, kind, protocol, _, address), *_ = sockets.getaddrinfo(
            host, port, type=sockets.SOCK_STREAM, flags=sockets.AI_PASSIVE
        )
        with sockets.socket(family, kind, protocol) as tried:
            tried.setsockopt(sockets.SOL_SOCKET, sockets.SO_REUSEADDR, 1)
            tried.bind(address)
            tried.listen()
    except OSError as error:
        raise InputError(
            f"cannot listen at {host}:{port}: {error.strerror}; choose another --port or --host"
        ) from error


def _free_place(path: Path) -> None:
    """As `_free` of a socket in the file system. One that a killed server left there is taken away."""
    try:
        if path.is_socket():
            with sockets.socket(sockets.AF_UNIX) as asked:
                if not asked.connect_ex(str(path)):
                    raise FileExistsError(None, "another server listens there")
            path.unlink()
        elif path.exists():  # uvicorn would remove it at its end, whatever it holds
            raise FileExistsError(None, "something else stands there")
        with sockets.socket(sockets.AF_UNIX) as tried:
            tried.bind(str(path))
        path.unlink()
    except OSError as error:
        raise InputError(
            f"cannot listen at {path}: {error.strerror or error}; choose another --socket"
        ) from error


def private(host: str) -> bool:
    """Whether only this machine reaches an address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _first_time(setting: Setting, url: str, demo: bool) -> None:
    """Make the first admin's link and load the invented people, where they are due."""
    from fraudscore.review.demo import load_demo
    from fraudscore.review.people import first_admin

    desk = setting.desk(setting.scorer())
    assert desk is not None
    with desk.store as store, ExitStack() as opened:
        for cohort in desk.cohorts.values():
            opened.enter_context(closing(cohort)).size()
        with store.writing() as connection:
            token = first_admin(connection, now=now())
        say(f"the desk is {store.place}")
        if token is not None:
            say(f"choose the admin's password, once, at {welcome(url, token)}")
        if demo:
            say(_told_of_demo(load_demo(desk, now=now())))


def _told_of_demo(people: int) -> str:
    if people:
        return f"{people} invented people were loaded"
    return "somebody is on this desk already; no invented people were added"


def make() -> FastAPI:
    """The application as the environment describes it."""
    start_logging()
    setting = Setting.told()
    scorer = setting.scorer()
    desk = setting.desk(scorer, PATIENCE)
    key = load_key(setting.key_file) if desk is None and setting.key_file else None
    app = application(scorer, desk, key)
    _look_less_for_garbage()
    return app


def _look_less_for_garbage() -> None:
    """The model and the tables stay for good; not walking them again saves a fifth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT)
