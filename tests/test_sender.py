"""Webhooks: signed, sent once, tried again when they are not taken."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import re
import ssl
from contextlib import asynccontextmanager
from ipaddress import ip_address

import httpx
import pytest
import trustme
from sqlalchemy import select, update

from features.reading import read_profile
from fraudscore.review import assessing
from fraudscore.review.hooks import add_hook, hooks
from fraudscore.review.tables_team import DELIVERIES, HOOKS
from fraudscore.web import sender
from fraudscore.web.reaching import PRIVATE_HOSTS, is_public, may_be_private
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


PUBLIC = "93.184.216.34"


def send(desk, receiver, *addresses):
    async def lookup(host, port):
        assert (host, port) == ("hooks.example", 443)
        if not addresses:
            return [PUBLIC]
        if isinstance(addresses[0], Exception):
            raise addresses[0]
        return addresses

    return asyncio.run(Sender(desk.store, receiver, lookup).send_due())


def test_a_change_of_band_is_told_once_and_signed(desk, told):
    secret, _ = told
    receiver = Receiver(204)
    assert send(desk, receiver) == 1
    assert send(desk, receiver) == 0
    ((request, body),) = receiver.got
    assert str(request.url) == f"https://{PUBLIC}/fraudscore"
    assert request.headers["host"] == "hooks.example"
    assert request.extensions["sni_hostname"] == "hooks.example"
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


def test_authorities_that_cannot_be_read_are_told_and_it_is_tried_again(
    desk, told, monkeypatch, tmp_path
):
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
    assert send(desk, Receiver(204)) == 1
    assert said(desk) == "was not asked: SSL_CERT_FILE or SSL_CERT_DIR cannot be read"
    _, admin = told
    with desk.store.reading() as connection:
        assert hooks(connection, admin)[0].waiting == 1


def said(desk):
    with desk.store.reading() as connection:
        return connection.execute(select(DELIVERIES.c.said)).scalar_one()


@pytest.mark.parametrize(
    "addresses",
    [
        ("10.1.2.3",), ("127.0.0.1",), ("169.254.169.254",), ("192.0.0.192",), ("168.63.129.16",),
        ("100.64.0.1",), ("0.0.0.0",), ("224.0.0.1",), ("::1",), ("fe80::1%2",), ("fd00:ec2::254",),
        ("::ffff:10.0.0.1",), ("64:ff9b::a9fe:a9fe",), ("2002:a00:1::",), ("fec0::1",),
        (PUBLIC, "192.168.1.1"), (),
    ],
    ids=str,
)  # fmt: skip
def test_a_private_address_is_never_connected_to(desk, told, addresses):
    receiver = Receiver()
    assert send(desk, receiver, *(addresses or [OSError("no such host")])) == 1
    assert receiver.got == []
    assert said(desk) == (
        "the host has a private address" if addresses else "the host was not found"
    )


def test_a_host_that_the_operator_named_may_be_private(desk, told, monkeypatch):
    monkeypatch.setenv(PRIVATE_HOSTS, "other.example Hooks.example")
    receiver = Receiver(204)
    assert send(desk, receiver, "10.1.2.3") == 1
    assert receiver.got[0][0].url.host == "10.1.2.3"


@pytest.mark.parametrize(
    "address", ["169.254.169.254", "100.100.100.200", "168.63.129.16", "fe80::1", "fd00:ec2::254"]
)
def test_even_a_named_host_never_leads_to_a_machine_s_secrets(desk, told, monkeypatch, address):
    monkeypatch.setenv(PRIVATE_HOSTS, "hooks.example")
    receiver = Receiver()
    send(desk, receiver, address)
    assert receiver.got == []


@pytest.mark.parametrize(
    ("address", "public", "named"),
    [
        ("1.1.1.1", True, True),
        ("2606:4700::1111", True, True),
        ("10.0.0.1", False, True),
        ("127.0.0.1", False, True),
        ("::1", False, True),
        ("fd12::1", False, True),
        ("::", False, False),
        ("::ffff:169.254.169.254", False, False),
        ("255.255.255.255", False, False),
        ("ff02::1", False, False),
    ],
)
def test_what_an_address_is(address, public, named):
    assert is_public(ip_address(address)) == public
    assert may_be_private(ip_address(address)) == named


def test_the_next_address_is_tried_where_one_does_not_answer(desk, told):
    receiver = Receiver(httpx.ConnectError("no"), 204)
    send(desk, receiver, "2606:4700::1111", PUBLIC)
    assert [request.url.host for request, _ in receiver.got] == ["2606:4700::1111", PUBLIC]
    assert said(desk) is None


def test_an_answer_that_never_comes_is_given_up(desk, told, monkeypatch):
    class Slow(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request):
            await asyncio.sleep(60)

    monkeypatch.setattr(sender, "SECONDS", 0.05)
    send(desk, Slow())
    assert said(desk) == "took too long"


@asynccontextmanager
async def listening(certificate, got):
    """A real host with TLS that keeps what it is sent; yields its port."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    certificate.configure_cert(context)

    async def take(reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(re.search(rb"(?i)content-length: (\d+)", head)[1])
        got.append((head, await reader.readexactly(length)))
        writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(take, "127.0.0.1", 0, ssl=context) as server:
        yield server.sockets[0].getsockname()[1]


@pytest.mark.enable_socket
@pytest.mark.parametrize(
    ("name", "known", "what"),
    [
        ("hooks.example", True, None),
        ("other.example", True, "has no certificate for its name that is trusted here"),
        ("127.0.0.1", True, "has no certificate for its name that is trusted here"),
        ("hooks.example", False, "has no certificate for its name that is trusted here"),
    ],
)
def test_a_host_must_have_a_trusted_certificate_for_its_name(
    desk, told, monkeypatch, tmp_path, name, known, what
):
    secret, _ = told
    authority, got = trustme.CA(), []
    trusted = authority if known else trustme.CA()
    trusted.cert_pem.write_to_path(tmp_path / "trusted.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "trusted.pem"))
    monkeypatch.setenv(PRIVATE_HOSTS, "hooks.example")

    async def lookup(host, port):
        return ["127.0.0.1"]

    async def sent():
        async with listening(authority.issue_cert(name), got) as port:
            with desk.store.writing() as connection:
                url = f"https://hooks.example:{port}/fraudscore"
                connection.execute(update(HOOKS).values(url=url))
            return await Sender(desk.store, lookup=lookup).send_due()

    assert asyncio.run(sent()) == 1
    assert said(desk) == what
    assert len(got) == (what is None)
    for head, body in got:
        at, sign = re.search(rf"{SIGNATURE}: t=(\d+),v1=(\w+)", head.decode()).groups()
        signed = at.encode() + b"." + body
        assert hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() == sign
