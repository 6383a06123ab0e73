"""Root's commands about a service of the machine: run as that service, through real processes."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest

from termintreu.config.machine import machine_service
from termintreu.model.errors import TermintreuError
from termintreu.ui.cli.as_service import Unit, directives, handed_over, systemd_run, with_config
from termintreu.ui.cli.whose_service import service_of
from tests.systemd_stand_in import SystemdStandIn

UNIT = """# /etc/systemd/system/termintreu.service
[Unit]
Description=%i
[Service]
User=termintreu
LoadCredential=caldav:termintreu.caldav
Environment=PLAIN=one "QUOTED=two words"
# /etc/systemd/system/termintreu.service.d/credentials.conf
[Service]
LoadCredential=feed:termintreu.feed
"""
IDENTITY = {"User": "termintreu", "DynamicUser": "yes", "StateDirectory": "termintreu", "StateDirectoryMode": "0700"}
PROGRAM = (sys.executable, "-m", "termintreu")


@pytest.mark.parametrize(
    ("path", "unit"),
    [
        ("/etc/termintreu/config.toml", "termintreu.service"),
        ("/etc/termintreu/people.d/anna.toml", "termintreu.service"),
        ("/etc/termintreu/people.d/config.toml", "termintreu.service"),
        ("/etc/termintreu/anna/config.toml", "termintreu@anna.service"),
        ("/etc/termintreu/an na/config.toml", None),
        ("/etc/termintreu/../config.toml", None),
        ("/root/.config/termintreu/config.toml", None),
    ],
)
def test_a_configurations_path_says_which_service_reads_it(path: str, unit: str | None) -> None:
    found = machine_service(Path(path))
    assert unit == (found and found.unit)


@pytest.mark.parametrize(
    ("uid", "environ", "path"),
    [
        (1000, {}, "/etc/termintreu/config.toml"),
        (0, {"STATE_DIRECTORY": "/var/lib/termintreu"}, "/etc/termintreu/config.toml"),
        (0, {}, "/root/.config/termintreu/config.toml"),
        (0, {}, "/etc/termintreu/people.d/anna.toml"),
    ],
)
def test_only_root_and_only_for_the_configuration_of_a_service(uid: int, environ: dict[str, str], path: str) -> None:
    assert service_of("plan", Path(path), uid=uid, environ=environ) is None
    assert service_of("plan", Path("/etc/termintreu/config.toml"), uid=0, environ={}) is not None


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["plan", "--json"], ["plan", "--json"]),
        (["--config", "c.toml", "plan"], ["plan"]),
        (["plan", "--config=c.toml", "-v"], ["plan", "-v"]),
        (["plan", "--conf", "c.toml"], ["plan"]),
        (["explain", "--", "--config", "x"], ["explain", "--", "--config", "x"]),
        (["answer", "--all", "held"], ["answer", "--all", "held"]),
    ],
)
def test_the_command_names_its_configuration_absolutely_and_once(words: list[str], expected: list[str]) -> None:
    assert with_config(words, Path("/etc/termintreu/config.toml")) == [
        "--config",
        "/etc/termintreu/config.toml",
        *expected,
    ]


def test_what_the_unit_and_its_additions_say_is_taken_over() -> None:
    text = (
        "[Service]\nLoadCredential=old:old\nLoadCredential=\nLoadCredential=caldav:termintreu-%i.caldav\n"
        "# a comment\nEnvironmentFile=-/etc/default/%p \\\n# within\n  \nReadWritePaths=/srv/a%%b\n"
        "[Install]\nLoadCredential=never:never\n"
    )
    added, environment = directives(text, "termintreu@anna.service")
    assert added == [
        ("LoadCredential", "caldav:termintreu-anna.caldav"),
        ("EnvironmentFile", "-/etc/default/termintreu"),
        ("ReadWritePaths", "/srv/a%b"),
    ]
    assert environment == {}
    assert directives(UNIT, "termintreu.service")[1] == {"PLAIN": "one", "QUOTED": "two words"}


def test_no_value_of_the_environment_stands_in_the_list_of_processes() -> None:
    unit = Unit(name="termintreu.service", identity={"User": "termintreu"}, added=[], environment={"SECRET": "geheim"})
    command = systemd_run(unit, ["/usr/bin/termintreu", "plan"], {"LANG": "de_DE.UTF-8", "OTHER": "x"})
    assert command[-3:] == ["--", "/usr/bin/termintreu", "plan"]
    assert {"--pipe", "--wait", "--collect", "--setenv=SECRET", "--setenv=LANG", "--property=User=termintreu"} < set(
        command
    )
    assert not any("geheim" in word or "OTHER" in word for word in command)


class Machine:
    """A machine with a service whose password is a credential, and root with an empty home."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.systemd = SystemdStandIn.made(folder / "systemd")
        self.home = folder / "home"
        self.etc = folder / "etc"
        for made in (self.home, self.etc, folder / "calendar", folder / "own"):
            made.mkdir()
        self.config = self.etc / "config.toml"
        self.config.touch(0o600)
        self.config.write_text(
            f'language = "en"\ntimezone = "Europe/Berlin"\n'
            f'[[sources]]\nname = "work"\ntype = "vdir"\npath = "{folder}/calendar"\n'
            f'[[call_logs]]\ntype = "fritzbox"\nurl = "http://127.0.0.1:9"\nusername = "anna"\n'
            f'password = {{ credential = "caldav" }}\n[target]\ntype = "vdir"\npath = "{folder}/own"\n'
        )
        for name in ("caldav", "feed"):
            (self.systemd.folder / "credstore" / f"termintreu.{name}").write_text("geheim\n")

    def run(self, *words: str) -> int | None:
        with mock.patch.dict(os.environ, self.systemd.environ(HOME=str(self.home)), clear=True):
            os.environ.pop("STATE_DIRECTORY", None)
            service = service_of(words[0], self.config, uid=os.geteuid(), environ=os.environ, folder=self.etc)
            return None if service is None else handed_over(words[0], service, words, PROGRAM)

    def left_at_home(self) -> list[Path]:
        return list(self.home.rglob("*"))


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    with mock.patch.object(os, "geteuid", return_value=0):
        yield Machine(tmp_path)


