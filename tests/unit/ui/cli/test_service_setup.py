"""`termintreu service`: units of this installation, for a session and for the machine."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from unittest import mock

import pytest

from termintreu.config.machine import MachineService
from termintreu.model.errors import TermintreuError
from termintreu.model.texts import Texts
from termintreu.ui.cli import machine_setup, service_setup, unit_files
from termintreu.ui.cli.machine_setup import Settings
from termintreu.ui.cli.service_setup import ForeignFileError, Host
from tests.command_line import here
from tests.factories import BERLIN
from tests.systemd_stand_in import SystemdStandIn

COMMAND = ("/opt/ter min/100%/bin/termintreu",)


class Setup:
    """A machine below a temporary folder, and what was told."""

    def __init__(self, folder: Path) -> None:
        self.systemd = SystemdStandIn.made(folder / "systemd")
        self.root = folder / "root"
        self.told: list[str] = []
        texts = Texts(language="en", zone=BERLIN)
        self.host = Host(
            environ=self.systemd.environ(),
            tell=lambda message: self.told.append(texts.render(message)),
            command=COMMAND,
            python=Path("/usr"),
            root=self.root,
        )
        self.main = MachineService(instance=None, config=self.root / "etc/termintreu/config.toml")
        self.anna = MachineService(instance="anna", config=self.root / "etc/termintreu/anna/config.toml")

    def for_user(self, config: Path | None = None) -> bool:
        self.told.clear()
        return service_setup.install_for_user(self.host, self.root / "home/.config", config)

    @property
    def user_unit(self) -> Path:
        return self.root / "home/.config/systemd/user/termintreu.service"

    def for_machine(self, service: MachineService, *credentials: str, ask: machine_setup.Ask | None = None) -> bool:
        self.told.clear()
        settings = Settings(files=(service.config,), credentials=credentials) if service.config.exists() else None
        return machine_setup.install(self.host, service, settings, ask=ask)

    def configure(self, service: MachineService) -> None:
        service.config.parent.mkdir(parents=True, exist_ok=True)
        service.config.touch(0o600)

    def etc(self, path: str) -> Path:
        return self.root / "etc" / path

    def changes(self) -> list[list[str]]:
        looks = {"show", "cat", "is-system-running"}
        return [words for words in self.systemd.asked("systemctl") if not looks & set(words)]


@pytest.fixture
def setup(tmp_path: Path) -> Setup:
    return Setup(tmp_path)


def test_the_users_unit_starts_this_installation_and_a_second_call_changes_nothing(setup: Setup) -> None:
    assert setup.for_user()
    start = 'ExecStart="/opt/ter min/100%%/bin/termintreu" run'
    assert start in setup.user_unit.read_text().splitlines()
    assert "ExecSearchPath" not in setup.user_unit.read_text()
    assert setup.changes() == [["--user", "daemon-reload"], ["--user", "enable", "--now", "termintreu.service"]]
    assert "loginctl enable-linger" in setup.told[-1]
    done, text = setup.changes(), setup.user_unit.read_text()
    setup.systemd.set("linger", "yes")
    assert setup.for_user()
    assert (setup.changes(), setup.user_unit.read_text()) == (done, text)
    assert setup.told == [
        f"{setup.user_unit}: is there",
        "termintreu.service: runs",
        "It runs while you are logged out, too, and starts with the machine.",
    ]


def test_another_configuration_is_named_in_the_unit_and_a_change_starts_it_anew(setup: Setup) -> None:
    setup.for_user()
    assert setup.for_user(Path("/srv/anna's.toml"))
    lines = setup.user_unit.read_text().splitlines()
    program = '"/opt/ter min/100%%/bin/termintreu"'
    assert f'ExecStart={program} run --config "/srv/anna\'s.toml"' in lines
    assert f'ExecReload={program} check --config "/srv/anna\'s.toml"' in lines
    assert setup.changes()[-2:] == [["--user", "daemon-reload"], ["--user", "restart", "termintreu.service"]]


@pytest.mark.parametrize("text", ["[Service]\nExecStart=/bin/true\n", ""])
def test_a_unit_that_somebody_wrote_stays(setup: Setup, text: str) -> None:
    setup.user_unit.parent.mkdir(parents=True)
    setup.user_unit.write_text(text)
    with pytest.raises(ForeignFileError, match="move it away"):
        setup.for_user()
    with pytest.raises(ForeignFileError, match="move it away"):
        service_setup.remove_for_user(setup.host, setup.root / "home/.config")
    assert (setup.user_unit.read_text(), setup.changes()) == (text, [])


def test_a_copy_of_the_unit_that_came_with_the_program_is_taken_over(setup: Setup) -> None:
    setup.user_unit.parent.mkdir(parents=True)
    setup.user_unit.write_text(unit_files.shipped("systemd/user", "termintreu.service"))
    assert setup.for_user()
    assert setup.user_unit.read_text().startswith(unit_files.MARK)


def test_without_a_session_the_unit_waits_for_a_log_in(setup: Setup) -> None:
    setup.systemd.set("session", "offline")
    assert not setup.for_user()
    assert setup.user_unit.exists()
    assert "Log in as yourself, then: systemctl --user enable --now termintreu" in setup.told[-1]
    assert setup.changes() == []


def test_without_systemd_one_sentence_says_what_to_do_instead(setup: Setup) -> None:
    setup.systemd.set("machine", "offline")
    with pytest.raises(TermintreuError, match=r"does not run systemd: .* `/opt/ter min/100%/bin/termintreu run`"):
        setup.for_user()
    with pytest.raises(TermintreuError, match="does not run systemd"):
        setup.for_machine(setup.main)
    assert not setup.root.exists()


def test_an_installation_that_goes_away_by_itself_is_no_service(setup: Setup) -> None:
    gone = replace(setup.host, command=("/home/anna/.cache/uv/archive/bin/termintreu",))
    with pytest.raises(TermintreuError, match="for this call only"):
        service_setup.install_for_user(gone, setup.root, None)


def test_what_was_installed_for_the_user_is_removed(setup: Setup) -> None:
    setup.for_user()
    assert service_setup.remove_for_user(setup.host, setup.root / "home/.config")
    assert not setup.user_unit.exists()
    assert setup.changes()[-2:] == [["--user", "disable", "--now", "termintreu.service"], ["--user", "daemon-reload"]]
    assert not service_setup.remove_for_user(setup.host, setup.root / "home/.config")


def test_a_machine_gets_account_folders_and_units_before_there_is_a_configuration(setup: Setup) -> None:
    assert not setup.for_machine(setup.main)
    assert (setup.systemd.folder / "accounts").read_text() == "termintreu\n"
    assert "u termintreu " in setup.etc("sysusers.d/termintreu.conf").read_text()
    assert stat.S_IMODE(setup.etc("termintreu").stat().st_mode) == 0o755
    assert stat.S_IMODE(setup.etc("credstore").stat().st_mode) == 0o700
    for name in machine_setup.UNITS:
        unit = setup.etc(f"systemd/system/{name}").read_text()
        assert (
            'ExecStart="/opt/ter min/100%%/bin/termintreu" run --config ${CONFIGURATION_DIRECTORY}/config.toml' in unit
        )
    assert "`termintreu init --config " in setup.told[-1]
    assert setup.changes() == []


def test_a_machines_service_gets_its_rights_and_passwords_and_a_second_call_changes_nothing(setup: Setup) -> None:
    setup.configure(setup.main)
    assert not setup.for_machine(setup.main, "caldav", "feed")
    assert stat.S_IMODE(setup.main.config.stat().st_mode) == 0o640
    assert setup.main.config.stat().st_gid == os.getegid()
    assert [line for line in setup.told if line.startswith("Password ")] == [
        f"Password “{name}”: is missing. systemd-ask-password | sudo tee {setup.etc('credstore')}/termintreu.{name} "
        ">/dev/null"
        for name in ("caldav", "feed")
    ]
    added = setup.etc("systemd/system/termintreu.service.d/credentials.conf").read_text().splitlines()
    assert added[-2:] == ["[Service]", "LoadCredential=feed:termintreu.feed"]
    assert setup.changes() == [["daemon-reload"]]
    assert setup.for_machine(setup.main, "caldav", "feed", ask=lambda name: f"of {name}")
    password = setup.etc("credstore/termintreu.feed")
    assert (password.read_text(), stat.S_IMODE(password.stat().st_mode)) == ("of feed\n", 0o600)
    assert setup.changes()[-1] == ["enable", "--now", "termintreu.service"]
    done = setup.changes()
    assert setup.for_machine(setup.main, "caldav", "feed")
    assert setup.changes() == done
    assert not [line for line in setup.told if not line.endswith(("is there", "runs"))]


def test_an_instance_has_an_account_a_password_and_a_unit_of_its_own(setup: Setup) -> None:
    setup.configure(setup.anna)
    assert setup.for_machine(setup.anna, "caldav", "feed", ask=lambda _: "geheim")
    assert "u termintreu-anna " in setup.etc("sysusers.d/termintreu-anna.conf").read_text()
    assert setup.etc("credstore/termintreu-anna.caldav").exists()
    added = setup.etc("systemd/system/termintreu@anna.service.d/credentials.conf").read_text()
    assert "LoadCredential=feed:termintreu-anna.feed\n" in added
    assert setup.systemd.properties("termintreu@anna.service")["ActiveState"] == "active"


def test_a_removal_leaves_configuration_passwords_and_the_unit_of_instances(setup: Setup) -> None:
    for service in (setup.main, setup.anna):
        setup.configure(service)
        assert setup.for_machine(service, "caldav", ask=lambda _: "geheim")
    assert machine_setup.remove(setup.host, setup.main)
    assert not setup.etc("systemd/system/termintreu.service").exists()
    assert setup.etc("systemd/system/termintreu@.service").exists()
    assert setup.main.config.exists()
    assert setup.etc("credstore/termintreu.caldav").exists()
    assert "the state in /var/lib/termintreu" in setup.told[-1]
    assert setup.systemd.properties("termintreu@anna.service")["ActiveState"] == "active"


def test_where_a_package_brought_the_units_none_is_written(setup: Setup) -> None:
    for path in ("usr/lib/systemd/system/termintreu.service", "usr/lib/sysusers.d/termintreu.conf"):
        (setup.root / path).parent.mkdir(parents=True)
        (setup.root / path).touch()
    setup.configure(setup.main)
    assert setup.for_machine(setup.main)
    assert not setup.etc("systemd").exists()
    assert not setup.etc("sysusers.d").exists()
    assert setup.changes() == [["enable", "--now", "termintreu.service"]]


@pytest.mark.parametrize("home", ["/home/anna/.local/bin/termintreu", "/root/venv/bin/termintreu"])
def test_a_program_in_a_home_directory_is_refused_for_the_machine(setup: Setup, home: str) -> None:
    host = replace(setup.host, command=(home,))
    with pytest.raises(TermintreuError, match="in a home directory, which a service of the machine cannot see"):
        machine_setup.install(host, setup.main, None, ask=None)
    assert not setup.root.exists()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
@pytest.mark.parametrize("kind", ["systemd/system", "systemd/user"])
def test_systemd_finds_nothing_to_object_to_in_a_unit_with_an_odd_path(tmp_path: Path, kind: str) -> None:
    program = tmp_path / "a b 50% $c" / "termintreu"
    program.parent.mkdir()
    program.symlink_to(sys.executable)
    unit = tmp_path / "termintreu.service"
    text = unit_files.rendered(unit_files.shipped(kind, unit.name), [str(program)])
    unit.write_text(text.replace("Documentation=man:termintreu(1)\n", ""))
    said = subprocess.run(
        ["systemd-analyze", "verify", *(["--user"] if kind.endswith("user") else []), str(unit)],
        env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (said.returncode, said.stdout + said.stderr) == (0, "")


def test_the_command_refuses_without_a_configuration_and_tells_the_rest_as_json(tmp_path: Path) -> None:
    systemd = SystemdStandIn.made(tmp_path / "systemd")
    config = tmp_path / "config" / "termintreu" / "config.toml"
    environ = systemd.environ(XDG_CONFIG_HOME=str(tmp_path / "config"), HOME=str(tmp_path))
    with mock.patch.object(os, "geteuid", return_value=1000):
        assert here("service", "install", "--config", str(config), environ=environ).returncode == 78
        assert here("service", "install", "--system", environ=environ).returncode == 2
        config.parent.mkdir(parents=True)
        config.touch(0o600)
        config.write_text(
            f'language = "en"\n[[sources]]\nname = "work"\ntype = "vdir"\npath = "{tmp_path}"\n'
            f'[target]\ntype = "vdir"\npath = "{tmp_path}"\n'
        )
        done = here("service", "install", "--json", environ=environ)
        assert (done.returncode, done.stderr) == (0, "")
        assert '"done": true' in done.stdout
        systemd.unit("termintreu.service", ActiveState="active", FragmentPath="/a/unit", StatusText="12 calls ahead")
        shown = here("service", "status", environ=environ)
    assert shown.stdout.splitlines()[0] == "termintreu.service: /a/unit"
    assert "It runs: 12 calls ahead" in shown.stdout
    assert not config.parent.with_name("systemd").joinpath("user", "termintreu.service.new").exists()
