"""Webhooks: signed, sent once, tried again when they are not taken."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json

import httpx
import pytest

from features.reading import read_profile
from fraudscore.review import assessing
from fraudscore.review.hooks import add_hook, hooks
from fraudscore.web.sender import SIGNATURE, Sender
from tests.desk import NOW, team
from tests.test_rest_desk import HONEST, RENTED


class Receiver(httpx.AsyncBaseTransport):
    """A stand-in for the network that keeps what it was sent."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.got = []

    async def handle_async_request(self, request):
        self.got.append((request, await request.aread()))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer, headers={"location": "https://elsewhere.example"})


@pytest.fixture
def told(desk):
    """A desk with a hook and somebody whose band has just changed; the hook's secret, and the admin."""
    members = team(desk.store)
    with desk.store.writing() as connection:
        _, secret = add_hook(connection, members.admin, "https://hooks.example/fraudscore", now=NOW)
    calm = read_profile(HONEST | {"profile_id": "p"})
    other = read_profile(RENTED | {"profile_id": "p", "as_of": "2027-01-01T00:00:00Z"})
    for profile in (calm, other):
        assessing.assess(desk, members.reviewer, [profile], now=NOW)
    return secret, members.admin


def send(desk, receiver):
    return asyncio.run(Sender(desk.store, receiver).send_due())


def test_a_change_of_band_is_told_once_and_signed(desk, told):
    secret, _ = told
    receiver = Receiver(204)
    assert send(desk, receiver) == 1
    assert send(desk, receiver) == 0
    ((request, body),) = receiver.got
    assert str(request.url) == "https://hooks.example/fraudscore"
    parts = dict(part.split("=") for part in request.headers[SIGNATURE].split(","))
    signed = parts["t"].encode() + b"." + body
    assert hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() == parts["v1"]
    assert request.headers["fraudscore-event"] == "band_changed"
    assert RENTED["claims"]["name"] not in body.decode()
    assert json.loads(body)


@pytest.mark.parametrize("answer", [500, 302, httpx.ConnectError("no"), httpx.ReadTimeout("slow")])
def test_what_is_not_taken_waits_and_is_not_sent_elsewhere(desk, told, answer):
    _, admin = told
    receiver = Receiver(answer)
    assert send(desk, receiver) == 1
    assert len(receiver.got) == 1
    assert send(desk, receiver) == 0
    with desk.store.reading() as connection:
        (hook,) = hooks(connection, admin)
    assert hook.waiting == 1
