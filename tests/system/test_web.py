"""The page of the real daemon."""

from __future__ import annotations

import json
import signal
import socket
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from termintreu.ui.cli.arguments import main
from tests.command_line import here
from tests.system.manager import Manager, eventually, tomorrow
from tests.system.test_service import feed, mute_server
from tests.system.web_page import ask, free_port, web


def test_the_page_shows_what_the_last_cycle_found_and_wrote(manager: Manager) -> None:
    port = free_port()
    manager.put("a", tomorrow())
    manager.configure(web(port))
    with manager.daemon():
        manager.await_word("READY=1")
        status, text = ask(port)
        assert (200, True) == (status, "Erika Muster" in text)
        assert "Erinnerung" in text
        manager.put("b", tomorrow() + timedelta(hours=3), "Telefonat mit Max Mustermann 030 901821")
        manager.await_word("2 calls ahead")
        assert "Max Mustermann" in ask(port)[1]
        assert (200, {"status": "ok"}) == (ask(port, "/healthz")[0], json.loads(ask(port, "/healthz")[1]))
        numbers = ask(port, "/metrics")[1]
        assert "termintreu_calls_ahead 2.0" in numbers
        assert 'termintreu_writes_total{action="create",item="reminder",result="applied"} 2.0' in numbers
        assert 'termintreu_source_state{source="work",state="ok"} 1.0' in numbers
    assert (0, "") == ask(port)
    for personal in ("Erika", "901820", "Telefonat"):
        assert personal not in manager.log()


def test_a_cycle_that_waits_does_not_hold_up_the_page(manager: Manager) -> None:
    port = free_port()
    with mute_server() as url:
        manager.configure(web(port) + feed(url))
        with manager.daemon():
            manager.await_word("STATUS=first cycle")
            assert eventually(lambda: ask(port)[0] == 200)
            assert "Ihre Kalender werden zum ersten Mal gelesen." in ask(port)[1]
            assert 200 == ask(port, "/healthz")[0]
            assert "termintreu_people 0.0" in ask(port, "/metrics")[1]


def test_the_page_follows_the_configuration(manager: Manager) -> None:
    before, after = free_port(), free_port()
    manager.put("a", tomorrow())
    manager.configure(web(before))
    with manager.daemon() as process:
        manager.await_word("READY=1")
        manager.configure(f"langage = 3\n{web(after)}")
        manager.await_word("last good one")
        status, text = ask(before)
        assert (200, True, True) == (status, "langage" in text, "Erika Muster" in text)
        manager.configure(web(after))
        process.send_signal(signal.SIGHUP)
        assert eventually(lambda: ask(after)[0] == 200)
        assert eventually(lambda: ask(before)[0] == 0)
        assert "Erika Muster" in ask(after)[1]
        assert "langage" not in ask(after)[1]
        manager.configure()
        process.send_signal(signal.SIGHUP)
        assert eventually(lambda: ask(after)[0] == 0)
        assert process.poll() is None


def test_without_its_address_there_is_no_page_and_all_else_goes_on(manager: Manager) -> None:
    runtime = {"RUNTIME_DIRECTORY": str(manager.folder / "run")}
    manager.put("a", tomorrow())
    with socket.create_server(("127.0.0.1", 0)) as other:
        listen = f"127.0.0.1:{other.getsockname()[1]}"
        manager.configure(web(other.getsockname()[1]))
        with manager.daemon(**runtime):
            manager.await_word("1 calls ahead")
            said = here("status", "--config", str(manager.config), environ={**manager.environment, **runtime})
    assert f"[web] kann {listen} nicht öffnen: die Adresse ist schon belegt" in said.stdout
    assert "web page failed" in manager.log()


def test_of_several_people_there_are_numbers_and_no_page(manager: Manager) -> None:
    port = free_port()
    manager.put("a", tomorrow())
    people = "".join(
        f'[[people]]\nname = "{name}"\n[people.target]\ntype = "vdir"\npath = "{manager.own / name}"\n'
        f'[[people.sources]]\nname = "work"\ntype = "vdir"\npath = "{manager.calendar}"\n'
        for name in ("anna", "ben")
    )
    for name in ("anna", "ben"):
        (manager.own / name).mkdir()
    manager.config.write_text(f'{web(port)}[state]\npath = "{manager.folder / "state"}"\n{people}')
    with manager.daemon():
        assert eventually(lambda: "termintreu_people 2.0" in ask(port, "/metrics")[1])
        assert "termintreu_calls_ahead 2.0" in ask(port, "/metrics")[1]
        status, text = ask(port)
        assert (404, False) == (status, "Erika" in text)


def test_check_names_the_packages_that_the_page_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "config.toml"
    accounts = '[[sources]]\nname = "w"\ntype = "vdir"\npath = "/c"\n[target]\ntype = "vdir"\npath = "/o"\n'
    config.write_text(web(8427) + accounts)
    assert 0 == main(["check", "--config", str(config)])
    assert "[web]" not in capsys.readouterr().err
    monkeypatch.setitem(sys.modules, "jinja2", None)
    assert 0 == main(["check", "--config", str(config)])
    assert f"{config}: [web] braucht jinja2: pip install 'termintreu[web]'" in capsys.readouterr().err
