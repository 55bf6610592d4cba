"""Hosts of links: what a browser would open, told without a full parse."""

import time

import pytest

from spamstrip.html.address import host_of


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://www.Plum.example/a/b?c#d", "plum.example"),
        ("//plum.example:8080/", "plum.example"),
        ("HTTP:\\\\plum.example\\path", "plum.example"),
        (" https://name:word@plum.example", "plum.example"),
        ("https://plum.example?x=@own.example", "plum.example"),
        ("https://plum.example#@own.example/", "plum.example"),
        ("http://[2001:db8::1]:80/", "[2001:db8::1]"),
        ("/path/only", ""),
        ("https:/plum.example", ""),
        ("mailto:someone@plum.example", ""),
        ("javascript://plum.example/%0aalert(1)", ""),
        ("", ""),
    ],
)
def test_the_host_of_an_address(address: str, host: str) -> None:
    assert host_of(address) == host


def test_hostile_addresses_take_no_time() -> None:
    started = time.perf_counter()
    for address in (
        " " * 1_000_000,
        "//" + "a" * 1_000_000,
        "//" + "@" * 1_000_000,
        "//[" * 300_000,
    ):
        host_of(address)
    assert time.perf_counter() - started < 2
