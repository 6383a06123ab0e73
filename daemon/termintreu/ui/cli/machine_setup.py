"""`termintreu service` for the machine: account, folders, rights of the configuration, passwords and units, by root.
See `service_setup`.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from termintreu.config.machine import MachineService
from termintreu.model import msg
from termintreu.model.errors import TermintreuError
from termintreu.ui.cli import service_setup as setup
from termintreu.ui.cli import unit_files
from termintreu.ui.cli.service_setup import Host
from termintreu.ui.cli.systemd import SystemdError, program

UNITS = ("termintreu.service", "termintreu@.service")
"""Units of one person, and of instances."""
OWN_CREDENTIAL = "caldav"
"""What the units load by themselves."""

Ask = Callable[[str], str]
"""Asks for the password of that name; "" where it is not given now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the configuration of a service asks of the machine."""

    files: tuple[Path, ...]
    """The configuration, and files of profiles."""
    credentials: tuple[str, ...]
    """Names of credentials."""


def install(host: Host, service: MachineService, settings: Settings | None, *, ask: Ask | None) -> bool:
    """Have the machine run a service. True where it runs now. Raises TermintreuError.

    Args:
        host: this machine.
        service: which one.
        settings: None where there is no configuration yet.
        ask: for passwords that are missing; None where nobody can be asked.
    """
    setup.require_systemd(host)
    changed = _units(host)
    changed = _account(host, service) or changed
    _folder(host, service.config.parent, 0o755)
    _folder(host, _credstore(host), 0o700)
    if settings is None:
        again = " ".join((*host.command, "service", "install", "--config", str(service.config)))
        host.tell(
            msg(
                "{path:text}: is missing. `termintreu init --config {path:text}` begins one; then again: {again:text}",
                path=str(service.config),
                again=again,
            )
        )
        return False
    for path in settings.files:
        _readable(host, path, service.account)
    further = [name for name in settings.credentials if name != OWN_CREDENTIAL]
    changed = _drop_in(host, service, further) or changed
    lacking = [name for name in settings.credentials if not _password(host, service, name, ask)]
    systemd = host.systemd(user=False)
    if lacking:
        if changed:
            systemd.order("daemon-reload")
        host.tell(msg("{unit:text}: is started when its passwords are there: run this again", unit=service.unit))
        return False
    setup.start(host, systemd, service.unit, changed=changed)
    return True


def remove(host: Host, service: MachineService) -> bool:
    """Undo `install`. True where something was there. The unit of the instances stays while one of them is there."""
    instances = any((host.root / "etc" / "termintreu").glob("*/config.toml"))
    going = () if service.instance else UNITS[:1] if instances else UNITS
    files = {_etc(host, "systemd/system", name): unit_files.shipped("systemd/system", name) for name in going}
    files[_drop_in_path(host, service)] = ""
    files[_etc(host, "sysusers.d", f"{service.account}.conf")] = _sysusers(service)
    there = setup.remove(host, host.systemd(user=False), service.unit, files)
    if there:
        host.tell(
            msg(
                "Kept: {config:text}, the passwords in {credstore:text}, the state in {state:text}, the account "
                "{account:text}.",
                config=str(service.config.parent),
                credstore=str(_credstore(host)),
                state=f"/var/lib/{service.account}",
                account=service.account,
            )
        )
    return there


def _etc(host: Host, kind: str, name: str) -> Path:
    return host.root / "etc" / kind / name


def _credstore(host: Host) -> Path:
    return host.root / "etc" / "credstore"


def _packaged(host: Host, kind: str, name: str) -> bool:
    """Whether a package has put a file where systemd looks."""
    return any((host.root / usr / kind / name).is_file() for usr in ("usr/lib", "lib"))


def _units(host: Host) -> bool:
    """Write the units, unless a package has. True where something changed."""
    if _packaged(host, "systemd/system", UNITS[0]):
        host.tell(msg("The units are those of the installed package."))
        return False
    setup.require_startable(host)
    hidden = list(setup.homes((Path(host.command[0]), Path(host.command[0]).resolve(), host.python)))
    if hidden:
        raise TermintreuError(
            f"{hidden[0]} is in a home directory, which a service of the machine cannot see: install the program "
            "elsewhere, such as in /opt/termintreu (python3 -m venv /opt/termintreu)"
        )
    changed = False
    for name in UNITS:
        origin = unit_files.shipped("systemd/system", name)
        path = _etc(host, "systemd/system", name)
        changed = setup.put(host, path, unit_files.rendered(origin, host.command), origin) or changed
    return changed


def _sysusers(service: MachineService) -> str:
    """What makes the account (sysusers.d(5))."""
    return unit_files.shipped("sysusers.d", "termintreu.conf").replace("u termintreu ", f"u {service.account} ")


def _account(host: Host, service: MachineService) -> bool:
    """Make the account that the configuration can belong to. True where its file changed. Raises TermintreuError."""
    name = f"{service.account}.conf"
    changed = False
    if not _packaged(host, "sysusers.d", name):
        text = _sysusers(service)
        changed = setup.put(host, _etc(host, "sysusers.d", name), unit_files.marked(text), text)
    if _known(host, service.account):
        return changed
    done = program("systemd-sysusers", name, environ=host.environ)
    if done.returncode == 127:
        useradd = ("useradd", "--system", "--no-create-home", "--home-dir", "/", "--shell", "/usr/sbin/nologin")
        done = program(*useradd, service.account, environ=host.environ)
    if done.returncode:
        raise SystemdError(f"the account {service.account} could not be made: {done.stderr.strip()}")
    host.tell(msg("Account {account:text}: made", account=service.account))
    return changed


def _known(host: Host, account: str) -> bool:
    return program("getent", "passwd", account, environ=host.environ).returncode == 0


def _folder(host: Host, path: Path, mode: int) -> None:
    """Have a folder with at least these rights."""
    try:
        if path.is_dir() and path.stat().st_mode & mode == mode:
            return
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(mode)
    except OSError as error:
        raise TermintreuError(f"{path}: cannot be made: {error.strerror or 'the system refused'}") from error
    host.tell(msg("{path:text}: there, mode {mode:text}", path=str(path), mode=f"{mode:04o}"))


def _readable(host: Host, path: Path, account: str) -> None:
    """Let the service read a configuration, and nobody else but root. Raises TermintreuError."""
    told = program("getent", "group", account, environ=host.environ).stdout.split(":")
    if len(told) < 3 or not told[2].isdecimal():
        raise SystemdError(f"there is no group {account}: the account of that name has another one")
    owner, group = os.geteuid(), int(told[2])
    try:
        found = path.stat()
        if (stat.S_IMODE(found.st_mode), found.st_uid, found.st_gid) == (0o640, owner, group):
            return
        os.chown(path, owner, group)
        path.chmod(0o640)
    except OSError as error:
        reason = error.strerror or "the system refused"
        raise TermintreuError(f"{path}: cannot be given to the group {account}: {reason}") from error
    host.tell(msg("{path:text}: now root:{account:text}, mode 0640", path=str(path), account=account))


def _drop_in_path(host: Host, service: MachineService) -> Path:
    return _etc(host, "systemd/system", f"{service.unit}.d") / "credentials.conf"


def _drop_in(host: Host, service: MachineService, names: Sequence[str]) -> bool:
    """Have the unit load credentials that it does not load by itself. True where something changed."""
    if not names:
        return False
    path = _drop_in_path(host, service)
    return setup.put(host, path, unit_files.with_credentials(names, service.account), "")


def _password(host: Host, service: MachineService, name: str, ask: Ask | None) -> bool:
    """Whether the password of a credential is there, or was given now."""
    path = _credstore(host) / f"{service.account}.{name}"
    if path.exists():
        return True
    given = "" if ask is None else ask(name)
    if not given:
        host.tell(
            msg(
                "Password “{name:text}”: is missing. systemd-ask-password | sudo tee {path:text} >/dev/null",
                name=name,
                path=str(path),
            )
        )
        return False
    try:
        path.touch(mode=0o600)
        path.write_text(f"{given}\n", encoding="utf-8")
    except OSError as error:
        raise TermintreuError(f"{path}: cannot be written: {error.strerror or 'the system refused'}") from error
    host.tell(msg("{path:text}: written, for root only", path=str(path)))
    return True
