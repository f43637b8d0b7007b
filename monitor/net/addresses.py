"""Which addresses are never asked: everything that is not a public host.

An explicit table, because `ipaddress.is_global` changes with the Python version and says yes to multicast, NAT64,
6to4 and the site-local range (seen in 3.11), and `not is_private` lets carrier-grade NAT through.
"""

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

_IPV4_SPECIAL = tuple(
    ip_network(block)
    for block in (
        "0.0.0.0/8",  # this network; Linux dials 0.0.0.0 as loopback
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carrier-grade NAT
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link-local, cloud metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
# IPv6 gives out public addresses from one block only; these parts of it are not for hosts.
_IPV6_PUBLIC = ip_network("2000::/3")
_IPV6_SPECIAL = tuple(
    ip_network(block)
    for block in (
        "2001::/23",  # protocol assignments, with Teredo (which hides an IPv4 address) and ORCHID
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: hides an IPv4 address
        "3fff::/20",  # documentation
    )
)
_NAT64 = ip_network("64:ff9b::/96")


def is_special(address: str) -> bool:
    """Whether an IP address is not that of a public host: private, loopback, link-local, multicast, reserved, a tunnel.

    An IPv4 address inside an IPv6 one (mapped, NAT64) is judged as what it is. What is no IP address is special.
    """
    try:
        ip = ip_address(address)
    except ValueError:
        return True
    if isinstance(ip, IPv6Address):
        inner = _inner(ip)
        if inner is None:
            return ip not in _IPV6_PUBLIC or any(ip in block for block in _IPV6_SPECIAL)
        ip = inner
    return any(ip in block for block in _IPV4_SPECIAL)


def literal(host: str) -> str:
    """The IP address that a host name spells, or "": 127.1, 0x7f.1 and 2130706433 are addresses to the system."""
    try:
        return str(ip_address(host))
    except ValueError:
        pass
    try:
        return socket.inet_ntoa(socket.inet_aton(host))
    except (OSError, ValueError):  # no number; a NUL or a letter beyond ASCII in it
        return ""


def _inner(ip: IPv6Address) -> IPv4Address | None:
    if ip in _NAT64:  # what networks without IPv4 give for every IPv4 host
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped
