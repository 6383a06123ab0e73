"""The page as it is served: a real server on loopback, asked with plain HTTP."""

from __future__ import annotations

import http.client
import json
import re
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web
from prometheus_client.parser import text_string_to_metric_families

from termintreu.model import Severity, supervision
from termintreu.service.board import Board
from termintreu.ui.web.opening import missing, opened
from termintreu.ui.web.policy import HEADERS
from termintreu.ui.web.server import serving
from tests.factories import call
from tests.servers import free_port
from tests.unit.ui.web.contents import DE, NOW, change, finding, item, report, source, trouble

LONGEST = 900.0


def posted(*, several: bool = False) -> Board:
    """After a cycle in which a call was found threatened."""
    one = call("2026-11-24 09:00")
    found = report(
        [one],
        findings={one.key: (finding(Severity.CRITICAL),)},
        changes=(change("create", item(one)),),
        sources=(source(), source("crm", "stale")),
    )
    board = Board(several=several)
    now = time.monotonic()
    board.turn_began("anna", now)
    board.show("anna", DE, damaged_below=0.7)
    board.cycled("anna", found, seconds=0.2, next_poll=NOW + timedelta(minutes=5))
    board.turn_ended("anna", now, wake=now + 300)
    return board


class Page:
    """A page that is served."""

    def __init__(self, board: Board, port: int, host: str = "127.0.0.1") -> None:
        self.board = board
        self.address = host, port
        self.name = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

    def ask(
        self, path: str = "/", method: str = "GET", *, hosts: tuple[str, ...] | None = None, body: bytes = b""
    ) -> http.client.HTTPResponse:
        """The answer, its body read."""
        connection = http.client.HTTPConnection(*self.address, timeout=10)
        with closing(connection):
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for host in (self.name,) if hosts is None else hosts:
                connection.putheader("Host", host)
            if body:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body or None)
            answer = connection.getresponse()
            answer.text = answer.read().decode()  # type: ignore[attr-defined]  # read here, before the connection closes
            return answer


@pytest.fixture
def page() -> Iterator[Page]:
    shown = Page(posted(), free_port())
    with serving(shown.address, shown.board, longest=LONGEST, clock=lambda: NOW):
        yield shown


def text(answer: http.client.HTTPResponse) -> str:
    return str(answer.text)  # type: ignore[attr-defined]  # set by `ask`


def test_the_page_is_served_with_its_style_and_its_icon(page: Page) -> None:
    answer = page.ask()
    assert (200, "text/html; charset=utf-8") == (answer.status, answer.headers["Content-Type"])
    assert "Erika Muster" in text(answer)
    assert "Gefährdet" in text(answer)
    for path, kind in (("/style.css", "text/css; charset=utf-8"), ("/icon.svg", "image/svg+xml")):
        asked = page.ask(path)
        assert (200, kind) == (asked.status, asked.headers["Content-Type"])