def test_a_cycle_has_the_services_state_and_credentials_and_leaves_nothing_in_roots_home(
    machine: Machine, capfd: pytest.CaptureFixture[str]
) -> None:
    machine.systemd.unit("termintreu.service", UNIT, ActiveState="active", **IDENTITY)
    assert machine.run("once", "--json") in {0, 1}  # the telephone box is nowhere
    out, err = capfd.readouterr()
    assert out.startswith("{")
    assert "CREDENTIALS_DIRECTORY" not in out + err
    assert list((machine.systemd.folder / "lib" / "termintreu").iterdir())
    assert machine.left_at_home() == []
    (asked,) = machine.systemd.asked("systemd-run")
    assert [word for word in asked if word.startswith("--property=")] == [
        "--property=User=termintreu",
        "--property=DynamicUser=yes",
        "--property=StateDirectory=termintreu",
        "--property=StateDirectoryMode=0700",
        "--property=LoadCredential=caldav:termintreu.caldav",
        "--property=LoadCredential=feed:termintreu.feed",
    ]


def test_the_exit_code_is_handed_on(machine: Machine) -> None:
    machine.systemd.unit("termintreu.service", UNIT, **IDENTITY)
    assert machine.run("explain", "nobody like that") == 1
    machine.config.write_text('langage = "de"\n')
    assert machine.run("explain", "nobody like that") == 78
    assert machine.left_at_home() == []


def test_where_workers_serve_everybody_a_command_is_one_of_them(machine: Machine) -> None:
    machine.systemd.unit("termintreu.service", UNIT, **IDENTITY)
    machine.systemd.unit("termintreu-scheduler.service", UNIT, UnitFileState="enabled", **IDENTITY)
    machine.systemd.unit("termintreu-worker@1.service", UNIT.replace("feed:", "database:"), **IDENTITY)
    machine.run("status", "--help")
    (asked,) = machine.systemd.asked("systemd-run")
    assert "--property=LoadCredential=database:termintreu.feed" in asked


def test_without_the_unit_or_without_systemd_one_sentence_says_so_and_no_state_is_begun(machine: Machine) -> None:
    with pytest.raises(
        TermintreuError, match=r"termintreu\.service, which is not installed: termintreu service install"
    ):
        machine.run("plan")
    machine.systemd.set("machine", "offline")
    with pytest.raises(TermintreuError, match=r"belongs to the service termintreu\.service, and no systemd runs here"):
        machine.run("plan")
    assert machine.left_at_home() == []


def test_without_systemd_a_configuration_that_names_its_state_works_as_root(machine: Machine) -> None:
    machine.systemd.set("machine", "offline")
    machine.config.write_text(f'{machine.config.read_text()}[state]\npath = "{machine.folder}/state"\n')
    assert machine.run("plan") is None


@pytest.mark.parametrize("name", ["init", "check", "service"])
def test_what_needs_neither_state_nor_passwords_stays_in_this_process(machine: Machine, name: str) -> None:
    assert machine.run(name) is None
    assert machine.systemd.asked("systemctl") == []


def test_root_runs_no_daemon_beside_the_service_but_where_there_is_no_systemd(machine: Machine) -> None:
    with pytest.raises(TermintreuError, match=r"systemctl start termintreu\.service"):
        machine.run("run")
    machine.systemd.set("machine", "offline")
    assert machine.run("run") is None
