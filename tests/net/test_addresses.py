"""Which addresses are public."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.net.addresses import is_non_public, parse_ip

SPECIAL = """
    0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.255 127.0.0.1 127.255.255.254 169.254.169.254
    172.16.0.1 172.31.255.255 192.0.0.8 192.0.0.170 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.19.255.255
    198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255
    :: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:0:127.0.0.1 64:ff9b::7f00:1 64:ff9b::a00:1
    64:ff9b:1::1 100::1 2001::1 2001:0:7f00:1:: 2001:10::1 2001:20::1 2001:db8::1 2002:7f00:1:: 2002:808:808::
    3fff::1 4000::1 5f00::1 fc00::1 fd12:3456::1 fe80::1 fe80::1%lo fec0::1 ff02::1
""".split()  # noqa: SIM905 - a list to be read
PUBLIC = """
    1.1.1.1 9.255.255.255 100.63.255.255 100.128.0.0 172.15.255.255 172.32.0.0 192.0.1.1 192.167.255.255 198.17.255.255
    198.20.0.0 223.255.255.255 2001:200::1 2400:cb00::1 2606:4700::1111 2a00:1450::1 ::ffff:1.1.1.1 64:ff9b::101:101
""".split()  # noqa: SIM905 - as above


@pytest.mark.parametrize("address", SPECIAL)
def test_special(address: str):
    """Private, reserved, multicast, documentation and tunnel addresses are never a public host's."""
    assert is_non_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_public(address: str):
    """Both sides of each border: the neighbours of a special range are public."""
    assert not is_non_public(address)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.1", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("0x7f.1", "127.0.0.1"),
        ("0177.0.0.1", "127.0.0.1"),
        ("::1", "::1"),
        ("dawn.example", ""),
        ("خبر.example", ""),
        ("", ""),
    ],
)
def test_numbers_that_are_addresses(host: str, address: str):
    """Every spelling that the system reads as an address is known for one."""
    assert parse_ip(host) == address


@given(st.text())
def test_what_is_no_address_is_special(text: str):
    """Nothing that is not an address is dialled, and nothing raises."""
    parse_ip(text)
    if ":" not in text and "." not in text:
        assert is_non_public(text)
