"""`termintreu init`, as a person at a terminal and as a script meet it."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

from tests.command_line import here
from tests.dns_server import DnsServer
from tests.servers import Answer, DavServer, ScriptedServer, radicale_server, self_signed
from tests.systemd_stand_in import SystemdStandIn
from tests.terminal import COMMAND, ME, WORK, at_a_terminal

EMPTY = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nEND:VCALENDAR\r\n"


def script(*arguments: str) -> subprocess.CompletedProcess[str]:
    return here(*arguments)


def private(path: Path) -> bool:
    return stat.S_IMODE(path.stat().st_mode) == 0o600


def said(config: Path) -> dict[str, Any]:
    return tomllib.loads(config.read_text())


def test_only_a_wrong_answer_is_asked_again_with_the_old_one_as_default(radicale: DavServer, tmp_path: Path) -> None:
    radicale.wipe()
    for name in ("Arbeit", "Privat", "Termintreu"):
        radicale.make_calendar(name, components=("VEVENT",))
    config = tmp_path / "etc" / "config.toml"
    code, shown = at_a_terminal(
        [*COMMAND, "init", "--config", str(config), "--name", "Anna Beispiel"],
        [
            ("Wo ist Ihr Kalender", "kalender"),
            ("keine Adresse eines Kalenders", "http://127.0.0.1:1/"),
            ("Benutzername", radicale.username),
            ("Passwort", "falsch"),
            ("(http://127.0.0.1:1/)", radicale.url),
            (f"Benutzername dort ({radicale.username})", ""),
            ("Passwort", radicale.password),
            ("In welchen", "Arbeit"),
            ("E-Mail-Adressen", "anna"),
            ("(anna)", "anna@beispiel.example, a@b.example"),
            ("Bundesland", "Wien"),
            ("(Wien)", "AT"),
            ("Sprache", ""),
            ("Wann arbeiten", "immer"),
            ("(immer)", "Mo-Do 9:00-12:30, 13:30-17:30; Fr 9:00-14:00"),
        ],
        XDG_STATE_HOME=str(tmp_path / "state"),
    )
    assert code == 0, shown
    assert shown.count("Das hat nicht geklappt") == 2
    assert shown.count("Benutzername dort") == 2, "what was right is asked again"
    assert "Arbeit, Privat" in shown
    assert "Kalender dort: Arbeit, Privat, Termintreu" not in shown, "our own calendar is offered as one to read"
    assert radicale.password not in shown
    text = config.read_text()
    assert radicale.password not in text
    assert private(config)
    assert private(config.with_name("password"))
    assert said(config)["me"] == {
        "name": "Anna Beispiel",
        "emails": ["anna@beispiel.example", "a@b.example"],
        "region": "AT",
        "working_hours": {
            **{day: ["9:00-12:30", "13:30-17:30"] for day in ("mon", "tue", "wed", "thu")},
            "fri": ["9:00-14:00"],
        },
    }
    assert said(config)["timezone"] == "Europe/Vienna"
    (source,) = said(config)["sources"]
    assert source["url"].startswith(radicale.url)
    assert source["url"] != radicale.url, "the address that was found is what is written"
    assert source["calendars"] == ["Arbeit"]
    assert "calendar: in Ordnung" in shown, "the first days are not shown"
    assert script("check", "--config", str(config)).returncode == 0
    examined = script("doctor", "--json", "--config", str(config))
    assert [True] * 4 == [step["ok"] for step in json.loads(examined.stdout)], examined.stdout


def test_an_address_book_is_offered_where_the_account_has_one(radicale: DavServer, tmp_path: Path) -> None:
    radicale.wipe()
    radicale.make_calendar("Arbeit", components=("VEVENT",))
    radicale.make_book("Kunden")
    config = tmp_path / "config.toml"
    code, shown = at_a_terminal(
        [*COMMAND, "init", "--config", str(config)],
        [
            ("Wo ist Ihr Kalender", "10"),
            ("Adresse des Servers", radicale.url),
            ("Benutzername", radicale.username),
            ("Passwort", radicale.password),
            *ME,
            *WORK,
            ("Adressbücher dort: Kunden", ""),
        ],
        XDG_STATE_HOME=str(tmp_path / "state"),
    )
    assert code == 0, shown
    (book,) = said(config)["address_books"]
    assert (book["type"], book["login"]) == ("carddav", "calendar")
    assert "password" not in book
    assert "contacts: in Ordnung" in shown


def test_a_feed_is_read_and_a_folder_written(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    config = tmp_path / "config.toml"
    feed = Answer(method=None, status=200, headers={"Content-Type": "text/calendar"}, body=EMPTY)
    with ScriptedServer([feed] * 9) as server:
        code, shown = at_a_terminal(
            [*COMMAND, "init", "--config", str(config)],
            [
                ("Wo ist Ihr Kalender", "google"),
                ("Privatadresse im iCal-Format", server.url + "private-9f3/basic.ics"),
                ("Erinnerungen brauchen einen Ort", "outlook.com"),
                ("keine Adresse eines Kalenders", "9"),
                ("Welcher Ordner", str(own)),
                *ME,
                *WORK,
            ],
            XDG_STATE_HOME=str(tmp_path / "state"),
        )
        assert "Mit einer Anmeldung wird er sofort gelesen" in shown
        assert code == 0, shown
        assert "calendar: in Ordnung" in shown
        assert said(config)["sources"][0] | {"url": ""} == {
            "name": "calendar",
            "type": "ics",
            "url": "",
            "allow_private": True,
        }
        assert said(config)["target"] == {"type": "vdir", "path": str(own)}
        flags = [
            "--url",
            f"webcal://127.0.0.1:{server.port}/feed.ics",
            "--target-path",
            str(own),
            "--no-try",
            "--force",
        ]
        assert script("init", "--config", str(config), *flags).returncode == 0
    assert said(config)["sources"][0]["type"] == "ics"
    assert said(config)["target"] == {"type": "vdir", "path": str(own)}


def test_a_folder_is_enough(tmp_path: Path) -> None:
    folder = tmp_path / "calendars"
    (folder / "work").mkdir(parents=True)
    home = tmp_path / "home"
    systemd = SystemdStandIn.made(tmp_path / "systemd")
    systemd.set("machine", "offline")
    code, shown = at_a_terminal(
        [*COMMAND, "init"],
        [("Wo ist Ihr Kalender", str(folder)), *ME, *WORK],
        PATH=systemd.environ()["PATH"],
        HOME=str(home),
        XDG_CONFIG_HOME=str(home / "config"),
        XDG_STATE_HOME=str(home / "state"),
    )
    assert code == 0, shown
    assert said(home / "config" / "termintreu" / "config.toml")["sources"] == [
        {"name": "calendar", "type": "vdir", "path": str(folder)}
    ]
    assert "Benutzername" not in shown
    assert "Dienst" not in shown, "a service is offered to who cannot have one"


BY_MAIL = """
import socket, ssl, sys
from termintreu_connectors import http_wire
from termintreu_connectors.caldav import CalDavAccount
trusting = ssl.create_default_context(cafile={certificate!r})
http_wire._tls = lambda: trusting
socket.getaddrinfo = lambda host, port, *_, **__: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
CalDavAccount.__init__.__kwdefaults__["nameservers"] = {nameservers!r}
from termintreu.ui.cli.arguments import main
sys.exit(main(sys.argv[1:]))
"""
"""The program where every name stands on loopback, and one certificate is trusted."""


def test_an_e_mail_address_is_enough(tmp_path: Path) -> None:
    certificate = self_signed(tmp_path, "DNS:example.com,DNS:*.example.com")
    with (
        radicale_server(tmp_path / "server", "anna@example.com", certificate=certificate) as server,
        DnsServer() as names,
    ):
        calendar = tmp_path / "server" / "data" / "collection-root" / "anna@example.com" / "work"
        calendar.mkdir(parents=True)
        (calendar / ".Radicale.props").write_text('{"tag": "VCALENDAR"}')
        names.record("_caldavs._tcp.example.com.", "SRV", f"0 1 {server.port} dav.example.com.")
        program = tmp_path / "program.py"
        program.write_text(BY_MAIL.format(certificate=str(certificate), nameservers=names.nameservers))
        config = tmp_path / "etc" / "config.toml"
        code, shown = at_a_terminal(
            [sys.executable, str(program), "init", "--config", str(config)],
            [
                ("Wo ist Ihr Kalender", "anna@example.com"),
                ("Passwort", server.password),
                *ME,
                *WORK,
            ],
            XDG_STATE_HOME=str(tmp_path / "state"),
        )
    assert code == 0, shown
    assert said(config)["sources"][0]["url"] == f"https://dav.example.com:{server.port}/anna%40example.com/"


def test_a_script_gives_flags_and_is_told_which_are_missing(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    said = script("init", "--config", str(config), "--url", "https://cloud.example.com/")
    assert said.returncode == 2
    assert "--username" in said.stderr
    assert "--password-file" in said.stderr
    given = ["--url", "https://cloud.example.com/", "--username", "anna", "--password-command", "pass show 'my cal'"]
    done = script("init", "--config", str(config), *given, "--region", "DE-BY", "--no-try", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"written": [str(config)]}
    assert 'password = { command = ["pass", "show", "my cal"] }' in config.read_text()
    assert private(config)


def test_a_script_leaves_the_log_in_to_a_browser(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    given = ["--url", "https://cloud.example.com/", "--no-try", "--language", "en"]
    done = script("init", "--config", str(config), *given)
    assert done.returncode == 0, done.stderr
    assert "termintreu login calendar" in done.stdout
    assert not {"username", "password"} & said(config)["sources"][0].keys()
    done = script("init", "--config", str(config), *given, "--force", "--username", "anna")
    assert done.returncode == 2
    assert "--password-file" in done.stderr


def test_what_is_there_is_replaced_only_on_demand(tmp_path: Path) -> None:
    folder = tmp_path / "calendars"
    (folder / "work").mkdir(parents=True)
    config = tmp_path / "config.toml"
    config.write_text("mine")
    said = script("init", "--config", str(config), "--path", str(folder))
    assert said.returncode == 2
    assert "--force" in said.stderr
    assert config.read_text() == "mine"
    assert script("init", "--config", str(config), "--path", str(folder), "--force").returncode == 0
    assert private(config)
    assert script("plan", "--config", str(config)).returncode == 0


def test_nothing_is_written_where_the_account_cannot_be_reached(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    said = script(
        "init", "--config", str(config), "--url", "http://127.0.0.1:1/", "--username", "a", "--password-env", "PATH"
    )
    assert said.returncode == 1
    assert "Traceback" not in said.stderr
    assert not config.exists()
