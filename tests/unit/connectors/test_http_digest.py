"""Log-in headers, against the examples of RFC 7616 and RFC 7617."""

from __future__ import annotations

import hashlib
import re
import secrets

import pytest

from termintreu_connectors.http_digest import Credentials, Digest, digest_challenge

MUFASA = Credentials(username="Mufasa", password="Circle of Life")
NONCE = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"
RFC_7616 = (
    f'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={{}}, nonce="{NONCE}", '
    'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
)


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_the_answers_of_rfc_7616_section_3_9_1(monkeypatch: pytest.MonkeyPatch, algorithm: str, response: str) -> None:
    monkeypatch.setattr(secrets, "token_hex", lambda _: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ")
    challenge = digest_challenge(RFC_7616.format(algorithm))
    assert challenge is not None
    header = challenge.answer(MUFASA, "GET", "/dir/index.html")
    assert f'response="{response}"' in header
    assert {"nc=00000001", "qop=auth"} <= set(re.split(r", ?", header))
    assert 'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"' in header


def test_the_stronger_of_two_challenges_is_taken() -> None:
    both = RFC_7616.format("MD5") + ", " + RFC_7616.format("SHA-256")
    assert digest_challenge(both) == digest_challenge(RFC_7616.format("SHA-256"))


@pytest.mark.parametrize(
    "header",
    [
        'Digest realm="A", nonce="n", qop="auth", Bearer realm="B", nonce="m"',
        'Bearer realm="B", nonce="m", dIGEST nonce="n", realm="A", qop="AUTH"',
        'Negotiate abc==, Digest nonce="n", qop="auth-int,auth", realm="A", Basic realm="Digest realm=C"',
    ],
)
def test_what_another_scheme_says_is_not_taken_for_the_digests(header: str) -> None:
    assert Digest(realm="A", nonce="n", qop=True) == digest_challenge(header)


def test_a_log_in_and_a_realm_with_umlauts_are_answered_octet_by_octet() -> None:
    realm = "Köln".encode().decode("latin-1")
    header = Digest(realm=realm, nonce="n").answer(Credentials(username="jürgen", password="grün"), "GET", "/")
    ha1 = hashlib.md5("jürgen:Köln:grün".encode()).hexdigest()
    ha2 = hashlib.md5(b"GET:/").hexdigest()
    assert hashlib.md5(f"{ha1}:n:{ha2}".encode()).hexdigest() in header
    assert 'username="jürgen", realm="Köln"'.encode() in header.encode("latin-1")


def test_a_challenge_beside_others_is_found() -> None:
    found = digest_challenge('Basic realm="x, Digest", Digest realm="a \\"b\\"", nonce=n, Bearer')
    assert Digest(realm='a "b"', nonce="n") == found


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        'Basic realm="x"',
        'Digest realm="x"',
        'Digest realm="x", nonce="n", algorithm=FOO',
        'Digest realm="x", nonce="n", qop="auth-int"',
    ],
)
def test_what_cannot_be_answered_is_no_challenge(header: str | None) -> None:
    assert digest_challenge(header) is None


def test_basic_is_in_utf_8() -> None:
    assert "Basic dGVzdDoxMjPCow==" == Credentials(username="test", password="123£").basic()


def test_credentials_do_not_show_themselves() -> None:
    assert "Circle" not in repr(MUFASA)
    assert "Mufasa" not in repr(MUFASA)