@pytest.mark.parametrize("path", ["/", "/healthz", "/metrics", "/style.css", "/nowhere"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_every_answer_bears_the_headers_that_protect_it(page: Page, path: str, method: str) -> None:
    for answer in (page.ask(path, method), page.ask(path, method, hosts=("evil.example",))):
        assert HEADERS.items() <= dict(answer.headers.items()).items()
        assert not {"Server", "Set-Cookie", "Access-Control-Allow-Origin"} & set(answer.headers)


@pytest.mark.parametrize(
    "hosts", [(), ("evil.example",), ("127.0.0.1",), ("evil.example:{port}",), ("127.0.0.1:{port}", "evil.example")]
)
@pytest.mark.parametrize("path", ["/", "/metrics", "/healthz", "/nowhere"])
def test_who_asks_for_another_host_gets_nothing(page: Page, path: str, hosts: tuple[str, ...]) -> None:
    answer = page.ask(path, hosts=tuple(host.format(port=page.address[1]) for host in hosts))
    assert answer.status in {400, 421}
    assert "Erika" not in text(answer)
    assert "termintreu_" not in text(answer)


@pytest.mark.parametrize("name", ["localhost:{port}", "127.0.0.1:{port}", "[::1]:{port}", "LOCALHOST:{port}"])
def test_this_machines_own_names_are_answered(page: Page, name: str) -> None:
    assert 200 == page.ask(hosts=(name.format(port=page.address[1]),)).status


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"])
def test_it_only_shows(page: Page, method: str) -> None:
    answer = page.ask("/", method, body=b"x" * 10)
    assert (405, "GET, HEAD") == (answer.status, answer.headers["Allow"])


def test_head_is_get_without_a_body(page: Page) -> None:
    answer = page.ask(method="HEAD")
    assert (200, "") == (answer.status, text(answer))
    assert int(answer.headers["Content-Length"]) > 1000


@pytest.mark.parametrize("path", ["/nowhere", "/style.css/", "/../etc/passwd", "/static/style.css", "//evil.example/"])
def test_there_is_nothing_else(page: Page, path: str) -> None:
    assert 404 == page.ask(path).status


def test_a_broken_request_is_refused_and_harms_nobody(page: Page) -> None:
    for sent in (b"\x16\x03\x01nonsense\r\n\r\n", b"GET / HTTP/1.1\r\nHost: x\r\nBad Header\r\n\r\n"):
        with socket.create_connection(page.address, timeout=10) as channel:
            channel.sendall(sent)
            assert b" 400 " in channel.recv(200)
    assert 200 == page.ask().status


def test_healthz_says_in_a_word_whether_cycles_are_tried(page: Page) -> None:
    answer = page.ask("/healthz")
    assert (200, {"status": "ok"}) == (answer.status, json.loads(text(answer)))
    page.board.turn_began("anna", time.monotonic() - LONGEST)
    answer = page.ask("/healthz")
    assert (503, {"status": "hanging"}) == (answer.status, json.loads(text(answer)))
    long_ago = time.monotonic() - 3600
    page.board.turn_ended("anna", long_ago, wake=long_ago)
    assert {"status": "overdue"} == json.loads(text(page.ask("/healthz")))


def test_healthz_tells_blind_from_dead(page: Page) -> None:
    """a restart would not help whoever is blind"""
    page.board.cycled("anna", report(blind=(trouble(),)), seconds=0.2, next_poll=NOW)
    answer = page.ask("/healthz")
    assert (200, {"status": "blind", "blind": 1}) == (answer.status, json.loads(text(answer)))


def test_metrics_tell_of_what_is_not_seen_and_how_old_answers_are(page: Page) -> None:
    old = replace(source(), checked_at=NOW - timedelta(minutes=10))
    page.board.cycled("anna", report(sources=(old,), blind=(trouble(),)), seconds=0.2, next_poll=NOW)
    lines = text(page.ask("/metrics")).splitlines()
    assert "termintreu_blind 1.0" in lines
    assert 'termintreu_source_age_seconds{source="work"} 600.0' in lines


def test_metrics_are_what_prometheus_reads(page: Page) -> None:
    answer = page.ask("/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    families = {one.name: one for one in text_string_to_metric_families(text(answer))}
    found = {
        (sample.name, *sample.labels.values()): sample.value
        for family in families.values()
        for sample in family.samples
    }
    assert 1 == found["termintreu_healthy",]
    assert (1, 0) == (found["termintreu_cycles_total", "done"], found["termintreu_cycles_total", "failed"])
    assert (0, 1, 1) == tuple(found["termintreu_cycle_seconds_bucket", bound] for bound in ("0.1", "0.3", "+Inf"))
    assert (1, 1) == (found["termintreu_calls_ahead",], found["termintreu_calls_threatened",])
    assert 1 == found["termintreu_findings", "threatened", "critical"]
    assert 1 == found["termintreu_writes_total", "create", "reminder", "applied"]
    assert 3 == found["termintreu_requests_total", "work"]
    assert (1, 0) == tuple(found["termintreu_source_state", "crm", state] for state in ("stale", "ok"))
    assert NOW.timestamp() == found["termintreu_source_read_timestamp_seconds", "work"]
    assert NOW.timestamp() == found["termintreu_last_cycle_timestamp_seconds",]


def test_every_number_is_explained_and_there_are_no_others(page: Page) -> None:
    given = {one.name for one in text_string_to_metric_families(text(page.ask("/metrics")))}
    document = (Path(__file__).parents[4] / "docs" / "web.md").read_text()
    explained = re.findall(r"`(termintreu_[a-z_]+?)(?:_total)?(?:\{[a-z,]+\})?`", document)
    assert {name for name in given if name.startswith("termintreu_")} == set(explained)


def test_numbers_and_health_hold_nothing_personal(page: Page) -> None:
    for path in ("/metrics", "/healthz"):
        said = text(page.ask(path))
        for personal in ("Erika", "muster", "901820", "Telefonat", "anna"):
            assert personal not in said


def test_before_the_first_turn_the_page_waits_and_the_daemon_is_well() -> None:
    page = Page(Board(), free_port())
    with serving(page.address, page.board, longest=LONGEST):
        assert [503, 200, 200] == [page.ask(path).status for path in ("/", "/healthz", "/metrics")]


def test_of_several_people_there_are_numbers_and_no_page() -> None:
    page = Page(posted(several=True), free_port())
    with serving(page.address, page.board, longest=LONGEST):
        answer = page.ask()
        assert 404 == answer.status
        assert "Erika" not in text(answer)
        numbers = text(page.ask("/metrics"))
    assert "termintreu_people 1.0" in numbers
    assert 'source="work"' not in numbers


def test_a_server_that_a_defect_ends_is_begun_anew_on_the_same_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervision, "FIRST_PAUSE", 0.01)
    broken = iter([ZeroDivisionError()])
    real = web.AppRunner.setup

    async def setup(runner: web.AppRunner) -> None:
        for defect in broken:
            raise defect
        await real(runner)

    monkeypatch.setattr(web.AppRunner, "setup", setup)
    page = Page(posted(), free_port())
    with serving(page.address, page.board, longest=LONGEST, clock=lambda: NOW):
        assert 200 == page.ask().status
        assert ["the web page" in trouble for trouble in supervision.troubles()] == [True]


def test_a_defect_of_the_page_shows_nothing(page: Page) -> None:
    page.board.problems = lambda: 1 / 0  # type: ignore[assignment, return-value]  # a defect
    answer = page.ask()
    assert 500 == answer.status
    assert "Zero" not in text(answer)
    assert 200 == page.ask("/healthz").status


def test_it_listens_on_the_loopback_of_ipv6_as_well() -> None:
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6) as probe:
            port = probe.getsockname()[1]
    except OSError:
        pytest.skip("this machine has no IPv6")
    page = Page(posted(), port, "::1")
    with serving(page.address, page.board, longest=LONGEST, clock=lambda: NOW):
        assert 200 == page.ask().status


def test_it_is_gone_when_the_context_ends_and_can_come_again_at_once() -> None:
    page = Page(posted(), free_port())
    for _ in range(2):
        with serving(page.address, page.board, longest=LONGEST, clock=lambda: NOW):
            assert 200 == page.ask().status
        with pytest.raises(ConnectionRefusedError):
            page.ask()


def test_a_slow_reader_does_not_hold_up_the_end() -> None:
    page = Page(posted(), free_port())
    with serving(page.address, page.board, longest=LONGEST), socket.create_connection(page.address) as idle:
        idle.sendall(b"GET / HTTP/1.1\r\n")
        begun = time.monotonic()
    assert time.monotonic() - begun < 8


def test_an_address_in_use_is_told_and_all_else_goes_on() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        listen = f"127.0.0.1:{other.getsockname()[1]}"
        with opened(listen, Board(), longest=LONGEST) as trouble:
            assert f"[web] cannot listen on {listen}: Address already in use" == trouble


def test_no_page_is_opened_where_none_is_wanted() -> None:
    with opened(None, Board(), longest=LONGEST) as trouble:
        assert trouble is None


def test_packages_that_are_missing_are_named_with_the_way_to_get_them(monkeypatch: pytest.MonkeyPatch) -> None:
    assert missing() is None
    monkeypatch.setitem(sys.modules, "aiohttp", None)
    port = free_port()
    with opened(f"127.0.0.1:{port}", Board(), longest=LONGEST) as trouble:
        assert "[web] needs aiohttp: pip install 'termintreu[web]'" == trouble
        with pytest.raises(ConnectionRefusedError):
            Page(Board(), port).ask()
