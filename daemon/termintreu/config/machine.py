"""Which service of the machine a configuration belongs to, by its path alone. Pure.

The units in `systemd/` read /etc/termintreu/config.toml (termintreu.service) and /etc/termintreu/NAME/config.toml
(termintreu@NAME.service). What lies beside the first one, such as `people.d`, is its own, too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path("/etc/termintreu")
"""Where the configurations of the machine's services are."""

_INSTANCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9:_.-]*")
"""Names that need no escaping in the name of a unit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineService:
    """A service of the machine."""

    instance: str | None
    """The name behind the @; None for termintreu.service."""
    config: Path
    """The configuration that it reads."""

    @property
    def account(self) -> str:
        """The user and group that it runs as; its state and its credentials are named like them."""
        return "termintreu" if self.instance is None else f"termintreu-{self.instance}"

    @property
    def unit(self) -> str:
        """The name of its unit."""
        return "termintreu.service" if self.instance is None else f"termintreu@{self.instance}.service"


def machine_service(path: Path, folder: Path = FOLDER) -> MachineService | None:
    """The service that reads a file; None where it is no service of the machine.

    Args:
        path: of a configuration, or of a profile's file; absolute.
        folder: of the services' configurations.
    """
    if not path.is_relative_to(folder):
        return None
    inside = path.relative_to(folder).parts
    if ".." in inside:
        return None
    if len(inside) == 2 and inside[1] == "config.toml" and not inside[0].endswith(".d"):
        return MachineService(instance=inside[0], config=path) if _INSTANCE.fullmatch(inside[0]) else None
    return MachineService(instance=None, config=folder / "config.toml")
