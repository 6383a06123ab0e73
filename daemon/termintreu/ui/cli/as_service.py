"""Commands that root gives about a service of the machine: they are run as that service, by systemd, with its user, its
state and its credentials. Root's own process has none of these, and would begin a second state in root's home.

    which service (`whose_service`) -> what its unit says -> systemd-run -> the command's exit code
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from termintreu.config.environment import state_folder
from termintreu.config.machine import MachineService
from termintreu.model.errors import TermintreuError
from termintreu.service import bootstrap
from termintreu.ui.cli.systemd import Systemd, SystemdError

RUN_BY_UNITS = frozenset({"run", "worker", "scheduler"})
"""Commands that a unit runs; where there is no systemd, somebody else does."""

_IDENTITY = (
    "User",
    "Group",
    "DynamicUser",
    "StateDirectory",
    "StateDirectoryMode",
    "UMask",
    "NoNewPrivileges",
    "ProtectSystem",
    "ProtectHome",
    "PrivateTmp",
)
"""Properties that make the command the service; `systemctl show` resolves what stands for the instance in them."""
_ADDED = (
    "LoadCredential",
    "LoadCredentialEncrypted",
    "SetCredentialEncrypted",
    "ImportCredential",
    "EnvironmentFile",
    "ReadWritePaths",
    "SupplementaryGroups",
)
"""Lists of the unit that the command needs, too. `systemctl show` cannot print them, so the unit's text is read. A
SetCredential= is not among them: its secret would stand in the list of processes."""
_FROM_TERMINAL = ("LANG", "LC_ALL", "LC_MESSAGES", "LC_TIME", "TERM", "NO_COLOR", "COLUMNS", "LINES")
"""Variables of the terminal that the command keeps."""
_SPECIFIER = re.compile(r"%(.)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """What the command takes over from a unit."""

    name: str
    identity: Mapping[str, str]
    added: Sequence[tuple[str, str]]
    """Directives and their values, as they stand in the unit."""
    environment: Mapping[str, str]


def run_as(service: MachineService, words: Sequence[str], program: Sequence[str], environ: Mapping[str, str]) -> int:
    """Run a command as a service. Returns its exit code. Raises TermintreuError where that cannot be.

    Args:
        service: which one.
        words: of the command line, without the program.
        program: this program, absolute.
        environ: of this process.
    """
    unit = _unit(Systemd(user=False, environ=environ), service)
    command = systemd_run(unit, [*program, *with_config(words, service.config)], environ)
    try:
        done = subprocess.run(command, env={**environ, **unit.environment}, check=False)  # noqa: S603 - our own program
    except OSError as error:
        raise SystemdError(f"systemd-run cannot be started: {error.strerror or error}") from error
    return done.returncode if done.returncode >= 0 else 128 - done.returncode


def systemd_run(unit: Unit, command: Sequence[str], environ: Mapping[str, str]) -> list[str]:
    """The command line of systemd-run(1) that runs a command with what a unit has."""
    properties = [f"{name}={value}" for name, value in (*unit.identity.items(), *unit.added) if value]
    kept = [*(name for name in _FROM_TERMINAL if name in environ), *unit.environment]
    return [
        "systemd-run",
        "--quiet",
        "--collect",
        "--wait",
        "--pipe",
        # On a terminal --pty goes before --pipe; both end with the command's own exit code.
        "--pty",
        "--service-type=exec",
        f"--description=termintreu, a command for {unit.name}",
        *(f"--property={each}" for each in properties),
        # By name alone: values may be secret, and the list of processes is not.
        *(f"--setenv={name}" for name in dict.fromkeys(kept)),
        "--",
        *command,
    ]


def with_config(words: Sequence[str], config: Path) -> list[str]:
    """The words of a command line with that configuration, absolute, in place of the one that they name."""
    kept: list[str] = []
    rest = iter(words)
    for word in rest:
        if word == "--":
            kept += [word, *rest]
            break
        name, equals, _ = word.partition("=")
        if len(name) > len("--") and "--config".startswith(name):
            if not equals:
                next(rest, None)
            continue
        kept.append(word)
    return ["--config", str(config), *kept]


def _unit(systemd: Systemd, service: MachineService) -> Unit:
    """What the service's unit says. Raises SystemdError."""
    found = _loaded(systemd, service)
    identity = systemd.show(found, *_IDENTITY)
    added, environment = directives(systemd.cat(found), found)
    wanted = {name: identity.get(name, "") for name in _IDENTITY}
    return Unit(name=found, identity=wanted, added=added, environment=environment)


