"""Where a webhook may go: a name is looked up at each delivery, and what it leads to is looked at.

Whoever manages a team writes the addresses of its webhooks, and the server stands inside somebody's
network. So private, loopback, link-local and metadata addresses are refused, and the connection goes
to the very address that was checked.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

PRIVATE_HOSTS = "FRAUDSCORE_PRIVATE_HOOKS"
"""Names, in the environment of the server, the hosts with private addresses that may be told, with
blanks between them."""
Address = IPv4Address | IPv6Address
Lookup = Callable[[str, int], Awaitable[Sequence[str]]]
"""Addresses of a host, as text. Raises OSError where there are none."""
Network = IPv4Network | IPv6Network
NEVER: tuple[Network, ...] = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8 169.254.0.0/16 100.100.100.200 168.63.129.16 192.0.0.0/24 192.88.99.0/24 224.0.0.0/3 "
        "::/8 2002::/16 fe80::/10 fec0::/10 fd00:ec2::/32 ff00::/8"
    ).split()
)
"""Link-local, of many, a way into another network, or where clouds keep the secrets of a machine: no
setting allows them."""
LOOPBACK: tuple[Network, ...] = (ip_network("127.0.0.0/8"), ip_network("::1"))


class NotReachable(Exception):
    """A host that may not be told, or is none; the text says why."""


def private_hosts() -> frozenset[str]:
    """The hosts with private addresses that the operator allows."""
    return frozenset(os.environ.get(PRIVATE_HOSTS, "").lower().split())


async def look_up(host: str, port: int) -> Sequence[str]:
    """What the system's resolver says."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port)
    return list(dict.fromkeys(str(place[0]) for *_, place in found))


async def reachable(
    host: str, port: int, private: frozenset[str], lookup: Lookup = look_up
) -> Sequence[str]:
    """The addresses of a host, each of them checked. Raises NotReachable if one may not be told."""
    try:
        found = await lookup(host, port)
    except (OSError, UnicodeError) as error:
        raise NotReachable("the host was not found") from error
    allowed = may_be_private if host.lower() in private else is_public
    # One bad address spoils the name: who mixes them waits for the other to be taken.
    if not found or not all(allowed(ip_address(address)) for address in found):
        raise NotReachable("the host has a private address")
    return found


def is_public(address: Address) -> bool:
    """Whether an address is anybody's to reach."""
    return address.is_global and not _within(address, NEVER)


def may_be_private(address: Address) -> bool:
    """Whether an address may be told where the operator named its host."""
    return _within(address, LOOPBACK) or not _within(address, NEVER)


def _within(address: Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks)
