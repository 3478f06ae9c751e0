"""Which addresses a picture may be fetched from: public ones, and those of the API that names them. No I/O here.

A picture's URL is untrusted. Fetched without care, it reaches what only this machine can reach: services on loopback,
in the private network, or a cloud's metadata. OWASP calls that server-side request forgery.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any

Address = IPv4Address | IPv6Address

# IPv6 addresses that lead to an IPv4 address: RFC 4291 section 2.5.5.1, RFC 6052.
_CARRIERS = (IPv6Network("::/96"), IPv6Network("64:ff9b::/96"))


def addresses(found: Iterable[tuple[Any, ...]]) -> list[Address]:
    """Return the addresses in an answer of getaddrinfo, each once."""
    return list(dict.fromkeys(ip_address(str(each[4][0])) for each in found))


def is_public(address: Address) -> bool:
    """Whether an address is one of the public internet."""
    inner = _carried(address)
    return address.is_global and not address.is_multicast and (inner is None or is_public(inner))


def is_own(address: Address, api: Iterable[Address]) -> bool:
    """Whether an address is one of the API's, where this machine's loopback addresses count as one."""
    return any(address == each or (_is_loopback(address) and _is_loopback(each)) for each in api)


def _is_loopback(address: Address) -> bool:
    plain = _carried(address) or address
    return address.is_loopback or plain.is_loopback or plain.is_unspecified


def _carried(address: Address) -> IPv4Address | None:
    """Return the IPv4 address inside an IPv6 address."""
    if isinstance(address, IPv4Address):
        return None
    if inner := address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]:
        return inner
    carried = any(address in network for network in _CARRIERS) and int(address) > 1
    return IPv4Address(int(address) & 0xFFFFFFFF) if carried else None
