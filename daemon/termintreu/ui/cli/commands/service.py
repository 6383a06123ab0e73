"""`termintreu service install|remove|status`: the unit that runs the daemon, for the user or for the machine."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field

from rich.console import Console
from rich.prompt import Prompt
from rich.text import Text

from termintreu.config.file import find_config, user_config
from termintreu.config.machine import FOLDER, MachineService, machine_service
from termintreu.config.secrets import credentials
from termintreu.model import Message, msg
from termintreu.model.errors import ConfigError, TermintreuError
from termintreu.model.texts import Texts
from termintreu.service import bootstrap
from termintreu.ui.cli import machine_setup, service_setup, unit_files
from termintreu.ui.cli.commands import Arguments, UsageError
from termintreu.ui.cli.commands.printing import at_terminal, print_json, print_lines
from termintreu.ui.cli.commands.reader import texts_of


@dataclass(slots=True, kw_only=True)
class _Told:
    """The lines of a command: printed as they come, or kept for the one JSON document."""

    texts: Texts
    silent: bool
    lines: list[str] = field(default_factory=list)

    def line(self, message: Message) -> None:
        self.lines.append(self.texts.render(message))
        if not self.silent:
            print_lines([Text(self.lines[-1])])


def service(arguments: Arguments) -> int:
    """`termintreu service install|remove|status [--system]`."""
    told = _Told(texts=texts_of(arguments), silent=arguments.json)
    host = service_setup.Host(environ=os.environ, tell=told.line, command=unit_files.program())
    one = _machine_service(arguments)
    actions: dict[str, Callable[[], bool]] = {
        "install": lambda: _install(host, one, told, arguments),
        "remove": lambda: _remove(host, one),
        "status": lambda: _status(host, one, told, arguments),
    }
    good = actions[arguments.action]()
    if arguments.json and arguments.action != "status":
        print_json({"done": good, "steps": told.lines})
    return 0 if good else 1


def _machine_service(arguments: Arguments) -> MachineService | None:
    """The service of the machine that is meant; None for the user's own. Raises UsageError.

    Root has no session to run a service in, so root means the machine.
    """
    is_root = os.geteuid() == 0
    if not (arguments.system or is_root):
        return None
    if not is_root and arguments.action != "status":
        raise UsageError(f"--system needs root: sudo {' '.join((*unit_files.program(), *sys.argv[1:]))}")
    path = arguments.config.absolute() if arguments.config else FOLDER / "config.toml"
    found = machine_service(path)
    if found is None or found.config != path:
        raise UsageError(
            f"a service of the machine reads {FOLDER / 'config.toml'}, or {FOLDER / 'NAME' / 'config.toml'} of an "
            "instance; for yourself alone, leave sudo out"
        )
    return found


def _install(host: service_setup.Host, one: MachineService | None, told: _Told, arguments: Arguments) -> bool:
    if one is not None:
        ask = _ask(told.texts) if at_terminal() else None
        return machine_setup.install(host, one, _settings(one), ask=ask)
    path = find_config(arguments.config, os.environ)
    bootstrap.load_profiles(path)  # a service that ends at once helps nobody
    own = user_config(os.environ)
    there = path.absolute()
    return service_setup.install_for_user(host, own.parent.parent, None if there == own else there)


def _settings(one: MachineService) -> machine_setup.Settings | None:
    """What the configuration asks for; None where there is none. Raises ConfigError."""
    if not one.config.exists():
        return None
    profiles = bootstrap.load_profiles(one.config)
    configs, files = [profiles.config], [one.config]
    for name in profiles.names:
        files.append(profiles.file(name))
        try:
            configs.append(profiles.load(name).config)
        except ConfigError:
            if not profiles.several:
                raise
            continue  # one person's errors stop no other; `check` and the service tell them
    names = dict.fromkeys(name for config in configs for name in credentials(config))
    return machine_setup.Settings(files=tuple(dict.fromkeys(files)), credentials=tuple(names))


def _ask(texts: Texts) -> machine_setup.Ask:
    def ask(name: str) -> str:
        console = Console(stderr=True, highlight=False)
        question = texts.render(msg("Password “{name:text}” (nothing: later)", name=name))
        return Prompt.ask(question, default="", show_default=False, password=True, console=console)

    return ask


def _remove(host: service_setup.Host, one: MachineService | None) -> bool:
    if one is not None:
        return machine_setup.remove(host, one)
    return service_setup.remove_for_user(host, user_config(os.environ).parent.parent)


def _status(host: service_setup.Host, one: MachineService | None, told: _Told, arguments: Arguments) -> bool:
    service_setup.require_systemd(host)
    systemd = host.systemd(user=one is None)
    if not systemd.is_running():
        raise TermintreuError("the systemd of your session does not answer here: log in as yourself, and ask again")
    found = service_setup.found(systemd, service_setup.USER_UNIT if one is None else one.unit)
    if arguments.json:
        print_json(found.as_json())
    else:
        for line in found.lines():
            told.line(line)
        if one is None and found.enabled:
            service_setup.tell_linger(host)
    return found.active
