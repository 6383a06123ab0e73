"""`termintreu service`: what is done, step by step, for a user's session and for the machine. Each step looks first,
does what is missing, and says so in one line; what is not ours is left alone, with a sentence that says what to do.

    install     the unit -> (machine: account, folders, rights, passwords) -> systemd reads it -> enabled and started
    remove      stopped and disabled -> our files gone; configuration, passwords and state stay
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from termintreu.model import Message, msg
from termintreu.model.errors import TermintreuError
from termintreu.ui.cli import unit_files
from termintreu.ui.cli.systemd import Systemd, program

USER_UNIT = "termintreu.service"
"""The name of the unit of a user's session."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """The machine that is set up, and this program on it."""

    environ: Mapping[str, str]
    tell: Callable[[Message], None]
    """Takes one line about each step."""
    command: tuple[str, ...]
    """This program, absolute."""
    python: Path = Path(sys.base_prefix)
    """Where its Python is."""
    root: Path = Path("/")
    """Before /etc and /usr."""

    def systemd(self, *, user: bool) -> Systemd:
        """The systemd that is asked."""
        return Systemd(user=user, environ=self.environ)


class ForeignFileError(TermintreuError):
    """A file stands where ours would, and somebody else wrote it."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is not from `termintreu service install`, and stays: move it away first")


def install_for_user(host: Host, folder: Path, config: Path | None) -> bool:
    """Have the user's session run the program. True where it runs now. Raises TermintreuError.

    Args:
        host: this machine.
        folder: of the user's configuration, ~/.config.
        config: what the service is to read, where that is not the user's own configuration.
    """
    require_systemd(host)
    require_startable(host)
    origin = unit_files.shipped("systemd/user", USER_UNIT)
    path = folder / "systemd" / "user" / USER_UNIT
    changed = put(host, path, unit_files.rendered(origin, host.command, config), origin)
    systemd = host.systemd(user=True)
    if not systemd.is_running():
        host.tell(
            msg(
                "The systemd of your session does not answer here (after su or sudo, for instance). "
                "Log in as yourself, then: systemctl --user enable --now termintreu"
            )
        )
        return False
    start(host, systemd, USER_UNIT, changed=changed)
    tell_linger(host)
    return True


def remove_for_user(host: Host, folder: Path) -> bool:
    """Undo `install_for_user`. True where something was there. Raises TermintreuError."""
    path = folder / "systemd" / "user" / USER_UNIT
    return remove(host, host.systemd(user=True), USER_UNIT, {path: unit_files.shipped("systemd/user", USER_UNIT)})


def require_systemd(host: Host) -> None:
    """Raises TermintreuError where the machine does not run systemd."""
    if not host.systemd(user=False).is_running():
        command = " ".join(host.command)
        raise TermintreuError(
            f"this machine does not run systemd: have what starts its services run `{command} run`, which ends on "
            "SIGTERM and stays in the foreground, or cron: @reboot"
        )


def require_startable(host: Host) -> None:
    """Raises TermintreuError where this installation goes away by itself, or systemd cannot start it."""
    if ".cache" in Path(host.command[0]).parts:
        raise TermintreuError(
            f"{host.command[0]} is there for this call only: install the program first, with `pipx install` or "
            "`uv tool install`"
        )
    if set(host.command[0]) & set("\"'\\"):
        raise TermintreuError(f"{host.command[0]}: systemd starts no program with a quote or a backslash in its path")


def put(host: Host, path: Path, text: str, origin: str) -> bool:
    """Write a file of ours. True where that changed something. Raises ForeignFileError, TermintreuError.

    Args:
        host: this machine.
        path: of the file.
        text: what it is to hold.
        origin: what the program came with: a copy of it is ours, too.
    """
    there = _read(path)
    if there == text:
        host.tell(msg("{path:text}: is there", path=str(path)))
        return False
    if path.is_symlink() or (there is not None and not unit_files.is_ours(there, origin)):
        raise ForeignFileError(path)
    new = path.with_name(f"{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new.write_text(text, encoding="utf-8")
        new.chmod(0o644)
        new.replace(path)
    except OSError as error:
        raise TermintreuError(f"{path}: cannot be written: {error.strerror or 'the system refused'}") from error
    host.tell(msg("{path:text}: written", path=str(path)))
    return True


def _read(path: Path) -> str | None:
    """What a file holds; None where there is none."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise TermintreuError(f"{path}: cannot be read: {error.strerror or 'the system refused'}") from error


