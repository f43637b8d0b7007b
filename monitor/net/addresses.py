"""Decides which IP addresses are public; the service never connects to any other."""

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

# An explicit table, because `ipaddress.is_global` changes with the Python version and accepts multicast, NAT64, 6to4 and
# the site-local range (seen in 3.11), and `not is_private` accepts carrier-grade NAT.
_IPV4_NON_PUBLIC = tuple(
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
# IPv6 assigns public addresses from one block only. Parts of this block are not for hosts.
_IPV6_PUBLIC = ip_network("2000::/3")
_IPV6_NON_PUBLIC = tuple(
    ip_network(block)
    for block in (
        "2001::/23",  # protocol assignments, with Teredo (which hides an IPv4 address) and ORCHID
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: hides an IPv4 address
        "3fff::/20",  # documentation
    )
)
_NAT64 = ip_network("64:ff9b::/96")


def is_non_public(address: str) -> bool:
    """Whether an IP address is private, loopback, link-local, multicast, reserved, a tunnel, or not an IP address.

    An IPv4 address inside an IPv6 one (mapped, NAT64) is classified as an IPv4 address.
    """
    try:
        ip = ip_address(address)
    except ValueError:
        return True
    if isinstance(ip, IPv6Address):
        # Networks without IPv4 give a NAT64 address for every IPv4 host.
        inner = IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else ip.ipv4_mapped
        if inner is None:
            return ip not in _IPV6_PUBLIC or any(ip in block for block in _IPV6_NON_PUBLIC)
        ip = inner
    return any(ip in block for block in _IPV4_NON_PUBLIC)


def parse_ip(host: str) -> str:
    """Returns the IP address that a host name spells, or "".

    The system reads 127.1, 0x7f.1 and 2130706433 as addresses as well.
    """
    try:
        return str(ip_address(host))
    except ValueError:
        pass
    try:
        return socket.inet_ntoa(socket.inet_aton(host))
    except (OSError, ValueError):  # not a number, or it contains a NUL or a letter beyond ASCII
        return ""
