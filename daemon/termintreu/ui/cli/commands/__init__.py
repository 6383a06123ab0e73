"""What each command does. A command is a function: it takes the parsed arguments, prints, and returns the exit code.

| room | commands |
|---|---|
| `cycles` | run, once, plan, explain, purge |
| `logging_in` | login, logout |
| `setting_up` | demo, init, config, doctor |
| `checking` | check |
| `contacts` | rating, answer, export, erase |
| `status` | status |
| `teaching` | taught |
| `service` | service |
| `machines` | worker, scheduler, sync |

A module is imported when one of its commands is run. None imports another one, but for `checking`. They share `context`
(configuration, profile, world, time), `reader` and `printing`.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from termintreu.model import Outcome

Arguments = argparse.Namespace

EXIT_CONFIG = 78
"""The configuration cannot be used (sysexits.h)."""


SERVICE_ACTIONS = ("install", "remove", "status")
OUTCOMES: tuple[Outcome, ...] = ("held", "late", "missed", "noshow", "cancelled", "cancelled_late", "unknown")
"""What `answer` takes; "unknown" takes back what was said."""


class UsageError(Exception):
    """The command line cannot be carried out as it is: exit code 2."""
