"""WWW-Authenticate: which scheme asks for what, in every shape that RFC 9110 allows and some that it does not."""

from __future__ import annotations

import time

import pytest

from termintreu_connectors.http_challenges import Challenge, challenges


def made(scheme: str, token68: str | None = None, **parameters: str) -> Challenge:
    return Challenge(scheme=scheme, token68=token68, parameters=parameters)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", []),
        ("Basic", [made("basic")]),
        ('BASIC Realm="x"', [made("basic", realm="x")]),
        (
            'Digest realm="A", nonce="n", Bearer realm="B"',
            [made("digest", realm="A", nonce="n"), made("bearer", realm="B")],
        ),
        (
            'Bearer realm="B", Digest realm="A", nonce="n"',
            [made("bearer", realm="B"), made("digest", realm="A", nonce="n")],
        ),
        ('Negotiate, Basic realm="x"', [made("negotiate"), made("basic", realm="x")]),
        ('Basic realm="x", Negotiate', [made("basic", realm="x"), made("negotiate")]),
        ('Negotiate YIIB+/a==, Basic realm="x"', [made("negotiate", "YIIB+/a=="), made("basic", realm="x")]),
        ("NTLM TlRMTVNTUAAC", [made("ntlm", "TlRMTVNTUAAC")]),
        (
            # The example of RFC 9110 11.6.1.
            'Basic realm="simple", Newauth realm="apps", type=1, title="Login to \\"apps\\""',
            [made("basic", realm="simple"), made("newauth", realm="apps", type="1", title='Login to "apps"')],
        ),
        ('Basic realm="a, Digest realm=b, c"', [made("basic", realm="a, Digest realm=b, c")]),
        (r'Basic realm="a\\"', [made("basic", realm="a\\")]),
        (' , ,Basic realm = "x" ,, charset=UTF-8 ,', [made("basic", realm="x", charset="UTF-8")]),
        ('Basic realm="x", realm="y"', [made("basic", realm="x")]),
        ('Basic realm=""', [made("basic", realm="")]),
        ('Digest realm="x" nonce=abc== opaque=a/b', [made("digest", realm="x", nonce="abc==", opaque="a/b")]),
        ('realm="of nobody"', []),
        ('Basic realm="never closed, Digest nonce=n', [made("basic", realm="")]),
        ('Basic "stray", Digest nonce=n', [made("basic"), made("digest", nonce="n")]),
        ("<b>, Digest nonce=n", [made("digest", nonce="n")]),
    ],
)
def test_each_scheme_has_its_own_parameters(header: str, expected: list[Challenge]) -> None:
    assert expected == challenges(header)


@pytest.mark.parametrize("piece", ["a", ",", " ", '"', '="', "a=", "a ", 'a="', "\\", "=", 'a "', "é"])
def test_a_long_hostile_header_is_read_in_one_pass(piece: str) -> None:
    begun = time.process_time()
    challenges("Digest " + piece * (65_536 // len(piece)))
    assert time.process_time() - begun < 1.0
