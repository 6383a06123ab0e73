"""Statuses and failures become errors of ours in one place; Retry-After is read in both of its forms."""

from __future__ import annotations

import socket
import ssl
from datetime import UTC, datetime

import h11
import pytest

from termintreu.model.errors import PreconditionFailed, Unavailable
from termintreu_connectors.http_errors import retry_after, status_error, transport_error

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("Mon, 23 Nov 2026 08:01:30 GMT", 90.0),
        ("Mon, 23 Nov 2026 09:00:00 +0100", 0.0),
        ("Mon, 23 Nov 2026 07:00:00 GMT", 0.0),
        ("Mon, 23 Nov 2026 08:00:05 -0000", 5.0),
        ("99999999999999999999", 999999999.0),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("٣", None),
        ("", None),
        ("Mon, 99 Nov 2026 08:01:30 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str, seconds: float | None) -> None:
    assert seconds == retry_after({"retry-after": header}, lambda: NOW)


def test_without_retry_after_nothing_is_asked() -> None:
    assert retry_after({}) is None


@pytest.mark.parametrize("status", [429, 503])
def test_unavailable_hands_on_what_was_asked(status: int) -> None:
    error = status_error("GET", "https://example.com/", status, {"retry-after": "60"})
    assert isinstance(error, Unavailable)
    assert 60.0 == error.retry_after


@pytest.mark.requirement(17)
@pytest.mark.parametrize(
    ("status", "scope"),
    [(401, "account"), (429, "account")]
    + [(status, "collection") for status in (400, 403, 404, 405, 409, 410, 412, 418, 423, 500, 502, 503, 507)],
)
def test_a_refused_log_in_and_too_many_requests_concern_the_account(status: int, scope: str) -> None:
    assert scope == status_error("REPORT", "https://example.com/", status, {}).scope


@pytest.mark.parametrize(
    ("failure", "scope"),
    [
        (socket.gaierror(-2, "Name or service not known"), "account"),
        (ConnectionRefusedError(), "account"),
        (ConnectionResetError(), "account"),
        (TimeoutError(), "account"),
        (ssl.SSLCertVerificationError(), "account"),
        (ssl.SSLEOFError(), "account"),
        (h11.RemoteProtocolError("it broke off"), "account"),
        (ValueError("not HTTP"), "collection"),
    ],
)
def test_where_nothing_answered_it_is_the_accounts(failure: Exception, scope: str) -> None:
    assert scope == transport_error("REPORT", "https://example.com/", failure).scope


def test_a_uid_conflict_is_read_from_the_body() -> None:
    body = b'<error xmlns="DAV:"><C:no-uid-conflict xmlns:C="urn:ietf:params:xml:ns:caldav"/></error>'
    for status, content, conflict in [(409, body, True), (412, body, True), (412, b"", False)]:
        error = status_error("PUT", "https://example.com/", status, {}, content)
        assert isinstance(error, PreconditionFailed)
        assert conflict == error.uid_conflict


def test_a_message_names_method_status_and_host_only() -> None:
    error = status_error("GET", "https://anna:pw@example.com:8443/secret/feed.ics?token=x", 404, {}, b"<p>body</p>")
    assert "GET on example.com:8443: there is nothing there (status 404)" == str(error)


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (socket.gaierror(-2, "Name or service not known"), "no such host is known"),
        (ConnectionRefusedError(), "nothing listens there"),
        (ConnectionResetError(), "the connection failed (ConnectionResetError)"),
    ],
)
def test_what_kept_a_connection_from_being_made_is_said_in_words(failure: OSError, words: str) -> None:
    assert f"GET on cloud.example: {words}" in str(transport_error("GET", "https://cloud.example/secret", failure))
