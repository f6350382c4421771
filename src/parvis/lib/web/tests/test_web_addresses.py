import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.lib.web import Unfetched, WebAddress, is_public

PUBLIC = ["93.184.215.14", "1.1.1.1", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "2a00:1450:400a:800::2004"]
NOT_PUBLIC = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:1.1.1.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%lo",
    "2606:2800:21f::1%lo",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
]


class TestAMachine:
    @pytest.mark.parametrize("address", PUBLIC)
    def test_on_the_public_network_may_be_asked(self, address: str):
        assert is_public(ipaddress.ip_address(address))

    @pytest.mark.parametrize("address", NOT_PUBLIC)
    def test_anywhere_else_is_never_asked(self, address: str):
        assert not is_public(ipaddress.ip_address(address))

    @given(st.ip_addresses(v=4))
    def test_inside_an_ipv6_address_is_never_asked(self, inner: ipaddress.IPv4Address):
        number = int(inner)
        for hidden in (
            (0xFFFF << 32) | number,
            number,
            (0x64FF9B << 96) | number,
            (0x2002 << 112) | (number << 80),
            (0x20010000 << 96) | (number ^ 0xFFFFFFFF),
        ):
            assert not is_public(ipaddress.IPv6Address(hidden))


class TestAnAddress:
    @pytest.mark.parametrize(
        ("url", "read"),
        [
            ("https://example.org", "https://example.org/"),
            ("HTTP://Example.ORG:80/a?b=c#d", "http://example.org/a?b=c"),
            ("https://example.org:443/", "https://example.org/"),
            ("http://example.org:8080/x", "http://example.org:8080/x"),
            ("https://bücher.example/é?ü", "https://xn--bcher-kva.example/%C3%A9?%C3%BC"),
            ("https://example.org./", "https://example.org/"),
            ("https://example.org/%C3%A9", "https://example.org/%C3%A9"),
            ("http://[2606:2800:21f::1]:8080/", "http://[2606:2800:21f::1]:8080/"),
            ("http://127.0.0.1/", "http://127.0.0.1/"),
            ("http://１２７.０.０.１/", "http://127.0.0.1/"),
            ("http://example。org/", "http://example.org/"),
        ],
    )
    def test_is_read_as_what_is_asked(self, url: str, read: str):
        assert WebAddress.read(url).url == read

    @pytest.mark.parametrize(
        "url",
        [
            "",
            "example.org",
            "//example.org/",
            "file:///etc/passwd",
            "ftp://example.org/",
            "gopher://example.org/",
            "data:text/html,x",
            "javascript:alert(1)",
            "http:///path",
            "http://user@example.org/",
            "http://user:secret@example.org/",
            "http://example.org@127.0.0.1/",
            "http://example.org\\@127.0.0.1/",
            "http://exa mple.org/",
            "http://example.org\r\nHost: other/",
            "http://example.org:99999/",
            "http://example.org:port/",
            "http://[::1/",
            "http://[example]/",
            "http://2130706433/",
            "http://0x7f000001/",
            "http://0x7f.1/",
            "http://0177.0.0.1/",
            "http://127.1/",
            "http://127.0.0.01/",
            "http://1.1.1.1.1/",
            "http://example.0x1/",
            "http://ex*mple.org/",
            "http://" + "a" * 300 + ".org/",
            "http://example.org/" + "a" * 3000,
        ],
    )
    def test_that_hides_something_is_never_asked(self, url: str):
        with pytest.raises(Unfetched) as refused:
            WebAddress.read(url)
        assert refused.value.is_lasting

    @given(st.text(max_size=60))
    def test_of_any_kind_is_read_or_refused(self, text: str):
        for url in (text, f"http://{text}", f"https://example.org/{text}"):
            try:
                address = WebAddress.read(url)
            except Unfetched:
                continue
            assert address.url.isascii()
            assert address.url.isprintable()
            assert not {" ", "\\"} & set(address.url)
            assert WebAddress.read(address.url) == address
