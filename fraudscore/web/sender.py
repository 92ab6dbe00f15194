"""Webhooks on their way: what is due is sent, signed, and tried again later when it is not taken.

Each goes to an address that was looked at first; the certificate must still be the named host's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from ssl import SSLContext

import httpx
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import Connection

from fraudscore import __version__
from fraudscore.review import hooks
from fraudscore.review.hooks import Delivery
from fraudscore.review.store import Store
from fraudscore.web.clock import now
from fraudscore.web.metrics import DELIVERED
from fraudscore.web.reaching import Lookup, NotReachable, look_up, private_hosts, reachable

SECONDS = 10.0
"""How long a delivery may take (assumed)."""
ADDRESSES_MAX = 3
"""Addresses of one host that are tried."""
SIGNATURE = "fraudscore-signature"
_UNTRUSTED = "CERTIFICATE_VERIFY_FAILED"
"""What OpenSSL calls it; the connection's own error tells no kinds apart."""
Done = Callable[[Connection, datetime], None]


class Sender:
    """Sends what is due. ``transport`` and ``lookup`` stand in for the network in tests."""

    def __init__(
        self,
        store: Store,
        transport: httpx.AsyncBaseTransport | None = None,
        lookup: Lookup = look_up,
    ) -> None:
        self._store = store
        self._transport = transport
        self._lookup = lookup
        self._private = private_hosts()

    async def send_due(self) -> int:
        """Send what is due now; returns how much that was."""
        due = await run_in_threadpool(self._take)
        for done in await asyncio.gather(*map(self._sent, due)):
            await run_in_threadpool(self._note, done)
        return len(due)

    def _take(self) -> tuple[Delivery, ...]:
        with self._store.writing() as connection:
            return hooks.take(connection, now=now())

    def _note(self, done: Done) -> None:
        with self._store.writing() as connection:
            done(connection, now())

    async def _sent(self, delivery: Delivery) -> Done:
        """Send one; returns how to note what came of it."""
        try:
            async with asyncio.timeout(SECONDS):
                said = await self._post(delivery)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            said = type(error).__name__
        except NotReachable as error:
            said = str(error)
        except TimeoutError:
            said = "took too long"
        except OSError:  # nothing of the network: its errors are the client's own
            said = "was not asked: SSL_CERT_FILE or SSL_CERT_DIR cannot be read"
        DELIVERED.labels("failed" if said else "taken").inc()
        if said:
            return lambda connection, at: hooks.failed(connection, delivery.id, said, now=at)
        return lambda connection, at: hooks.delivered(connection, delivery.id, now=at)

    async def _post(self, delivery: Delivery) -> str:
        """What went wrong, in a few words of ours; "" if it was taken."""
        url = httpx.URL(delivery.url)
        host, port = url.raw_host.decode(), url.port or (443 if url.scheme == "https" else 80)
        found = await reachable(host, port, self._private, self._lookup)
        # A client of its own: a connection to this address for another name must not serve here.
        # Redirects are not followed: a signed body goes to the address that was agreed on.
        async with httpx.AsyncClient(
            transport=self._transport, verify=self._tls, timeout=SECONDS, follow_redirects=False,
            trust_env=False,
        ) as client:  # fmt: skip
            said = "could not be connected to"
            for address in found[:ADDRESSES_MAX]:
                request = _request(client, delivery, url, address)
                try:
                    answer = await client.send(request, stream=True)
                except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                    if _UNTRUSTED in str(error):
                        said = "has no certificate for its name that is trusted here"
                    continue
                await answer.aclose()
                return "" if answer.is_success else f"answered {answer.status_code}"
        return said

    @cached_property
    def _tls(self) -> SSLContext:
        """Who is trusted: the usual authorities, or those SSL_CERT_FILE or SSL_CERT_DIR names."""
        return httpx.create_ssl_context()


def _request(
    client: httpx.AsyncClient, delivery: Delivery, url: httpx.URL, address: str
) -> httpx.Request:
    """The request to one address; host header and certificate are those of the name."""
    headers = {
        "host": url.netloc.decode(),
        "content-type": "application/json",
        "user-agent": f"fraudscore/{__version__}",
        "fraudscore-event": delivery.event,
        "fraudscore-delivery": delivery.id,
        SIGNATURE: hooks.signature(delivery.secret, now(), delivery.body),
    }
    return client.build_request(
        "POST", url.copy_with(host=address), content=delivery.body, headers=headers,
        extensions={"sni_hostname": url.raw_host.decode()},
    )  # fmt: skip