def start(host: Host, systemd: Systemd, unit: str, *, changed: bool) -> None:
    """Have systemd read what changed, start the unit now and with each boot. Raises SystemdError."""
    if changed:
        systemd.order("daemon-reload")
        host.tell(msg("systemd: has read its units again"))
    found = systemd.show(unit, "UnitFileState", "ActiveState")
    active = found.get("ActiveState") == "active"
    if found.get("UnitFileState") != "enabled" or not active:
        systemd.order("enable", "--now", unit)
        host.tell(msg("{unit:text}: enabled and started", unit=unit))
    if active and changed:
        systemd.order("restart", unit)
        host.tell(msg("{unit:text}: started anew", unit=unit))
    elif active:
        host.tell(msg("{unit:text}: runs", unit=unit))


def remove(host: Host, systemd: Systemd, unit: str, files: Mapping[Path, str]) -> bool:
    """Stop a unit and remove our files. True where something was there. Raises TermintreuError.

    Args:
        host: this machine.
        systemd: that runs the unit.
        unit: its name.
        files: ours, with what the program came with; nothing is done where one of them is somebody else's.
    """
    there = {path: text for path in files if (text := _read(path)) is not None}
    for path, text in there.items():
        if not unit_files.is_ours(text, files[path]):
            raise ForeignFileError(path)
    running = systemd.is_running()
    if there and running:
        systemd.order("disable", "--now", unit)
        host.tell(msg("{unit:text}: stopped and disabled", unit=unit))
    for path in there:
        _unlink(path)
        host.tell(msg("{path:text}: removed", path=str(path)))
    if there and running:
        systemd.order("daemon-reload")
    if not there:
        host.tell(msg("{unit:text}: was not installed by `termintreu service install`", unit=unit))
    return bool(there)


def _unlink(path: Path) -> None:
    try:
        path.unlink()
    except OSError as error:
        raise TermintreuError(f"{path}: cannot be removed: {error.strerror or 'the system refused'}") from error


def tell_linger(host: Host) -> None:
    """Say whether the service runs while its user is logged out."""
    uid = os.getuid()
    done = program("loginctl", "show-user", "--property=Linger", "--value", str(uid), environ=host.environ)
    if done.returncode == 127:
        return
    if done.stdout.strip() == "yes":
        host.tell(msg("It runs while you are logged out, too, and starts with the machine."))
    else:
        host.tell(
            msg(
                "It runs while you are logged in. So that it starts with the machine and goes on when you log out: "
                "loginctl enable-linger"
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What is known of a service."""

    unit: str
    file: str | None
    """The path of its unit; None where there is none."""
    enabled: bool
    active: bool
    says: str
    """One line of the service itself."""

    def as_json(self) -> dict[str, object]:
        """For `--json`."""
        return {"unit": self.unit, "file": self.file, "enabled": self.enabled, "active": self.active, "says": self.says}

    def lines(self) -> Iterator[Message]:
        """For people."""
        if self.file is None:
            yield msg("{unit:text}: is not installed; `termintreu service install` does that", unit=self.unit)
            return
        yield msg("{unit:text}: {file:text}", unit=self.unit, file=self.file)
        yield msg("It starts by itself.") if self.enabled else msg("It does not start by itself.")
        yield msg("It runs: {says:text}", says=self.says or "...") if self.active else msg("It does not run.")


def found(systemd: Systemd, unit: str) -> Found:
    """Ask systemd for a service. Raises SystemdError."""
    told = systemd.show(unit, "LoadState", "FragmentPath", "UnitFileState", "ActiveState", "StatusText")
    return Found(
        unit=unit,
        file=told.get("FragmentPath") or None if told.get("LoadState") != "not-found" else None,
        enabled=told.get("UnitFileState") == "enabled",
        active=told.get("ActiveState") in {"active", "activating", "reloading"},
        says=told.get("StatusText", ""),
    )


def homes(paths: Iterable[Path]) -> Iterator[Path]:
    """Those of the paths that a service of the machine cannot see, for it sees no home directories."""
    for path in paths:
        if any(path.is_relative_to(home) for home in ("/home", "/root", "/run/user")):
            yield path
