"""Which addresses may be tried: pages on the open net, and never anything within the house. Pure."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from urllib.parse import SplitResult, urlsplit

from django.utils.translation import gettext as _

PORTS = {"http": 80, "https": 443}
LONGEST = 500
GIVES_UP_AFTER = 3
"""Failures in a row before an address is said not to answer."""
_FOUND = re.compile(r"https?://[^\s<>\"'`{}|\\^\[\]]+|https?://\[[0-9A-Fa-f:.]+\][^\s<>\"'`{}|\\^]*", re.I)
_ENDS = ".,;:!?)»”’*_"

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# The standard library's `is_global` has changed between versions of Python; what must never be reached stands here too.
_INSIDE = tuple(
    ipaddress.ip_network(net)
    for net in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "::/127",
        "100::/64",
        "2001:db8::/32",
        "fc00::/7",
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
    )
)
# Forms of IPv6 that carry an IPv4 address, and how far from the right it lies.
_CARRIERS = (
    (ipaddress.ip_network("64:ff9b::/96"), 0),
    (ipaddress.ip_network("2002::/16"), 80),
    (ipaddress.ip_network("::/96"), 0),
)
_TEREDO, _LOCAL_NAT64 = ipaddress.ip_network("2001::/32"), ipaddress.ip_network("64:ff9b:1::/48")


def addresses_in(text: str) -> list[str]:
    """The http and https addresses in a running text, each once, without the full stop that ends the sentence."""
    found = (_trimmed(match.group(0)) for match in _FOUND.finditer(text))
    return list(dict.fromkeys(each for each in found if len(each) <= LONGEST))


def _trimmed(address: str) -> str:
    while address and address[-1] in _ENDS and not (address[-1] == ")" and address.count("(") >= address.count(")")):
        address = address[:-1]
    return address


def is_on_the_open_net(address: Address) -> bool:
    """Not this machine, not the house, not the neighbours; also when wrapped in another form."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_on_the_open_net(address.ipv4_mapped)
        if address in _TEREDO or address in _LOCAL_NAT64 or address.scope_id:
            return False
        for net, shift in _CARRIERS:
            if address in net and int(address) > 1:
                return is_on_the_open_net(ipaddress.IPv4Address((int(address) >> shift) & 0xFFFFFFFF))
    if any(address.version == net.version and address in net for net in _INSIDE):
        return False
    return address.is_global and not address.is_multicast


def parts_of(address: str) -> tuple[SplitResult, int] | None:
    """Split, with its port; None for what is no address of a page on the ordinary ports."""
    if len(address) > LONGEST or any(ord(sign) <= 32 or ord(sign) == 127 for sign in address) or "\\" in address:
        return None
    try:
        parts = urlsplit(address)
        port = parts.port if parts.port is not None else PORTS.get(parts.scheme, 0)
    except ValueError:
        return None
    if parts.scheme not in PORTS or not parts.hostname or port not in PORTS.values():
        return None
    # A name before an @ is how one address is made to look like another.
    return None if "@" in parts.netloc else (parts, port)


def why_not(address: str) -> str:
    """Why an address is not tried, from how it is written; '' when its shape is in order."""
    return (
        ""
        if parts_of(address)
        else _("Adressen är inte en vanlig webbadress (http eller https, utan namn eller port).")
    )


def all_on_the_open_net(addresses: Iterable[str]) -> bool:
    """True when there is at least one, and every one is on the open net: one bad is enough to refuse."""
    found = list(addresses)
    try:
        return bool(found) and all(is_on_the_open_net(ipaddress.ip_address(each)) for each in found)
    except ValueError:
        return False