def _loaded(systemd: Systemd, service: MachineService) -> str:
    """The unit to take over: where many people are served by workers, theirs. Raises SystemdError."""
    worker = () if service.instance else ("termintreu-scheduler.service",)
    found = {unit: systemd.show(unit, "LoadState", "UnitFileState", "ActiveState") for unit in (service.unit, *worker)}
    there = [unit for unit in found if found[unit].get("LoadState") == "loaded"]
    at_work = [
        unit
        for unit in there
        if found[unit].get("ActiveState") == "active" or found[unit].get("UnitFileState") == "enabled"
    ]
    for unit in (*at_work, *there):
        return "termintreu-worker@1.service" if unit in worker else unit
    raise SystemdError(
        f"{service.config} belongs to the service {service.unit}, which is not installed: "
        f"termintreu service install --config {service.config}"
    )


def directives(text: str, unit: str) -> tuple[list[tuple[str, str]], dict[str, str]]:
    """Lists and environment of a unit's [Service] section, additions included; an empty value clears what came before.

    Args:
        text: as `systemctl cat` prints it.
        unit: its name, which specifiers such as %i stand for.
    """
    lists: dict[str, list[str]] = {}
    for name, value in _assignments(text):
        lists[name] = [*lists.get(name, []), _specified(value, unit)] if value else []
    added = [(name, value) for name in _ADDED for value in lists.get(name, [])]
    pairs = (word.partition("=") for value in lists.get("Environment", []) for word in _split(value))
    return added, {name: value for name, _, value in pairs}


def _assignments(text: str) -> Iterator[tuple[str, str]]:
    section = ""
    for line in _logical_lines(text.splitlines()):
        if line.startswith("["):
            section = line
        elif section == "[Service]" and line[:1] not in {"#", ";", ""}:
            name, _, value = line.partition("=")
            yield name.strip(), value.strip()


def _logical_lines(lines: Iterable[str]) -> Iterator[str]:
    """Lines with those that go on after a backslash put together (systemd.syntax(7))."""
    begun = ""
    for line in lines:
        if begun and line.lstrip()[:1] in {"#", ";"}:
            continue
        if line.endswith("\\"):
            begun += f"{line[:-1].strip()} "
            continue
        yield (begun + line).strip()
        begun = ""
    if begun:
        yield begun.strip()


def _specified(value: str, unit: str) -> str:
    stem = unit.removesuffix(".service")
    prefix, _, instance = stem.partition("@")
    known = {"i": instance, "I": instance, "n": unit, "N": stem, "p": prefix, "P": prefix, "%": "%"}
    return _SPECIFIER.sub(lambda found: known.get(found[1], found[0]), value)


def _split(value: str) -> list[str]:
    try:
        return shlex.split(value)
    except ValueError:
        return []


def handed_over(name: str, service: MachineService, words: Sequence[str], program: Sequence[str]) -> int | None:
    """Run a command as the service that its configuration belongs to. Returns the exit code; None where the command
    runs in this process. Raises TermintreuError.

    Args:
        name: of the command.
        service: see `whose_service`.
        words: of the command line.
        program: this program, absolute.
    """
    running = Systemd(user=False, environ=os.environ).is_running()
    if name in RUN_BY_UNITS:
        if running and not _has_state(service):
            raise TermintreuError(
                f"{service.config} belongs to the service {service.unit}: systemctl start {service.unit}"
            )
        return None
    if not running:
        _require_state(service)
        return None
    return run_as(service, words, program, os.environ)


def _has_state(service: MachineService) -> bool:
    """Whether root would begin no state of its own: the configuration names one, or it is there. Raises ConfigError."""
    config = bootstrap.load_profiles(service.config).config
    return bool(config.state.path or config.state.url) or state_folder(config, os.environ).exists()


def _require_state(service: MachineService) -> None:
    """Where no systemd runs: raises TermintreuError where root would begin a state of its own, beside the service's."""
    if _has_state(service):
        return
    raise TermintreuError(
        f"{service.config} belongs to the service {service.unit}, and no systemd runs here that could run this as that "
        "service: run it as the service's own user, with STATE_DIRECTORY naming its state, or set [state] path"
    )
