"""What is found out of a network before anything is asked."""

from __future__ import annotations

import socket
import threading
from typing import Any

import pytest

from termintreu.ui.cli.init_trial import has_fritzbox


@pytest.mark.parametrize(
    ("addresses", "there"),
    [
        (["192.168.178.1"], True),
        (["2003:e0::1", "fd00::1"], True),
        (["fe80::1%eth0"], True),
        (["45.76.93.104"], False),
        (["127.0.0.1", "0.0.0.0"], False),
        ([], False),
    ],
)
def test_a_fritzbox_is_there_where_its_name_leads_into_the_network(
    addresses: list[str], there: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def found(host: str, *_: Any, **__: Any) -> list[Any]:
        assert "fritz.box" == host
        if not addresses:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, 0)) for each in addresses]

    monkeypatch.setattr("socket.getaddrinfo", found)
    assert there == has_fritzbox()


def test_a_dead_resolver_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = threading.Event()
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: answer.wait(20))
    assert not has_fritzbox(patience=0.01)
    answer.set()
