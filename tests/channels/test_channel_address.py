"""Which hosts may be talked to."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import pytest
from casedsl_runtime.channels.address import (
    Declared,
    NotAllowed,
    Url,
    declared,
    nearness,
    next_url,
    number_of,
    read_url,
)
from hypothesis import given, settings
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://crm.example.org", Url("https", "crm.example.org", 443, "/")),
        ("https://CRM.example.org:8443/a/b?c=d#e", Url("https", "crm.example.org", 8443, "/a/b?c=d")),
        ("http://crm.example.org./a", Url("http", "crm.example.org", 80, "/a")),
        ("https://8.8.8.8/", Url("https", "8.8.8.8", 443, "/")),
        ("https://[2606:4700:0::1111]/", Url("https", "2606:4700::1111", 443, "/")),
        ("https://xn--bcher-kva.example/", Url("https", "xn--bcher-kva.example", 443, "/")),
    ],
)
def test_an_address_is_read(text: str, url: Url) -> None:
    assert read_url(text) == url


@pytest.mark.parametrize(
    "text",
    [
        "http://127.1/", "http://2130706433/", "http://0x7f000001/", "http://0x7f.1/", "http://0177.0.0.1/",
        "http://127.0.0.01/", "http://127.0.0.1.5/", "http://1.2.3.4.0x5/", "http://a.5/", "http://0x/",
        "https://kim@example.org/", "https://kim:word@example.org/", "https://example.org@127.0.0.1/",
        "https://example.org\\@127.0.0.1/", "https://example.org%2f@127.0.0.1/", "https://%31%32%37.0.0.1/",
        "https://[::1%25eth0]/", "https://[::1]x/", "https://x[::1]/", "https://[::1/", "https://[1.2.3.4]/",
        "https://exämple.org/", "https://example.org:0/", "https://example.org:99999/", "https://example.org:x/",
        "https://example.org:80:80/", "https:///path", "https://", "https:example.org", "//example.org/", "",
        "ftp://example.org/", "file:///etc/passwd", "javascript:alert(1)", "https://example.org/a b",
        "https://example.org/\r\nX-Header: y", "https://exa mple.org/", "https://-a.example/", "https://a..b/",
        "https://example.org:/", "https://１２７.0.0.1/",
    ],
)  # fmt: skip
def test_an_address_that_could_be_read_in_two_ways_is_not_read(text: str) -> None:
    with pytest.raises(NotAllowed):
        read_url(text)


@pytest.mark.parametrize(
    ("number", "so"),
    [
        ("8.8.8.8", "public"), ("2606:4700::1111", "public"), ("64:ff9b::808:808", "public"),
        ("127.0.0.1", "near"), ("127.9.9.9", "near"), ("10.1.2.3", "near"), ("172.16.0.1", "near"),
        ("192.168.1.1", "near"), ("100.64.0.1", "near"), ("::1", "near"), ("fd00::1", "near"),
        ("169.254.169.254", "special"), ("0.0.0.0", "special"), ("255.255.255.255", "special"),
        ("224.0.0.1", "special"), ("240.0.0.1", "special"), ("192.0.2.1", "special"), ("198.18.0.1", "special"),
        ("192.0.0.9", "special"), ("192.88.99.1", "special"), ("203.0.113.7", "special"),
        ("::", "special"), ("::ffff:127.0.0.1", "special"), ("::ffff:8.8.8.8", "special"), ("::8.8.8.8", "special"),
        ("fe80::1", "special"), ("fec0::1", "special"), ("ff02::1", "special"), ("2002:7f00:1::", "special"),
        ("2001::1", "special"), ("2001:db8::1", "special"), ("64:ff9b::7f00:1", "special"),
        ("64:ff9b::a9fe:a9fe", "special"), ("64:ff9b:1::1", "special"), ("3fff::1", "special"), ("100::1", "special"),
    ],
)  # fmt: skip
def test_how_near_a_number_is(number: str, so: str) -> None:
    found = number_of(number)
    assert found is not None
    assert nearness(found) == so


@settings(derandomize=True, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_no_ipv4_address_becomes_public_by_another_spelling(number: int) -> None:
    plain = IPv4Address(number)
    if nearness(plain) == "public":
        assert plain.is_global
        assert not plain.is_multicast
    for prefix in ("::ffff:0:0", "::", "2002::"):
        shifted = number << 80 if prefix == "2002::" else number
        wrapped = IPv6Address(int(IPv6Address(prefix)) | shifted)
        assert nearness(wrapped) != "public"
    assert (nearness(IPv6Address(int(IPv6Address("64:ff9b::")) | number)) == "public") == (nearness(plain) == "public")


@settings(derandomize=True, deadline=None)
@given(st.text(alphabet="htps:/@[]0x17.f%\\?#a-_", max_size=30))
def test_an_address_that_was_read_is_read_again_as_the_same(text: str) -> None:
    try:
        url = read_url("https://" + text)
    except NotAllowed:
        return
    assert read_url(str(url)) == url
    assert "@" not in url.authority


HERE = Url("https", "crm.example.org", 443, "/a/b")


@pytest.mark.parametrize(
    ("location", "there"),
    [
        ("c", "https://crm.example.org/a/c"),
        ("/c?d", "https://crm.example.org/c?d"),
        ("//other.example/c", "https://other.example/c"),
        ("http://other.example/#x", "http://other.example/"),
    ],
)
def test_where_a_redirect_leads(location: str, there: str) -> None:
    assert str(next_url(HERE, location)) == there


def allows(url: str, *numbers: str, http: tuple[str, ...] = (), private: tuple[str, ...] = ()) -> bool:
    exceptions = Declared(declared(http), declared(private))
    try:
        exceptions.require_scheme(read_url(url))
        exceptions.require_numbers(read_url(url), [number for text in numbers if (number := number_of(text))])
    except NotAllowed:
        return False
    return True


def test_what_is_public_needs_no_word() -> None:
    assert allows("https://crm.example.org/", "8.8.8.8")
    assert allows("https://crm.example.org/", "8.8.8.8", "2606:4700::1111")


def test_one_number_inside_is_one_too_many() -> None:
    assert not allows("https://crm.example.org/", "8.8.8.8", "127.0.0.1")
    assert not allows("https://crm.example.org/")


def test_http_is_declared_for_a_host_or_for_one_of_its_ports() -> None:
    assert not allows("http://crm.example.org/", "8.8.8.8")
    assert allows("http://crm.example.org:8080/", "8.8.8.8", http=("crm.example.org",))
    assert allows("http://crm.example.org:8080/", "8.8.8.8", http=("CRM.example.org:8080",))
    assert not allows("http://crm.example.org/", "8.8.8.8", http=("crm.example.org:8080",))
    assert not allows("http://a.crm.example.org/", "8.8.8.8", http=("crm.example.org",))
    assert not allows("http://crm.example.org/", "127.0.0.1", http=("crm.example.org",))


def test_a_private_host_is_declared_and_a_special_number_only_by_itself() -> None:
    assert allows("https://crm.internal/", "10.0.0.5", private=("crm.internal",))
    assert not allows("https://crm.internal/", "169.254.169.254", private=("crm.internal",))
    assert not allows("https://other.internal/", "10.0.0.5", private=("crm.internal",))
    assert allows("https://169.254.169.254/", "169.254.169.254", private=("169.254.169.254",))
    assert allows("https://[::1]:99/", "::1", private=("[::1]:99",))
    assert allows("https://[::1]:99/", "::1", private=("0:0::1",))
    assert not allows("https://[::1]:98/", "::1", private=("[::1]:99",))


@pytest.mark.parametrize("text", ["", "https://a.example", "a.example/", "kim@a.example", "127.1", "a b", "a:x", "*"])
def test_what_is_no_host_is_not_declared(text: str) -> None:
    with pytest.raises(NotAllowed):
        declared([text])
