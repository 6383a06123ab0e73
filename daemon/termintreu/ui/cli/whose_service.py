"""Whether a command is about a service of the machine. Every command asks this, and few go on to `as_service`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from termintreu.config.machine import FOLDER, MachineService, machine_service

OWN_COMMANDS = frozenset({"init", "check", "config", "service", "demo"})
"""Commands that need neither state nor passwords."""


def service_of(
    name: str, config: Path, *, uid: int, environ: Mapping[str, str], folder: Path = FOLDER
) -> MachineService | None:
    """The service as which a command of that name is to run; see `service_at`."""
    return None if name in OWN_COMMANDS else service_at(config, uid=uid, environ=environ, folder=folder)


def service_at(config: Path, *, uid: int, environ: Mapping[str, str], folder: Path = FOLDER) -> MachineService | None:
    """The service whose configuration it is; None where this process is somebody else's, or was started by systemd.

    Args:
        config: the configuration.
        uid: of this process.
        environ: of this process; systemd names the state's folder in it.
        folder: of the services' configurations.
    """
    if uid != 0 or "STATE_DIRECTORY" in environ:
        return None
    service = machine_service(config.absolute(), folder)
    return service if service is not None and service.config == config.absolute() else None
